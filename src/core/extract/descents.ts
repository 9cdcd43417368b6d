/** Tensors that a notebook moves along their own gradients: `W.data -= rate * W.grad`, `for p in parameters: p.data += -rate * p.grad`. */
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { DEFINITION, KIND } from "../python/kinds";
import { holdersOf } from "../python/loopHolders";
import { argumentsOf, childOf, nodesOf, type SyntaxNode } from "../python/syntax";

/** The variables that hold the tensors which a statement, or the body of a function, moves. */
export function descended(node: SyntaxNode, knowledge: Knowledge): readonly string[] {
  const moved = nodesOf(node, KIND.assignment | KIND.augmented_assignment | KIND.call, DEFINITION).flatMap(
    (inner) => (inner.type === "call" ? movedByCall(inner, knowledge) : movedByStore(inner)) ?? [],
  );
  return [...new Set(moved.flatMap((tensor) => holdersOf(tensor, node)))];
}

function movedByStore(assignment: SyntaxNode): SyntaxNode | undefined {
  const [left, right] = [childOf(assignment, "left"), childOf(assignment, "right")];
  if (left === undefined || right === undefined) return undefined;
  const tensor = tensorOf(left);
  return readsGradient(right, tensor) ? tensor : undefined;
}

/** `W.sub_(rate * W.grad)`, `W.data.add_(W.grad, alpha=-rate)` */
function movedByCall(call: SyntaxNode, knowledge: Knowledge): SyntaxNode | undefined {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "method" || !callee.name.endsWith("_")) return undefined;
  const tensor = tensorOf(callee.object);
  return argumentsOf(call).some((one) => readsGradient(one, tensor)) ? tensor : undefined;
}

/** `W` of `W.data`. */
function tensorOf(node: SyntaxNode): SyntaxNode {
  const isData = node.type === "attribute" && childOf(node, "attribute")?.text === "data";
  return (isData ? childOf(node, "object") : undefined) ?? node;
}

function readsGradient(node: SyntaxNode, tensor: SyntaxNode): boolean {
  return nodesOf(node, KIND.attribute).some(
    (one) => childOf(one, "attribute")?.text === "grad" && childOf(one, "object")?.text === tensor.text,
  );
}
