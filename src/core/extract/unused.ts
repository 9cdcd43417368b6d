/** Assignments inside of blocks and functions whose values nothing reads: the score that a loop only printed. */
import { assignmentsIn, calleeOf, callsIn, elementsOf } from "../python/calls";
import { effectsOf, type Knowledge } from "../python/effects";
import { fileAccess, isOfFiles } from "../python/files";
import { inRunOrder, type Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import {
  argumentsOf,
  catchesErrors,
  childOf,
  childrenOf,
  findNode,
  isWithin,
  parameterNames,
  positionalsOf,
  rootName,
  walk,
  type SyntaxNode,
} from "../python/syntax";
import { addedTo, beginningsAbove, isAccumulator, type Beginnings } from "./accumulators";
import { writesInBlock } from "./blockWrites";
import { fetchesInBranches } from "./fetches";
import { isPureCall, isPureFunction } from "./pureCalls";
import type { Slice } from "./slice";
import type { Analysed } from "./target";

/** A part of a statement, with the names whose values end with it. */
interface Region {
  readonly node: SyntaxNode;
  readonly own: ReadonlySet<string>;
  /** Names that stand for no import and no builtin in it. */
  readonly hidden: ReadonlySet<string>;
  /** What it adds to and nothing else reads, with the values with which that begins above it. */
  readonly above: Beginnings;
}

/** A statement without the assignments in one of its functions, and in those inside of it, that nothing in them reads. */
export function withoutUnusedLocals(statement: Statement, outer: SyntaxNode, knowledge: Knowledge): Statement {
  const functions = walk(outer).filter(({ type }) => type === "function_definition");
  return functions.reduce((found, definition) => {
    const node = childOf(definition, "body") ?? definition;
    const { binds, mayBind } = nameFacts(node);
    const parameters = new Set(parameterNames(definition));
    const bound = [...binds, ...mayBind];
    const own = new Set(bound.filter((name) => !parameters.has(name)));
    return without(found, { node, own, hidden: new Set([...bound, ...parameters]), above: new Map() }, knowledge);
  }, statement);
}

const BLOCK = /^(for|while|if|with|try)_statement$/;

/** A block without the assignments that nothing in it reads, and of which `outside` needs none. */
function withoutUnused(
  statement: Statement,
  outside: ReadonlySet<string>,
  above: Beginnings,
  knowledge: Knowledge,
): Statement {
  const { node, names } = statement;
  const bound = [...names.binds, ...names.mayBind, ...above.keys()];
  const own = new Set(bound.filter((name) => !outside.has(name)));
  return without(statement, { node, own, hidden: new Set(), above }, knowledge);
}

/**
 * The statements without what the kept blocks compute, fetch or write and nothing that is kept reads; `undefined` if there is nothing of
 * the kind. What the blocks of `written` write stays.
 */
export function withoutUnusedInBlocks(
  statements: readonly Statement[],
  { kept, wanted }: Pick<Slice, "kept" | "wanted">,
  { flow, knowledge }: Pick<Analysed, "flow" | "knowledge">,
  written: ReadonlySet<number>,
): readonly Statement[] | undefined {
  const blocks = kept.filter(({ node }) => BLOCK.test(node.type));
  if (blocks.length === 0) return undefined;
  const needed = new Map<number, Set<string>>(blocks.map(({ index }) => [index, new Set()]));
  for (const found of [...kept.map(({ index }) => flow.dependencies[index]), ...wanted])
    for (const [index, names] of found ?? []) for (const name of names) needed.get(index)?.add(name);
  // A function that the block calls may look a name up.
  const late = new Set(kept.flatMap(({ names }) => [...names.late]));
  const lean = statements.map((one) => {
    const outside = needed.get(one.index);
    if (outside === undefined) return one;
    const isRead = [...outside].some(isOfFiles);
    const used = withoutUnused(one, new Set([...outside, ...late]), beginningsAbove(one, kept), knowledge);
    if (isRead) return used;
    const idle = [
      ...fetchesInBranches(one.node, knowledge),
      ...(written.has(one.index) ? [] : writesInBlock(one.node, knowledge)),
    ];
    return withoutParts(used, idle);
  });
  return lean.some((one, index) => one !== statements[index]) ? inRunOrder(lean) : undefined;
}

/** A block without some statements in it. */
function withoutParts(statement: Statement, parts: readonly SyntaxNode[]): Statement {
  const { shown } = statement;
  const found = parts.filter((one) => !shown.some((other) => isWithin(one, other)));
  if (found.length === 0) return statement;
  const all = new Set([...shown, ...found]);
  return { ...statement, shown: outermost(all), names: namesWithout(statement, all) };
}

/** The names of a statement without some of its parts, and without what its paths are made of. */
function namesWithout({ node, paths = [] }: Statement, parts: ReadonlySet<SyntaxNode>): Statement["names"] {
  return nameFacts(node, new Set([...parts, ...paths]));
}

function without(statement: Statement, { node, own, hidden, above }: Region, knowledge: Knowledge): Statement {
  if (own.size === 0 || findNode(node, looksNamesUp) !== undefined) return statement;
  const isLocal = (name: string): boolean => own.has(name);
  const isFree = (one: SyntaxNode): boolean => isPure(one, statement, { knowledge, hidden });
  const plain = plainStatements(node);
  const assigned = plain.filter((one) => targetsOf(one).length > 0 && targetsOf(one).every(isLocal) && isFree(one));
  const adds = (one: SyntaxNode): boolean => {
    const name = addedTo(one);
    return name !== undefined && isLocal(name) && isAccumulator(name, node, above) && addedIn(one).every(isFree);
  };
  const candidates = [...assigned, ...plain.filter(adds)];
  const forks = plain.filter(({ type }) => type === "if_statement");
  const shown = new Set(statement.shown);
  for (let size = -1; size < shown.size;) {
    size = shown.size;
    for (const one of unread(node, candidates, shown)) shown.add(one);
    for (const one of forks) if (isEmptied(one, shown) && conditionsOf(one).every(isFree)) shown.add(one);
  }
  const left = outermost(shown);
  // What is left out already, in whatever it stands, is nothing new.
  if (left.every((one) => statement.shown.includes(one))) return statement;
  return { ...statement, shown: left, names: namesWithout(statement, shown) };
}

/** Those assignments whose names nothing reads but they themselves. */
function unread(
  region: SyntaxNode,
  candidates: readonly SyntaxNode[],
  shown: ReadonlySet<SyntaxNode>,
): readonly SyntaxNode[] {
  const left = new Set(candidates);
  for (let size = -1; size !== left.size;) {
    size = left.size;
    const read = readIn(region, new Set([...shown, ...left]));
    for (const one of left) if (namesGiven(one).some((name) => read.has(name))) left.delete(one);
  }
  return [...left];
}

/** What a statement gives something to: the names that it assigns, or the one that it adds to. */
function namesGiven(node: SyntaxNode): readonly string[] {
  const name = addedTo(node);
  return name === undefined ? targetsOf(node) : [name];
}

/** What a statement adds. */
function addedIn({ children: [inner] }: SyntaxNode): readonly SyntaxNode[] {
  if (inner === undefined) return [];
  return inner.type === "call" ? argumentsOf(inner) : childrenOf(inner, "right");
}

/** True for an `if` of which no branch has anything left. */
function isEmptied(fork: SyntaxNode, shown: ReadonlySet<SyntaxNode>): boolean {
  const blocks = walk(fork, (node) => !shown.has(node)).filter(({ type }) => type === "block");
  const rest = blocks.flatMap(({ children }) => children.filter((child) => !shown.has(child)));
  return rest.every(({ type }) => /^(comment|if_statement|pass_statement)$/.test(type));
}

function conditionsOf(fork: SyntaxNode): readonly SyntaxNode[] {
  return walk(fork, ({ type }) => type !== "block").filter(({ field }) => field === "condition");
}

function outermost(nodes: ReadonlySet<SyntaxNode>): readonly SyntaxNode[] {
  const all = [...nodes];
  const isInside = (one: SyntaxNode): boolean => all.some((other) => other !== one && isWithin(one, other));
  return all.filter((one) => !isInside(one));
}

/** `locals()`, and what binds a name of another scope. */
function looksNamesUp(node: SyntaxNode): boolean {
  if (/^(global|nonlocal|exec)_statement$/.test(node.type)) return true;
  return node.type === "call" && /^(locals|globals|vars|dir|eval|exec)$/.test(childOf(node, "function")?.text ?? "");
}

/** The statements of the blocks in a node, but for those of which a handler would catch the error. */
function plainStatements(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type.endsWith("definition") || node.type === "lambda") return [];
  const own = node.type === "block" ? node.children : [];
  const isGuarded = catchesErrors(node);
  const inner = node.children.filter(({ field }) => !isGuarded || field !== "body");
  return [...own, ...inner.flatMap(plainStatements)];
}

/** The names that a statement assigns to, if that is all that it assigns to. */
function targetsOf(node: SyntaxNode): readonly string[] {
  const isAssignment = node.type === "expression_statement" && node.children[0]?.type === "assignment";
  const targets = isAssignment ? assignmentsIn(node).flatMap(({ left }) => elementsOf(left)) : [];
  return targets.every(({ type }) => type === "identifier") ? targets.map(({ text }) => text) : [];
}

/** Every name that stands in a part of the text, but for what plain assignments bind; `@name` in a query counts, too. */
function readIn(region: SyntaxNode, left: ReadonlySet<SyntaxNode>): ReadonlySet<string> {
  const nodes = walk(region, (one) => !left.has(one));
  const plain = nodes.filter((node) => targetsOf(node).length > 0);
  const bound = new Set(plain.flatMap((node) => assignmentsIn(node).flatMap((one) => elementsOf(one.left))));
  const named = nodes.filter((node) => node.type === "identifier" && !bound.has(node)).map(({ text }) => text);
  const quoted = nodes
    .filter(({ type }) => type === "string_content")
    .flatMap(({ text }) => text.match(/(?<=@)\w+/g) ?? []);
  return new Set([...named, ...quoted]);
}

interface Context {
  readonly knowledge: Knowledge;
  readonly hidden: ReadonlySet<string>;
}

/** True for a value that can be left uncomputed: it changes and draws nothing, and reads nothing but a table from its file. */
function isPure(node: SyntaxNode, statement: Statement, { knowledge, hidden }: Context): boolean {
  if (findNode(node, ({ type }) => /^(yield|await|named_expression)$/.test(type)) !== undefined) return false;
  const acts = ({ type, text }: SyntaxNode): boolean =>
    type === "identifier" && knowledge.functions.has(text) && !isPureFunction(text, knowledge);
  if (findNode(node, acts) !== undefined) return false;
  if (!callsIn(node).every((call) => isPureCall(call, knowledge) && !isHidden(call, hidden, knowledge))) return false;
  const { changes, sets, uses } = effectsOf(
    { ...statement, node, names: nameFacts(node), displayed: false },
    knowledge,
  );
  return changes.length + sets.size === 0 && (uses.size === 0 || onlyReadsTables(node, uses, knowledge));
}

function onlyReadsTables(node: SyntaxNode, uses: ReadonlySet<string>, knowledge: Knowledge): boolean {
  if (![...uses].every((one) => one === "<cwd>" || isOfFiles(one))) return false;
  const reads = callsIn(node).filter((call) => fileAccess(call, calleeOf(call, knowledge), knowledge) !== undefined);
  return reads.length > 0 && reads.every((call) => readsTable(call, knowledge));
}

/** `pd.read_csv(folder / "rows.csv")`; what is in a variable may be a file that is open, and is read further. */
function readsTable(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  const path = positionalsOf(call)[0];
  const isKnown = path !== undefined && (path.type !== "identifier" || knowledge.texts.has(path));
  return isKnown && callee.kind === "library" && /^(pandas|polars)\./.test(callee.qualified);
}

/** True for a call of one of these names, where it only looks like an import or a builtin. */
export function isHidden(call: SyntaxNode, hidden: ReadonlySet<string>, knowledge: Knowledge): boolean {
  const root = rootName(call)?.text;
  return root !== undefined && hidden.has(root) && calleeOf(call, knowledge).kind !== "method";
}
