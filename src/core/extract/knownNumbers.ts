/** Numbers that have a name already, and are only shown once more. */
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { has } from "../python/knowledge";
import { childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { keyIn, keyOf } from "../python/values";
import type { Scope } from "./measureScope";
import { measureOf } from "./measuring";
import { isHundred, isRounding } from "./metricNames";

/** The keys of a dictionary under which numbers stand that have a name already. */
export function knownKeys({ children }: SyntaxNode, scope: Scope): readonly string[] {
  return children.flatMap((pair) => {
    const [name, value] = [keyIn(pair), childOf(pair, "value")];
    return name === undefined || value === undefined || !isKnown(value, scope) ? [] : [name];
  });
}

/** True for a number that has a name already and is only rounded, negated or shown as a percentage. */
export function isKnown(node: SyntaxNode, scope: Scope): boolean {
  const again = (one: SyntaxNode | undefined): boolean => one !== undefined && isKnown(one, scope);
  switch (node.type) {
    case "identifier":
      return measureOf(node, scope)?.kind === "number";
    case "parenthesized_expression":
      return node.children.some(again);
    case "unary_operator":
      return again(childOf(node, "argument"));
    case "binary_operator":
      return [childOf(node, "left"), childOf(node, "right")].every((side) => isHundred(side) || again(side));
    case "subscript":
      return isEntry(node, scope);
    case "call":
      return isRounding(node, scope.knowledge)
        ? again(positionalsOf(node)[0])
        : again(unwrapped(node, scope.knowledge));
    default:
      return false;
  }
}

/** `loss` of `loss.item()` and of `loss.detach().cpu()`. */
function unwrapped(call: SyntaxNode, knowledge: Knowledge): SyntaxNode | undefined {
  const callee = calleeOf(call, knowledge);
  const isSame = callee.kind === "method" && (callee.name === "item" || has("elementwiseMethods", callee.name));
  return isSame ? callee.object : undefined;
}

/** `result["mae"]` of a variable whose entries are metrics already. */
function isEntry(node: SyntaxNode, scope: Scope): boolean {
  const [value, key] = [childOf(node, "value"), keyOf(node)];
  const measure = value?.type === "identifier" ? measureOf(value, scope) : undefined;
  return measure?.kind === "record" && key !== undefined && measure.entries.has(key);
}
