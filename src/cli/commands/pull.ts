import { resolve } from "node:path";
import { command, REGISTRY, type Run } from "../command";
import { bytes, plural } from "../format";

export function pullCommand(run: Run) {
  return command(
    "pull",
    "Fetch a release with its data into an empty folder.",
    "slipway pull penguins:1.0.0 --out deployed",
  )
    .argument("<ref>", "NAME (the newest release), NAME:VERSION or NAME@DIGEST")
    .requiredOption("--out <dir>", "an empty folder, or one that does not exist yet")
    .option(...REGISTRY)
    .action((ref, options) =>
      run(options, async ({ workspace, registryAt, host, signal }) => {
        const { pull } = await import("../../app/pull");
        const registry = registryAt(options.registry);
        const pulled = await pull({ ref, registry, out: resolve(workspace, options.out) }, host, signal);
        return {
          json: { ok: true, ...pulled },
          essence: () => "",
          text: (colors) =>
            `${colors.bold(pulled.ref)} is in ${pulled.out}: ${plural(pulled.files.length, "file")}, ${bytes(pulled.bytes)}.`,
        };
      }),
    );
}
