/** Measures a Python pipeline: runs the notebook, the module twice, the type checker and the exported model. */
import { join } from "node:path";
import * as z from "zod";
import type { Host } from "../core/host";
import { errorsIn } from "../core/extract/blame";
import { observedTypes, openPlaces, runTypesSchema } from "../core/extract/observed";
import { MODULE_FILE, type Extraction } from "../core/pipeline";
import { signatureSchema } from "../core/signature";
import { ageAdvice } from "../core/validate/age";
import type { Measurements } from "../core/validate/gates";
import type { TypesMeasurement } from "../core/validate/codeTypes";
import type { PathMeasurement } from "../core/validate/scoringPath";
import { runnerProgram } from "../core/validate/program";
import { dayOf } from "../core/validate/requirements";
import { placeText, type CheckMeasurement, type RunFailure, type RunMeasurement } from "../core/validate/runs";
import type { AnalyseHost } from "./analyse";
import { requirementsLock } from "./environment";
import { openedModule, typedModule, type Typed, type TypedModule, type TypesTask } from "./observedTypes";
import { secondsSince, type RunsResult, type RunsTask } from "./measure";
import { measureModel, type ExportedWhole, type ModelResult } from "./modelRuns";
import { withRunData } from "./runData";
import { runScript, type ScriptBench, type ScriptOutcome } from "./runScript";
import { together } from "./together";

/** The ports that a Python pipeline is measured with. */
export type PythonRunsHost = AnalyseHost & Pick<Host, "store" | "python" | "typeChecker" | "models">;

interface Bench extends ScriptBench {
  readonly host: PythonRunsHost;
  /** True where the packages are those of a day. */
  readonly isDated: boolean;
}

/** The runs that are compared go through sets in one order; the run that shows whether the module repeats itself in its own. */
const ORDERED_SETS = { PYTHONHASHSEED: "0" };

const failureSchema = z.object({
  message: z.string(),
  cell: z.int().exactOptional(),
  line: z.int().exactOptional(),
  missing: z.string().exactOptional(),
});

const runSchema = z.object({
  error: failureSchema.nullable(),
  skipped: z.array(failureSchema),
  seconds: z.number(),
  isolated: z.boolean().exactOptional(),
});

/** Types that cannot be read are none: the run counts without them. */
const moduleRunSchema = runSchema.extend({ types: runTypesSchema.catch({}) });

const comparisonsSchema = z.array(z.object({ name: z.string(), ok: z.boolean(), text: z.string() }));

const exportedSchema = z.object({ path: z.string(), signature: signatureSchema });

const modelsSchema = z.tuple([exportedSchema], exportedSchema);

/** `line` and `text`: of the module. */
const wholeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("graphs"), models: modelsSchema }),
  z.object({ kind: z.literal("raw"), names: z.record(z.string(), z.string()) }),
  z.object({
    kind: z.literal("obstacle"),
    message: z.string(),
    line: z.int().exactOptional(),
    text: z.string().exactOptional(),
  }),
]);

const checkSchema = z.union([
  z.object({ error: failureSchema }),
  z.object({
    error: z.null(),
    equal: comparisonsSchema,
    repeated: comparisonsSchema,
    metrics: z.record(z.string(), z.number()),
    notFinite: z.record(z.string(), z.string()),
    seconds: z.number(),
    path: z.object({ ok: z.boolean(), text: z.string(), seconds: z.number() }).nullable(),
    export: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("models"), models: modelsSchema }),
        z.object({ kind: z.enum(["obstacle", "none"]), message: z.string() }),
      ])
      .nullable(),
    whole: wholeSchema.nullable(),
  }),
]);

type RunStatus = z.infer<typeof runSchema>;
type ModuleRunStatus = z.infer<typeof moduleRunSchema>;
type CheckStatus = z.infer<typeof checkSchema>;

/**
 * Runs everything in temporary folders, in the environment that the pipeline's lock pins. Where a run fails for want of a package
 * that some library loads by itself, the package is added, and everything is run again.
 */
export async function measurePython(task: PythonTask, host: PythonRunsHost, signal: AbortSignal): Promise<RunsResult> {
  const result = await measureOnce(task, host, signal);
  const { missed = [] } = task;
  const { notebook, module } = result.measurements;
  const failure = [notebook.failure, module.failure].find((one) => one?.missing !== undefined);
  const { absent = [] } = task.extraction.imports;
  if (failure?.missing === undefined || [...missed, ...absent].includes(failure.missing)) return result;
  host.progress.note(
    `Added the package for ${failure.missing}, which was missing in ${placeText(failure) || "a run"}.`,
  );
  return measurePython({ ...task, missed: [...missed, failure.missing] }, host, signal);
}

/** A pipeline, and the import names that were missed in the runs before. */
interface PythonTask extends RunsTask {
  readonly missed?: readonly string[];
}

async function measureOnce(task: PythonTask, host: PythonRunsHost, signal: AbortSignal): Promise<RunsResult> {
  const started = performance.now();
  host.progress.stage("Preparing the environment");
  const environmentLock = await requirementsLock(task, host, signal);
  const interpreter = await host.python.environment(environmentLock, signal);
  const environment = {
    packages: environmentLock.match(/^[\w.-]+==/gm)?.length ?? 0,
    runtime: `Python ${interpreter.version}`,
    installer: await host.python.installer(signal),
    seconds: secondsSince(started),
  };
  return withRunData(task, host, signal, (layOut) =>
    host.files.withTempDir(async (folder) => {
      const isDated = dayOf(environmentLock) !== undefined;
      const bench: Bench = { ...task, host, runtime: host.python, interpreter, folder, layOut, isDated };
      await layOutCode(bench);
      const { made, typed, ...measured } = await runAll(bench, signal);
      return { measurements: { environment, ...measured }, environmentLock, ...made, ...(typed && { typed }) };
    }),
  );
}

/** The pipeline as it is in its folder, and the user's modules as the notebook finds them. */
async function layOutCode({ host: { files }, folder, pipeline, extraction }: Bench): Promise<void> {
  for (const path of [MODULE_FILE.python, ...Object.keys(pipeline.lock.modules ?? {})])
    await files.copy(join(pipeline.folder, path), join(folder, "code", path));
  for (const { path, text } of extraction.program.modules ?? [])
    await files.write(join(folder, NOTEBOOK_MODULES, path), text);
}

const NOTEBOOK_MODULES = "modules";

/** What pyright says of the module, and how long it took. */
async function checkTypes({ host, interpreter, folder }: Bench, signal: AbortSignal): Promise<TypesMeasurement> {
  const started = performance.now();
  const problems = await host.typeChecker.check(modulePath(folder), interpreter, signal);
  return { checker: "pyright", file: MODULE_FILE.python, problems, seconds: secondsSince(started) };
}

function modulePath(folder: string): string {
  return join(folder, "code", MODULE_FILE.python);
}

type Runs = Omit<Measurements, "environment"> &
  Pick<ModelResult, "made"> & { readonly typed?: TypedModule | undefined };

/**
 * At first the notebook and the module run, then whatever the module's run is enough for: on a machine with two cores both are at
 * work until the end. (All at once took a fifth longer: then the comparison was left over, and ran alone.)
 */
async function runAll(bench: Bench, signal: AbortSignal): Promise<Runs> {
  bench.host.progress.stage("Running the notebook and the module");
  const [notebook, { module, check, ...rest }] = await together(
    [
      (stop) => runNotebook(bench, stop),
      async (stop) => {
        const outcome = await runModule(bench, stop);
        const module = toRun(outcome, bench);
        const typed = await withTypes(outcome, bench, stop);
        const first = await judgeTyped(module, typed, bench, stop);
        if (typed !== undefined || module.failure !== undefined) return first;
        const open = await withOpenTypes(first.types, bench, stop);
        return open === undefined ? first : judgeTyped(module, open, bench, stop);
      },
    ],
    signal,
  );
  return { notebook, module, check: toCheck(check, notebook), ...rest };
}

async function runNotebook(bench: Bench, signal: AbortSignal): Promise<RunMeasurement> {
  const { host, folder, extraction } = bench;
  const task = { ...runnerProgram(extraction), modules: join(folder, NOTEBOOK_MODULES) };
  const program = { name: "notebook", script: "run_notebook.py", task, env: ORDERED_SETS };
  const outcome = await runScript(bench, program, runSchema, signal);
  await host.files.write(join(folder, NOTEBOOK_ENDED), "");
  const run = toRun(outcome, bench);
  const { failure } = run;
  const advice = failure && !bench.isDated ? ageAdvice(extraction, bench.interpreter, failure) : undefined;
  return { ...run, ...(advice !== undefined && { advice }) };
}

/** A file of the bench that `check.py` waits for. */
const NOTEBOOK_ENDED = join("notebook", "ended");

async function runModule(bench: Bench, signal: AbortSignal): Promise<ScriptOutcome<ModuleRunStatus>> {
  const code = { name: "module", script: "run_module.py", task: { folder: join(bench.folder, "code") } };
  return inCells(await runScript(bench, code, moduleRunSchema, signal), bench.extraction);
}

type ModuleRuns = Omit<Runs, "environment" | "notebook" | "check"> & Pick<Judged, "check">;

/** Runs the module again, with other types if there are any, and has it checked meanwhile if that was not done. */
async function judgeTyped(
  module: RunMeasurement,
  typed: Typed | undefined,
  bench: Bench,
  signal: AbortSignal,
): Promise<ModuleRuns> {
  const judged = typed === undefined ? bench : { ...bench, extraction: typed.module.extraction };
  const tasks = [
    async (stop: AbortSignal) => typed?.types ?? checkTypes(bench, stop),
    (stop: AbortSignal) => judge(module, judged, stop),
  ] as const;
  const [types, judgement] = await together(tasks, signal);
  const open = openPlaces(judged.extraction.types);
  return { module, types: { ...types, open }, typed: typed?.module, ...judgement };
}

/** The module with the types that its run showed, and without those that pyright rejects, where that is another text. */
async function withTypes(
  outcome: ScriptOutcome<ModuleRunStatus>,
  bench: Bench,
  signal: AbortSignal,
): Promise<Typed | undefined> {
  if (outcome.kind === "failed" || outcome.status.error !== null) return undefined;
  const { types } = outcome.status;
  return exchanged(bench, signal, async (task) => {
    const typed = await typedModule(observedTypes(types), task, bench.host, signal);
    return typed && ((await openedModule({ ...typed.module, types: typed.types }, task, bench.host, signal)) ?? typed);
  });
}

/** The module that was run without the types that pyright rejects. */
async function withOpenTypes(types: TypesMeasurement, bench: Bench, signal: AbortSignal): Promise<Typed | undefined> {
  if (errorsIn(types.problems).length === 0) return undefined;
  const { extraction, pipeline, host } = bench;
  return exchanged(bench, signal, (task) =>
    openedModule({ extraction, text: task.present, lock: pipeline.lock, types }, task, host, signal),
  );
}

/** Puts the module with other types in the place of the one that was run, if one is made. */
async function exchanged(
  bench: Bench,
  signal: AbortSignal,
  make: (task: TypesTask) => Promise<Typed | undefined>,
): Promise<Typed | undefined> {
  const { host, folder } = bench;
  const path = modulePath(folder);
  const present = (await host.files.readText(path)) ?? "";
  const check = async (text: string): Promise<TypesMeasurement> => {
    await host.files.write(path, text);
    return checkTypes(bench, signal);
  };
  const typed = await make({ ...bench, present, check });
  await host.files.write(path, typed?.module.text ?? present);
  return typed;
}

/** Runs the module again, compares it with what ran before, and measures the model that it gives. */
async function judge(module: RunMeasurement, bench: Bench, signal: AbortSignal): Promise<Judged> {
  if (module.failure === undefined) bench.host.progress.stage("Running the module again and comparing the results");
  const check = module.failure === undefined ? await runCheck(bench, signal) : undefined;
  const { export: exported, whole, metrics = {}, path } = resultOf(check) ?? {};
  const task = { ...bench, exported, whole: inWords(whole, bench.extraction) };
  const model = await measureModel(task, signal);
  return { check, metrics, path: pathOf(bench.extraction, path), ...model };
}

/** What the check found, if it came to its end. */
function resultOf(check: Judged["check"]): Extract<CheckStatus, { error: null }> | undefined {
  return check?.kind === "said" && check.status.error === null ? check.status : undefined;
}

/** The statement that keeps `predict` from becoming one graph, by its place in the notebook. */
function inWords(whole: z.infer<typeof wholeSchema> | null | undefined, { map }: Extraction): ExportedWhole {
  if (whole?.kind !== "obstacle") return whole;
  const { message, line, text } = whole;
  if (line === undefined) return { kind: "obstacle", message: `${message}.` };
  // A statement may be written in several lines, of which the first has the place.
  const origin = map.findLast((one) => one.line <= line);
  const place =
    origin === undefined ? `pipeline.py, line ${line}` : placeText({ cell: origin.cell, line: origin.cellLine });
  return { kind: "obstacle", message: `\`${text ?? ""}\` (${place}): ${message}.` };
}

/** What is known of the scoring path; nothing of a pipeline without a model. */
function pathOf(
  { path, targets, diagnostics }: Extraction,
  found: PathMeasurement["found"],
): PathMeasurement | undefined {
  if (!targets.some(({ kind }) => kind === "model")) return undefined;
  const obstacle = diagnostics.find(({ code }) => code === "scoring.path");
  return { ...(found && { found }), ...(obstacle && { obstacle: obstacle.message }), isWritten: path !== undefined };
}

interface Judged extends ModelResult, Pick<Measurements, "metrics" | "path"> {
  readonly check: ScriptOutcome<CheckStatus> | undefined;
}

function runCheck(bench: Bench, signal: AbortSignal): Promise<ScriptOutcome<CheckStatus>> {
  const { folder, extraction } = bench;
  const task = {
    folder: join(folder, "code"),
    notebook: join(folder, "notebook", "values.pickle"),
    notebookEnded: join(folder, NOTEBOOK_ENDED),
    module: join(folder, "module", "values.pickle"),
    targets: extraction.targets.map(({ name, kind }) => ({ name, kind })),
    model: extraction.targets.find(({ kind }) => kind === "model")?.name ?? null,
    path: extraction.path ?? null,
  };
  const run = { name: "check", script: "check.py", task, env: ORDERED_SETS, waitSeconds: bench.timeoutSeconds };
  return runScript(bench, run, checkSchema, signal);
}

function toRun(outcome: ScriptOutcome<RunStatus>, { timeoutSeconds: limitSeconds }: RunsTask): RunMeasurement {
  if (outcome.kind === "failed") return { ...outcome, limitSeconds, skipped: [] };
  const { error, seconds, skipped, isolated } = outcome.status;
  return {
    seconds,
    skipped,
    ...(isolated !== undefined && { isolated }),
    limitSeconds,
    ...(error !== null && { failure: error }),
  };
}

function toCheck(outcome: ScriptOutcome<CheckStatus> | undefined, notebook: RunMeasurement): CheckMeasurement {
  if (outcome === undefined) return { seconds: 0 };
  if (outcome.kind === "failed") return outcome;
  const { status } = outcome;
  if (status.error !== null) return { seconds: 0, failure: status.error };
  const { equal, repeated, notFinite, seconds } = status;
  return { seconds, repeated, notFinite, ...(notebook.failure === undefined && { equal }) };
}

/** A failure's line of the module as the cell that the line came from. */
function inCells<T extends RunStatus>(outcome: ScriptOutcome<T>, { map }: Extraction): ScriptOutcome<T> {
  if (outcome.kind === "failed") return { ...outcome, failure: inCell(outcome.failure, map) };
  const { error } = outcome.status;
  return error === null ? outcome : { kind: "said", status: { ...outcome.status, error: inCell(error, map) } };
}

function inCell({ line, ...failure }: RunFailure, map: Extraction["map"]): RunFailure {
  if (line === undefined) return failure;
  const origin = map.find((one) => one.line === line);
  const message = `${failure.message} (pipeline.py, line ${line})`;
  return { ...failure, message, ...(origin !== undefined && { cell: origin.cell, line: origin.cellLine }) };
}
