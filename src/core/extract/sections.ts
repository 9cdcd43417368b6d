/** Sections of a notebook: the headings of its Markdown cells, as names for the code below them. */
import type { Notebook } from "../notebook/notebook";
import { identifier } from "./names";
import type { Item } from "./plan";

/** The heading above each code cell, as a name in Python; cells above the first heading have none. */
export function headingsOf({ cells }: Notebook): ReadonlyMap<number, string> {
  const headings = new Map<number, string>();
  let current: string | undefined;
  for (const { kind, number, source } of cells) {
    if (kind === "markdown") current = headingName(source) ?? current;
    else if (current !== undefined) headings.set(number, current);
  }
  return headings;
}

const MAX_WORDS = 4;
/** Words that say nothing in a name. */
const FILLERS =
  /^(a|an|and|are|at|by|for|from|how|in|is|it|let|lets|now|of|on|or|our|s|some|step|part|section|the|this|to|we|with)$/;

/** `3.1 Handling missing values` becomes `handling_missing_values`; `undefined` for a heading without Latin words, or with too many. */
function headingName(source: string): string | undefined {
  const heading = [...source.matchAll(/^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$/gm)].at(-1)?.[1] ?? "";
  const text = heading.replace(/<[^>]*>|\]\([^)]*\)|['’`*]|^[\d.\s)]+/g, "");
  if (!/[a-z]/i.test(text.normalize("NFKD"))) return undefined;
  const words = identifier(text)
    .split("_")
    .filter((word) => /^[a-z]/.test(word) && !FILLERS.test(word));
  return words.length === 0 || words.length > MAX_WORDS ? undefined : words.join("_");
}

/** A stretch of statements below one heading. */
export interface Section {
  readonly heading: string | undefined;
  readonly items: Item[];
}

/** Statements that one function holds without being too long to read. */
const LONG = 12;
/** A section with fewer statements goes with the one above. */
const SHORT = 3;

/** What is known of the statements. */
interface Known {
  /** True for what stays with the statement above. */
  readonly isBound: (item: Item) => boolean;
  /** False for what is no work of its own, as a seed is none. */
  readonly counts: (item: Item) => boolean;
}

/** A long stretch in its sections; a short one, or one without headings, as one. */
export function sectionsOf(
  items: readonly Item[],
  headings: ReadonlyMap<number, string>,
  { isBound, counts }: Known,
): readonly Section[] {
  const all: Section[] = [];
  for (const item of items) {
    const heading = headings.get(item.statement.cell);
    const last = all.at(-1);
    if (last !== undefined && (last.heading === heading || isBound(item))) last.items.push(item);
    else all.push({ heading, items: [item] });
  }
  const sections = withoutShort(all, counts);
  if (items.length > LONG && sections.length > 1) return sections;
  const [heading, ...others] = new Set(items.map(({ statement }) => headings.get(statement.cell)));
  return [{ heading: others.length === 0 ? heading : undefined, items: [...items] }];
}

/** No section that is short by itself: it goes with the one above, the first one with the one below. */
function withoutShort(sections: readonly Section[], counts: Known["counts"]): readonly Section[] {
  const isShort = ({ items }: Section): boolean => items.filter(counts).length < SHORT;
  const joined: Section[] = [];
  for (const section of sections) {
    const above = joined.at(-1);
    if (above === undefined || !(isShort(section) || isShort(above))) joined.push(section);
    else if (isShort(section)) above.items.push(...section.items);
    else joined.splice(-1, 1, { ...section, items: [...above.items, ...section.items] });
  }
  return joined;
}
