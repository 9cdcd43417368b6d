/** Numbers of which the notebook has several under one name, or by one text: each measures the model by itself. */
import { assignmentsIn, elementsOf } from "../python/calls";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { mayBindName, nameFacts } from "../python/scope";
import { isVague } from "./metricNames";
import { isVariable, valueText, type Value } from "./pipelineValues";

/**
 * The values with those that have the name or the text of a later one marked, where they are other numbers: what a variable holds
 * is taken before it is bound again. What is computed once more, and what only becomes another number, is there once, as it is last.
 */
export function withEarlier(values: readonly Value[], flow: Flow): readonly Value[] {
  return values.flatMap((value, index) => {
    const later = values.slice(index + 1).filter((one) => textOf(one) === textOf(value));
    if (later.length === 0) return [wellNamed(value, values, flow)];
    const earlier = isOther(value, later, flow) ? markedAs(value) : undefined;
    return earlier === undefined ? [] : [earlier];
  });
}

/** A number whose own name tells nothing, by the name that it has where the notebook shows it another time. */
function wellNamed(value: Value, all: readonly Value[], flow: Flow): Value {
  if (isVariable(value) || !isVague(value.name)) return value;
  const isSame = (one: Value): boolean =>
    !isVague(one.name) && textOf(one) === textOf(value) && signature(one, flow) === signature(value, flow);
  return { ...value, name: all.findLast(isSame)?.name ?? value.name };
}

function textOf(value: Value): string {
  return `${isVariable(value) ? "named" : "shown"} ${valueText(value)}`;
}

/** True for a number that none of the later ones is, or is made of. */
function isOther(value: Value, later: readonly Value[], flow: Flow): boolean {
  const [next] = later;
  if (next === undefined || (isVariable(value) && next.statement.names.reads.has(value.name))) return false;
  const own = signature(value, flow);
  return later.every((one) => signature(one, flow) !== own);
}

/** The text that computes a value, with the statements that bind what it reads. */
function signature(value: Value, flow: Flow): string {
  const { statement, expression, entry } = value;
  // `scores[0]` right behind `scores = model.evaluate(X, y)`, whose entries are numbers.
  if (entry !== undefined) return [valueText(value), bindersBehind(entry.variable, statement, flow)].join("\n");
  const node = expression ?? computedBy(value)?.right ?? statement.node;
  const { reads, late } = nameFacts(node);
  const bound = [...reads, ...late].map((name) => bindersOf(name, statement, flow));
  return [statement.source.slice(node.start, node.end), ...bound].join("\n");
}

function bindersOf(name: string, { index }: Statement, { binders }: Flow): string {
  return [...(binders[index]?.get(name) ?? [])].join();
}

function bindersBehind(name: string, statement: Statement, flow: Flow): string {
  return mayBindName(statement.names, name) ? String(statement.index) : bindersOf(name, statement, flow);
}

/** The last assignment of a statement to the name of a value. */
function computedBy({ name, statement }: Value) {
  return assignmentsIn(statement.node).findLast(({ left }) => elementsOf(left).some(({ text }) => text === name));
}

function markedAs(value: Value): Value | undefined {
  const mark = value.statement.index;
  if (!isVariable(value)) return { ...value, mark };
  const left = computedBy(value)?.left;
  const expression = left && elementsOf(left).find(({ text }) => text === value.name);
  return expression && { ...value, expression, mark };
}
