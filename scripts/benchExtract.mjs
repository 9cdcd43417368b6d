/** `npm run bench:extract -- FOLDER`: see test/README.md. */
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "./setup/packages.mjs";

/** Two folders below the repository, as dist/ would be found from src/: the assets are looked for from there. */
const BUNDLES = join(ROOT, ".cache/bench");
const PYFLAKES = join(ROOT, ".cache/bench/pyflakes-3.4.0");

await build({
  entryPoints: ["main", "worker"].map((name) => join(ROOT, `test/bench/extract/${name}.ts`)),
  outdir: BUNDLES,
  entryNames: "extract-[name]",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  // Packages stay where they are; only the project's own sources are bundled.
  packages: "external",
});
if (!existsSync(PYFLAKES)) {
  run("python3", ["-m", "pip", "install", "--quiet", "--no-deps", "--target", PYFLAKES, "pyflakes==3.4.0"]);
}
try {
  run(process.execPath, ["--expose-gc", join(BUNDLES, "extract-main.cjs"), ...process.argv.slice(2)], { PYFLAKES });
} catch {
  process.exitCode = 2; // it has said why
}
