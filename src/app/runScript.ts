/** Runs one of the helper scripts in a temporary folder that holds the snapshot and nothing else. */
import { join } from "node:path";
import type * as z from "zod";
import type { Host, Interpreter, ProcessResult } from "../core/host";
import type { RunFailure } from "../core/validate/runs";
import type { RunsTask } from "./measure";
import type { LayOut } from "./runData";

const GIGABYTE = 1e9;

/** Where scripts run, and with what. */
export interface ScriptBench extends RunsTask {
  readonly host: Pick<Host, "files">;
  readonly runtime: Pick<Host["python"], "scripts" | "run">;
  readonly interpreter: Interpreter;
  /** Temporary folder of the whole validation. */
  readonly folder: string;
  readonly layOut: LayOut;
}

/** One script with what it is told. What it finds goes to the folder `name` of the bench. */
export interface ScriptRun {
  readonly name: string;
  readonly script: string;
  readonly task: unknown;
  /** Environment variables of its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may have to wait for another script, besides its time limit. */
  readonly waitSeconds?: number;
}

/** What a script said; `failure` where it did not come to say anything. */
export type ScriptOutcome<T> =
  | { readonly kind: "said"; readonly status: T }
  | { readonly kind: "failed"; readonly failure: RunFailure; readonly seconds: number };

/** Runs a script to its end or its time limit, and reads what it wrote to `status.json` by `schema`. */
export async function runScript<T>(
  bench: ScriptBench,
  run: ScriptRun,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<ScriptOutcome<T>> {
  const { host, runtime, interpreter, timeoutSeconds, memoryGigabytes } = bench;
  const out = join(bench.folder, run.name);
  const task = join(out, "task.json");
  const limit = timeoutSeconds + (run.waitSeconds ?? 0);
  await host.files.write(task, JSON.stringify(run.task));
  const ended = await host.files.withTempDir((cwd) =>
    host.files.withTempDir(async (home) => {
      await bench.layOut(cwd, signal);
      const command = { interpreter, script: join(runtime.scripts, run.script), args: [task, out], cwd };
      const env = { ...run.env, HOME: home, TMPDIR: home };
      const limits = {
        timeoutSeconds: limit,
        ...(memoryGigabytes !== undefined && { memoryBytes: memoryGigabytes * GIGABYTE }),
      };
      return runtime.run({ ...command, ...limits, env, folders: [bench.folder, home] }, signal);
    }),
  );
  const text = await host.files.readText(join(out, "status.json"));
  const isCut = ended.timedOut || ended.exceededBytes !== undefined;
  if (text !== undefined && !isCut) return { kind: "said", status: schema.parse(JSON.parse(text)) };
  const [place, stack] = await Promise.all(["place", "stack"].map((name) => host.files.readText(join(out, name))));
  return {
    kind: "failed",
    failure: { ...placeOf(place), ...lineOf(stack), message: endText(ended, timeoutSeconds) },
    seconds: ended.seconds,
  };
}

/** Where a run was when it ended: the cell and the line that it had begun. */
function placeOf(text: string | undefined): Pick<RunFailure, "cell" | "line"> {
  const [cell, line] = (text ?? "").trim().split(/\s+/).map(Number);
  return cell === undefined || line === undefined ? {} : { cell, line };
}

/** The innermost line of the module in the stack that Python writes when it is told to end; other files are libraries. */
function lineOf(stack: string | undefined): Pick<RunFailure, "line"> {
  const [, line] = /pipeline\.py", line (\d+)/.exec(stack ?? "") ?? [];
  return line === undefined ? {} : { line: Number(line) };
}

function endText({ timedOut, exceededBytes, exitCode, stderr }: ProcessResult, timeoutSeconds: number): string {
  if (timedOut) return `it did not end within ${timeoutSeconds} s, the limit that timeoutSeconds in slipway.yaml sets`;
  if (exceededBytes !== undefined) {
    const limit = Number((exceededBytes / GIGABYTE).toPrecision(3));
    return `it used more than ${limit} GB of memory, the limit that memoryGigabytes in slipway.yaml sets`;
  }
  const last = stderr.trim().split("\n").at(-1) ?? "";
  const how =
    exitCode === undefined ? "it was killed, perhaps for want of memory" : `it ended with exit code ${exitCode}`;
  return last === "" ? how : `${how}: ${last}`;
}
