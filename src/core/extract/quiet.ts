/** Statements inside of the kept blocks that only show something: `print(score)` in the loop that fits. */
import type { Dropped } from "../pipeline";
import type { Edit } from "../python/edits";
import { put } from "../python/oldEdits";
import { isBuiltin } from "../python/builtins";
import { calleeOf, callsIn, discardedCalls } from "../python/calls";
import { isHarmless } from "../python/collector";
import { effectsOf, type Knowledge } from "../python/effects";
import { isPyplot } from "../python/figures";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { storedTargets } from "../python/stored";
import { isReport, isReported } from "../python/trackers";
import { KIND } from "../python/kinds";
import { catchesErrors, childOf, findNode, keywordOf, parameterNames, walk, type SyntaxNode } from "../python/syntax";
import { onlyWrites } from "./blockWrites";
import { onlyFetches } from "./fetches";
import { isHidden, withoutUnusedLocals } from "./unused";

/** The statement without what its blocks and functions only show, and without what its functions compute for that alone. */
export function quieted(statement: Statement, knowledge: Knowledge): Statement {
  // What is printed is what such a notebook works with.
  if ([...knowledge.imports.values()].includes("contextlib.redirect_stdout")) return statement;
  const plots = knowledge.figures !== true;
  const whole = { statement, knowledge, parameters: NONE, own: NONE, plots, guarded: false, filtered: false };
  return outermostFunctions(statement.node).reduce(
    (found, definition) => quietFunction(found, definition, whole),
    withShown(statement, shownInside(statement.node, whole)),
  );
}

/** Plots are taken out of a function as a whole, or not at all: what is left of one might be given back, or saved. */
function quietFunction(statement: Statement, definition: SyntaxNode, around: Around): Statement {
  const { knowledge } = around;
  const lean = (plots: boolean): Statement => {
    const shown = shownInside(childOf(definition, "body") ?? definition, inFunction(definition, { ...around, plots }));
    return withoutUnusedLocals(withShown(statement, shown), definition, knowledge);
  };
  if (!around.plots) return lean(false);
  const bare = lean(true);
  const left = walk(definition, (node) => !bare.shown.includes(node));
  return left.some((node) => draws(node, knowledge)) ? lean(false) : bare;
}

function withShown(statement: Statement, found: readonly SyntaxNode[]): Statement {
  const shown = [...statement.shown, ...found];
  return found.length === 0 ? statement : { ...statement, shown, names: nameFacts(statement.node, new Set(shown)) };
}

function outermostFunctions(node: SyntaxNode): readonly SyntaxNode[] {
  return node.type === "function_definition" ? [node] : node.children.flatMap(outermostFunctions);
}

/** True for the name of a module that draws figures, and for a call of a figure's method. */
function draws(node: SyntaxNode, knowledge: Knowledge): boolean {
  if (node.type === "identifier")
    return knowledge.library.liesIn("displayModules", knowledge.imports.get(node.text) ?? "");
  return node.type === "call" && has("figureMethods", methodOf(node, knowledge) ?? "");
}

function methodOf(call: SyntaxNode, knowledge: Knowledge): string | undefined {
  const callee = calleeOf(call, knowledge);
  return callee.kind === "method" ? callee.name : undefined;
}

const NONE: ReadonlySet<string> = new Set();

/** Where a part of a statement stands. */
interface Around {
  readonly statement: Statement;
  readonly knowledge: Knowledge;
  /** Names that the functions around it bind, its parameters among them: they stand for no import and no builtin. */
  readonly own: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
  /** True if plots count as shown. */
  readonly plots: boolean;
  /** True inside of a `try` with a handler, which an error would lead to. */
  readonly guarded: boolean;
  /** True where the warnings are caught: which ones are filtered out is set for what stands there, too. */
  readonly filtered: boolean;
}

/** The outermost statements of the blocks in a node that only show something, but for those of functions in it. */
function shownInside(node: SyntaxNode, around: Around): readonly SyntaxNode[] {
  if ((node.inside & KIND.block) === 0) return [];
  if (/^(function_definition|lambda)$/.test(node.type) && around.parameters === NONE) return [];
  // What is told of an error is not there to be looked at.
  if (node.type === "except_clause") return [];
  const inner = node.type === "function_definition" ? inFunction(node, around) : around;
  const body = inBody(node, inner);
  return node.children.flatMap((child) => {
    if (node.type === "block" && onlyShows(child, inner)) return [child];
    return shownInside(child, child.field === "body" ? body : inner);
  });
}

function inBody(node: SyntaxNode, around: Around): Around {
  const guarded = around.guarded || catchesErrors(node);
  return { ...around, guarded, filtered: around.filtered || catchesWarnings(node, around) };
}

/** `with warnings.catch_warnings():` */
function catchesWarnings({ type, children }: SyntaxNode, { knowledge }: Around): boolean {
  const opened = type === "with_statement" ? children.filter(({ field }) => field !== "body") : [];
  const callees = opened.flatMap(callsIn).map((call) => calleeOf(call, knowledge));
  return callees.some((callee) => callee.kind === "library" && callee.qualified === "warnings.catch_warnings");
}

function inFunction(definition: SyntaxNode, around: Around): Around {
  const { binds, mayBind, imports } = nameFacts(childOf(definition, "body") ?? definition);
  const parameters = new Set([...around.parameters, ...parameterNames(definition)]);
  const own = new Set([...around.own, ...parameters, ...binds, ...mayBind]);
  for (const { local } of imports) own.delete(local);
  return { ...around, own, parameters, guarded: false };
}

const CONTROL =
  /^(break|continue|return|raise|assert|delete|import|import_from|global|nonlocal|exec)_statement$|^(yield|await)$/;
/** What may fail when it is evaluated, where a name or a text may not. */
const FAILS = /^(subscript|attribute|binary_operator|comparison_operator|unary_operator)$/;

function onlyShows(node: SyntaxNode, around: Around): boolean {
  if (!/^(expression|if)_statement$/.test(node.type) && !isOfReports(node, around)) return false;
  if (findNode(node, ({ type }) => CONTROL.test(type)) !== undefined) return false;
  const calls = callsIn(node);
  const discarded = discardedCalls(node);
  if (calls.length === 0 && !setsReport(node, around)) return false;
  if (!calls.every((call) => isQuiet(call, discarded.has(call), around))) return false;
  if (around.guarded && (calls.length > 1 || findNode(node, ({ type }) => FAILS.test(type)) !== undefined))
    return false;
  const names = nameFacts(node);
  const { changes, sets } = effectsOf({ ...around.statement, node, names, displayed: false }, around.knowledge);
  return names.binds.size + names.mayBind.size + changes.length + sets.size === 0;
}

/** `with writer.as_default():` */
function isOfReports({ type, children }: SyntaxNode, { knowledge }: Around): boolean {
  if (type !== "with_statement") return false;
  const opened = children.filter(({ field }) => field !== "body").flatMap(callsIn);
  return opened.length > 0 && opened.every((call) => isReport(calleeOf(call, knowledge), knowledge));
}

/** `run["score"] = score` */
function setsReport(node: SyntaxNode, { knowledge }: Around): boolean {
  const targets = node.type === "expression_statement" ? [...storedTargets(node)] : [];
  return targets.length > 0 && targets.every((target) => isReported(target, knowledge));
}

/** True for a call that may be there to show something. */
function isQuiet(call: SyntaxNode, discarded: boolean, around: Around): boolean {
  const { knowledge, own } = around;
  // `print(…, file=log)`
  if (!isKnown(call, knowledge) || isHidden(call, own, knowledge) || keywordOf(call, "file") !== undefined)
    return false;
  const callee = calleeOf(call, knowledge);
  if (isReport(callee, knowledge)) return true;
  if (callee.kind === "method") return isQuietMethod(callee.name, callee.root, discarded, around);
  if (callee.kind === "library") return isQuietFunction(callee.qualified, discarded, around);
  return callee.kind !== "notebook" || !discarded || shows(callee.name, knowledge);
}

/** True for a function of the notebook that prints or plots: one that does neither is called for something else. */
function shows(name: string, knowledge: Knowledge): boolean {
  const nodes = (knowledge.definitions.get(name) ?? []).flatMap((definition) => walk(definition));
  return nodes.some((node) => draws(node, knowledge) || /^(print|display|pprint)$/.test(node.text));
}

/** What a table leaves as it is, and a file, a queue or a pool does not: where the value is thrown away, it may be one of those. */
const ACTS = /^(get|join|read\w*|rename|replace)$/;

function isQuietMethod(name: string, root: string | undefined, discarded: boolean, around: Around): boolean {
  if (has("figureMethods", name)) return around.plots && !around.parameters.has(root ?? "");
  return !discarded || (around.knowledge.library.has("pureMethods", name) && !ACTS.test(name));
}

/** Of the packages that show something, those that draw no figures. */
const PRINTS = /^(IPython|pprint|tabulate|termcolor)\b/;

function isQuietFunction(qualified: string, discarded: boolean, { knowledge, plots, filtered }: Around): boolean {
  if (filtered && qualified.startsWith("warnings.")) return false;
  // What a module has to show, it gives.
  if (knowledge.figures === true && isPyplot(qualified) && qualified.endsWith(".show")) return true;
  if (knowledge.library.liesIn("displayModules", qualified)) return plots || PRINTS.test(qualified);
  // `check_is_fitted(self)` is there for its error.
  return !discarded || (isHarmless(qualified, knowledge) && !/(^|\.)(assert|check|validate)\w*$/.test(qualified));
}

/** True for a call of something that is no variable: what a variable holds may change things. */
function isKnown(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "library") return callee.kind !== "unknown";
  return callee.qualified.includes(".") || isBuiltin(callee.name) || knowledge.imports.has(callee.name);
}

/** Takes such statements out of the text; a block that has no other statement gets a `pass`. */
export function quietEdits({ node: whole, shown, source }: Statement): readonly Edit[] {
  return shown.flatMap((node) => {
    const block = findNode(whole, ({ type, children }) => type === "block" && children.includes(node));
    const all = block?.children.filter(({ type }) => type !== "comment") ?? [];
    const isEmpty = all.every((one) => shown.includes(one));
    const stays = (one: SyntaxNode): boolean => !shown.includes(one) || (isEmpty && one === all[0]);
    if (stays(node)) return [put("pass", node)];
    const line = joinedWith(node, all, source);
    if (line.some(stays)) return [withoutJoined(node, line, stays)];
    const [first = node] = line;
    const { end } = line.at(-1) ?? node;
    return node === first ? [withoutLine({ start: first.start, end }, whole, source)] : [];
  });
}

/** The statements of one line: `a(); b(); c()`. */
function joinedWith(node: SyntaxNode, all: readonly SyntaxNode[], source: string): readonly SyntaxNode[] {
  const at = all.indexOf(node);
  const isJoined = (one: SyntaxNode, next: SyntaxNode | undefined): boolean =>
    next !== undefined && /^[^\S\n]*;[^\S\n]*$/.test(source.slice(one.end, next.start));
  const before = all.slice(0, at).findLastIndex((one, index) => !isJoined(one, all[index + 1]));
  const behind = all.findIndex((one, index) => index >= at && !isJoined(one, all[index + 1]));
  return all.slice(before + 1, behind + 1);
}

/** Takes a statement out of a line in which others stay. */
function withoutJoined(node: SyntaxNode, line: readonly SyntaxNode[], stays: (one: SyntaxNode) => boolean): Edit {
  const at = line.indexOf(node);
  const [before, behind] = [line[at - 1], line[at + 1]];
  const isBehind = line.slice(0, at).some(stays);
  if (isBehind) return { start: before?.end ?? node.start, end: node.end, text: "" };
  return { start: node.start, end: behind?.start ?? node.end, text: "" };
}

function reasonOf(node: SyntaxNode, knowledge: Knowledge): string {
  if (onlyFetches(node, knowledge)) return "what it fetches must be there before";
  if (onlyWrites(node, knowledge)) return "nothing that is kept reads what it writes";
  if (node.type.startsWith("import")) return "it is imported above";
  return isAssignment(node) ? "nothing that is kept reads it" : "it only shows something";
}

/** What was taken out of the kept statements, for the list of what is left out. */
export function droppedInside(kept: readonly Statement[], knowledge: Knowledge): readonly Dropped[] {
  return kept.flatMap(({ cell, shown, source }) =>
    shown.map((node) => {
      const text = source.slice(node.start, node.end).trimEnd();
      const [first = ""] = text.split("\n");
      const endLine = node.line + text.split("\n").length - 1;
      const reason = reasonOf(node, knowledge);
      return { cell, line: node.line, endLine, text: first.slice(0, 120), reason };
    }),
  );
}

function isAssignment({ type, children }: SyntaxNode): boolean {
  return type === "expression_statement" && children[0]?.type === "assignment";
}

/** From the end of the line above to the end of the statement and of the comment behind it. */
function withoutLine(node: Pick<Edit, "start" | "end">, whole: SyntaxNode, source: string): Edit {
  const lineStart = source.lastIndexOf("\n", node.start - 1);
  const lineEnd = source.indexOf("\n", node.end);
  const before = source.slice(lineStart + 1, node.start);
  const behind = source.slice(node.end, lineEnd < 0 ? source.length : lineEnd);
  const isAlone = before.trim() === "" && /^\s*;?\s*(#.*)?$/.test(behind);
  const end = Math.min(node.end + behind.length, whole.end);
  if (isAlone && lineStart >= 0) return { start: lineStart, end, text: "" };
  return { start: node.start, end: node.end, text: "pass" };
}
