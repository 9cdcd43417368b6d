/** What the body of a class assigns, and whether that stays as it is. */
import { assignmentsIn } from "./calls";
import { childOf, findNode, type SyntaxNode } from "./syntax";
import { isImmutable } from "./values";

/** True for a class that assigns only numbers and texts, and whose methods do not reach for the class. */
export function isFixed(definition: SyntaxNode): boolean {
  const body = bodyOf(definition);
  if (assignmentsIn(body).some(({ right }) => !isImmutable(right))) return false;
  return findNode(body, ({ type, text }) => type === "identifier" && REACHES_CLASS.test(text)) === undefined;
}

const REACHES_CLASS = /^(cls|type|__class__|classmethod|setattr|vars)$/;

/** What a class's body assigns numbers and texts to. `None` is no setting: it stands for what is assigned later. */
export function settingsOf(definition: SyntaxNode): ReadonlySet<string> {
  const assigned = assignmentsIn(bodyOf(definition));
  const others = assigned.filter(({ right }) => !isImmutable(right) || right.type === "none");
  const names = new Set(assigned.map(({ left }) => left.text));
  for (const { left } of others) names.delete(left.text);
  return names;
}

/** What stands inside of a class. */
export function bodyOf(definition: SyntaxNode): SyntaxNode {
  return childOf(definition, "body") ?? definition;
}
