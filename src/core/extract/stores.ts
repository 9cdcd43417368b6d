/** What a statement puts into collections that have a name. */
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { has } from "../python/knowledge";
import { childOf, positionalsOf, type SyntaxNode } from "../python/syntax";

/** A value, and the variable of the collection that it is put into. */
interface Stored {
  readonly collection: SyntaxNode;
  readonly value: SyntaxNode;
}

/** `encoders[column] = encoder`, `encoders.append(encoder)` */
export function storesIn(node: SyntaxNode, knowledge: Knowledge): readonly Stored[] {
  return [...assignedIn(node), ...grownIn(node, knowledge)];
}

function assignedIn(node: SyntaxNode): readonly Stored[] {
  return assignmentsIn(node).flatMap(({ left, right }) => {
    const collection = left.type === "subscript" ? childOf(left, "value") : undefined;
    return collection?.type === "identifier" ? [{ collection, value: right }] : [];
  });
}

function grownIn(node: SyntaxNode, knowledge: Knowledge): readonly Stored[] {
  return callsIn(node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    const [value] = positionalsOf(call);
    const grows = callee.kind === "method" && has("growingMethods", callee.name) && callee.object.type === "identifier";
    return grows && value !== undefined ? [{ collection: callee.object, value }] : [];
  });
}
