/** Scripts that nbconvert wrote: the calls of IPython in them are what was typed in the notebook. */

/** A cell's lines as they were typed, and for each the index of the line of the script that it stands in. */
export interface Typed {
  readonly lines: readonly string[];
  readonly indexes: readonly number[];
}

/** Lines of a cell with `%cd data` for `get_ipython().run_line_magic('cd', 'data')`; `undefined` if there is no such call. */
export function asTyped(body: readonly string[]): Typed | undefined {
  if (!body.some((line) => line.includes("get_ipython()."))) return undefined;
  const first = body.findIndex((line) => line.trim() !== "");
  const isAlone = body.slice(first + 1).every((line) => line.trim() === "");
  const typed = body
    .slice(first)
    .flatMap((line, at) => typedLines(line, isAlone).map((text) => ({ text, index: first + at })));
  return { lines: typed.map(({ text }) => text), indexes: typed.map(({ index }) => index) };
}

const CALL = /^(\s*(?:[A-Za-z_]\w*\s*=\s*)?)get_ipython\(\)\.(\w+)\((.*)\)\s*$/;

function typedLines(line: string, isAlone: boolean): readonly string[] {
  const [, before = "", method = "", given = ""] = CALL.exec(line) ?? [];
  const typed = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  const texts = literals(given);
  if (typed === undefined || texts === undefined) return [line];
  const [first, ...others] = typed(texts, isAlone) ?? [];
  return first === undefined ? [line] : [`${before}${first}`, ...others];
}

type Method = (texts: readonly string[], isAlone: boolean) => readonly string[] | undefined;

const shell: Method = ([command = ""]) => [`!${command}`];
const magic: Method = ([name = "", args = ""]) => [`%${name} ${args}`.trimEnd()];

const METHODS: Readonly<Record<string, Method>> = {
  system: shell,
  getoutput: shell,
  magic,
  run_line_magic: magic,
  run_cell_magic: ([name = "", args = "", body = ""], isAlone) => {
    const code = body.replace(/\n$/, "").split("\n");
    if (isAlone) return [`%%${name} ${args}`.trimEnd(), ...code];
    return /^(time|capture|prun)$/.test(name) ? code : undefined;
  },
};

const LITERAL = /\s*u?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(?:,|$)/y;

/** The texts of a list of plain string literals. */
function literals(given: string): readonly string[] | undefined {
  const texts: string[] = [];
  LITERAL.lastIndex = 0;
  while (LITERAL.lastIndex < given.length) {
    const found = LITERAL.exec(given);
    if (found === null) return undefined;
    texts.push((found[1] ?? found[2] ?? "").replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter));
  }
  return texts;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
