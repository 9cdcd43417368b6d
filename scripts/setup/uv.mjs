/** uv, which the tests need beside pip: found on PATH, or installed below `.cache` by pip. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { which } from "./apt.mjs";
import { ROOT } from "./packages.mjs";

const VERSION = "0.13.9";
const FOLDER = join(ROOT, ".cache/uv", VERSION);
const BIN = join(FOLDER, "bin");

/** Sees to it that `uv` is on the PATH of this process and of its children. */
export function ensureUv() {
  if (which("uv") !== undefined) return;
  if (!existsSync(join(BIN, "uv"))) {
    const options = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--only-binary=:all:"];
    execFileSync("python3", ["-m", "pip", "install", ...options, "--target", FOLDER, `uv==${VERSION}`], {
      stdio: "inherit",
    });
  }
  process.env.PATH = [process.env.PATH, BIN].join(delimiter);
}
