/** The types at the borders of steps. */
import { assignmentsIn, calleeOf, elementsOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { isStandardModule } from "../python/standardLibrary";
import { childOf, type SyntaxNode } from "../python/syntax";
import type { Evidence } from "./evidence";
import { hear, type HeardCalls } from "./signatures";
import type { StepPlan } from "./steps";
import { learnTypes, typeOfExpression, type TypeEnvironment, type TypeScope } from "./types";
import type { Found } from "./typing/context";
import { classOf, INDEX, membersOf, unionOf, UNKNOWN } from "./typing/text";
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
 * not show all of that, what was seen counts, and a type checker has to agree. It takes a parameter for what it was declared to be
 * where a library without types gives what it is bound to anew, and so do the results.
 */
export function learnStep(step: StepPlan, knowledge: Knowledge, typing: Typing): readonly Found[] {
  const { types, heard, evidence } = typing;
  for (const name of step.inputs) setKnown(types, name, evidence.parameter(step.name, name, types.get(name)));
  const seen = step.inputs.map((name) => [types.get(name)]);
  const calls = hear(heard);
  const declared = new Set<string>();
  for (const { node, assign, kept, edits } of step.items) {
    const scope = { types, knowledge, calls, edits };
    for (const name of boundUnseen(node, scope)) declared.add(name);
    if (assign === undefined) learnTypes(node, scope);
    else types.set(assign, kept === "columns" ? INDEX : (typeOfExpression(node, scope) ?? UNKNOWN));
    step.inputs.forEach((name, index) => seen[index]?.push(types.get(name)));
  }
  step.inputs.forEach((name, index) => {
    if (declared.has(name)) setKnown(types, name, unionOf(seen[index] ?? []));
  });
  const shown = step.outputs.map((name) => types.get(name));
  const given = evidence.results(step.name, shown);
  step.outputs.forEach((name, index) => setKnown(types, name, given[index]));
  return step.inputs.map((name, index) => evidence.parameter(step.name, name, unionOf(seen[index] ?? [])));
}

function setKnown(types: TypeEnvironment, name: string, type: Found): void {
  if (type !== undefined) types.set(name, type);
}

/** The names that a statement binds to what a type checker knows no type of. */
function boundUnseen(node: SyntaxNode, scope: TypeScope): readonly string[] {
  return assignmentsIn(node).flatMap(({ left, right }) =>
    isSeen(right, scope) ? [] : elementsOf(left).flatMap(({ type, text }) => (type === "identifier" ? [text] : [])),
  );
}

/** True if a type checker finds the type of an expression without reading libraries that have none. */
function isSeen(node: SyntaxNode, scope: TypeScope): boolean {
  if (node.type !== "call") {
    const inner = childOf(node, "object") ?? childOf(node, "value");
    return inner === undefined || isSeen(inner, scope);
  }
  const callee = calleeOf(node, scope.knowledge);
  if (callee.kind === "library") return hasTypes(callee.qualified);
  if (callee.kind !== "method") return callee.kind === "notebook";
  const type = typeOfExpression(callee.object, scope);
  return type !== undefined && membersOf(type).every((member) => hasTypes(classOf(member)));
}

/** True for names of Python, of the notebook, and of libraries that tell their types. */
function hasTypes(qualified: string): boolean {
  const [root = "", ...rest] = qualified.split(".");
  return rest.length === 0 || /^(numpy|pandas)$/.test(root) || isStandardModule(root);
}
