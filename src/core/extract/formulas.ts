/** Formulas that everybody knows by a name. */
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { childOf, positionalsOf, type SyntaxNode } from "../python/syntax";

/** The name of what a formula computes: `accuracy` of `(y == predicted).mean()`, `rmse` of `np.sqrt(np.mean((y - predicted) ** 2))`. */
export function formulaName(node: SyntaxNode, knowledge: Knowledge): string | undefined {
  const under = isRoot(node) ? childOf(node, "left") : calledOn(node, /(^|\.)sqrt$/, knowledge);
  if (under !== undefined) return formulaName(withoutBrackets(under), knowledge) === "mse" ? "rmse" : undefined;
  const rows = calledOn(node, /(^|\.)(mean|average)$/, knowledge);
  return rows === undefined ? undefined : meanName(withoutBrackets(rows), knowledge);
}

/** What the mean of an error, or of a hit, a row is called. */
function meanName(rows: SyntaxNode, knowledge: Knowledge): string | undefined {
  if (rows.type === "comparison_operator") return childOf(rows, "operators")?.text === "==" ? "accuracy" : undefined;
  if (isGap(squaredIn(rows, knowledge))) return "mse";
  return isGap(calledOn(rows, /(^|\.)abs(olute)?$/, knowledge)) ? "mae" : undefined;
}

/** What is squared: `(y - predicted) ** 2`, `np.square(y - predicted)`. */
function squaredIn(rows: SyntaxNode, knowledge: Knowledge): SyntaxNode | undefined {
  const isPower = childOf(rows, "operator")?.text === "**" && childOf(rows, "right")?.text === "2";
  return isPower ? childOf(rows, "left") : calledOn(rows, /(^|\.)square$/, knowledge);
}

/** `y - predicted` */
function isGap(node: SyntaxNode | undefined): boolean {
  const plain = node && withoutBrackets(node);
  return plain?.type === "binary_operator" && childOf(plain, "operator")?.text === "-";
}

function withoutBrackets(node: SyntaxNode): SyntaxNode {
  const [inner] = node.type === "parenthesized_expression" ? node.children : [];
  return inner === undefined ? node : withoutBrackets(inner);
}

/** What a function of that name is given, or a method of that name is called on. */
function calledOn(node: SyntaxNode, name: RegExp, knowledge: Knowledge): SyntaxNode | undefined {
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  if (callee?.kind === "method") return name.test(callee.name) ? callee.object : undefined;
  return callee?.kind === "library" && name.test(callee.qualified) ? positionalsOf(node)[0] : undefined;
}

/** `… ** 0.5` */
export function isRoot(node: SyntaxNode): boolean {
  return childOf(node, "operator")?.text === "**" && /^0?\.50*$/.test(childOf(node, "right")?.text ?? "");
}
