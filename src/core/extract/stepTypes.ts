/** The types at the borders of steps. */
import type { Knowledge } from "../python/effects";
import type { Evidence } from "./evidence";
import { hear, type HeardCalls } from "./signatures";
import type { Item } from "./plan";
import type { StepPlan } from "./steps";
import { learnTypes, typeOfExpression, type TypeEnvironment } from "./types";
import type { Found } from "./typing/context";
import { INDEX, unionOf, UNKNOWN } from "./typing/text";
import type { TypeWriter } from "./typing/written";

/** What is known of types while the module is written. */
export interface Typing {
  readonly types: TypeEnvironment;
  readonly writer: TypeWriter;
  readonly heard: HeardCalls;
  readonly evidence: Evidence;
}

/**
 * Learns what a step binds, and gives the types of its parameters: of all that they are bound to in the step. Where the text does
 * not show all of that, what was seen counts, and a type checker has to agree. To it a parameter is still what it was declared to be
 * when a library without types gives what it is bound to anew: a result is no less.
 */
export function learnStep(step: StepPlan, knowledge: Knowledge, typing: Typing): readonly Found[] {
  const { types, heard, evidence } = typing;
  for (const name of step.inputs) setKnown(types, name, evidence.parameter(step.name, name, types.get(name)));
  const seen = step.inputs.map((name) => [types.get(name)]);
  const calls = hear(heard);
  for (const item of step.items) {
    learnItem(item, { types, knowledge, calls, edits: item.edits });
    step.inputs.forEach((name, index) => seen[index]?.push(types.get(name)));
  }
  // What each turn of a loop leaves is known behind the loop.
  for (const item of step.items) {
    const { assign, turns } = item;
    if (assign === undefined || turns === undefined) continue;
    const type = item.kept === "turns" ? "str" : typeOfItem(item, { types, knowledge });
    types.set(assign, turns === "dict" ? `dict[str, ${type}]` : `list[${type}]`);
  }
  step.inputs.forEach((name, index) => {
    setKnown(types, name, unionOf(seen[index] ?? []));
  });
  const shown = step.outputs.map((name) => types.get(name));
  const given = evidence.results(step.name, shown);
  step.outputs.forEach((name, index) => setKnown(types, name, given[index]));
  return step.inputs.map((name, index) => {
    const type = evidence.parameter(step.name, name, unionOf(seen[index] ?? []));
    return evidence.written(step.name, name, type);
  });
}

function learnItem(item: Item, scope: Parameters<typeof learnTypes>[1]): void {
  if (item.assign === undefined) learnTypes(item.node, scope);
  else for (const name of item.binds) scope.types.set(name, item.turns ?? typeOfItem(item, scope));
}

function typeOfItem({ node, kept, type }: Item, scope: Parameters<typeof typeOfExpression>[1]): string {
  return kept === "columns" ? INDEX : (type ?? typeOfExpression(node, scope) ?? UNKNOWN);
}

function setKnown(types: TypeEnvironment, name: string, type: Found): void {
  if (type !== undefined) types.set(name, type);
}
