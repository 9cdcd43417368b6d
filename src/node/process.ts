import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { SlipwayError, throwIfAborted } from "../core/errors";
import type { ProcessResult } from "../core/host";
import { watchMemory } from "./memory";

const TAIL_BYTES = 64 * 1024;
const GRACE_MS = 1000;
/** In a second a program can fill the machine's memory. */
const HUNGRY_GRACE_MS = 200;
/** A longer timer would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const IS_WINDOWS = process.platform === "win32";

/** A program to run, in an environment that holds `env` and nothing else. */
export interface ChildRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutSeconds: number;
  /** What the program and all that it starts may use together; absent: all that there is. */
  readonly memoryBytes?: number | undefined;
  /** Text for standard input. Without it the pipe stays open and empty until the child ends, so that the child can see us die. */
  readonly input?: string;
  /** How much of the end of each stream is kept; 64 KiB by default. */
  readonly keepBytes?: number;
}

/**
 * Runs a program in its own process group and kills the whole group when it ends, times out, uses too much memory or is aborted; on
 * Linux those too that left the group.
 * (execa was tried: it ends only the child itself, and keeps the first part of a long output instead of the last.)
 */
export async function runChild(run: ChildRun, signal: AbortSignal): Promise<ProcessResult> {
  throwIfAborted(signal);
  const started = performance.now();
  const mark = randomUUID();
  const child = spawn(run.command, run.args, {
    cwd: run.cwd,
    env: { ...run.env, [MARK]: mark },
    detached: !IS_WINDOWS,
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const stdout = tailOf(child.stdout, run.keepBytes);
  const stderr = tailOf(child.stderr, run.keepBytes);
  // A child that ends without reading its input is no failure of ours.
  child.stdin.on("error", () => undefined);
  if (run.input !== undefined) child.stdin.end(run.input);
  const end = await ended(child, run, mark, signal);
  throwIfAborted(signal);
  return { ...end, stdout: stdout(), stderr: stderr(), seconds: (performance.now() - started) / 1000 };
}

async function ended(
  child: ChildProcess,
  run: ChildRun,
  mark: string,
  signal: AbortSignal,
): Promise<Pick<ProcessResult, "exitCode" | "timedOut" | "exceededBytes">> {
  let exceeded: "time" | "memory" | undefined;
  let force: NodeJS.Timeout | undefined;
  const end = (graceMs: number): void => {
    killGroup(child, "SIGTERM");
    force ??= setTimeout(() => killGroup(child, "SIGKILL"), graceMs);
  };
  const stop = (): void => end(GRACE_MS);
  const exceed = (what: "time" | "memory", graceMs: number): void => {
    exceeded ??= what;
    end(graceMs);
  };
  const limit = setTimeout(() => exceed("time", GRACE_MS), Math.min(run.timeoutSeconds * 1000, MAX_TIMER_MS));
  const endWatch = watchMemory(child.pid, run.memoryBytes, () => exceed("memory", HUNGRY_GRACE_MS));
  signal.addEventListener("abort", stop, { once: true });
  try {
    const exitCode = await new Promise<number | undefined>((resolve, reject) => {
      child.once("error", (cause) => reject(notStarted(run, cause)));
      // What the child left running would hold the pipes open, and the machine busy.
      child.once("exit", () => {
        killGroup(child, "SIGKILL");
        killMarked(mark);
      });
      child.once("close", (code) => resolve(code ?? undefined));
    });
    const exceededBytes = exceeded === "memory" ? run.memoryBytes : undefined;
    return { exitCode, timedOut: exceeded === "time", ...(exceededBytes !== undefined && { exceededBytes }) };
  } finally {
    endWatch();
    clearTimeout(limit);
    clearTimeout(force);
    signal.removeEventListener("abort", stop);
  }
}

function notStarted(run: ChildRun, cause: Error): SlipwayError {
  return new SlipwayError("environment", "PROGRAM_MISSING", `${run.command} could not be started: ${cause.message}.`, {
    hint: `Check that ${run.command} is installed and may be run.`,
    cause,
  });
}

function killGroup(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  if (IS_WINDOWS) {
    spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { stdio: "ignore", windowsHide: true }).unref();
    return;
  }
  kill(-child.pid, signal);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** The environment variable by which everything that a run started is known. */
const MARK = "SLIPWAY_RUN";
const ROUNDS = 5;

/**
 * Kills what has the mark: a process that began a session of its own is in no group of ours, and once its parent has ended nothing
 * else says where it came from. In rounds, for it may start another one meanwhile.
 */
function killMarked(mark: string): void {
  if (process.platform !== "linux") return;
  for (let round = 0; round < ROUNDS; round++) {
    const marked = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark));
    if (marked.length === 0) return;
    for (const pid of marked) kill(Number(pid), "SIGKILL");
  }
}

/** Empty for a process that ended meanwhile, or is somebody else's. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

/** No such group: it ended by itself. macOS says EPERM of a group that holds only zombies. */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM");
}

function tailOf(stream: Readable, limit = TAIL_BYTES): () => string {
  let tail: Buffer = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-limit);
  });
  // The cut may fall inside a character: what is left of it is dropped.
  return () => tail.subarray(tail.length < limit ? 0 : firstWholeCharacter(tail)).toString("utf8");
}

function firstWholeCharacter(tail: Buffer): number {
  const start = tail.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(start, 0);
}

/** What any program needs to start; on Windows names have any case. */
const BASE_NAMES = /^(PATH|LANG|LC_\w+|TZ|LD_LIBRARY_PATH|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|NUMBER_OF_PROCESSORS)$/i;

/**
 * What installing packages needs besides: proxies, certificates, the configuration of pip, uv and Deno. These may hold the login of a
 * private package index, so they go to installers only, never to code of a notebook.
 */
const INSTALL_NAMES =
  /^(HOME|USERPROFILE|APPDATA|LOCALAPPDATA|XDG_\w+_HOME|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS|NETRC|DENO_\w+|NPM_CONFIG_\w+|PIP_\w+|UV_\w+|PYENV_\w+)$/i;

/** The environment for code that is not ours: names that are known to hold no secret, and `extra`. */
export function plainEnv(source: NodeJS.ProcessEnv, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...pick(source, [BASE_NAMES]), ...extra };
}

/** The environment for pip, uv and the search for an interpreter. */
export function installEnv(source: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return pick(source, [BASE_NAMES, INSTALL_NAMES]);
}

function pick(source: NodeJS.ProcessEnv, names: readonly RegExp[]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(source).filter(([name]) => names.some((pattern) => pattern.test(name))));
}
