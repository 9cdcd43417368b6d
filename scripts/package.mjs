/**
 * `npm run package [-- OPTION …]`: the .vsix for this machine's platform, with more options of `vsce package`. The native packages
 * are those that npm installed here, so each platform's package is made on that platform. Who publishes says where the README's
 * pictures and links are to be found: `--baseImagesUrl URL --baseContentUrl URL`; without, they are left as they are.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensurePackages, ROOT, run } from "./setup/packages.mjs";

const IGNORE_FILE = ".cache/vscodeignore";
const PLATFORM = `${process.platform}-${process.arch}`;
/** onnxruntime-node brings the libraries of every platform along; this one's are packed. */
const RUNTIME = `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`;
const NATIVE = [RUNTIME, `node_modules/@duckdb/node-bindings-${PLATFORM}`];

const options = process.argv.slice(2);
const isPublished = options.some((option) => option.startsWith("--baseImagesUrl"));

ensurePackages();
const missing = NATIVE.filter((folder) => !existsSync(join(ROOT, folder)));
if (missing.length > 0) throw new Error(`There is no package for ${PLATFORM}: npm brought no ${missing.join(", ")}.`);
mkdirSync(join(ROOT, ".cache"), { recursive: true });
writeFileSync(join(ROOT, IGNORE_FILE), `${readFileSync(join(ROOT, ".vscodeignore"), "utf8")}!${RUNTIME}/**`);
run(process.execPath, ["esbuild.mjs"]);
run(process.execPath, [
  "node_modules/@vscode/vsce/vsce",
  ...["package", "--target", PLATFORM, "--ignoreFile", IGNORE_FILE],
  ...(isPublished ? [] : ["--no-rewrite-relative-links"]),
  ...["--allow-missing-repository", "--no-git-tag-version", ...options],
]);
