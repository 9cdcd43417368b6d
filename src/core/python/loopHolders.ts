/** Which variables hold what a loop goes through. */
import { elementsOf } from "./calls";
import { DEFINITION, KIND } from "./kinds";
import { childOf, isWithin, nodesOf, positionalsOf, rootName, type SyntaxNode } from "./syntax";

/** The variable of an object in a statement, or in a function's body; of one that a loop goes through, those of the collection. */
export function holdersOf(object: SyntaxNode, around: SyntaxNode): readonly string[] {
  const root = rootName(object);
  if (root === undefined) return [];
  const loop = nodesOf(around, KIND.for_statement, DEFINITION).findLast(
    (one) => isWithin(object, one) && !isWithin(object, childOf(one, "right") ?? object) && counts(one, root.text),
  );
  return loop === undefined ? [root.text] : counted(loop, root.text).flatMap((one) => holdersOf(one, around));
}

function counts(loop: SyntaxNode, name: string): boolean {
  return nodesOf(childOf(loop, "left") ?? loop, KIND.identifier).some(({ text }) => text === name);
}

/** `net` of `for p in net`, `W` and `b` of `for p in [W, b]`, `net` of `for p, v in zip(net, steps)`. */
function counted(loop: SyntaxNode, name: string): readonly SyntaxNode[] {
  const [left, right] = [childOf(loop, "left"), childOf(loop, "right")];
  if (left === undefined || right === undefined) return [];
  const place = elementsOf(left).findIndex(({ text }) => text === name);
  const through = right.type === "call" && place >= 0 ? positionalsOf(right)[place] : right;
  if (through === undefined || through.type === "call") return [];
  return /^(list|tuple)$/.test(through.type) ? elementsOf(through) : [through];
}
