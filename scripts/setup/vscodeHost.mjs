/**
 * Installs the VS Code server in which the editor's tests run: the one inside npm's code-server, which needs no download
 * from elsewhere. Prints its folder. Does nothing if it is there already.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureProgram } from "./apt.mjs";

/** code-server's 4.100.3 holds VS Code 1.100.3, the lowest version that Slipway supports; it runs on Node 20. */
const VERSION = "4.100.3";
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const FOLDER = join(ROOT, ".cache/vscode-host");
const SERVER = join(FOLDER, "node_modules/code-server/lib/vscode");
const STAMP = join(FOLDER, "installed-version");

/** Folder of the server; `out/server-main.js` is in it. */
export function installVscodeHost() {
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === VERSION) return SERVER;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "package.json"), JSON.stringify({ private: true }));
  npm(FOLDER, "install", "--ignore-scripts", `code-server@${VERSION}`);
  npm(SERVER, "install", "--omit=dev", "--ignore-scripts");
  npm(join(SERVER, "extensions"), "install", "--omit=dev", "--ignore-scripts");
  npm(SERVER, "rebuild", "@vscode/spdlog", "native-watchdog");
  linkRipgrep();
  writeFileSync(STAMP, VERSION);
  return SERVER;
}

/** The server's own ripgrep comes from a download that `--ignore-scripts` left out. */
function linkRipgrep() {
  const folder = join(SERVER, "node_modules/@vscode/ripgrep/bin");
  mkdirSync(folder, { recursive: true });
  symlinkSync(ensureProgram("rg", "ripgrep"), join(folder, "rg"));
}

function npm(cwd, ...args) {
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  // npm hands its own settings to the scripts that it runs: those of our package must not reach the other one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));
  execFileSync("npm", [...args, ...quiet], {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...env, npm_config_yes: "true" },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureProgram("chromium");
  console.log(installVscodeHost());
}
