/** What calls give of measures: of libraries, of methods, of models. */
import { calleeOf, type Callee } from "../python/calls";
import { has } from "../python/knowledge";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";
import { evaluated } from "./compiled";
import { functionMeasure, ownMethodMeasure } from "./measuredFunctions";
import {
  combined,
  elementwise,
  entryOf,
  frameWith,
  gathered,
  measuredBy,
  NUMBER,
  predicted,
  PREDICTIONS,
  reduced,
  scored,
  type Entries,
  type Keyed,
  type Measure,
} from "./measures";
import { measuresOf, type Scope } from "./measureScope";

/** What a call gives, as far as it tells of a model. */
export function callMeasure(call: SyntaxNode, scope: Scope): Measure | undefined {
  const target = childOf(call, "function");
  const called = target?.type === "identifier" ? scope.measureOf(target, scope)?.kind : undefined;
  if (called === "model") return PREDICTIONS;
  if (called === "loss") return combined(measuresOf(positionalsOf(call), scope)) && NUMBER;
  const callee = calleeOf(call, scope.knowledge);
  if (callee.kind === "method") return methodMeasure(call, callee, scope);
  if (callee.kind === "notebook") return functionMeasure(call, callee.name, scope);
  return callee.kind === "library" ? libraryMeasure(call, callee, scope) : undefined;
}

function libraryMeasure(
  call: SyntaxNode,
  { name, qualified }: Extract<Callee, { kind: "library" }>,
  scope: Scope,
): Measure | undefined {
  const measured = measuredBy(call, name, scope.knowledge);
  if (measured !== undefined) return measured;
  if (/^[A-Z].*Loss$/.test(name)) return { kind: "loss" };
  const values = measuresOf(positionalsOf(call), scope);
  if (has("comparingFunctions", qualified)) return combined(values);
  if (has("elementwiseFunctions", qualified)) return elementwise(name, values);
  if (has("reducingFunctions", qualified)) return reduced(call, name, values);
  if (qualified === "dict") return { kind: "record", entries: keywordEntries(call, scope) };
  const [columns] = qualified === "pandas.DataFrame" ? values : [];
  return columns?.kind === "record" ? frameWith(undefined, columns.entries) : undefined;
}

function keywordEntries(call: SyntaxNode, scope: Scope): Entries {
  const entries = new Map<string, Measure | undefined>();
  for (const argument of argumentsOf(call)) {
    const [name, value] = [childOf(argument, "name")?.text, childOf(argument, "value")];
    if (argument.type === "keyword_argument" && name !== undefined && value !== undefined)
      entries.set(name, scope.measureOf(value, scope));
  }
  return entries;
}

function methodMeasure(
  call: SyntaxNode,
  { name, object }: Extract<Callee, { kind: "method" }>,
  scope: Scope,
): Measure | undefined {
  const own = ownMethodMeasure(call, { name, object }, scope);
  if (own !== undefined) return own;
  if (scope.knowledge.library.has("predictMethods", name)) return predictedBy(call, { name, object }, scope);
  if (name === "assign") return frameWith(scope.measureOf(object, scope), keywordEntries(call, scope));
  const values = measuresOf([object, ...positionalsOf(call)], scope);
  const [measure] = values;
  if (name === "corr") return isCompared(combined(values)) ? NUMBER : undefined;
  // `scaler.inverse_transform(predictions)`
  if (name === "inverse_transform") return values[1]?.kind === "rows" ? values[1] : undefined;
  return measure === undefined ? undefined : ownMethod(call, name, [measure, ...values.slice(1)], scope);
}

/** What a method gives of an object of which something is known. */
function ownMethod(
  call: SyntaxNode,
  name: string,
  values: readonly [Measure, ...(Measure | undefined)[]],
  scope: Scope,
): Measure | undefined {
  const [measure] = values;
  if (measure.kind === "plain") return undefined;
  if (measure.kind === "record" || measure.kind === "frame") return keyedMethod(call, name, measure);
  return numericMethod(call, name, values, scope);
}

/** What `predict` and its like give. Spark's evaluators give one number, where the `evaluate` of a model may give several. */
function predictedBy(
  call: SyntaxNode,
  { name, object }: Pick<Extract<Callee, { kind: "method" }>, "name" | "object">,
  { types, compiled }: Scope,
): Measure | undefined {
  if (name === "score") return scored(call, types.typeOf(object));
  if (name !== "evaluate") return predicted(name);
  if (/^pyspark\.ml\..*Evaluator$/.test(types.typeOf(object) ?? "")) return NUMBER;
  return evaluated(call, object, compiled) ?? predicted(name);
}

function isCompared(measure: Measure | undefined): boolean {
  return measure?.kind === "rows" && measure.compared;
}

function numericMethod(
  call: SyntaxNode,
  name: string,
  values: readonly (Measure | undefined)[],
  { knowledge: { library } }: Scope,
): Measure | undefined {
  if (values[0]?.kind === "loss") return library.has("selfReturningMethods", name) ? values[0] : undefined;
  if (has("comparingMethods", name)) return combined(values);
  if (name === "item") return values[0]?.kind === "rows" ? undefined : NUMBER;
  if (has("elementwiseMethods", name)) return elementwise(name, values.slice(0, 1));
  return has("reducingMethods", name) ? reduced(call, name, values) : undefined;
}

function keyedMethod(call: SyntaxNode, name: string, keyed: Keyed): Measure | undefined {
  const [key] = positionalsOf(call);
  if (name === "get") return entryOf(keyed, key === undefined ? undefined : literalText(key));
  if (has("elementwiseMethods", name) || keyed.kind === "frame") return keyed;
  const values = [...keyed.entries.values(), ...(keyed.rest === undefined ? [] : [keyed.rest])];
  return name === "values" ? gathered({ kind: "tuple", elements: values }) : undefined;
}
