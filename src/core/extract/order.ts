import { summarise } from "../python/summaries";
import type { Notebook } from "../notebook/notebook";
import type { Diagnostic } from "../report";
import { isBuiltin } from "../python/builtins";
import { collectBindings } from "../python/calls";

import { analyseFlow } from "../python/flow";
import { reorderProgram, type Program } from "../python/program";

/** A program in the order in which it can run, and what is to be said of that order. */
export interface Ordered {
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
}

/** Document order, unless it cannot run and the order of the saved execution counts can. */
export function chooseOrder(notebook: Notebook, program: Program): Ordered {
  const executed = executionOrder(notebook, program);
  const document = program.cells.map(({ cell }) => cell);
  if (executed === undefined || executed.join() === document.join()) return { program, diagnostics: [] };
  const missing = missingNames(program);
  if (missing === 0) return { program, diagnostics: [] };
  const reordered = reorderProgram(program, executed);
  if (missingNames(reordered) >= missing) return { program, diagnostics: [] };
  const first = executed.find((cell, index) => cell !== document[index]) ?? 0;
  return { program: reordered, diagnostics: [outOfOrder(first, executed)] };
}

function outOfOrder(cell: number, order: readonly number[]): Diagnostic {
  return {
    code: "notebook.out-of-order",
    severity: "warning",
    cell,
    line: 0,
    message: `The cells cannot run from top to bottom; they are taken in the order in which they were run: ${order.join(", ")}.`,
    hint: "Move the cells into that order.",
  };
}

/** The cells by their saved counts; `undefined` if a cell with code was never run, or two have the same count. */
function executionOrder(notebook: Notebook, program: Program): readonly number[] | undefined {
  const counts = new Map(notebook.cells.map(({ number, executionCount }) => [number, executionCount]));
  const cells = program.cells
    .filter(({ source }) => source.trim() !== "")
    .map(({ cell }) => ({ cell, count: counts.get(cell) }));
  const known = cells.flatMap(({ cell, count }) => (count === undefined ? [] : [{ cell, count }]));
  if (known.length < cells.length || new Set(known.map(({ count }) => count)).size < known.length) return undefined;
  return known.sort((a, b) => a.count - b.count).map(({ cell }) => cell);
}

/** How many reads of a name no statement before them binds. */
function missingNames({ statements }: Program): number {
  const { unbound } = analyseFlow(statements, summarise(collectBindings(statements)));
  return unbound.reduce((sum, names) => sum + [...names].filter((name) => !isBuiltin(name)).length, 0);
}
