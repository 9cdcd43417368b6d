/** Which units each unit depends on, and which variable each name stands for. */
import type { Cause } from "../extract/slice";
import type { Accesses, Share, Unit } from "./units";

/** The units that give a name its value at some point: the one that defined it, then those that changed it. */
export type Reaching = ReadonlyMap<string, readonly Unit[]>;

/** The data flow of a notebook. */
export interface Flow {
  /** By unit index: what the unit needs, each with the units that it comes from. */
  readonly needs: readonly ReadonlyMap<string, readonly Unit[]>[];
  /** By unit index: the variables that the unit declares or assigns, itself or through a function. */
  readonly writes: readonly ReadonlySet<string>[];
  /** By unit index: those, and the variables whose objects the unit changes. */
  readonly touches: readonly ReadonlySet<string>[];
  /** By unit index: the state before the unit. */
  readonly before: readonly Reaching[];
  /** The state after the last unit. */
  readonly end: Reaching;
}

/** A state that is looked up while names are followed into functions. */
interface View {
  readonly reaching: Map<string, readonly Unit[]>;
  readonly types: ReadonlyMap<string, readonly Unit[]>;
}

/** Follows every name through the notebook, in the order in which it is run. */
export function flowOf(units: readonly Unit[]): Flow {
  const types = typeUnits(units);
  const reaching = new Map<string, readonly Unit[]>();
  const view: View = { reaching, types };
  const shares: Share[] = [];
  const before: Reaching[] = [];
  const writes: ReadonlySet<string>[] = [];
  const touches: ReadonlySet<string>[] = [];
  const needs = units.map((unit) => {
    before.push(new Map(reaching));
    const accesses = closure(unit.facts.now, view);
    writes.push(new Set([...accesses.assigns, ...unit.facts.defines]));
    const assigned = new Set(accesses.assigns);
    for (const name of changedNames(accesses.changes, shares.concat(unit.facts.shares))) assigned.add(name);
    touches.push(new Set([...assigned, ...unit.facts.defines]));
    const needed = lookUp(new Set([...accesses.uses, ...assigned, ...reassigned(unit)]), view);
    for (const name of assigned) reaching.set(name, [...(reaching.get(name) ?? []), unit]);
    for (const name of unit.facts.defines) reaching.set(name, [...keptDeclaration(name, unit, reaching), unit]);
    shares.push(...unit.facts.shares);
    return needed;
  });
  return { needs, writes, touches, before, end: reaching };
}

/** An assignment to a variable that is declared elsewhere needs the declaration. */
function keptDeclaration(name: string, unit: Unit, reaching: Reaching): readonly Unit[] {
  if (unit.facts.declares.has(name)) return [];
  return (reaching.get(name) ?? []).filter((each) => each.facts.declares.has(name)).slice(0, 1);
}

function reassigned({ facts }: Unit): readonly string[] {
  return [...facts.defines].filter((name) => !facts.declares.has(name));
}

function typeUnits(units: readonly Unit[]): ReadonlyMap<string, readonly Unit[]> {
  return new Map(
    units
      .filter(({ kind }) => kind === "type")
      .flatMap((unit) => [...unit.facts.declares].map((name) => [name, [unit]])),
  );
}

function lookUp(names: ReadonlySet<string>, { reaching, types }: View): ReadonlyMap<string, readonly Unit[]> {
  return new Map([...names].map((name) => [name, reaching.get(name) ?? types.get(name) ?? []]));
}

/** `accesses` with all that is done by the functions which are used, as they stand at that point. */
export function closure(accesses: Accesses, { reaching, types }: View): Accesses {
  const uses = new Set<string>();
  const assigns = new Set(accesses.assigns);
  const changes = new Map(accesses.changes);
  const seen = new Set<Unit>();
  const pending = [...accesses.uses];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (uses.has(name)) continue;
    uses.add(name);
    for (const unit of reaching.get(name) ?? types.get(name) ?? []) {
      if (seen.has(unit)) continue;
      seen.add(unit);
      const { later } = unit.facts;
      pending.push(...later.uses, ...later.assigns);
      later.assigns.forEach((each) => assigns.add(each));
      later.changes.forEach((level, each) => changes.set(each, Math.max(level, changes.get(each) ?? 0)));
    }
  }
  return { uses, assigns, changes };
}

/** Deeper changes are not told apart: two lists may be in each other. */
const DEEPEST = 3;

/** Every name whose object is changed, through all the variables that share it. */
function changedNames(changes: ReadonlyMap<string, number>, shares: readonly Share[]): ReadonlySet<string> {
  const found = new Map<string, number>();
  const pending = [...changes];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [name, depth] = next;
    if ((found.get(name) ?? -1) >= depth) continue;
    found.set(name, depth);
    for (const share of shares) {
      if (share.name === name && depth + share.level >= 0)
        pending.push([share.root, Math.min(DEEPEST, depth + share.level)]);
      if (share.root === name && depth >= Math.min(1, Math.abs(share.level))) pending.push([share.name, depth]);
    }
  }
  return new Set(found.keys());
}

/** All units that `roots` depend on, themselves included, by index. */
export function sliceOf(flow: Flow, roots: Iterable<Unit>): ReadonlySet<Unit> {
  const kept = new Set<Unit>();
  const pending = [...roots];
  for (let unit = pending.pop(); unit !== undefined; unit = pending.pop()) {
    if (kept.has(unit)) continue;
    kept.add(unit);
    for (const units of flow.needs[unit.index]?.values() ?? []) pending.push(...units);
  }
  return kept;
}

/** By unit index: why each unit is kept, those of `first` and all that they depend on. The nearest cause counts. */
export function causesOf(flow: Flow, first: ReadonlyMap<number, Cause>): ReadonlyMap<number, Cause> {
  const causes = new Map(first);
  for (const by of causes.keys()) {
    for (const [unit, names] of neededUnits(flow, by)) {
      if (!causes.has(unit.index)) causes.set(unit.index, { kind: "needed", by, names });
    }
  }
  return causes;
}

/** The units that a unit needs, each with the names that it gives. */
function neededUnits(flow: Flow, index: number): ReadonlyMap<Unit, readonly string[]> {
  const needed = new Map<Unit, readonly string[]>();
  for (const [name, units] of flow.needs[index] ?? []) {
    for (const unit of units) needed.set(unit, [...(needed.get(unit) ?? []), name]);
  }
  return needed;
}

/** The units that give `names` their values at a point of the notebook, and those of the functions behind them. */
export function originsOf(names: Iterable<string>, state: Reaching, units: readonly Unit[]): readonly Unit[] {
  const view: View = { reaching: new Map(state), types: typeUnits(units) };
  const { uses } = closure({ uses: new Set(names), assigns: new Set(), changes: new Map() }, view);
  return [...uses].flatMap((name) => view.reaching.get(name) ?? view.types.get(name) ?? []);
}
