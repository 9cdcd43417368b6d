/** What the steps take and give, as `run` and the steps themselves write it. */
import type { Step, Variable } from "./border";
import type { Flow } from "./flow";
import type { Plan } from "./plan";
import type { Rewriting } from "./rewrite";
import type { Scope } from "./scope";
import { waits } from "./steps";
import type { Goal } from "./targets";
import type { TypeWriter } from "./types";
import type { Unit } from "./units";

/** All that the module is written from. */
export interface ModuleInput {
  readonly units: readonly Unit[];
  readonly flow: Flow;
  readonly scope: Scope;
  readonly plan: Plan;
  readonly goals: readonly Goal[];
}

/** What the parts of the module share. */
export interface Emission extends ModuleInput {
  readonly steps: readonly Step[];
  readonly types: TypeWriter;
  readonly rewriting: Rewriting;
}

/** The type of a field of `Params` or `Data`; `undefined` if it is none. */
export function fieldType(name: string, { settings, references }: Plan): string | undefined {
  const setting = settings.find((each) => each.name === name || each.variable?.facts.declares.has(name) === true);
  if (setting !== undefined) return setting.type;
  return references.references.some((each) => each.name === name) ? "string" : undefined;
}

/** True if a step has to be awaited. */
export function stepWaits(step: Step): boolean {
  return step.items.some(({ unit, goal }) => waits(goal?.expression ?? unit.node));
}

/** The parameters of a step: paths, variables, settings. */
export function stepParameters(
  { data, inputs, settings }: Step,
  { types, rewriting, plan }: Emission,
): readonly { readonly name: string; readonly type: string }[] {
  return [
    ...data.map((name) => ({ name, type: "string" })),
    ...inputs.map(({ name, unit }) => ({ name: rewriting.nameOf(name, unit), type: types.textOf(name, unit) })),
    ...settings.map((name) => ({ name, type: fieldType(name, plan) ?? "unknown" })),
  ];
}

/** The variable of a metric that the notebook only shows: its function has the name already. */
export function shownName({ name }: Goal): string {
  return `${name}Value`;
}

/** A key for a variable: names may be declared more than once. */
export function variableKey({ name, unit }: Variable): string {
  return `${name}#${unit.index}`;
}
