/** `npm start`: sets everything up, then ships the example into a registry that is a folder. Uses Node's built-ins alone. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureBuild, ensurePackages, ROOT } from "./setup/packages.mjs";
import { missingRequirements } from "./setup/requirements.mjs";

const NOTEBOOK = "examples/penguins/penguins.ipynb";

function start() {
  const missing = missingRequirements();
  if (missing.length > 0) {
    console.error(missing.join("\n"));
    return 3;
  }
  ensurePackages();
  ensureBuild();
  console.log(`\n$ slipway ship ${NOTEBOOK}`);
  const cli = join(ROOT, "dist/cli.js");
  const { status } = spawnSync(process.execPath, [cli, "ship", NOTEBOOK, "--cwd", ROOT], { stdio: "inherit" });
  if (status === 0) console.log("\nHere, slipway is: node dist/cli.js. To have it on the PATH: npm link");
  return status ?? 130;
}

try {
  process.exitCode = start();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
