/**
 * How generated clients are laid out: as Prettier does it, 100 columns wide. To load and run Prettier for one file takes longer
 * than everything else about it.
 */

const WIDTH = 100;

/** What stands around items, such as `const names = [` and `];`. */
export interface Brackets {
  readonly open: string;
  readonly close: string;
}

/** Items in brackets: on one line if they fit behind `indent` columns; else strings one a line, and numbers as many as fit. */
export function listed({ open, close }: Brackets, items: readonly (string | number)[], indent: number): string {
  const texts = items.map((item) => (typeof item === "number" ? String(item) : item));
  const line = `${open}${texts.join(", ")}${close}`;
  if (fits(line, indent)) return line;
  const isFilled = items.every((item) => typeof item === "number");
  const lines = isFilled ? filled(texts, WIDTH - indent - 2) : texts.map((text) => `${text},`);
  return [open, ...lines.map((one) => `  ${one}`), close].join("\n");
}

/** A call of `open` whose last argument may be an array of strings: on one line, with the array open, or an argument a line. */
export function called(
  { open, close }: Brackets,
  args: readonly string[],
  items: readonly string[] | undefined,
  indent: number,
): string {
  const line = `${open}(${[...args, ...(items === undefined ? [] : [`[${items.join(", ")}]`])].join(", ")})${close}`;
  if (fits(line, indent)) return line;
  const head = `${open}(${args.join(", ")}, [`;
  if (items !== undefined && fits(head, indent)) return listed({ open: head, close: `])${close}` }, items, indent);
  const last = items === undefined ? [] : [listed({ open: "[", close: "]" }, items, indent + "  ,".length)];
  return [`${open}(`, ...[...args, ...last].map((arg) => indented(`${arg},`)), `)${close}`].join("\n");
}

/** A union type behind `open` and before a semicolon: on the same line if it fits, else on the next, else a member a line. */
export function union(open: string, members: readonly string[], indent: number): string {
  const line = members.join(" | ");
  if (members.length === 1 || fits(`${open}${line};`, indent)) return line;
  return fits(`${line};`, indent + 2) ? `\n${line}` : members.map((one) => `\n| ${one}`).join("");
}

/** A text whose every line begins two columns further in. */
export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function fits(line: string, indent: number): boolean {
  return line.length <= WIDTH - indent;
}

function filled(items: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const item of items.map((text) => `${text},`)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + item.length <= width) lines[lines.length - 1] = `${last} ${item}`;
    else lines.push(item);
  }
  return lines;
}
