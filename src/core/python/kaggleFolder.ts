/** `/kaggle/working`, where Kaggle runs notebooks: a path that begins there names the same file as one without it. */
import { posix } from "node:path";
import { put } from "./oldEdits";
import type { Edit } from "./edits";
import { KIND } from "./kinds";
import { nodesOf, type SyntaxNode } from "./syntax";

const FOLDER = "/kaggle/working/";

/** A path as files are told apart by it. */
export function filePath(path: string): string {
  const whole = posix.normalize(path);
  return whole.startsWith(FOLDER) && whole !== FOLDER ? whole.slice(FOLDER.length) : whole;
}

/**
 * Takes that folder off the paths of files in a cell: no other machine has it. Notebooks ask for the folder by itself to see where they
 * run, and for folders in it to import what they have put there.
 */
export function withoutKaggle(root: SyntaxNode, source: string): readonly Edit[] {
  if (!source.includes(FOLDER)) return [];
  return nodesOf(root, KIND.string).flatMap(({ end, children: [, first] }) => {
    if (first?.type !== "string_content" || !source.startsWith(FOLDER, first.start)) return [];
    const begin = first.start + FOLDER.length;
    return /\w\.\w{1,8}["']+$/.test(source.slice(begin, end)) ? [put("", { start: first.start, end: begin })] : [];
  });
}

/** False for a notebook that goes to another folder, where its own paths begin elsewhere. */
export function staysInFolder(sources: readonly string[]): boolean {
  return !sources.some((source) => /\bchdir\b|^\s*%?cd\s/m.test(source));
}
