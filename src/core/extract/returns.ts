/** What functions of the notebook give back. */
import { DEFINITION, KIND } from "../python/kinds";
import { nodesOf, type SyntaxNode } from "../python/syntax";

/** The statements by which the body of a function gives a value back. */
export function returnsOf(body: SyntaxNode): readonly SyntaxNode[] {
  return nodesOf(body, KIND.return_statement, DEFINITION).filter(({ children }) => children.length > 0);
}

/** True if a function, or a method of a class, gives anything but None back. */
export function givesValue(definition: SyntaxNode): boolean {
  const returns = nodesOf(definition, KIND.return_statement);
  return returns.some(({ children: [value] }) => value !== undefined && value.type !== "none");
}
