/** What stands behind the names of a notebook, and in the process, when a statement runs. */
import type { Beginning } from "./drawing";
import type { Knowledge } from "./effects";
import { union } from "./sets";
import type { Sure, SureScene } from "./sureLoops";
import { NOTHING, type Thing } from "./things";

/** What a variable stands for, and the names that are looked up when its value is called. */
export interface Variable {
  readonly binders: ReadonlySet<number>;
  readonly things: ReadonlySet<Thing>;
  readonly late: ReadonlySet<string>;
}

/** What is known at one point of a notebook's run. */
export interface State extends SureScene {
  now: number;
  readonly sure: Map<string, Sure>;
  readonly variables: Map<string, ReadonlySet<Thing>>;
  readonly binders: Map<string, ReadonlySet<number>>;
  /** Names that are looked up when the value of a variable is called. */
  readonly late: Map<string, ReadonlySet<string>>;
  readonly resources: Map<string, number[]>;
  /** The names of the attributes that were attached to classes of libraries. */
  readonly attached: Set<string>;
  /** What names the files of a folder, by these files: columns, lists. */
  readonly holders: Map<string, ReadonlySet<Thing>>;
  readonly figures: Map<number, Beginning>;
  /** What each variable stood for, and since which statement; the latest comes last. */
  readonly history: Map<string, (Variable & { readonly since: number })[]>;
}

const NO_BINDERS: ReadonlySet<number> = new Set();

/** What is looked up where nothing is. */
export const NO_NAMES: ReadonlySet<string> = new Set();

/** Nothing is known before the first statement. */
export function newState(knowledge: Knowledge): State {
  return {
    knowledge,
    now: -1,
    variables: new Map(),
    binders: new Map(),
    late: new Map(),
    resources: new Map(),
    attached: new Set(),
    history: new Map(),
    sure: new Map(),
    figures: new Map(),
    holders: new Map(),
  };
}

/** What a name stands for now. */
export function variableOf(name: string, { binders, variables, late }: State): Variable {
  return {
    binders: binders.get(name) ?? NO_BINDERS,
    things: variables.get(name) ?? NOTHING,
    late: late.get(name) ?? NO_NAMES,
  };
}

/** The variables that stand for one of these objects. */
export function namesFor(things: ReadonlySet<Thing>, { variables }: State): readonly string[] {
  const isOne = (thing: Thing): boolean => things.has(thing);
  return [...variables].filter(([, known]) => [...known].some(isOne)).map(([name]) => name);
}

/** Keeps what a variable stands for from the statement on that runs. */
export function remember(name: string, state: State): void {
  const version = { ...variableOf(name, state), since: state.now };
  const versions = state.history.get(name);
  if (versions === undefined) state.history.set(name, [version]);
  else versions.push(version);
}

/** Takes away what a name stands for. */
export function forget(name: string, state: State): void {
  state.binders.delete(name);
  state.variables.delete(name);
  state.sure.delete(name);
}

/** What is called by a name looks up these, too. */
export function addLate(name: string, late: Iterable<string>, state: State): void {
  const before = variableOf(name, state);
  const all = union(before.late, new Set(late));
  if (all === before.late) return;
  state.late.set(name, all);
  remember(name, state);
}
