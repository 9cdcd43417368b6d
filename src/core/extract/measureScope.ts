/** What is known of a model's measures at one point of a notebook, by the names of variables. */
import type { Knowledge } from "../python/effects";
import type { SyntaxNode } from "../python/syntax";
import type { Compiled } from "./compiled";
import { PLAIN, type Measure } from "./measures";
import type { LateTypes } from "./types";

/** The names that are known at one point of a notebook, or inside of one of its functions. */
export interface Scope {
  readonly knowledge: Knowledge;
  readonly measures: Map<string, Measure>;
  readonly types: LateTypes;
  /** What the `evaluate` of Keras models gives. */
  readonly compiled: Compiled;
  /** The notebook's own names, seen from inside of a function. */
  readonly outer?: Scope;
  /** How many functions deep. */
  readonly depth: number;
  /** What is known of the value of an expression; `undefined` if it tells nothing of a model. */
  readonly measureOf: Reader;
}

/** Tells what is known of the value of an expression. */
export type Reader = (node: SyntaxNode, scope: Scope) => Measure | undefined;

/** Notes what a variable holds from here on. */
export function bind(name: string, measure: Measure | undefined, { measures }: Scope): void {
  // `net = Net()`, `net = net.to(device)`: the variable is asked about because it holds the model.
  const before = measures.get(name)?.kind;
  if (before === "weights" || (measure === undefined && before === "model")) return;
  if (measure === undefined) measures.delete(name);
  else measures.set(name, measure);
}

/**
 * What is known of values that are put together. Whether one is just a number matters beside what was measured alone, and only then
 * its type is looked for.
 */
export function measuresOf(nodes: readonly SyntaxNode[], scope: Scope): readonly (Measure | undefined)[] {
  const measures = nodes.map((one) => scope.measureOf(one, scope));
  const isMeasured = measures.some((one) => one !== undefined && MEASURED.has(one.kind));
  return isMeasured ? measures.map((one, index) => one ?? plainNumber(nodes[index], scope)) : measures;
}

const MEASURED: ReadonlySet<Measure["kind"]> = new Set(["rows", "scores", "number", "counts"]);

function plainNumber(node: SyntaxNode | undefined, scope: Scope): Measure | undefined {
  if (node === undefined) return undefined;
  const type = scope.types.typeOf(node) ?? (node.type === "identifier" ? scope.outer?.types.typeOf(node) : undefined);
  return type === "float" || type === "int" ? PLAIN : undefined;
}

/** What is known of the first part: of what stands in parentheses, or behind `return`. */
export function firstMeasure({ children }: Pick<SyntaxNode, "children">, scope: Scope): Measure | undefined {
  const [inner] = children.filter(({ type }) => type !== "comment");
  return inner === undefined ? undefined : scope.measureOf(inner, scope);
}
