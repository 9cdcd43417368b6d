/** What the saved counts say of the state that the saved outputs come from: another one than the pipeline's. */
import type { Notebook } from "../notebook/notebook";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { areStreams } from "../python/random";
import type { Diagnostic } from "../report";
import { runTwice } from "./runTwice";
import type { Targets } from "./slice";
import { dependsOn } from "./target";

/** What the pipeline keeps of the notebook. */
interface Kept {
  readonly kept: readonly Statement[];
  readonly flow: Flow;
}

/** Two cells of which one needs the other. */
interface Need {
  readonly cell: number;
  readonly above: number;
}

/** Said of cells that were not run in the order in which the pipeline takes them, or not once, where the counts show it. */
export function savedState(notebook: Notebook, targets: Targets, kept: Kept): readonly Diagnostic[] {
  // Colab writes 0 for a cell of which it does not know when it was run.
  if (notebook.cells.some(({ executionCount }) => executionCount === 0)) return [];
  const said = [...staleOutput(notebook, targets, kept), ...runTwice(notebook, kept.kept, kept.flow)];
  return said.length > 0 ? said : outOfTurn(notebook, kept);
}

/** Said of the first cell that gives a target and whose saved output is older than something that it shows. */
function staleOutput(notebook: Notebook, { model, values }: Targets, kept: Kept): readonly Diagnostic[] {
  const counts = countsOf(notebook);
  const shown = new Set(notebook.cells.flatMap(({ number, outputs }) => (outputs.length > 0 ? [number] : [])));
  const given = [...(model === undefined ? [] : [model]), ...values].map(({ statement }) => statement);
  const stale = given
    .filter(({ cell }) => shown.has(cell))
    .flatMap(({ cell, index }) => working(kept, dependsOn(kept.flow, index)).map((one) => ({ cell, above: one.cell })))
    .find((need) => isLater(need, counts));
  return stale === undefined ? [] : [staleIn(stale, "what is saved here")];
}

/** Said of the first two cells of the slice that were not run in their order; else of the first one that was not run at all. */
function outOfTurn(notebook: Notebook, { kept, flow }: Kept): readonly Diagnostic[] {
  if (notebook.cells.every(({ outputs }) => outputs.length === 0)) return [];
  const counts = countsOf(notebook);
  const needs = kept.flatMap(({ cell, index }) =>
    working({ kept, flow }, valuesFor(index, flow)).map((one): Need => ({ cell, above: one.cell })),
  );
  const late = needs.find((need) => isLater(need, counts));
  if (late !== undefined) return [staleIn(late, "what is saved")];
  const never = needs.find(({ cell, above }) => counts.has(cell) && !counts.has(above));
  return never === undefined ? [] : [neverRun(never)];
}

/** The statements that give a statement its values: a random number generator alone is none. */
function valuesFor(index: number, { dependencies }: Flow): ReadonlySet<number> {
  const needed = [...(dependencies[index] ?? [])].filter(([, names]) => !areStreams(names));
  return new Set(needed.map(([above]) => above));
}

function countsOf({ cells }: Notebook): ReadonlyMap<number, number> {
  return new Map(
    cells.flatMap(({ number, executionCount }) => (executionCount === undefined ? [] : [[number, executionCount]])),
  );
}

/** The kept ones of some statements, but for imports: it does not matter when these were run. */
function working({ kept }: Kept, needed: ReadonlySet<number>): readonly Statement[] {
  return kept.filter(({ index, names }) => needed.has(index) && names.imports.length === 0);
}

function isLater({ cell, above }: Need, counts: ReadonlyMap<number, number>): boolean {
  return (counts.get(above) ?? 0) > (counts.get(cell) ?? Infinity);
}

function staleIn({ cell, above }: Need, what: string): Diagnostic {
  return {
    code: "notebook.stale-output",
    severity: "info",
    cell,
    line: 0,
    message: `Cell ${above}, which this cell needs, was run after it: ${what} may come from another state than the pipeline's.`,
    hint: HINT,
  };
}

function neverRun({ cell, above }: Need): Diagnostic {
  return {
    code: "notebook.never-run",
    severity: "info",
    cell: above,
    line: 0,
    message: `By the saved counts this cell was not run, and cell ${cell}, which needs it, was: the pipeline runs it, and what is saved may come from another state.`,
    hint: HINT,
  };
}

const HINT = "Run the notebook from top to bottom and save it, if the numbers are to be compared.";
