/** What crosses the border of each step, and the module's name of each variable. */
import type { Flow } from "./flow";
import { pascalCase } from "./names";
import { contains, type Item, type Plan } from "./plan";
import type { Group } from "./steps";
import type { Goal } from "./targets";
import type { Unit } from "./units";

/** Names that the module gives to parts of its own. */
export const CONTRACT_NAMES: ReadonlySet<string> = new Set(
  "Params Data Result defaultParams defaultData run readOptions parseArgs".split(" "),
);

/** A variable of the notebook: a name, and the unit that declares it. */
export interface Variable {
  readonly name: string;
  readonly unit: Unit;
}

/** A step with its border. */
export interface Step extends Group {
  /** Fields of `Data`. */
  readonly data: readonly string[];
  readonly inputs: readonly Variable[];
  /** Fields of `Params`. */
  readonly settings: readonly string[];
  readonly outputs: readonly Variable[];
  /** Metrics that the notebook only shows, and that get a variable here. */
  readonly shown: readonly Goal[];
}

/** Finds the border of each group. */
export function bordersOf(groups: readonly Group[], plan: Plan, goals: readonly Goal[]): readonly Step[] {
  const units = groups.map((group) => new Set(group.items.map(({ unit }) => unit)));
  return groups.map((group, index) => {
    const own = units[index] ?? new Set<Unit>();
    const later = groups.slice(index + 1).flatMap(({ items }) => items);
    return {
      ...group,
      data: dataOf(group, plan),
      settings: settingsOf(group, plan),
      inputs: inputsOf(group, own, plan),
      outputs: outputsOf(group, own, later, goals),
      shown: group.items.flatMap(({ goal }) => (goal === undefined ? [] : [goal])),
    };
  });
}

/** The unit that declares what a name stands for, among those that give it its value. */
export function declaringUnit(name: string, origins: readonly Unit[]): Unit | undefined {
  return origins.find((unit) => unit.facts.declares.has(name)) ?? origins[0];
}

function inputsOf({ items }: Group, own: ReadonlySet<Unit>, plan: Plan): readonly Variable[] {
  const inSteps = new Set(plan.items.map(({ unit }) => unit));
  const found = new Map<string, Variable>();
  for (const { needs } of items) {
    for (const [name, origins] of needs) {
      const unit = declaringUnit(name, origins);
      if (unit !== undefined && inSteps.has(unit) && !own.has(unit)) found.set(`${name}#${unit.index}`, { name, unit });
    }
  }
  return [...found.values()].sort((a, b) => a.unit.index - b.unit.index);
}

function outputsOf(
  { items }: Group,
  own: ReadonlySet<Unit>,
  later: readonly Item[],
  goals: readonly Goal[],
): readonly Variable[] {
  const found = new Map<string, Variable>();
  const comesFrom = (origins: readonly Unit[] | undefined) => origins?.some((unit) => own.has(unit)) === true;
  for (const { unit, writes, goal } of items) {
    if (goal !== undefined) continue;
    for (const name of writes) {
      const needed = later.some(({ needs }) => comesFrom(needs.get(name)));
      const wanted = goals.some(
        (each) => each.expression === undefined && each.name === name && comesFrom(each.state.get(name)),
      );
      const declaring = unit.facts.declares.has(name) ? unit : declarationBefore(name, unit, items);
      if (needed || wanted) found.set(name, { name, unit: declaring });
    }
  }
  return [...found.values()];
}

function declarationBefore(name: string, unit: Unit, items: readonly Item[]): Unit {
  const origins = items.find((item) => item.unit === unit)?.needs.get(name) ?? [];
  return declaringUnit(name, origins) ?? unit;
}

function settingsOf({ items }: Group, plan: Plan): readonly string[] {
  const needed = new Set(items.flatMap(({ needs }) => [...needs.values()].flat()));
  return plan.settings
    .filter(({ variable, literal }) =>
      variable === undefined ? items.some(({ unit }) => contains(unit, literal)) : needed.has(variable),
    )
    .map(({ name }) => name);
}

function dataOf({ items }: Group, plan: Plan): readonly string[] {
  const needed = new Set(items.flatMap(({ needs }) => [...needs.values()].flat()));
  const functions = [...needed].flatMap((unit) => plan.captures.get(unit) ?? []);
  const names = plan.references.references
    .filter(({ name, node, variable }) =>
      variable === undefined
        ? functions.includes(name) || items.some(({ unit }) => contains(unit, node))
        : needed.has(variable),
    )
    .map(({ name }) => name);
  return [...new Set(names)];
}

/**
 * The module's name of `name` at a unit. A name that the notebook declares more than once keeps it where the variables never
 * meet in one step; else the earlier ones get a number.
 */
export function createNaming(steps: readonly Step[], plan: Plan, flow: Flow): (name: string, unit: Unit) => string {
  const renamed = new Map<string, string>();
  for (const unit of plan.definitions) {
    for (const name of unit.facts.declares) {
      if (CONTRACT_NAMES.has(name)) renamed.set(`${name}#${unit.index}`, `notebook${pascalCase(name)}`);
    }
  }
  for (const [name, versions] of versionsOf(steps, plan)) {
    if (versions.length < 2 || !meet(name, versions, steps)) continue;
    let number = 0;
    for (const unit of versions.slice(0, -1)) {
      do number += 1;
      while (flow.end.has(`${name}${number}`));
      renamed.set(`${name}#${unit.index}`, `${name}${number}`);
    }
  }
  const settings = new Map(plan.settings.map(({ variable, name }) => [variable, name]));
  return (name, unit) => {
    const captured = plan.captures.get(unit)?.includes(name) === true;
    const origins = captured ? flow.end.get(name) : flow.before[unit.index]?.get(name);
    const declaring = unit.facts.declares.has(name) ? unit : declaringUnit(name, origins ?? []);
    if (declaring === undefined) return name;
    const setting = settings.get(declaring);
    return setting ?? (captured ? name : (renamed.get(`${name}#${declaring.index}`) ?? name));
  };
}

function versionsOf(steps: readonly Step[], plan: Plan): ReadonlyMap<string, readonly Unit[]> {
  const items = steps.flatMap((step) => step.items).filter(({ goal }) => goal === undefined);
  const units = [...plan.definitions, ...items.map(({ unit }) => unit)].sort((a, b) => a.index - b.index);
  const versions = new Map<string, Unit[]>();
  for (const unit of units) {
    for (const name of unit.facts.declares) versions.set(name, [...(versions.get(name) ?? []), unit]);
  }
  return versions;
}

/** True if two variables of one name would stand in one function, or are handed from step to step. */
function meet(name: string, versions: readonly Unit[], steps: readonly Step[]): boolean {
  const perStep = steps.map((step) => step.items.filter(({ unit }) => versions.includes(unit)).length);
  const isTop = perStep.reduce((sum, count) => sum + count, 0) < versions.length;
  const crosses = steps.some(({ inputs }) => inputs.some((input) => input.name === name));
  return isTop || crosses || perStep.some((count) => count > 1);
}
