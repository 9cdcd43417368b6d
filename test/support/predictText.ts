import { expect } from "vitest";
import type { Extraction } from "../../src/core/pipeline";
import { extractNotebook, notebookOf } from "./pythonNotebook";

/** The lines of `predict` in the module of these cells, or why there is none. */
export async function predictOf(...cells: readonly string[]): Promise<readonly string[]> {
  return predictIn(await extractNotebook(notebookOf(...cells)));
}

/** The same of a module that is there. */
export function predictIn({ module, diagnostics }: Extraction): readonly string[] {
  const found = diagnostics.find(({ code }) => code === "scoring.path");
  if (found !== undefined) {
    expect(module.text).not.toContain("def predict(");
    return [`${found.severity} ${found.cell}:${found.line} ${found.message.replace(/^.*?: /, "")}`];
  }
  const [, body = ""] = /\ndef predict\([^]*?"""\n([^]*?)\n\n\n/.exec(module.text) ?? [];
  return body.split("\n").map((line) => line.replace(/^ {4}/, ""));
}
