import type { Cell } from "./notebook";

/** A Python file that a cell writes by `%%writefile`. */
export interface WrittenFile {
  /** As the cell names it. */
  readonly path: string;
  readonly text: string;
  /** True if the text goes on what the file holds. */
  readonly appends: boolean;
}

/** The Python file that a cell writes, if it does. */
export function writtenFile({ kind, source }: Cell): WrittenFile | undefined {
  const [head = "", append, path] =
    /^\s*%%(?:writefile|file)[ \t]+(-a[ \t]+|--append[ \t]+)?["']?([^\n"']+?\.py)["']?[ \t]*(?:\n|$)/.exec(source) ??
    [];
  if (kind !== "code" || path === undefined) return undefined;
  return { path, text: source.slice(head.length).replace(/\n?$/, "\n"), appends: append !== undefined };
}
