/** Parts of values: `df["a"]`, `df[mask]`, `df.loc[rows, columns]`, `names[1:]`; and what is stored into them. */
import { childOf, childrenOf, rootName, type SyntaxNode } from "../../python/syntax";
import { chooseRows, columnFor, cutRows, matrixOf, pick } from "./frameMethods";
import { arrayRows, columnsAt } from "./libraryCalls";
import { commonType, scalarOf, seriesOf, withoutCells } from "./columns";
import { unknown, type Machine } from "./machine";
import { chosenRows } from "./rows";
import {
  columnNamed,
  frameOf,
  isOf,
  plainOf,
  setColumn,
  spoil,
  textOf,
  textsOf,
  withCells,
  type Cells,
  type Column,
  type Frame,
  type Matrix,
  type Plain,
  type Series,
  type Unknown,
  type Value,
} from "./values";

/** What a part of a value is. */
export function subscript(node: SyntaxNode, machine: Machine): Value {
  const object = childOf(node, "value");
  const keys = childrenOf(node, "subscript");
  if (object === undefined) return unknown(machine, "a part of a value is not followed", node);
  const value = machine.evaluate(object, machine);
  if (value.kind === "unknown") return value;
  if (value.kind === "locator") return located(value, keys, machine);
  if (value.kind === "matrix") return matrixPart(value, keys, machine);
  const [key] = keys;
  if (key === undefined || keys.length > 1) return unknown(machine, "a part of a value is not followed", node);
  if (key.type === "slice") return sliced(value, key, machine);
  const by = machine.evaluate(key, machine);
  if (value.kind === "frame") return frameItem(value, by, machine, node);
  return item(value, by, machine) ?? unknown(machine, "a part of a value is not followed", node);
}

function frameItem(frame: Frame, by: Value, machine: Machine, node: SyntaxNode): Value {
  if (by.kind === "series")
    return isOf(by.column, "boolean")
      ? chooseRows(frame, by, unknown(machine, "rows are chosen", node))
      : unknown(machine, "rows are chosen by what is not known", node);
  const names = by.kind === "scalar" && by.value !== undefined ? [String(by.value)] : textsOf(by);
  if (names === undefined)
    return by.kind === "unknown" ? by : unknown(machine, "columns are chosen by what is not known", node);
  if (by.kind !== "scalar") return pick(frame, names, { machine, node });
  const [name = ""] = names;
  return seriesOf(columnNamed(frame, name, unknown(machine, `there is no column ${name}`, node)));
}

function item(value: Value, by: Value, machine: Machine): Value | undefined {
  if (value.kind === "series") return seriesItem(value.column, by, machine);
  const at = by.kind === "scalar" ? by.value : undefined;
  if (value.kind === "mapping") return value.entries.find(([key]) => key === at)?.[1];
  if (typeof at !== "number") return undefined;
  if (value.kind === "names") return scalarOf("string", false, value.names.at(at));
  return value.kind === "tuple" ? value.items.at(at) : undefined;
}

/** One value of a column, or the rows that a comparison chooses. */
function seriesItem(column: Column, by: Value, machine: Machine): Value | undefined {
  if (by.kind === "series") {
    const [left = column] = chosenRows([column], by, unknown(machine, "rows are chosen"));
    return seriesOf(left);
  }
  return by.kind === "scalar" ? scalarOf(column.type) : undefined;
}

/** Whole numbers of a slice, as far as it has them. */
function bounds(slice: SyntaxNode, machine: Machine): readonly [number | undefined, number | undefined] | undefined {
  const colons = slice.children.length;
  if (colons === 0) return [undefined, undefined];
  return colons > 2 ? undefined : boundsOf(slice, machine);
}

function boundsOf(slice: SyntaxNode, machine: Machine): readonly [number | undefined, number | undefined] | undefined {
  const numbers = slice.children.map((child) => numberOf(machine.evaluate(child, machine)));
  const [first, second] = slice.children;
  if (numbers.includes(undefined) || first === undefined) return undefined;
  // The tree has no colons, but where the numbers stand tells: `::2` and `1::2` have a step.
  if (second !== undefined) return first.end + 1 === second.start ? [numbers[0], numbers[1]] : undefined;
  if (first.start === slice.start) return [numbers[0], undefined];
  return first.start === slice.start + 1 ? [undefined, numbers[0]] : undefined;
}

function numberOf(value: Value): number | undefined {
  return value.kind === "scalar" && typeof value.value === "number" ? value.value : undefined;
}

function sliced(value: Value, slice: SyntaxNode, machine: Machine): Value {
  const cut = unknown(machine, "a part of the rows leaves values out", slice);
  const ends = bounds(slice, machine);
  if (value.kind === "names") return ends === undefined ? cut : { kind: "names", names: value.names.slice(...ends) };
  if (value.kind === "frame") return isWhole(slice) ? frameOf(value.columns, value.open) : cutRows(value, cut);
  return value.kind === "series" || value.kind === "matrix" ? arrayRows(value, isWhole(slice) ? undefined : cut) : cut;
}

function isWhole(slice: SyntaxNode): boolean {
  return slice.type === "slice" && slice.children.length === 0;
}

/** Columns by position: `1:4`, `-1`, `[0, 2]`. */
function positions(key: SyntaxNode, count: number, machine: Machine): readonly number[] | number | undefined {
  const all = Array.from({ length: count }, (_, index) => index);
  if (key.type === "slice") {
    const ends = bounds(key, machine);
    return ends === undefined ? undefined : all.slice(...ends);
  }
  const value = machine.evaluate(key, machine);
  const single = numberOf(value);
  if (single !== undefined) return all.at(single);
  if (value.kind !== "tuple") return undefined;
  const found = value.items.map(numberOf).map((at) => (at === undefined ? undefined : all.at(at)));
  return found.every((at) => at !== undefined) ? found : undefined;
}

type Locator = Extract<Value, { kind: "locator" }>;

/** `df.loc[rows, columns]`, `df.iloc[:, 1:4]`. */
function located({ frame, by }: Locator, [rows, columns]: readonly SyntaxNode[], machine: Machine): Value {
  const kept = rows === undefined ? frame : locatedRows(frame, rows, by, machine);
  if (kept.kind !== "frame" || columns === undefined) return kept;
  if (by === "iloc") return columnsByPosition(kept, columns, machine);
  if (columns.type === "slice") return labelSlice(kept, columns, machine);
  return frameItem(kept, machine.evaluate(columns, machine), machine, columns);
}

function columnsByPosition(frame: Frame, columns: SyntaxNode, machine: Machine): Value {
  if (frame.open !== undefined) return frame.open;
  const at = positions(columns, frame.columns.length, machine);
  if (at === undefined) return unknown(machine, "columns are chosen by what is not known", columns);
  if (typeof at === "number") return seriesOf(frame.columns[at] ?? lostColumn(machine, columns));
  return frameOf(at.flatMap((index) => frame.columns[index] ?? []));
}

function lostColumn(machine: Machine, node: SyntaxNode): Column {
  const why = unknown(machine, "there is no such column", node);
  return { type: why, nullable: true, values: why };
}

/** `df.loc[:, "a":"c"]`: both ends are in it. */
function labelSlice(frame: Frame, slice: SyntaxNode, machine: Machine): Value {
  if (isWhole(slice)) return frame;
  if (frame.open !== undefined) return frame.open;
  const at = slice.children.map((child) => {
    const name = textOf(machine.evaluate(child, machine));
    return frame.columns.findIndex((column) => column.name === name);
  });
  // Whatever is no name of a column, as a step is none, is not followed.
  if (at.includes(-1)) return unknown(machine, "columns are chosen by what is not known", slice);
  const [first = 0, second = frame.columns.length - 1] = at;
  const isFirst = slice.children[0]?.start === slice.start;
  return frameOf(isFirst ? frame.columns.slice(first, second + 1) : frame.columns.slice(0, first + 1));
}

function locatedRows(frame: Frame, rows: SyntaxNode, by: "loc" | "iloc", machine: Machine): Frame | Unknown {
  const cut = unknown(machine, "a part of the rows leaves values out", rows);
  if (rows.type === "slice") return isWhole(rows) ? frameOf(frame.columns, frame.open) : cutRows(frame, cut);
  const chosen = machine.evaluate(rows, machine);
  if (by === "loc" && chosen.kind === "series" && isOf(chosen.column, "boolean")) return chooseRows(frame, chosen, cut);
  return cut;
}

/** `array[:, 1:]`, `array[:, 0]` */
function matrixPart(matrix: Matrix, [rows, columns]: readonly SyntaxNode[], machine: Machine): Value {
  if (rows === undefined) return unknown(machine, "a part of an array is not followed");
  const cut = isWhole(rows) ? undefined : unknown(machine, "a part of the rows leaves values out", rows);
  const kept = arrayRows(matrix, cut);
  if (columns === undefined || kept.kind !== "matrix") return rows.type === "slice" ? kept : (cut ?? kept);
  const at = positions(columns, matrix.columns.length, machine);
  if (at === undefined) return unknown(machine, "columns are chosen by what is not known", columns);
  if (typeof at !== "number") return columnsAt(kept, at);
  return seriesOf(kept.columns[at] ?? lostColumn(machine, columns));
}

/** `df.columns`, `df.values`, `df.price`, `s.str`. */
export function attribute(value: Value, name: string, machine: Machine, node: SyntaxNode): Value {
  if (value.kind === "frame") return frameAttribute(value, name, machine, node);
  if (value.kind === "series") return seriesAttribute(value, name, machine, node);
  if (value.kind === "names" && name === "values") return value;
  if (value.kind === "estimator" && name === "best_estimator_")
    return value.parts[0] ?? unknown(machine, "best_estimator_ is not followed", node);
  return value.kind === "unknown" ? value : unknown(machine, `what ${name} gives is not followed`, node);
}

function frameAttribute(frame: Frame, name: string, machine: Machine, node: SyntaxNode): Value {
  if (name === "columns")
    return frame.open ?? { kind: "names", names: frame.columns.map((column) => column.name ?? "") };
  if (name === "values") return matrixOf(frame);
  if (name === "loc" || name === "iloc") return { kind: "locator", frame, by: name };
  const known = frame.columns.find((column) => column.name === name);
  if (known !== undefined) return seriesOf(known);
  const isOther = /^(T|index|shape|dtypes|size|empty|axes|at|iat)$/.test(name) || frame.open === undefined;
  return isOther
    ? unknown(machine, `what ${name} gives is not followed`, node)
    : seriesOf(columnNamed(frame, name, unknown(machine, "")));
}

const DTYPES = { string: "object", integer: "int64", number: "float64", boolean: "bool" } as const;

function seriesAttribute(series: Series, name: string, machine: Machine, node: SyntaxNode): Value {
  const { column } = series;
  if (name === "values") {
    const { name: _, ...rest } = column;
    return seriesOf(rest);
  }
  if (name === "str" || name === "dt") return accessor(series, name, machine);
  if (name === "dtype" || name === "dtypes")
    return typeof column.type === "string" ? scalarOf("string", false, DTYPES[column.type]) : column.type;
  if (name === "name" && column.name !== undefined) return scalarOf("string", false, column.name);
  return unknown(machine, `what ${name} gives is not followed`, node);
}

/** `s.str` and `s.dt`: of a column of numbers the first one fails. */
function accessor(series: Series, of: "str" | "dt", machine: Machine): Value {
  const { source } = series.column;
  if (of === "str" && source !== undefined) machine.asText.add(source);
  return { kind: "accessor", series, of };
}

/** `target = value` for anything but a plain name: columns of tables are set, other objects are lost. */
export function store(target: SyntaxNode, value: Value, machine: Machine): void {
  const object = childOf(target, "object") ?? childOf(target, "value");
  const owner = object === undefined ? undefined : machine.evaluate(object, machine);
  if (owner?.kind === "frame") storeInto(owner, target, value, machine);
  else if (owner?.kind === "locator") storeAt(owner, childrenOf(target, "subscript"), value, machine);
  else storeElsewhere(target, machine);
}

function storeElsewhere(target: SyntaxNode, machine: Machine): void {
  const whole = machine.variables.get(rootName(target)?.text ?? "");
  const why = unknown(machine, "what is stored there is not followed", target);
  if (whole?.kind === "frame") spoil(whole, why);
  else for (const [name, other] of machine.variables) if (other === whole) machine.variables.set(name, why);
}

function storeInto(frame: Frame, target: SyntaxNode, value: Value, machine: Machine): void {
  const why = unknown(machine, "what is stored into the table is not followed", target);
  const attributeName = childOf(target, "attribute")?.text;
  if (attributeName === "columns") renameAll(frame, textsOf(value), why);
  else if (attributeName !== undefined)
    setColumn(frame, columnFor(value, attributeName, { machine, node: target }), why);
  else storeColumns(frame, target, value, machine);
}

function storeColumns(frame: Frame, target: SyntaxNode, value: Value, machine: Machine): void {
  const why = unknown(machine, "what is stored into the table is not followed", target);
  const [key] = childrenOf(target, "subscript");
  const by = key === undefined ? undefined : machine.evaluate(key, machine);
  const names = by?.kind === "series" ? undefined : textsOf(by);
  if (names === undefined) spoil(frame, why);
  else if (by?.kind === "scalar") setColumn(frame, columnFor(value, names.join(), { machine, node: target }), why);
  else setAll(frame, names, value, why);
}

function setAll(frame: Frame, names: readonly string[], value: Value, why: Unknown): void {
  const given = value.kind === "matrix" || value.kind === "frame" ? value.columns : [];
  names.forEach((name, index) => {
    const column = given.length === names.length ? given[index] : undefined;
    setColumn(
      frame,
      column === undefined ? { name, type: why, nullable: true, values: why } : { ...column, name },
      why,
    );
  });
}

function renameAll(frame: Frame, names: readonly string[] | undefined, why: Unknown): void {
  if (names?.length !== frame.columns.length || frame.open !== undefined) spoil(frame, frame.open ?? why);
  else frame.columns = frame.columns.map((column, index) => ({ ...column, name: names[index] ?? "" }));
}

/** `df.loc[df.age.isnull(), "age"] = 0`: some rows of a column are set. */
function storeAt({ frame, by }: Locator, [rows, columns]: readonly SyntaxNode[], value: Value, machine: Machine): void {
  const names = columns === undefined || by === "iloc" ? undefined : textsOf(machine.evaluate(columns, machine));
  const where = rows === undefined ? undefined : machine.evaluate(rows, machine);
  const why = unknown(machine, "what is stored into the table is not followed", rows);
  const [name] = names ?? [];
  if (names?.length !== 1 || name === undefined) spoil(frame, why);
  else setColumn(frame, partlySet(columnNamed(frame, name, why), value, where, why), why);
}

function partlySet(old: Column, value: Value, where: Value | undefined, why: Unknown): Column {
  const plain = plainOf(value);
  const isSame = value.kind === "scalar" && commonType([old.type, value.type]) === old.type;
  if (!isSame || plain === undefined) return { ...withoutCells(old), type: why, values: why };
  const set = cellsSet(old, plain, where);
  if (set !== undefined) return withCells(old, set, why);
  return { ...withoutCells(old), nullable: fillsMissing(where, old) ? false : old.nullable && why, values: why };
}

function cellsSet({ cells, rows }: Column, plain: Plain, where: Value | undefined): Cells | undefined {
  const chosen = where?.kind === "series" && where.column.rows === rows ? where.column.cells : undefined;
  return chosen === undefined ? undefined : cells?.map((cell, row) => (chosen[row] === true ? plain : cell));
}

/** True if just the rows are chosen in which the column is missing. */
function fillsMissing(where: Value | undefined, { name = "" }: Column): boolean {
  const mask = where?.kind === "series" ? where.mask : undefined;
  return mask?.size === 1 && mask.get(name) === "missing";
}
