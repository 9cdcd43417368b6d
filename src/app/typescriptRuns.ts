/** Measures a TypeScript pipeline: runs the notebook, the module twice and the type checker, all in Deno. */
import { join } from "node:path";
import * as z from "zod";
import type { Host, Interpreter } from "../core/host";
import type { Extraction } from "../core/pipeline";
import { compareJson } from "../core/validate/compareJson";
import type { Measurements } from "../core/validate/gates";
import type { PortableMeasurement } from "../core/validate/modelPortable";
import { runnerProgram } from "../core/validate/program";
import type { RunFailure, RunMeasurement } from "../core/validate/runs";
import { environmentFile } from "./environment";
import { secondsSince, type RunsResult, type RunsTask } from "./measure";
import { withRunData } from "./runData";
import { runScript, type ScriptBench } from "./runScript";
import { together } from "./together";

/** The ports that a TypeScript pipeline is measured with. */
export type TypeScriptRunsHost = Pick<Host, "files" | "store" | "deno" | "progress">;

interface Bench extends ScriptBench {
  readonly host: TypeScriptRunsHost;
  /** The cell that each line of the notebook's program, or of the module, came from. */
  readonly origins: { readonly notebook: Origin; readonly module: Origin };
}

type Origin = (line: number) => Pick<RunFailure, "cell" | "line">;

type Values = Readonly<Record<string, unknown>>;

const statusSchema = z.object({
  error: z.object({ message: z.string(), line: z.int().exactOptional() }).nullable(),
  seconds: z.number(),
  values: z.record(z.string(), z.unknown()),
});

const PREFIX = "target:";

/** Runs everything in temporary folders, with no network and no files but the snapshot's. */
export async function measureTypeScript(
  task: RunsTask,
  host: TypeScriptRunsHost,
  signal: AbortSignal,
): Promise<RunsResult> {
  host.progress.stage("Preparing the environment");
  const interpreter = await host.deno.find(signal);
  return withRunData(task, host, signal, (layOut) =>
    host.files.withTempDir(async (folder) => {
      const started = performance.now();
      const origins = await layOutCode(task, folder, host);
      const environmentLock = await fetchImports(task, folder, host, signal);
      const environment = environmentOf(interpreter, environmentLock, secondsSince(started));
      const bench: Bench = { ...task, host, runtime: host.deno, interpreter, folder, layOut, origins };
      const [types, runs] = await together([(stop) => checkTypes(bench, stop), (stop) => runAll(bench, stop)], signal);
      return {
        measurements: { environment, types, ...runs, model: modelOf(task.extraction), speed: undefined },
        environmentLock,
      };
    }),
  );
}

/** Files of the notebook's own run, in the folder of the module: what its project file says is so for them, too. */
const NOTEBOOK_FOLDER = ".notebook";

/** Writes the module with its files, and the notebook as one program among the files that it imports. */
async function layOutCode(
  { pipeline, extraction }: RunsTask,
  folder: string,
  { files }: TypeScriptRunsHost,
): Promise<Bench["origins"]> {
  const { instrument } = await import("../core/typescript/instrument");
  const { text, lines } = instrument(runnerProgram(extraction));
  await files.write(notebookFile(extraction, folder), text);
  for (const { path, text: own } of extraction.program.modules ?? [])
    await files.write(join(folder, "code", NOTEBOOK_FOLDER, path), own);
  for (const name of ["pipeline.ts", "deno.json", "deno.lock", ...Object.keys(pipeline.lock.modules ?? {})]) {
    const source = await files.readText(join(pipeline.folder, name));
    if (source !== undefined) await files.write(join(folder, "code", name), source);
  }
  const places = new Map(extraction.map.map(({ line, cell, cellLine }) => [line, { cell, line: cellLine }]));
  return { notebook: (line) => lines[line - 1] ?? {}, module: (line) => places.get(line) ?? {} };
}

function notebookFile({ program }: Extraction, folder: string): string {
  return join(folder, "code", NOTEBOOK_FOLDER, program.folder ?? "", "notebook.ts");
}

/** Fetches what is imported, and gives the text that pins it; a program without imports has nothing to pin. */
async function fetchImports(
  { extraction }: RunsTask,
  folder: string,
  { deno, files }: TypeScriptRunsHost,
  signal: AbortSignal,
): Promise<string> {
  const code = join(folder, "code");
  await deno.fetch([join(code, "pipeline.ts"), notebookFile(extraction, folder)], signal);
  return (await files.readText(join(code, environmentFile("typescript")))) ?? '{ "version": "5" }\n';
}

function environmentOf({ version }: Interpreter, lock: string, seconds: number): Measurements["environment"] {
  const packages = lock.match(/"integrity"|^ {4}"https:/gm)?.length ?? 0;
  return { packages, runtime: `Deno ${version}`, installer: undefined, seconds };
}

async function checkTypes({ host, folder }: Bench, signal: AbortSignal): Promise<Measurements["types"]> {
  const started = performance.now();
  const problems = await host.deno.check(join(folder, "code", "pipeline.ts"), signal);
  return { checker: "deno check", file: "pipeline.ts", problems, seconds: secondsSince(started) };
}

async function runAll(
  bench: Bench,
  signal: AbortSignal,
): Promise<Pick<Measurements, "notebook" | "module" | "check" | "metrics">> {
  const { host, extraction } = bench;
  host.progress.stage("Running the notebook and the module");
  const [notebook, module] = await together(
    [(stop) => runCode(bench, "notebook", stop), (stop) => runCode(bench, "module", stop)],
    signal,
  );
  host.progress.stage("Running the module again");
  const again = await runCode(bench, "module", signal);
  const names = extraction.targets.map(({ name }) => name);
  const equal = compareJson(names, notebook.values, module.values);
  const repeated = compareJson(names, module.values, again.values);
  const { failure, seconds } = again.run;
  return {
    notebook: notebook.run,
    module: module.run,
    check: failure === undefined ? { seconds, equal, repeated } : { seconds, failure },
    metrics: metricsOf(extraction, module.values),
  };
}

async function runCode(
  bench: Bench,
  name: "notebook" | "module",
  signal: AbortSignal,
): Promise<{ readonly run: RunMeasurement; readonly values: Values }> {
  const { extraction, folder, timeoutSeconds: limitSeconds, origins } = bench;
  const path = name === "notebook" ? notebookFile(extraction, folder) : join(folder, "code", "pipeline.ts");
  const file = `file://${path}`;
  const task = name === "notebook" ? { program: file } : { module: file };
  const outcome = await runScript(bench, { name, script: "deno_run.mjs", task }, statusSchema, signal);
  if (outcome.kind === "failed") return { run: { ...outcome, limitSeconds, skipped: [] }, values: {} };
  const { error, seconds, values } = outcome.status;
  const place = error?.line === undefined ? {} : origins[name](error.line);
  const failure = error === null ? {} : { failure: { ...place, message: error.message } };
  return { run: { seconds, limitSeconds, skipped: [], ...failure }, values: withoutPrefix(values) };
}

function withoutPrefix(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name, value]),
  );
}

function metricsOf({ targets }: Extraction, values: Values): Readonly<Record<string, number>> {
  const metrics = targets.filter(({ kind }) => kind === "metric").map(({ name }) => [name, values[name]] as const);
  return Object.fromEntries(metrics.filter((entry): entry is [string, number] => typeof entry[1] === "number"));
}

function modelOf({ targets }: Extraction): PortableMeasurement {
  const reason = targets.some(({ kind }) => kind === "model")
    ? "A model in TypeScript is not exported: the module itself is what is served."
    : "The pipeline has no model.";
  return { kind: "none", reason };
}
