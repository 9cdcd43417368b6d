/** What operations on single columns give: arithmetic, functions, replaced and mapped values. */
import { unknown, type Machine } from "./machine";
import {
  NONE,
  areFew,
  columnOf,
  isNone,
  isNumeric,
  isOf,
  plainOf,
  textOf,
  withCells,
  withValues,
  type Cells,
  type Column,
  type Mask,
  type Plain,
  type Scalar,
  type Series,
  type Type,
  type Unknown,
  type Value,
} from "./values";

/** A column with what is known of it as a value. */
export function seriesOf(column: Column, mask?: Mask): Series {
  return { kind: "series", column, ...(mask === undefined ? {} : { mask }) };
}

/** A number, text or truth of which only the type is known. */
export function scalarOf(type: Type | Unknown, nullable: Column["nullable"] = false, value?: Plain): Scalar {
  return { kind: "scalar", type, nullable, ...(value === undefined ? {} : { value }) };
}

/** A list; one of texts is one of names. */
export function listFrom(items: readonly Value[]): Value {
  const texts = items.map(textOf);
  return texts.every((text) => text !== undefined) ? { kind: "names", names: texts } : { kind: "tuple", items };
}

/** The type and whether something is missing, of a column or one value. */
export function operandOf(value: Value): Pick<Column, "type" | "nullable"> | undefined {
  if (value.kind === "series") return value.column;
  return value.kind === "scalar" ? value : undefined;
}

/** `a + b`, `a / b`: of two columns, or of a column and a value. */
export function arithmetic(operator: string, sides: readonly [Value, Value], machine: Machine): Value {
  const operands = sides.map(operandOf);
  const [left, right] = operands;
  if (left === undefined || right === undefined) return unknown(machine, `what ${operator} gives is not known`);
  const type = arithmeticType(operator, left, right) ?? unknown(machine, `what ${operator} gives is not known`);
  const nullable = left.nullable || right.nullable;
  const column = sides.find((side) => side.kind === "series")?.column;
  if (column === undefined) return scalarOf(type, nullable, computedNumber(operator, sides));
  const text = unknown(machine, `what ${operator} makes of a text is not followed`);
  const made = { ...columnOf(type, nullable, text), ...logic(operator, sides), ...rowsOf(sides) };
  const names = new Set(sides.flatMap((side) => (side.kind === "series" ? [side.column.name] : [])));
  const name = names.size === 1 ? column.name : undefined; // pandas keeps the name that both have
  if (name === undefined) return seriesOf(made);
  return seriesOf({ ...made, name, meaning: `computed from ${column.meaning ?? name}` });
}

/** What NumPy and pandas compute of two numbers that are known. */
function computedNumber(operator: string, sides: readonly Value[]): number | undefined {
  const [a, b] = sides.map((side) =>
    side.kind === "scalar" && typeof side.value === "number" ? side.value : undefined,
  );
  if (a === undefined || b === undefined) return undefined;
  const results: Readonly<Record<string, number>> = { "+": a + b, "-": a - b, "*": a * b, "/": a / b };
  const result = Object.hasOwn(results, operator) ? results[operator] : undefined;
  return Number.isFinite(result) ? result : undefined;
}

/** `a & b`, row by row. */
function logic(operator: string, sides: readonly Value[]): Pick<Column, "cells"> {
  const combine =
    operator === "&" ? (a: Cell, b: Cell) => a === true && b === true : (a: Cell, b: Cell) => a === true || b === true;
  return /^[&|]$/.test(operator) ? rowByRow(sides, combine) : {};
}

type Cell = Cells[number];

/** The cells of a result that depends on two sides, where both are known of the same rows. */
function rowByRow(sides: readonly Value[], combine: (a: Cell, b: Cell) => Plain): Pick<Column, "cells"> {
  const columns = sides.flatMap((side) => (side.kind === "series" ? [side.column] : []));
  const [first] = columns;
  const at = sides.map((side) => (side.kind === "series" ? cellsAt(side.column, first?.rows) : constant(side)));
  const [left, right] = at;
  if (left === undefined || right === undefined || sides.length !== 2 || first?.cells === undefined) return {};
  return { cells: first.cells.map((_, row) => combine(left(row), right(row))) };
}

function cellsAt({ cells, rows }: Column, wanted: object | undefined): ((row: number) => Cell) | undefined {
  return cells === undefined || rows !== wanted ? undefined : (row) => cells[row] ?? null;
}

function constant(value: Value): ((row: number) => Cell) | undefined {
  const plain = value.kind === "scalar" ? value.value : undefined;
  return plain === undefined ? undefined : () => plain;
}

/** The rows that all columns of an operation have; pandas brings others together as it can. */
function rowsOf(sides: readonly Value[]): Pick<Column, "rows"> {
  const all = new Set(sides.flatMap((side) => (side.kind === "series" ? [side.column.rows] : [])));
  const [rows = {}] = all.size === 1 ? all : [];
  return { rows };
}

function arithmeticType(operator: string, left: Pick<Column, "type">, right: Pick<Column, "type">): Type | undefined {
  const areAll = (...types: readonly Type[]): boolean => [left, right].every((side) => isOf(side, ...types));
  if (areAll("string")) return operator === "+" ? "string" : undefined;
  if (areAll("boolean")) return /^[&|^]$/.test(operator) ? "boolean" : undefined;
  if (!areAll("number", "integer", "boolean")) return undefined;
  if (operator === "/") return "number";
  const isWhole = areAll("integer", "boolean");
  const isKnown = isWhole ? /^(\+|-|\*|\/\/|%)$/ : /^(\+|-|\*|\*\*|\/\/|%)$/;
  if (!isKnown.test(operator)) return undefined;
  return isWhole ? "integer" : "number";
}

/** What NumPy's functions of one column give, value by value. */
export const ELEMENTWISE =
  /^numpy\.(log|log1p|log2|log10|exp|expm1|sqrt|cbrt|sin|cos|tan|square|abs|absolute|floor|ceil|round|sign)$/;

/** `np.log1p(y)`: pandas keeps the column's name, but the values are others. */
export function elementwise(name: string, value: Value, machine: Machine): Value {
  const operand = operandOf(value);
  const keepsType = /^(square|abs|absolute|round|sign)$/.test(name);
  const type = operand !== undefined && keepsType && isNumeric(operand) ? operand.type : "number";
  if (value.kind === "matrix") {
    return { ...value, columns: value.columns.map((column) => computed(column, type, name, machine)) };
  }
  if (operand === undefined || isOf(operand, "string", "boolean"))
    return unknown(machine, `what ${name} gives is not known`);
  return value.kind === "series"
    ? seriesOf(computed(value.column, type, name, machine))
    : scalarOf(type, operand.nullable);
}

function computed(column: Column, type: Type | Unknown, by: string, machine: Machine): Column {
  const made = columnOf(type, column.nullable, unknown(machine, `what ${by} makes of a text is not followed`));
  const origin = column.meaning ?? column.name;
  return {
    ...made,
    ...(column.rows === undefined ? {} : { rows: column.rows }),
    ...(column.name === undefined ? {} : { name: column.name }),
    ...(origin === undefined ? {} : { meaning: `${by} of ${origin}` }),
  };
}

/** The column of a comparison, and which rows it chooses. */
export function comparison(sides: readonly Value[], operators: readonly string[], machine: Machine): Value {
  if (sides.every((side) => side.kind === "scalar")) return comparedScalars(sides, operators);
  const columns = sides.flatMap((side) => (side.kind === "series" ? [side.column] : []));
  if (columns.length === 0) return unknown(machine, "a comparison is not followed");
  const holds = operators.every((operator) => /^(==|<|>|<=|>=)$/.test(operator)) ? "present" : "chosen";
  const mask = new Map(columns.map(({ name }) => [name ?? "", holds] as const));
  const cells = operators.length === 1 ? rowByRow(sides, COMPARE[operators[0] ?? ""] ?? (() => false)) : {};
  return seriesOf({ ...columnOf("boolean", false, unknown(machine, "")), ...cells, ...rowsOf(sides) }, mask);
}

/** What is missing is equal to nothing, and neither more nor less. */
const COMPARE: Readonly<Record<string, (a: Cell, b: Cell) => boolean>> = {
  "==": (a, b) => a !== null && a === b,
  "!=": (a, b) => a === null || a !== b,
  "<": (a, b) => a !== null && b !== null && a < b,
  ">": (a, b) => a !== null && b !== null && a > b,
  "<=": (a, b) => a !== null && b !== null && a <= b,
  ">=": (a, b) => a !== null && b !== null && a >= b,
};

function comparedScalars(sides: readonly Scalar[], [operator]: readonly string[]): Value {
  const [left, right, third] = sides;
  const [a, b] = [left?.value, right?.value];
  const isKnown = a !== undefined && b !== undefined && third === undefined;
  if (isKnown && operator === "==") return scalarOf("boolean", false, a === b);
  if (isKnown && operator === "!=") return scalarOf("boolean", false, a !== b);
  return scalarOf("boolean");
}

/** The type that holds both; `undefined` if a client has none that does. */
export function commonType(types: readonly (Type | Unknown)[]): Type | undefined {
  const all = new Set(types);
  const [first] = all;
  if (all.size === 1 && typeof first === "string") return first;
  return all.size === 2 && all.has("number") && all.has("integer") ? "number" : undefined;
}

/** A column whose values are those of single results, one for each kind of row: of a function that is applied, of a mapping. */
export function columnFrom(results: readonly Value[], machine: Machine, name?: string): Column {
  const unsure = unknown(machine, "the values that a function gives are not known");
  const present = results.filter((result) => !isNone(result));
  const scalars = present.flatMap((one) => (one.kind === "scalar" ? [one] : []));
  const doubt = scalars.map((one) => one.nullable).find((one) => typeof one === "object");
  const isMissing = present.length < results.length || scalars.some((one) => one.nullable === true);
  const nullable = isMissing || (doubt ?? false);
  const type = scalars.length < present.length ? undefined : commonType(scalars.map((one) => one.type));
  if (type === undefined) {
    const why = present.find((one) => one.kind === "unknown") ?? unsure;
    return { type: why, nullable: true, values: why, ...(name === undefined ? {} : { name }) };
  }
  const values = scalars.map(({ value }) => value);
  const made = columnOf(type, nullable, unsure, name);
  if (values.some((value) => value === undefined)) return made;
  return withValues(
    made,
    values.filter((value) => value !== undefined),
  );
}

/** The column whose values come of those of another, each by itself; of `null` comes what missing values become. */
export function perValue(column: Column, change: (value: Plain | null) => Value, machine: Machine): Column {
  const { values, nullable, name = "the column", cells, rows } = column;
  const unsure = unknown(machine, `the values of ${name} are not known`);
  if (!areFew(values)) return columnFrom([unsure], machine, column.name);
  if (typeof nullable === "object") return columnFrom([nullable], machine, column.name);
  const results = new Map([...values, ...(nullable ? [null] : [])].map((value) => [value, change(value)]));
  const made = columnFrom([...results.values()], machine, column.name);
  const found = cells === undefined ? undefined : cellsFrom(cells, results);
  const known = found === undefined || typeof made.type !== "string" ? made : withCells(made, found, unsure);
  return { ...known, ...(rows === undefined ? {} : { rows }) };
}

/** The cells that come of others, if all results are known. */
function cellsFrom(cells: Cells, results: ReadonlyMap<Plain | null, Value>): Cells | undefined {
  const plain = new Map([...results].map(([from, to]) => [from, isNone(to) ? null : plainOf(to)]));
  const found = cells.map((cell) => plain.get(cell));
  return found.every((cell) => cell !== undefined) ? found : undefined;
}

/** `map({…})`: values that the mapping does not have come out missing. */
export function mapped(column: Column, entries: readonly (readonly [Plain, Value])[], machine: Machine): Column {
  const byKey = new Map(entries);
  return perValue(column, (value) => (value === null ? NONE : (byKey.get(value) ?? NONE)), machine);
}

/** The column without missing values, which become `value`. */
export function filled(column: Column, value: Value, machine: Machine): Column {
  if (column.nullable === false && typeof column.type === "string") return column;
  if (value.kind === "statistics") {
    return isNumeric(column) || !value.numeric ? withoutCells({ ...column, nullable: false }) : column;
  }
  const operand = operandOf(value);
  const type = operand?.nullable !== false ? undefined : commonType([column.type, operand.type]);
  const unsure = unknown(machine, "what fillna puts in is not known");
  if (type === undefined) return { ...withoutCells(column), type: unsure, values: unsure };
  // pandas keeps floats where there were missing values
  return filledWith(column, value.kind === "scalar" ? value.value : undefined, unsure);
}

function filledWith(column: Column, plain: Plain | undefined, unsure: Unknown): Column {
  const { cells, values } = column;
  const full = { ...column, nullable: false };
  const set = plain === undefined ? undefined : cells?.map((cell) => cell ?? plain);
  if (set !== undefined) return withCells(full, set, unsure);
  // Whether anything is missing is not always known.
  const isSure = plain !== undefined && column.nullable === true && areFew(values);
  if (isSure) return withValues(full, [...values, plain]);
  return { ...withoutCells(full), values: isNumeric(column) ? "many" : unsure };
}

/** What is no longer known where values are changed. */
export function withoutCells({ cells: _, range: __, ...column }: Column): Column {
  return column;
}

/** `astype(int)`. */
export function cast(column: Column, to: string, machine: Machine): Column {
  const isNumber = isOf(column, "number", "integer", "boolean");
  if (isNumber && /^(float|float32|float64|double)$/.test(to)) return castTo("number", column, Number);
  if (isNumber && /^u?int(8|16|32|64)?$/.test(to))
    // Missing values cannot become whole numbers: there are none.
    return { ...castTo("integer", column, (value) => Math.trunc(Number(value))), nullable: false };
  if (to === "category" || (isOf(column, "string") && staysText(to, column))) return column;
  const unsure = unknown(machine, `what astype makes of ${column.name ?? "a column"} is not known`);
  return { ...withoutCells(column), type: unsure, values: unsure };
}

function castTo(type: Type, column: Column, change: (value: Plain) => number): Column {
  const { values, cells, range } = column;
  const made = withoutCells({ ...column, type });
  const ends = range === undefined ? {} : { range: [change(range[0]), change(range[1])] as const };
  const changed = areFew(values) ? withValues(made, values.map(change)) : { ...made, ...ends };
  if (cells === undefined) return changed;
  return { ...changed, cells: cells.map((cell) => (cell === null ? null : change(cell))) };
}

/** `str` makes a text of what is missing, too. */
function staysText(to: string, { nullable }: Column): boolean {
  return to === "object" || (/^(str|string)$/.test(to) && nullable === false);
}
