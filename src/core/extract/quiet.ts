/** Statements inside of the kept blocks that only show something: `print(score)` in the loop that fits. */
import type { Dropped } from "../pipeline";
import type { Edit } from "../python/edits";
import { isBuiltin } from "../python/builtins";
import { calleeOf, callsIn } from "../python/calls";
import { effectsOf, type Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { DEFINITION, KIND } from "../python/kinds";
import { findNode, type SyntaxNode } from "../python/syntax";

/** The statement without what its blocks only show. */
export function quieted(statement: Statement, knowledge: Knowledge): Statement {
  const shown = shownInside(statement, knowledge);
  return shown.length === 0 ? statement : { ...statement, shown, names: nameFacts(statement.node, new Set(shown)) };
}

/** The outermost statements of a block that only show something; those of functions and classes are their authors' own. */
function shownInside(statement: Statement, knowledge: Knowledge): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const pending = [statement.node];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if ((node.inside & KIND.block) === 0 || (node.kind & (DEFINITION | KIND.lambda)) !== 0) continue;
    const inBlock = node.type === "block" ? node.children : [];
    found.push(...inBlock.filter((child) => onlyShows(child, statement, knowledge)));
    pending.push(...node.children.filter((child) => !found.includes(child)));
  }
  return found;
}

const CONTROL =
  /^(break|continue|return|raise|assert|delete|import|import_from|global|nonlocal|exec)_statement$|^yield$/;

function onlyShows(node: SyntaxNode, statement: Statement, knowledge: Knowledge): boolean {
  if (!/^(expression|if)_statement$/.test(node.type)) return false;
  if (findNode(node, ({ type }) => CONTROL.test(type)) !== undefined) return false;
  const calls = callsIn(node);
  if (calls.length === 0 || !calls.every((call) => isKnown(call, knowledge))) return false;
  const names = nameFacts(node);
  const { changes, sets } = effectsOf({ ...statement, node, names, displayed: false }, knowledge);
  return names.binds.size + names.mayBind.size + changes.length + sets.size === 0;
}

/** True for a call of something that is no variable: what a variable holds may change things. */
function isKnown(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "library") return callee.kind !== "unknown";
  return callee.qualified.includes(".") || isBuiltin(callee.name) || knowledge.imports.has(callee.name);
}

/** Takes such statements out of the text; a block that has no other statement gets a `pass`. */
export function quietEdits({ node: whole, shown, source }: Statement): readonly Edit[] {
  return shown.map((node) => {
    const block = findNode(whole, ({ type, children }) => type === "block" && children.includes(node));
    const others = block?.children.filter((child) => child.type !== "comment" && !shown.includes(child)) ?? [];
    const isFirst = block?.children.find((child) => shown.includes(child)) === node;
    if (others.length === 0 && isFirst) return { start: node.start, end: node.end, text: "pass" };
    return withoutLine(node, whole, source);
  });
}

/** What was taken out of the kept statements, for the list of what is left out. */
export function droppedInside(kept: readonly Statement[]): readonly Dropped[] {
  return kept.flatMap(({ cell, shown, source }) =>
    shown.map((node) => {
      const text = source.slice(node.start, node.end).trimEnd();
      const [first = ""] = text.split("\n");
      const endLine = node.line + text.split("\n").length - 1;
      const isImport = node.type.startsWith("import");
      const reason = isImport ? "it is imported above" : "it only shows something";
      return { cell, line: node.line, endLine, text: first.slice(0, 120), reason };
    }),
  );
}

/** From the end of the line above to the end of the statement and of the comment behind it. */
function withoutLine(node: SyntaxNode, whole: SyntaxNode, source: string): Edit {
  const lineStart = source.lastIndexOf("\n", node.start - 1);
  const lineEnd = source.indexOf("\n", node.end);
  const before = source.slice(lineStart + 1, node.start);
  const behind = source.slice(node.end, lineEnd < 0 ? source.length : lineEnd);
  const isAlone = before.trim() === "" && /^\s*(#.*)?$/.test(behind);
  const end = Math.min(node.end + behind.length, whole.end);
  if (isAlone && lineStart >= 0) return { start: lineStart, end, text: "" };
  return { start: node.start, end: node.end, text: "pass" };
}
