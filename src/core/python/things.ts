/** The abstract objects of the data flow: what stands for a value, what holds what, and what changes with it. */

export type Form =
  /** A number or text. */
  | "immutable"
  /** A list or the like that is written out, of literals alone or of other things. */
  | "literal"
  | "display"
  /** A table or an array: what NumPy, pandas and operators give. */
  | "data"
  /** A module, or a class without attributes that its instances could change. */
  | "code"
  /** What stands for a layer's output while a model is put together: it holds the layers that compute it. */
  | "symbol"
  /** A figure, with all that is got from it: axes, lines, labels. */
  | "figure"
  | "value";

/** What a change of all that an object is made of, as a fit, changes besides the object: all that it holds; no data; nothing. */
export type Reach = "all" | "parts" | "none";

/** What stands for all the values that are made at one place. */
export interface Thing {
  /** What it holds, and since which statement. */
  holds: Map<Thing, number>;
  readonly owners: ReadonlySet<Thing>;
  /** The statements that change it, in their order. */
  readonly changedBy: number[];
  /** True if its `fit` begins anew each time. */
  readonly refits: boolean;
  /** The statements among them that fit it anew, and do nothing else to it. */
  readonly renewedBy: number[];
  /** Blocks among them that do nothing to it but fit it anew, if they get there: a loop over folds. */
  triedBy: readonly number[];
  /** The global random number generators that using it draws from. */
  draws: readonly string[];
  /** True if a variable stands for it, so that it may be reached by another way than through what holds it. */
  named: boolean;
  readonly form: Form;
  readonly reach: Reach;
  /** Where calling it may change what it holds and what it is given: the variables whose objects it changes besides. */
  readonly acts: readonly string[] | undefined;
  /** Of an opened file, where it lies, as far as it is known: what is done with it is done to that. */
  readonly file: string | undefined;
  /** True if it works with a generator or with callbacks, which are changed by what is done with it. */
  readonly live: boolean;
  /** Attributes of a class of the notebook, or of what is made from it, that are numbers and texts. */
  readonly settings: ReadonlySet<string>;
}

const NONE: readonly string[] = [];
const NEVER: readonly number[] = [];
const NO_SETTINGS: ReadonlySet<string> = new Set();

/** No things. */
export const NOTHING: ReadonlySet<Thing> = new Set();
/** Shared by all things that hold nothing. */
const HOLDS_NOTHING: Thing["holds"] = new Map();

/** Things, and all that they hold, directly or not; with `until`, all that they held right after a statement. */
export function withHeld(start: ReadonlySet<Thing>, until = Infinity): ReadonlySet<Thing> {
  let all: Set<Thing> | undefined;
  for (const thing of start) if (thing.holds.size > 0) all ??= new Set(start);
  if (all === undefined) return start;
  for (const thing of all) for (const [next, since] of thing.holds) if (since <= until) all.add(next);
  return all;
}

/** The statements that matter to what an object is after a statement, of those that change it: of fits that begin anew, the last. */
export function lastingChanges(thing: Thing, until = Infinity): readonly number[] {
  const { changedBy, renewedBy } = thing;
  const last = renewedBy.findLast((index) => index <= until) ?? -1;
  if (last < 0) return until === Infinity ? changedBy : changedBy.filter((index) => index <= until);
  return changedBy.filter((index) => index <= until && (index >= last || !isFit(index, thing)));
}

/** The statements that change an object but for fits that begin anew. */
export function otherChanges(thing: Thing): readonly number[] {
  const isFitted = thing.renewedBy.length + thing.triedBy.length > 0;
  return isFitted ? thing.changedBy.filter((index) => !isFit(index, thing)) : thing.changedBy;
}

function isFit(index: number, { renewedBy, triedBy }: Thing): boolean {
  return renewedBy.includes(index) || triedBy.includes(index);
}

/** Things, and what of all that they hold changes where they change as a whole. */
export function withReached(start: ReadonlySet<Thing>): ReadonlySet<Thing> {
  const all = new Set(start);
  for (const thing of all) for (const next of reachedBy(thing)) all.add(next);
  return new Set([...all].filter((thing) => start.has(thing) || !isPassed(thing)));
}

function reachedBy({ holds, reach }: Thing): readonly Thing[] {
  if (reach === "none") return [];
  return [...holds.keys()].filter(({ form }) => reach !== "parts" || form !== "data");
}

/** What holds code is code: it is passed on the way to the attributes of its bases, as a symbol is on the way to its layers. */
function isPassed({ form }: Thing): boolean {
  return form === "code" || form === "symbol";
}

/** Things, and all that owns them, directly or not. */
export function withOwners(start: ReadonlySet<Thing>): Set<Thing> {
  const all = new Set(start);
  for (const thing of all) for (const next of thing.owners) all.add(next);
  return all;
}

/** From the statement on that runs, a container holds one thing more. */
export function holdOne(container: Thing, thing: Thing, { now }: { readonly now: number }): void {
  if (container.holds.size === 0) container.holds = new Map();
  if (!container.holds.has(thing)) container.holds.set(thing, now);
}

/** A thing that no variable stands for yet. */
export function newThing(
  parts: Partial<
    Pick<Thing, "draws" | "form" | "reach" | "live" | "acts" | "settings" | "owners" | "file" | "refits">
  > & {
    holds?: Iterable<Thing>;
  } = {},
): Thing {
  return {
    holds: parts.holds === undefined ? HOLDS_NOTHING : heldFromBirth(parts.holds),
    owners: parts.owners ?? NOTHING,
    changedBy: [],
    refits: parts.refits ?? false,
    renewedBy: [],
    triedBy: NEVER,
    draws: parts.draws ?? NONE,
    named: false,
    form: parts.form ?? "value",
    reach: parts.reach ?? "all",
    live: parts.live ?? false,
    acts: parts.acts,
    file: parts.file,
    settings: parts.settings ?? NO_SETTINGS,
  };
}

function heldFromBirth(things: Iterable<Thing>): Thing["holds"] {
  const held = new Map<Thing, number>();
  for (const thing of things) if (canChange(thing)) held.set(thing, -1);
  return held.size === 0 ? HOLDS_NOTHING : held;
}

/** False for numbers and texts: whatever holds one, nothing changes it but a binding of its variable. */
export function canChange({ form }: Thing): boolean {
  return form !== "immutable";
}

/** An element or a column: what the container holds, or a part of which only the container is known. */
export function partOf(container: ReadonlySet<Thing>, acts?: Thing["acts"]): ReadonlySet<Thing> {
  const form = commonForm(container);
  if (form === "immutable") return container;
  const figures = [...container].filter(isFigure);
  if (figures.length > 0) return new Set(figures);
  const parts = new Set([newThing({ owners: container, form, acts })]);
  for (const { holds } of container) for (const held of holds.keys()) parts.add(held);
  return parts;
}

/** What a part, or what is computed, of things is: a number of numbers, an array of arrays and numbers. */
export function commonForm(things: ReadonlySet<Thing>): "immutable" | "data" | "symbol" | "value" {
  if (things.size === 0) return "value";
  if ([...things].some(isSymbol)) return "symbol";
  if (![...things].some(canChange)) return "immutable";
  return [...things].every((thing) => isData(thing) || !canChange(thing)) ? "data" : "value";
}

/** True for tables and arrays. */
export function isData({ form }: Thing): boolean {
  return form === "data";
}

/** True for figures; there are none where they do not count. */
export function isFigure({ form }: Thing): boolean {
  return form === "figure";
}

/** True for what stands for a layer's output. */
export function isSymbol({ form }: Thing): boolean {
  return form === "symbol";
}
