import { command, given, gigabytes, seconds, MEMORY, TIMEOUT, type Run } from "../command";
import { describeFailed, describeGates } from "../gates";

export function validateCommand(run: Run) {
  return command("validate", "Run every gate on a pipeline, in a clean environment.", "slipway validate penguins")
    .argument("<pipeline>", "name or folder of the pipeline")
    .option(...TIMEOUT, seconds)
    .option(...MEMORY, gigabytes)
    .option("--force", "run the gates again even if nothing changed")
    .action((pipeline, options) =>
      run(options, async ({ workspace, host, signal }) => {
        const { validate } = await import("../../app/validate");
        const { timeout: timeoutSeconds, memory: memoryGigabytes, force } = options;
        const request = { workspace, pipeline, ...given({ timeoutSeconds, memoryGigabytes, force }) };
        const { ok, gates, reportPath, reused, validation } = await validate(request, host, signal);
        return {
          json: { ok, gates, metrics: validation.report.metrics, reportPath, reused },
          exitCode: ok ? 0 : 1,
          text: (colors) => [describeGates(gates, colors), "", `Report: ${reportPath}`].join("\n"),
          essence: (colors) => describeFailed(gates, colors),
        };
      }),
    );
}
