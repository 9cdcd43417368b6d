/** A TypeScript notebook as one file that says where it is and hands over values. */
import { ts } from "ts-morph";
import type { RunnerProgram } from "../validate/program";

/** The file, and the cell that each of its lines came from. */
export interface InstrumentedProgram {
  readonly text: string;
  /** Entry 0 is the file's first line. */
  readonly lines: readonly { readonly cell: number; readonly line: number }[];
}

/** Joins the cells. Calls of `__at` and `__keep` are put on the lines of the statements, so that lines stay what they are. */
export function instrument({ cells, captures }: RunnerProgram): InstrumentedProgram {
  const texts = cells.map(({ cell, source }) =>
    instrumentCell(
      cell,
      source,
      captures.filter((capture) => capture.cell === cell),
    ),
  );
  const lines = cells.flatMap(({ cell }, index) =>
    (texts[index] ?? "").split("\n").map((_, line) => ({ cell, line: line + 1 })),
  );
  return { text: texts.join("\n"), lines };
}

function instrumentCell(cell: number, source: string, captures: RunnerProgram["captures"]): string {
  const file = ts.createSourceFile("/cell.ts", source, ts.ScriptTarget.ESNext, true);
  const statements = file.statements.filter((statement) => !ts.isImportDeclaration(statement));
  const lineOf = (position: number): number => file.getLineAndCharacterOfPosition(position).line + 1;
  let text = source;
  for (const [index, statement] of [...statements.entries()].reverse()) {
    const [start, next] = [statement.getStart(file), statements[index + 1]];
    const [line, following] = [lineOf(start), next === undefined ? Infinity : lineOf(next.getStart(file))];
    const due = captures.filter((capture) => capture.line >= line && capture.line < following);
    const kept = due.map(({ as, expression }) => `__keep(${JSON.stringify(as)}, () => (${expression}));`).join("");
    const body = text.slice(start, statement.end);
    text = `${text.slice(0, start)}__at(${cell}, ${line});${body};${kept}${text.slice(statement.end)}`;
  }
  return text;
}
