/** Attributes of tables, columns and state. */
import { qualifiedName } from "../../python/calls";
import { childOf, dottedName, type SyntaxNode } from "../../python/syntax";
import { columnTrail, trailOf, unlabelled, whole, type Table, type Value } from "./values";
import { attributeName, LITERAL, lost, STATE, type Way } from "./way";

/** `df.columns`, `df.age`, `np.pi`, `scaler.mean_` */
export function attributeOf(node: SyntaxNode, way: Way): Value {
  if (isImported(node, way)) return LITERAL;
  const name = attributeName(node);
  const value = way.evaluate(childOf(node, "object") ?? node, way);
  if (value.kind === "frame") return frameAttribute(value.table, name, node, way);
  if (value.kind === "series") return seriesAttribute(value, name, node, way);
  if (value.kind !== "state") return lost(way, node, `what ${name} gives is not followed`, [trailOf(value)]);
  const className = isSelf(node, way) ? way.within?.classOf(name) : undefined;
  return {
    kind: "state",
    isPlain: value.isPlain,
    ...(value.isSized === true ? { isSized: true } : {}),
    ...(className === undefined ? {} : { className }),
  };
}

function isSelf(node: SyntaxNode, { within }: Way): boolean {
  return within?.self !== undefined && childOf(node, "object")?.text === within.self;
}

function isImported(node: SyntaxNode, { variables, knowledge }: Way): boolean {
  const head = dottedName(node)?.split(".")[0] ?? "";
  return !variables.has(head) && qualifiedName(node, knowledge) !== undefined;
}

/** What leaves state behind, whatever the rows are in. */
function stateAttribute(name: string): Value | undefined {
  if (/^(shape|size|empty)$/.test(name)) return { ...STATE, isSized: true };
  return /^(columns|dtypes?|name)$/.test(name) ? STATE : undefined;
}

function frameAttribute(table: Table, name: string, node: SyntaxNode, way: Way): Value {
  if (name === "values") return { kind: "series", trail: whole(table), rows: unlabelled(table.rows) };
  if (/^(T|index|axes|i?at|i?loc|ix|style|plot)$/.test(name))
    return lost(way, node, `what ${name} gives is not followed`, [whole(table)]);
  const isColumn = name === "name" || name === "dtype" || stateAttribute(name) === undefined;
  if (!isColumn) return stateAttribute(name) ?? STATE;
  return { kind: "series", trail: columnTrail(table, name), rows: table.rows };
}

type Series = Extract<Value, { kind: "series" }>;

function seriesAttribute(value: Series, name: string, node: SyntaxNode, way: Way): Value {
  const object = childOf(node, "object");
  const isDate = object?.type === "attribute" && childOf(object, "attribute")?.text === "dt";
  if (/^(str|dt)$/.test(name) || isDate) return value;
  if (name === "values") return { ...value, rows: unlabelled(value.rows) };
  return stateAttribute(name) ?? lost(way, node, `what ${name} gives is not followed`, [value.trail]);
}
