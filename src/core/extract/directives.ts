import type { Notebook } from "../notebook/notebook";
import type { Diagnostic } from "../report";

/** Hints that the author left in the cells: `# slipway: skip`, `# slipway: keep`, `# slipway: step=train`, papermill's tag. */
export interface Directives {
  readonly skipped: ReadonlySet<number>;
  readonly kept: ReadonlySet<number>;
  /** Name of the step that a cell belongs to, by cell. */
  readonly named: ReadonlyMap<number, string>;
  /** Cells with the tag `parameters`: every literal that they assign is a setting. */
  readonly parameters: ReadonlySet<number>;
  /** Directives that mean nothing. */
  readonly diagnostics: readonly Diagnostic[];
}

const DIRECTIVE = /^\s*(?:#|\/\/)\s*slipway:\s*(.*?)\s*$/;
const STEP = /^step\s*=\s*([A-Za-z_]\w*(?:-\w+)*)$/;

/** Reads the directives of a notebook's code cells. */
export function readDirectives(notebook: Notebook): Directives {
  const skipped = new Set<number>();
  const kept = new Set<number>();
  const named = new Map<number, string>();
  const diagnostics: Diagnostic[] = [];
  const cells = notebook.cells.filter(({ kind }) => kind === "code");
  for (const { source, number } of cells) {
    for (const [index, line] of source.split("\n").entries()) {
      const directive = DIRECTIVE.exec(line)?.[1];
      const step = STEP.exec(directive ?? "")?.[1];
      if (directive === "skip") skipped.add(number);
      else if (directive === "keep") kept.add(number);
      else if (step !== undefined) named.set(number, step);
      else if (directive !== undefined) diagnostics.push(unknownDirective(directive, number, index + 1));
    }
  }
  const parameters = new Set(cells.filter(({ tags }) => tags.includes("parameters")).map(({ number }) => number));
  return { skipped, kept, named, parameters, diagnostics };
}

function unknownDirective(text: string, cell: number, line: number): Diagnostic {
  return {
    code: "notebook.directive",
    severity: "warning",
    cell,
    line,
    message: `This directive means nothing: slipway: ${text.slice(0, 80)}`,
    hint: "There are: keep, skip, and step=NAME with letters, digits and _ in the name.",
  };
}
