import { join } from "node:path";
import { tmpdir } from "node:os";
import * as z from "zod";
import { SlipwayError } from "../../core/errors";
import type { Interpreter } from "../../core/host";
import { assetPath } from "../assets";
import { installEnv, runChild } from "../process";

const OLDEST = [3, 10] as const;
const PROBE_SECONDS = 20;

/** A program that may be a Python, with the arguments that choose it. */
type Candidate = readonly [command: string, ...args: string[]];

const probeSchema = z.object({ path: z.string(), version: z.string(), venv: z.boolean() });
type Probe = z.infer<typeof probeSchema>;

/** The interpreter that the user chose. */
export interface ChosenPython {
  readonly path: string;
  /** What names it, such as `python in slipway.yaml`. */
  readonly source: string;
}

/** Where to look: `python` is the user's choice and, if given, the only candidate. */
export interface Search {
  readonly python: ChosenPython | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly hasUv: boolean;
}

/** The first candidate that is new enough and can make environments. */
export async function findInterpreter(search: Search, signal: AbortSignal): Promise<Interpreter> {
  const refused: string[] = [];
  for (const candidate of candidates(search)) {
    const probe = await probed(candidate, search.env, signal);
    const reason = probe === undefined ? undefined : objection(probe, search.hasUv);
    if (probe !== undefined && reason === undefined) {
      return { path: probe.path, version: probe.version, platform: `${process.platform}-${process.arch}` };
    }
    if (reason !== undefined) refused.push(reason);
  }
  throw pythonMissing(search, [...new Set(refused)]);
}

function candidates({ python, env }: Search): readonly Candidate[] {
  if (python !== undefined) return [[python.path]];
  const windows = process.platform === "win32";
  const active = env.VIRTUAL_ENV;
  const found: Candidate[] = [];
  if (active) found.push([windows ? join(active, "Scripts", "python.exe") : join(active, "bin", "python")]);
  found.push(["python3"], ["python"]);
  if (windows) found.push(["py", "-3"]);
  return found;
}

/** What the candidate says of itself; nothing if it cannot be started or is no Python 3. */
async function probed(
  [command, ...args]: Candidate,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Probe | undefined> {
  const script = assetPath("scripts/probe.py", "src/node/scripts/probe.py");
  const run = { command, args: [...args, script], cwd: tmpdir(), env: installEnv(env), timeoutSeconds: PROBE_SECONDS };
  try {
    const { exitCode, stdout } = await runChild(run, signal);
    return exitCode === 0 ? probeSchema.parse(JSON.parse(stdout)) : undefined;
  } catch (error) {
    if (error instanceof SlipwayError && error.kind === "interrupted") throw error;
    return undefined;
  }
}

const TOO_OLD = " is Python ";

function objection(probe: Probe, hasUv: boolean): string | undefined {
  if (!isNewEnough(probe.version)) return `${probe.path}${TOO_OLD}${probe.version}`;
  if (!probe.venv && !hasUv) return `${probe.path} has no venv module`;
  return undefined;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function pythonMissing({ python: chosen, hasUv }: Search, refused: readonly string[]): SlipwayError {
  const found = refused.length > 0 ? ` Found: ${refused.join("; ")}.` : "";
  const wanted = `Python >= ${OLDEST.join(".")} with venv`;
  if (chosen === undefined) {
    return new SlipwayError("environment", "PYTHON_MISSING", `There is no ${wanted}.${found}`, {
      hint: `Run: ${refused.some((reason) => reason.includes(TOO_OLD)) ? newerCommand(hasUv) : installCommand(process.platform)}`,
    });
  }
  const { path, source } = chosen;
  return new SlipwayError("environment", "PYTHON_MISSING", `There is no ${wanted} at ${path} (${source}).${found}`, {
    hint: `Correct ${source}: the path of a ${wanted}.`,
  });
}

/** An operating system that has an old Python has no newer one; uv does. */
function newerCommand(hasUv: boolean): string {
  const uv = hasUv ? "" : "pip install uv && ";
  return `${uv}uv python install 3.12 && export SLIPWAY_PYTHON="$(uv python find 3.12)"`;
}

/** The command that installs Python on an operating system. */
export function installCommand(platform: NodeJS.Platform): string {
  if (platform === "darwin") return "brew install python";
  if (platform === "win32") return "winget install Python.Python.3.12";
  return "sudo apt-get install python3 python3-venv (or: sudo dnf install python3)";
}
