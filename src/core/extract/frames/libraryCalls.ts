/** What functions and classes of libraries give: pandas, NumPy, scikit-learn, and Python's own. */
import { ELEMENTWISE, elementwise, perValue, scalarOf, seriesOf, withoutCells } from "./columns";
import { toNumeric } from "./conversions";
import { isEstimatorClass, isOneOf } from "./estimators";
import { matrixOf } from "./frameMethods";
import { argument, hasOther, type Invocation } from "./invocation";
import { unknown, type Machine } from "./machine";
import { randomRows, someRows } from "./rows";
import {
  areFew,
  frameOf,
  isNumeric,
  isOf,
  renamed,
  textOf,
  textsOf,
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
  [/^pandas\.to_numeric$/, toNumeric],
  [/^pandas\.DataFrame$/, tableOf],
  [/^pandas\.Series$/, named],
  [/^(list|tuple|sorted|set)$/, listed],
  [/^(numpy\.isnan|pandas\.(isnull|isna))$/, () => scalarOf("boolean")],
  [/^(len|int|float|str|bool|round)$/, converted],
];

/** The part of the rows that a side of the split may miss; an unknown one means that nothing is sure. */
function splitRows(call: Invocation): Value {
  const [test, train] = [call.named.get("test_size"), call.named.get("train_size")];
  const why = ({ name = "the column" }: Column): Unknown =>
    unknown(call.machine, `a rare value of ${name} may not be in the training rows`, call.node);
  const lost = (column: Column, size: Value | undefined): number | undefined => {
    const given = size?.kind === "scalar" && typeof size.value === "number" ? size.value : undefined;
    return given === undefined || given <= 1 ? given : given / (column.cells?.length ?? given);
  };
  const isStandard = test === undefined && train === undefined;
  const inTest = (column: Column): number | undefined => {
    if (isStandard) return 0.25;
    const rest = lost(column, train);
    return test === undefined ? rest && 1 - rest : train === undefined ? lost(column, test) : undefined;
  };
  const part = (value: Value, share: (column: Column) => number | undefined): Value =>
    mapRows(value, (column) => randomRows(column, share(column), why(column)));
  const inTrain = (column: Column): number | undefined => {
    const share = inTest(column);
    return share && 1 - share;
  };
  return { kind: "tuple", items: call.positional.flatMap((value) => [part(value, inTest), part(value, inTrain)]) };
}

function mapRows(value: Value, change: (column: Column) => Column): Value {
  if (value.kind === "frame") return frameOf(value.columns.map(change), value.open);
  if (value.kind === "matrix") return { ...value, columns: value.columns.map(change) };
  return value.kind === "series" ? seriesOf(change(value.column)) : value;
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
function where({ positional: [test, yes, no], machine, node }: Invocation): Value {
  const why = unknown(machine, "what np.where gives is not known", node);
  if (test?.kind !== "series" || !isOf(test.column, "boolean")) return why;
  const choose = (value: Plain | null): Value => (value === true ? yes : no) ?? why;
  const { name: _, ...column } = { ...test.column, values: [false, true] };
  return seriesOf(perValue(column, choose, machine));
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
  if (rows.kind === "series" && step.name === "LabelEncoder") return encoded(rows.column, machine);
  if (rows.kind === "frame") return rows.open ?? transformedColumns(step, by, rows.columns, why);
  return rows.kind === "matrix" ? transformedColumns(step, by, rows.columns, why) : why;
}

function transformedColumns(step: Estimator, by: string, columns: readonly Column[], why: Unknown): Value {
  if (isOneOf("scalers", step)) return scaled(columns, by);
  return isOneOf("imputers", step) ? { kind: "matrix", columns: columns.map(imputed) } : why;
}

function scaled(columns: readonly Column[], by: string): Matrix {
  const made = columns.map((column, index): Column => {
    const { name, meaning, nullable, source = {} } = column;
    const from = meaning ?? name ?? column.label;
    const head = { type: "number", nullable, values: "many", source } as const;
    return { ...head, ...labelOf(column), meaning: `${by}.transform of ${from ?? `x${index}`}`, made: { by, from } };
  });
  return { kind: "matrix", columns: made };
}

function imputed(column: Column): Column {
  if (!isNumeric(column)) return { ...withoutCells(unnamed(column)), nullable: false };
  const { source = {} } = column;
  return { type: "number", nullable: false, values: "many", source, ...labelOf(column) };
}

/** The name that a column of an array, or of the table that it is made of, had there. */
function labelOf({ name, label }: Column): Pick<Column, "label"> {
  const known = name ?? label;
  return known === undefined ? {} : { label: known };
}

/** The numbers of the classes, in the order of their names. */
function encoded(column: Column, machine: Machine): Value {
  const { values, nullable } = column;
  const codes = new Map(areFew(values) ? values.map((value, code) => [value, code] as const) : []);
  const unsure = unknown(machine, `how many values ${column.name ?? "the column"} has is not known`);
  if (!areFew(values) && nullable === false)
    return seriesOf({ ...unnamed(withoutCells(column)), type: "integer", values: unsure });
  // Encoders give what is missing a number, too.
  const change = (value: Plain | null): Value =>
    value === null ? unsure : scalarOf("integer", false, codes.get(value));
  return seriesOf(unnamed(perValue(column, change, machine)));
}

/** Arrays whose columns are chosen by number. */
export function columnsAt(matrix: Matrix, at: readonly number[]): Matrix {
  const columns = at.flatMap((index) => matrix.columns[index] ?? []);
  return { ...matrix, columns };
}

/** A part of the rows of what has columns; `cut` says why values may be gone. */
export function arrayRows(value: Value, cut: Unknown | undefined): Value {
  return cut === undefined ? value : mapRows(value, (column) => someRows(column, cut));
}

/** `int` and `np.int64` as names of types. */
export function namedType(qualified: string): Value | undefined {
  if (/^(int|float|str|bool|object)$/.test(qualified)) return scalarOf("string", false, qualified);
  const [, type] = /^numpy\.(u?int\d*|float\d*|bool_?|number|object_?)$/.exec(qualified) ?? [];
  if (type === undefined) return undefined;
  return scalarOf("string", false, type === "number" ? "numpy.number" : type.replace(/_$/, ""));
}
