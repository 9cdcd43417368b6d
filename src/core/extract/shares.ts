/** Functions of the notebook that count: what they give is a share of all that they counted. */
import { assignmentsIn } from "../python/calls";
import { DEFINITION, KIND } from "../python/kinds";
import { childOf, findNode, nodesOf, type SyntaxNode } from "../python/syntax";

/** The statements by which the body of a function gives a value back. */
export function returnsOf(body: SyntaxNode): readonly SyntaxNode[] {
  return nodesOf(body, KIND.return_statement, DEFINITION).filter(({ children }) => children.length > 0);
}

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
