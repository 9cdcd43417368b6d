/** Which calls tell how good a model is. */
import { calleeOf, callsIn, type Callee } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { measuredForm } from "../python/knowledge";
import type { Statement } from "../python/program";
import { remembered } from "../python/memory";
import { argumentsOf, childOf, type SyntaxNode } from "../python/syntax";
import { Inside } from "./inside";

/** What a library's function gives that measures with numbers, and not with a text, a table or a curve. */
const NUMERIC = /^(scores|folds|pair|averages)$/;

/** True if a call gives numbers that measure a model: a metric function, a cross-validation, `model.score(X, y)`. */
export function isMetric(call: SyntaxNode, callee: Callee, { library }: Knowledge): boolean {
  if (callee.kind === "method") return givesScore(call, callee.name);
  if (callee.kind !== "library") return false;
  return library.metricName(callee.name) !== undefined || NUMERIC.test(measuredForm(callee.name) ?? "");
}

/** `model.score(X, y)`, `model.evaluate(X, y)`: with one argument `score` may be anything. */
export function givesScore(call: SyntaxNode, method: string): boolean {
  return method === "evaluate" || (method === "score" && argumentsOf(call).length >= 2);
}

const measuring = new WeakMap<Knowledge, Inside<boolean>>();

/** True if a node measures a model with numbers, be it inside of a function of the notebook. */
export function measures(node: SyntaxNode, knowledge: Knowledge): boolean {
  return measuresIn(node, knowledge, insideOf(knowledge));
}

/** The calls of a node that do so. */
export function measuringCalls(node: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  return callsIn(node).filter((call) => measuresBy(call, knowledge, insideOf(knowledge)));
}

function insideOf(knowledge: Knowledge): Inside<boolean> {
  return remembered(measuring, knowledge, () => new Inside(false));
}

function measuresIn(node: SyntaxNode, knowledge: Knowledge, inside: Inside<boolean>): boolean {
  return callsIn(node).some((call) => measuresBy(call, knowledge, inside));
}

function measuresBy(call: SyntaxNode, knowledge: Knowledge, inside: Inside<boolean>): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "notebook") return isMetric(call, callee, knowledge);
  const bodies = (knowledge.definitions.get(callee.name) ?? []).flatMap((one) => childOf(one, "body") ?? []);
  const home = homeOf(callee.name, knowledge);
  return bodies.some((body) => inside.of(body, () => measuresIn(body, home, inside)));
}

/** True if a statement predicts with a model or measures one, with a number or otherwise. */
export function evaluates({ node }: Statement, knowledge: Knowledge): boolean {
  return callsIn(node).some((call) => {
    const callee = calleeOf(call, knowledge);
    if (callee.kind === "method") return knowledge.library.has("predictMethods", callee.name);
    return callee.kind === "library" && (isMetric(call, callee, knowledge) || measuredForm(callee.name) !== undefined);
  });
}
