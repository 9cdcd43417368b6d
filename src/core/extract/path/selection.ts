/** Parts of tables and arrays: rows, which `predict` takes as they come, and columns. */
import { calleeOf, callsIn, qualifiedName } from "../../python/calls";
import { childOf, childrenOf, type SyntaxNode } from "../../python/syntax";
import { besides } from "./call";
import { rowwise } from "./rowwise";
import {
  ANY_ROWS,
  columnTrail,
  copied,
  extended,
  hasRows,
  selected,
  trailOf,
  whole,
  type Kept,
  type Rows,
  type State,
  type Table,
  type Trail,
  type Value,
} from "./values";
import {
  attributeName,
  frameOf,
  isAmong,
  keep,
  keepValue,
  keptText,
  lost,
  ofAllRows,
  STATE,
  taken,
  type Way,
} from "./way";

/** A part of what `owner` stands for. */
interface Part {
  readonly node: SyntaxNode;
  readonly owner: SyntaxNode;
}

/** A part of the rows: `predict` takes all that it is given. */
export function chosenRows({ node, owner }: Part, value: Value, way: Way): Value {
  if (way.within !== undefined) return lost(way, node, "rows are left out there", [trailOf(value)]);
  way.edits.push({ start: owner.end, end: node.end, text: "" });
  if (value.kind === "frame") return { kind: "frame", table: { ...copied(value.table), rows: selected() } };
  return value.kind === "series" ? { ...value, rows: selected() } : value;
}

/** `x[…]` */
export function subscriptOf(node: SyntaxNode, way: Way): Value {
  const object = childOf(node, "value") ?? node;
  if (qualifiedName(object, way.knowledge) === "numpy.c_") return besideEachOther(node, way);
  const by = attributeName(object);
  const isLocated = /^i?loc$/.test(by);
  const owner = (isLocated ? childOf(object, "object") : undefined) ?? object;
  const part = { node, owner, by, keys: childrenOf(node, "subscript") };
  const value = way.evaluate(owner, way);
  if (value.kind === "state" || value.kind === "groups") return stateItem(value, part, way);
  if (isLocated && value.kind === "frame") return located(part, value.table, way);
  // `s.str[0]` is of each row.
  return by === "str" ? value : partOf(part, value, way);
}

/** `np.c_[X, areas]` */
function besideEachOther(node: SyntaxNode, way: Way): Value {
  const parts = childrenOf(node, "subscript");
  const values = parts.map((part) => way.evaluate(part, way));
  if (!values.some(hasRows)) return STATE;
  const made = rowwise({ node, parts, values }, way);
  return extended(made, { from: besides({ node, values }, way) });
}

/** `x[1:]`, `x[y]` */
function partOf({ node, owner, keys }: Located, value: Value, way: Way): Value {
  const [key, ...others] = keys;
  if (way.within !== undefined && key !== undefined && others.length === 1 && isAll(key))
    return columnsByPlace(value, way);
  if (key === undefined || others.length > 0) return unfollowed({ node, owner }, value, way);
  return key.type === "slice" ? chosenRows({ node, owner }, value, way) : itemOf({ node, owner, key }, value, way);
}

/** `X[:, 2]`: the model calls it with the same columns each time. */
function columnsByPlace(value: Value, way: Way): Value {
  return value.kind === "frame" ? frameOf(value.table.rows, [whole(value.table, way.labels)]) : value;
}

function unfollowed({ node }: Part, value: Value, way: Way): Value {
  return lost(way, node, "a part of an array is not followed", [trailOf(value)]);
}

/** `df["age"]`, `df[df.age > 3]`, `ages[0]` */
function itemOf(part: Chosen, value: Value, way: Way): Value {
  const { key } = part;
  const by = way.evaluate(key, way);
  if (by.kind === "series" && value.kind === "frame") return chosenBy(part, value.table, by.rows, way);
  if (by.kind === "series" && value.kind === "series") return chosenRows(part, value, way);
  if (value.kind === "frame" && !hasRows(by)) return columnsOf(part, value.table, by, way);
  // Of what was not followed, a part may be as long as the rows: `pd.factorize(df["age"])[0]`.
  const isKnown = value.kind === "series" && value.rows !== ANY_ROWS;
  const isOne = isKnown && /^(integer|unary_operator)$/.test(key.type);
  return isOne
    ? ofAllRows(way, part.node, "the choice of one row", { ...STATE, isSingle: true })
    : unfollowed(part, value, way);
}

/** `df[mask]`, or `df[names]` where these come of another table. */
function chosenBy(part: Chosen, table: Table, rows: Rows, way: Way): Value {
  const { node, key } = part;
  if (isTest(key) || (rows.set === table.rows.set && rows !== ANY_ROWS))
    return chosenRows(part, { kind: "frame", table }, way);
  if (rows === ANY_ROWS) return lost(way, node, "whether it chooses rows or columns is not known", [whole(table)]);
  const { start, end, text } = key;
  if (key.type === "identifier") way.edits.push({ start, end, text: `${way.fitted}.${text}`, state: text });
  else keepValue(way, key);
  return frameOf(table.rows, [whole(table, way.labels)]);
}

/** True for what gives a truth value: a comparison, `a & b`, `~a`, `df["age"].notnull()`. */
function isTest(key: SyntaxNode): boolean {
  const called = childOf(key, "function");
  if (called !== undefined)
    return /^(is\w+|not(na|null)|all|any|between|duplicated|\w+swith|contains|match)$/.test(attributeName(called));
  if (key.type === "parenthesized_expression") return key.children.some(isTest);
  const operator = childOf(key, "operator")?.text ?? "";
  return (
    key.type === "comparison_operator" ||
    /^[&|~^]$/.test(operator) ||
    (key.type === "unary_operator" && operator === "")
  );
}

function stateItem(
  value: State | Extract<Value, { kind: "groups" }>,
  { node, owner, keys }: Pick<Located, "node" | "owner" | "keys">,
  way: Way,
): Value {
  const parts = keys.map((key) => (key.type === "slice" ? STATE : way.evaluate(key, way)));
  if (parts.some(hasRows)) return lost(way, node, "what is looked up for each row is not followed", parts.map(trailOf));
  if (value.kind === "groups") return value;
  const isPlain = value.isPlain && keys.every(({ type }) => type !== "slice");
  if (keys.some(({ text }) => text === way.turn?.variable)) noteLookUp(owner, way);
  return {
    kind: "state",
    isPlain,
    isSingle: true,
    ...(value.isSized === true && !isWidth(owner, keys) ? { isSized: true } : {}),
    ...(value.itemClass === undefined ? {} : { className: value.itemClass }),
  };
}

/** `df.shape[1]` */
function isWidth(owner: SyntaxNode, [key]: readonly SyntaxNode[]): boolean {
  return attributeName(owner) === "shape" && key?.text === "1";
}

/** `encoders[c]`: what other turns put there does not matter to this one. */
function noteLookUp({ start, end }: SyntaxNode, { edits }: Way): void {
  const at = edits.findIndex((edit) => edit.start === start && edit.end === end);
  const edit = edits[at];
  if (edit !== undefined) edits[at] = { ...edit, isByTurn: true };
}

/** Columns that `key` chooses of the table `owner`. */
interface Chosen extends Part {
  readonly key: SyntaxNode;
}

/** `df["age"]`, `df[["age", "port"]]`, `df[features]`. */
function columnsOf({ node, owner, key }: Chosen, table: Table, chosen: Value, way: Way): Value {
  const from = taken(key, chosen, way);
  const { texts, isSingle } = chosen.kind === "state" ? chosen : {};
  if (isSingle !== true && texts?.some((text) => way.labels.has(text)) === true) {
    // Rows to be scored have no labels: of these columns those are taken that are there.
    way.edits.push(
      { start: owner.end, end: key.start, text: ".filter(items=" },
      { start: key.end, end: node.end, text: ")" },
    );
  } else if (owner.end + 1 < key.start) way.edits.push({ start: owner.end, end: key.start, text: "[" });
  if (isSingle === true) return { kind: "series", trail: oneOf(table, texts, way), rows: table.rows };
  if (texts === undefined) return frameOf(table.rows, [whole(table, way.labels), ...from]);
  const columns = new Map(texts.map((text): [string, Trail] => [text, columnTrail(table, text)]));
  return { kind: "frame", table: { rows: table.rows, base: { from: [table.base, ...from] }, columns } };
}

/** One column of these, in each turn of a loop another one. */
function oneOf(table: Table, names: readonly string[] | undefined, way: Way): Trail {
  if (names === undefined) return whole(table, way.labels);
  const [name = "", ...others] = names;
  return others.length === 0 ? columnTrail(table, name) : { from: names.map((one) => columnTrail(table, one)) };
}

interface Located extends Part {
  /** `loc` or `iloc`. */
  readonly by: string;
  readonly keys: readonly SyntaxNode[];
}

/** `df.loc[rows, columns]`, `df.iloc[:, 1:4]`. */
function located({ node, owner, by, keys }: Located, table: Table, way: Way): Value {
  const [first, columns] = keys;
  if (first === undefined || columns === undefined || isAll(columns) || (way.within !== undefined && !isAll(first)))
    return chosenRows({ node, owner }, { kind: "frame", table }, way);
  const kept = isAll(first) ? table : { ...copied(table), rows: selected() };
  if (isByPlace(by, columns) || isMask(columns)) return columnsKept({ node, object: owner }, kept, way);
  if (by === "iloc") return unfollowed({ node, owner }, { kind: "frame", table }, way);
  return columnsOf({ node, owner, key: columns }, kept, way.evaluate(columns, way), way);
}

/** Columns by their places. One column by its place is no table, so it has no columns. */
function isByPlace(by: string, { type }: SyntaxNode): boolean {
  return type === "slice" || (by === "iloc" && type === "list");
}

/** `:` */
function isAll({ type, children }: SyntaxNode): boolean {
  return type === "slice" && children.length === 0;
}

/** `df.columns != "y"`, `~df.columns.isin(names)`: a truth value a column, of columns that a table without labels has not. */
function isMask({ type, children }: SyntaxNode): boolean {
  if (type === "parenthesized_expression" || type === "binary_operator") return children.some(isMask);
  return type === "comparison_operator" || (type === "unary_operator" && children[0]?.text === "~");
}

/** Columns that are chosen by what the training data has: `predict` takes them by the names that they had there. */
export function columnsKept(
  { node, object }: { readonly node: SyntaxNode; readonly object: SyntaxNode },
  table: Table,
  way: Way,
): Value {
  if (way.within !== undefined) return frameOf(table.rows, [whole(table, way.labels)]);
  const kept = keptColumns(node, way);
  if (kept === undefined) return lost(way, node, "its columns depend on the rows", [whole(table)]);
  const names = keptText(way, kept);
  // The labels may be among them, and are not among those of rows to be scored.
  const text = way.labels.size > 0 ? `.filter(items=${names})` : `[${names}]`;
  way.edits.push({ start: object.end, end: node.end, text, kept });
  return frameOf(table.rows, [whole(table, way.labels)]);
}

/** Has `run` keep the columns that a table has: those of the variable that gets it or, where no harm is in it, of a second one. */
export function keptColumns(node: SyntaxNode, way: Way): Kept | undefined {
  const [assignment] = way.statement.node.type === "expression_statement" ? way.statement.node.children : [];
  const left = assignment?.type === "assignment" ? childOf(assignment, "left") : undefined;
  const isWhole = assignment !== undefined && childOf(assignment, "right") === node;
  if (isWhole && left?.type === "identifier") return keep(way, left, "columns", true);
  const isHarmless = callsIn(node).every((call) => {
    const callee = calleeOf(call, way.knowledge);
    if (callee.kind === "library") return callee.qualified === "pandas.get_dummies";
    return callee.kind === "method" && isAmong("harmlessTwice", callee.name);
  });
  return isHarmless ? keep(way, node, "columns") : undefined;
}
