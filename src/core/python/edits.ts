/** Edits of a cell's text. */

/** Replaces `[start, end)` of a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The part `[start, end)` of a text with edits applied: insertions first, then the longest. Edits outside of the part, and inside of
 * others, are left out.
 */
export function edited(source: string, part: Pick<Edit, "start" | "end">, edits: readonly Edit[]): string {
  const inside = edits
    .filter(({ start, end }) => start >= part.start && end <= part.end)
    .sort((a, b) => a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start) || b.end - a.end);
  let text = "";
  let at = part.start;
  for (const edit of inside) {
    if (edit.start < at) continue;
    text += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + source.slice(at, part.end);
}
