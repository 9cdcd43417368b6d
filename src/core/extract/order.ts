import { summarise } from "../python/summaries";
import type { Notebook } from "../notebook/notebook";
import type { Diagnostic } from "../report";
import { isBuiltin } from "../python/builtins";
import { collectBindings } from "../python/calls";
import { analyseFlow, type Flow } from "../python/flow";
import type { Library } from "../python/knowledge";
import { inRunOrder, reorderProgram, type Program, type Statement } from "../python/program";
import { mayBindName } from "../python/scope";
import { executionOrder, isUnfollowed, outOfOrder } from "./hiddenState";

/** A program in the order in which it can run, and what is to be said of that order. */
export interface Ordered {
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Document order, unless it cannot run and the order of the saved execution counts can. What only a statement further down
 * defines is worked out before it is read, as in the kernel that remembered it.
 */
export function chooseOrder(notebook: Notebook, program: Program, library: Library): Ordered {
  const chosen = cellOrder(notebook, program, library);
  return { ...chosen, program: withLateDefinitionsFirst(chosen.program, library) };
}

function cellOrder(notebook: Notebook, program: Program, library: Library): Ordered {
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
  const { unbound } = flowOf(statements, library);
  return unbound.reduce((sum, names) => sum + [...names].filter((name) => !isBuiltin(name)).length, 0);
}

function flowOf(statements: readonly Statement[], library: Library): Flow {
  return analyseFlow(statements, summarise(collectBindings(statements, library)));
}

/** A name that is read before the first statement that binds it. */
interface Late {
  readonly name: string;
  readonly reader: number;
  readonly binder: number;
}

function withLateDefinitionsFirst(program: Program, library: Library): Program {
  const { statements } = program;
  const read = bringsUnknown(program) ? [] : lateNames(program);
  if (read.length === 0) return program;
  const flow = flowOf(statements, library);
  const late = read.filter(({ name, reader }) => flow.unbound[reader]?.has(name) === true);
  const first = new Map<number, readonly number[]>();
  for (const one of late) {
    const moved = broughtUp(one, late, { statements, flow });
    if (moved.length > 0) first.set(one.reader, [...(first.get(one.reader) ?? []), ...moved]);
  }
  return first.size === 0 ? program : { ...program, statements: inRunOrder(withFirst(statements, first)) };
}

/** The statements in their order, but that each comes behind those that must be `first`. */
function withFirst(
  statements: readonly Statement[],
  first: ReadonlyMap<number, readonly number[]>,
): readonly Statement[] {
  const ordered = new Set<Statement>();
  const add = (statement: Statement | undefined): void => {
    if (statement === undefined || ordered.has(statement)) return;
    for (const index of [...(first.get(statement.index) ?? [])].sort((a, b) => a - b)) add(statements[index]);
    ordered.add(statement);
  };
  statements.forEach(add);
  return [...ordered];
}

/** True if a name that nothing above defines may come from elsewhere. */
function bringsUnknown({ statements, magics }: Program): boolean {
  return magics.some(isUnfollowed) || statements.some(({ names }) => names.stars.length > 0);
}

function lateNames({ statements, broken }: Program): readonly Late[] {
  const bound = new Set(broken.flatMap(({ names }) => [...names]));
  const readers = new Map<string, number>();
  const late: Late[] = [];
  for (const { index, node, names } of statements) {
    for (const name of names.reads) if (!bound.has(name) && !readers.has(name)) readers.set(name, index);
    // What is imported further down stands at the top of a module anyway.
    if (!node.type.startsWith("import")) late.push(...boundLate({ index, names }, readers, bound));
    for (const name of [...names.binds, ...names.mayBind]) bound.add(name);
  }
  return late;
}

function boundLate(
  { index, names }: Pick<Statement, "index" | "names">,
  readers: ReadonlyMap<string, number>,
  bound: ReadonlySet<string>,
): readonly Late[] {
  return [...names.binds].flatMap((name) => {
    const reader = readers.get(name);
    return reader === undefined || reader >= index || bound.has(name) ? [] : [{ name, reader, binder: index }];
  });
}

interface Seen {
  readonly statements: readonly Statement[];
  readonly flow: Flow;
}

/** What must run before the reader. Nothing, if that would change what anything else sees. */
function broughtUp({ reader, binder }: Late, late: readonly Late[], seen: Seen): readonly number[] {
  const moved = new Set([binder]);
  for (const index of moved) {
    const needed = [...(seen.flow.dependencies[index]?.keys() ?? [])];
    const remembered = late.filter((one) => one.reader === index).map((one) => one.binder);
    for (const one of [...needed, ...remembered]) if (one >= reader) moved.add(one);
  }
  const isFree = [...moved].every((index) => index > reader && isAlone(seen.statements[index], moved, seen));
  return isFree ? [...moved] : [];
}

/** True if a statement only works out values, whose names nothing else has bound before. */
function isAlone(statement: Statement | undefined, moved: ReadonlySet<number>, { statements, flow }: Seen): boolean {
  if (statement === undefined) return false;
  const { changes, sets } = flow.effects[statement.index] ?? { changes: [], sets: new Set() };
  const names = [...statement.names.binds, ...statement.names.mayBind];
  const before = statements.slice(0, statement.index).filter(({ index }) => !moved.has(index));
  return changes.length + sets.size === 0 && !before.some((one) => names.some((name) => mayBindName(one.names, name)));
}
