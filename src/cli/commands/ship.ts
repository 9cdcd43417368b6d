import { join } from "node:path";
import type { Shipped } from "../../app/ship";
import { command, given, gigabytes, seconds, MEMORY, REGISTRY, TIMEOUT, type Run } from "../command";
import { bytes, describeDiagnostics, table } from "../format";
import { describeFailed, describeGates } from "../gates";
import type { Colors } from "../terminal";

export function shipCommand(run: Run) {
  return command(
    "ship",
    "Take a notebook to a release: extract, snapshot, validate, package, push.",
    "slipway ship notebooks/churn.ipynb --registry oci://registry.example.com/models",
  )
    .argument("<notebook>", "path of the notebook: .ipynb, .py or .md")
    .option("--model <name>", "the model to take, where the notebook has several")
    .option(...REGISTRY)
    .option("--if-changed", "release only if code, data or environment changed since the last release")
    .option("--force", "write over files that were edited by hand, or that something else wrote")
    .option(...TIMEOUT, seconds)
    .option(...MEMORY, gigabytes)
    .action((notebook, options) =>
      run(options, async ({ workspace, registryAt, host, signal }) => {
        const [{ ship }, { workspacePath }] = await Promise.all([
          import("../../app/ship"),
          import("../../app/workspace"),
        ]);
        const { model, ifChanged, force, timeout: timeoutSeconds, memory: memoryGigabytes } = options;
        const registry = registryAt(options.registry);
        const request = {
          workspace,
          notebook,
          registry,
          ...given({ model, ifChanged, force, timeoutSeconds, memoryGigabytes }),
        };
        const shipped = await ship(request, host, signal);
        const module = workspacePath(workspace, join(shipped.folder, shipped.extraction.module.path));
        return {
          json: toJson(shipped, module),
          text: (colors) => describe(shipped, module, colors),
          essence: (colors) => shipped.release?.ref ?? describeFailed(shipped.validation?.gates ?? [], colors),
          exitCode: shipped.release === undefined ? 1 : 0,
        };
      }),
    );
}

function toJson({ extraction, changed, release, validation, pushed }: Shipped, module: string): object {
  return {
    pipeline: extraction.pipeline,
    module,
    release: release === undefined ? null : { ref: release.ref, digest: release.digest, version: release.version },
    changed,
    report: validation?.validation.report ?? null,
    reportPath: validation?.reportPath ?? null,
    bytesSent: pushed?.bytesSent ?? 0,
    bytesReused: pushed?.bytesReused ?? 0,
    diagnostics: extraction.diagnostics,
  };
}

function describe(shipped: Shipped, module: string, colors: Colors): string {
  const { extraction, changed, release, validation, pushed } = shipped;
  const warnings = describeDiagnostics(extraction.diagnostics, extraction.notebook, colors);
  if (validation === undefined) return [...warnings, `Nothing changed since ${release?.ref ?? ""}.`].join("\n");
  const { report } = validation.validation;
  const metrics = Object.entries(report.metrics).map(([name, value]) => [`  ${name}`, String(value)]);
  const page = validation.reportPath.replace(/\.json$/, ".html");
  const sent =
    pushed === undefined ? "" : `Sent ${bytes(pushed.bytesSent)}; the registry had ${bytes(pushed.bytesReused)}.`;
  return [
    ...warnings,
    describeGates(validation.gates, colors),
    ...(metrics.length === 0 ? [] : ["", colors.bold("Metrics"), table(metrics)]),
    "",
    ...(release === undefined
      ? [`${colors.red("Not released")}: see ${page}`]
      : [
          `${colors.green("Released")} ${colors.bold(release.ref)}  ${colors.dim(release.digest)}`,
          `${changed.length === 0 ? "Nothing changed since the last release." : `Changed: ${changed.join(", ")}.`} ${sent}`,
          "",
          colors.bold("Look at"),
          table([
            [`  ${module}`, "the module that was released"],
            [`  ${page}`, "the proof that it gives the notebook's results"],
            [`  slipway show ${release.ref}`, "what the release is made of"],
          ]),
        ]),
  ].join("\n");
}
