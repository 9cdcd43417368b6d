import { digestOf } from "../../src/core/digest";
import type { ObservedTypes } from "../../src/core/extract/observed";
import { extractPython } from "../../src/core/extract/python";
import type { Cell, Notebook } from "../../src/core/notebook/notebook";
import type { Dropped, Extraction } from "../../src/core/pipeline";
import type { LibraryFacts } from "../../src/core/python/libraryFacts";
import { createParser, type ParsePython } from "../../src/core/python/syntax";
import { createFormatter } from "../../src/node/formatter";
import { createGrammar } from "../../src/node/grammar";

/** A cell's source, or more of it. */
export type CellDraft = string | Partial<Cell>;

/** A Python notebook. A plain text is a code cell, unless it is a Markdown heading: `# Title` and nothing else. */
export function notebookOf(...drafts: readonly CellDraft[]): Notebook {
  const cells = drafts.map((draft, index): Cell => {
    const given = typeof draft === "string" ? { source: draft } : draft;
    return {
      number: index + 1,
      kind: "code",
      source: "",
      executionCount: undefined,
      tags: [],
      outputs: [],
      ...given,
    };
  });
  return {
    path: "study.ipynb",
    digest: digestOf(JSON.stringify(cells)),
    language: "python",
    kernel: "python3",
    cells,
  };
}

/** A Markdown cell. */
export function prose(source: string): CellDraft {
  return { kind: "markdown", source };
}

/** A code cell that was run and showed the value of its last expression. */
export function shown(source: string, text = "1"): CellDraft {
  return {
    source,
    executionCount: 1,
    outputs: [{ output_type: "execute_result", execution_count: 1, metadata: {}, data: { "text/plain": text } }],
  };
}

/** Code cells with the execution counts that the file records. */
export function counted(...cells: readonly (readonly [number, string])[]): readonly CellDraft[] {
  return cells.map(([executionCount, source]) => ({ executionCount, source }));
}

let parser: Promise<ParsePython> | undefined;
const formatter = createFormatter();

/** The real parser, made once. */
export function pythonParser(): Promise<ParsePython> {
  parser ??= (async () => {
    const grammar = createGrammar();
    return createParser({ runtime: await grammar.runtime(), python: await grammar.python() });
  })();
  return parser;
}

/** What extraction may be asked for. */
export interface Wish {
  readonly pipeline?: string;
  readonly ranked?: boolean;
  readonly explain?: boolean;
  readonly effects?: LibraryFacts;
  readonly model?: string;
  readonly observed?: ObservedTypes;
  readonly asOf?: string;
  /** The text of every table that the notebook reads. */
  readonly table?: string;
}

/** Extracts a notebook with the real parser and the real formatter. */
export async function extractNotebook(notebook: Notebook, wish: Wish = {}): Promise<Extraction> {
  const { pipeline = "study", table, ...rest } = wish;
  const tools = { parse: await pythonParser(), format: (text: string) => formatter.python(text) };
  return extractPython(
    notebook,
    { pipeline, folder: `pipelines/${pipeline}`, ...rest },
    table === undefined ? tools : { ...tools, table: async () => ({ text: table }) },
  );
}

/** Extracts the value of the variable `model` from cells. */
export function extractValue(model: string, ...cells: readonly CellDraft[]): Promise<Extraction> {
  return extractNotebook(notebookOf(...cells), { model });
}

/** The steps of a module's text without its scaffolding: from behind `Result` to `run`. */
export function stepsText({ module }: Extraction): string {
  return module.text.slice(module.text.indexOf("class Result:"), module.text.indexOf("\ndef run("));
}

/** First lines of the dropped statements. */
export function droppedTexts({ dropped }: { readonly dropped: readonly Dropped[] }): readonly string[] {
  return dropped.map(({ text }) => text);
}

/** Why the statement that begins with `text` was left out; `undefined` if it was kept. */
export function reasonOf({ dropped }: Extraction, text: string): string | undefined {
  return dropped.find((one) => one.text.startsWith(text))?.reason;
}

/** What a notebook gives, the data that it reads, and the text of its steps. */
export async function outlineOf(...drafts: readonly CellDraft[]) {
  const extraction = await extractNotebook(notebookOf(...drafts));
  return {
    names: extraction.targets.map(({ kind, name }) => `${kind} ${name}`),
    data: extraction.references.map(({ path }) => path),
    text: stepsText(extraction),
  };
}
