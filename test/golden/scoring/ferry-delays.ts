// Made by Slipway from the model of the pipeline "ferry-delays". Not to be edited: it is written anew with each model.
import { InferenceSession, Tensor } from "onnxruntime-node";

/** One row for the model. The ranges are those of the training data; values outside of them are accepted. */
export interface FerryDelaysInput {
  /** 0 to 12 in training; `null` where it is missing. */
  readonly wind_speed: number | null;
  /** A whole number; 0 to 39 in training. */
  readonly "cars on board": number;
}

/** What the model says of one row. */
export interface FerryDelaysOutput {
  /** The model's `minutes`. */
  readonly prediction: number;
}

/** A row was refused before the model saw it. The message begins with the field's path: `rows[3].name`. */
export class FerryDelaysInputError extends Error {
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = "FerryDelaysInputError";
    this.path = path;
  }
}

/** A loaded model. */
export interface FerryDelaysModel {
  /** One result a row, in their order. Rejects with `FerryDelaysInputError` if a row is not as it should be. */
  predict(rows: readonly FerryDelaysInput[]): Promise<FerryDelaysOutput[]>;
  /** Frees the model's memory. */
  dispose(): Promise<void>;
}

/** Loads the ONNX model from a file. */
export async function loadModel(path = "model.onnx"): Promise<FerryDelaysModel> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  if (session.inputNames.length !== 1) {
    throw new Error(
      `${path} is not the model of this client: it takes ${session.inputNames.length} inputs and not 1.`,
    );
  }
  return {
    predict: async (rows) => predict(session, parseRows(rows)),
    dispose: () => session.release(),
  };
}

/** Checks rows of unknown origin, such as the body of a request. Throws `FerryDelaysInputError`. */
export function parseRows(rows: unknown): FerryDelaysInput[] {
  if (!Array.isArray(rows)) {
    throw new FerryDelaysInputError("rows", `expected an array, got ${describe(rows)}`);
  }
  return rows.map((row: unknown, index) => parseRow(row, `rows[${index}]`));
}

function parseRow(row: unknown, path: string): FerryDelaysInput {
  checkFields(row, path);
  return {
    wind_speed:
      row.wind_speed === null ? null : toNumber(row.wind_speed, fieldPath(path, "wind_speed")),
    "cars on board": toInteger(row["cars on board"], fieldPath(path, "cars on board")),
  };
}

/** Every field is there, and no other. */
function checkFields(
  row: unknown,
  path: string,
): asserts row is Record<keyof FerryDelaysInput, unknown> {
  const fields: readonly string[] = ["wind_speed", "cars on board"];
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw new FerryDelaysInputError(path, `expected an object, got ${describe(row)}`);
  }
  const missing = fields.find((field) => !Object.hasOwn(row, field));
  if (missing !== undefined)
    throw new FerryDelaysInputError(fieldPath(path, missing), "is missing");
  const unknown = Object.keys(row).find((field) => !fields.includes(field));
  if (unknown !== undefined)
    throw new FerryDelaysInputError(fieldPath(path, unknown), "unknown field");
}

function toInteger(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new FerryDelaysInputError(path, `expected a whole number, got ${describe(value)}`);
  }
  return value;
}

function toNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new FerryDelaysInputError(path, `expected a number, got ${describe(value)}`);
  }
  return value;
}

function fieldPath(path: string, field: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(field)
    ? `${path}.${field}`
    : `${path}[${JSON.stringify(field.slice(0, 60))}]`;
}

function describe(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  }
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "function" ? "a function" : String(value);
}

async function predict(
  session: InferenceSession,
  rows: readonly FerryDelaysInput[],
): Promise<FerryDelaysOutput[]> {
  if (rows.length === 0) return [];
  const tensors = toTensors(rows);
  const feeds = Object.fromEntries(
    tensors.map((tensor, index) => [session.inputNames[index] ?? "", tensor]),
  );
  const wanted = session.outputNames.slice(0, 1);
  const results = await session.run(feeds, wanted);
  return toOutputs(wanted.map((name) => results[name]?.data ?? []));
}

/** One tensor, rows by columns. */
function toTensors(rows: readonly FerryDelaysInput[]): Tensor[] {
  const cells = rows.flatMap((row) => [row.wind_speed ?? NaN, row["cars on board"]]);
  return [new Tensor("float32", cells, [rows.length, 2])];
}

function toOutputs([labels = []]: readonly ArrayLike<
  string | number | bigint
>[]): FerryDelaysOutput[] {
  return Array.from(labels, (label) => ({
    prediction: Number(label),
  }));
}
