/** The functions of the notebook whose signatures are written: those at the top of the module, and their classes' methods. */
import { childOf, methodsIn, type SyntaxNode } from "../python/syntax";
import type { Helper } from "./plan";

/** A function or a method. */
export interface Signed {
  /** Of a method `Class.method`. */
  readonly name: string;
  readonly definition: SyntaxNode;
  readonly isMethod: boolean;
}

/** What of a helper has a signature. What a decorator makes of a method is not known. */
export function signedIn({ name, definition }: Pick<Helper, "name" | "definition">): readonly Signed[] {
  if (definition.type === "function_definition") return [{ name, definition, isMethod: false }];
  return methodsIn(definition).map((method) => ({
    name: `${name}.${childOf(method, "name")?.text ?? ""}`,
    definition: method,
    isMethod: true,
  }));
}
