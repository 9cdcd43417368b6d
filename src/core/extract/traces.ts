/** Marks of the code that a function of the module depends on: what was seen of it holds for as long as that stays. */
import { digestOf, hexOf } from "../digest";
import type { Plan } from "./plan";
import { signedIn } from "./signed";
import type { StepPlan } from "./steps";
import { editedText } from "./text";

/** What the module is made of. */
export interface Traced {
  readonly plan: Plan;
  readonly steps: readonly StepPlan[];
  /** Texts of the user's own modules. */
  readonly own: readonly string[];
}

/**
 * By function: of a step, its own statements and the steps that its inputs come from, with theirs; of a function of the notebook,
 * which may be called from anywhere, everything. Values of settings are no part of it, nor is the data.
 */
export function tracesOf({ plan, steps, own }: Traced): ReadonlyMap<string, string> {
  const helpers = plan.helpers.map(({ statement, edits }) => editedText(statement.source, statement.node, edits));
  const around = mark([
    ...own,
    ...[...plan.imports, ...plan.preamble.flatMap(({ names }) => names.imports)].map(({ statement }) => statement),
    ...plan.stars,
    ...[...plan.startup.statements, ...plan.collections, ...plan.patches].map(({ source, node }) =>
      editedText(source, node, []),
    ),
    ...helpers,
  ]);
  const traces = new Map<string, string>();
  const makers = new Map<string, string>();
  for (const step of steps) {
    const texts = step.items.map(({ statement, node, edits, assign = "" }) =>
      [assign, editedText(statement.source, node, edits)].join("="),
    );
    const trace = mark([around, ...texts, ...step.inputs.map((name) => makers.get(name) ?? "")]);
    traces.set(step.name, trace);
    for (const name of step.outputs) makers.set(name, trace);
  }
  const everything = mark([around, ...traces.values()]);
  for (const { name } of plan.helpers.flatMap(signedIn)) traces.set(name, everything);
  return traces;
}

function mark(parts: readonly string[]): string {
  return hexOf(digestOf(JSON.stringify(parts))).slice(0, 12);
}
