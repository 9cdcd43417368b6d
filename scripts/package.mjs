/**
 * `npm run package [-- --out FILE]`: the .vsix for this machine's platform. The native packages are those that npm installed
 * here, so each platform's package is made on that platform.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensurePackages, ROOT, run } from "./setup/packages.mjs";

const IGNORE_FILE = ".cache/vscodeignore";
/** onnxruntime-node brings the libraries of every platform along. */
const RUNTIMES = "node_modules/onnxruntime-node/bin/napi-v6";
const PLATFORMS = ["darwin/arm64", "linux/arm64", "linux/x64", "win32/arm64", "win32/x64"];

const here = `${process.platform}/${process.arch}`;
const foreign = PLATFORMS.filter((platform) => platform !== here).map((platform) => `${RUNTIMES}/${platform}/**`);

ensurePackages();
mkdirSync(join(ROOT, ".cache"), { recursive: true });
writeFileSync(join(ROOT, IGNORE_FILE), [readFileSync(join(ROOT, ".vscodeignore"), "utf8"), ...foreign].join("\n"));
run(process.execPath, ["esbuild.mjs"]);
run(process.execPath, [
  "node_modules/@vscode/vsce/vsce",
  ...["package", "--target", `${process.platform}-${process.arch}`, "--ignoreFile", IGNORE_FILE],
  ...["--no-rewrite-relative-links", "--no-git-tag-version"],
  ...process.argv.slice(2),
]);
