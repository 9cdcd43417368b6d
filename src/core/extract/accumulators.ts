/** What loops gather: lists that they append to, and numbers that they add to. */
import { assignmentsIn, elementsOf } from "../python/calls";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { mayBindName } from "../python/scope";
import { argumentsOf, childOf, nodesOf, type SyntaxNode } from "../python/syntax";

/** The values with which names begin. */
export type Beginnings = ReadonlyMap<string, readonly SyntaxNode[]>;

/** The name to which a statement adds something, and does nothing else: `losses.append(loss)`, `total += loss`. */
export function addedTo(statement: SyntaxNode): string | undefined {
  const [inner] = statement.type === "expression_statement" ? statement.children : [];
  if (inner?.type === "augmented_assignment") return identifierOf(childOf(inner, "left"));
  return inner?.type === "call" ? appendedTo(inner) : undefined;
}

function appendedTo(call: SyntaxNode): string | undefined {
  const target = childOf(call, "function");
  const isAppend = target !== undefined && childOf(target, "attribute")?.text === "append";
  return isAppend && argumentsOf(call).length === 1 ? identifierOf(childOf(target, "object")) : undefined;
}

function identifierOf(node: SyntaxNode | undefined): string | undefined {
  return node?.type === "identifier" ? node.text : undefined;
}

/** True if all that a name stands for began as an empty list or a number, there or above: no other name stands for the same object. */
export function isAccumulator(name: string, region: SyntaxNode, above: Beginnings): boolean {
  const values = [...(above.get(name) ?? []), ...valuesOf(name, region)];
  const isCounter = nodesOf(region, KIND.for_statement).some((loop) =>
    nodesOf(childOf(loop, "left") ?? loop, KIND.identifier).some(({ text }) => text === name),
  );
  return values.length > 0 && !isCounter && values.every(isFresh);
}

function isFresh({ type, children }: SyntaxNode): boolean {
  return /^(integer|float)$/.test(type) || (type === "list" && children.length === 0);
}

/** What assignments give a name; where that cannot be told apart, all that they give. */
function valuesOf(name: string, node: SyntaxNode): readonly SyntaxNode[] {
  return assignmentsIn(node).flatMap(({ left, right }) => {
    const [targets, values] = [elementsOf(left), elementsOf(right)];
    if (targets.every(({ text }) => text !== name)) return [];
    return targets.length === values.length ? values.filter((_, index) => targets[index]?.text === name) : [right];
  });
}

/** What a block adds to, and no other kept statement looks at, with the values with which it begins above. */
export function beginningsAbove(block: Statement, kept: readonly Statement[]): Beginnings {
  const added = new Set(nodesOf(block.node, KIND.expression_statement).flatMap((one) => addedTo(one) ?? []));
  const others = kept.filter(({ index }) => index !== block.index);
  const isLookedAt = (name: string): boolean =>
    others.some(({ names }) => [names.reads, names.late, names.stores].some((some) => some.has(name)));
  const found = [...added].filter((name) => !isLookedAt(name));
  return new Map(found.map((name) => [name, others.flatMap((one) => boundBy(one, name))]));
}

function boundBy({ node, names }: Statement, name: string): readonly SyntaxNode[] {
  if (!mayBindName(names, name)) return [];
  const values = valuesOf(name, node);
  return values.length > 0 ? values : [node];
}
