/** Objects of the boosting libraries that hold the rows of a fit and their labels: `xgb.DMatrix(X, label=y)`. */
import { assignmentsIn, calleeOf, elementsOf, type Callee } from "../python/calls";
import type { Statement } from "../python/program";
import { argumentAt, argumentsOf, childOf, type SyntaxNode } from "../python/syntax";
import type { Analysed } from "./target";
import { mayBindName } from "../python/scope";

/** What such an object was made with. */
export interface HeldRows {
  readonly statement: Statement;
  readonly features: SyntaxNode;
  readonly labels: SyntaxNode | undefined;
  /** What a model predicts of: the object, if the library's own models take no tables. */
  readonly input: SyntaxNode;
}

const HOLDERS = /^(xgboost\.(core\.)?DMatrix|lightgbm\.(basic\.)?Dataset|catboost\.(core\.)?Pool)$/;

/** True for the class of such an object. */
export function isRowHolder(callee: Callee): boolean {
  return callee.kind === "library" && HOLDERS.test(callee.qualified);
}

/** What the first such object among the arguments of a fit was made with: there, or above, where a variable holds it. */
export function rowsHeldFor(fit: SyntaxNode, statement: Statement, analysed: Analysed): HeldRows | undefined {
  const values = argumentsOf(fit).map((argument) => childOf(argument, "value") ?? argument);
  for (const value of values) {
    const found = rowsHeldIn(value, statement, analysed);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What such an object was made with, or the one that a variable holds at a statement. */
export function rowsHeldIn(node: SyntaxNode, statement: Statement, analysed: Analysed): HeldRows | undefined {
  return heldIn(node, statement, analysed) ?? heldBy(node, statement, analysed);
}

function heldIn(made: SyntaxNode, statement: Statement, { knowledge }: Analysed): HeldRows | undefined {
  const callee = made.type === "call" ? calleeOf(made, knowledge) : undefined;
  if (callee?.kind !== "library" || !HOLDERS.test(callee.qualified)) return undefined;
  const features = argumentAt(made, 0, "data");
  const input = callee.name === "DMatrix" ? made : features;
  return features && input && { statement, features, labels: argumentAt(made, 1, "label"), input };
}

/** What was bound to a variable last, above a statement. */
function heldBy({ type, text }: SyntaxNode, { index }: Statement, analysed: Analysed): HeldRows | undefined {
  if (type !== "identifier") return undefined;
  const binder = analysed.statements.findLast((one) => one.index < index && mayBindName(one.names, text));
  if (binder?.node.type !== "expression_statement") return undefined;
  const [made] = assignmentsIn(binder.node).flatMap(({ left, right }) => {
    const at = elementsOf(left).findIndex((target) => target.text === text);
    return elementsOf(right)[at] ?? [];
  });
  return made && heldIn(made, binder, analysed);
}
