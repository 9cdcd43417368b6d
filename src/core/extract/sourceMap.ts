import { alignLines } from "./alignLines";
import { afterLine, beginsStatement, START } from "../notebook/lexer";
import type { LineOrigin } from "../pipeline";
import type { Origin } from "./plan";

/** A line of code or a comment, with those that go on with it. Lines count from 1. */
interface Line {
  readonly first: number;
  last: number;
  /** How far it is set in. */
  readonly column: number;
  readonly code: string;
}

type Origins = ReadonlyMap<string, readonly (Origin | undefined)[]>;

/**
 * Which cell each line of the formatted module came from. The formatter moves lines but keeps the statements and their order, so
 * each function's statements are matched one by one with their origins. Statements are told by how far they are set in.
 */
export function mapLines(text: string, origins: Origins): readonly LineOrigin[] {
  const written = text.split("\n");
  // Several functions may have one name, as those that are registered with another one.
  const left = new Map([...origins].map(([name, all]) => [name, [...all]]));
  return statementsIn(linesIn(written)).flatMap((lines) => topLines(lines, origins, left, written));
}

const DEFINITION = /^(?:(?:async )?def|class) (\w+)/;
/** What goes on with the statement above it. */
const CLAUSE = /^(elif|else|except|finally)\b/;
/** What is assigned to, or called: no formatter changes it. */
const HEAD = /^[\w.]+/;

function topLines(
  lines: readonly Line[],
  origins: Origins,
  left: ReadonlyMap<string, (Origin | undefined)[]>,
  written: readonly string[],
): readonly LineOrigin[] {
  const start = lines.findIndex(({ code }) => DEFINITION.test(code));
  const name = DEFINITION.exec(lines[start]?.code ?? "")?.[1];
  if (name === undefined) return patchLines(lines, left.get("") ?? [], written);
  const whole = left.get(`def ${name}`)?.shift();
  if (whole !== undefined) return linesOf(lines.slice(start), whole, written);
  return statementsIn(lines.slice(start + 1)).flatMap((statement, index) => {
    const origin = origins.get(name)?.[index];
    return origin === undefined ? [] : linesOf(statement, origin, written);
  });
}

/** `Cleaner.run = run`, between functions. */
function patchLines(
  lines: readonly Line[],
  left: (Origin | undefined)[],
  written: readonly string[],
): readonly LineOrigin[] {
  const code = lines.filter((line) => !isComment(line));
  const [head] = HEAD.exec(code[0]?.code ?? "") ?? [];
  const [origin] = left;
  if (head === undefined || origin === undefined || HEAD.exec(origin.text)?.[0] !== head) return [];
  left.shift();
  return linesOf(code, origin, written);
}

function linesOf(lines: readonly Line[], origin: Origin, written: readonly string[]): readonly LineOrigin[] {
  const [first, last] = [lines[0]?.first ?? 0, lines.at(-1)?.last ?? 0];
  const offsets = alignLines(written.slice(first - 1, last), origin.text.split("\n"));
  const { cell, cellLine } = origin;
  return offsets.map((offset, index) => ({ line: first + index, cell, cellLine: cellLine + offset }));
}

/** The lines of each statement that is set in as far as the first one, with all that is set in below it. */
function statementsIn(lines: readonly Line[]): readonly (readonly Line[])[] {
  const column = lines.find((line) => !isComment(line))?.column ?? 0;
  const statements: Line[][] = [];
  let isDecorated = false;
  for (const line of lines.filter((one) => one.column > column || !isComment(one))) {
    const isInside = line.column > column;
    if (isInside || isDecorated || CLAUSE.test(line.code)) statements.at(-1)?.push(line);
    else statements.push([line]);
    if (!isInside) isDecorated = line.code.startsWith("@");
  }
  return statements;
}

function isComment({ code }: Line): boolean {
  return code.startsWith("#");
}

function linesIn(written: readonly string[]): readonly Line[] {
  const lines: Line[] = [];
  let state = START;
  written.forEach((line, index) => {
    const begins = beginsStatement(state);
    state = afterLine(line, state);
    const code = line.trimStart();
    const before = lines.at(-1);
    if (!begins && before !== undefined) before.last = index + 1;
    else if (code !== "") lines.push({ first: index + 1, last: index + 1, column: line.length - code.length, code });
  });
  return lines;
}
