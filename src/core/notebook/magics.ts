/**
 * IPython's additions to Python (magics, shell lines, help) made plain: every line keeps its number, so that positions in the
 * plain text are positions in the cell. What IPython accepts: its documentation, "IPython reference", and `inputtransformer2`.
 */

/** A cell as plain Python, and what was taken out of it. */
export interface PlainCell {
  readonly source: string;
  /** Name of the cell magic whose body is another language (`bash`, `html`), so that `source` is empty. */
  readonly foreign: string | undefined;
  readonly magics: readonly Magic[];
}

/** One line of IPython that Python does not know. `line` counts from 1 in the cell. */
export interface Magic {
  readonly kind: "line" | "cell" | "shell" | "help";
  readonly text: string;
  readonly line: number;
}

/** Cell magics whose body is ordinary Python that defines names. */
const TRANSPARENT = new Set(["time", "timeit", "capture", "prun", "snakeviz", "memit", "mprun", "lprun", "notify"]);
/** Line magics that run the Python statement behind them. */
const RUNNERS = new Set(["time", "timeit", "prun", "memit"]);

/** Turns the text of a code cell into plain Python with the same lines. */
export function plainPython(source: string): PlainCell {
  const lines = dedent(source.split("\n"));
  const magics: Magic[] = [];
  const first = lines.findIndex((line) => line.trim() !== "");
  const cellMagic = /^%%(\w+)/.exec(lines[first] ?? "");
  if (cellMagic !== null) {
    const name = cellMagic[1] ?? "";
    magics.push({ kind: "cell", text: (lines[first] ?? "").trim(), line: first + 1 });
    if (!TRANSPARENT.has(name)) return { source: "\n".repeat(lines.length - 1), foreign: name, magics };
    lines[first] = "";
  }
  return { source: plainLines(lines, magics).join("\n"), foreign: undefined, magics };
}

/** IPython takes the indentation of the first line off every line. */
function dedent(lines: readonly string[]): string[] {
  const indent = /^[ \t]+/.exec(lines.find((line) => line.trim() !== "") ?? "")?.[0];
  if (indent === undefined) return [...lines];
  return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
}

function plainLines(lines: readonly string[], magics: Magic[]): string[] {
  const state: LexState = { depth: 0, quote: undefined, continued: false };
  const plain: string[] = [];
  let shellContinues = false;
  lines.forEach((line, index) => {
    const atStart = state.depth === 0 && state.quote === undefined && !state.continued;
    const found = shellContinues ? shellLine(line) : atStart ? plainLine(line) : undefined;
    shellContinues = found?.magic.kind === "shell" && line.trimEnd().endsWith("\\");
    if (found !== undefined) magics.push({ ...found.magic, line: index + 1 });
    const text = found?.text ?? line;
    plain.push(text);
    scanLine(text, state);
  });
  return plain;
}

interface PlainLine {
  readonly text: string;
  readonly magic: Omit<Magic, "line">;
}

/** The plain form of a line that begins a statement; `undefined` if it is Python already. */
function plainLine(line: string): PlainLine | undefined {
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const text = line.slice(indent.length);
  const runner = /^%(\w+)((?:\s+-\S+(?:\s+\d+)?)*)\s+(\S.*)$/.exec(text);
  if (runner?.[3] !== undefined && RUNNERS.has(runner[1] ?? "")) {
    return { text: indent + runner[3], magic: { kind: "line", text } };
  }
  if (text.startsWith("%"))
    return { text: `${indent}${directory(text) ?? "pass"}  # ${text}`, magic: { kind: "line", text } };
  if (text.startsWith("!")) return { ...shellLine(line), text: `${indent}pass  # ${text}` };
  const assigned = /^([A-Za-z_][\w.]*\s*=\s*)([!%].*)$/.exec(text);
  if (assigned !== null) {
    return { text: `${indent}${assigned[1] ?? ""}None  # ${assigned[2] ?? ""}`, magic: { kind: "shell", text } };
  }
  const isHelp = /^\?{1,2}[\w.*]+$|^[%\w.*[\]]+\?{1,2}$/.test(text.trim()) || /^pip3? install /.test(text);
  return isHelp ? { text: `${indent}pass  # ${text}`, magic: { kind: "help", text } } : undefined;
}

/** `%cd` changes where later paths lead; it stays in effect. */
function directory(magic: string): string | undefined {
  const path = /^%cd\s+(?:-q\s+)?(['"]?)([^'"]+)\1\s*$/.exec(magic)?.[2];
  return path === undefined ? undefined : `__import__("os").chdir(${JSON.stringify(path.trim())})`;
}

function shellLine(line: string): PlainLine {
  return { text: `# ${line.trimStart()}`, magic: { kind: "shell", text: line.trim() } };
}

interface LexState {
  depth: number;
  /** The quotes of the string that is open. */
  quote: string | undefined;
  continued: boolean;
}

const TOKEN = /\\[\s\S]?|"""|'''|["'#()[\]{}]/g;

/** Follows brackets, strings and backslashes through one line, to know whether the next one begins a statement. */
function scanLine(line: string, state: LexState): void {
  state.continued = false;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(line); match !== null; match = TOKEN.exec(line)) {
    const token = match[0];
    if (state.quote !== undefined) {
      if (token === state.quote) state.quote = undefined;
      else if (token.startsWith(state.quote)) reopen(state, match.index + state.quote.length);
    } else if (token === "#") {
      break;
    } else if (/["']/.test(token)) {
      state.quote = token;
    } else if (token === "\\") {
      state.continued = true;
    } else {
      state.depth = Math.max(0, state.depth + ("([{".includes(token) ? 1 : ")]}".includes(token) ? -1 : 0));
    }
  }
  if (state.quote?.length === 1 && !line.endsWith("\\")) state.quote = undefined;
}

/** `'…'''`: the first quote of three closes the string; go on behind it. */
function reopen(state: LexState, index: number): void {
  state.quote = undefined;
  TOKEN.lastIndex = index;
}
