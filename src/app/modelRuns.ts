/** Runs the exported ONNX model beside Python's predictions, and measures it. */
import { join } from "node:path";
import { z } from "zod";
import { SlipwayError } from "../core/errors";
import type { Host, Row } from "../core/host";
import type { Extraction, Signature } from "../core/pipeline";
import type { Measurements } from "../core/validate/gates";
import type { PortableMeasurement } from "../core/validate/modelPortable";
import { secondsSince, type RunsResult } from "./measure";

/** What the export gave; absent if there was no export. */
export type Exported =
  | { readonly ok: true; readonly signature: Signature }
  | { readonly ok: false; readonly message: string }
  | null
  | undefined;

/** Where the export lies, and for which pipeline. */
export interface ModelTask {
  readonly host: Pick<Host, "files" | "models" | "progress">;
  /** Temporary folder of the validation: `check/model.onnx` and `check/rows.json` are in it. */
  readonly folder: string;
  readonly extraction: Extraction;
  readonly exported: Exported;
}

/** The model's measurements, and the model itself. */
export interface ModelResult extends Pick<Measurements, "model" | "speed"> {
  readonly made: Pick<RunsResult, "signature" | "model">;
}

const cellSchema = z.union([z.number(), z.string(), z.boolean()]);

/** Rows as a client would send them, with Python's predictions. */
const rowsSchema = z.object({
  rows: z.array(z.record(z.string(), cellSchema.nullable())),
  labels: z.array(cellSchema),
  probabilities: z.array(z.array(z.number())).exactOptional(),
});

/** Compares the exported model with Python's predictions on the same rows, and measures one row. */
export async function measureModel(task: ModelTask, signal: AbortSignal): Promise<ModelResult> {
  const { host, folder, exported } = task;
  if (!exported?.ok) return { model: missing(task), speed: undefined, made: {} };
  host.progress.stage("Comparing the ONNX model with Python's");
  const started = performance.now();
  const path = join(folder, "check", "model.onnx");
  const model = (await host.files.read(path)) ?? new Uint8Array();
  const { signature } = exported;
  const { rows, ...python } = rowsSchema.parse(
    JSON.parse((await host.files.readText(join(folder, "check", "rows.json"))) ?? ""),
  );
  const made = { signature, model };
  try {
    const onnx = await host.models.predict(path, signature, rows, signal);
    const portable = { kind: "compared", python, onnx, size: model.length, seconds: secondsSince(started) } as const;
    return { model: portable, speed: await measureSpeed(task, signature, rows, signal), made };
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.kind !== "verification") throw error;
    return { model: obstacle(error.message), speed: undefined, made: {} };
  }
}

async function measureSpeed(
  { host, folder }: ModelTask,
  signature: Signature,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<Measurements["speed"]> {
  const [row] = rows;
  if (row === undefined) return undefined;
  const started = performance.now();
  const latencies = await host.models.latency(join(folder, "check", "model.onnx"), signature, row, signal);
  return { latencies, seconds: secondsSince(started) };
}

function missing({ extraction, exported }: ModelTask): PortableMeasurement {
  if (!extraction.targets.some(({ kind }) => kind === "model")) {
    return { kind: "none", reason: "The pipeline has no model." };
  }
  if (exported?.ok === false) return obstacle(exported.message);
  if (extraction.scoring === undefined) {
    return obstacle("It was not found what the model is fitted on, so its inputs are not known.");
  }
  return obstacle("The module did not run to its end, so there is no model to export.");
}

function obstacle(message: string): PortableMeasurement {
  return { kind: "obstacle", message, seconds: 0 };
}
