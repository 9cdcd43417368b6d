/** Runs the exported ONNX model beside Python's predictions, and measures it. */
import { join } from "node:path";
import * as z from "zod";
import { SlipwayError } from "../core/errors";
import type { Host, Predictions, Row } from "../core/host";
import type { Extraction, Signature } from "../core/pipeline";
import type { Measurements } from "../core/validate/gates";
import { disagreeingRows, isPortable, type ModelScope, type PortableMeasurement } from "../core/validate/modelPortable";
import { DEFAULT_THRESHOLDS } from "../core/validate/thresholds";
import { secondsSince, type RunsResult } from "./measure";

/** An exported model, on disk. */
interface ExportedModel {
  readonly path: string;
  readonly signature: Signature;
}

type ExportedModels = readonly [ExportedModel, ...ExportedModel[]];

/** What the export gave, the form that ought to be the most exact first; absent if there was no export. */
export type Exported =
  | { readonly kind: "models"; readonly models: ExportedModels }
  | { readonly kind: "obstacle" | "none"; readonly message: string }
  | null
  | undefined;

/** What the export of all of `predict` gave; absent where there is no `predict` that was proven, or no export. */
export type ExportedWhole =
  /** Models from the raw columns on, of the same forms. */
  | { readonly kind: "graphs"; readonly models: ExportedModels }
  /** `predict` only chooses columns: the model takes them as they are, by names that may be others. */
  | { readonly kind: "raw"; readonly names: Readonly<Record<string, string>> }
  | { readonly kind: "obstacle"; readonly message: string }
  | null
  | undefined;

/** Where the export lies, and for which pipeline. */
export interface ModelTask {
  readonly host: Pick<Host, "files" | "models" | "progress">;
  /** Temporary folder of the validation: `check/rows.json` and `check/raw_rows.json` are in it. */
  readonly folder: string;
  readonly extraction: Pick<Extraction, "targets">;
  readonly exported: Exported;
  readonly whole: ExportedWhole;
}

/** The model's measurements, and the model itself. */
export interface ModelResult extends Pick<Measurements, "model" | "speed"> {
  readonly made: Pick<RunsResult, "signature" | "model" | "takesRaw">;
}

const cellSchema = z.union([z.number(), z.string(), z.boolean()]);

/** Rows as a client would send them, with Python's predictions. */
const rowsSchema = z.object({
  rows: z.array(z.record(z.string(), cellSchema.nullable())),
  labels: z.array(cellSchema),
  probabilities: z.array(z.array(z.number())).exactOptional(),
});

/**
 * Compares the exported model with Python's predictions on the same rows, and measures one row. Where all of `predict` became a
 * model that gives its predictions, that one is taken; else the model by itself, which takes what `predict` prepares.
 */
export async function measureModel(task: ModelTask, signal: AbortSignal): Promise<ModelResult> {
  const { host, exported, whole } = task;
  const isExported = exported?.kind === "models" || whole?.kind === "graphs";
  if (isExported) host.progress.stage("Comparing the ONNX model with Python's");
  const found = whole?.kind === "graphs" ? await compareAll(whole.models, "raw_rows.json", task, signal) : undefined;
  const isWhole = found !== undefined && isPortable(found.measured, DEFAULT_THRESHOLDS);
  if (isWhole) return taken({ ...found, scope: { kind: "raw" } }, host, signal);
  return measureAlone(task, scopeOf(whole, found?.measured), signal);
}

async function measureAlone(task: ModelTask, scope: ModelScope | undefined, signal: AbortSignal): Promise<ModelResult> {
  const { host, exported, whole } = task;
  if (exported?.kind !== "models") return { model: missing(task, scope), speed: undefined, made: {} };
  const alone = await compareAll(exported.models, "rows.json", task, signal);
  const names = whole?.kind === "raw" ? whole.names : {};
  return taken({ ...alone, names, ...(scope && { scope }) }, host, signal);
}

/** What the model by itself takes, and why it is not all of `predict` that was exported. */
function scopeOf(whole: ExportedWhole, measured: PortableMeasurement | undefined): ModelScope | undefined {
  if (whole?.kind === "raw") return { kind: "raw" };
  if (whole?.kind === "obstacle") return { kind: "prepared", reason: whole.message };
  if (measured?.kind === "compared") {
    const rows = disagreeingRows(measured, DEFAULT_THRESHOLDS).length;
    const reason = `the graph of all of predict gives other predictions for ${rows} of ${measured.python.labels.length} rows.`;
    return { kind: "prepared", reason };
  }
  return measured?.kind === "obstacle" ? { kind: "prepared", reason: measured.message } : undefined;
}

interface Taken extends Compared {
  readonly scope?: ModelScope;
  /** Of the raw columns, by those of its inputs. */
  readonly names?: Readonly<Record<string, string>>;
}

/** The result of the model that was taken. */
async function taken(
  { candidate, measured, rows, scope, names = {} }: Taken,
  host: ModelTask["host"],
  signal: AbortSignal,
): Promise<ModelResult> {
  if (measured.kind !== "compared") return { model: measured, speed: undefined, made: {} };
  const model = await host.files.read(candidate.path);
  const inputs = candidate.signature.inputs.map((input) => ({ ...input, name: names[input.name] ?? input.name }));
  return {
    model: { ...measured, ...(scope && { scope }) },
    speed: await measureSpeed(candidate, rows, host, signal),
    made: {
      signature: { ...candidate.signature, inputs },
      takesRaw: scope?.kind === "raw",
      ...(model !== undefined && { model }),
    },
  };
}

interface Compared extends Measured {
  readonly rows: readonly Row[];
}

/** The best of several forms, by rows that lie in the folder of the check. */
async function compareAll(
  models: ExportedModels,
  file: string,
  { host, folder }: ModelTask,
  signal: AbortSignal,
): Promise<Compared> {
  const text = (await host.files.readText(join(folder, "check", file))) ?? "";
  const { rows, ...python } = rowsSchema.parse(JSON.parse(text));
  return { rows, ...(await bestModel(models, { rows, python }, host, signal)) };
}

interface Expected {
  readonly rows: readonly Row[];
  readonly python: Predictions;
}

interface Measured {
  readonly candidate: ExportedModel;
  readonly measured: PortableMeasurement;
}

/** The first form of the model that gives all of Python's predictions; else the one that gives most of them. */
async function bestModel(
  [candidate, ...others]: ExportedModels,
  expected: Expected,
  host: ModelTask["host"],
  signal: AbortSignal,
): Promise<Measured> {
  const measured = await compareModel(candidate, expected, host, signal);
  const [next, ...rest] = others;
  if (next === undefined || disagreement(measured) === 0) return { candidate, measured };
  const other = await bestModel([next, ...rest], expected, host, signal);
  return disagreement(other.measured) < disagreement(measured) ? other : { candidate, measured };
}

async function compareModel(
  { path, signature }: ExportedModel,
  { rows, python }: Expected,
  { files, models }: ModelTask["host"],
  signal: AbortSignal,
): Promise<PortableMeasurement> {
  const started = performance.now();
  try {
    const onnx = await models.predict(path, signature, rows, signal);
    const size = (await files.stat(path))?.size ?? 0;
    return { kind: "compared", python, onnx, size, seconds: secondsSince(started) };
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.kind !== "verification") throw error;
    return obstacle(error.message);
  }
}

/** Rows whose predictions differ from Python's; more than any number where the model cannot be run. */
function disagreement(measured: PortableMeasurement): number {
  return measured.kind === "compared" ? disagreeingRows(measured, DEFAULT_THRESHOLDS).length : Infinity;
}

async function measureSpeed(
  { path, signature }: ExportedModel,
  [row]: readonly Row[],
  { models }: ModelTask["host"],
  signal: AbortSignal,
): Promise<Measurements["speed"]> {
  if (row === undefined) return undefined;
  const started = performance.now();
  const latencies = await models.latency(path, signature, row, signal);
  return { latencies, seconds: secondsSince(started) };
}

function missing({ extraction, exported }: ModelTask, scope: ModelScope | undefined): PortableMeasurement {
  if (!extraction.targets.some(({ kind }) => kind === "model")) {
    return { kind: "none", reason: "The pipeline has no model." };
  }
  if (exported?.kind === "none") return { kind: "none", reason: `${exported.message} ${MODULE_SERVES}` };
  if (exported?.kind === "obstacle") {
    const also = scope?.kind === "prepared" ? ` Nor can all of predict be exported: ${scope.reason}` : "";
    return obstacle(`${exported.message}${also}`);
  }
  return { kind: "none", reason: "The module did not run to its end, so there is no model to export." };
}

const MODULE_SERVES = "What is released is the module that fits it, without a model and a scoring client.";

function obstacle(message: string): PortableMeasurement {
  return { kind: "obstacle", message, seconds: 0 };
}
