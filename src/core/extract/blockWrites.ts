/** Statements inside of blocks that only write files: `joblib.dump(encoder, f"models/{column}.pkl")` in a loop. */
import { calleeOf, callsIn } from "../python/calls";
import { effectsOf, type Knowledge } from "../python/effects";
import { fileAccess, isFile, isFolder, mayBeSame, openedIn } from "../python/files";
import { arePaths } from "../python/heldPaths";
import { isStream } from "../python/random";
import { nameFacts } from "../python/scope";
import { catchesErrors, childOf, findNode, type SyntaxNode } from "../python/syntax";
import { isPureCall } from "./pureCalls";

/**
 * The outermost statements in the blocks of a node that only write files, and of whose files the node itself reads none; but for those
 * of functions, and those of which a handler would catch the error.
 */
export function writesInBlock(node: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  const found = writesBelow(node, knowledge);
  if (found.length === 0) return [];
  const { uses } = effectsIn(node, knowledge);
  const isRead = (file: string): boolean =>
    (arePaths(file) && uses.has(file)) ||
    (isFile(file) && [...uses].some((used) => isFile(used) && mayBeSame(used, file)));
  return found.some((one) => [...effectsIn(one, knowledge).sets].some(isRead)) ? [] : found;
}

function writesBelow(node: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  if (/^(function_definition|class_definition|lambda)$/.test(node.type)) return [];
  const inner = node.children.filter(({ field }) => !catchesErrors(node) || field !== "body");
  return inner.flatMap((child) => {
    const isWrite = node.type === "block" && onlyWrites(child, knowledge);
    return isWrite ? [child] : writesBelow(child, knowledge);
  });
}

/** True for what only writes files, and for a `with` that opens a file for what only writes. */
export function onlyWrites(node: SyntaxNode, knowledge: Knowledge): boolean {
  if (!/^(expression|with)_statement$/.test(node.type) || findNode(node, ({ type }) => ACTS.test(type)) !== undefined)
    return false;
  const calls = callsIn(node);
  if (!calls.some((call) => writes(call, knowledge))) return false;
  if (!calls.every((call) => writes(call, knowledge) || isPureCall(call, knowledge))) return false;
  const body = childOf(node, "body")?.children ?? [];
  if (!body.every(({ type }) => /^(comment|expression_statement|with_statement)$/.test(type))) return false;
  const opened = openedIn(node, knowledge);
  const { binds, mayBind } = nameFacts(node);
  const { changes, sets, uses } = effectsIn(node, knowledge);
  return (
    [...binds, ...mayBind, ...changes.map(({ name }) => name)].every((name) => opened.has(name)) &&
    [...sets].every((one) => isFile(one) || isFolder(one) || arePaths(one)) &&
    ![...uses].some(isStream)
  );
}

/** What goes on elsewhere, and what may be waited for. */
const ACTS = /^(return|break|continue|raise|import|import_from)_statement$|^(yield|await|named_expression)$/;

function writes(call: SyntaxNode, knowledge: Knowledge): boolean {
  return fileAccess(call, calleeOf(call, knowledge), knowledge) === "writes";
}

function effectsIn(node: SyntaxNode, knowledge: Knowledge): ReturnType<typeof effectsOf> {
  return effectsOf({ node, names: nameFacts(node), displayed: false }, knowledge);
}
