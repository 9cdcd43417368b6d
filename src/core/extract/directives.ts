import type { Notebook } from "../notebook/notebook";

/** Hints that the author left in the cells: `# slipway: skip`, `# slipway: keep`, `# slipway: step=train`. */
export interface Directives {
  readonly skipped: ReadonlySet<number>;
  readonly kept: ReadonlySet<number>;
  /** Name of the step that a cell belongs to, by cell. */
  readonly named: ReadonlyMap<number, string>;
}

const DIRECTIVE = /^\s*(?:#|\/\/)\s*slipway:\s*(skip|keep|step\s*=\s*([\w-]+))\s*$/gm;

/** Reads the directives of a notebook's code cells. */
export function readDirectives(notebook: Notebook): Directives {
  const skipped = new Set<number>();
  const kept = new Set<number>();
  const named = new Map<number, string>();
  for (const { kind, source, number } of notebook.cells) {
    if (kind !== "code") continue;
    for (const [, what, step] of source.matchAll(DIRECTIVE)) {
      if (what === "skip") skipped.add(number);
      if (what === "keep") kept.add(number);
      if (step !== undefined) named.set(number, step);
    }
  }
  return { skipped, kept, named };
}
