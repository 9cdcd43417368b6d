/** What functions and classes of libraries give: pandas, NumPy, scikit-learn, and Python's own. */
import type { SyntaxNode } from "../../python/syntax";
import { ELEMENTWISE, elementwise, scalarOf, seriesOf, withValues } from "./columns";
import { isEstimatorClass, isOneOf } from "./estimators";
import { matrixOf } from "./frameMethods";
import { argument, hasOther, type Invocation } from "./invocation";
import { unknown, type Machine } from "./machine";
import { areFew, textOf, textsOf } from "./reads";
import {
  chosenRows,
  columnOf,
  frameOf,
  isNumeric,
  renamed,
  type Column,
  type Estimator,
  type Matrix,
  type Plain,
  type Unknown,
  type Value,
} from "./values";

/** What a call of something imported or built in gives. */
export function libraryCall(qualified: string, call: Invocation): Value {
  const { machine, node, name } = call;
  const known = LIBRARY.find(([pattern]) => pattern.test(qualified));
  if (known !== undefined) return known[1](call, qualified);
  if (ELEMENTWISE.test(qualified)) return elementwise(name, call.positional[0] ?? unknown(machine, name), machine);
  if (isEstimatorClass(qualified)) return estimatorOf(qualified, call);
  return unknown(machine, `what ${qualified} gives is not followed`, node);
}

const LIBRARY: readonly (readonly [RegExp, (call: Invocation, qualified: string) => Value])[] = [
  [/^sklearn\.model_selection\.train_test_split$/, splitRows],
  [/^numpy\.(array|asarray|ravel|squeeze)$/, asArray],
  [/^numpy\.where$/, where],
  [/^pandas\.DataFrame$/, tableOf],
  [/^pandas\.Series$/, named],
  [/^(list|tuple|sorted|set)$/, listed],
  [/^(numpy\.isnan|pandas\.(isnull|isna))$/, () => scalarOf("boolean")],
  [/^(len|int|float|str|bool|round)$/, converted],
];

function splitRows({ positional }: Invocation): Value {
  return { kind: "tuple", items: positional.flatMap((value) => [rowsOf(value), rowsOf(value)]) };
}

/** Some of the rows, by chance: every value may well be among them. */
function rowsOf(value: Value): Value {
  if (value.kind === "frame") return frameOf(value.columns, value.open);
  return value;
}

function asArray({ positional: [value], machine, node, name }: Invocation): Value {
  if (value?.kind === "frame") return matrixOf(value);
  if (value?.kind === "series") return seriesOf(unnamed(value.column));
  return value?.kind === "matrix" ? value : unknown(machine, `what ${name} gives is not followed`, node);
}

function unnamed({ name: _, ...column }: Column): Column {
  return column;
}

/** `np.where(df.age > 60, 1, 0)` */
function where({ positional: [, yes, no], machine, node }: Invocation): Value {
  const plain = [yes, no].map((value) => (value?.kind === "scalar" ? value : undefined));
  const [first, second] = plain;
  const isKnown = first?.value !== undefined && second?.value !== undefined && first.type === second.type;
  if (!isKnown) return unknown(machine, "what np.where gives is not known", node);
  const values = plain.flatMap((one) => (one?.value === undefined ? [] : [one.value]));
  return seriesOf(withValues(columnOf(first.type, false, unknown(machine, "")), values));
}

/** `pd.DataFrame(scaled, columns=X.columns)` */
function tableOf(call: Invocation): Value {
  const [data] = call.positional;
  const columns = argument(call, 2, "columns");
  const names = textsOf(columns);
  if (hasOther(call, "columns", "index", "data"))
    return unknown(call.machine, "pd.DataFrame is not followed", call.node);
  if (data?.kind === "frame" && columns === undefined) return frameOf(data.columns, data.open);
  if (data?.kind !== "matrix" || names?.length !== data.columns.length)
    return unknown(call.machine, "the columns of pd.DataFrame are not known", call.node);
  return frameOf(data.columns.map((column, index) => ({ ...column, name: names[index] ?? "" })));
}

function named(call: Invocation): Value {
  const [data] = call.positional;
  const name = textOf(call.named.get("name"));
  if (data?.kind !== "series" || hasOther(call, "name"))
    return unknown(call.machine, "pd.Series is not followed", call.node);
  return name === undefined ? data : seriesOf(renamed(data.column, name));
}

function listed({ positional: [value], machine, node }: Invocation, kind: string): Value {
  const names = namesIn(value);
  // A set has no order, so it must not give one to columns.
  if (names !== undefined && kind !== "set")
    return { kind: "names", names: kind === "sorted" ? [...names].sort() : names };
  return value?.kind === "tuple" && kind !== "sorted" ? value : unknown(machine, `${kind} is not followed`, node);
}

function namesIn(value: Value | undefined): readonly string[] | undefined {
  if (value?.kind === "names") return value.names;
  return value?.kind === "frame" && value.open === undefined ? value.columns.map(({ name = "" }) => name) : undefined;
}

const CONVERSIONS = { len: "integer", int: "integer", float: "number", str: "string", bool: "boolean" } as const;

function converted({ positional: [value] }: Invocation, qualified: string): Value {
  if (qualified === "round")
    return value?.kind === "scalar" ? scalarOf(value.type, value.nullable) : scalarOf("number");
  const type = Object.entries(CONVERSIONS).find(([name]) => name === qualified)?.[1] ?? "string";
  const known = value?.kind === "scalar" ? value.value : undefined;
  return scalarOf(type, false, type === "string" && typeof known === "string" ? known : undefined);
}

/** A model or a step, with what it is made of. */
function estimatorOf(qualified: string, call: Invocation): Estimator {
  const { machine, node, name } = call;
  const made = { kind: "estimator" as const, qualified, name, call: node };
  const unsure = (what: string): Unknown => unknown(machine, what, node);
  if (name === "Pipeline") return withParts(made, stepsOf(argument(call, 0, "steps")), unsure);
  if (name === "make_pipeline") return withParts(made, call.positional, unsure);
  if (name === "ColumnTransformer" || name === "make_column_transformer") return transformerOf(made, call, unsure);
  if (isOneOf("searches", made)) return withParts(made, [argument(call, 0, "estimator")], unsure);
  const inner = [...call.positional, ...call.named.values()].filter((value) => value.kind === "estimator");
  return { ...made, parts: inner };
}

type Made = Pick<Estimator, "kind" | "qualified" | "name" | "call">;

function withParts(
  made: Made,
  steps: readonly (Value | undefined)[] | undefined,
  unsure: (what: string) => Unknown,
): Estimator {
  const kept = (steps ?? []).filter((step) => textOf(step) !== "passthrough");
  const parts = kept.filter((step) => step?.kind === "estimator");
  const isKnown = steps !== undefined && parts.length === kept.length && parts.length > 0;
  return { ...made, parts, ...(isKnown ? {} : { unsure: unsure(`what ${made.name} is made of is not followed`) }) };
}

/** The second item of each pair. */
function stepsOf(steps: Value | undefined): readonly (Value | undefined)[] | undefined {
  if (steps?.kind !== "tuple") return undefined;
  return steps.items.map((step) => {
    if (step.kind === "tuple") return step.items[1];
    // two texts: ("scale", "passthrough")
    return step.kind === "names" ? scalarOf("string", false, step.names[1]) : undefined;
  });
}

function transformerOf(made: Made, call: Invocation, unsure: (what: string) => Unknown): Estimator {
  const isShort = made.name === "make_column_transformer";
  const list = isShort ? call.positional : tupleItems(argument(call, 0, "transformers"));
  const taken = (list ?? []).map((item) => takenBy((tupleItems(item) ?? []).slice(isShort ? 0 : 1)));
  const parts = taken.flatMap((one) => one?.parts ?? []);
  if (list === undefined || taken.includes(undefined))
    return { ...made, parts, unsure: unsure(`what the ${made.name} takes is not followed`) };
  const remainder = call.named.get("remainder");
  const drops = remainder === undefined || textOf(remainder) === "drop";
  return { ...made, parts, ...(drops ? { chosen: taken.flatMap((one) => one?.columns ?? []) } : {}) };
}

/** The step and the columns of one part of a `ColumnTransformer`. */
function takenBy([step, columns]: readonly Value[]):
  { parts: readonly Estimator[]; columns: readonly string[] } | undefined {
  if (textOf(step) === "drop") return { parts: [], columns: [] };
  const names = textsOf(columns);
  if (names === undefined) return undefined;
  if (step?.kind === "estimator") return { parts: [step], columns: names };
  return textOf(step) === "passthrough" ? { parts: [], columns: names } : undefined;
}

function tupleItems(value: Value | undefined): readonly Value[] | undefined {
  if (value?.kind === "tuple") return value.items;
  return value?.kind === "names" ? value.names.map((name) => scalarOf("string", false, name)) : undefined;
}

/** What a fitted step gives for rows: `scaler.transform(X)`, `encoder.fit_transform(y)`. */
export function transformed(step: Estimator, by: string, call: Invocation): Value {
  const { machine, node, name } = call;
  const why = unknown(machine, `what ${step.name}.${name} gives is not followed`, node);
  const [rows = why] = call.positional;
  if (rows.kind === "unknown") return rows;
  if (rows.kind === "series" && step.name === "LabelEncoder") return encoded(rows.column, machine, node);
  if (rows.kind === "frame") return rows.open ?? transformedColumns(step, by, rows.columns, why);
  return rows.kind === "matrix" ? transformedColumns(step, by, rows.columns, why) : why;
}

function transformedColumns(step: Estimator, by: string, columns: readonly Column[], why: Unknown): Value {
  if (isOneOf("scalers", step)) return scaled(columns, by, why);
  return isOneOf("imputers", step) ? { kind: "matrix", columns: columns.map(imputed) } : why;
}

function scaled(columns: readonly Column[], by: string, { cell, line }: Pick<Unknown, "cell" | "line">): Matrix {
  const from = columns.map(({ name, meaning }, index) => meaning ?? name ?? `x${index}`);
  const made = columns.map(({ nullable }, index): Column => {
    return { type: "number", nullable, values: "many", meaning: `${by}.transform of ${from[index] ?? ""}` };
  });
  return { kind: "matrix", columns: made, made: { by, from, cell, line } };
}

function imputed(column: Column): Column {
  if (!isNumeric(column)) return { ...unnamed(column), nullable: false };
  return { type: "number", nullable: false, values: "many" };
}

/** The numbers of the classes, in the order of their names. */
function encoded({ values, nullable, name }: Column, machine: Machine, node: SyntaxNode): Value {
  const unsure = unknown(machine, `how many values ${name ?? "the column"} has is not known`, node);
  const codes: readonly Plain[] | undefined = areFew(values) && !nullable ? values.map((_, index) => index) : undefined;
  const column = columnOf("integer", false, unsure);
  return seriesOf(
    codes === undefined
      ? { ...column, type: typeof nullable === "boolean" && nullable ? unsure : "integer", values: unsure }
      : withValues(column, codes),
  );
}

/** Arrays whose columns are chosen by number. */
export function columnsAt(matrix: Matrix, at: readonly number[]): Matrix {
  const columns = at.flatMap((index) => matrix.columns[index] ?? []);
  return { ...matrix, columns };
}

/** Rows that a comparison chooses from what has columns. */
export function arrayRows(value: Value, cut: Unknown | undefined): Value {
  if (value.kind === "matrix")
    return { ...value, columns: value.columns.map((column) => chosenRows(column, undefined, cut)) };
  if (value.kind === "series") return seriesOf(chosenRows(value.column, undefined, cut));
  return value;
}

/** `int` and `np.int64` as names of types. */
export function namedType(qualified: string): Value | undefined {
  if (/^(int|float|str|bool|object)$/.test(qualified)) return scalarOf("string", false, qualified);
  const [, type] = /^numpy\.(u?int\d*|float\d*|bool_?|number|object_?)$/.exec(qualified) ?? [];
  if (type === undefined) return undefined;
  return scalarOf("string", false, type === "number" ? "numpy.number" : type.replace(/_$/, ""));
}
