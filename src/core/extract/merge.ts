/** Generated files that were edited by hand: merged by line with what is generated now, and marked as git marks conflicts. */
import { diffArrays } from "diff";
import type { LineOrigin } from "../pipeline";

const BEGIN = "<<<<<<< edited by hand";
const BETWEEN = "=======";
const END = ">>>>>>> notebook";

/** Of two texts with more changed lines nothing is taken for common: to find it takes the square of their number. */
const MAX_CHANGES = 2000;

/** Three texts of one file. */
export interface Versions {
  /** As it was generated last. */
  readonly base: string;
  /** `base` with somebody's edits. */
  readonly edited: string;
  /** As it is generated now. */
  readonly generated: string;
}

type Lines = readonly string[];

/**
 * Both changes of `base` in one text. Where they touch, both are in it, between marks: no line of either is lost. Line ends are
 * those of `edited`. The algorithm is diff3's (Khanna, Kunal, Pierce: A Formal Investigation of Diff3): the lines that all three
 * have in common stand, and of what lies between two of them the side counts that changed it.
 */
export function mergeEdits(versions: Versions): string {
  const lineEnd = hasCarriageReturns(versions.edited) ? "\r\n" : "\n";
  const edited = versions.edited.split(lineEnd);
  const [base, generated] = [versions.base.split("\n"), versions.generated.split("\n")];
  const [inEdited, inGenerated] = [commonLines(base, edited), commonLines(base, generated)];
  inEdited.set(base.length, edited.length);
  inGenerated.set(base.length, generated.length);
  const merged: string[] = [];
  let [from, fromEdited, fromGenerated] = [0, 0, 0];
  for (const [at, atEdited] of inEdited) {
    const atGenerated = inGenerated.get(at);
    if (atGenerated === undefined) continue;
    const mine = edited.slice(fromEdited, atEdited);
    for (const line of resolve(base.slice(from, at), mine, generated.slice(fromGenerated, atGenerated)))
      merged.push(line);
    merged.push(...base.slice(at, at + 1));
    [from, fromEdited, fromGenerated] = [at + 1, atEdited + 1, atGenerated + 1];
  }
  return merged.join(lineEnd);
}

/** What stands between two common lines. */
function resolve(base: Lines, edited: Lines, generated: Lines): Lines {
  if (isSame(edited, base)) return generated;
  if (isSame(generated, base) || isSame(generated, edited)) return edited;
  if (isSame(generated.map(withoutCells), base.map(withoutCells))) return renumbered(base, edited, generated);
  return [BEGIN, ...edited, BETWEEN, ...generated, END];
}

/** The cells that lines came of: `# cell 3`, `# cells 1, 2`. They move where a cell is put above them. */
const CELLS = / {2}# cells? [\d, ]+$/;

function withoutCells(line: string): string {
  return line.replace(CELLS, "");
}

/** Lines that were edited, with the cells that those of `base` have now. */
function renumbered(base: Lines, edited: Lines, generated: Lines): Lines {
  const now = new Map(base.map((line, index) => [CELLS.exec(line)?.[0], CELLS.exec(generated[index] ?? "")?.[0]]));
  return edited.map((line) => line.replace(CELLS, (cells) => now.get(cells) ?? cells));
}

function isSame(one: Lines, other: Lines): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}

/** True if every line ends as Windows ends it. */
function hasCarriageReturns(text: string): boolean {
  return text.includes("\r\n") && !/(?<!\r)\n/.test(text);
}

/** By index of a line, in order, where the other text has it. */
function commonLines(one: Lines, other: Lines): Map<number, number> {
  const common = new Map<number, number>();
  let [index, otherIndex] = [0, 0];
  for (const { added, removed, count } of diffArrays([...one], [...other], { maxEditLength: MAX_CHANGES }) ?? []) {
    for (let step = 0; !added && !removed && step < count; step++) common.set(index + step, otherIndex + step);
    if (!added) index += count;
    if (!removed) otherIndex += count;
  }
  return common;
}

/** The lines, from 1, at which conflicts begin that nobody has resolved yet. */
export function conflictLines(text: string): readonly number[] {
  return text.split(/\r?\n/).flatMap((line, index) => (line === BEGIN ? [index + 1] : []));
}

/** Where the lines of a generated text are in what became of it; those that are no longer there are left out. */
export function movedLines(origins: readonly LineOrigin[], generated: string, present: string): readonly LineOrigin[] {
  if (generated === present) return origins;
  const moved = commonLines(generated.split("\n"), present.split(/\r?\n/));
  return origins.flatMap((origin) => {
    const index = moved.get(origin.line - 1);
    return index === undefined ? [] : [{ ...origin, line: index + 1 }];
  });
}
