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

type Field = keyof FerryDelaysInput;

const FIELDS: ReadonlySet<string> = new Set<Field>(["wind_speed", "cars on board"]);

/** A row of unknown origin that has the model's fields, and the path that it stands at. */
interface Row {
  readonly values: Readonly<Record<Field, unknown>>;
  readonly path: string;
}

/** Loads the ONNX model from a file. */
export async function loadModel(path = "model.onnx"): Promise<FerryDelaysModel> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const inputs = session.inputNames.length;
  if (inputs !== 1) {
    const difference = `it takes ${inputs} inputs and not 1`;
    throw new Error(`${path} is not the model of this client: ${difference}.`);
  }
  return {
    predict: (rows) => predict(session, rows),
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

function parseRow(values: unknown, path: string): FerryDelaysInput {
  checkFields(values, path);
  const row = { values, path };
  return {
    wind_speed: toNumberOrNull(row, "wind_speed"),
    "cars on board": toInteger(row, "cars on board"),
  };
}

/** Every field is there, and no other. */
function checkFields(values: unknown, path: string): asserts values is Row["values"] {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new FerryDelaysInputError(path, `expected an object, got ${describe(values)}`);
  }
  for (const field of FIELDS) {
    if (!Object.hasOwn(values, field)) refuse(path, field, "is missing");
  }
  for (const field of Object.keys(values)) {
    if (!FIELDS.has(field)) refuse(path, field, "unknown field");
  }
}

function toNumber(row: Row, field: Field): number {
  const value = row.values[field];
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return refuse(row.path, field, `expected a number, got ${describe(value)}`);
  }
  return value;
}

function toNumberOrNull(row: Row, field: Field): number | null {
  return row.values[field] === null ? null : toNumber(row, field);
}

function toInteger(row: Row, field: Field): number {
  const value = row.values[field];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    return refuse(row.path, field, `expected a whole number, got ${describe(value)}`);
  }
  return value;
}

function refuse(path: string, field: string, problem: string): never {
  throw new FerryDelaysInputError(fieldPath(path, field), problem);
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

type Column = ArrayLike<string | number | bigint>;

async function predict(session: InferenceSession, rows: unknown): Promise<FerryDelaysOutput[]> {
  const inputs = parseRows(rows);
  if (inputs.length === 0) return [];
  const { inputNames, outputNames } = session;
  const feeds = Object.fromEntries(toTensors(inputs).map((one, at) => [inputNames[at] ?? "", one]));
  const wanted = outputNames.slice(0, 1);
  const results = await session.run(feeds, wanted);
  return toOutputs(wanted.map((name) => results[name]?.data ?? []));
}

/** One tensor, rows by columns. */
function toTensors(rows: readonly FerryDelaysInput[]): Tensor[] {
  const cells = rows.flatMap((row) => [row.wind_speed ?? NaN, row["cars on board"]]);
  return [new Tensor("float32", cells, [rows.length, 2])];
}

function toOutputs([labels = []]: readonly Column[]): FerryDelaysOutput[] {
  return Array.from(labels, (label) => ({
    prediction: Number(label),
  }));
}
