import { runInThisContext } from "node:vm";
import { ts } from "ts-morph";
import { digestOf } from "../../src/core/digest";
import type { Cell, Notebook } from "../../src/core/notebook/notebook";
import type { Extraction } from "../../src/core/pipeline";

/** A cell's source, or more of it. */
export type CellDraft = string | Partial<Cell>;

/** A notebook of code cells; a source that begins with `#` is prose. */
export function typescriptNotebook(...sources: readonly CellDraft[]): Notebook {
  const cells = sources.map((source, index): Cell => {
    const given = typeof source === "string" ? { source } : source;
    const kind = given.source?.startsWith("#") === true ? "markdown" : "code";
    return { number: index + 1, kind, source: "", executionCount: index + 1, tags: [], outputs: [], ...given };
  });
  return {
    path: "harbour.ipynb",
    digest: digestOf(JSON.stringify(cells)),
    language: "typescript",
    kernel: "deno",
    cells,
  };
}

type Values = Readonly<Record<string, unknown>>;

/** Stands for Deno where a test reads no file. */
const NO_DENO = { args: [], writeTextFile: () => Promise.resolve() };

/** What the notebook's own program gives for `names` when it is run to its end. */
export async function runProgram(
  { program }: Extraction,
  names: readonly string[],
  deno: unknown = NO_DENO,
): Promise<Values> {
  const source = program.cells.map((cell) => cell.source).join("\n");
  return evaluate(`${source}\nreturn { ${names.join(", ")} };`, deno);
}

/** What the generated module's `run` gives for its defaults. */
export async function runModule({ module }: Extraction, deno: unknown = NO_DENO): Promise<Values> {
  const [body = ""] = module.text.split("/** Reads `--name value`");
  const source = body
    .replace(/^import .*$/m, "")
    .replace(/^export (?=(async |function|const|interface|type|class))/gm, "");
  return evaluate(`${source}\nreturn await run();`, deno);
}

async function evaluate(source: string, deno: unknown): Promise<Values> {
  // The body of an async function: as in a module, `await` may stand at its top.
  const wrapped = `(async (Deno, console) => {\n${source}\n})`;
  const { outputText } = ts.transpileModule(wrapped, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const main = runInThisContext(outputText) as (deno: unknown, console: unknown) => Promise<Values>;
  return main(deno, { log: () => undefined, table: () => undefined });
}
