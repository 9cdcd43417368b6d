/** What only prepares data, and is no model: pipelines that end in a scaler, and the scalers that a loop goes through. */
import { assignmentsIn, callsIn, constructedClass, elementsOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { argumentAt, calledName, childOf, nodesOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { isPipeline } from "./frames/estimators";

/** The classes that variables were made with, at one point of a notebook. */
type Classes = ReadonlyMap<string, string>;

/** The lists, tuples and dictionaries that variables hold there. */
type Collections = ReadonlyMap<string, SyntaxNode>;

/** True for the text of a list, a tuple or a dictionary. */
export function isCollection({ type }: SyntaxNode): boolean {
  return /^(list|tuple|dictionary)$/.test(type);
}

/** The class of the last step of what an expression makes, if that only prepares data. */
export function preparingClass(node: SyntaxNode, classes: Classes, knowledge: Knowledge): string | undefined {
  const name = constructedClass(node, knowledge) ?? classes.get(node.text) ?? "";
  if (!isPipeline({ name })) return knowledge.library.isPreprocessor(name) ? name : undefined;
  const made = callsIn(node).find((call) => isPipeline({ name: calledName(call) }));
  const last = made && lastStep(made);
  return last && preparingClass(last, classes, knowledge);
}

/** The variables that loops of a statement go through scalers and their like with, and the class of the last of these. */
export function countedPreparing(
  { node }: Statement,
  collections: Collections,
  classes: Classes,
  knowledge: Knowledge,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const loop of nodesOf(node, KIND.for_statement)) {
    const [left, right] = [childOf(loop, "left"), childOf(loop, "right")];
    const counted = left === undefined ? undefined : elementsOf(left).at(-1);
    const last = right === undefined ? undefined : preparingIn(listedIn(right, collections), classes, knowledge);
    if (counted?.type === "identifier" && last !== undefined) found.set(counted.text, last);
  }
  return found;
}

/** The collections in which a statement has nothing but scalers and their like, and the class of the last of these. */
export function collectedPreparing(
  { node }: Statement,
  classes: Classes,
  knowledge: Knowledge,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { left, right } of assignmentsIn(node)) {
    const isWhole = left.type === "identifier" && isCollection(right);
    const name = isWhole ? left : left.type === "subscript" ? childOf(left, "value") : undefined;
    const last = preparingIn(isWhole ? listedIn(right, NO_COLLECTIONS) : [right], classes, knowledge);
    if (name?.type === "identifier" && last !== undefined) found.set(name.text, last);
  }
  return found;
}

const NO_COLLECTIONS: Collections = new Map();

/** The class of the last of some values, if all of them only prepare data. */
function preparingIn(values: readonly SyntaxNode[], classes: Classes, knowledge: Knowledge): string | undefined {
  const made = values.map((one) => preparingClass(one, classes, knowledge));
  return made.includes(undefined) ? undefined : made.at(-1);
}

/** What a loop goes through, of pairs the second: `[a, b]`, `{"a": a}.items()`, or a variable that holds such. */
function listedIn(node: SyntaxNode, collections: Collections): readonly SyntaxNode[] {
  const isOfDictionary = node.type === "call" && /^(items|values)$/.test(calledName(node));
  const named = isOfDictionary ? childOf(childOf(node, "function") ?? node, "object") : node;
  const listed = named?.type === "identifier" ? collections.get(named.text) : named;
  if (listed?.type === "dictionary") return listed.children.flatMap((pair) => childOf(pair, "value") ?? []);
  if (listed === undefined || !isCollection(listed)) return [];
  return elementsOf(listed).map((one) => (one.type === "tuple" ? (elementsOf(one).at(-1) ?? one) : one));
}

/** `LinearRegression()` of `Pipeline([("scale", scaler), ("model", LinearRegression())])` and `make_pipeline(scaler, LinearRegression())`. */
function lastStep(call: SyntaxNode): SyntaxNode | undefined {
  const first = argumentAt(call, 0, "steps");
  const step = first?.type === "list" ? elementsOf(first).at(-1) : positionalsOf(call).at(-1);
  return step?.type === "tuple" ? elementsOf(step).at(-1) : step;
}
