import { command, type Run } from "../command";
import { bytes, table } from "../format";

export function packageCommand(run: Run) {
  return command(
    "package",
    "Build the package of a validated pipeline into the local store.",
    "slipway package penguins",
  )
    .argument("<pipeline>", "name or folder of the pipeline")
    .option("--registry <registry>", "whose releases decide the version")
    .action((pipeline, options) =>
      run(options, async ({ workspace, registryAt, host, signal }) => {
        const { buildPackage } = await import("../../app/package");
        const registry = registryAt(options.registry);
        const built = await buildPackage({ workspace, pipeline, registry }, host, signal);
        return {
          json: built,
          essence: () => built.ref,
          text: (colors) =>
            [
              `${colors.bold(`${built.name}:${built.version}`)}  ${colors.dim(built.digest)}`,
              table(built.layers.map(({ path, size }) => [`  ${path}`, bytes(size)])),
            ].join("\n"),
        };
      }),
    );
}
