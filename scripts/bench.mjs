/** `npm run bench [-- [--json] NAME…]`: builds what is measured, then runs test/bench/bench.ts. */
import { bundleBench } from "./setup/bundle.mjs";
import { ensureBuild, run } from "./setup/packages.mjs";

ensureBuild();
run(process.execPath, [await bundleBench("test/bench/bench.ts"), ...process.argv.slice(2)]);
