import type { Place } from "../errors";
import type { NotebookProgram } from "../pipeline";

/** The first line of a notebook that imports the package `name`; `undefined` if no line says so in so many words. */
export function importPlace(
  { cells }: NotebookProgram,
  name: string,
): Pick<Place, "cell" | "line" | "fileLine"> | undefined {
  const item = String.raw`[\w.]+(?:\s+as\s+\w+)?`;
  const imports = new RegExp(String.raw`^\s*(?:from\s+${name}\b|import\s+(?:${item}\s*,\s*)*${name}\b)`);
  for (const { cell, source, fileLine } of cells) {
    const index = source.split("\n").findIndex((line) => imports.test(line));
    if (index >= 0) {
      return { cell, line: index + 1, ...(fileLine !== undefined && { fileLine: fileLine + index }) };
    }
  }
  return undefined;
}
