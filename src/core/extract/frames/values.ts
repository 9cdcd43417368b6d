/** What is known of a value without running anything: columns of tables by name, type and content; or why nothing is known. */
import type { InputColumn } from "../../pipeline";
import type { SyntaxNode } from "../../python/syntax";
import { MAX_VALUES } from "../../snapshot/csvTable";

/** Types that a client's fields have. */
export type Type = InputColumn["type"];

/** Nothing is known, because of what stands there. */
export interface Unknown {
  readonly kind: "unknown";
  readonly cell: number;
  readonly line: number;
  /** What stands in the way, as part of a sentence: `pd.merge(…) is not followed`. */
  readonly reason: string;
}

/** One value of a table's cell. */
export type Plain = string | number | boolean;

/** What each row holds, a missing value as `null`. */
export type Cells = readonly (Plain | null)[];

/** A column of a table, or the values of an array. */
export interface Column {
  /** Absent where the values have none: in an array. */
  readonly name?: string;
  /** Of an array: the name that it had in the table that the array was made of. */
  readonly label?: string;
  readonly type: Type | Unknown;
  /** True if values are missing; not known where rows with and without them may be left. */
  readonly nullable: boolean | Unknown;
  /** All values that it holds; `many` if they are too many to be listed. */
  readonly values: readonly Plain[] | "many" | Unknown;
  /** Absent where it is not known what each row holds. */
  readonly cells?: Cells;
  /** The same object for columns of the same rows in the same order. */
  readonly rows?: object;
  /** Smallest and largest number, as far as it is known. */
  readonly range?: readonly [number, number];
  /** What was computed from the column of this name: `log1p of price`. */
  readonly meaning?: string;
  /** The fitted object that gave it, and the column that went in, if it has a name: `scaler`, `age`. */
  readonly made?: { readonly by: string; readonly from: string | undefined };
  /** The same object for all that was a column of a file once, however it was changed or renamed since. */
  readonly source?: object;
}

/** A table. It is changed in place, as pandas does it, so that all names of it see the change. */
export interface Frame {
  readonly kind: "frame";
  columns: readonly Column[];
  /** Set where it may have more columns than these. */
  open?: Unknown | undefined;
}

/** One column by itself, or an array of one dimension. */
export interface Series {
  readonly kind: "series";
  readonly column: Column;
  /** What is known of the rows that it chooses, where it is a comparison without cells: the columns that it looks at. */
  readonly mask?: Mask;
}

/** The columns by which rows are chosen; `present`: rows where they are missing are not chosen. */
export type Mask = ReadonlyMap<string, "present" | "missing" | "chosen">;

/** An array of two dimensions. */
export interface Matrix {
  readonly kind: "matrix";
  readonly columns: readonly Column[];
}

/** One value; `value` where it is known. */
export interface Scalar {
  readonly kind: "scalar";
  readonly type: Type | Unknown;
  readonly nullable: Column["nullable"];
  readonly value?: Plain;
}

/** A model or a step of one. */
export interface Estimator {
  readonly kind: "estimator";
  readonly qualified: string;
  readonly name: string;
  readonly call: SyntaxNode;
  /** What it is made of: the steps of a pipeline, the model of a search. */
  readonly parts: readonly Estimator[];
  /** The columns that a `ColumnTransformer` which drops the rest takes. */
  readonly chosen?: readonly string[];
  /** Set where a part could not be followed, or was changed afterwards. */
  unsure?: Unknown;
}

/** A list or an index of texts: the names of columns. It is changed in place, too; `broken` once it is not known how. */
export interface Names {
  readonly kind: "names";
  names: readonly string[];
  broken?: Unknown;
}

/** Everything that an expression may give. */
export type Value =
  | Unknown
  | Frame
  | Series
  | Matrix
  | Scalar
  | Estimator
  /** `None`, `np.nan`. */
  | { readonly kind: "none" }
  | Names
  | { readonly kind: "tuple"; readonly items: readonly Value[]; broken?: Unknown }
  | { readonly kind: "mapping"; readonly entries: readonly (readonly [Plain, Value])[]; broken?: Unknown }
  | { readonly kind: "function"; readonly node: SyntaxNode }
  /** `df.loc`, `df.iloc`. */
  | { readonly kind: "locator"; readonly frame: Frame; readonly by: "loc" | "iloc" }
  /** `s.str`, `s.dt`. */
  | { readonly kind: "accessor"; readonly series: Series; readonly of: "str" | "dt" }
  /** One number a column: `df.mean()`; `numeric`: columns of text have none. */
  | { readonly kind: "statistics"; readonly numeric: boolean };

/** `None`, `np.nan`, and what a call gives that gives nothing. */
export const NONE: Value = { kind: "none" };

/** True if a column's type is known to be one of these. */
export function isOf({ type }: Pick<Column, "type">, ...types: readonly Type[]): boolean {
  return typeof type === "string" && types.includes(type);
}

/** True if a column holds numbers. */
export function isNumeric(column: Pick<Column, "type">): boolean {
  return isOf(column, "number", "integer");
}

/** A column of which only the type is known. */
export function columnOf(type: Type | Unknown, nullable: Column["nullable"], unsure: Unknown, name?: string): Column {
  const values = type === "boolean" ? [false, true] : type === "string" ? unsure : "many";
  // Whole numbers beside missing ones are floats.
  const held = type === "integer" && nullable !== false ? (nullable === true ? "number" : nullable) : type;
  return { type: held, nullable, values, ...(name === undefined ? {} : { name }) };
}

/** The column with all its values; what each row holds is not known. */
export function withValues({ range: _, cells: __, ...column }: Column, values: readonly Plain[]): Column {
  const distinct = [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const numbers = distinct.filter((value) => typeof value === "number");
  const ends = isNumeric(column) ? extremes(numbers) : undefined;
  return { ...column, values: distinct.length > MAX_VALUES ? "many" : distinct, ...(ends && { range: ends }) };
}

function extremes(numbers: readonly number[]): readonly [number, number] | undefined {
  const [first] = numbers;
  const last = numbers.at(-1);
  return first === undefined || last === undefined ? undefined : [first, last];
}

/** The column with these cells. Of one that holds nothing, `none` says so: it has no type. */
export function withCells(column: Column, cells: Cells, none: Unknown): Column {
  const present = cells.filter((cell) => cell !== null);
  const nullable = present.length < cells.length;
  const type = present.length === 0 ? none : column.type;
  return { ...withValues(column, present), type, nullable, cells };
}

/** The column under another name; what was computed from the old one is no news then. */
export function renamed({ meaning, ...column }: Column, name: string): Column {
  return { ...column, name, ...(column.name === name && meaning !== undefined ? { meaning } : {}) };
}

/** The column `name` of a table: one that it is not known to have is as little known as what stands in the way. */
export function columnNamed(frame: Frame, name: string, missing: Unknown): Column {
  const found = frame.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const unsure = frame.open ?? missing;
  return { name, type: unsure, nullable: true, values: unsure };
}

/** Puts a column into a table, in the place of the one that has its name. Of other rows' values some may come out missing. */
export function setColumn(frame: Frame, column: Column, why: Unknown): void {
  const own = frame.columns.find(({ rows }) => rows !== undefined)?.rows;
  const fits = own === undefined || column.rows === undefined || column.rows === own;
  const { cells: _, ...uncounted } = column;
  const set = fits ? (column.rows === undefined ? uncounted : column) : { ...uncounted, type: why, values: why };
  const at = frame.columns.findIndex(({ name }) => name === column.name);
  frame.columns = at < 0 ? [...frame.columns, set] : frame.columns.with(at, set);
}

/** A new table. */
export function frameOf(columns: readonly Column[], open?: Unknown): Frame {
  return { kind: "frame", columns, ...(open === undefined ? {} : { open }) };
}

/** Nothing is known of the table any more. */
export function spoil(frame: Frame, why: Unknown): void {
  frame.columns = [];
  frame.open = why;
}

/** The text that a value is known to be. */
export function textOf(value: Value | undefined): string | undefined {
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}

/** The texts that a value is known to hold: one text, or a list of them. */
export function textsOf(value: Value | undefined): readonly string[] | undefined {
  if (value?.kind === "names") return value.names;
  if (value?.kind === "tuple") {
    const items = value.items.map(textOf);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  const text = textOf(value);
  return text === undefined ? undefined : [text];
}

/** True for the value `True`. */
export function isTrue(value: Value | undefined): boolean {
  return value?.kind === "scalar" && value.value === true;
}

/** True for `None`. */
export function isNone(value: Value): boolean {
  return value.kind === "none";
}

/** True if a column's values are so few that a client lists them. */
export function areFew(values: Column["values"]): values is readonly (string | number | boolean)[] {
  return Array.isArray(values) && values.length <= MAX_VALUES;
}

/** The value of a scalar, where it is known. */
export function plainOf(value: Value): Plain | undefined {
  return value.kind === "scalar" ? value.value : undefined;
}
