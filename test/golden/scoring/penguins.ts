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

/** Loads the ONNX model from a file. */
export async function loadModel(path = "model.onnx"): Promise<PenguinsModel> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  if (session.inputNames.length !== 5) {
    throw new Error(
      `${path} is not the model of this client: it takes ${session.inputNames.length} inputs and not 5.`,
    );
  }
  return {
    predict: async (rows) => predict(session, parseRows(rows)),
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

function parseRow(row: unknown, path: string): PenguinsInput {
  checkFields(row, path);
  return {
    island: toCategory(row.island, fieldPath(path, "island"), ["Biscoe", "Dream", "Torgersen"]),
    bill_length_mm:
      row.bill_length_mm === null
        ? null
        : toNumber(row.bill_length_mm, fieldPath(path, "bill_length_mm")),
    body_mass_g:
      row.body_mass_g === null ? null : toNumber(row.body_mass_g, fieldPath(path, "body_mass_g")),
    sex: row.sex === null ? null : toText(row.sex, fieldPath(path, "sex")),
    year: toInteger(row.year, fieldPath(path, "year")),
  };
}

/** Every field is there, and no other. */
function checkFields(
  row: unknown,
  path: string,
): asserts row is Record<keyof PenguinsInput, unknown> {
  const fields: readonly string[] = ["island", "bill_length_mm", "body_mass_g", "sex", "year"];
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw new PenguinsInputError(path, `expected an object, got ${describe(row)}`);
  }
  const missing = fields.find((field) => !Object.hasOwn(row, field));
  if (missing !== undefined) throw new PenguinsInputError(fieldPath(path, missing), "is missing");
  const unknown = Object.keys(row).find((field) => !fields.includes(field));
  if (unknown !== undefined)
    throw new PenguinsInputError(fieldPath(path, unknown), "unknown field");
}

function toInteger(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new PenguinsInputError(path, `expected a whole number, got ${describe(value)}`);
  }
  return value;
}

function toNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new PenguinsInputError(path, `expected a number, got ${describe(value)}`);
  }
  return value;
}

function toText(value: unknown, path: string): string {
  if (typeof value !== "string") {
    throw new PenguinsInputError(path, `expected a string, got ${describe(value)}`);
  }
  return value;
}

function toCategory<const T extends string>(
  value: unknown,
  path: string,
  allowed: readonly T[],
): T {
  const category = allowed.find((known) => known === value);
  if (category !== undefined) return category;
  const names = allowed.map((known) => JSON.stringify(known)).join(", ");
  throw new PenguinsInputError(path, `expected one of ${names}, got ${describe(value)}`);
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
  rows: readonly PenguinsInput[],
): Promise<PenguinsOutput[]> {
  if (rows.length === 0) return [];
  const tensors = toTensors(rows);
  const feeds = Object.fromEntries(
    tensors.map((tensor, index) => [session.inputNames[index] ?? "", tensor]),
  );
  const wanted = session.outputNames.slice(0, 2);
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
function floats(column: readonly (number | null)[]): Tensor {
  return new Tensor(
    "float32",
    column.map((value) => value ?? NaN),
    [column.length, 1],
  );
}

function integers(column: readonly number[]): Tensor {
  return new Tensor("int64", column.map(BigInt), [column.length, 1]);
}

/** A missing text is empty to the model. */
function texts(column: readonly (string | null)[]): Tensor {
  return new Tensor(
    "string",
    column.map((value) => value ?? ""),
    [column.length, 1],
  );
}

function toOutputs([labels = [], scores = []]: readonly ArrayLike<
  string | number | bigint
>[]): PenguinsOutput[] {
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
