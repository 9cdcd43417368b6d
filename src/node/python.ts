import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import * as z from "zod";
import { canonicalJson, digestOf, hexOf } from "../core/digest";
import { SlipwayError } from "../core/errors";
import type { Interpreter, Python } from "../core/host";
import { assetPath } from "./assets";
import { nodeFiles } from "./files";
import { defaultMemoryBytes } from "./memory";
import { once } from "./once";
import { installEnv, plainEnv, runChild } from "./process";
import { lockedEnvironment } from "./python/environment";
import type { Installer } from "./python/installer";
import { findInterpreter, type ChosenPython } from "./python/interpreter";
import { pipInstaller } from "./python/pip";
import { uvInstaller } from "./python/uv";

/** How to find and use Python; every option has a default. */
export interface PythonOptions {
  /** The interpreter to use, whatever else is there; else `SLIPWAY_PYTHON`. */
  readonly python?: ChosenPython;
  /** Where locks and environments are kept; else the user's cache folder. */
  readonly cacheFolder?: string;
  /** Environment variables, in place of the process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Python on this machine. */
export function nodePython(options: PythonOptions = {}): Python {
  const env = options.env ?? process.env;
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder(env);
  const installer = once((signal) => findInstaller(cacheFolder, env, signal));
  const find = once(async (signal) => {
    const hasUv = (await installer(signal)).name === "uv";
    return findInterpreter({ python: options.python ?? namedByVariable(env), env, hasUv }, signal);
  });
  /** By the distributions that were asked for: one command asks several times. */
  const installed = new Map<string, ReturnType<typeof once<Readonly<Record<string, string>>>>>();
  return {
    scripts: assetPath("scripts", "src/node/scripts"),
    find,
    installer: async (signal) => (await installer(signal)).name,
    installed: async (distributions, signal) => {
      const key = distributions.join(" ");
      const ask = installed.get(key) ?? once(async (stop) => installedIn(await find(stop), distributions, env, stop));
      installed.set(key, ask);
      return ask(signal);
    },
    lock: async (packages, signal) => {
      const interpreter = await find(signal);
      const key = hexOf(digestOf(`${canonicalJson(packages)}\n${interpreter.version} ${interpreter.platform}`)).slice(
        0,
        16,
      );
      const path = join(cacheFolder, "locks", `${key}.txt`);
      const known = await nodeFiles.readText(path);
      if (known !== undefined) return known;
      const lock = await (await installer(signal)).lock(packages, interpreter, signal);
      await nodeFiles.write(path, lock);
      return lock;
    },
    environment: async (lock, signal) =>
      lockedEnvironment(
        { cacheFolder, lock, interpreter: await find(signal), installer: await installer(signal) },
        signal,
      ),
    run: ({ interpreter, script, args, env: extra, ...given }, signal) => {
      const own = {
        HOME: given.cwd,
        TMPDIR: given.cwd,
        PATH: `${dirname(interpreter.path)}${delimiter}${env.PATH ?? ""}`,
        MPLBACKEND: "Agg",
        // Without a home of its own matplotlib would build its list of fonts in every run: two seconds.
        MPLCONFIGDIR: join(cacheFolder, "matplotlib"),
      };
      const command = { command: interpreter.path, args: [script, ...args], env: plainEnv(env, { ...own, ...extra }) };
      return runChild({ memoryBytes: defaultMemoryBytes(), ...given, ...command }, signal);
    },
  };
}

/** An empty variable is one that is not set. */
function namedByVariable({ SLIPWAY_PYTHON: path = "" }: NodeJS.ProcessEnv): ChosenPython | undefined {
  return path === "" ? undefined : { path, source: "SLIPWAY_PYTHON" };
}

/** `$XDG_CACHE_HOME/slipway` or `~/.cache/slipway`; on Windows under the local application data. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME ?? (process.platform === "win32" ? env.LOCALAPPDATA : undefined);
  return join(base ?? join(homedir(), ".cache"), "slipway");
}

async function findInstaller(cacheFolder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Installer> {
  const run = { command: "uv", args: ["--version"], cwd: tmpdir(), env: installEnv(env), timeoutSeconds: 20 };
  try {
    const { exitCode } = await runChild(run, signal);
    if (exitCode === 0) return uvInstaller("uv", env);
  } catch (error) {
    if (error instanceof SlipwayError && error.kind === "interrupted") throw error;
  }
  return pipInstaller(cacheFolder, env);
}

async function installedIn(
  interpreter: Interpreter,
  distributions: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const script = assetPath("scripts/installed.py", "src/node/scripts/installed.py");
  const args = [script, ...distributions];
  const run = { command: interpreter.path, args, cwd: tmpdir(), env: installEnv(env), timeoutSeconds: 60 };
  const { exitCode, stdout, stderr } = await runChild(run, signal);
  if (exitCode === 0) return z.record(z.string(), z.string()).parse(JSON.parse(stdout));
  throw new SlipwayError(
    "environment",
    "PYTHON_BROKEN",
    `${interpreter.path} cannot list its packages: ${stderr.trim()}`,
    {
      hint: "Choose another interpreter with SLIPWAY_PYTHON.",
    },
  );
}
