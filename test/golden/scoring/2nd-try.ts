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

type Field = keyof Model2ndTryInput;

const FIELDS: ReadonlySet<string> = new Set<Field>([
  "__proto__",
  'says "hi" */',
  "2nd class",
  "größe",
  "constructor",
]);

/** A row of unknown origin that has the model's fields, and the path that it stands at. */
interface Row {
  readonly values: Readonly<Record<Field, unknown>>;
  readonly path: string;
}

/** Loads the ONNX model from a file. */
export async function loadModel(path = "model.onnx"): Promise<Model2ndTryModel> {
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

/** Checks rows of unknown origin, such as the body of a request. Throws `Model2ndTryInputError`. */
export function parseRows(rows: unknown): Model2ndTryInput[] {
  if (!Array.isArray(rows)) {
    throw new Model2ndTryInputError("rows", `expected an array, got ${describe(rows)}`);
  }
  return rows.map((row: unknown, index) => parseRow(row, `rows[${index}]`));
}

function parseRow(values: unknown, path: string): Model2ndTryInput {
  checkFields(values, path);
  const row = { values, path };
  return {
    ["__proto__"]: toBooleanOrNull(row, "__proto__"),
    'says "hi" */': toCategory(row, 'says "hi" */', ['a"b', "c\\d", "`${e}`"]),
    "2nd class": toIntegerOrNull(row, "2nd class"),
    größe: toNumber(row, "größe"),
    constructor: toText(row, "constructor"),
  };
}

/** Every field is there, and no other. */
function checkFields(values: unknown, path: string): asserts values is Row["values"] {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new Model2ndTryInputError(path, `expected an object, got ${describe(values)}`);
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

function toInteger(row: Row, field: Field): number {
  const value = row.values[field];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    return refuse(row.path, field, `expected a whole number, got ${describe(value)}`);
  }
  return value;
}

function toIntegerOrNull(row: Row, field: Field): number | null {
  return row.values[field] === null ? null : toInteger(row, field);
}

function toText(row: Row, field: Field): string {
  const value = row.values[field];
  if (typeof value !== "string") {
    return refuse(row.path, field, `expected a string, got ${describe(value)}`);
  }
  return value;
}

function toBoolean(row: Row, field: Field): boolean {
  const value = row.values[field];
  if (typeof value !== "boolean") {
    return refuse(row.path, field, `expected true or false, got ${describe(value)}`);
  }
  return value;
}

function toBooleanOrNull(row: Row, field: Field): boolean | null {
  return row.values[field] === null ? null : toBoolean(row, field);
}

function toCategory<T extends string>(row: Row, field: Field, known: readonly T[]): T {
  const value = row.values[field];
  const category = known.find((one) => one === value);
  if (category !== undefined) return category;
  const names = known.map((one) => JSON.stringify(one)).join(", ");
  return refuse(row.path, field, `expected one of ${names}, got ${describe(value)}`);
}

function refuse(path: string, field: string, problem: string): never {
  throw new Model2ndTryInputError(fieldPath(path, field), problem);
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

async function predict(session: InferenceSession, rows: unknown): Promise<Model2ndTryOutput[]> {
  const inputs = parseRows(rows);
  if (inputs.length === 0) return [];
  const { inputNames, outputNames } = session;
  const feeds = Object.fromEntries(toTensors(inputs).map((one, at) => [inputNames[at] ?? "", one]));
  const wanted = outputNames.slice(0, 2);
  const results = await session.run(feeds, wanted);
  return toOutputs(wanted.map((name) => results[name]?.data ?? []));
}

/** One tensor a column, in the order of the model's inputs. */
function toTensors(rows: readonly Model2ndTryInput[]): Tensor[] {
  return [
    floats(rows.map((row) => row.__proto__)),
    texts(rows.map((row) => row['says "hi" */'])),
    floats(rows.map((row) => row["2nd class"])),
    floats(rows.map((row) => row.größe)),
    texts(rows.map((row) => row.constructor)),
  ];
}

/** A missing number is NaN to the model. */
function floats(column: readonly (number | boolean | null)[]): Tensor {
  const values = column.map((value) => Number(value ?? NaN));
  return new Tensor("float32", values, [column.length, 1]);
}

/** A missing text is empty to the model. */
function texts(column: readonly (string | null)[]): Tensor {
  const values = column.map((value) => value ?? "");
  return new Tensor("string", values, [column.length, 1]);
}

function toOutputs([labels = [], scores = []]: readonly Column[]): Model2ndTryOutput[] {
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
