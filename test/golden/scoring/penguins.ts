// Made by Slipway from the model of the pipeline "penguins". Not to be edited: it is written anew with each model.
import { InferenceSession, Tensor } from "onnxruntime-node";

/** One row for the model. The ranges are those of the training data; values outside of them are accepted. */
export interface PenguinsInput {
  readonly island: "Biscoe" | "Dream" | "Torgersen";
  /** 32.1 to 59.6 in training; `null` where it is missing. */
  readonly bill_length_mm: number | null;
  /** 2700 to 6300 in training; `null` where it is missing. */
  readonly body_mass_g: number | null;
  /** `null` where it is missing. */
  readonly sex: string | null;
  /** A whole number; 2007 to 2009 in training. */
  readonly year: number;
}

/** The classes of `species`. */
export type PenguinsClass = "Adelie" | "Chinstrap" | "Gentoo";

/** What the model says of one row. */
export interface PenguinsOutput {
  /** The model's `species`. */
  readonly prediction: PenguinsClass;
  /** Probability of each class, from 0 to 1. */
  readonly probabilities: Readonly<Record<PenguinsClass, number>>;
}

/** A row was refused before the model saw it. The message begins with the field's path: `rows[3].name`. */
export class PenguinsInputError extends Error {
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = "PenguinsInputError";
    this.path = path;
  }
}

/** A loaded model. */
export interface PenguinsModel {
  /** One result a row, in their order. Rejects with `PenguinsInputError` if a row is not as it should be. */
  predict(rows: readonly PenguinsInput[]): Promise<PenguinsOutput[]>;
  /** Frees the model's memory. */
  dispose(): Promise<void>;
}

type Field = keyof PenguinsInput;

const FIELDS: ReadonlySet<string> = new Set<Field>([
  "island",
  "bill_length_mm",
  "body_mass_g",
  "sex",
  "year",
]);

/** A row of unknown origin that has the model's fields, and the path that it stands at. */
interface Row {
  readonly values: Readonly<Record<Field, unknown>>;
  readonly path: string;
}

/** Loads the ONNX model from a file. */
export async function loadModel(path = "model.onnx"): Promise<PenguinsModel> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const inputs = session.inputNames.length;
  if (inputs !== 5) {
    const difference = `it takes ${inputs} inputs and not 5`;
    throw new Error(`${path} is not the model of this client: ${difference}.`);
  }
  return {
    predict: (rows) => predict(session, rows),
    dispose: () => session.release(),
  };
}

/** Checks rows of unknown origin, such as the body of a request. Throws `PenguinsInputError`. */
export function parseRows(rows: unknown): PenguinsInput[] {
  if (!Array.isArray(rows)) {
    throw new PenguinsInputError("rows", `expected an array, got ${describe(rows)}`);
  }
  return rows.map((row: unknown, index) => parseRow(row, `rows[${index}]`));
}

function parseRow(values: unknown, path: string): PenguinsInput {
  checkFields(values, path);
  const row = { values, path };
  return {
    island: toCategory(row, "island", ["Biscoe", "Dream", "Torgersen"]),
    bill_length_mm: toNumberOrNull(row, "bill_length_mm"),
    body_mass_g: toNumberOrNull(row, "body_mass_g"),
    sex: toTextOrNull(row, "sex"),
    year: toInteger(row, "year"),
  };
}

/** Every field is there, and no other. */
function checkFields(values: unknown, path: string): asserts values is Row["values"] {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new PenguinsInputError(path, `expected an object, got ${describe(values)}`);
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

function toText(row: Row, field: Field): string {
  const value = row.values[field];
  if (typeof value !== "string") {
    return refuse(row.path, field, `expected a string, got ${describe(value)}`);
  }
  return value;
}

function toTextOrNull(row: Row, field: Field): string | null {
  return row.values[field] === null ? null : toText(row, field);
}

function toCategory<T extends string>(row: Row, field: Field, known: readonly T[]): T {
  const value = row.values[field];
  const category = known.find((one) => one === value);
  if (category !== undefined) return category;
  const names = known.map((one) => JSON.stringify(one)).join(", ");
  return refuse(row.path, field, `expected one of ${names}, got ${describe(value)}`);
}

function refuse(path: string, field: string, problem: string): never {
  throw new PenguinsInputError(fieldPath(path, field), problem);
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

async function predict(session: InferenceSession, rows: unknown): Promise<PenguinsOutput[]> {
  const inputs = parseRows(rows);
  if (inputs.length === 0) return [];
  const { inputNames, outputNames } = session;
  const feeds = Object.fromEntries(toTensors(inputs).map((one, at) => [inputNames[at] ?? "", one]));
  const wanted = outputNames.slice(0, 2);
  const results = await session.run(feeds, wanted);
  return toOutputs(wanted.map((name) => results[name]?.data ?? []));
}

/** One tensor a column, in the order of the model's inputs. */
function toTensors(rows: readonly PenguinsInput[]): Tensor[] {
  return [
    texts(rows.map((row) => row.island)),
    floats(rows.map((row) => row.bill_length_mm)),
    floats(rows.map((row) => row.body_mass_g)),
    texts(rows.map((row) => row.sex)),
    integers(rows.map((row) => row.year)),
  ];
}

/** A missing number is NaN to the model. */
function floats(column: readonly (number | boolean | null)[]): Tensor {
  const values = column.map((value) => Number(value ?? NaN));
  return new Tensor("float32", values, [column.length, 1]);
}

function integers(column: readonly number[]): Tensor {
  const values = column.map((value) => BigInt(value));
  return new Tensor("int64", values, [column.length, 1]);
}

/** A missing text is empty to the model. */
function texts(column: readonly (string | null)[]): Tensor {
  const values = column.map((value) => value ?? "");
  return new Tensor("string", values, [column.length, 1]);
}

function toOutputs([labels = [], scores = []]: readonly Column[]): PenguinsOutput[] {
  return Array.from(labels, (label, row) => ({
    prediction: toClass(label),
    probabilities: {
      Adelie: Number(scores[row * 3]),
      Chinstrap: Number(scores[row * 3 + 1]),
      Gentoo: Number(scores[row * 3 + 2]),
    },
  }));
}

function toClass(label: string | number | bigint): PenguinsClass {
  const classes: readonly PenguinsClass[] = ["Adelie", "Chinstrap", "Gentoo"];
  const known = classes.find((name) => String(name) === String(label));
  if (known === undefined) {
    throw new Error(`The model gave the class ${label}, which this client does not know.`);
  }
  return known;
}
