/**
 * Starts the VS Code server that npm's code-server holds, without code-server's own wrapper: an extension host and a workbench
 * as on a desktop, with nothing to download from elsewhere.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { required } from "./paths";

const START_LIMIT_MS = 60_000;

const SETTINGS = {
  // The web's default rewrites the notebook on disk after a delay.
  "files.autoSave": "off",
  "workbench.startupEditor": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
  "chat.disableAIFeatures": true,
};

/** Built-in extensions that call out or are of no use here. */
const SKIPPED = [
  "GitHub.copilot-chat",
  "vscode.github",
  "vscode.tunnel-forwarding",
  "vscode.mermaid-markdown-features",
];

/** The folders of one server: settings and extensions are its own; Python and its environments are the machine's. */
export interface Profile {
  readonly home: string;
  readonly data: string;
  readonly extensions: string;
}

export interface Server {
  readonly authority: string;
  log(): string;
  stop(): Promise<void>;
}

interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Honour the page's payload: the extension under development and its tests. No notification is drawn then. */
  readonly underTest?: boolean;
}

export function createProfile(settings: Readonly<Record<string, unknown>> = {}): Profile {
  const home = mkdtempSync(join(tmpdir(), "slipway-vscode-"));
  const profile = { home, data: join(home, "data"), extensions: join(home, "extensions") };
  const user = join(profile.data, "data", "User");
  mkdirSync(user, { recursive: true });
  mkdirSync(profile.extensions);
  mkdirSync(join(home, "run"), { mode: 0o700 });
  writeFileSync(join(user, "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
  return profile;
}

export function removeProfile(profile: Profile): void {
  rmSync(profile.home, { recursive: true, force: true, maxRetries: 5 });
}

export async function installExtension(vsix: string, profile: Profile): Promise<void> {
  const child = spawnServer(["--install-extension", vsix], profile);
  const output = collect(child);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${vsix} was not installed:\n${output()}`);
}

export async function startServer(profile: Profile, options: StartOptions = {}): Promise<Server> {
  const port = String(await freePort());
  const address = ["--host", "127.0.0.1", "--port", port, "--without-connection-token"];
  const testing = options.underTest === true ? ["--enable-smoke-test-driver"] : [];
  const child = spawnServer([...address, ...testing], profile, options.env);
  // Nothing is left running where the tests themselves are ended.
  process.once("exit", () => end(child));
  const log = collect(child);
  const limit = Date.now() + START_LIMIT_MS;
  while (!log().includes("Extension host agent listening")) {
    if (child.exitCode !== null || Date.now() > limit) throw new Error(`The VS Code server did not start:\n${log()}`);
    await sleep(50);
  }
  return { authority: `127.0.0.1:${port}`, log, stop: () => stop(child) };
}

function spawnServer(args: readonly string[], profile: Profile, env: NodeJS.ProcessEnv = {}): ChildProcess {
  const folders = ["--server-data-dir", profile.data, "--extensions-dir", profile.extensions];
  const consent = ["--accept-server-license-terms", "--telemetry-level", "off"];
  const main = join(required("SLIPWAY_TEST_SERVER"), "out", "server-main.js");
  return spawn(process.execPath, [main, ...folders, ...consent, ...args], {
    env: {
      ...process.env,
      XDG_RUNTIME_DIR: join(profile.home, "run"),
      EXTENSIONS_GALLERY: "{}",
      VSCODE_SKIP_BUILTIN_EXTENSIONS: SKIPPED.join(","),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

/** The server has a process group of its own: the extension hosts end with it. */
async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  if (end(child)) await ended;
}

function end({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return exitCode === null && signalCode === null && pid !== undefined && process.kill(-pid, "SIGTERM");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
