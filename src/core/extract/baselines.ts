/** Measures of guesses that are the same for every row: what a model has to be better than. */
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { isLiteral } from "../python/values";
import { isMetric } from "./evaluation";

/** True if all that an expression measures are such guesses: `accuracy_score(y, np.repeat(0, len(y)))`. */
export function measuresBaseline(node: SyntaxNode, knowledge: Knowledge): boolean {
  const metrics = callsIn(node).filter((call) => isMetric(call, calleeOf(call, knowledge), knowledge));
  const values = metrics.map((call) => argumentsOf(call).map((one) => childOf(one, "value") ?? one));
  return values.length > 0 && values.every((some) => some.some((one) => isSame(one, knowledge)));
}

/** True for a value that stands there once for every row. */
function isSame(node: SyntaxNode, knowledge: Knowledge): boolean {
  if (node.type === "binary_operator")
    return node.children.some(({ type, children }) => type === "list" && children.every(isLiteral));
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  if (callee?.kind !== "library" || !/^numpy\.(zeros|ones|full|repeat)(_like)?$/.test(callee.qualified)) return false;
  if (/^(zeros|ones)/.test(callee.name)) return true;
  const value = positionalsOf(node)[callee.name.startsWith("full") ? 1 : 0];
  return value !== undefined && isLiteral(value);
}
