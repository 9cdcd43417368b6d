import * as nbformat from "@jupyterlab/nbformat";
import { digestOf } from "../digest";
import { inputError } from "../errors";
import type { Language } from "../pipeline";
import type { Cell, Notebook } from "./notebook";

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a notebook file (nbformat 4, as `@jupyterlab/nbformat` describes it). `path` is the one that messages name.
 * Throws an input error if the bytes are no such notebook.
 */
export function readNotebook(path: string, bytes: Uint8Array): Notebook {
  const json = parseJson(path, bytes);
  const version = json.nbformat;
  if (version === 3 || version === 2) {
    throw inputError("NOTEBOOK_OLD_FORMAT", `${path} is in nbformat ${version}, a format of before 2015.`, {
      place: { file: path },
      hint: `Convert it: jupyter nbconvert --to notebook --nbformat 4 --inplace "${path}"`,
    });
  }
  const cells = json.cells;
  if (version !== nbformat.MAJOR_VERSION || !Array.isArray(cells))
    throw notNotebook(path, "it has no nbformat 4 cells");
  const { kernel, language } = languageOf(path, asObject(json.metadata));
  const notebook: Notebook = {
    path,
    digest: digestOf(bytes),
    language,
    kernel,
    cells: cells.map((cell: unknown, index) => readCell(path, asObject(cell), index + 1)),
  };
  if (!notebook.cells.some((cell) => cell.kind === "code" && cell.source.trim() !== "")) {
    throw inputError("NOTEBOOK_EMPTY", `${path} has no code in it.`, { place: { file: path } });
  }
  return notebook;
}

function parseJson(path: string, bytes: Uint8Array): Json {
  const text = new TextDecoder("utf-8").decode(bytes);
  if (text.trim() === "") {
    throw inputError("NOTEBOOK_EMPTY", `${path} is empty.`, { place: { file: path } });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw notNotebook(path, /^\s*</.test(text) ? "it is a web page (HTML)" : "it is not JSON", cause);
  }
  throw notNotebook(path, "it is JSON, but no object");
}

function notNotebook(path: string, why: string, cause?: unknown): Error {
  return inputError("NOTEBOOK_INVALID", `${path} is not a notebook: ${why}.`, {
    place: { file: path },
    hint: "Give a Jupyter notebook (.ipynb) as JupyterLab or VS Code saves it.",
    cause,
  });
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  python: "python",
  ipython: "python",
  python3: "python",
  python2: "python",
  typescript: "typescript",
  deno: "typescript",
  tslab: "typescript",
};

/** The language by kernelspec, then by language_info; notebooks that record neither are taken for Python. */
function languageOf(path: string, metadata: Json): { kernel: string | undefined; language: Language } {
  const spec = asObject(metadata.kernelspec);
  const info = asObject(metadata.language_info);
  const kernel = asText(spec.name);
  const named = [asText(spec.language), asText(info.name), kernel].filter((name) => name !== undefined);
  const known = named.map((name) => LANGUAGES[name.toLowerCase()]).find((language) => language !== undefined);
  if (known !== undefined || named.length === 0) return { kernel, language: known ?? "python" };
  if (named.some((name) => /python|conda/i.test(name))) return { kernel, language: "python" };
  throw inputError("NOTEBOOK_LANGUAGE", `${path} is written in ${named[0] ?? "an unknown language"}.`, {
    place: { file: path },
    hint: "Slipway extracts Python and TypeScript (Deno, tslab) notebooks.",
  });
}

function readCell(path: string, cell: Json, number: number): Cell {
  const type = cell.cell_type;
  if (type !== "code" && type !== "markdown" && type !== "raw") {
    throw notNotebook(path, `its cell ${number} has no cell_type`);
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

/** nbformat's multiline string: text, or a list of lines that keep their line ends. */
function multiline(value: unknown): string {
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

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
