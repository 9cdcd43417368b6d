/** Calls that change something, and give a value besides: the module calls them where the notebook does, and not once more. */
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import { isWithin, type SyntaxNode } from "../python/syntax";
import { trainsInside } from "./trainers";
import { isPureCall, isRepeatable } from "./pureCalls";

/** True for a statement that does nothing but show these expressions: what they give may get its name in the place of it. */
export function onlyShowsThese(
  { node, names }: Pick<Statement, "node" | "names">,
  expressions: readonly SyntaxNode[],
  knowledge: Knowledge,
): boolean {
  const [shown] = node.type === "expression_statement" ? node.children : [];
  if (shown === undefined || shown.type.endsWith("assignment") || expressions.length === 0) return false;
  if (names.binds.size + names.mayBind.size > 0) return false;
  const others = callsIn(node).filter((call) => !expressions.some((one) => isWithin(call, one)));
  return others.every((call) => isPureCall(call, knowledge) && !writes(call, knowledge));
}

function writes(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  return callee.kind === "library" && knowledge.library.liesIn("writerFunctions", callee.qualified);
}

/** True for an expression of a statement whose value can be had without calling again what changes something. */
export function canBeTaken(expression: SyntaxNode, statement: Statement, knowledge: Knowledge): boolean {
  const calls = callsIn(expression);
  if (calls.some((call) => changesItsObject(call, knowledge))) return false;
  return onlyShowsThese(statement, [expression], knowledge) || !calls.some((call) => trainsItself(call, knowledge));
}

/** `engine.fit(X, y)`, where that is a method of the notebook's own: what it gives of itself is seldom a number. */
function changesItsObject(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  return callee.kind === "method" && knowledge.definitions.has(callee.name) && !isRepeatable(callee.name, knowledge);
}

/** True for a function of the notebook that trains, or changes a variable by itself. */
function trainsItself(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "notebook") return false;
  return knowledge.functions.get(callee.name)?.globals.length !== 0 || trainsInside(call, knowledge);
}
