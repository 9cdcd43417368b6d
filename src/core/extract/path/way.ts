/** The state in which statements are followed from the raw rows on, and what is noted on the way. */
import type { Knowledge } from "../../python/effects";
import type { Statement } from "../../python/program";
import { KIND } from "../../python/kinds";
import { childOf, nodesOf, type SyntaxNode } from "../../python/syntax";
import { freshName, identifier } from "../names";
import table from "./rowwise.json";
import { literalText } from "../../python/values";
import {
  ANY_ROWS,
  type Kept,
  type Line,
  type PathEdit,
  type Rows,
  type State,
  type Table,
  type Trail,
  type Turn,
  type Value,
} from "./values";

const sets = {
  rowMethods: new Set(table.rowMethods),
  seriesMethods: new Set(table.seriesMethods),
  textMethods: new Set(table.textMethods),
  dateMethods: new Set(table.dateMethods),
  selectingMethods: new Set(table.selectingMethods),
  aggregatingMethods: new Set(table.aggregatingMethods),
  groupMethods: new Set([...table.aggregatingMethods, ...table.groupMethods]),
  acrossMethods: new Set(table.acrossMethods),
  rowFunctions: new Set(table.rowFunctions),
  aggregatingFunctions: new Set(table.aggregatingFunctions),
  plainFunctions: new Set(table.plainFunctions),
  transformers: new Set(table.transformers),
  columnsByPosition: new Set(table.columnsByPosition),
  harmlessTwice: new Set(table.harmlessTwice),
  tableReaders: new Set(table.tableReaders),
  predictors: new Set(table.predictors),
  tokenizerMethods: new Set(table.tokenizerMethods),
};

/** True if the method, function or class of this name is one of the group. */
export function isAmong(group: keyof typeof sets, name: string): boolean {
  return sets[group].has(name);
}

/** `age` of `df.age`; empty for what is no attribute. */
export function attributeName(node: SyntaxNode): string {
  return childOf(node, "attribute")?.text ?? "";
}

/** Where the analysis stands. */
export interface Way {
  readonly variables: Map<string, Value>;
  readonly knowledge: Knowledge;
  /** Names that stand at the top of the module: `predict` sees them as they are. */
  readonly isTop: (name: string) => boolean;
  /** True for functions of the module that something is attached to inside of a step. */
  readonly isPatched: (name: string) => boolean;
  /** The columns that the labels come from: rows to be scored do not have them. */
  readonly labels: ReadonlySet<string>;
  /** Names of the parameters of `predict`. */
  readonly rows: string;
  readonly fitted: string;
  /** Names that what is kept must not have. */
  readonly taken: Set<string>;
  readonly evaluate: (node: SyntaxNode, way: Way) => Value;
  statement: Statement;
  /** Edits of the statement. */
  edits: PathEdit[];
  /** Tables that the statement changes in a way that was followed. */
  touched: Set<Table>;
  /** Inside of a loop. */
  turn?: Turn | undefined;
  /** Inside of what the model calls: the training leaves no state there. */
  readonly within?: Within | undefined;
}

/** A method of an object of the model, or a function, that is called with the rows to be scored. */
export interface Within {
  /** The parameter that stands for the object. */
  readonly self: string | undefined;
  /** What matters besides the value that it gives back. */
  readonly noted: Trail[];
  /** The class of what is in an attribute of the object. */
  readonly classOf: (attribute: string) => string | undefined;
  /** What another method of the object gives; `undefined` if its text is not there. */
  readonly call: (method: string, values: readonly Value[], way: Way) => Value | undefined;
}

/** The statement, or that of a loop's body, in which the analysis stands. */
export function standsAt({ turn, statement }: Way): SyntaxNode {
  return turn?.at ?? statement.node;
}

/** True if a variable still stands for a table. */
export function isStill(name: string, of: Value, { variables }: Way): boolean {
  const value = variables.get(name);
  return value?.kind === "frame" && of.kind === "frame" && value.table === of.table;
}

/** True for names that mean in `predict` what they mean in the notebook. */
export function isSame(name: string, { isTop, turn }: Way): boolean {
  return isTop(name) || (turn?.columns !== undefined && turn.variable === name);
}

/** A way from which nothing leads on, because of what stands there. */
export function blocked(way: Way, node: SyntaxNode, reason: string): Trail {
  return { from: [], obstacle: { statement: way.statement, line: node.line, reason } };
}

/** Rows of which nothing more is known than why. */
export function lost(way: Way, node: SyntaxNode, reason: string, from: readonly Trail[] = []): Value {
  const trail = { from: [...from, blocked(way, node, reason)] };
  return { kind: "series", trail, rows: ANY_ROWS };
}

/** State that comes of all rows. What the model calls computes it anew, of the rows to be scored. */
export function ofAllRows(way: Way, node: SyntaxNode, name: string, state: State): Value {
  return way.within === undefined ? state : lost(way, node, `${name} looks at all rows there`);
}

/** A frame of these rows. */
export function frameOf(rows: Rows, from: readonly Trail[]): Value {
  return { kind: "frame", table: { rows, base: { from }, columns: new Map() } };
}

/** State of which nothing is known. */
export const STATE: State = { kind: "state", isPlain: false };

/** A literal, or what a library calls by a name. */
export const LITERAL: State = { kind: "state", isPlain: true, isSingle: true };

/** The line that the statement, or a part of it, is in `predict`. */
export function lineOf({ statement, edits, turn }: Way, node: SyntaxNode, target?: string): Line {
  return {
    statement,
    node,
    edits,
    ...(target === undefined ? {} : { target }),
    ...(turn === undefined ? {} : { turn }),
  };
}

/** Has `run` keep what an expression gives; gives what stands for it in `predict`. */
export function keep(way: Way, node: SyntaxNode, form: Kept["form"], isBehind = false): Kept {
  const { turn, statement, taken } = way;
  const base = form === "copy" ? node.text : keptName(node, form, way);
  const ofTurn = turn === undefined ? base : nameByTurn(base, turn);
  const name = freshName(form === "turns" ? `${node.text}_chosen` : ofTurn, (one) => taken.has(one));
  taken.add(name);
  return { name, statement, node, form, isBehind, ...(turn === undefined ? {} : { turn }) };
}

/** What the values of all turns of a loop are called. */
export function nameByTurn(name: string, { variable }: Turn): string {
  return `${name}_by_${variable}`;
}

/** How `predict` reads what is kept. */
export function keptText({ fitted }: Way, { name, turn }: Kept): string {
  const key = turn === undefined ? "" : `[${turn.table?.index ?? turn.variable}]`;
  return `${fitted}.${name}${key}`;
}

/** `age_median` of `df["age"].median()`, `port_columns` of `pd.get_dummies(df["port"])`. */
function keptName(node: SyntaxNode, form: Kept["form"], way: Way): string {
  if (node.type === "identifier" && form === "columns") return identifier(`${node.text}_columns`);
  const texts = nodesOf(node, KIND.string).flatMap((one) => literalText(one) ?? []);
  const words = nodesOf(node, KIND.identifier).map(({ text }) => text);
  const last = form === "columns" ? "columns" : (words.at(-1) ?? "value");
  const [first = words.find((word) => way.variables.has(word)) ?? ""] = texts;
  return identifier(`${first.slice(0, 30)}_${last.replace(/([a-z])([A-Z])/g, "$1_$2")}`);
}

/** Replaces a node by what `run` keeps of it. */
export function keepValue(way: Way, node: SyntaxNode): void {
  const kept = keep(way, node, "value");
  way.edits.push({ start: node.start, end: node.end, text: keptText(way, kept), kept });
}

const BY_INDEX = "mode gives a column, whose entries go to the rows of the same index; its first value is mode()[0]";

/** What an operation on rows depends on for one of its operands; state that cannot be written again is kept. */
export function taken(node: SyntaxNode, value: Value, way: Way): readonly Trail[] {
  if (value.kind === "state") {
    if (value.isSized === true) return [blocked(way, node, "it depends on how many rows there are")];
    if (value.isColumn === true) return [blocked(way, node, BY_INDEX)];
    if (!value.isPlain) keepValue(way, node);
    return [];
  }
  if (value.kind === "frame") return [{ from: [value.table.base, ...value.table.columns.values()] }];
  if (value.kind === "tuple")
    return value.items.flatMap((item) => (item.kind === "state" ? [] : taken(node, item, way)));
  return value.kind === "groups" ? [blocked(way, node, "rows in groups are not rows by themselves")] : [value.trail];
}
