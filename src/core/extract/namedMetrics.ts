/** Metrics that the notebook names: variables and entries of dictionaries. */
import { assignmentsIn, elementsOf, type Assignment } from "../python/calls";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { childOf, nodesOf, type SyntaxNode } from "../python/syntax";
import { keyOf } from "../python/values";
import type { Candidate } from "./fits";
import { holdsNumbers, isRecord, numbersIn, type Numbered } from "./heldNumbers";
import { knownKeys } from "./knownNumbers";
import { choosesIn, isOfLastTurn } from "./loops";
import type { Measure } from "./measures";
import type { Scope } from "./measureScope";
import { measureOf } from "./measuring";
import { namesMeasure } from "./metricNames";
import { identifier } from "./names";
import { kindOf, variableValue, type Value } from "./pipelineValues";

/** Variables and entries of dictionaries to which a statement assigns a metric. */
export function namedIn(
  statement: Statement,
  bound: ReadonlySet<string>,
  model: Candidate | undefined,
  scope: Scope,
): readonly Value[] {
  if (statement.node.type.endsWith("definition")) return [];
  return [...assignmentsIn(statement.node), ...augmentedBy(statement.node)].flatMap(
    ({ left, right }): readonly Value[] => {
      const targets = elementsOf(left).filter(({ type }) => type === "identifier");
      const sure = targets.filter(
        ({ text }) =>
          !text.startsWith("_") && (isSure(text, statement, bound) || isLast(text, statement, model, scope)),
      );
      const named = sure.flatMap(({ text }) => ofVariable(text, statement, scope.measures.get(text)));
      const again = right.type === "dictionary" ? knownKeys(right, scope) : [];
      const fresh = named.filter(({ entry }) => entry === undefined || !again.includes(entry.keys.join()));
      return [
        ...fresh,
        ...(isNamed(right, bound, scope) ? [] : elementsOf(left).flatMap((one) => enteredIn(one, statement, scope))),
        ...comprehended({ left, right }, statement, model, scope),
      ];
    },
  );
}

/** True for a number that a variable above holds, and gives. */
function isNamed({ type, text }: SyntaxNode, bound: ReadonlySet<string>, { measures }: Scope): boolean {
  return type === "identifier" && bound.has(text) && !text.startsWith("_") && measures.get(text)?.kind === "number";
}

/** `test_loss /= len(loader)` */
function augmentedBy({ type, children: [augmented] }: SyntaxNode): readonly Assignment[] {
  if (type !== "expression_statement" || augmented?.type !== "augmented_assignment") return [];
  const [left, right] = [childOf(augmented, "left"), childOf(augmented, "right")];
  return left === undefined || right === undefined ? [] : [{ left, right }];
}

/** True for what a statement binds in any case, and for what a condition in it may bind anew: the best of a loop. */
function isSure(name: string, { node, names }: Statement, bound: ReadonlySet<string>): boolean {
  return names.binds.has(name) || (bound.has(name) && choosesIn(node, name));
}

/** True for what the last turn leaves of the loop that fits the model. */
function isLast(name: string, statement: Statement, model: Candidate | undefined, { knowledge }: Scope): boolean {
  const trained = model?.loadedFrom ?? model;
  return trained?.statement === statement && isOfLastTurn(name, trained, knowledge);
}

function ofVariable(name: string, statement: Statement, measure: Measure | undefined): readonly Value[] {
  if (measure?.kind === "number") return [{ name, kind: kindOf(measure), statement, expression: undefined }];
  if (!holdsNumbers(measure) || statement.node.type !== "expression_statement") return [];
  return numbersIn(measure, []).map((part) => entryValue(name, part, statement));
}

function entryValue(variable: string, { keys, name }: Numbered, statement: Statement): Value {
  return { name, kind: "metric", statement, expression: undefined, entry: { variable, keys } };
}

/** `results["mae"] = mean_absolute_error(…)`, where `results` is a dictionary. */
function enteredIn(left: SyntaxNode, statement: Statement, scope: Scope): readonly Value[] {
  const [value, key] = left.type === "subscript" ? [childOf(left, "value"), keyOf(left)] : [];
  if (value?.type !== "identifier" || key === undefined || statement.node.type !== "expression_statement") return [];
  const measure = isRecord(value, scope) ? measureOf(left, scope) : undefined;
  if (measure === undefined) return [];
  return numbersIn({ kind: "record", entries: new Map([[key, measure]]) }, []).map(({ keys, name }) =>
    entryValue(value.text, { keys, name: enteredName(value.text, name) }, statement),
  );
}

/** `roc_auc_svm` of `roc_auc["svm"]`, where the variable alone says what is measured. */
function enteredName(variable: string, key: string): string {
  return namesMeasure(variable) && !namesMeasure(key) ? identifier(`${variable}_${key}`) : key;
}

/** `{store: mean_absolute_error(…, model.predict(…)) for …}`: a metric a key. */
function comprehended(
  { left, right }: Assignment,
  statement: Statement,
  model: Candidate | undefined,
  scope: Scope,
): readonly Value[] {
  if (left.type !== "identifier" || right.type !== "dictionary_comprehension") return [];
  const measure = measureOf(right, scope);
  const isOfModel = nodesOf(right, KIND.identifier).some(({ text }) => text === model?.name);
  return isOfModel && measure?.kind === "record" && measure.rest?.kind === "number"
    ? [variableValue(left.text, statement)]
    : [];
}
