/** What modules of the user's own do when they are imported, besides giving names: one that seeds, one that sets how pandas works. */
import type { Effects, Knowledge } from "./effects";
import { union } from "./sets";

/** What a module does where it is imported for the first time. */
export type Loading = Pick<Effects, "uses" | "sets" | "seeds">;

const NOTHING: Loading = { uses: new Set(), sets: new Set(), seeds: new Set() };

/** What is done by importing `qualified`, a module or something in one, and the packages that it lies in. */
export function loadedBy(qualified: string, { loading }: Pick<Knowledge, "loading">): Loading {
  if (loading === undefined || loading.size === 0) return NOTHING;
  const parts = qualified.split(".");
  return together(parts.flatMap((_, index) => loading.get(parts.slice(0, index + 1).join(".")) ?? []));
}

/** True for a module of the user's own, and for what is in one. */
export function isLoaded(qualified: string, { loading }: Pick<Knowledge, "loading">): boolean {
  return loading?.has(qualified.split(".")[0] ?? "") === true;
}

/** All that is done by several. */
export function together(all: readonly Loading[]): Loading {
  return {
    uses: union(NOTHING.uses, ...all.map(({ uses }) => uses)),
    sets: union(NOTHING.sets, ...all.map(({ sets }) => sets)),
    seeds: union(NOTHING.seeds, ...all.map(({ seeds }) => seeds)),
  };
}
