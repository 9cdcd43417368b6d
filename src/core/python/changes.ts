/** What a statement changes: objects, the files behind them, the state of the process. */
import { attachedNames } from "./attached";
import type { Effects } from "./effects";
import { lasting } from "./files";
import type { State } from "./flowState";
import type { Statement } from "./program";
import { isStream } from "./random";
import { withOwners, withReached, type Thing } from "./things";

/** Notes what a statement leaves of the process's state: files, streams of random numbers, attributes of classes. */
export function setResources(
  { sets, seeds }: Effects,
  draws: ReadonlySet<string>,
  { node, index }: Statement,
  state: State,
): void {
  for (const name of attachedNames(sets)) state.attached.add(name);
  for (const resource of new Set([...lasting(sets, state.resources), ...draws])) {
    const before = state.resources.get(resource) ?? [];
    // Behind a seed it does not matter what was drawn before, unless a block may pass the seed by.
    const isSeed = seeds.has(resource) && node.type === "expression_statement";
    // What is drawn before any seed is another number in every run: nothing can be made to depend on it.
    const isLost = isStream(resource) && before.length === 0 && !seeds.has(resource);
    if (!isLost) state.resources.set(resource, isSeed ? [index] : [...before, index]);
  }
}

/** Notes that the statement which runs changes objects, and so what they are parts of; deeply, what they hold, too. */
export function markChanged(things: ReadonlySet<Thing>, deep: boolean, { now, resources }: State): void {
  const all = withOwners(things);
  if (deep) for (const held of withReached(things)) all.add(held);
  for (const { changedBy, file = "" } of all) {
    if (changedBy.at(-1) !== now) changedBy.push(now);
    if (file === "") continue;
    const before = resources.get(file) ?? [];
    if (before.at(-1) !== now) resources.set(file, [...before, now]);
  }
}
