/**
 * IPython's additions to Python (magics, shell lines, help) made plain: every line keeps its number, so that positions in the
 * plain text are positions in the cell. What IPython accepts: its documentation, "IPython reference", and `inputtransformer2`.
 */

import { afterLine, beginsStatement, START } from "./lexer";

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
  let state = START;
  const plain: string[] = [];
  let shellContinues = false;
  lines.forEach((line, index) => {
    const atStart = beginsStatement(state);
    const found = shellContinues ? shellLine(line) : atStart ? plainLine(line) : undefined;
    shellContinues = found?.magic.kind === "shell" && line.trimEnd().endsWith("\\");
    if (found !== undefined) magics.push({ ...found.magic, line: index + 1 });
    const text = found?.text ?? line;
    plain.push(text);
    state = afterLine(text, state);
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
  const [kind, plain] = plainText(text) ?? [];
  return kind === undefined ? undefined : { text: `${indent}${plain ?? ""}`, magic: { kind, text } };
}

const RUNNER = /^%(\w+)((?:\s+-\S+(?:\s+\d+)?)*)\s+(\S.*)$/;
const ASSIGNED = /^([A-Za-z_][\w.]*\s*=\s*)([!%].*)$/;
const HELP = /^(\?{1,2}[\w.*]+|[%\w.*[\]]+\?{1,2}\s*|pip3? install .*)$/;

function plainText(text: string): readonly [Magic["kind"], string] | undefined {
  if (text.startsWith("%")) return ["line", lineMagic(text)];
  if (text.startsWith("!")) return ["shell", `pass  # ${text}`];
  const [, target, command = ""] = ASSIGNED.exec(text) ?? [];
  if (target !== undefined) return ["shell", `${target}None  # ${command}`];
  return HELP.test(text) ? ["help", `pass  # ${text}`] : undefined;
}

function lineMagic(text: string): string {
  const [, name = "", , statement = ""] = RUNNER.exec(text) ?? [];
  return RUNNERS.has(name) ? statement : `${directory(text) ?? "pass"}  # ${text}`;
}

/** `%cd` changes where later paths lead; it stays in effect. */
function directory(magic: string): string | undefined {
  const path = /^%cd\s+(?:-q\s+)?(['"]?)([^'"]+)\1\s*$/.exec(magic)?.[2];
  return path === undefined ? undefined : `__import__("os").chdir(${JSON.stringify(path.trim())})`;
}

function shellLine(line: string): PlainLine {
  return { text: `# ${line.trimStart()}`, magic: { kind: "shell", text: line.trim() } };
}
