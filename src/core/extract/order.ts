import { summarise } from "../python/summaries";
import type { Notebook } from "../notebook/notebook";
import type { Diagnostic } from "../report";
import { isBuiltin } from "../python/builtins";
import { collectBindings } from "../python/calls";
import { analyseFlow } from "../python/flow";
import type { Library } from "../python/knowledge";
import { reorderProgram, type Program } from "../python/program";
import { executionOrder, outOfOrder } from "./hiddenState";

/** A program in the order in which it can run, and what is to be said of that order. */
export interface Ordered {
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
}

/** Document order, unless it cannot run and the order of the saved execution counts can. */
export function chooseOrder(notebook: Notebook, program: Program, library: Library): Ordered {
  const document = program.cells.filter(({ source }) => source.trim() !== "").map(({ cell }) => cell);
  const executed = executionOrder(notebook, document);
  if (executed === undefined || executed.join() === document.join()) return { program, diagnostics: [] };
  const missing = missingNames(program, library);
  if (missing === 0) return { program, diagnostics: [] };
  const reordered = reorderProgram(program, executed);
  if (missingNames(reordered, library) >= missing) return { program, diagnostics: [] };
  return { program: reordered, diagnostics: [outOfOrder(executed, document)] };
}

/** How many reads of a name no statement before them binds. */
function missingNames({ statements }: Program, library: Library): number {
  const { unbound } = analyseFlow(statements, summarise(collectBindings(statements, library)));
  return unbound.reduce((sum, names) => sum + [...names].filter((name) => !isBuiltin(name)).length, 0);
}
