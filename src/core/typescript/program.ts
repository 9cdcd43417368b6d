import { ts } from "ts-morph";
import type { NotebookProgram } from "../pipeline";
import type { SourceCell } from "./cells";

/** As long as `Deno.jupyter`, which exists in the kernel alone; the program's cell 0 defines it. */
const DISPLAY = "SlipwayShown";
const PRELUDE = `var ${DISPLAY} = new Proxy(() => undefined, { get: (_, name) => name === "then" ? undefined : ${DISPLAY}, apply: () => undefined });`;

/**
 * The notebook as one TypeScript program: `const` and `let` of a cell become `var`, so that later cells may declare the name
 * again as in the kernels. Every character keeps its line and column; cell 0 is not the notebook's.
 */
export function notebookProgram(cells: readonly SourceCell[]): NotebookProgram {
  const imported = new Set<string>();
  const program = cells.map((cell) => ({ cell: cell.number, source: assignable(cell.source, imported) }));
  const displays = cells.some(({ source }) => source.includes("Deno.jupyter"));
  return { cells: displays ? [{ cell: 0, source: PRELUDE }, ...program] : program };
}

function assignable(source: string, imported: Set<string>): string {
  const file = ts.createSourceFile("/cell.ts", source, ts.ScriptTarget.ESNext, true);
  let text = source;
  const put = (start: number, end: number, words: string) => {
    text = text.slice(0, start) + words.padEnd(end - start) + text.slice(end);
  };
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    if (ts.isVariableStatement(statement)) {
      const at = statement.declarationList.getStart(file);
      const word = /^(const|let)\b/.exec(source.slice(at))?.[0] ?? "";
      put(at, at + word.length, word === "" ? "" : "var");
    }
    // The same import twice is an error in one module.
    const line = source.slice(start, statement.end).replace(/\s+/g, " ");
    if (!ts.isImportDeclaration(statement)) continue;
    if (imported.has(line))
      text = text.slice(0, start) + text.slice(start, statement.end).replace(/[^\n]/g, " ") + text.slice(statement.end);
    imported.add(line);
  }
  return text.replaceAll("Deno.jupyter", DISPLAY);
}
