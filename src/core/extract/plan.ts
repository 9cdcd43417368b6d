/** What goes where in the module: imports, constants and helper functions to its top, everything else into steps. */
import type { LineOrigin, Param } from "../pipeline";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { nameFacts, type ImportedName } from "../python/scope";
import { argumentsOf, childOf, walk, type SyntaxNode } from "../python/syntax";
import type { Value } from "./metrics";
import type { Settings } from "./params";
import type { FoundReference } from "./references";
import { variableNodes, type Edit } from "./text";

/** A statement of a step, or a metric that the notebook only shows and that the module gives a name. */
export interface Item {
  readonly statement: Statement;
  readonly node: SyntaxNode;
  /** The name that the value of `node` gets, where the notebook gives none. */
  readonly assign: string | undefined;
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
  readonly collections: readonly Statement[];
  readonly helpers: readonly Helper[];
  readonly items: readonly Item[];
  readonly params: readonly Param[];
  readonly references: readonly FoundReference[];
  readonly usesPartial: boolean;
}

/** Where an emitted line came from. */
export type Origin = Omit<LineOrigin, "line">;

/** What the plan is made from. */
export interface PlanInput {
  readonly kept: readonly Statement[];
  readonly flow: Flow;
  readonly knowledge: Knowledge;
  readonly settings: Settings;
  readonly references: readonly FoundReference[];
  readonly values: readonly Value[];
}

/** Sorts the kept statements into the parts of the module. */
export function planModule(input: PlanInput): Plan {
  const { kept, settings } = input;
  const constants = new Set(settings.constants.map(({ statement }) => statement));
  const collections = new Set(settings.collections);
  const isImport = (statement: Statement): boolean =>
    statement.node.type.startsWith("import") || statement.node.type === "future_import_statement";
  const preamble = kept.filter((statement) => !isImport(statement) && onlyImports(statement));
  const rest = kept.filter(
    (one) => !isImport(one) && !preamble.includes(one) && !constants.has(one) && !collections.has(one),
  );
  const topLevel = topLevelNames(kept.filter(isImport), preamble, settings.collections);
  const helpers = liftHelpers(rest, topLevel, input);
  const lifted = new Set(helpers.map(({ statement }) => statement));
  const rewriter = new Rewriter(input, helpers);
  const own = rest.filter((statement) => !lifted.has(statement));
  const items = own.map((statement) => itemOf(statement, statement.node, undefined, rewriter));
  const shown = input.values.flatMap(({ name, statement, expression }) =>
    expression === undefined ? [] : [itemOf(statement, expression, name, rewriter)],
  );
  const all = [...items, ...shown].sort(
    (a, b) => a.statement.index - b.statement.index || (a.assign === undefined ? -1 : 1),
  );
  const imports = kept.filter(isImport).flatMap(({ names }) => names.imports);
  const used = usedNames(all, helpers, [...settings.collections, ...preamble]);
  return {
    imports: imports.filter(({ local }) => used.has(local)),
    stars: kept.flatMap(({ names, node }) => (node.type === "import_from_statement" ? names.stars : [])),
    preamble,
    collections: settings.collections,
    helpers: helpers.map((helper) => ({
      ...helper,
      extras: helper.extras.map((extra) => rewriter.renamed(extra)),
      edits: rewriter.editsOf(helper.statement, helper.statement.node).edits,
    })),
    items: all,
    params: distinct([...settings.constants, ...settings.buried].map(({ param }) => param)),
    references: input.references,
    usesPartial: rewriter.usedPartial,
  };
}

function distinct(params: readonly Param[]): readonly Param[] {
  return [...new Map(params.map((param) => [param.name, param])).values()].sort(
    (a, b) => a.cell - b.cell || a.line - b.line,
  );
}

/** True for `try: import x` and `if …: import x`: a compound statement that does nothing but bind imports. */
function onlyImports({ node, names }: Statement): boolean {
  if (names.imports.length === 0) return false;
  const simple = [...walk(node)].filter(
    ({ type }) => type.endsWith("_statement") && !/^(try|if|pass|future_import|import|import_from)_/.test(type),
  );
  const bound = [...names.binds, ...names.mayBind];
  return simple.length === 0 && bound.every((name) => names.imports.some(({ local }) => local === name));
}

function topLevelNames(
  imports: readonly Statement[],
  preamble: readonly Statement[],
  collections: readonly Statement[],
): Set<string> {
  return new Set([...imports, ...preamble, ...collections].flatMap(({ names }) => [...names.binds, ...names.mayBind]));
}

function usedNames(
  items: readonly Item[],
  helpers: readonly Helper[],
  others: readonly Statement[],
): ReadonlySet<string> {
  const names = new Set(items.flatMap(({ reads }) => [...reads]));
  for (const { names: facts } of [...helpers.map(({ statement }) => statement), ...others]) {
    for (const name of [...facts.reads, ...facts.late]) names.add(name);
  }
  return names;
}

/**
 * Functions and classes that can stand at the top of the module. What a function reads of the notebook's variables becomes a
 * parameter of it; a class that reads such, or a function that binds one by `global`, stays inside of its step.
 */
function liftHelpers(
  statements: readonly Statement[],
  topLevel: ReadonlySet<string>,
  input: PlanInput,
): readonly Helper[] {
  const candidates = statements.flatMap((statement) => {
    const definition =
      statement.node.type === "decorated_definition" ? childOf(statement.node, "definition") : statement.node;
    const name =
      definition === undefined || !/^(function|class)_definition$/.test(definition.type)
        ? undefined
        : childOf(definition, "name")?.text;
    return name === undefined || definition === undefined || isRedefined(name, statements)
      ? []
      : [{ name, statement, definition }];
  });
  const names = new Set(candidates.map(({ name }) => name));
  const variables = new Set([...input.kept].flatMap(({ names: facts }) => [...facts.binds, ...facts.mayBind]));
  const isVariable = (name: string): boolean => variables.has(name) && !topLevel.has(name) && !names.has(name);
  const extras = new Map(
    candidates.map(({ name, statement }) => [name, new Set([...statement.names.late].filter(isVariable))]),
  );
  spreadExtras(candidates, extras);
  const refused = refusedHelpers(candidates, extras, isVariable, input);
  return candidates
    .filter(({ name }) => !refused.has(name))
    .map((candidate) => ({ ...candidate, extras: [...(extras.get(candidate.name) ?? [])].sort(), edits: [] }));
}

type HelperCandidate = Pick<Helper, "name" | "statement" | "definition">;

function isRedefined(name: string, statements: readonly Statement[]): boolean {
  return statements.filter(({ names }) => names.binds.has(name) || names.mayBind.has(name)).length > 1;
}

/** A function that calls another one needs what that one needs. */
function spreadExtras(candidates: readonly HelperCandidate[], extras: Map<string, Set<string>>): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const { name, statement } of candidates) {
      const own = extras.get(name) ?? new Set();
      const before = own.size;
      for (const called of statement.names.late) for (const extra of extras.get(called) ?? []) own.add(extra);
      changed ||= own.size > before;
    }
  }
}

function refusedHelpers(
  candidates: readonly HelperCandidate[],
  extras: ReadonlyMap<string, ReadonlySet<string>>,
  isVariable: (name: string) => boolean,
  { kept, references }: PlanInput,
): ReadonlySet<string> {
  const refused = new Set<string>();
  const timesBound = (name: string): number =>
    kept.filter(({ names }) => names.binds.has(name) || names.mayBind.has(name)).length;
  for (const { name, statement, definition } of candidates) {
    const own = extras.get(name) ?? new Set();
    const isPlain = definition === statement.node && definition.type === "function_definition";
    const readsNow = [...statement.names.reads].some(isVariable);
    const readsFile = references.some((found) => found.statement === statement);
    const rebinds = statement.names.lateBinds.size > 0;
    const late = [...own].some((extra) => timesBound(extra) !== 1);
    if (rebinds || readsNow || readsFile || late || (own.size > 0 && !isPlain)) refused.add(name);
  }
  // What calls a function that stays inside of a step must stay inside, too.
  for (let size = -1; size !== refused.size;) {
    size = refused.size;
    for (const { name, statement } of candidates)
      if ([...statement.names.late].some((called) => refused.has(called))) refused.add(name);
  }
  return refused;
}

/** Works out the edits of statements: paths, settings, and calls of helpers that got parameters. */
class Rewriter {
  usedPartial = false;
  private readonly renames: ReadonlyMap<string, string>;

  constructor(
    private readonly input: PlanInput,
    private readonly helpers: readonly Helper[],
  ) {
    this.renames = new Map(input.settings.constants.map(({ variable, param }) => [variable, param.name]));
  }

  editsOf(
    statement: Statement,
    node: SyntaxNode,
  ): { readonly edits: readonly Edit[]; readonly fields: ReadonlySet<string> } {
    const edits: Edit[] = [];
    const fields = new Set<string>();
    const inside = (start: number): boolean => start >= node.start && start < node.end;
    for (const found of this.input.references) {
      const { literal, name } = found.reference;
      if (found.statement !== statement || !inside(literal.start)) continue;
      edits.push({ ...literal, text: found.direct ? name : `str(${name})` });
      fields.add(name);
    }
    for (const { statement: owner, edit, param } of this.input.settings.buried) {
      if (owner !== statement || !inside(edit.start)) continue;
      edits.push(edit);
      fields.add(param.name);
    }
    for (const [variable, name] of this.renames) {
      for (const use of variableNodes(node, variable)) {
        edits.push({ start: use.node.start, end: use.node.end, text: name });
        fields.add(name);
      }
    }
    for (const helper of this.helpers) edits.push(...this.helperEdits(helper, statement, node));
    return { edits, fields };
  }

  private helperEdits(helper: Helper, statement: Statement, node: SyntaxNode): readonly Edit[] {
    if (helper.extras.length === 0) return [];
    const keywords = helper.extras
      .map((extra) => this.renamed(extra))
      .map((name) => `${name}=${name}`)
      .join(", ");
    const edits: Edit[] = [];
    for (const { node: use, parent } of variableNodes(node, helper.name)) {
      if (use.field === "name" && (parent?.type ?? "").endsWith("definition")) continue;
      if (use.field === "function" && parent?.type === "call") {
        edits.push(argumentEdit(parent, keywords, statement.source));
      } else {
        this.usedPartial = true;
        edits.push({ start: use.start, end: use.end, text: `partial(${helper.name}, ${keywords})` });
      }
    }
    return edits;
  }

  renamed(name: string): string {
    return this.renames.get(name) ?? name;
  }

  /** Fields of `Params` that a node needs because the helpers that it uses need them. */
  helperFields(reads: ReadonlySet<string>): ReadonlySet<string> {
    const used = this.helpers.filter(({ name }) => reads.has(name)).flatMap(({ extras }) => extras);
    return new Set(used.filter((extra) => this.renames.has(extra)).map((extra) => this.renamed(extra)));
  }

  helperVariables(reads: ReadonlySet<string>): readonly string[] {
    return this.helpers
      .filter(({ name }) => reads.has(name))
      .flatMap(({ extras }) => extras.filter((extra) => !this.renames.has(extra)));
  }

  changedBy({ index }: Statement): readonly string[] {
    return (this.input.flow.effects[index]?.changes ?? []).map(({ name }) => name);
  }

  isConstant(name: string): boolean {
    return this.renames.has(name);
  }
}

/** Adds keyword arguments to a call. */
function argumentEdit(call: SyntaxNode, keywords: string, source: string): Edit {
  const list = childOf(call, "arguments") ?? call;
  const last = argumentsOf(call).at(-1);
  if (last === undefined) return { start: list.end - 1, end: list.end - 1, text: keywords };
  if (last === list)
    return { start: list.start, end: list.end, text: `(${source.slice(list.start, list.end)}, ${keywords})` };
  return { start: last.end, end: last.end, text: `, ${keywords}` };
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
