/** What operations on single columns give: arithmetic, functions, replaced and mapped values. */
import { unknown, type Machine } from "./machine";
import { areFew, isNone } from "./reads";
import {
  NONE,
  columnOf,
  isNumeric,
  isOf,
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
export function scalarOf(type: Type | Unknown, nullable = false, value?: Plain): Scalar {
  return { kind: "scalar", type, nullable, ...(value === undefined ? {} : { value }) };
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
  if (column === undefined) return scalarOf(type, nullable);
  const made = columnOf(type, nullable, unknown(machine, `what ${operator} makes of a text is not followed`));
  const names = new Set(sides.flatMap((side) => (side.kind === "series" ? [side.column.name] : [])));
  const name = names.size === 1 ? column.name : undefined; // pandas keeps the name that both have
  if (name === undefined) return seriesOf(made);
  return seriesOf({ ...made, name, meaning: `computed from ${column.meaning ?? name}` });
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
  return seriesOf(columnOf("boolean", false, unknown(machine, "")), mask);
}

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
  const nullable = present.length < results.length || scalars.some((one) => one.nullable);
  const type = scalars.length < present.length ? undefined : commonType(scalars.map((one) => one.type));
  if (type === undefined) {
    const why = present.find((one) => one.kind === "unknown") ?? unsure;
    return { type: why, nullable: true, values: why, ...(name === undefined ? {} : { name }) };
  }
  // pandas holds whole numbers beside missing ones as floats
  const held = type === "integer" && nullable ? "number" : type;
  const values = scalars.map(({ value }) => value);
  const made = columnOf(held, nullable, unsure, name);
  if (values.some((value) => value === undefined)) return made;
  return withValues(
    made,
    values.filter((value) => value !== undefined),
  );
}

/** The column with all its values. */
export function withValues({ range: _, ...column }: Column, values: readonly Plain[]): Column {
  const distinct = [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const numbers = distinct.filter((value) => typeof value === "number");
  const isRange = isNumeric(column) && numbers.length > 0;
  return {
    ...column,
    values: distinct,
    ...(isRange ? { range: [Math.min(...numbers), Math.max(...numbers)] as const } : {}),
  };
}

/** `map({…})`: values that the mapping does not have come out missing. */
export function mapped(column: Column, entries: readonly (readonly [Plain, Value])[], machine: Machine): Column {
  const { values, name } = column;
  if (!areFew(values))
    return { ...columnFrom([unknown(machine, `the values of ${name ?? "the column"} are not known`)], machine, name) };
  const byKey = new Map(entries);
  const none = NONE;
  const results = values.map((value) => byKey.get(value) ?? none);
  return columnFrom(column.nullable ? [...results, none] : results, machine, name);
}

/** The column without missing values, which become `value`. */
export function filled(column: Column, value: Value, machine: Machine): Column {
  if (!column.nullable && typeof column.type === "string") return column;
  if (value.kind === "statistics") {
    return isNumeric(column) || !value.numeric ? { ...column, nullable: false } : column;
  }
  const operand = operandOf(value);
  const type = operand === undefined || operand.nullable ? undefined : commonType([column.type, operand.type]);
  const unsure = unknown(machine, "what fillna puts in is not known");
  if (type === undefined) return { ...column, type: unsure, nullable: true, values: unsure };
  // pandas keeps floats where there were missing values
  return filledWith({ ...column, nullable: false }, value.kind === "scalar" ? value.value : undefined);
}

/** A column's own mean or most frequent value is unknown, but none that widens it. */
function filledWith(column: Column, plain: Plain | undefined): Column {
  const { values, range } = column;
  if (plain === undefined) return column;
  if (typeof plain === "number" && range !== undefined)
    return { ...column, values: "many", range: [Math.min(range[0], plain), Math.max(range[1], plain)] };
  return areFew(values) ? withValues(column, [...values, plain]) : column;
}

/** `astype(int)`. */
export function cast(column: Column, to: string, machine: Machine): Column {
  const isNumber = isOf(column, "number", "integer", "boolean");
  if (isNumber && /^(float|float32|float64|double)$/.test(to)) return { ...column, type: "number", values: "many" };
  if (isNumber && /^u?int(8|16|32|64)?$/.test(to)) return castToWhole(column);
  if (to === "category" || (isOf(column, "string") && staysText(to, column))) return column;
  const unsure = unknown(machine, `what astype makes of ${column.name ?? "a column"} is not known`);
  return { ...column, type: unsure, nullable: true, values: unsure };
}

/** `str` makes a text of what is missing, too. */
function staysText(to: string, { nullable }: Column): boolean {
  return to === "object" || (/^(str|string)$/.test(to) && !nullable);
}

/** Missing values cannot become whole numbers: there are none. */
function castToWhole({ values, range, ...column }: Column): Column {
  const whole: Column = { ...column, type: "integer", nullable: false, values: "many" };
  if (areFew(values))
    return withValues(
      whole,
      values.map((value) => Math.trunc(Number(value))),
    );
  return range === undefined ? whole : { ...whole, range: [Math.trunc(range[0]), Math.trunc(range[1])] };
}
