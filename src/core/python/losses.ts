/** What a notebook measures a network's errors by: objects of libraries, and functions. What they are given changes, they do not. */
import { assignmentsIn, calleeOf, qualifiedName } from "./calls";
import { isConstructor } from "./constructors";
import type { Knowledge } from "./effects";
import { has } from "./knowledge";
import { remembered } from "./memory";
import { rootName, type SyntaxNode } from "./syntax";

/** True for `rule(net(rows), y).backward()` where `rule` is a loss: the gradients are those of what it was given. */
export function leavesLoss(method: string, object: SyntaxNode, knowledge: Knowledge): boolean {
  if (!has("gradientMethods", method) || object.type !== "call") return false;
  return lossesOf(knowledge).has(rootName(object)?.text ?? "");
}

const losses = new WeakMap<Knowledge["statements"], ReadonlySet<string>>();

/** The variables that hold losses, and never anything else. */
function lossesOf(knowledge: Knowledge): ReadonlySet<string> {
  return remembered(losses, knowledge.statements, () => {
    const assigned = knowledge.statements
      .flatMap(({ node }) => assignmentsIn(node))
      .flatMap(({ left, right }) => (left.type === "identifier" ? [{ name: left.text, right }] : []));
    const others = new Set(assigned.flatMap(({ name, right }) => (isLoss(right, knowledge) ? [] : [name])));
    return new Set(assigned.flatMap(({ name }) => (others.has(name) ? [] : [name])));
  });
}

function isLoss(value: SyntaxNode, knowledge: Knowledge): boolean {
  if (value.type !== "call") return /(^|\.)[a-z]\w*$/.test(qualifiedName(value, knowledge) ?? "");
  const callee = calleeOf(value, knowledge);
  return callee.kind === "library" && isConstructor(callee) && /Loss(es)?$/.test(callee.name);
}
