/** What only prepares data, and is no model: pipelines that end in a scaler, and the scalers that a loop goes through. */
import { callsIn, constructedClass, elementsOf } from "../python/calls";
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
    const listed = right === undefined ? [] : listedIn(right, collections);
    const made = listed.map((one) => preparingClass(one, classes, knowledge));
    const last = made.at(-1);
    if (counted?.type === "identifier" && last !== undefined && !made.includes(undefined))
      found.set(counted.text, last);
  }
  return found;
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
