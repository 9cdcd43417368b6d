import type { Check } from "../../app/doctor";
import { command, REGISTRY, type Run } from "../command";
import { table } from "../format";
import type { Colors } from "../terminal";

export function doctorCommand(run: Run) {
  return command("doctor", "Say what of Python, packages and registry is missing, and what mends it.", "slipway doctor")
    .option(...REGISTRY)
    .action((options) =>
      run(options, async ({ workspace, registryAt, host, signal }) => {
        const { doctor } = await import("../../app/doctor");
        const { ok, checks } = await doctor({ workspace, registry: registryAt(options.registry) }, host, signal);
        const failed = checks.filter((check) => !check.ok);
        return {
          json: { ok, checks },
          exitCode: ok ? 0 : 3,
          text: (colors) => describe(checks, colors),
          essence: (colors) => (failed.length === 0 ? "" : describe(failed, colors)),
        };
      }),
    );
}

function describe(checks: readonly Check[], colors: Colors): string {
  const rows = table(checks.map((check) => [check.ok ? "✓" : "✗", check.title, check.found, check.message]));
  const mends = checks.flatMap(({ command }) => (command === undefined ? [] : [`  ${command}`]));
  return [rows, ...(mends.length === 0 ? [] : ["", colors.bold("To mend it"), ...mends])].join("\n");
}
