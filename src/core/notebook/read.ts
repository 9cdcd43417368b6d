import { digestOf } from "../digest";
import { inputError } from "../errors";
import type { Language } from "../pipeline";
import { readIpynb } from "./ipynb";
import { readMarkdown } from "./markdown";
import type { Document, Notebook } from "./notebook";
import { readScript } from "./script";
import { isTextNotebook } from "./textNotebook";

/**
 * Reads a notebook file by the end of its name: a script (`.py`), a Markdown notebook (`.md`), or Jupyter's own JSON. `path` is the
 * one that messages name. Throws an input error if the bytes are no such notebook.
 */
export function readNotebook(path: string, bytes: Uint8Array): Notebook {
  const text = new TextDecoder("utf-8").decode(bytes);
  if (text.trim() === "") {
    throw inputError("NOTEBOOK_EMPTY", `${path} is empty.`, { place: { file: path } });
  }
  const { kernel, version, languages, cells } = (isTextNotebook(path) ? readTextNotebook : readIpynb)(path, text);
  if (!cells.some((cell) => cell.kind === "code" && cell.source.trim() !== "")) {
    throw inputError("NOTEBOOK_EMPTY", `${path} has no code in it.`, { place: { file: path } });
  }
  return { path, digest: digestOf(bytes), language: languageOf(path, languages, kernel), kernel, version, cells };
}

/** The cells of a notebook that is text. */
function readTextNotebook(path: string, text: string): Document {
  return /\.py$/i.test(path) ? readScript(text) : readMarkdown(path, text);
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  python: "python",
  ipython: "python",
  python3: "python",
  python2: "python",
  typescript: "typescript",
  deno: "typescript",
  tslab: "typescript",
  javascript: "typescript",
  jslab: "typescript",
  nodejs: "typescript",
};

/** The language by what the file records of its kernel; notebooks that record nothing are taken for Python. */
function languageOf(path: string, languages: readonly string[], kernel: string | undefined): Language {
  const named = [...languages, ...(kernel === undefined ? [] : [kernel])];
  const known = named.map((name) => LANGUAGES[name.toLowerCase()]).find((language) => language !== undefined);
  if (known !== undefined || named.length === 0) return known ?? "python";
  if (named.some((name) => /python|conda/i.test(name))) return "python";
  throw inputError("NOTEBOOK_LANGUAGE", `${path} is written in ${named[0] ?? "an unknown language"}.`, {
    place: { file: path },
    hint: "Slipway extracts notebooks in Python, and in TypeScript or JavaScript (Deno, tslab, ijavascript).",
  });
}
