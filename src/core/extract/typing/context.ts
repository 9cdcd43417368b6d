import type { Edit } from "../../python/edits";
import type { Knowledge } from "../../python/effects";
import type { SyntaxNode } from "../../python/syntax";

/** Types of variables by name, at one point of the program; `Any` for those of which nothing is known. */
export type TypeEnvironment = Map<string, string>;

/** A type, or `undefined` where nothing is known. */
export type Found = string | undefined;

/** What the types of an expression are looked for in. */
export interface Context {
  readonly types: TypeEnvironment;
  readonly knowledge: Knowledge;
  /** What the module writes in the place of expressions, by where they begin. */
  readonly edits?: ReadonlyMap<number, Edit> | undefined;
  /** How many functions deep. */
  readonly depth: number;
  /** The type of an expression, and what a statement binds: they ask each other. */
  readonly typeOf: (node: SyntaxNode, context: Context) => Found;
  readonly learn: (node: SyntaxNode, context: Context) => void;
  /** Is told what the function around gives back. */
  readonly returned?: Found[] | undefined;
  /** Is told what the variables are where the loop around is left, or its turn. */
  readonly jumps?: TypeEnvironment[] | undefined;
  /** Is told of every call of a function of the notebook, with the types that its parameters get. */
  readonly calls?: CallListener | undefined;
}

/** Is told of a call, the name of the function, and its parameters' types by their names. */
export type CallListener = (call: SyntaxNode, name: string, given: ReadonlyMap<string, Found>) => void;

/** The type of the child that fills a field. */
export function typeOfField(node: SyntaxNode, field: string, context: Context): Found {
  for (const child of node.children) if (child.field === field) return context.typeOf(child, context);
  return undefined;
}

const NONE: ReadonlySet<string> = new Set();

/** The variables that hold transformers which give tables; in a function a name may be another's. */
export function tableGivers({ depth, knowledge }: Context): ReadonlySet<string> {
  return depth === 0 ? (knowledge.tableGivers ?? NONE) : NONE;
}
