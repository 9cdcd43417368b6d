/** Programs that npm and PyPI do not have: found on PATH, or installed by apt-get where that is allowed. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The absolute path of `program`, or `undefined` if it is not on PATH. */
export function which(program) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** The path of `program`; installs the Debian package `debianPackage` first if it is missing. */
export function ensureProgram(program, debianPackage = program) {
  const found = which(program);
  if (found !== undefined) return found;
  if (which("apt-get") === undefined || process.getuid?.() !== 0) {
    throw new Error(
      `${program} is missing. Install it and put it on PATH (Debian: sudo apt-get install ${debianPackage}).`,
    );
  }
  const apt = (...args) =>
    execFileSync("apt-get", args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  apt("update", "-qq");
  apt("install", "-y", "-qq", "--no-install-recommends", debianPackage);
  const installed = which(program);
  if (installed === undefined) throw new Error(`apt-get installed ${debianPackage}, but ${program} is not on PATH.`);
  return installed;
}
