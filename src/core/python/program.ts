import { isExecuteResult } from "@jupyterlab/nbformat";
import { plainPython, type Magic } from "../notebook/magics";
import type { Cell, Notebook } from "../notebook/notebook";
import type { ProgramCell } from "../pipeline";
import { nameFacts, type NameFacts } from "./scope";
import { findNode, type ParsePython, type SyntaxNode, type SyntaxProblem } from "./syntax";

/** A top-level statement of a notebook. Lines count from 1 in its cell. */
export interface Statement {
  /** Position in the order in which the notebook is run. */
  readonly index: number;
  readonly cell: number;
  readonly line: number;
  readonly endLine: number;
  readonly node: SyntaxNode;
  readonly names: NameFacts;
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
  /** Names that it would bind, as far as it can be read. */
  readonly names: ReadonlySet<string>;
}

/** A notebook's code as statements, in the order in which it is run. */
export interface Program {
  readonly statements: readonly Statement[];
  readonly broken: readonly BrokenCell[];
  readonly magics: readonly (Magic & { readonly cell: number })[];
  /** Cells in another language: the cell and its magic. */
  readonly foreign: readonly { readonly cell: number; readonly magic: string }[];
  /** The plain text of every code cell, in run order. */
  readonly cells: readonly ProgramCell[];
}

/** Splits a notebook's code cells into statements. Cells are taken in document order; `# slipway: skip` leaves one out. */
export function readProgram(notebook: Notebook, parse: ParsePython): Program {
  const statements: Statement[] = [];
  const program = {
    broken: [] as BrokenCell[],
    magics: [] as (Magic & { cell: number })[],
    foreign: [] as Program["foreign"][number][],
  };
  const cells: ProgramCell[] = [];
  for (const cell of notebook.cells.filter(({ kind }) => kind === "code")) {
    const plain = plainPython(cell.source);
    program.magics.push(...plain.magics.map((magic) => ({ ...magic, cell: cell.number })));
    if (plain.foreign !== undefined) {
      program.foreign.push({ cell: cell.number, magic: plain.foreign });
      continue;
    }
    const parsed = parse(plain.source);
    const broken = brokenCell(cell.number, parsed.root, parsed.problem, plain.source);
    if (broken !== undefined) {
      program.broken.push(broken);
      continue;
    }
    cells.push({ cell: cell.number, source: plain.source });
    for (const statement of cellStatements(cell, parsed.root, plain.source))
      statements.push({ ...statement, index: statements.length });
  }
  return { ...program, statements, cells };
}

/** The same program with its cells run in another order. */
export function reorderProgram(program: Program, order: readonly number[]): Program {
  const statements = order.flatMap((cell) => program.statements.filter((statement) => statement.cell === cell));
  return {
    ...program,
    statements: statements.map((statement, index) => ({ ...statement, index })),
    cells: order.flatMap((number) => program.cells.filter(({ cell }) => cell === number)),
  };
}

function brokenCell(
  cell: number,
  root: SyntaxNode,
  problem: SyntaxProblem | undefined,
  source: string,
): BrokenCell | undefined {
  const old = findNode(root, ({ type }) => type === "print_statement" || type === "exec_statement");
  problem ??= misplacedArgument(root, source);
  if (problem === undefined && old === undefined) return undefined;
  const { binds, mayBind } = nameFacts(root);
  return {
    cell,
    line: problem?.line ?? old?.line ?? 1,
    text: problem?.text ?? "print without parentheses",
    python2: old !== undefined,
    names: new Set([...binds, ...mayBind]),
  };
}

/** `f(x=1, y)`: the grammar lets it pass, Python does not. */
function misplacedArgument(root: SyntaxNode, source: string): SyntaxProblem | undefined {
  const call = findNode(root, (node) => {
    if (node.type !== "argument_list") return false;
    const first = node.children.findIndex(({ type }) => type === "keyword_argument");
    const last = node.children.findLastIndex(
      ({ type }) => !/^(keyword_argument|dictionary_splat|list_splat|comment)$/.test(type),
    );
    return first >= 0 && last > first;
  });
  return call === undefined ? undefined : { line: call.line, text: (source.split("\n")[call.line - 1] ?? "").trim() };
}

function cellStatements(cell: Cell, root: SyntaxNode, source: string): readonly Statement[] {
  const found: Statement[] = [];
  let comments: SyntaxNode[] = [];
  for (const node of root.children) {
    if (node.type === "comment") {
      const previous = found.at(-1);
      if (previous !== undefined && previous.endLine === node.line)
        found[found.length - 1] = { ...previous, trailing: node };
      else comments = isAdjacent(comments, node) ? [...comments, node] : [node];
      continue;
    }
    const line = node.line;
    found.push({
      index: 0,
      cell: cell.number,
      line,
      endLine: endLineOf(node),
      node,
      names: nameFacts(node),
      leading: comments.at(-1)?.line === line - 1 ? comments : [],
      trailing: undefined,
      source,
      displayed: false,
    });
    comments = [];
  }
  const last = found.at(-1);
  if (last?.node.type === "expression_statement" && cell.outputs.some((output) => isExecuteResult(output))) {
    found[found.length - 1] = { ...last, displayed: true };
  }
  return found;
}

function isAdjacent(comments: readonly SyntaxNode[], next: SyntaxNode): boolean {
  return comments.at(-1)?.line === next.line - 1;
}

/** The grammar ends a block behind the line end that follows it; people count the last line that has text. */
function endLineOf(node: SyntaxNode): number {
  const last = node.children.at(-1);
  return last === undefined || node.type === "string" ? node.endLine : Math.max(node.line, endLineOf(last));
}
