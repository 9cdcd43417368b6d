/** What statements bind to measures: by assignments, entries of dictionaries and lists, sums. */
import { assignmentOf, calleeOf, elementsOf } from "../python/calls";
import { DEFINITION, KIND } from "../python/kinds";
import { childOf, nodesOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { keyOf } from "../python/values";
import { learnCompiled } from "./compiled";
import { countersOf } from "./counters";
import { combined, elementAt, frameWith, NUMBER, SCORES, type Measure } from "./measures";
import { bind, measuresOf, type Scope } from "./measureScope";

/** Learns what a statement, or the body of a function, binds, in the order in which it stands there. */
export function learnMeasures(node: SyntaxNode, scope: Scope): void {
  const kinds = KIND.assignment | KIND.augmented_assignment | KIND.call | KIND.if_statement;
  for (const inner of nodesOf(node, kinds, DEFINITION)) LEARNERS[inner.type]?.(inner, scope);
  scope.types.pass(node);
}

const LEARNERS: Readonly<Record<string, (node: SyntaxNode, scope: Scope) => void>> = {
  assignment: (node, scope) => {
    const assigned = assignmentOf(node);
    if (assigned !== undefined) assign(assigned.left, scope.measureOf(assigned.right, scope), scope);
  },
  augmented_assignment: augment,
  if_statement: count,
  call: (call, scope) => {
    append(call, scope);
    learnCompiled(call, scope.knowledge, scope.compiled);
  },
};

function assign(target: SyntaxNode, measure: Measure | undefined, scope: Scope): void {
  const targets = elementsOf(target);
  if (targets.length > 1) {
    targets.forEach((one, index) => {
      assign(one, elementAt(measure, index), scope);
    });
  } else if (target.type === "identifier") bind(target.text, measure, scope);
  else if (target.type === "subscript") enter(target, measure, scope);
}

/** `scores["svm"] = …`, `df["predicted"] = …`: what is not known to be a dictionary is a frame. */
function enter(target: SyntaxNode, measure: Measure | undefined, scope: Scope): void {
  const value = childOf(target, "value");
  if (value?.type !== "identifier" || measure === undefined) return;
  const before = scope.measureOf(value, scope);
  const key = keyOf(target);
  if (before?.kind !== "record") {
    if (key !== undefined) bind(value.text, frameWith(before, new Map([[key, measure]])), scope);
    return;
  }
  const entries = key === undefined ? before.entries : new Map([...before.entries, [key, measure]]);
  bind(value.text, { ...before, entries, ...(key === undefined ? { rest: measure } : {}) }, scope);
}

/** `correct += (predicted == y).sum()` */
function augment(node: SyntaxNode, scope: Scope): void {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left?.type !== "identifier" || right === undefined) return;
  bind(left.text, combined(measuresOf([left, right], scope)), scope);
}

/** `if predicted[i] == labels[i]: correct += 1` */
function count(choice: SyntaxNode, scope: Scope): void {
  for (const { counted, comparison } of countersOf(choice))
    if (scope.measureOf(comparison, scope)?.kind === "rows") bind(counted.text, NUMBER, scope);
}

/** `scores.append(accuracy_score(…))` */
function append(call: SyntaxNode, scope: Scope): void {
  const callee = calleeOf(call, scope.knowledge);
  if (callee.kind !== "method" || callee.name !== "append" || callee.object.type !== "identifier") return;
  const [value] = positionalsOf(call).map((one) => scope.measureOf(one, scope));
  if (value?.kind === "number") bind(callee.object.text, SCORES, scope);
  if (value?.kind === "rows") bind(callee.object.text, value, scope);
}
