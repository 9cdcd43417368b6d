/** Which readers of a statement stand in branches of which one runs: a file, and what is read where there is none. */
import type { Reference } from "../pipeline";
import { childOf, isWithin, walk, type SyntaxNode } from "../python/syntax";

/** For each node that stands in another branch of a `try` or an `if` than another node does: where. The outermost such one counts. */
export function alternativesIn(
  statement: SyntaxNode,
  cell: number,
  nodes: readonly SyntaxNode[],
): ReadonlyMap<SyntaxNode, NonNullable<Reference["alternative"]>> {
  const found = new Map<SyntaxNode, NonNullable<Reference["alternative"]>>();
  for (const fork of walk(statement)) {
    const branches = branchesOf(fork).map((branch) =>
      nodes.filter((node) => branch.some((part) => isWithin(node, part))),
    );
    if (branches.filter(({ length }) => length > 0).length < 2) continue;
    branches.forEach((inside, branch) => {
      for (const node of inside) if (!found.has(node)) found.set(node, { group: `${cell}:${fork.start}`, branch });
    });
  }
  return found;
}

/** The parts of a node of which one runs, each as a list; what follows the body of a `try` that went well belongs to it. */
function branchesOf(fork: SyntaxNode): readonly (readonly SyntaxNode[])[] {
  const { type, children } = fork;
  if (type === "try_statement") {
    const handlers = children.filter((one) => one.type.startsWith("except"));
    const body = children.filter((one) => one.field === "body" || one.type === "else_clause");
    return [body, ...handlers.map((one) => [one])];
  }
  if (type === "conditional_expression") {
    const [first, , last] = children.filter((one) => one.type !== "comment");
    return first === undefined || last === undefined ? [] : [[first], [last]];
  }
  const body = type === "if_statement" ? childOf(fork, "consequence") : undefined;
  if (body === undefined) return [];
  const others = children.filter(({ field }) => field === "alternative");
  return [[body], ...others.map(({ children: parts }) => parts.filter(({ field }) => field !== "condition"))];
}
