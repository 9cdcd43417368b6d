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
  const text = textOf(path, bytes);
  if (text.trim() === "") {
    throw inputError("NOTEBOOK_EMPTY", `${path} is empty.`, { place: { file: path } });
  }
  const { kernel, version, languages, cells } = (isTextNotebook(path) ? readTextNotebook : readIpynb)(path, text);
  if (!cells.some((cell) => cell.kind === "code" && cell.source.trim() !== "")) {
    throw inputError("NOTEBOOK_EMPTY", `${path} has no code in it.`, { place: { file: path } });
  }
  return { path, digest: digestOf(bytes), language: languageOf(path, languages, kernel), kernel, version, cells };
}

/**
 * The text of a file. Scripts may declare another encoding than UTF-8 in one of their first two lines (PEP 263); as Python does, none is
 * read whose bytes are not of its encoding.
 */
function textOf(path: string, bytes: Uint8Array): string {
  if (!/\.py$/i.test(path)) return new TextDecoder("utf-8").decode(bytes);
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 500)).split("\n").slice(0, 2).join("\n");
  const [, declared = "utf-8"] = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/m.exec(head) ?? [];
  try {
    const label = declared.replace(/^latin-?1$|^latin_1$/i, "latin1").replace(/_/g, "-");
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw inputError("NOTEBOOK_ENCODING", `${path} is not text in ${declared}.`, {
      place: { file: path },
      hint: "Save it as UTF-8, or declare its encoding in the first line, as # -*- coding: latin-1 -*-",
      cause,
    });
  }
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
