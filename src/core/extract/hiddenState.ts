/** State that only a kernel remembers: cells run in another order than they stand in, and names that no cell above defines. */
import type { Notebook } from "../notebook/notebook";
import type { Magic } from "../notebook/magics";
import type { Diagnostic } from "../report";

/** `cells` by their saved counts; `undefined` if one of them was never run, or two have the same count. */
export function executionOrder(notebook: Notebook, cells: readonly number[]): readonly number[] | undefined {
  const counts = new Map(notebook.cells.map(({ number, executionCount }) => [number, executionCount]));
  const known = cells.flatMap((cell) => {
    const count = counts.get(cell);
    return count === undefined || count === 0 ? [] : [{ cell, count }];
  });
  if (known.length < cells.length || new Set(known.map(({ count }) => count)).size < known.length) return undefined;
  return known.sort((a, b) => a.count - b.count).map(({ cell }) => cell);
}

/** Said where the cells are taken in the order in which they were run, which is not that of the `document`. */
export function outOfOrder(order: readonly number[], document: readonly number[]): Diagnostic {
  return {
    code: "notebook.out-of-order",
    severity: "warning",
    cell: order.find((cell, index) => cell !== document[index]) ?? 0,
    line: 0,
    message: `The cells cannot run from top to bottom; they are taken in the order in which they were run: ${order.join(", ")}.`,
    hint: "Move the cells into that order.",
  };
}

/** True for a line of IPython that brings names, and was not followed. */
export function isUnfollowed({ text }: Magic): boolean {
  return /^%?(run|load|store)\s/.test(text);
}

/** Said of a name that nothing defines before it is read; `below` is the cell that does so later. */
export function hiddenName(
  name: string,
  { cell, line }: Pick<Diagnostic, "cell" | "line">,
  below: number | undefined,
): Diagnostic {
  const place = below === cell ? "a line" : `cell ${below}`;
  const where = below === undefined ? "no cell defines it" : `only ${place}, below, defines it`;
  return {
    code: "notebook.hidden-state",
    severity: "warning",
    cell,
    line,
    message: `${name} is used here, and ${where}: the notebook runs only in a kernel that remembers it.`,
    hint: `Define ${name} in a cell above.`,
  };
}

/** Said of a name that only `below` defines, from where it is taken. */
export function rememberedName(name: string, place: Pick<Diagnostic, "cell" | "line">, below: number): Diagnostic {
  const finding = hiddenName(name, place, below);
  return { ...finding, message: `${finding.message} The module works it out first.` };
}
