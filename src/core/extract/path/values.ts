/**
 * What the values of a notebook are on the way from raw rows to a prediction: rows, each computed by itself, or state that the
 * training leaves behind. Nothing here knows the text of `predict`.
 */
import type { Edit } from "../../python/edits";
import type { Statement } from "../../python/program";
import type { SyntaxNode } from "../../python/syntax";

/** What stands in the way of a prediction from raw rows; `reason` is part of a sentence. */
export interface Obstacle {
  readonly statement: Statement;
  readonly line: number;
  readonly reason: string;
  /** What to do, where it is something else than with statements above the fit. */
  readonly hint?: string;
}

/** What `run` keeps under a name of its own, because rows to be scored do not give it. */
export interface Kept {
  readonly name: string;
  readonly statement: Statement;
  readonly node: SyntaxNode;
  /** `columns`: the names of the table's columns; `copy`: the object right after the statement; `turns`: the turns that come there. */
  readonly form: "value" | "columns" | "copy" | "turns";
  /** True if it is taken behind the statement, of what that binds. */
  readonly isBehind: boolean;
  /** Where it is another one in each turn of a loop. */
  readonly turn?: Turn;
}

/** A turn of a loop, through columns or through tables. */
export interface Turn {
  /** The statement of its body that is looked at. */
  readonly at: SyntaxNode;
  /** The variable of the loop. */
  readonly variable: string;
  /** Of a loop through columns: what it goes through, and of those the columns that rows to be scored do not have. */
  readonly columns?: { readonly over: Line; readonly without: readonly string[] };
  /** In a branch: the columns for which the training took it. */
  readonly among?: Kept;
  /** Of a loop through tables: which one of them it is, and its name. */
  readonly table?: { readonly index: number; readonly name: string };
}

/** An edit of a statement for `predict`; `state`: the variable that it takes from what was fitted. */
export interface PathEdit extends Edit {
  readonly state?: string;
  /** True where a loop looks up in it what is for its turn: `encoders[c]`. */
  readonly isByTurn?: boolean;
  readonly kept?: Kept;
  /** True where it stands for a call that reads a table: checks around it go with it. */
  readonly isRead?: boolean;
}

/** A statement, or a part of it, as `predict` does it. */
export interface Line {
  readonly statement: Statement;
  readonly node: SyntaxNode;
  readonly edits: readonly PathEdit[];
  /** The variable that gets the value of `node`, where `node` is not the whole statement. */
  readonly target?: string;
  /** Where it stands in a loop. */
  readonly turn?: Turn;
}

/** How something was made of raw rows: by which statements, of which tables and columns, and what stands in the way. */
export interface Trail {
  readonly from: readonly Trail[];
  readonly line?: Line;
  readonly obstacle?: Obstacle;
  readonly root?: Read;
  readonly column?: string;
}

/** The call that reads a table. */
export interface Read {
  readonly statement: Statement;
  readonly node: SyntaxNode;
}

/** Which rows of a table there are, and how they are numbered. Two tables fit only if both are the same. */
export interface Rows {
  readonly set: RowSet;
  /** Absent for arrays, which fit by position. */
  readonly index?: object;
}

interface RowSet {
  /** The index that counts these rows from 0. */
  readonly range: object;
}

/** A table. It is changed in place, so that all names of it see the change. */
export interface Table {
  rows: Rows;
  /** What every column depends on. */
  base: Trail;
  /** What single columns depend on besides. */
  columns: Map<string, Trail>;
}

/** What does not depend on the rows to be scored. */
export interface State {
  readonly kind: "state";
  /** True if writing the expression again gives it: names, literals, and arithmetic. */
  readonly isPlain: boolean;
  /** True for what depends on the number of rows. */
  readonly isSized?: boolean;
  /** True if it is one value, not a list of any length. */
  readonly isSingle?: boolean;
  /** True for a column of its own: beside rows, pandas takes its entries by the index. */
  readonly isColumn?: boolean;
  /** The texts that it is known to be. */
  readonly texts?: readonly string[];
  /** The class of the object that it is, or of those that it holds. */
  readonly className?: string;
  readonly itemClass?: string;
}

/** Everything that an expression may give. */
export type Value =
  | State
  | { readonly kind: "frame"; readonly table: Table }
  /** A column or an array, one entry a row. */
  | { readonly kind: "series"; readonly trail: Trail; readonly rows: Rows }
  /** Rows in groups: what is aggregated of them is state. */
  | { readonly kind: "groups" }
  /** A function that gives a value for a value. */
  | { readonly kind: "function"; readonly trail: Trail }
  /** `names`: where it is a list of variables. */
  | { readonly kind: "tuple"; readonly items: readonly Value[]; readonly names?: readonly string[] };

/** A part of the rows: numbered as they were. */
export function selected(): Rows {
  return { set: { range: {} }, index: {} };
}

/** All rows of a table that was just read. */
export function allRows(): Rows {
  const range = {};
  return { set: { range }, index: range };
}

/** The same rows, counted from 0. */
export function numbered({ set }: Rows): Rows {
  return { set, index: set.range };
}

/** The same rows as an array. */
export function unlabelled({ set }: Rows): Rows {
  return { set };
}

/** The rows of what is not followed: what is said of it is why, and not that its rows do not fit. */
export const ANY_ROWS: Rows = { set: { range: {} } };

/** True if values of the one rows can be put beside those of the other. */
export function fit(first: Rows, second: Rows): boolean {
  if (first === ANY_ROWS || second === ANY_ROWS) return true;
  if (first.set !== second.set) return false;
  return first.index === undefined || second.index === undefined || first.index === second.index;
}

/** All that a table depends on, without the columns of these names. */
export function whole({ base, columns }: Table, without: ReadonlySet<string> = new Set()): Trail {
  return { from: [base, ...[...columns].filter(([name]) => !without.has(name)).map(([, trail]) => trail)] };
}

/** What one column depends on. */
export function columnTrail({ base, columns }: Table, column: string): Trail {
  return { from: [base, columns.get(column) ?? NOTHING], column };
}

/** A new table with the same columns. */
export function copied({ rows, base, columns }: Table, added: readonly Trail[] = []): Table {
  return { rows, base: added.length === 0 ? base : { from: [base, ...added] }, columns: new Map(columns) };
}

/** A value that has the lines of `added` too. */
export function extended(value: Value, added: Trail): Value {
  if (value.kind === "frame") {
    value.table.base = { from: [value.table.base, added] };
    return value;
  }
  if (value.kind === "series" || value.kind === "function") return { ...value, trail: { from: [value.trail, added] } };
  return value.kind === "tuple" ? { ...value, items: value.items.map((item) => extended(item, added)) } : value;
}

/** What a value depends on. */
export function trailOf(value: Value): Trail {
  if (value.kind === "frame") return whole(value.table);
  if (value.kind === "series" || value.kind === "function") return value.trail;
  return value.kind === "tuple" ? { from: value.items.map(trailOf) } : NOTHING;
}

/** True if a value has an entry for each row, or holds one that has. */
export function hasRows(value: Value): boolean {
  if (value.kind === "tuple") return value.items.some(hasRows);
  return value.kind === "frame" || value.kind === "series" || value.kind === "groups";
}

/** Depends on nothing. */
export const NOTHING: Trail = { from: [] };

/** Every trail that a trail is made of, itself among them. */
export function trailsOf(trail: Trail): ReadonlySet<Trail> {
  const seen = new Set([trail]);
  for (const one of seen) for (const other of one.from) seen.add(other);
  return seen;
}
