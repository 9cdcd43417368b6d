/** What is fitted in the same block as the model: scalers and encoders, as in each turn of a loop over folds, and other models. */
import { assignmentsIn, elementsOf } from "../python/calls";
import { KIND } from "../python/kinds";
import { isLoop, isWithin, nodesOf, type SyntaxNode, walk } from "../python/syntax";
import { findFits, type Candidate } from "./fits";
import type { Value } from "./pipelineValues";
import type { Analysed } from "./target";

/** A call that fits what a variable holds. */
interface Fitting {
  readonly name: string;
  readonly node: SyntaxNode;
}

/** What the model sees of its block's fits; `isTold`: behind the block it is as the model saw it last. */
export interface SeenFit<T extends Fitting> {
  readonly fitting: T;
  readonly isTold: boolean;
}

/** The last one of each name among `fits`, all in `block`, whose results go into the call `fit`. */
export function seenFits<T extends Fitting>(
  block: SyntaxNode,
  fit: SyntaxNode,
  fits: readonly T[],
): readonly SeenFit<T>[] {
  const above = statementsAbove(block, fit);
  const seen = namesBehind(fit, above);
  const last = new Map(fits.filter(({ name }) => seen.has(name)).map((one) => [one.name, one]));
  return [...last.values()].map((fitting) => {
    const bound = assignmentsIn(block).flatMap(({ left }) => nodesOf(left, KIND.identifier));
    const changes = [...fits.map(({ node }) => node), ...bound].filter(
      (node) => node.text === fitting.name && !isElsewhere(node, fit, block),
    );
    return { fitting, isTold: changes.every((node) => above.some((one) => isWithin(node, one))) };
  });
}

/** True for a node in another arm of an `if` than the fit: only one of both runs, unless a loop comes by again. */
function isElsewhere(node: SyntaxNode, fit: SyntaxNode, block: SyntaxNode): boolean {
  const loops = walk(block).filter(isLoop);
  const forks = nodesOf(block, KIND.if_statement).filter((one) => !loops.some((loop) => isWithin(one, loop)));
  return forks.some(({ children }) => {
    const [own, other] = [fit, node].map((one) => children.find((arm) => isWithin(one, arm)));
    return own !== undefined && other !== undefined && own !== other;
  });
}

/** Tells what the `with` that fits the model computes of other models that it fits alone. */
export function findBlockmates(analysed: Analysed, model: Candidate): (value: Value) => boolean {
  const { node } = model.statement;
  if (node.type !== "with_statement") return () => false;
  const mates = findFits(analysed).filter(
    ({ statement, name }) => statement === model.statement && name !== model.name,
  );
  const others = mates.map(({ name }) => name);
  return ({ name, statement, expression }) => {
    if (statement !== model.statement) return false;
    const assigned = assignmentsIn(node).findLast(({ left }) => elementsOf(left).some(({ text }) => text === name));
    const computed = expression ?? assigned?.right;
    return computed !== undefined && isOfOthersAlone(node, computed, { model: model.name, others });
  };
}

/** True for what is computed in `block` of what holds one of the models `others`, and not of `model`. */
function isOfOthersAlone(
  block: SyntaxNode,
  computed: SyntaxNode,
  { model, others }: { readonly model: string; readonly others: readonly string[] },
): boolean {
  const names = namesBehind(computed, statementsAbove(block, computed));
  return !names.has(model) && others.some((name) => names.has(name));
}

/** The plain statements in whose row a call stands, as far as they come before it. */
function statementsAbove(block: SyntaxNode, call: SyntaxNode): readonly SyntaxNode[] {
  const row = nodesOf(block, KIND.block).findLast((body) => isWithin(call, body))?.children ?? [];
  return row.filter(({ type, end }) => type === "expression_statement" && end <= call.start);
}

/** The names that a call reads, and those that what it reads was made of. */
function namesBehind(call: SyntaxNode, above: readonly SyntaxNode[]): ReadonlySet<string> {
  const namesIn = (node: SyntaxNode): readonly string[] => nodesOf(node, KIND.identifier).map(({ text }) => text);
  const names = new Set(namesIn(call));
  for (const { left, right } of above.flatMap(assignmentsIn).reverse())
    if (namesIn(left).some((name) => names.has(name))) for (const name of namesIn(right)) names.add(name);
  return names;
}
