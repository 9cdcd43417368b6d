/**
 * From a notebook's cells to one source file that the compiler understands. Each cell is a block inside of the block of the
 * cell before it: later cells see earlier names, and a name may be declared again, as in the kernels.
 */
import { ts, type Block, type Project, type SourceFile } from "ts-morph";
import { readDirectives } from "../extract/directives";
import type { Cell, Notebook } from "../notebook/notebook";
import type { Diagnostic } from "../report";
import { declaredNames } from "./declarations";
import { asModuleCells, isNodeKernel } from "./nodeCells";

/** A cell with what its comments and tags ask for. */
export interface SourceCell {
  readonly number: number;
  /** The notebook's text. */
  readonly source: string;
  /** The nearest Markdown heading above. */
  readonly heading: string | undefined;
  /** `// slipway: step=NAME`. */
  readonly step: string | undefined;
  /** `// slipway: keep`. */
  readonly keep: boolean;
  /** Tagged `parameters`, as papermill does. */
  readonly parameters: boolean;
}

/** A cell that is not TypeScript, and the names that it would define. */
export interface BrokenCell {
  readonly diagnostic: Diagnostic;
  readonly names: readonly string[];
}

/** The compiler's view of the notebook. */
export interface Assembly {
  readonly file: SourceFile;
  readonly cells: readonly AssembledCell[];
  /** One for each import declaration at the top of the file, in their order. */
  readonly imports: readonly ImportPlace[];
  readonly broken: readonly BrokenCell[];
}

/** A cell's block in the file; `start` is the offset of the cell's first character. */
export interface AssembledCell extends SourceCell {
  readonly block: Block;
  readonly start: number;
}

/** Where an import stood before it was moved to the top. */
export interface ImportPlace {
  readonly cell: SourceCell;
  readonly line: number;
}

/** Comment lines that steer Slipway: they do not go into the module. */
export const DIRECTIVE_LINES = /^[ \t]*\/\/[ \t]*slipway:.*$/gm;

/** The code cells in the order in which they are run, without those that are skipped. */
export function sourceCells(notebook: Notebook): readonly SourceCell[] {
  const { skipped, kept, named } = readDirectives(notebook);
  let heading: string | undefined;
  const cells: SourceCell[] = [];
  for (const cell of notebook.cells) {
    if (cell.kind === "markdown") heading = headingOf(cell) ?? heading;
    if (cell.kind !== "code" || cell.source.trim() === "" || skipped.has(cell.number)) continue;
    cells.push({
      number: cell.number,
      source: cell.source,
      heading,
      step: named.get(cell.number),
      keep: kept.has(cell.number),
      parameters: cell.tags.includes("parameters"),
    });
  }
  if (!isNodeKernel(notebook.kernel)) return cells;
  const sources = asModuleCells(cells.map(({ source }) => source));
  return cells.map((cell, index) => ({ ...cell, source: sources[index] ?? cell.source }));
}

function headingOf(cell: Cell): string | undefined {
  return /^#{1,6}[ \t]+(.+?)[ \t#]*$/m.exec(cell.source)?.[1];
}

/** Puts the cells into one file of `project`, at `path`; cells that are not TypeScript are left out and listed. */
export function assemble(project: Project, path: string, cells: readonly SourceCell[]): Assembly {
  const parsed = cells.map((cell) => ({ cell, parts: cellParts(cell) }));
  const broken = parsed.flatMap(({ parts }) => (parts.broken === undefined ? [] : [parts.broken]));
  const sound = parsed.filter(({ parts }) => parts.broken === undefined);
  const imports = sound.flatMap(({ cell, parts }) => parts.imports.map(({ text, line }) => ({ cell, text, line })));
  let text = imports.map((each) => `${each.text}\n`).join("");
  const starts = sound.map(({ parts }) => {
    const start = text.length + 2;
    text += `{\n${parts.body}\n`;
    return start;
  });
  const file = project.createSourceFile(path, `${text}${"}".repeat(sound.length)}\nexport {};\n`);
  let block = file.getStatements().find(isBlock);
  const assembled: AssembledCell[] = [];
  for (const [index, { cell }] of sound.entries()) {
    if (block === undefined) break;
    assembled.push({ ...cell, block, start: starts[index] ?? 0 });
    block = block.getStatements().findLast(isBlock);
  }
  return { file, cells: assembled, imports, broken };
}

function isBlock(node: { getKind(): ts.SyntaxKind }): node is Block {
  return node.getKind() === ts.SyntaxKind.Block;
}

interface CellParts {
  /** The cell with its imports and its `export` keywords blanked; every other character keeps its place. */
  readonly body: string;
  readonly imports: readonly { readonly text: string; readonly line: number }[];
  readonly broken: BrokenCell | undefined;
}

function cellParts(cell: SourceCell): CellParts {
  const file = parse(cell.source);
  const imports: { text: string; line: number }[] = [];
  let body = cell.source;
  const blank = (start: number, end: number) => {
    body = body.slice(0, start) + body.slice(start, end).replace(/[^\n]/g, " ") + body.slice(end);
  };
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      imports.push({
        text: cell.source.slice(statement.getStart(file), statement.end).replace(/\s*\n\s*/g, " "),
        line: file.getLineAndCharacterOfPosition(statement.getStart(file)).line + 1,
      });
      blank(statement.getStart(file), statement.end);
    }
    for (const word of ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : []) {
      if (word.kind === ts.SyntaxKind.ExportKeyword || word.kind === ts.SyntaxKind.DefaultKeyword) {
        blank(word.getStart(file), word.end);
      }
    }
    if (ts.isVariableStatement(statement)) body = varAsLet(body, statement, file);
  }
  return { body, imports, broken: brokenCell(cell, file) };
}

/** `var` of a cell would be one variable of the whole file; `let` is as long. */
function varAsLet(body: string, statement: ts.VariableStatement, file: ts.SourceFile): string {
  const start = statement.declarationList.getStart(file);
  return body.startsWith("var", start) ? `${body.slice(0, start)}let${body.slice(start + 3)}` : body;
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile("/cell.ts", source, ts.ScriptTarget.ESNext, true);
}

function brokenCell(cell: SourceCell, file: ts.SourceFile): BrokenCell | undefined {
  const [problem] = ts.transpileModule(cell.source, { reportDiagnostics: true }).diagnostics ?? [];
  if (problem === undefined) return undefined;
  const line = file.getLineAndCharacterOfPosition(problem.start ?? 0).line + 1;
  return {
    names: file.statements.flatMap(declaredNames),
    diagnostic: {
      code: "notebook.syntax",
      severity: "warning",
      cell: cell.number,
      line,
      message: `This is not TypeScript: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`,
      hint: "The cell is left out. Mend it if the model needs it.",
    },
  };
}
