/** Where relative paths begin, in a program that changes its working folder. */
import { posix } from "node:path";
import { calleeOf, type Bindings, type NamedStatement } from "./calls";
import type { SyntaxNode } from "./syntax";

/** What paths begin with that begin in a folder which the program remembers. No path of a program begins so. */
const REMEMBERED = "/\0";
const START = `${REMEMBERED}/`.repeat(32);

/** A folder as `os.getcwd()` gives it: wherever the program goes later, paths that begin with it lie in it. */
export function remembered(folder: string): string {
  return posix.join(START, folder);
}

/** A path from where folders are counted from, in a program that is in `folder`. */
export function inFolder(folder: string, path: string): string {
  if (path.startsWith(REMEMBERED)) return posix.relative(START, path) || ".";
  return folder === "" || /^([a-z][a-z0-9+.-]*:|[/\\~])/i.test(path) ? path : posix.join(folder, path);
}

/** True for `os.chdir(…)`, also as it stands for `%cd`. */
export function isChangeOfFolder(call: SyntaxNode, bindings: Bindings): boolean {
  const callee = calleeOf(call, bindings);
  return callee.kind === "library"
    ? callee.qualified === "os.chdir"
    : callee.kind === "method" && callee.name === "chdir";
}

/** True if a statement does nothing but change the folder: the paths of `Data` carry it, and a module should not. */
export function onlyChangesFolder({ node }: NamedStatement, bindings: Bindings): boolean {
  const [value] = node.type === "expression_statement" ? node.children : [];
  return value?.type === "call" && isChangeOfFolder(value, bindings);
}
