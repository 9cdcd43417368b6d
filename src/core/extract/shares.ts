/** Functions of the notebook that count: what they give is a share of all that they counted. */
import { assignmentsIn } from "../python/calls";
import { childOf, findNode, type SyntaxNode } from "../python/syntax";
import { returnsOf } from "./returns";

/** True if all that a function gives back is what a division gives, or a variable that holds that. */
export function givesShare(body: SyntaxNode): boolean {
  return returnsOf(body).every(({ children: [value] }) => {
    if (value?.type !== "identifier") return value !== undefined && divides(value);
    return assignmentsIn(body).some(({ left, right }) => left.text === value.text && divides(right));
  });
}

function divides(node: SyntaxNode): boolean {
  const isDivision = (one: SyntaxNode): boolean =>
    one.type === "binary_operator" && childOf(one, "operator")?.text === "/";
  return findNode(node, isDivision) !== undefined;
}
