import { command, REGISTRY, type Run } from "../command";
import { plural } from "../format";
import type { Colors } from "../terminal";

export function verifyCommand(run: Run) {
  return command(
    "verify",
    "Read every byte of a release and its data again, and check it.",
    "slipway verify penguins:1.0.0",
  )
    .argument("<ref>", "NAME (the newest release), NAME:VERSION or NAME@DIGEST")
    .option(...REGISTRY)
    .action((ref, options) =>
      run(options, async ({ registryAt, host, signal }) => {
        const { verify } = await import("../../app/verify");
        const registry = registryAt(options.registry);
        const verified = await verify({ ref, registry }, host, signal);
        const failed = (colors: Colors) =>
          verified.checks
            .filter(({ ok }) => !ok)
            .map(({ subject, message }) => `${colors.red("failed")} ${subject}: ${message}`)
            .join("\n");
        return {
          json: verified,
          exitCode: verified.ok ? 0 : 1,
          text: (colors) =>
            verified.ok
              ? `${colors.green("ok")} ${verified.ref}: ${plural(verified.checks.length, "check")} passed.`
              : failed(colors),
          essence: failed,
        };
      }),
    );
}
