/** Counters of hits: `if predicted[i] == labels[i]: correct += 1`. */
import { isLiteral } from "../python/values";
import { childOf, type SyntaxNode } from "../python/syntax";

/** What an `if` counts up where two values that are no literals are equal, and the comparison of these. */
export interface Counter {
  readonly counted: SyntaxNode;
  readonly comparison: SyntaxNode;
}

/** The variables that an `if` counts up. */
export function countersOf(choice: SyntaxNode): readonly Counter[] {
  const comparison = childOf(choice, "condition");
  if (comparison === undefined || !isEquality(comparison)) return [];
  const counted = (childOf(choice, "consequence")?.children ?? []).flatMap(countedUp);
  return counted.map((one) => ({ counted: one, comparison }));
}

function isEquality({ type, children }: SyntaxNode): boolean {
  return type === "comparison_operator" && children.some(({ text }) => text === "==") && !children.some(isLiteral);
}

/** `correct` of `correct += 1`. */
function countedUp({ children: [added] }: SyntaxNode): readonly SyntaxNode[] {
  const isAdded = added?.type === "augmented_assignment" && childOf(added, "right")?.text === "1";
  const counter = isAdded ? childOf(added, "left") : undefined;
  return counter?.type === "identifier" ? [counter] : [];
}
