/** Follows measures of a model through a notebook: from predictions through formulas, dictionaries and functions. */
import type { Knowledge } from "../python/effects";
import { has } from "../python/knowledge";
import { calledName, childOf, childrenOf, keywordOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { isLiteral, keyIn, keyOf } from "../python/values";
import { compiledInFunctions } from "./compiled";
import { firstMeasure, measuresOf, type Reader, type Scope } from "./measureScope";
import { callMeasure } from "./measuredCalls";
import { combined, NUMBER, oneOf, partOf, PLAIN, SCORES, WEIGHTS, type Measure } from "./measures";
import type { Candidate } from "./fits";
import { lateTypes } from "./types";

/** A scope in which nothing is known but the names of the model, or of its tensors, if there is one. */
export function notebookScope(knowledge: Knowledge, model?: Pick<Candidate, "name" | "tensors">): Scope {
  const { tensors = [] } = model ?? {};
  const measures = new Map<string, Measure>(tensors.map((name) => [name, WEIGHTS]));
  if (model !== undefined && tensors.length === 0) measures.set(model.name, { kind: "model" });
  const compiled = compiledInFunctions(knowledge);
  return { knowledge, measures, types: lateTypes(knowledge), compiled, depth: 0, measureOf };
}

/** What is known of the value of an expression; `undefined` if it tells nothing of a model. */
export function measureOf(node: SyntaxNode, scope: Scope): Measure | undefined {
  const known = READERS[node.type]?.(node, scope);
  if (known !== undefined) return known;
  return (isLiteral(node) && !isText(node)) || countsRows(node) ? PLAIN : undefined;
}

/** `len(labels)`, `labels.size(0)`, `labels.shape[0]`, `labels.size` */
function countsRows(node: SyntaxNode): boolean {
  if (node.type === "attribute") return childOf(node, "attribute")?.text === "size";
  if (node.type === "subscript") return childOf(childOf(node, "value") ?? node, "attribute")?.text === "shape";
  return node.type === "call" && positionalsOf(node).length === 1 && /^(len|size)$/.test(calledName(node));
}

const ofOperands: Reader = ({ children }, scope) => {
  const operands = children.filter(({ field }) => !field?.startsWith("operator"));
  // `"MAE %.2f" % mae` is a text.
  return operands.some(isText) ? undefined : combined(measuresOf(operands, scope));
};

/** Rows are compared to hits; whether one number is above another is none. */
const ofComparison: Reader = ({ children }, scope) => {
  const operands = children.filter(({ field }) => !field?.startsWith("operator"));
  const texts = operands.filter(isText).map(() => PLAIN);
  const others = operands.filter((one) => !isText(one));
  const measure = combined([...texts, ...measuresOf(others, scope)]);
  return measure?.kind === "rows" || measure?.kind === "scores" ? measure : undefined;
};

function isText({ type }: SyntaxNode): boolean {
  return type === "string" || type === "concatenated_string";
}

const ofElements: Reader = ({ children }, scope) => ({
  kind: "tuple",
  elements: measuresOf(
    children.filter(({ type }) => type !== "comment"),
    scope,
  ),
});

const ofBody: Reader = (node, scope) => {
  const body = childOf(node, "body");
  const each = body === undefined ? undefined : measureOf(body, scope);
  return each?.kind === "number" ? SCORES : undefined;
};

const READERS: Readonly<Record<string, Reader>> = {
  identifier: ({ text }, { measures, outer }) => measures.get(text) ?? outer?.measures.get(text),
  parenthesized_expression: firstMeasure,
  unary_operator: ofOperands,
  binary_operator: ofOperands,
  comparison_operator: ofComparison,
  named_expression: (node, scope) => firstMeasure({ children: childrenOf(node, "value") }, scope),
  conditional_expression: ({ children }, scope) => {
    const [yes, , no] = children;
    return oneOf([yes, no].map((one) => one && measureOf(one, scope)));
  },
  tuple: ofElements,
  list: ofElements,
  expression_list: ofElements,
  list_comprehension: ofBody,
  generator_expression: ofBody,
  dictionary: dictionaryMeasure,
  dictionary_comprehension: (node, scope) => {
    const value = childOf(childOf(node, "body") ?? node, "value");
    const rest = value === undefined ? undefined : measureOf(value, scope);
    return rest === undefined ? undefined : { kind: "record", entries: new Map(), rest };
  },
  subscript: subscriptMeasure,
  attribute: attributeMeasure,
  call: callMeasure,
};

function dictionaryMeasure({ children }: SyntaxNode, scope: Scope): Measure {
  const entries = new Map<string, Measure | undefined>();
  for (const pair of children) {
    const [name, value] = [keyIn(pair), childOf(pair, "value")];
    if (name !== undefined && value !== undefined) entries.set(name, measureOf(value, scope));
  }
  return { kind: "record", entries };
}

function subscriptMeasure(node: SyntaxNode, scope: Scope): Measure | undefined {
  const value = childOf(node, "value");
  const measure = value === undefined ? undefined : measureOf(value, scope);
  // `torch.max(outputs, 1)[1]`: the values and their places are both one a row.
  if (value === undefined || measure === undefined || (measure.kind === "rows" && givesPair(value))) return measure;
  const keys = childrenOf(node, "subscript");
  const isSlice = keys.some(({ type }) => type === "slice");
  return partOf(measure, { key: keyOf(node), index: indexOf(keys[0]), isSlice, count: keys.length });
}

/** `torch.max(x, 1)`, `x.topk(1, dim=1)`: PyTorch gives the values and their places along an axis. */
function givesPair(node: SyntaxNode): boolean {
  if (node.type !== "call" || !/^(max|min|median|mode|sort|topk)$/.test(calledName(node))) return false;
  const hasAxis = keywordOf(node, "dim") !== undefined || positionalsOf(node).some(({ type }) => INTEGER.test(type));
  return hasAxis && keywordOf(node, "axis") === undefined;
}

const INTEGER = /^(integer|unary_operator)$/;

function indexOf(key: SyntaxNode | undefined): number | undefined {
  if (key?.type === "unary_operator") return -Number(childOf(key, "argument")?.text);
  return key?.type === "integer" ? Number(key.text) : undefined;
}

function attributeMeasure(node: SyntaxNode, scope: Scope): Measure | undefined {
  const [object, name] = [childOf(node, "object"), childOf(node, "attribute")?.text ?? ""];
  if (object === undefined) return undefined;
  if (has("measuredAttributes", name)) return isDictionary(name, object, scope) ? undefined : NUMBER;
  return attributeOf(measureOf(object, scope), name);
}

function attributeOf(measure: Measure | undefined, name: string): Measure | undefined {
  if (measure?.kind === "frame") return measure.entries.get(name);
  return (measure?.kind === "rows" || measure?.kind === "weights") && /^(values|data|indices|T)$/.test(name)
    ? measure
    : undefined;
}

/** The `best_score_` of LightGBM and CatBoost, that of every set and metric. */
function isDictionary(name: string, object: SyntaxNode, { types }: Scope): boolean {
  return name === "best_score_" && /^(lightgbm|catboost)\./.test(types.typeOf(object) ?? "");
}
