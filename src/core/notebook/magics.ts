/**
 * IPython's additions to Python (magics, shell lines, help) made plain: every line keeps its number, so that positions in the
 * plain text are positions in the cell. What IPython accepts: its documentation, "IPython reference", and `inputtransformer2`.
 */
import { afterLine, beginsStatement, START, type LexState } from "./lexer";
import { automagic, meaningOf, type Meaning, type Place } from "./lineMagics";

/** A cell as plain Python, and what was taken out of it. */
export interface PlainCell {
  readonly source: string;
  /** Name of the cell magic whose body is another language (`bash`, `html`), so that `source` is empty. */
  readonly foreign: string | undefined;
  readonly magics: readonly Magic[];
}

/** One line of IPython that Python does not know, with those that it goes on in. `line` counts from 1 in the cell. */
export interface Magic {
  /** `output`: a variable gets what a command prints, and `None` in the plain text. */
  readonly kind: "line" | "cell" | "shell" | "help" | "output";
  readonly text: string;
  readonly line: number;
}

/** Cell magics whose body is ordinary Python that defines names. */
const TRANSPARENT = new Set(["time", "capture", "prun", "snakeviz", "memit", "mprun", "lprun", "notify", "debug"]);

/** What the rest of the notebook tells of a cell. */
export interface Around extends Pick<Place, "namesFolder"> {
  /** True for a name that a cell above binds, which is no magic then. */
  readonly isBound: (name: string) => boolean;
}

/** Turns the text of a code cell into plain Python with the same lines. */
export function plainPython(
  source: string,
  isBound: Around["isBound"] = () => false,
  namesFolder: Around["namesFolder"] = () => true,
): PlainCell {
  const around: Around = { isBound, namesFolder };
  const lines = cleaned(source.split("\n"));
  const magics: Magic[] = [];
  for (;;) {
    const first = lines.findIndex((line) => line.trim() !== "");
    const text = lines[first]?.trimEnd() ?? "";
    const name = /^%%([^\s?]+)(?!\S*\?)/.exec(text)?.[1];
    if (name === undefined) break;
    magics.push({ kind: "cell", text, line: first + 1 });
    if (!isPython(name, lines.slice(first + 1)))
      return { source: "\n".repeat(lines.length - 1), foreign: name, magics };
    lines[first] = "";
  }
  return { source: plainLines(lines, magics, around).join("\n"), foreign: undefined, magics };
}

/** True if what a cell magic wraps counts as the notebook's own code. Names that are bound while time is taken are lost. */
function isPython(name: string, body: readonly string[]): boolean {
  if (name !== "timeit") return TRANSPARENT.has(name);
  return !body.some((line) => /^\s*(?:[\w, ]+=(?!=)|(?:import|from|def|class|for|with)\s)/.test(line));
}

/** IPython takes off the indentation of the first line, and then prompts that were pasted with the code. */
function cleaned(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  const indent = /^[ \t]+/.exec(lines[first] ?? "")?.[0] ?? "";
  const dedented = lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
  return PROMPTS.reduce((text, { prompt, initial }) => {
    const isPasted = initial.test(text[first] ?? "") || prompt.test(text[first + 1] ?? "");
    return isPasted ? text.map((line) => line.replace(prompt, "")) : text;
  }, dedented);
}

const IPYTHON_PROMPT = /^(?:(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: |\s*\.{3,}: ?)/;
const PROMPTS = [
  { prompt: /^(?:>>>|\.\.\.)(?: |$)/, initial: /^>>>(?: |$)/ },
  { prompt: IPYTHON_PROMPT, initial: IPYTHON_PROMPT },
];

function plainLines(lines: readonly string[], magics: Magic[], around: Around): readonly string[] {
  const isAlone = lines.filter((line) => line.trim() !== "").length === 1;
  const plain: string[] = [];
  let state = START;
  while (plain.length < lines.length) {
    const index = plain.length;
    const begins = beginsStatement(state);
    const span = begins ? continuedLines(lines, index) : lines.slice(index, index + 1);
    const found = begins ? specialLines(span, state, isAlone, around) : undefined;
    if (found !== undefined) magics.push({ kind: found.kind, text: found.text, line: index + 1 });
    for (const line of found?.lines ?? span.slice(0, 1)) {
      plain.push(line);
      state = afterLine(line, state);
    }
  }
  return plain;
}

/** A line, and those that it goes on in behind a backslash. */
function continuedLines(lines: readonly string[], index: number): readonly string[] {
  let end = index;
  while (lines[end]?.endsWith("\\") === true && end < lines.length - 1) end += 1;
  return lines.slice(index, end + 1);
}

/** The plain form of lines that Python does not know; `undefined` if they are Python already. */
function specialLines(
  lines: readonly string[],
  state: LexState,
  isAlone: boolean,
  { isBound, namesFolder }: Around,
): (Pick<Magic, "kind" | "text"> & { readonly lines: readonly string[] }) | undefined {
  const [first = "", ...more] = lines;
  const indent = /^\s*/.exec(first)?.[0] ?? "";
  const text = lines.map((line, index) => (index < lines.length - 1 ? line.slice(0, -1) : line).trim()).join(" ");
  const place: Place = { inBlock: indent !== "", namesFolder };
  const unmarked = automagic(text, isAlone, isBound) ?? "";
  const meaning = helpMeaning(first, state) ?? meaningOf(text, place) ?? meaningOf(unmarked, place);
  if (meaning === undefined) return undefined;
  return { kind: meaning.kind, text, lines: [`${indent}${plainText(meaning, text)}`, ...more.map(commented)] };
}

function plainText({ plain, isItself }: Meaning, text: string): string {
  return isItself ? plain : `${plain}  # ${text}`;
}

function commented(line: string): string {
  return `# ${line.trimStart()}`;
}

/** A statement that ends with a name and a question mark asks for help, whatever it begins with. */
function helpMeaning(line: string, state: LexState): Meaning | undefined {
  const asked = line.trimEnd();
  // A name or a list's item: looked for at the end alone, because lines may be long.
  if (!asked.endsWith("?") || !/(?:[A-Za-z_*]\w*|\*|\[-?\d+\])\?\??$/.test(asked.slice(-80))) return undefined;
  const after = afterLine(line, state);
  const isCode = beginsStatement(after) && after.codeEnd === line.length;
  return isCode ? { kind: "help", plain: "pass", isItself: false } : undefined;
}
