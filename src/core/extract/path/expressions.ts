/** What expressions are on the way from raw rows to a prediction, and how `predict` writes them. */
import { childOf, childrenOf, type SyntaxNode } from "../../python/syntax";
import { literalText } from "../../python/values";
import { attributeOf } from "./attributes";
import { callOf } from "./calls";
import { freeNames, fromFitted, functionOf } from "./functions";
import { rowwise } from "./rowwise";
import { subscriptOf } from "./selection";
import { hasRows, trailOf, unlabelled, type State, type Trail, type Value } from "./values";
import { isSame, isStill, LITERAL, lost, STATE, taken, type Way } from "./way";

type Evaluator = (node: SyntaxNode, way: Way) => Value;

const EVALUATORS: Readonly<Record<string, Evaluator>> = {
  identifier: variable,
  string: textOf,
  concatenated_string: textOf,
  integer: () => LITERAL,
  float: () => LITERAL,
  true: () => LITERAL,
  false: () => LITERAL,
  none: () => LITERAL,
  list: listOf,
  tuple: listOf,
  expression_list: listOf,
  set: listOf,
  dictionary: listOf,
  pair: listOf,
  parenthesized_expression: (node, way) => {
    const inner = node.children.find(({ type }) => type !== "comment");
    return inner === undefined ? STATE : evaluate(inner, way);
  },
  subscript: subscriptOf,
  attribute: attributeOf,
  call: callOf,
  binary_operator: operatorOf,
  unary_operator: operatorOf,
  comparison_operator: operatorOf,
  lambda: functionOf,
  list_comprehension: comprehension,
  if_clause: evaluateAll,
  not_operator: evaluateAll,
  boolean_operator: evaluateAll,
};

/** What an expression is. It notes the edits that `predict` needs in it. */
export function evaluate(node: SyntaxNode, way: Way): Value {
  return (EVALUATORS[node.type] ?? other)(node, way);
}

function evaluateAll(node: SyntaxNode, way: Way): Value {
  const values = node.children.map((child) => evaluate(child, way));
  return values.every(({ kind }) => kind === "state") ? STATE : other(node, way);
}

/** Of what is not looked into, it is only asked whether it reads rows. */
function other(node: SyntaxNode, way: Way): Value {
  const rows = rowsIn(node, way);
  return rows.length === 0 ? STATE : lost(way, node, "what it gives is not followed", rows);
}

/** What the rows depend on that an expression reads. */
function rowsIn(node: SyntaxNode, way: Way): readonly Trail[] {
  return [...freeNames(node)].flatMap((name) => {
    const value = way.variables.get(name);
    return value !== undefined && hasRows(value) ? [trailOf(value)] : [];
  });
}

function variable(node: SyntaxNode, way: Way): Value {
  const value = way.variables.get(node.text);
  if (value !== undefined && value.kind !== "state") return variableWithRows(node, value, way);
  if (value === undefined && way.knowledge.definitions.has(node.text)) return functionOf(node, way);
  if (value !== undefined && !isSame(node.text, way)) {
    way.edits.push({ start: node.start, end: node.end, text: `${way.fitted}.${node.text}`, state: node.text });
  }
  return { ...(value ?? STATE), isPlain: true };
}

/** A table of a loop goes by its own name; so do tables in a list. */
function variableWithRows(node: SyntaxNode, value: Value, way: Way): Value {
  const { text, start, end } = node;
  const { table, variable } = way.turn ?? {};
  if (table !== undefined && text === variable && isStill(table.name, value, way))
    way.edits.push({ start, end, text: table.name });
  if (value.kind !== "tuple" || value.names === undefined) return value;
  if (!value.items.every((item, at) => isStill(value.names?.[at] ?? "", item, way)))
    return lost(way, node, `what is in ${text} has another name now`);
  way.edits.push({ start, end, text: `[${value.names.join(", ")}]` });
  return value;
}

function textOf(node: SyntaxNode): Value {
  const text = literalText(node);
  return text === undefined ? STATE : { ...LITERAL, texts: [text] };
}

function listOf(node: SyntaxNode, way: Way): Value {
  const parts = node.children.filter(({ type }) => type !== "comment");
  const items = parts.map((part) => evaluate(part, way));
  if (!items.some((item) => item.kind !== "state")) return stateOf(items.filter((item) => item.kind === "state"));
  // State in a list is kept by itself, wherever the list goes.
  const isOfTables = parts.every(({ type }, at) => type === "identifier" && items[at]?.kind === "frame");
  return {
    kind: "tuple",
    ...(isOfTables ? { names: parts.map(({ text }) => text) } : {}),
    items: items.map((item, index): Value => {
      const part = parts[index];
      if (item.kind !== "state" || item.isPlain || part === undefined) return item;
      const from = taken(part, item, way);
      return from.length === 0 ? { ...item, isPlain: true } : lost(way, part, "", from);
    }),
  };
}

/** State that is made of state. */
function stateOf(items: readonly State[]): State {
  const texts = items.map((item) => (item.texts?.length === 1 && item.isSingle === true ? item.texts[0] : undefined));
  const known = texts.every((text) => text !== undefined) ? { texts } : {};
  return { kind: "state", isPlain: items.every(({ isPlain }) => isPlain), ...sizeOf(items), ...known };
}

function sizeOf(items: readonly State[]): Pick<State, "isSized"> {
  return items.some(({ isSized }) => isSized) ? { isSized: true } : {};
}

/** Arithmetic and comparisons: each row by itself. */
function operatorOf(node: SyntaxNode, way: Way): Value {
  const operands = node.children.filter(({ field, type }) => !/^operators?$/.test(field ?? "") && type !== "comment");
  const values = operands.map((operand) => evaluate(operand, way));
  if (!values.some(hasRows)) return arithmetic(node, values);
  if (childrenOf(node, "operators").some(({ text }) => /^(in|not in|is|is not)$/.test(text)))
    return lost(way, node, "a test of all rows at once is not followed", values.map(trailOf));
  return rowwise({ node, parts: operands, values }, way);
}

function arithmetic(node: SyntaxNode, values: readonly Value[]): Value {
  const states = values.filter((value) => value.kind === "state");
  if (states.length < values.length) return STATE;
  const isSum = childOf(node, "operator")?.text === "+" && states.every(({ texts, isSingle }) => texts && !isSingle);
  const isSingle = states.every((state) => state.isSingle);
  return {
    kind: "state",
    isPlain: states.every(({ isPlain }) => isPlain),
    ...sizeOf(states),
    ...(isSum ? { texts: states.flatMap(({ texts = [] }) => texts) } : {}),
    ...(isSingle ? { isSingle } : {}),
  };
}

/** `[c for c in df.columns if …]`: names are state; what goes through rows gives a value for each. */
function comprehension(node: SyntaxNode, way: Way): Value {
  const [clause, ...others] = node.children.filter(({ type }) => type === "for_in_clause");
  const left = clause === undefined ? undefined : childOf(clause, "left");
  const right = clause === undefined ? undefined : childOf(clause, "right");
  if (others.length > 0 || left?.type !== "identifier" || right === undefined) return other(node, way);
  const parts = node.children.filter(({ type, field }) => field === "body" || type === "if_clause");
  const variables = new Map(way.variables).set(left.text, { ...STATE, isSingle: true });
  return overEach(node, evaluate(right, way), parts, { ...way, variables });
}

function overEach(node: SyntaxNode, over: Value, parts: readonly SyntaxNode[], way: Way): Value {
  if (over.kind === "series") return eachOf(node, over, parts, way);
  // Which names are taken may depend on all rows of the training: it is known since then.
  const [item] = parts.map((part) => evaluate(part, { ...way, edits: [] }));
  return over.kind === "state" && item?.kind === "state" ? { ...STATE, ...sizeOf([over]) } : other(node, way);
}

/** What an expression gives for each row. */
function eachOf(
  node: SyntaxNode,
  { trail, rows }: Extract<Value, { kind: "series" }>,
  [body, ...tests]: readonly SyntaxNode[],
  way: Way,
): Value {
  const item = body === undefined || tests.length > 0 ? undefined : functionOf(body, way);
  if (body === undefined || item?.kind !== "function") return other(node, way);
  fromFitted(body, freeNames(node), way);
  return { kind: "series", trail: { from: [trail, item.trail] }, rows: unlabelled(rows) };
}
