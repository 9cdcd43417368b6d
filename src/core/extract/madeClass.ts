/** Classes of what the notebook's own functions make. */
import { assignmentsIn, calleeOf, constructedClass } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { childOf, type SyntaxNode } from "../python/syntax";
import { returnsOf } from "./returns";

/** The class of what every `return` of the function `name` gives back, where its text shows it. */
export function madeClass(name: string, knowledge: Knowledge, above: readonly string[] = []): string | undefined {
  const definition = knowledge.definitions.get(name)?.at(-1);
  if (definition?.type !== "function_definition" || above.includes(name)) return undefined;
  const body = childOf(definition, "body") ?? definition;
  const made = (value: SyntaxNode | undefined): string | undefined => {
    if (value?.type === "identifier") return assignedClass(value.text, body, made);
    const callee = value?.type === "call" ? calleeOf(value, knowledge) : undefined;
    if (callee?.kind === "notebook" && value !== undefined && constructedClass(value, knowledge) === undefined)
      return madeClass(callee.name, knowledge, [...above, name]);
    return value && constructedClass(value, knowledge);
  };
  const classes = new Set(returnsOf(body).map(({ children: [value] }) => made(value)));
  return classes.size === 1 ? [...classes][0] : undefined;
}

/** The class of all that is assigned to a variable. */
function assignedClass(
  name: string,
  body: SyntaxNode,
  made: (value: SyntaxNode) => string | undefined,
): string | undefined {
  const assigned = assignmentsIn(body).filter(({ left }) => left.type === "identifier" && left.text === name);
  // `x = Dense(2)(x)`, `x = x`: what a variable is made of by itself is not followed.
  const classes = new Set(assigned.map(({ right }) => (right.type === "identifier" ? undefined : made(right))));
  return classes.size === 1 ? [...classes][0] : undefined;
}
