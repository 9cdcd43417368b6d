/** Markdown notebooks of jupytext: code cells are fenced blocks, "```python" or MyST's "```{code-cell}"; the rest is prose. */
import { readFrontMatter, tagsIn } from "./frontMatter";
import type { Cell, Document } from "./notebook";
import { noNotebook } from "./refusals";

interface Fence {
  readonly ticks: string;
  readonly options: string;
  /** True if a kernel that Slipway knows runs its code. */
  readonly runs: boolean;
  readonly isMyst: boolean;
}

function fenceOf(line: string | undefined): Fence | undefined {
  const [, ticks, language = "", options = ""] = /^(`{3,})\s*(\{code-cell\}|[\w+-]+)?(.*)$/.exec(line ?? "") ?? [];
  if (ticks === undefined) return undefined;
  const runs = /^(\{code-cell\}|i?python3?|typescript|ts)$/i.test(language) && !/\.noeval\b/.test(options);
  return { ticks, options, runs, isMyst: language === "{code-cell}" };
}

/** Reads a Markdown notebook. Throws an input error for other Markdown, whose code may be no more than examples. */
export function readMarkdown(path: string, text: string): Document {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  const matter = readFrontMatter(lines);
  if (!isMarkdownNotebook(lines)) {
    throw noNotebook(path, "it is Markdown without the header of a notebook (jupytext: or kernelspec: between ---)");
  }
  const cells: Cell[] = [];
  let index = matter.lines;
  while (index < lines.length) {
    const { end, next, ...cell } = cellAt(lines, index);
    const source = lines.slice(cell.fileLine - 1, end).join("\n");
    if (cell.kind === "code" || source.trim() !== "") {
      cells.push({ ...cell, number: cells.length + 1, source, executionCount: undefined, outputs: [] });
    }
    index = next;
  }
  return { kernel: matter.kernel, languages: matter.languages, cells };
}

/** True if the header names a kernel or jupytext, or a cell is MyST's. */
export function isMarkdownNotebook(lines: readonly string[]): boolean {
  return readFrontMatter(lines).isNotebook || lines.some((line) => line.startsWith("```{code-cell}"));
}

interface Span extends Pick<Cell, "kind" | "tags"> {
  readonly fileLine: number;
  /** Index behind its last line. */
  readonly end: number;
  /** Index of the first line behind it, its fence included. */
  readonly next: number;
}

function cellAt(lines: readonly string[], index: number): Span {
  const fence = fenceOf(lines[index]);
  if (fence?.runs !== true) {
    const end = endOfProse(lines, index);
    return { kind: "markdown", tags: [], fileLine: index + 1, end, next: end };
  }
  const end = closing(lines, index, fence.ticks);
  const start = fence.isMyst ? behindOptions(lines, index + 1, end) : index + 1;
  const tags = tagsIn([fence.options, ...lines.slice(index + 1, start)].join("\n"));
  return { kind: "code", tags, fileLine: start + 1, end, next: end + 1 };
}

/** The index of the next fence of code; other fences are a part of the prose. */
function endOfProse(lines: readonly string[], from: number): number {
  let index = from;
  while (index < lines.length) {
    const fence = fenceOf(lines[index]);
    const behind = behindRegion(lines, index);
    if (fence?.runs === true) return index;
    if (behind !== undefined) index = behind;
    else index = fence === undefined ? index + 1 : closing(lines, index, fence.ticks) + 1;
  }
  return lines.length;
}

/** jupytext puts a cell of prose between such comments where it holds fences of its own: the index behind it. */
function behindRegion(lines: readonly string[], open: number): number | undefined {
  const [, name] = /^<!-- #(region|md|raw)\b.*-->\s*$/.exec(lines[open] ?? "") ?? [];
  if (name === undefined) return undefined;
  const close = lines.findIndex((line, index) => index > open && line.startsWith(`<!-- #end${name}`));
  return close < 0 ? undefined : close + 1;
}

/** The index of the line that closes a fence; behind the last line if none does. */
function closing(lines: readonly string[], open: number, ticks: string): number {
  const close = lines.findIndex((line, index) => index > open && line.startsWith(ticks) && /^`+\s*$/.test(line));
  return close < 0 ? lines.length : close;
}

/** MyST's options stand above the code: lines `:key: value`, or YAML between `---`. */
function behindOptions(lines: readonly string[], from: number, end: number): number {
  let index = from;
  if (lines[from]?.trimEnd() === "---") {
    const close = lines.findIndex((line, at) => at > from && line.trimEnd() === "---");
    return close < 0 || close >= end ? from : close + 1;
  }
  while (index < end && /^:[\w-]+:/.test(lines[index] ?? "")) index += 1;
  return index;
}
