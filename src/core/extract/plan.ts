/** What goes where in the module: imports, constants and helper functions to its top, everything else into steps. */
import type { Edit } from "../python/edits";
import type { LineOrigin, Param } from "../pipeline";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import { isEnabling } from "../python/knowledge";
import { loadedBy } from "../python/loading";
import type { Statement } from "../python/program";
import type { ImportedName } from "../python/imports";
import { nameFacts } from "../python/scope";
import { walk, type SyntaxNode } from "../python/syntax";
import { partEdits, valueText, type Value } from "./pipelineValues";
import type { ColumnChecks } from "./columnChecks";
import type { Settings } from "./params";
import type { FoundReference } from "./references";
import { lateImports } from "./lateImports";
import { liftHelpers } from "./lifting";
import { loadingImports } from "./submodules";
import { liftPatches, type Reader } from "./patches";
import { startupOf, type Startup } from "./startup";
import type { Kept } from "./path/values";
import { hidesScaffolding } from "./names";
import { quietEdits } from "./quiet";
import type { Rebound } from "./rebound";
import { Rewriter } from "./rewriter";
import { onlyShowsThese } from "./takenOnce";
import { variableNodes } from "./text";
import { pyplotFor, withFigure } from "./newFigures";

/** A statement of a step, or a metric that the notebook only shows and that the module gives a name. */
export interface Item {
  readonly statement: Statement;
  readonly node: SyntaxNode;
  /** The name that the value of `node` gets, where the notebook gives none. */
  readonly assign: string | undefined;
  /** Set where it is only kept: for `predict`, or because its name is bound anew below. */
  readonly kept?: Kept["form"];
  /** Set where that is another one in each turn of a loop: by the column, or by the place of the table. */
  readonly turns?: "dict" | "list";
  /** Set where the edits make something of another type: a number of a report. */
  readonly type?: string;
  readonly reads: ReadonlySet<string>;
  readonly binds: ReadonlySet<string>;
  /** Bound on some paths only: what was there before must come in. */
  readonly mayBind: ReadonlySet<string>;
  readonly changes: ReadonlySet<string>;
  readonly edits: readonly Edit[];
  /** Fields of `Params` and `Data` that it uses. */
  readonly fields: ReadonlySet<string>;
}

/** A function or class of the notebook, at the top of the module. */
export interface Helper {
  readonly name: string;
  readonly statement: Statement;
  readonly definition: SyntaxNode;
  /** What is called: the function, or the constructor of a class that has one. */
  readonly entry: SyntaxNode;
  /** Variables of the notebook that it reads as globals: they become keyword parameters. */
  readonly extras: readonly string[];
  readonly edits: readonly Edit[];
}

/** The parts of the module. */
export interface Plan {
  readonly imports: readonly ImportedName[];
  readonly stars: readonly string[];
  /** Statements that only import, perhaps conditionally: to the top, as they are. */
  readonly preamble: readonly Statement[];
  /** What is set before libraries are imported that may read it. */
  readonly startup: Startup;
  readonly collections: readonly Statement[];
  readonly helpers: readonly Helper[];
  /** Statements that attach something to helpers and to what is imported: to the top, among the helpers. */
  readonly patches: readonly Statement[];
  readonly items: readonly Item[];
  readonly params: readonly Param[];
  readonly references: readonly FoundReference[];
  readonly checks: ColumnChecks;
}

/** Where an emitted statement came from, and what stood there. */
export interface Origin extends Omit<LineOrigin, "line"> {
  readonly text: string;
}

/** What the plan is made from. */
export interface PlanInput {
  readonly kept: readonly Statement[];
  readonly flow: Flow;
  readonly knowledge: Knowledge;
  readonly settings: Settings;
  readonly references: readonly FoundReference[];
  readonly values: readonly Value[];
  /** The variables that the pipeline gives. */
  readonly results: readonly string[];
  /** Targets that are bound anew below. */
  readonly rebound: readonly Rebound[];
  readonly checks: ColumnChecks;
}

/** Sorts the kept statements into the parts of the module. */
export function planModule(input: PlanInput): Plan {
  const { kept, settings } = input;
  const importing = kept.filter(isImport);
  const imported = contestedImports(kept);
  const { preamble, startup, top, rest } = sorted(input, imported);
  const contested = new Set([...imported, ...lateImports(input, startup)]);
  const topLevel = topLevelNames([...importing, ...top]);
  for (const name of contested) topLevel.delete(name);
  const helpers = liftHelpers(rest, topLevel, input);
  const others = rest.filter((one) => !helpers.some(({ statement }) => statement === one));
  const patches = liftPatches(others, { helpers, topLevel, shown: input.values.flatMap(shownIn), input });
  const rewriter = new Rewriter(input, helpers);
  const own = others.filter((statement) => !patches.includes(statement));
  const taken = takenInPlace(own, input);
  const items = own
    .filter((one) => !taken.has(one))
    .map((statement) => {
      const item = itemOf(statement, statement.node, undefined, rewriter);
      return withFigure({ ...item, edits: [...quietEdits(statement), ...item.edits] }, input);
    });
  const local = importing.flatMap((statement) => localImport(statement, contested));
  const all = [...items, ...valueItems(input.values, rewriter, taken), ...input.rebound.map(keptByName), ...local].sort(
    (a, b) => a.statement.index - b.statement.index || (a.assign === undefined ? -1 : 1),
  );
  const written = importing.flatMap(({ names }) => names.imports);
  const imports = [...written, ...pyplotFor(all, written, input)].filter((name) => !contested.has(name.local));
  const used = usedNames(all, helpers, [...top, ...patches], input.results);
  return {
    imports: [
      ...neededImports(rest, imports, used, input.knowledge),
      ...(input.checks.pandera ? [input.checks.pandera] : []),
    ],
    stars: importing.flatMap(({ names, node }) => (node.type === "import_from_statement" ? names.stars : [])),
    preamble,
    startup,
    collections: settings.collections,
    helpers: helpers.map((helper) => ({
      ...helper,
      extras: helper.extras.map((extra) => rewriter.renamed(extra)),
      edits: [...quietEdits(helper.statement), ...rewriter.editsOf(helper.statement, helper.statement.node).edits],
    })),
    patches,
    items: all,
    params: distinct([...settings.constants, ...settings.buried].map(({ param }) => param)),
    references: input.references,
    checks: input.checks,
  };
}

function isImport({ node }: Statement): boolean {
  return node.type.startsWith("import") || node.type === "future_import_statement";
}

interface Sorted extends Pick<Plan, "preamble" | "startup"> {
  /** What goes to the top as it is. */
  readonly top: readonly Statement[];
  /** What may become a helper, or goes into a step. */
  readonly rest: readonly Statement[];
}

function sorted(input: PlanInput, contested: ReadonlySet<string>): Sorted {
  const { kept, settings, knowledge } = input;
  const preamble = kept.filter((statement) => !isImport(statement) && onlyImports(statement));
  const readsContested = ({ names }: Statement): boolean => [...names.reads].some((name) => contested.has(name));
  const startup = startupOf(kept, (one) => isPlain(one, input) && !readsContested(one), knowledge);
  const top = [...settings.collections, ...preamble, ...startup.statements];
  const atTop = new Set([...top, ...settings.constants.map(({ statement }) => statement)]);
  return { preamble, startup, top, rest: kept.filter((one) => !isImport(one) && !atTop.has(one)) };
}

/** True for a statement in which no setting and no path of the data stands. */
function isPlain(statement: Statement, { settings, references }: PlanInput): boolean {
  const fields: readonly { readonly statement: Statement }[] = [...settings.buried, ...references];
  return fields.every((one) => one.statement !== statement);
}

/** Names that are imported and that mean something else too: a step's own variable, another import, a part of the module. */
function contestedImports(kept: readonly Statement[]): ReadonlySet<string> {
  const meanings = new Map<string, Set<string>>();
  const imported = kept.filter(isImport).flatMap(({ names }) => names.imports);
  for (const { local, qualified } of imported) meanings.set(local, (meanings.get(local) ?? new Set()).add(qualified));
  for (const one of imported) if (hidesScaffolding(one)) meanings.get(one.local)?.add("");
  const bound = kept.filter((one) => !isImport(one)).flatMap(({ names }) => [...names.binds, ...names.mayBind]);
  for (const name of bound) meanings.get(name)?.add("");
  return new Set([...meanings].filter(([, { size }]) => size > 1).map(([name]) => name));
}

/** The imports that something uses, or that load what something uses. */
function neededImports(
  kept: readonly Statement[],
  imports: readonly ImportedName[],
  used: ReadonlySet<string>,
  knowledge: Knowledge,
): readonly ImportedName[] {
  const isUsed = ({ local, qualified }: ImportedName): boolean =>
    used.has(local) || isEnabling(qualified) || loadedBy(qualified, knowledge).sets.size > 0;
  const own = imports.filter(isUsed);
  const others = imports.filter((one) => !isUsed(one));
  return [...own, ...loadingImports(others, own, kept, knowledge).map(({ written }) => written)];
}

/** The import of contested names, as a statement of a step. */
function localImport(statement: Statement, contested: ReadonlySet<string>): readonly Item[] {
  const { node, names } = statement;
  const own = names.imports.filter(({ local }) => contested.has(local));
  if (own.length === 0) return [];
  const text = own.map((one) => one.statement).join("; ");
  const item = madeItem(statement, node, [{ start: node.start, end: node.end, text }]);
  return [{ ...item, binds: new Set(own.map(({ local }) => local)) }];
}

function distinct(params: readonly Param[]): readonly Param[] {
  const first = params.filter(({ name }, index) => params.findIndex((other) => other.name === name) === index);
  return first.sort((a, b) => a.cell - b.cell || a.line - b.line);
}

/** True for `try: import x` and `if …: import x`: a compound statement that does nothing but bind imports that may stand at the top. */
function onlyImports({ node, names }: Statement): boolean {
  if (names.imports.length === 0 || names.imports.some(hidesScaffolding)) return false;
  const simple = walk(node).filter(
    ({ type }) => type.endsWith("_statement") && !/^(try|if|pass|future_import|import|import_from)_/.test(type),
  );
  const bound = [...names.binds, ...names.mayBind];
  return simple.length === 0 && bound.every((name) => names.imports.some(({ local }) => local === name));
}

function topLevelNames(top: readonly Statement[]): Set<string> {
  return new Set(top.flatMap(({ names }) => [...names.binds, ...names.mayBind]));
}

function usedNames(
  items: readonly Item[],
  helpers: readonly Helper[],
  others: readonly Statement[],
  results: readonly string[],
): ReadonlySet<string> {
  const names = new Set([...results, ...items.flatMap(({ reads }) => [...reads])]);
  for (const { names: facts } of [...helpers.map(({ statement }) => statement), ...others]) {
    for (const name of [...facts.reads, ...facts.late]) names.add(name);
  }
  return names;
}

/** Statements in whose place what they show gets a name. */
function takenInPlace(kept: readonly Statement[], { values, knowledge }: PlanInput): ReadonlySet<Statement> {
  const shown = (index: number): readonly SyntaxNode[] =>
    values.flatMap(({ statement, expression }) => (statement.index === index ? (expression ?? []) : []));
  return new Set(kept.filter((one) => onlyShowsThese(one, shown(one.index), knowledge)));
}

/** What the expression of a value reads. */
function shownIn({ statement: { index }, expression }: Value): readonly Reader[] {
  if (expression === undefined) return [];
  const { reads, late } = nameFacts(expression);
  return [{ index, node: expression, reads: new Set([...reads, ...late]) }];
}

/** The statements that give values their names, where the notebook gives them none: `loss, mae = model.evaluate(X, y)`. */
function valueItems(values: readonly Value[], rewriter: Rewriter, taken: ReadonlySet<Statement>): readonly Item[] {
  const lists = new Map<SyntaxNode, Value[]>();
  for (const value of values) {
    const { expression, part } = value;
    if (expression !== undefined && part?.length === 1 && typeof part[0] === "number")
      lists.set(expression, [...(lists.get(expression) ?? []), value]);
  }
  const items = values.flatMap((value) => {
    const { expression, statement } = value;
    const list = expression === undefined ? undefined : lists.get(expression);
    if (expression === undefined || list === undefined) return valueItem(value, rewriter);
    if (value !== list[0]) return [];
    const names = list.map(({ name }) => name);
    return [{ ...itemOf(statement, expression, names.join(", "), rewriter), type: "float", binds: new Set(names) }];
  });
  return items.map((item) =>
    taken.has(item.statement) ? { ...item, changes: new Set(rewriter.changedBy(item.statement)) } : item,
  );
}

/** The statement that gives a value its name, where the notebook gives it none. */
function valueItem(value: Value, rewriter: Rewriter): readonly Item[] {
  const { name, statement, expression, entry, gathered, current } = value;
  const variable = entry?.variable ?? gathered?.list ?? current;
  if (variable !== undefined) {
    const { node } = statement;
    const edits = [{ start: node.start, end: node.end, text: valueText(value) }];
    const item = { ...madeItem(statement, node, edits), reads: new Set([variable]), binds: new Set([name]) };
    return [{ ...item, assign: name, ...(current !== undefined && { type: "matplotlib.figure.Figure" }) }];
  }
  return expression === undefined ? [] : [expressionItem(value, expression, rewriter)];
}

function expressionItem(value: Value, expression: SyntaxNode, rewriter: Rewriter): Item {
  const { name, statement, report, part, isCopied } = value;
  const item = itemOf(statement, expression, name, rewriter);
  const made = { ...item, edits: [...item.edits, ...partEdits(expression, value)] };
  if (isCopied === true) return { ...made, kept: "copy" };
  return (report ?? part) === undefined ? made : { ...made, type: "float" };
}

/** `clf_2 = clf`, right after the statement that makes the target. */
function keptByName({ name, variable, statement }: Rebound): Item {
  const node = variableNodes(statement.node, name)[0]?.node ?? statement.node;
  const edits = [{ start: node.start, end: node.end, text: name }];
  const item = madeItem(statement, node, edits);
  return { ...item, assign: variable, kept: "value", reads: new Set([name]), binds: new Set([variable]) };
}

/** An item whose text is made and not the notebook's. */
function madeItem(statement: Statement, node: SyntaxNode, edits: readonly Edit[]): Item {
  const none: ReadonlySet<string> = new Set();
  return {
    statement,
    node,
    assign: undefined,
    reads: none,
    binds: none,
    mayBind: none,
    changes: none,
    edits,
    fields: none,
  };
}

function itemOf(statement: Statement, node: SyntaxNode, assign: string | undefined, rewriter: Rewriter): Item {
  const names = assign === undefined ? statement.names : nameFacts(node);
  const all = new Set([...names.reads, ...names.late]);
  for (const name of rewriter.helperVariables(all)) all.add(name);
  const { edits, fields } = rewriter.editsOf(statement, node);
  return {
    statement,
    node,
    assign,
    reads: new Set([...all].filter((name) => !rewriter.isConstant(name))),
    binds: assign === undefined ? names.binds : new Set([assign]),
    mayBind: names.mayBind,
    changes: new Set(assign === undefined ? rewriter.changedBy(statement) : []),
    edits,
    fields: new Set([...fields, ...rewriter.helperFields(all)]),
  };
}
