import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { SlipwayError } from "../core/errors";
import type { Deno, Interpreter, ProcessResult, TypeProblem } from "../core/host";
import { assetPath } from "./assets";
import { defaultMemoryBytes } from "./memory";
import { once } from "./once";
import { installEnv, plainEnv, runChild } from "./process";
import { defaultCacheFolder } from "./python";

const FIND_SECONDS = 20;
const FETCH_SECONDS = 300;
const CHECK_SECONDS = 120;

/** How to find Deno; every option has a default. */
export interface DenoOptions {
  /** Where what pipelines import is kept; else the user's cache folder. */
  readonly cacheFolder?: string;
  /** Environment variables, in place of the process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Deno on this machine. */
export function createDeno(options: DenoOptions = {}): Deno {
  const env = options.env ?? process.env;
  const folder = join(options.cacheFolder ?? defaultCacheFolder(env), "deno");
  const denoEnv = { DENO_DIR: folder, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const find = once((signal) => findDeno(env, signal));
  return {
    scripts: assetPath("scripts", "src/node/scripts"),
    find,
    fetch: async (files, signal) => {
      const { path: command } = await find(signal);
      const cwd = dirname(files[0] ?? "");
      const args = ["cache", "--quiet", `--lock=${join(cwd, "deno.lock")}`, ...files];
      const run = { command, args, cwd, env: { ...installEnv(env), ...denoEnv }, timeoutSeconds: FETCH_SECONDS };
      const result = await runChild(run, signal);
      if (result.exitCode !== 0) throw unavailable(result);
    },
    run: async ({ interpreter, script, args, cwd, env: extra, folders = [], ...given }, signal) => {
      const { timeoutSeconds, memoryBytes = defaultMemoryBytes() } = given;
      const allowed = [cwd, ...folders].join(",");
      const limits = ["--no-prompt", "--cached-only", `--allow-read=${allowed},${folder}`, `--allow-write=${allowed}`];
      const command = { command: interpreter.path, args: ["run", "--quiet", ...limits, script, ...args] };
      const own = { cwd, env: plainEnv(env, { HOME: cwd, ...denoEnv, ...extra }) };
      return runChild({ ...command, ...own, timeoutSeconds, memoryBytes }, signal);
    },
    check: async (file, signal) => {
      const { path: command } = await find(signal);
      const limits = { timeoutSeconds: CHECK_SECONDS, env: plainEnv(env, { HOME: dirname(file), ...denoEnv }) };
      const args = ["check", "--quiet", "--cached-only", file];
      return problemsIn(await runChild({ command, args, cwd: dirname(file), ...limits }, signal), basename(file));
    },
  };
}

async function findDeno(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Interpreter> {
  for (const command of candidates(env)) {
    const run = { command, args: ["--version"], cwd: tmpdir(), env: plainEnv(env), timeoutSeconds: FIND_SECONDS };
    try {
      const [, version] = /^deno (\S+)/.exec((await runChild(run, signal)).stdout) ?? [];
      if (version !== undefined) return { path: command, version, platform: `${process.platform}-${process.arch}` };
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code !== "PROGRAM_MISSING") throw error;
    }
  }
  const found = env.SLIPWAY_DENO === undefined ? "on the PATH" : `at ${env.SLIPWAY_DENO}`;
  const message = `There is no Deno ${found}; TypeScript pipelines are run with it.`;
  throw new SlipwayError("environment", "DENO_MISSING", message, { hint: "Run: npm install --global deno" });
}

/** The user's choice alone; else what is on the PATH, else the npm package's program. */
function candidates(env: NodeJS.ProcessEnv): readonly string[] {
  if (env.SLIPWAY_DENO !== undefined) return [env.SLIPWAY_DENO];
  const name = process.platform === "win32" ? "deno.exe" : "deno";
  const packaged = ["", "-glibc"].flatMap((libc) => {
    try {
      const manifest = `@deno/${process.platform}-${process.arch}${libc}/package.json`;
      return [join(dirname(createRequire(join(__dirname, "deno.js")).resolve(manifest)), name)];
    } catch {
      return []; // not installed
    }
  });
  return ["deno", ...packaged];
}

function unavailable({ stderr, timedOut }: ProcessResult): SlipwayError {
  const said = timedOut
    ? `nothing came within ${FETCH_SECONDS} s`
    : (/^error: (.*)$/m.exec(stderr)?.[1] ?? stderr.trim());
  return new SlipwayError(
    "environment",
    "PACKAGE_UNAVAILABLE",
    `An import could not be fetched: ${said.slice(0, 600)}`,
    {
      hint: "Check the name and the version of the import, and the network.",
    },
  );
}

/** The complaints about one file, in the words of `deno check`. */
function problemsIn({ exitCode, stderr }: ProcessResult, file: string): readonly TypeProblem[] {
  const pattern = /^(TS\d+) \[ERROR\]: (.*)$[^]*?^ +at .*\/([^/]+):(\d+):\d+$/gm;
  const problems = Array.from(stderr.matchAll(pattern), ([, rule, message = "", name, line]) => ({
    name,
    problem: { line: Number(line), severity: "error" as const, message, rule },
  }));
  if (exitCode !== 0 && problems.length === 0) {
    const message = `deno check gave no result: ${stderr.trim().slice(0, 400)}`;
    throw new SlipwayError("environment", "TYPE_CHECKER_FAILED", message, { hint: "Run the command again." });
  }
  return problems.filter(({ name }) => name === file).map(({ problem }) => problem);
}

/** Deno as it is found on the machine. */
export const nodeDeno = createDeno();
