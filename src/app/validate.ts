import { basename, dirname, join } from "node:path";
import { digestOf } from "../core/digest";
import { inputError, throwIfAborted } from "../core/errors";
import type { Host } from "../core/host";
import type { ClientFacts, Signature } from "../core/pipeline";
import type { Gate, Report } from "../core/report";
import { isScoringClient, scoringClient } from "../core/typescript/scoringClient";
import { gatesOf } from "../core/validate/gates";
import { reportPage } from "../core/validate/reportPage";
import { DEFAULT_THRESHOLDS, type Thresholds } from "../core/validate/thresholds";
import type { Validation } from "../core/validate/validation";
import { analysePipeline } from "./analyse";
import { readConfig } from "./config";
import { changedModule, checkResolved } from "./edits";
import { environmentFile } from "./environment";
import type { RunsResult, RunsTask } from "./measure";
import { measurePython, type PythonRunsHost } from "./pythonRuns";
import { reusableValidation } from "./reuse";
import { measureTypeScript, type TypeScriptRunsHost } from "./typescriptRuns";
import { writeValidation } from "./validations";
import {
  completedLock,
  formatLock,
  loadPipeline,
  LOCK_FILE,
  pipelineCode,
  SCORING_FILE,
  STATE_FOLDER,
  workspacePath,
  type Pipeline,
} from "./workspace";

/** What validation needs of the host. */
export type ValidateHost = PythonRunsHost & TypeScriptRunsHost & Pick<Host, "clock" | "grammar" | "formatter">;

/** Which pipeline is validated, and how. */
export interface ValidateOptions {
  readonly workspace: string;
  /** A pipeline's name, its folder, or a file in it. */
  readonly pipeline: string;
  /** Time limit of one run; else `timeoutSeconds` of slipway.yaml, else 600. */
  readonly timeoutSeconds?: number;
  /** What one run may use; else `memoryGigabytes` of slipway.yaml, else a share of the machine's memory. */
  readonly memoryGigabytes?: number;
  /** Runs every gate even if nothing changed since the last validation. */
  readonly force?: boolean;
}

/** The verdict. */
export interface ValidateResult {
  readonly ok: boolean;
  readonly gates: readonly Gate[];
  /** The report as JSON; the page lies beside it as `report.html`. */
  readonly reportPath: string;
  readonly validation: Validation;
  /** True if nothing changed since this validation was made, so that nothing was run. */
  readonly reused: boolean;
}

const DEFAULT_TIMEOUT_SECONDS = 600;

/** Runs every gate on a pipeline, and writes what was made: the environment's lock, the scoring client, the report, a record. */
export async function validate(
  options: ValidateOptions,
  host: ValidateHost,
  signal: AbortSignal,
): Promise<ValidateResult> {
  throwIfAborted(signal);
  const { workspace } = options;
  const config = await readConfig(workspace, host);
  const thresholds = { ...DEFAULT_THRESHOLDS, ...config.thresholds };
  const pipeline = await loadPipeline(workspace, options.pipeline, host);
  await checkResolved(workspace, pipeline, host);
  const known =
    options.force === true ? undefined : await reusableValidation({ workspace, pipeline, thresholds }, host);
  if (known !== undefined) return { ...(await published(workspace, known, host)), reused: true };

  await checkFresh(workspace, pipeline, host);
  const extraction = await analysePipeline({ workspace, pipeline }, host, signal);
  const timeoutSeconds = options.timeoutSeconds ?? config.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const memoryGigabytes = options.memoryGigabytes ?? config.memoryGigabytes;
  const task = { workspace, pipeline, extraction, timeoutSeconds, ...(memoryGigabytes && { memoryGigabytes }) };
  checkStored(task);
  return { ...(await validateExtraction({ ...task, thresholds }, host, signal)), reused: false };
}

/** Refuses a pipeline that is older than its notebook, or a module that it imports. */
async function checkFresh(workspace: string, { name, lock }: Pipeline, host: Pick<Host, "files">): Promise<void> {
  const bytes = await host.files.read(join(workspace, lock.notebook.path));
  const isSame = bytes === undefined || digestOf(bytes) === lock.notebook.digest;
  const changed = isSame ? await changedModule(workspace, lock, host) : lock.notebook.path;
  if (changed === undefined) return;
  throw inputError("PIPELINE_STALE", `${changed} changed after ${name} was extracted from ${lock.notebook.path}.`, {
    place: { file: join(workspace, changed) },
    hint: `Run: slipway extract ${lock.notebook.path}`,
  });
}

/** Refuses a pipeline whose data was not stored. */
function checkStored({ workspace, pipeline, extraction }: RunsTask): void {
  if (extraction.references.length === 0 || pipeline.lock.snapshot !== undefined) return;
  throw inputError("SNAPSHOT_NOT_TAKEN", `The data that ${pipeline.name} reads was not stored yet.`, {
    place: { file: join(workspace, extraction.notebook) },
    hint: `Run: slipway snapshot ${pipeline.name}`,
  });
}

/** Measures a pipeline whose notebook was analysed, and judges it. */
export async function validateExtraction(
  task: RunsTask & { readonly thresholds: Thresholds },
  host: ValidateHost,
  signal: AbortSignal,
): Promise<Omit<ValidateResult, "reused">> {
  const isPython = task.extraction.language === "python";
  const result = await (isPython ? measurePython(task, host, signal) : measureTypeScript(task, host, signal));
  throwIfAborted(signal);
  const { measurements, model } = result;
  const signature = result.signature && withMeanings(result.signature, task.extraction.client, result.takesRaw);
  const gates = gatesOf(measurements, task.thresholds);
  const report: Report = {
    pipeline: task.pipeline.name,
    ok: gates.every(({ status }) => status !== "failed"),
    gates,
    metrics: measurements.metrics,
    subject: await complete(task, { ...result, signature }, host),
    createdAt: host.clock.now().toISOString(),
  };
  const blob = model === undefined ? undefined : await host.store(task.workspace).put(model);
  const validation: Validation = {
    report,
    ...(signature !== undefined && { signature }),
    ...(blob !== undefined && { model: { digest: blob.digest, size: blob.size } }),
  };
  await writeValidation(task.workspace, validation, host);
  return published(task.workspace, validation, host);
}

/** The values do not show that they were computed from others; the text of the notebook does. */
function withMeanings(signature: Signature, client: ClientFacts | undefined, takesRaw = false): Signature {
  const meanings = new Map(Object.entries(takesRaw ? {} : (client?.meanings ?? {})));
  const meaning = client?.outputMeaning;
  const inputs = signature.inputs.map((input) => {
    const own = meanings.get(input.name);
    return own === undefined ? input : { ...input, meaning: own };
  });
  return { ...signature, inputs, output: { ...signature.output, ...(meaning === undefined ? {} : { meaning }) } };
}

interface Made extends Pick<RunsResult, "environmentLock" | "typed"> {
  readonly signature: Signature | undefined;
}

/** Writes what the runs made into the pipeline folder, and says what was validated. */
async function complete(
  { pipeline: validated }: RunsTask,
  { environmentLock, signature, typed }: Made,
  { files, progress }: Pick<Host, "files" | "progress">,
): Promise<Report["subject"]> {
  const environment = digestOf(environmentLock);
  // Somebody may have edited the module meanwhile: that is not to be lost.
  const isTyped = typed !== undefined && (await files.readText(validated.modulePath)) === typed.replaces;
  const pipeline = isTyped ? { ...validated, lock: typed.lock } : validated;
  const lock = completedLock(pipeline.lock, { environment, signature });
  const scoring = join(pipeline.folder, SCORING_FILE);
  await files.writeAll([
    { path: join(pipeline.folder, environmentFile(lock.language)), data: environmentLock },
    ...(isTyped ? [{ path: pipeline.modulePath, data: typed.text }] : []),
    ...(signature === undefined
      ? []
      : [{ path: scoring, data: await scoringClient({ pipeline: pipeline.name, signature }) }]),
    { path: join(pipeline.folder, LOCK_FILE), data: formatLock(lock) },
  ]);
  if (isTyped) progress.note(`Wrote types that the run showed into ${basename(pipeline.modulePath)}.`);
  // that of an earlier model would be taken for this one's
  const isStale = signature === undefined && isScoringClient((await files.readText(scoring)) ?? "");
  if (isStale) await files.remove(scoring);
  const { notebook, snapshot } = lock;
  const code = digestOf((await pipelineCode(pipeline, { files })) ?? "");
  return { code, notebook: notebook.digest, snapshot, environment };
}

/** Writes the report, as JSON and as a page. */
async function published(
  workspace: string,
  validation: Validation,
  { files }: Pick<Host, "files">,
): Promise<Omit<ValidateResult, "reused">> {
  const { report } = validation;
  const reportPath = join(workspace, STATE_FOLDER, "reports", report.pipeline, "report.json");
  await files.writeAll([
    { path: reportPath, data: `${JSON.stringify(report, null, 2)}\n` },
    { path: join(dirname(reportPath), "report.html"), data: reportPage(report) },
  ]);
  return { ok: report.ok, gates: report.gates, reportPath: workspacePath(workspace, reportPath), validation };
}
