/** What is known of a value without running anything: columns of tables by name, type and content; or why nothing is known. */
import type { InputColumn } from "../../pipeline";
import type { SyntaxNode } from "../../python/syntax";

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

/** A column of a table, or the values of an array. */
export interface Column {
  /** Absent where the values have none: in an array. */
  readonly name?: string;
  readonly type: Type | Unknown;
  /** True if values may be missing. */
  readonly nullable: boolean;
  /** All values that it may hold; `many` if they are too many to be listed. */
  readonly values: readonly Plain[] | "many" | Unknown;
  /** Smallest and largest number, as far as it is known. */
  readonly range?: readonly [number, number];
  /** What was computed from the column of this name: `log1p of price`. */
  readonly meaning?: string;
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
  /** What is known of the rows that it chooses, where it is a comparison: the columns that it looks at. */
  readonly mask?: Mask;
}

/** The columns by which rows are chosen; `present`: rows where they are missing are not chosen. */
export type Mask = ReadonlyMap<string, "present" | "missing" | "chosen">;

/** An array of two dimensions. */
export interface Matrix {
  readonly kind: "matrix";
  readonly columns: readonly Column[];
  /** The fitted object that gave it: `scaler`, and the columns that went in. */
  readonly made?: {
    readonly by: string;
    readonly from: readonly string[];
    readonly cell: number;
    readonly line: number;
  };
}

/** One value; `value` where it is known. */
export interface Scalar {
  readonly kind: "scalar";
  readonly type: Type | Unknown;
  readonly nullable: boolean;
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
export function columnOf(type: Type | Unknown, nullable: boolean, unsure: Unknown, name?: string): Column {
  const values = type === "boolean" ? [false, true] : type === "string" ? unsure : "many";
  return { type, nullable, values, ...(name === undefined ? {} : { name }) };
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

/** Puts a column into a table, in the place of the one that has its name. */
export function setColumn(frame: Frame, column: Column): void {
  const at = frame.columns.findIndex(({ name }) => name === column.name);
  frame.columns = at < 0 ? [...frame.columns, column] : frame.columns.with(at, column);
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

/** What is left of a column where only some rows are kept. `cut`: so few that values may be gone. */
export function chosenRows(column: Column, mask: Mask | undefined, cut?: Unknown): Column {
  const how = mask?.get(column.name ?? "");
  if (how === "present") return { ...withoutValues(column, cut), nullable: false };
  if (how === "chosen") return withoutValues(column, cut);
  return cut === undefined ? column : withoutValues(column, cut);
}

/** The column without what is known of its values: some may be gone. */
function withoutValues({ range: _, ...column }: Column, why: Unknown | undefined): Column {
  return isNumeric(column) || why === undefined ? column : { ...column, values: why };
}
