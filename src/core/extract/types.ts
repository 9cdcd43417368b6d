/** Types of the notebook's variables, as far as the text shows them. */
import type { Edit } from "../python/edits";
import type { Knowledge } from "../python/effects";
import type { SyntaxNode } from "../python/syntax";
import type { CallListener, Context, Found, TypeEnvironment } from "./typing/context";
import { typeOf } from "./typing/expressions";
import { returnedType } from "./typing/functions";
import { learn } from "./typing/statements";

export type { TypeEnvironment } from "./typing/context";

/** What types are looked for in: the variables' so far, and what is known of the notebook's names. */
export interface TypeScope {
  readonly types: TypeEnvironment;
  readonly knowledge: Knowledge;
  readonly calls?: CallListener;
  /** What the module writes in the place of expressions. */
  readonly edits?: readonly Edit[];
}

/** Adds to the types of a scope what a statement binds. */
export function learnTypes(node: SyntaxNode, scope: TypeScope): void {
  learn(node, contextOf(scope));
}

/** Types that are looked for when somebody asks, and not before: of most statements nobody does. */
export interface LateTypes {
  /** Takes note of a statement that was reached. */
  readonly pass: (node: SyntaxNode) => void;
  /** The type of an expression after all statements that were passed. */
  readonly typeOf: (node: SyntaxNode) => Found;
}

/** The types of a program of which nothing was passed yet; of some variables they may be known before. */
export function lateTypes(knowledge: Knowledge, known: Iterable<readonly [string, string]> = []): LateTypes {
  const scope: TypeScope = { types: new Map(known), knowledge };
  const passed: SyntaxNode[] = [];
  return {
    pass: (node) => {
      passed.push(node);
    },
    typeOf: (node) => {
      for (const one of passed.splice(0)) learnTypes(one, scope);
      return typeOfExpression(node, scope);
    },
  };
}

/** The type that an expression has; `undefined` if the text does not show it. */
export function typeOfExpression(node: SyntaxNode, scope: TypeScope): Found {
  return typeOf(node, contextOf(scope));
}

function contextOf({ types, knowledge, calls, edits = [] }: TypeScope): Context {
  const replaced = edits.filter(({ start, end }) => end > start).map((edit) => [edit.start, edit] as const);
  const byStart = replaced.length === 0 ? undefined : new Map(replaced);
  return { types, knowledge, calls, edits: byStart, depth: 0, typeOf, learn };
}

/** What a function gives back, for parameters of these types. */
export function returnedTypeOf(definition: SyntaxNode, given: ReadonlyMap<string, Found>, knowledge: Knowledge): Found {
  return returnedType(definition, given, contextOf({ types: new Map(), knowledge }));
}
