import { build } from "esbuild";
import { basename, join } from "node:path";
import { ROOT } from "./packages.mjs";

/**
 * Bundles a source of the bench; gives the path. It lies two folders below the repository, as dist/ would be found from src/: the
 * assets are looked for from there.
 */
export async function bundleBench(source) {
  const outfile = join(ROOT, ".cache/bench", `${basename(source, ".ts")}.cjs`);
  await build({
    entryPoints: [join(ROOT, source)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    // Packages stay where they are; only the project's own sources are bundled.
    packages: "external",
  });
  return outfile;
}
