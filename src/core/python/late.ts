/** Functions as values: which names they look up when they are called. */
import { calleeOf } from "./calls";
import type { Knowledge } from "./effects";
import { has } from "./knowledge";
import { wrapsValues } from "./objects";
import { nameFacts } from "./scope";
import { argumentsOf, type SyntaxNode } from "./syntax";

/** What is known of the functions behind variables. */
interface Functions {
  readonly knowledge: Knowledge;
  /** For each variable, the names that are looked up when its value is called. */
  readonly late: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The names that are looked up when a function is called that an expression gives, be it in a list or by `partial`. */
export function lookedUpBy(value: SyntaxNode, functions: Functions): readonly string[] {
  if (value.type === "identifier") return [...(functions.late.get(value.text) ?? [])];
  if (value.type === "lambda") return [...nameFacts(value).late];
  const callee = value.type === "call" ? calleeOf(value, functions.knowledge) : undefined;
  const isMade = callee?.kind === "library" && has("collectingFunctions", callee.name);
  const parts = isMade ? argumentsOf(value) : wrapsValues(value) ? value.children : [];
  return parts.flatMap((part) => lookedUpBy(part, functions));
}

/** True for a function of the notebook that is given what it works with, so that what it gives is hardly a function. */
export function takesArguments(name: string, { definitions, functions }: Knowledge): boolean {
  const definition = definitions.get(name)?.at(-1);
  return definition?.type === "function_definition" && functions.get(name)?.parameters.length !== 0;
}
