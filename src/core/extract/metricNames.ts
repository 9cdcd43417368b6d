/** Names of metrics: which are such, and what those are called that the notebook gives none. */
import { calleeOf, callsIn, lastName } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { keyOf } from "../python/values";
import { formulaName, isRoot } from "./formulas";
import { identifier } from "./names";

/** The words of which the name of a measure has one. */
const MEASURE =
  /(^|_)(acc|accuracy|auc|f1|kappa|logloss|loss|mae|mape|mse|nll|precision|r2|recall|rmse|rmsle|score)(_|\d*$)/i;

/** True for the name of a measure; along which way one falls is none. */
export function namesMeasure(name: string): boolean {
  return MEASURE.test(name) && !/(^|_)grad/i.test(name);
}

/** True for a name that says no more than that something is measured. */
export function isVague(name: string): boolean {
  return name === "score" || name === UNNAMED;
}

/** What is called so has no name in the notebook, nor one that is made of its text. */
const UNNAMED = "metric";

/** Of a plain metric the function's name; of what is made of one, and of a score, what the notebook calls it. */
export function nameOf(expression: SyntaxNode, statement: Statement, knowledge: Knowledge): string {
  const plain = withoutRounding(expression, knowledge);
  const short = shortName(plain, knowledge);
  const label = labelBefore(expression, statement);
  return short === undefined || isVague(short)
    ? (label ?? short ?? formulaName(plain, knowledge) ?? madeName(plain, knowledge))
    : short;
}

/** `accuracy_score(…)` of `round(accuracy_score(…), 2)` and of `accuracy_score(…) * 100`. */
function withoutRounding(node: SyntaxNode, knowledge: Knowledge): SyntaxNode {
  const isBracket = node.type === "parenthesized_expression";
  const [inner] = isBracket
    ? node.children
    : node.type === "call" && isRounding(node, knowledge)
      ? positionalsOf(node)
      : [];
  if (inner !== undefined) return withoutRounding(inner, knowledge);
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  const isPercent = node.type === "binary_operator" && childOf(node, "operator")?.text === "*" && isHundred(right);
  return isPercent && left !== undefined ? withoutRounding(left, knowledge) : node;
}

/** True for the factor of a percentage. */
export function isHundred(node: SyntaxNode | undefined): boolean {
  return node !== undefined && /^100(\.0?)?$/.test(node.text);
}

/** True for a call that leaves the number what it is, but for its digits or its sign. */
export function isRounding(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  return callee.kind === "library" && /^(round|float|abs|around)$/.test(callee.name);
}

/** The name of a metric function, of its root, of an attribute that measures; `undefined` of what is computed from such. */
function shortName(node: SyntaxNode, knowledge: Knowledge): string | undefined {
  if (node.type === "call") return callName(node, knowledge);
  if (node.type === "binary_operator") return isRoot(node) && mentionsSquares(node, knowledge) ? "rmse" : undefined;
  const attribute = node.type === "attribute" ? childOf(node, "attribute")?.text : undefined;
  return attribute !== undefined && has("measuredAttributes", attribute) ? attribute.replace(/_+$/, "") : undefined;
}

function callName(call: SyntaxNode, knowledge: Knowledge): string | undefined {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "method") return callee.name === "score" ? "score" : shortName(callee.object, knowledge);
  if (callee.kind === "notebook") return identifier(lastName(callee.name));
  return callee.kind === "library" ? libraryName(call, callee.qualified, callee.name, knowledge) : undefined;
}

function libraryName(call: SyntaxNode, qualified: string, name: string, knowledge: Knowledge): string | undefined {
  if (qualified.endsWith("sqrt") && mentionsSquares(call, knowledge)) return "rmse";
  if (name === "cross_val_score") return "cross_validation";
  const metric = knowledge.library.metricName(name);
  // `mae` may be what the notebook calls the function.
  if (metric !== undefined) return knowledge.imports.has(metric) ? identifier(name) : metric;
  const [first] = positionalsOf(call);
  const isReduced = has("reducingFunctions", qualified) && first?.type === "call";
  return isReduced ? callName(first, knowledge) : undefined;
}

function mentionsSquares(node: SyntaxNode, knowledge: Knowledge): boolean {
  return callsIn(node).some((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "library" && callee.name === "mean_squared_error";
  });
}

/** `print("Accuracy:", …)`, `f"MAPE = {…}"`, `"Error (MAE): {}".format(…)`: what the notebook calls a number that it shows. */
function labelBefore({ start }: SyntaxNode, { node, source }: Statement): string | undefined {
  const before = source.slice(Math.max(node.start, start - NEAR), start).replace(/\\[a-z]/g, "  ");
  const [, label = "", bracket = ""] = LABEL.exec(before) ?? [];
  const words = lastWords(label.replace(FILLERS, ""));
  const text = words === "" || isAbbreviation(bracket, words) ? bracket || words : `${words} ${bracket}`.trim();
  return text === "" ? undefined : identifier(text);
}

/** How far before a number its label is looked for. */
const NEAR = 300;

const FILLERS =
  /^((the|and|an?|our|my)\b\s*)+|(\s+(of|for) (the|our|my) (model|classifier|regressor|estimator))?(\s*\b(is|was|are|of|for|by|and|equals))*$/gi;

/** As many of the last words as a name bears. */
function lastWords(text: string): string {
  return text.length <= 31 ? text : text.slice(-31).replace(/^[^\s_-]*[\s_-]+/, "");
}

/** True for what stands for a name by itself: `R2`, `mae` behind `mean absolute error`. */
function isAbbreviation(word: string, words: string): boolean {
  const initials = words.split(/[\s_-]+/).map(([first = ""]) => first);
  return /^[A-Z\d]+$/.test(word) || (word !== "" && word.toLowerCase() === initials.join("").toLowerCase());
}

/** Words, perhaps with their abbreviation in brackets, before a comma, the place in an f-string, or the first place of a format. */
const LABEL =
  /([A-Za-z][\w -]*?)\s*(?:\((\w+)\))?\s*[:=]?\s*(?:["']\s*,\s*|\{|\{[^{}]*\}[^{}"']*["']\s*\.format\(\s*|%[\d.]*[dfs](?:%%|[^%"'])*["']\s*%\s*\(?)$/;

/** `scores_mean` of `scores.mean()`, `test_auc_mean` of `scores["test_auc"].mean()`, `accuracy` of `report["accuracy"]`. */
function madeName(expression: SyntaxNode, knowledge: Knowledge): string {
  const key = calledWord(expression);
  if (expression.type === "subscript" && key !== undefined) return identifier(key);
  const callee = expression.type === "call" ? calleeOf(expression, knowledge) : undefined;
  const [argument] = positionalsOf(expression);
  const word = calledWord(callee?.kind === "method" ? callee.object : argument);
  return callee === undefined || callee.kind === "unknown" || word === undefined
    ? UNNAMED
    : identifier(`${word}_${callee.name}`);
}

/** The name of a variable, or the key of what is looked up. */
function calledWord(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === "subscript") return keyOf(node);
  return node?.type === "identifier" ? node.text : undefined;
}
