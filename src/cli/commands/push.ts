import { command, REGISTRY, type Run } from "../command";
import { bytes } from "../format";

export function pushCommand(run: Run) {
  return command(
    "push",
    "Send a package and its data to a registry, as a release.",
    "slipway push penguins --registry oci://registry.example.com/models",
  )
    .argument("<pipeline>", "a pipeline, NAME@DIGEST of a package, or NAME:VERSION of a release in the workspace")
    .option(...REGISTRY)
    .action((target, options) =>
      run(options, async ({ workspace, registryAt, host, signal }) => {
        const { push } = await import("../../app/push");
        const registry = registryAt(options.registry);
        const pushed = await push({ workspace, target, registry }, host, signal);
        return {
          json: { ...pushed, registry },
          essence: () => pushed.ref,
          text: (colors) =>
            [
              `${colors.bold(pushed.ref)}  ${colors.dim(pushed.digest)}`,
              `Sent ${bytes(pushed.bytesSent)} to ${registry}; it had ${bytes(pushed.bytesReused)}.`,
            ].join("\n"),
        };
      }),
    );
}
