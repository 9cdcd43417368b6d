/** Jupyter's own files: JSON by `nbformat`. */
import * as nbformat from "@jupyterlab/nbformat";
import { inputError } from "../errors";
import { asObject, asText, asTexts, isObject, type Json } from "./json";
import { upgradeNotebook } from "./nbformat3";
import type { Cell, Document } from "./notebook";
import { noNotebook } from "./refusals";

/** Reads nbformat 4, as `@jupyterlab/nbformat` describes it, and 3. Throws an input error if the text is no such notebook. */
export function readIpynb(path: string, text: string): Document {
  const json = current(path, parseJson(path, text));
  const cells: readonly unknown[] = Array.isArray(json.cells) ? json.cells : [];
  const metadata = asObject(json.metadata);
  const spec = asObject(metadata.kernelspec);
  const info = asObject(metadata.language_info);
  return {
    kernel: asText(spec.name),
    languages: [asText(spec.language), asText(info.name)].filter((name) => name !== undefined),
    version: asText(info.version),
    cells: cells.map((cell, index) => readCell(path, asObject(cell), index + 1)),
  };
}

function parseJson(path: string, text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw noNotebook(path, /^\s*</.test(text) ? "it is a web page (HTML)" : "it is not JSON", cause);
  }
  throw noNotebook(path, "it is JSON, but no object");
}

/** The notebook as nbformat 4 has it. */
function current(path: string, json: Json): Json {
  const version = json.nbformat;
  if (version === 1 || version === 2) {
    throw inputError("NOTEBOOK_OLD_FORMAT", `${path} is in nbformat ${version}, a format of before 2013.`, {
      place: { file: path },
      hint: `Convert it: jupyter nbconvert --to notebook --nbformat 4 --inplace "${path}"`,
    });
  }
  const notebook = version === 3 ? upgradeNotebook(json) : json;
  if (notebook === undefined) throw noNotebook(path, "it has no nbformat 3 worksheets");
  if (notebook.nbformat !== nbformat.MAJOR_VERSION || !Array.isArray(notebook.cells))
    throw noNotebook(path, "it has no nbformat 4 cells");
  return notebook;
}

function readCell(path: string, cell: Json, number: number): Cell {
  const type = cell.cell_type;
  if (type !== "code" && type !== "markdown" && type !== "raw") {
    throw noNotebook(path, `its cell ${number} has no cell_type`);
  }
  const count = cell.execution_count;
  return {
    number,
    kind: type,
    source: multiline(cell.source).replace(/\r\n?/g, "\n"),
    executionCount: typeof count === "number" ? count : undefined,
    tags: asTexts(asObject(cell.metadata).tags),
    outputs: asOutputs(cell.outputs),
  };
}

/** nbformat's multiline string: text, or a list of lines that keep their line ends; empty for anything else. */
export function multiline(value: unknown): string {
  return typeof value === "string" ? value : asTexts(value).join("");
}

function asOutputs(value: unknown): readonly nbformat.IOutput[] {
  // SAFETY: only the four kinds that nbformat defines pass, and readers of an output check each field they use.
  const outputs = (Array.isArray(value) ? value.filter(isObject) : []) as unknown as nbformat.IOutput[];
  return outputs.filter(
    (output) =>
      nbformat.isStream(output) ||
      nbformat.isDisplayData(output) ||
      nbformat.isExecuteResult(output) ||
      nbformat.isError(output),
  );
}
