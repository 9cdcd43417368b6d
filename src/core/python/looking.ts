/** Calls of Python's own functions that change nothing of what they are given, where their values are thrown away. */
import { assignmentsIn, calleeOf } from "./calls";
import type { Knowledge } from "./effects";
import { has } from "./knowledge";
import { positionalsOf, rootName, walk, type SyntaxNode } from "./syntax";

/** True for `len(df)`, and for `list(df)` where that can be gone through once more. */
export function onlyLooks(call: SyntaxNode, qualified: string, knowledge: Knowledge): boolean {
  if (has("lookingFunctions", qualified)) return true;
  return has("goingFunctions", qualified) && !positionalsOf(call).some((one) => isGoneThroughOnce(one, knowledge));
}

/** True for `map(rows.append, more)`, for `(step(x) for x in xs)`, and for a variable that is given one of those somewhere. */
function isGoneThroughOnce(node: SyntaxNode, knowledge: Knowledge): boolean {
  const name = node.type === "identifier" ? node.text : rootName(node)?.text;
  const given = knowledge.statements.flatMap((one) => (one.names.binds.has(name ?? "") ? assignmentsIn(one.node) : []));
  return [node, ...given.map(({ right }) => right)].some((one) => makesOne(one, knowledge));
}

function makesOne(node: SyntaxNode, knowledge: Knowledge): boolean {
  if (node.type === "generator_expression") return true;
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  if (callee?.kind === "library" || callee?.kind === "method") return has("goneThroughOnce", callee.name);
  const own = callee?.kind === "notebook" ? knowledge.definitions.get(callee.name) : undefined;
  return own?.some((one) => walk(one).some(({ type }) => type === "yield")) === true;
}
