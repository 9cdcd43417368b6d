import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { Language, Parser } from "web-tree-sitter";
import { analyse, openNotebook } from "../../src/app/analyse";
import type { Notebook } from "../../src/core/notebook/notebook";
import { nodeFiles } from "../../src/node/files";
import { createFormatter } from "../../src/node/formatter";
import { createGrammar } from "../../src/node/grammar";
import { alternate, median, milliseconds, type Row } from "./measure";
import { ROOT } from "./places";

const ROUNDS = 5;

const host = {
  files: nodeFiles,
  formatter: createFormatter(),
  grammar: createGrammar(),
  progress: { stage: () => undefined, report: () => undefined, note: () => undefined },
};

/** Extraction in a warm process, beside a bare parse of the same cells by the same parser. */
export async function extraction(): Promise<readonly Row[]> {
  const parsePython = await pythonParser();
  const rows: Row[] = [];
  for (const path of notebooks()) {
    const notebook = await openNotebook(ROOT, path, host);
    const extract = () => analyse({ workspace: ROOT, notebook: path }, host, new AbortController().signal);
    await extract(); // loads the parsers
    const times = await alternate(ROUNDS, {
      extract,
      parse: () => cells(notebook).forEach(notebook.language === "python" ? parsePython : parseTypeScript),
    });
    const yardstick = { name: "bare parse", ...milliseconds(times.parse) };
    rows.push({ figure: `extraction of ${basename(path)}`, value: milliseconds(times.extract), yardstick });
  }
  const half = (pick: (row: Row) => number | undefined) => median(rows.map((row) => pick(row) ?? Number.NaN));
  const yardstick = { name: "bare parse", ...milliseconds(half((row) => row.yardstick?.amount)) };
  const value = milliseconds(half((row) => row.value.amount));
  return [...rows, { figure: "extraction, median", value, yardstick, remark: `${rows.length} notebooks` }];
}

function notebooks(): readonly string[] {
  return ["examples", "test/golden"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ipynb"))
      .map((name) => join(ROOT, folder, name)),
  );
}

function cells(notebook: Notebook): readonly string[] {
  return notebook.cells.filter(({ kind }) => kind === "code").map(({ source }) => source);
}

async function pythonParser(): Promise<(source: string) => void> {
  await Parser.init({ wasmBinary: await host.grammar.runtime() });
  const parser = new Parser().setLanguage(await Language.load(await host.grammar.python()));
  return (source) => parser.parse(source)?.delete();
}

function parseTypeScript(source: string): void {
  ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest);
}
