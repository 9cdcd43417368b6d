/** The statements that the targets need, and for every other one the reason why it is left out. */
import { inputError } from "../errors";
import type { Dropped } from "../pipeline";
import type { Diagnostic } from "../report";
import { attachedNames } from "../python/attached";
import { calleeOf, callsIn } from "../python/calls";
import type { Dependencies } from "../python/dependencies";
import type { Flow } from "../python/flow";
import { FIGURE } from "../python/figures";
import { isHarmless } from "../python/collector";
import type { Knowledge } from "../python/effects";
import type { BrokenCell, Program, Statement } from "../python/program";
import { areStreams } from "../python/random";
import { nameFacts } from "../python/scope";
import { isSettingFor } from "../python/settings";
import { isBuiltin } from "../python/builtins";
import { seedingBlocks, seedsAbove } from "./seeds";
import { findings, type OpenName } from "./findings";
import type { Value } from "./pipelineValues";
import type { Candidate } from "./fits";
import { loadingImports } from "./submodules";
import type { Analysed, Choice } from "./target";

/** What to slice for. */
export interface Targets {
  readonly model: Candidate | undefined;
  readonly values: readonly Value[];
  /** How the model was chosen, where the user did not name it. */
  readonly choice?: Choice;
}

/** The result of slicing. */
export interface Slice {
  readonly kept: readonly Statement[];
  readonly dropped: readonly Dropped[];
  readonly diagnostics: readonly Diagnostic[];
  /** What the targets themselves are read from. */
  readonly wanted: readonly Dependencies[];
  /** Why each statement is kept, by its index. */
  readonly causes: ReadonlyMap<number, Cause>;
}

/** Why a statement is kept. */
export type Cause =
  /** It makes the model, or gives a value. */
  | { readonly kind: "target"; readonly name: string }
  /** The statement `by` needs these names, or this state of the process, from it. */
  | { readonly kind: "needed"; readonly by: number; readonly names: readonly string[] }
  | { readonly kind: "directive" | "seed" | "setting" | "import" | "star" | "assert" };

type Causes = Map<number, Cause>;

/** Slices backward from the targets, together with what directives keep. Throws an input error where a needed cell is no Python. */
export function sliceFor(analysed: Analysed, program: Program, targets: Targets, keep: ReadonlySet<number>): Slice {
  const { flow } = analysed;
  const kept: Causes = new Map();
  const wanted = wantedOf(targets).map((one) => ({ ...one, found: foundFor(one, flow) }));
  for (const { target, found } of wanted)
    for (const index of found.keys()) because(kept, index, { kind: "target", name: target });
  const { model } = targets;
  // What trains it, even where it is not seen what that changes.
  if (model !== undefined) because(kept, model.statement.index, { kind: "target", name: model.name });
  for (const index of keep) because(kept, index, { kind: "directive" });
  const last = lastTarget(targets);
  for (const index of seedsAbove(last, analysed)) because(kept, index, { kind: "seed" });
  close(kept, flow);
  for (const index of seedingBlocks(last, analysed, (one) => kept.has(one))) {
    because(kept, index, { kind: "seed" });
    close(kept, flow);
  }
  for (const index of settings(analysed, targets, kept)) because(kept, index, { kind: "setting" });
  close(kept, flow);
  addImports(kept, flow, analysed.statements);
  addSubmodules(kept, analysed);
  addStars(kept, flow, analysed.statements);
  addAsserts(kept, flow, analysed.statements);
  const statements = analysed.statements.filter(({ index }) => kept.has(index));
  const given = new Set(wanted.map(({ statement }) => statement.index));
  const run = analysed.statements.filter(({ index }) => kept.has(index) || given.has(index));
  const open = openNames(statements, wanted, flow);
  refuseBroken(analysed.notebook, [...lostIn(open, program), ...reboundIn(statements, analysed, program)]);
  const magics = new Map(program.magics.map(({ cell, line, text }) => [`${cell} ${line}`, text]));
  return {
    kept: statements,
    dropped: analysed.statements
      .filter(({ index }) => !kept.has(index))
      .filter((one, at, all) => !(isOneLine(one, all[at + 1]) && magicText(one, magics) !== undefined))
      .map((one) => ({ ...described(one, reasonFor(one, analysed, flow, targets)), ...magicText(one, magics) })),
    diagnostics: findings({ ...analysed, kept: statements, run, all: analysed.statements, open, program }),
    wanted: wanted.map(({ found }) => found),
    causes: kept,
  };
}

/**
 * `sklearn.set_config(transform_output="pandas")` above the targets: what works by it cannot be seen. `torch.set_default_dtype(…)`: what
 * is kept works by it, if it imports that library, another one that is made with it, or a module of the user's own.
 */
function settings({ statements, flow, knowledge }: Analysed, targets: Targets, kept: Causes): readonly number[] {
  const last = lastTarget(targets);
  const imported = statements.flatMap(({ index, names }) => (kept.has(index) ? importedBy(names) : []));
  const sets = ({ index }: Statement): boolean =>
    [...(flow.effects[index]?.sets ?? [])].some((one) => isSettingFor(one, imported, knowledge));
  return statements.filter((one) => one.index < last && sets(one)).map(({ index }) => index);
}

function importedBy({ imports, stars }: Statement["names"]): readonly string[] {
  return [...imports.map(({ qualified }) => qualified), ...stars];
}

/** The index of the statement that gives the model or, where there is none, the last value. */
export function lastTarget({ model, values }: Targets): number {
  return model?.statement.index ?? Math.max(...values.map(({ statement }) => statement.index));
}

/** The names that give a target, right after a statement. */
interface Wanted {
  readonly target: string;
  readonly statement: Statement;
  readonly names: ReadonlySet<string>;
  readonly isExpression?: boolean;
}

function wantedOf({ model, values }: Targets): readonly Wanted[] {
  const wanted = values.map((value) => ({
    statement: value.statement,
    names: namesIn(value),
    target: value.name,
    isExpression: value.expression !== undefined,
  }));
  if (model === undefined) return wanted;
  return [{ statement: model.statement, names: new Set([model.name]), target: model.name }, ...wanted];
}

/** What gives a value: for an expression, what its statement needs of what was attached to classes of libraries, too. */
function foundFor({ statement: { index }, names, isExpression }: Wanted, flow: Flow): Dependencies {
  const found = new Map(flow.behind(index, names));
  if (!isExpression) return found;
  for (const [next, why] of dependenciesOf(flow, index))
    if (attachedNames(why).length > 0) found.set(next, new Set([...(found.get(next) ?? []), ...why]));
  return found;
}

function namesIn({ name, expression, entry, gathered, current }: Value): ReadonlySet<string> {
  if (expression !== undefined) return readsOf(expression);
  if (current !== undefined) return new Set([FIGURE, current.replace(/\..*/, "")]);
  return new Set([entry?.variable ?? gathered?.list ?? name]);
}

function readsOf(expression: Parameters<typeof nameFacts>[0]): ReadonlySet<string> {
  const { reads, late } = nameFacts(expression);
  return new Set([...reads, ...late]);
}

/** The first cause counts: it is the one nearest to a target. */
function because(kept: Causes, index: number, cause: Cause): void {
  if (!kept.has(index)) kept.set(index, cause);
}

/** Adds all that the kept statements depend on, nearest first. A value says more than that something was drawn. */
function close(kept: Causes, flow: Flow): void {
  for (const isCause of [(names: ReadonlySet<string>) => !areStreams(names), () => true]) {
    for (const by of kept.keys()) addNeeded(kept, by, dependenciesOf(flow, by), isCause);
  }
}

function addNeeded(
  kept: Causes,
  by: number,
  needed: Dependencies,
  isCause: (names: ReadonlySet<string>) => boolean,
): void {
  for (const [next, names] of needed)
    if (!kept.has(next) && isCause(names)) kept.set(next, { kind: "needed", by, names: [...names] });
}

function dependenciesOf(flow: Flow, index: number): Dependencies {
  return flow.dependencies[index] ?? new Map();
}

/** What is imported further down is at the top of a module. */
function addImports(kept: Causes, flow: Flow, statements: readonly Statement[]): void {
  const open = new Set([...kept.keys()].flatMap((index) => [...(flow.unbound[index] ?? [])]));
  for (const { index, node, names } of statements) {
    if (node.type.startsWith("import") && names.imports.some(({ local }) => open.has(local)))
      because(kept, index, { kind: "import" });
  }
}

/**
 * `import xml.dom.minidom` and `import xml.etree.ElementTree` bind one name: both are needed for what is used of each. So is
 * `from PIL import Image` for `PIL.Image`.
 */
function addSubmodules(kept: Causes, { statements, knowledge }: Analysed): void {
  const importing = statements.filter(({ node, names }) => node.type.startsWith("import") && names.imports.length > 0);
  const [used, others] = [true, false].map((isKept) => importing.filter(({ index }) => kept.has(index) === isKept));
  const importsOf = (all: readonly Statement[] = []) => all.flatMap(({ names }) => names.imports);
  const rest = statements.filter(({ index, node }) => kept.has(index) && !node.type.startsWith("import"));
  const needed = new Set(loadingImports(importsOf(others), importsOf(used), rest, knowledge).map(({ name }) => name));
  for (const one of others ?? [])
    if (one.names.imports.some((name) => needed.has(name))) because(kept, one.index, { kind: "import" });
}

/** Names that nothing binds may come from `from m import *`: all of those are kept then. */
function addStars(kept: Causes, flow: Flow, statements: readonly Statement[]): void {
  const isOpen = [...kept.keys()].some((index) => [...(flow.unbound[index] ?? [])].some((name) => !isBuiltin(name)));
  if (!isOpen) return;
  for (const { index, names } of statements) if (names.stars.length > 0) because(kept, index, { kind: "star" });
  close(kept, flow);
}

/** What the author asserts of values that are computed anyway. */
function addAsserts(kept: Causes, flow: Flow, statements: readonly Statement[]): void {
  for (const { index, node, names } of statements) {
    if (node.type !== "assert_statement" || !isPure(flow.effects[index]) || names.binds.size + names.mayBind.size > 0)
      continue;
    const needed = [...dependenciesOf(flow, index).keys()];
    const isAboutData = needed.some((one) => statements[one]?.names.imports.length === 0);
    const isComplete = needed.every((one) => kept.has(one)) && [...(flow.unbound[index] ?? [])].every(isBuiltin);
    if (isAboutData && isComplete) because(kept, index, { kind: "assert" });
  }
}

function isPure(effects: Flow["effects"][number] | undefined): boolean {
  return effects === undefined || effects.changes.length + effects.sets.size === 0;
}

/** Names that are needed and that nothing binds. A value that is only shown or saved stands in a statement that is not kept. */
function openNames(kept: readonly Statement[], wanted: readonly Wanted[], flow: Flow): readonly OpenName[] {
  const open = (statement: Statement): readonly OpenName[] =>
    [...(flow.unbound[statement.index] ?? [])]
      .filter((name) => !isBuiltin(name))
      .map((name) => ({ name, cell: statement.cell, line: statement.line, index: statement.index }));
  return [
    ...kept.flatMap(open),
    ...wanted.flatMap(({ statement, names }) => open(statement).filter(({ name }) => names.has(name))),
  ];
}

/** A needed name that a broken cell defines. */
interface Lost {
  readonly name: string;
  readonly broken: BrokenCell;
}

function lostIn(open: readonly OpenName[], { broken }: Program): readonly Lost[] {
  return open.flatMap(({ name }) => {
    const found = broken.find(({ names }) => names.has(name));
    return found === undefined ? [] : [{ name, broken: found }];
  });
}

/** What kept statements read that a cell of Python 2 binds anew or changes: it ran, when it was written. */
function reboundIn(kept: readonly Statement[], { statements, flow }: Analysed, { broken }: Program): readonly Lost[] {
  const cells = broken.filter(({ python2 }) => python2);
  if (cells.length === 0) return [];
  return kept.flatMap(({ index, cell }) =>
    [...(flow.binders[index] ?? [])].flatMap(([name, binders]) => {
      const last = Math.max(0, ...[...binders].map((binder) => statements[binder]?.cell ?? 0));
      const between = cells.find((one) => last < one.cell && one.cell < cell && one.names.has(name));
      return between === undefined ? [] : [{ name, broken: between }];
    }),
  );
}

function refuseBroken(notebook: string, lost: readonly Lost[]): void {
  for (const { name, broken } of lost) {
    throw inputError(
      "NOTEBOOK_SYNTAX",
      `Cell ${broken.cell} of ${notebook} is not Python, and it defines ${name}, which is needed: ${broken.text}`,
      {
        place: { file: notebook, cell: broken.cell, line: broken.line },
        hint: broken.python2
          ? "It is Python 2: convert it with 2to3."
          : "Mend that line, or mark the cell as Markdown if it is no code.",
      },
    );
  }
}

/** The text of a statement that a line of IPython stands for, as the notebook writes it. */
function magicText({ cell, line }: Statement, magics: ReadonlyMap<string, string>): Pick<Dropped, "text"> | undefined {
  const text = magics.get(`${cell} ${line}`);
  return text === undefined ? undefined : { text: text.slice(0, 120) };
}

/** True for statements of one line, which a line of IPython may stand for together: it is told of once. */
function isOneLine(one: Statement, next: Statement | undefined): boolean {
  return one.cell === next?.cell && one.line === next.line;
}

/** A statement, and why it is kept or left out. */
export function described({ cell, line, endLine, node, source }: Statement, reason: string): Dropped {
  const text = source.slice(node.start, node.end).split("\n")[0]?.slice(0, 120) ?? "";
  return { cell, line, endLine, text, reason };
}

/** What is said of a statement whose values are given: of what it shows, and of the figures that it saves. */
function givenBy({ index }: Statement, values: readonly Value[], { figures }: Knowledge): string | undefined {
  const own = values.filter((one) => one.statement.index === index);
  const given = figures === true ? own : own.filter(({ expression }) => expression !== undefined);
  if (given.length === 0) return undefined;
  return `what it ${figures === true ? "saves" : "shows"} is given as ${given.map(({ name }) => name).join(", ")}`;
}

function reasonFor(
  statement: Statement,
  { knowledge }: Pick<Analysed, "knowledge">,
  flow: Flow,
  { model, values }: Targets,
): string {
  const { names, node } = statement;
  const given = givenBy(statement, values, knowledge);
  if (given !== undefined) return given;
  if (node.type === "pass_statement") return "it is a magic or does nothing";
  if (names.imports.length + names.stars.length > 0) return "nothing that is kept uses the import";
  if (onlyShows(statement, knowledge, flow)) return "it only shows something";
  const other = otherModel(statement, knowledge, model?.name);
  if (other !== undefined && model !== undefined) return `it fits ${other}, which ${model.name} does not depend on`;
  const bound = [...names.binds, ...names.mayBind].slice(0, 3).join(", ");
  return bound === "" ? "no target depends on it" : `no target depends on ${bound}`;
}

/** True for what has no effect that is known, but for what a library is told to do: `urlretrieve("https://…", "a.csv")`. */
function onlyShows({ node, index, displayed }: Statement, knowledge: Knowledge, { effects }: Flow): boolean {
  if (effects[index]?.displays !== true) return false;
  const [call] = node.children;
  const callee = call?.type === "call" && !displayed ? calleeOf(call, knowledge) : undefined;
  return callee?.kind !== "library" || !callee.qualified.includes(".") || isHarmless(callee.qualified, knowledge);
}

/** The model that a statement fits, if it is not the one that is shipped. */
function otherModel({ node }: Statement, knowledge: Knowledge, model: string | undefined): string | undefined {
  for (const call of callsIn(node)) {
    const callee = calleeOf(call, knowledge);
    if (callee.kind === "method" && knowledge.library.has("fitMethods", callee.name) && callee.root !== model)
      return callee.root;
  }
  return undefined;
}

/** The same targets in statements that were written anew. */
export function retarget({ model, values }: Targets, statements: readonly Statement[]): Targets {
  const same = (statement: Statement): Statement => statements[statement.index] ?? statement;
  return {
    model: model === undefined ? undefined : { ...model, statement: same(model.statement) },
    values: values.map((value): Value => ({ ...value, statement: same(value.statement) })),
  };
}
