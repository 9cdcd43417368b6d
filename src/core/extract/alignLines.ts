/** Which line of a text each line of its formatted and edited version came from. */

interface Word {
  readonly text: string;
  readonly line: number;
  /** True if its line begins with it. */
  readonly begins: boolean;
}

/** How many words are looked past to go on after a difference: in both texts together, and in the original alone. */
const NEAR = 60;
const FAR = 2000;

/**
 * For each line of the formatted text, the line of the original that it came from, both from 0. A formatter moves line ends, and
 * edits change some words, but the words stay in their order: what follows a difference is found again by words that match.
 */
export function alignLines(formatted: readonly string[], original: readonly string[]): readonly number[] {
  if (areParallel(formatted, original)) return formatted.map((_, line) => line);
  const lines = matchedLines(wordsOf(formatted), wordsOf(original));
  let last = 0;
  return formatted.map((_, line) => (last = lines.get(line) ?? last));
}

/** The line of the original for each line of which a word was found there: for the first such word. */
function matchedLines(to: readonly Word[], from: readonly Word[]): ReadonlyMap<number, number> {
  const lines = new Map<number, number>();
  let [at, source] = [0, 0];
  while (at < to.length && source < from.length) {
    if (to[at]?.text === from[source]?.text) {
      note(lines, to[at++], from[source++]);
      continue;
    }
    const skipped = difference(to, at, from, source);
    at += skipped.at;
    source += skipped.source;
  }
  return lines;
}

function note(lines: Map<number, number>, word: Word | undefined, origin: Word | undefined): void {
  if (word !== undefined && origin !== undefined && !lines.has(word.line)) lines.set(word.line, origin.line);
}

/** True if each line begins with the same word as before. */
function areParallel(formatted: readonly string[], original: readonly string[]): boolean {
  return (
    formatted.length === original.length &&
    formatted.every((line, index) => firstWord(line) === firstWord(original[index]))
  );
}

function firstWord(line = ""): string | undefined {
  return /\w+/.exec(line)?.[0];
}

function wordsOf(lines: readonly string[]): readonly Word[] {
  return lines.flatMap((text, line) =>
    Array.from(text.matchAll(/\w+/g), ([word], index) => ({ text: word, line, begins: index === 0 })),
  );
}

/** How many words to pass in either text until two match, or two that lines begin with. */
function difference(to: readonly Word[], at: number, from: readonly Word[], source: number) {
  const matches = (a: number, b: number): boolean => {
    const [word, origin] = [to[at + a], from[source + b]];
    if (word?.text !== origin?.text) return false;
    const areFirst = word?.begins === true && origin?.begins === true;
    return areFirst || to[at + a + 1]?.text === from[source + b + 1]?.text;
  };
  for (let distance = 1; distance <= NEAR; distance++)
    for (let passed = 0; passed <= distance; passed++)
      if (matches(passed, distance - passed)) return { at: passed, source: distance - passed };
  // A statement that was left out may be long.
  for (let passed = NEAR; passed <= FAR && source + passed < from.length; passed++)
    if (matches(0, passed)) return { at: 0, source: passed };
  return { at: 1, source: 0 };
}
