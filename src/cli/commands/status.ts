import { command, REGISTRY, type Run } from "../command";

export function statusCommand(run: Run) {
  return command(
    "status",
    "Say what changed since the last release: code, data or environment.",
    "slipway status penguins",
  )
    .argument("<pipeline>", "name or folder of the pipeline")
    .option(...REGISTRY)
    .action((pipeline, options) =>
      run(options, async ({ workspace, registryAt, host, signal }) => {
        const { status } = await import("../../app/status");
        const { changed, release, ...rest } = await status(
          { workspace, pipeline, registry: registryAt(options.registry) },
          host,
          signal,
        );
        const since = release === undefined ? "There is no release yet" : `Since ${release.ref}`;
        const what = changed.length === 0 ? "nothing changed" : `changed: ${changed.join(", ")}`;
        const name =
          release === undefined ? null : { ref: release.ref, digest: release.digest, version: release.version };
        return {
          json: { ...rest, changed, release: name },
          text: () => `${since}, ${what}.`,
          essence: () => changed.join("\n"),
        };
      }),
    );
}
