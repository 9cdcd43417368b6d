/** What Keras' `evaluate` gives: the loss, and the metrics that the model was compiled with. */
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { remembered } from "../python/memory";
import { argumentAt, calledName, childOf, keywordOf, nodesOf, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";
import { NUMBER, type Measure } from "./measures";
import { identifier } from "./names";

/** The names of what `evaluate` gives, by the variables that were compiled; `undefined` where it cannot be seen. */
export type Compiled = Map<string, readonly string[] | undefined>;

const inDefinitions = new WeakMap<Knowledge["definitions"], Compiled>();

/** What the functions of a notebook compile; who calls them is not known, so their variables have no names. */
export function compiledInFunctions({ definitions }: Knowledge): Compiled {
  const found = remembered(inDefinitions, definitions, () => {
    const calls = [...definitions.values()].flat().flatMap((one) => nodesOf(one, KIND.call).filter(isCompile));
    return new Map(calls.map((call, index) => [`<${index}>`, evaluatedNames(call)]));
  });
  return new Map(found);
}

/** Learns of a call that compiles the model of a variable. */
export function learnCompiled(call: SyntaxNode, knowledge: Knowledge, compiled: Compiled): void {
  if (!isCompile(call)) return;
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "method" && callee.object.type === "identifier")
    compiled.set(callee.object.text, evaluatedNames(call));
}

/** What an `evaluate` of the model that `object` is gives: one number alone, a list, or a dictionary; `undefined` if that cannot be seen. */
export function evaluated(call: SyntaxNode, object: SyntaxNode, compiled: Compiled): Measure | undefined {
  const names = namesFor(object, compiled);
  if (names === undefined) return undefined;
  if (keywordOf(call, "return_dict")?.type === "true")
    return { kind: "record", entries: new Map(names.map((one) => [one, NUMBER])) };
  return names.length === 1 ? NUMBER : { kind: "tuple", elements: names.map(() => NUMBER), names };
}

/** The names for the model of a variable; of one that was compiled elsewhere, those that all models of the notebook have. */
function namesFor(object: SyntaxNode, compiled: Compiled): readonly string[] | undefined {
  if (compiled.has(object.text)) return compiled.get(object.text);
  const [first, ...others] = [...compiled.values()];
  return others.every((one) => one?.join() === first?.join()) ? first : undefined;
}

/** `model.compile(optimizer="adam", loss="mse")`; there is a `re.compile`, too. */
function isCompile(call: SyntaxNode): boolean {
  return calledName(call) === "compile" && argumentAt(call, 1, "loss") !== undefined;
}

/** The loss and each metric; not for several losses, which count one by one, nor for metrics that are made elsewhere. */
function evaluatedNames(call: SyntaxNode): readonly string[] | undefined {
  const [loss, metrics] = [argumentAt(call, 1, "loss"), argumentAt(call, 2, "metrics")];
  if (loss === undefined || /^(list|tuple|dictionary)$/.test(loss.type)) return undefined;
  if (metrics === undefined || metrics.type === "none") return ["loss"];
  if (metrics.type !== "list" && metrics.type !== "tuple") return undefined;
  const names = metrics.children.filter(({ type }) => type !== "comment").map(metricName);
  return names.includes(undefined) ? undefined : ["loss", ...names.flatMap((name) => name ?? [])];
}

/** `accuracy` of `"accuracy"`, `auc` of `keras.metrics.AUC()` and of `AUC(name="auc")`, `f1` of a function. */
function metricName(node: SyntaxNode): string | undefined {
  if (node.type === "string") return textName(literalText(node));
  if (node.type === "identifier") return textName(node.text);
  if (node.type === "attribute") return textName(childOf(node, "attribute")?.text);
  if (node.type !== "call") return undefined;
  const named = keywordOf(node, "name");
  return textName(named === undefined ? calledName(node) : literalText(named));
}

/** `MeanAbsoluteError` is called `mean_absolute_error`, as Keras does. */
function textName(text: string | undefined): string | undefined {
  return text === undefined ? undefined : identifier(text.replace(/([a-z0-9])([A-Z])/g, "$1_$2"));
}
