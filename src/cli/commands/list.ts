import { command, given, REGISTRY, type Run } from "../command";
import { table } from "../format";

export function listCommand(run: Run) {
  return command(
    "list",
    "List the releases of a registry.",
    "slipway list --registry oci://registry.example.com/models",
  )
    .argument("[name]", "only the releases of this pipeline")
    .option(...REGISTRY)
    .action((name, options) =>
      run(options, async ({ registryAt, host, signal }) => {
        const { list } = await import("../../app/list");
        const registry = registryAt(options.registry);
        const pipelines = await list({ registry, ...given({ name }) }, host, signal);
        return {
          json: { registry, pipelines },
          text: (colors) =>
            pipelines.length === 0
              ? `No releases${name === undefined ? "" : ` of ${name}`} in ${registry}.`
              : table(pipelines.map(({ name, versions }) => [colors.bold(name), versions.join(", ")])),
        };
      }),
    );
}
