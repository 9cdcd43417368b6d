/** What old names are replaced with. */
import type { Edit } from "./edits";
import { childOf, type SyntaxNode } from "./syntax";

/** A place in a cell's text where an old name stands, and what is read instead. */
export interface OldName {
  readonly line: number;
  /** The old name and the new one, as people know them. */
  readonly old: string;
  readonly now: string;
  /** What makes the new one of the old one; lines stay where they are. */
  readonly edits: readonly Edit[];
}

/** The cell's text of a node. */
export type Text = (part: Pick<SyntaxNode, "start" | "end">) => string;

/** `a.b.c` as `a.b` and `c`; what has no dot has an empty head. */
export function splitLast(dotted: string): readonly [string, string] {
  const at = dotted.lastIndexOf(".");
  return [dotted.slice(0, Math.max(at, 0)), dotted.slice(at + 1)];
}

/** The attribute that a call calls: `fit` of `model.fit()`. */
export function attributeCalled(call: SyntaxNode): SyntaxNode | undefined {
  const target = childOf(call, "function");
  return target?.type === "attribute" ? childOf(target, "attribute") : undefined;
}

/** A node that reads otherwise; `text`, where that is not what people know the new name by. */
export function renamed(node: SyntaxNode, old: string, now: string, text = now): OldName {
  return { line: node.line, old, now, edits: [put(text, node)] };
}

/** The edit that puts a text in the place of another. */
export function put(text: string, { start, end }: Pick<Edit, "start" | "end">): Edit {
  return { start, end, text };
}

/** Takes one of the arguments out, with a comma; line ends stay, and so do the lines. */
export function without(index: number, all: readonly SyntaxNode[], text: Text): Edit {
  const [before, argument, after] = [all[index - 1], all[index], all[index + 1]];
  const start = before?.end ?? argument?.start ?? 0;
  const end = (before === undefined ? after?.start : undefined) ?? argument?.end ?? start;
  return { start, end, text: text({ start, end }).replace(/[^\n]/g, "") };
}

/** The name of a keyword argument; empty for any other. */
export function keyOf(argument: SyntaxNode): string {
  return argument.type === "keyword_argument" ? (childOf(argument, "name")?.text ?? "") : "";
}

/** The edit that puts a text in at an offset. */
export function insert(text: string, at: number): Edit {
  return { start: at, end: at, text };
}
