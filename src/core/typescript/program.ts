import { ts } from "ts-morph";
import type { NotebookProgram } from "../pipeline";
import { edited, type Edit } from "../python/edits";
import type { SourceCell } from "./cells";
import { declaredNames } from "./declarations";

/** As long as `Deno.jupyter`, which exists in the kernel alone; the program's cell 0 defines it. */
const DISPLAY = "SlipwayShown";
const PRELUDE = `var ${DISPLAY} = new Proxy(() => undefined, { get: (_, name) => name === "then" ? undefined : ${DISPLAY}, apply: () => undefined });`;

/**
 * The notebook as one TypeScript program: `const` and `let` of a cell become `var`, so that later cells may declare the name
 * again as in the kernels. Every character keeps its line and column, except behind a function or a class that is declared
 * twice; cell 0 is not the notebook's.
 */
export function notebookProgram(cells: readonly SourceCell[]): NotebookProgram {
  const files = cells.map(({ source }) => ts.createSourceFile("/cell.ts", source, ts.ScriptTarget.ESNext, true));
  const names = files.flatMap((file) => file.statements.flatMap(declaredNames));
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const imported = new Set<string>();
  const program = cells.map(({ number, source }, index) => {
    const edits =
      files[index]?.statements.flatMap((statement) => assignable(statement, source, { twice, imported })) ?? [];
    const text = edited(source, { start: 0, end: source.length }, edits);
    return { cell: number, source: text.replaceAll("Deno.jupyter", DISPLAY) };
  });
  const displays = cells.some(({ source }) => source.includes("Deno.jupyter"));
  return { cells: displays ? [{ cell: 0, source: PRELUDE }, ...program] : program };
}

interface Seen {
  readonly twice: ReadonlySet<string>;
  readonly imported: Set<string>;
}

/** What makes a statement one that may be repeated. */
function assignable(statement: ts.Statement, source: string, seen: Seen): readonly Edit[] {
  if (ts.isVariableStatement(statement)) return asVar(statement, source);
  if (ts.isImportDeclaration(statement)) return importedOnce(statement, source, seen.imported);
  const [name] =
    ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) ? declaredNames(statement) : [];
  if (name === undefined || !seen.twice.has(name)) return [];
  const start = statement.getStart();
  return [
    { start, end: start, text: `var ${name} = ` },
    { start: statement.end, end: statement.end, text: ";" },
  ];
}

function asVar(statement: ts.VariableStatement, source: string): readonly Edit[] {
  const start = statement.declarationList.getStart();
  const [word] = /^(const|let)\b/.exec(source.slice(start)) ?? [];
  return word === undefined ? [] : [{ start, end: start + word.length, text: "var".padEnd(word.length) }];
}

function importedOnce(statement: ts.ImportDeclaration, source: string, imported: Set<string>): readonly Edit[] {
  const start = statement.getStart();
  const text = source.slice(start, statement.end);
  const line = text.replace(/\s+/g, " ");
  if (imported.has(line)) return [{ start, end: statement.end, text: text.replace(/[^\n]/g, " ") }];
  imported.add(line);
  return [];
}
