/** `npm run bench [-- [--json] NAME…]`: builds what is measured, then runs test/bench/bench.ts. */
import { build } from "esbuild";
import { join } from "node:path";
import { ensureBuild, ROOT, run } from "./setup/packages.mjs";

/** Two folders below the repository, as dist/ would be found from src/: the assets are looked for from there. */
const BUNDLE = join(ROOT, ".cache/bench/bench.cjs");

ensureBuild();
await build({
  entryPoints: [join(ROOT, "test/bench/bench.ts")],
  outfile: BUNDLE,
  bundle: true,
  platform: "node",
  target: "node20",
  // Packages stay where they are; only the project's own sources are bundled.
  packages: "external",
});
run(process.execPath, [BUNDLE, ...process.argv.slice(2)]);
