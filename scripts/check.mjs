/** `npm run check`: types, lint, format, layers, unused code. Runs them all, then fails if one failed. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHECKS = ["types", "lint", "format", "layers", "unused"];

/** Runs an npm script, its output passed on; true if it succeeded. */
function run(name) {
  return new Promise((resolve) => {
    const child = spawn("npm", ["run", "--silent", `check:${name}`], {
      stdio: "inherit",
      shell: process.platform === "win32",
    });
    child.on("close", (code) => resolve(code === 0));
  });
}

/** Runs every check; gives how many passed and failed. */
export async function runChecks() {
  let passed = 0;
  for (const name of CHECKS) {
    const ok = await run(name);
    console.log(`${ok ? "ok  " : "FAIL"} ${name}`);
    if (ok) passed += 1;
  }
  return { passed, failed: CHECKS.length - passed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { failed } = await runChecks();
  process.exitCode = failed === 0 ? 0 : 1;
}
