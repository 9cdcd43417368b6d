/** The npm packages and the build, made only when they are older than what they are made from. Uses Node's built-ins alone. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const BUILD_INPUTS = ["src", "media", "esbuild.mjs", "package.json"];

/** Runs a program in the repository, its output passed on; throws if it fails. */
export function run(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, ...env },
    shell: process.platform === "win32" && command === "npm",
  });
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")} failed.`);
}

/** `npm ci`, if the packages are missing or older than the lock. */
export function ensurePackages() {
  const installed = modified("node_modules/.package-lock.json");
  if (installed >= modified("package-lock.json")) return;
  console.log("Installing npm packages …");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}

/** `npm run build`, if a source is newer than the bundles. */
export function ensureBuild() {
  if (modified("dist/cli.js") >= Math.max(...BUILD_INPUTS.map(newest))) return;
  console.log("Building …");
  run(process.execPath, ["esbuild.mjs"]);
}

/** Milliseconds since 1970; 0 for a file that is not there. */
function modified(path) {
  const full = join(ROOT, path);
  return existsSync(full) ? statSync(full).mtimeMs : 0;
}

function newest(path) {
  const full = join(ROOT, path);
  if (!existsSync(full) || !statSync(full).isDirectory()) return modified(path);
  return Math.max(0, ...readdirSync(full).map((name) => newest(join(path, name))));
}
