/** Whether a model is made of another one that a notebook fits, or only has something in common with it. */
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { fitsCopies } from "../python/libraryObjects";
import type { Statement } from "../python/program";
import { KIND } from "../python/kinds";
import { argumentsOf, childOf, isWithin, nodesOf, type SyntaxNode } from "../python/syntax";

/**
 * True if what a model learned goes into what the statements below make of it, in which something of it is. It does not if nothing names
 * it there, as where two pipelines have one step in common; nor if it is only given to what fits copies of its models.
 */
export function isUsed(model: string, below: readonly Statement[], knowledge: Knowledge): boolean {
  const names = new Set([model]);
  return below.some(({ node, names: { reads } }) => {
    const named = [...names].filter((name) => reads.has(name));
    if (named.length === 0) return false;
    // `models = [("a", forest)]`
    if (callsIn(node).length === 0) for (const { left } of assignmentsIn(node)) names.add(left.text);
    return !named.every((name) => isOnlyGiven(name, node, knowledge));
  });
}

/** `VotingClassifier([("a", forest)])`, `models = [("a", forest)]` */
function isOnlyGiven(name: string, node: SyntaxNode, knowledge: Knowledge): boolean {
  const calls = callsIn(node);
  const copying = calls.filter((call) => fitsCopies(calleeOf(call, knowledge), knowledge)).flatMap(argumentsOf);
  const uses = nodesOf(node, KIND.identifier).filter(({ text }) => text === name);
  const isAsked = nodesOf(node, KIND.attribute).some((one) => childOf(one, "object")?.text === name);
  return !isAsked && (calls.length === 0 || uses.every((use) => copying.some((place) => isWithin(use, place))));
}
