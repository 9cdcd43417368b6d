import { isExecuteResult } from "@jupyterlab/nbformat";
import { folderNames } from "../notebook/folderNames";
import { plainPython, type Magic } from "../notebook/magics";
import type { Cell, Notebook } from "../notebook/notebook";
import type { ProgramCell } from "../pipeline";
import { edited, type Edit } from "./edits";
import { staysInFolder, withoutKaggle } from "./kaggleFolder";
import { withoutMainGuards } from "./mainGuard";
import type { OldName } from "./oldEdits";
import { namesAround, oldNames, type NamesAround } from "./oldNames";
import { isPython2 } from "./python2";
import { mayBindName, nameFacts, type NameFacts } from "./scope";
import { KIND } from "./kinds";
import { remembered } from "./memory";
import { findNode, nodesOf, type ParsePython, type ParsedCell, type SyntaxNode, type SyntaxProblem } from "./syntax";

/** A top-level statement of a notebook. Lines count from 1 in its cell. */
export interface Statement {
  /** Position in the order in which the notebook is run. */
  readonly index: number;
  readonly cell: number;
  readonly line: number;
  readonly endLine: number;
  readonly node: SyntaxNode;
  readonly names: NameFacts;
  /** Variables that only `global` in a function binds: they are taken as bound, to nothing yet, where the function is defined. */
  readonly declares: ReadonlySet<string>;
  /** Statements inside of it that only show something, or whose values nothing reads: no part of the module, nor of `names`. */
  readonly shown: readonly SyntaxNode[];
  /** Paths in it that are fields of `Data`: what they are made of is no part of `names`. */
  readonly paths?: readonly SyntaxNode[];
  /** Comment lines right above it, and the one behind it. */
  readonly leading: readonly SyntaxNode[];
  readonly trailing: SyntaxNode | undefined;
  /** The plain text of its cell, into which the offsets of the nodes point. */
  readonly source: string;
  /** True if it is the last expression of its cell and the notebook shows its value: so it gave one. */
  readonly displayed: boolean;
}

/** A cell that Python rejects. */
export interface BrokenCell {
  readonly cell: number;
  readonly line: number;
  readonly text: string;
  /** True if it is Python 2. */
  readonly python2: boolean;
  /** Names that it would bind, or whose objects it would change, as far as it can be read. */
  readonly names: ReadonlySet<string>;
}

/** A notebook's code as statements, in the order in which it is run. */
export interface Program {
  readonly statements: readonly Statement[];
  readonly broken: readonly BrokenCell[];
  /** Cells in another language: the cell and its magic. */
  readonly foreign: readonly { readonly cell: number; readonly magic: string }[];
  /** Lines of IPython that were taken out, by cell. */
  readonly magics: readonly (Magic & { readonly cell: number })[];
  /** Names that libraries removed, by cell. */
  readonly oldNames: readonly (OldName & { readonly cell: number })[];
  /** The plain text of every code cell, with today's names, in run order. */
  readonly cells: readonly ProgramCell[];
}

/** Splits a notebook's code cells into statements. Cells are taken in document order. */
export function readProgram(notebook: Notebook, parse: ParsePython): Program {
  const program: Growing<Program> = { statements: [], broken: [], foreign: [], magics: [], oldNames: [], cells: [] };
  const cells = notebook.cells.filter(({ kind }) => kind === "code");
  const sources = cells.map(({ source }) => source);
  const reading = {
    parse,
    around: namesAround(sources, parse),
    namesFolder: folderNames(sources),
    stays: staysInFolder(sources),
  };
  for (const cell of cells) readCell(cell, reading, program);
  return { ...program, statements: inRunOrder(program.statements) };
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** Numbers statements in the order in which they run, and finds what of them declares a global. */
export function inRunOrder(statements: readonly Statement[]): readonly Statement[] {
  const bound = new Set<string>();
  return statements.map((statement, index) => {
    const { names } = statement;
    const declares =
      names.lateBinds.size === 0 ? NO_NAMES : new Set([...names.lateBinds].filter((name) => !bound.has(name)));
    for (const all of [names.binds, names.mayBind, declares]) for (const name of all) bound.add(name);
    if (statement.index === index && declares.size + statement.declares.size === 0) return statement;
    const binds = declares.size === 0 ? names.binds : new Set([...names.binds, ...declares]);
    return { ...statement, index, declares, names: { ...names, binds } };
  });
}

/** The same with lists that can be added to. */
export type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

interface Reading {
  readonly parse: ParsePython;
  /** What the whole notebook tells of names that may be old. */
  readonly around: NamesAround;
  /** True for a folder whose name stands in the code of the notebook. */
  readonly namesFolder: (folder: string) => boolean;
  /** True if it runs in one folder. */
  readonly stays: boolean;
}

function readCell(cell: Cell, { parse, around, namesFolder, stays }: Reading, program: Growing<Program>): void {
  const isBound = (name: string): boolean => program.statements.some(({ names }) => mayBindName(names, name));
  const { source, foreign, magics } = plainPython(cell.source, isBound, namesFolder);
  program.magics.push(...magics.map((magic) => ({ ...magic, cell: cell.number })));
  if (foreign !== undefined) {
    program.foreign.push({ cell: cell.number, magic: foreign });
    return;
  }
  const parsed = parse(source);
  const { root } = parsed;
  const broken = brokenCell(cell.number, parsed, source);
  if (broken !== undefined) {
    program.broken.push(broken);
    return;
  }
  const old = oldNames(root, source, around);
  program.oldNames.push(...old.map((one) => ({ ...one, cell: cell.number })));
  const edits = [...old.flatMap((one) => one.edits), ...(stays ? withoutKaggle(root, source) : [])];
  const named = edited(source, { start: 0, end: source.length }, edits);
  const plain = withoutMainGuards(named === source ? root : parse(named).root, named);
  addCell(cell, plain === source ? root : parse(plain).root, plain, program);
}

function addCell(cell: Cell, root: SyntaxNode, source: string, program: Growing<Program>): void {
  const { number, origin, fileLine } = cell;
  // The error of an import is told in the notebook's own file.
  const isLine = origin === undefined && fileLine !== undefined;
  program.cells.push({ cell: number, source, ...(isLine && { fileLine }) });
  const shows = cell.outputs.some((output) => isExecuteResult(output));
  program.statements.push(...cellStatements(number, shows, root, source));
}

/** The same program with other texts of some cells, in which other statements may stand. */
function withSources(program: Program, sources: ReadonlyMap<number, string>, parse: ParsePython): Program {
  const renewed = new Map(
    [...sources].map(([cell, source]) => {
      const shows = program.statements.some((one) => one.cell === cell && one.displayed);
      return [cell, cellStatements(cell, shows, parse(source).root, source)];
    }),
  );
  const statements = program.statements.flatMap((one, index, all) => {
    const own = renewed.get(one.cell);
    if (own === undefined) return [one];
    return all[index - 1]?.cell === one.cell ? [] : own;
  });
  return {
    ...program,
    statements: inRunOrder(statements),
    cells: program.cells.map((one) => ({ ...one, source: sources.get(one.cell) ?? one.source })),
  };
}

/** An edit of the cell of a statement. */
export interface PlacedEdit {
  readonly statement: Pick<Statement, "cell" | "source">;
  readonly edit: Edit;
}

/** The program with edits of its cells; the same one if there are none. */
export function withEdits(program: Program, placed: readonly PlacedEdit[], parse: ParsePython): Program {
  if (placed.length === 0) return program;
  const cells = new Map(placed.map(({ statement: { cell, source } }) => [cell, source]));
  const sources = [...cells].map(([cell, source]) => {
    const edits = placed.filter(({ statement }) => statement.cell === cell).map(({ edit }) => edit);
    return [cell, edited(source, { start: 0, end: source.length }, edits)] as const;
  });
  return withSources(program, new Map(sources), parse);
}

/** By what a statement is known again where the text around it is another one: its place, and its own text. */
export function markOf({ cell, line, source, node: { start, end } }: Statement): string {
  return `${cell} ${line} ${source.slice(start, end)}`;
}

/** The same program with its cells run in another order. */
export function reorderProgram(program: Program, order: readonly number[]): Program {
  const statements = order.flatMap((cell) => program.statements.filter((statement) => statement.cell === cell));
  return {
    ...program,
    statements: inRunOrder(statements),
    cells: order.flatMap((number) => program.cells.filter(({ cell }) => cell === number)),
  };
}

function brokenCell(cell: number, parsed: ParsedCell, source: string): BrokenCell | undefined {
  const found = problemIn(parsed, source);
  if (found === undefined) return undefined;
  const { root } = parsed;
  const { binds, mayBind, stores } = nameFacts(root);
  return {
    cell,
    ...found,
    python2: findNode(root, isPython2) !== undefined,
    names: new Set([...binds, ...mayBind, ...stores, ...namesInText(source)]),
  };
}

/** Where a text is no Python of today. */
export function problemIn({ root, problem }: ParsedCell, source: string): SyntaxProblem | undefined {
  return problem ?? problemAt(emptyBlock(root) ?? misplacedArgument(root) ?? findNode(root, isPython2), source);
}

/** `def f():` with a comment below it, or with nothing: the grammar lets it pass, Python does not. */
function emptyBlock(root: SyntaxNode): SyntaxNode | undefined {
  return nodesOf(root, KIND.block).find(({ children }) => children.every(({ type }) => type === "comment"));
}

/** Names that the lines of a broken cell seem to bind: the grammar does not see those at the broken place. */
function namesInText(source: string): readonly string[] {
  const found = source.matchAll(/^[ \t]*(?:(?:async )?def|class) +(\w+)|^[ \t]*([A-Za-z_][\w, \t]*)=(?!=)/gm);
  return [...found].flatMap(([, defined, assigned = ""]) => defined ?? assigned.split(/[, \t]+/));
}

function problemAt(node: SyntaxNode | undefined, source: string): SyntaxProblem | undefined {
  if (node === undefined) return undefined;
  return { line: node.line, text: (source.split("\n")[node.line - 1] ?? "").trim().slice(0, 120) };
}

/** `f(x=1, y)`: the grammar lets it pass, Python does not. */
function misplacedArgument(root: SyntaxNode): SyntaxNode | undefined {
  return nodesOf(root, KIND.argument_list).find((node) => {
    if ((node.inside & KIND.keyword_argument) === 0) return false;
    const first = node.children.findIndex(({ type }) => type === "keyword_argument");
    const last = node.children.findLastIndex(
      ({ type }) => !/^(keyword_argument|dictionary_splat|list_splat|comment)$/.test(type),
    );
    return first >= 0 && last > first;
  });
}

/** The statements of a cell that is added to a notebook. */
export function readStatements(number: number, source: string, parse: ParsePython): readonly Statement[] {
  return cellStatements(number, false, parse(source).root, source);
}

/** `shows`: the notebook has the value of the cell's last expression. */
function cellStatements(cell: number, shows: boolean, root: SyntaxNode, source: string): readonly Statement[] {
  const comments = root.children.filter(({ type }) => type === "comment");
  const nodes = root.children.filter(({ type }) => type !== "comment");
  const ends = nodes.map((node) => endLineOf(node, source));
  const endLines = new Set(ends);
  const ownLines = comments.filter(({ line }) => !endLines.has(line));
  return nodes.map((node, position) => {
    const endLine = ends[position] ?? node.line;
    return {
      index: 0,
      cell,
      line: node.line,
      endLine,
      node,
      names: nameFacts(node),
      declares: NO_NAMES,
      shown: [],
      leading: commentsAbove(ownLines, node),
      trailing:
        nodes[position + 1]?.line === endLine
          ? undefined
          : comments.find((comment) => comment.line === endLine && comment.start >= node.end),
      source,
      displayed: shows && position === nodes.length - 1 && node.type === "expression_statement",
    };
  });
}

/** The block of comment lines that ends right above a node. */
function commentsAbove(comments: readonly SyntaxNode[], node: SyntaxNode): readonly SyntaxNode[] {
  const above: SyntaxNode[] = [];
  for (const comment of comments.filter(({ end }) => end <= node.start).reverse()) {
    const next = above[0] ?? node;
    if (comment.line !== next.line - 1) break;
    above.unshift(comment);
  }
  return above;
}

/** The grammar ends a block behind the line end that follows it; people count the last line that has text. */
function endLineOf({ start, end, line }: SyntaxNode, source: string): number {
  const last = start + source.slice(start, end).trimEnd().length;
  let endLine = line;
  for (let at = source.indexOf("\n", start); at >= 0 && at < last; at = source.indexOf("\n", at + 1)) endLine += 1;
  return endLine;
}

const allNames = new WeakMap<readonly Statement[], ReadonlySet<string>>();

/** Every name that the notebook uses at its top level. */
export function namesOf(statements: readonly Statement[]): ReadonlySet<string> {
  return remembered(allNames, statements, () => {
    const all = new Set<string>();
    for (const { names } of statements)
      for (const part of [names.reads, names.binds, names.mayBind, names.late]) for (const name of part) all.add(name);
    return all;
  });
}
