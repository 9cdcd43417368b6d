import { inputError, type SlipwayError } from "../errors";

/** The error that a file is no notebook; `why` ends the sentence. */
export function noNotebook(path: string, why: string, cause?: unknown): SlipwayError {
  return inputError("NOTEBOOK_INVALID", `${path} is not a notebook: ${why}.`, {
    place: { file: path },
    hint: "Give a Jupyter notebook (.ipynb), a Python script (.py, its cells begin with # %%), or a Markdown notebook of jupytext (.md).",
    cause,
  });
}
