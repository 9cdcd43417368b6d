/** `npm run bench:equal -- FOLDER`: see test/README.md. */
import { bundleBench } from "./setup/bundle.mjs";
import { ensureBuild, run } from "./setup/packages.mjs";

ensureBuild();
try {
  run(process.execPath, [await bundleBench("test/bench/equal/equal.ts"), ...process.argv.slice(2)]);
} catch {
  process.exitCode = 2; // it has said why
}
