/**
 * Python scripts as notebooks. A line `# %%` begins a cell, as Spyder, VS Code and jupytext ("The percent format") have it, and so
 * does `# In[3]:` of nbconvert.
 */
import { asTyped } from "./converted";
import { readFrontMatter, tagsIn, type FrontMatter } from "./frontMatter";
import { afterLine, START } from "./lexer";
import type { Cell, Document } from "./notebook";

/** `# %% title [markdown] tags=["a"]`; more percent signs are cells within cells. */
const MARKER = /^#\s*%%+(?:\s+(.*))?$/;
const OLD_MARKER = /^#\s*(?:In\s?\[[\d ]*\]:?|<(?:code|markdown)cell>)\s*$/;

interface Chunk {
  /** What stands behind the marker; `undefined` for what lies above the first one. */
  readonly options: string | undefined;
  /** Index of its first line below the marker. */
  readonly start: number;
  readonly end: number;
}

/** Reads a script. One without a marker is a single cell. */
export function readScript(text: string): Document {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  const head = headOf(lines);
  const cells: Cell[] = [];
  for (const chunk of chunksOf(lines, head.lines)) {
    const body = lines.slice(chunk.start, chunk.end);
    if (chunk.options === undefined && body.every((line) => /^\s*(#|$)/.test(line))) continue;
    cells.push(readChunk(chunk, body, { number: cells.length + 1, magicsAreComments: head.isJupytext }));
  }
  return { kernel: head.kernel, languages: head.languages, cells };
}

/** True if a line begins a cell, or jupytext's header is there. */
export function hasMarkers(lines: readonly string[]): boolean {
  return lines.some((line) => markerOptions(line) !== undefined) || headOf(lines).isNotebook;
}

/** The lines above the cells: `#!`, the encoding, and jupytext's header behind `#`. */
function headOf(lines: readonly string[]): FrontMatter {
  const first = lines.findIndex((line) => !/^#!|^#.*coding[:=]/.test(line));
  const commented = lines.slice(first).map((line) => (line.startsWith("#") ? uncommented(line) : "\0"));
  const matter = readFrontMatter(commented);
  return { ...matter, lines: matter.lines + Math.max(0, first) };
}

/** Splits the lines at the markers that are no part of a string. */
function chunksOf(lines: readonly string[], from: number): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let open: Omit<Chunk, "end"> = { options: undefined, start: from };
  let state = START;
  for (let index = from; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const options = state.quote === undefined ? markerOptions(line) : undefined;
    if (options !== undefined) {
      chunks.push({ ...open, end: index });
      open = { options, start: index + 1 };
    }
    state = options === undefined && !isProse(open) ? afterLine(line, state) : START;
  }
  return [...chunks, { ...open, end: lines.length }];
}

function markerOptions(line: string): string | undefined {
  const percent = MARKER.exec(line);
  if (percent !== null) return percent[1] ?? "";
  return OLD_MARKER.test(line) ? (line.includes("<markdown") ? "[markdown]" : "") : undefined;
}

function isProse({ options = "" }: Pick<Chunk, "options">): boolean {
  return /\[(markdown|md|raw)\]/.test(options);
}

function readChunk(
  { options = "", start }: Chunk,
  body: readonly string[],
  { number, magicsAreComments }: { readonly number: number; readonly magicsAreComments: boolean },
): Cell {
  const cell = { number, executionCount: undefined, tags: tagsIn(options), outputs: [], fileLine: start + 1 };
  if (isProse({ options })) {
    const kind = options.includes("[raw]") ? "raw" : "markdown";
    return { ...cell, kind, source: proseLines(body).join("\n") };
  }
  const language = /\blanguage\s*=\s*["'](\w+)["']/.exec(options)?.[1];
  if (language !== undefined && !/^i?python3?$/i.test(language)) {
    return { ...cell, kind: "code", source: [`%%${language}`, ...body].join("\n"), fileLine: start };
  }
  const typed = asTyped(body);
  if (typed !== undefined) {
    const fileLines = typed.indexes.map((index) => start + index + 1);
    return { ...cell, kind: "code", source: typed.lines.join("\n"), fileLines };
  }
  return { ...cell, kind: "code", source: (magicsAreComments ? withMagics(body) : body).join("\n") };
}

/** Markdown as comments, or as a string in three quotes. */
function proseLines(lines: readonly string[]): readonly string[] {
  const isText = QUOTES.test(lines.find((line) => line.trim() !== "") ?? "");
  return lines.map((line) => {
    if (isText) return line.replace(QUOTES, "").replace(/(?:"""|''')$/, "");
    return line.startsWith("#") ? uncommented(line) : line;
  });
}

const QUOTES = /^r?(?:"""|''')/;

function uncommented(line: string): string {
  return line.replace(/^# ?/, "");
}

/** As `jupytext.magics` knows them. */
const COMMENTED_MAGIC = /^(\s*)# ?((?:%{1,2}[A-Za-z]|[!?]\s*[A-Za-z.~$\\/{]|[A-Za-z_]\w*\s*=\s*(?:%|!)[A-Za-z]).*)$/;

/** jupytext makes comments of magics, so that the script is Python. */
function withMagics(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  // The body of another language is a comment too.
  const isForeign = /^# ?%%(?!time\b|capture\b|prun\b)/.test(lines[first] ?? "");
  let state = START;
  return lines.map((line) => {
    if (isForeign) return uncommented(line);
    const plain = state.quote === undefined ? line.replace(COMMENTED_MAGIC, "$1$2") : line;
    state = plain === line ? afterLine(line, state) : state;
    return plain;
  });
}
