// Made by Slipway from the model of the pipeline "2nd-try". Not to be edited: it is written anew with each model.
import { InferenceSession, Tensor } from "onnxruntime-node";

/** One row for the model. The ranges are those of the training data; values outside of them are accepted. */
export interface Model2ndTryInput {
  /** `null` where it is missing. */
  readonly ["__proto__"]: boolean | null;
  readonly 'says "hi" */': 'a"b' | "c\\d" | "`${e}`";
  /** A whole number; `null` where it is missing. */
  readonly "2nd class": number | null;
  readonly größe: number;
  readonly constructor: string;
}

/** The classes of `sign *\/ of it`. */
export type Model2ndTryClass = -1 | 1;

/** What the model says of one row. */
export interface Model2ndTryOutput {
  /** The model's `sign *\/ of it`. */
  readonly prediction: Model2ndTryClass;
  /** Probability of each class, from 0 to 1. */
  readonly probabilities: Readonly<Record<Model2ndTryClass, number>>;
}

/** A row was refused before the model saw it. The message begins with the field's path: `rows[3].name`. */
export class Model2ndTryInputError extends Error {
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = "Model2ndTryInputError";
    this.path = path;
  }
}

/** A loaded model. */
export interface Model2ndTryModel {
  /** One result a row, in their order. Rejects with `Model2ndTryInputError` if a row is not as it should be. */
  predict(rows: readonly Model2ndTryInput[]): Promise<Model2ndTryOutput[]>;
  /** Frees the model's memory. */
  dispose(): Promise<void>;
}

/** Loads the ONNX model from a file. */
export async function loadModel(path = "model.onnx"): Promise<Model2ndTryModel> {
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

/** Checks rows of unknown origin, such as the body of a request. Throws `Model2ndTryInputError`. */
export function parseRows(rows: unknown): Model2ndTryInput[] {
  if (!Array.isArray(rows)) {
    throw new Model2ndTryInputError("rows", `expected an array, got ${describe(rows)}`);
  }
  return rows.map((row: unknown, index) => parseRow(row, `rows[${index}]`));
}

function parseRow(row: unknown, path: string): Model2ndTryInput {
  checkFields(row, path);
  return {
    ["__proto__"]:
      row.__proto__ === null ? null : toBoolean(row.__proto__, fieldPath(path, "__proto__")),
    'says "hi" */': toCategory(row['says "hi" */'], fieldPath(path, 'says "hi" */'), [
      'a"b',
      "c\\d",
      "`${e}`",
    ]),
    "2nd class":
      row["2nd class"] === null ? null : toInteger(row["2nd class"], fieldPath(path, "2nd class")),
    größe: toNumber(row.größe, fieldPath(path, "größe")),
    constructor: toText(row.constructor, fieldPath(path, "constructor")),
  };
}

/** Every field is there, and no other. */
function checkFields(
  row: unknown,
  path: string,
): asserts row is Record<keyof Model2ndTryInput, unknown> {
  const fields: readonly string[] = [
    "__proto__",
    'says "hi" */',
    "2nd class",
    "größe",
    "constructor",
  ];
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw new Model2ndTryInputError(path, `expected an object, got ${describe(row)}`);
  }
  const missing = fields.find((field) => !Object.hasOwn(row, field));
  if (missing !== undefined)
    throw new Model2ndTryInputError(fieldPath(path, missing), "is missing");
  const unknown = Object.keys(row).find((field) => !fields.includes(field));
  if (unknown !== undefined)
    throw new Model2ndTryInputError(fieldPath(path, unknown), "unknown field");
}

function toBoolean(value: unknown, path: string): boolean {
  if (typeof value !== "boolean") {
    throw new Model2ndTryInputError(path, `expected true or false, got ${describe(value)}`);
  }
  return value;
}

function toInteger(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new Model2ndTryInputError(path, `expected a whole number, got ${describe(value)}`);
  }
  return value;
}

function toNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new Model2ndTryInputError(path, `expected a number, got ${describe(value)}`);
  }
  return value;
}

function toText(value: unknown, path: string): string {
  if (typeof value !== "string") {
    throw new Model2ndTryInputError(path, `expected a string, got ${describe(value)}`);
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
  throw new Model2ndTryInputError(path, `expected one of ${names}, got ${describe(value)}`);
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
  rows: readonly Model2ndTryInput[],
): Promise<Model2ndTryOutput[]> {
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
function toTensors(rows: readonly Model2ndTryInput[]): Tensor[] {
  return [
    floats(rows.map((row) => (row.__proto__ === null ? null : Number(row.__proto__)))),
    texts(rows.map((row) => row['says "hi" */'])),
    floats(rows.map((row) => row["2nd class"])),
    floats(rows.map((row) => row.größe)),
    texts(rows.map((row) => row.constructor)),
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
>[]): Model2ndTryOutput[] {
  return Array.from(labels, (label, row) => ({
    prediction: toClass(label),
    probabilities: {
      "-1": Number(scores[row * 2]),
      "1": Number(scores[row * 2 + 1]),
    },
  }));
}

function toClass(label: string | number | bigint): Model2ndTryClass {
  const classes: readonly Model2ndTryClass[] = [-1, 1];
  const known = classes.find((name) => String(name) === String(label));
  if (known === undefined) {
    throw new Error(`The model gave the class ${label}, which this client does not know.`);
  }
  return known;
}
