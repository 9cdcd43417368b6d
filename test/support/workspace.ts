import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of a user's, with these files in it. */
export function makeWorkspace(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "workspace-")));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Removes what `makeWorkspace` made. */
export function removeWorkspace(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** A Python notebook in nbformat 4.5 with one code cell a text, never run. */
export function pythonNotebook(...cells: readonly string[]): string {
  return notebookFile({ name: "python3", display_name: "Python 3", language: "python" }, cells);
}

/** The same of the Deno kernel. */
export function denoNotebook(...cells: readonly string[]): string {
  return notebookFile({ name: "deno", display_name: "Deno", language: "typescript" }, cells);
}

function notebookFile(kernelspec: Readonly<Record<string, string>>, cells: readonly string[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec },
    cells: cells.map((source, index) => ({
      id: `cell-${index + 1}`,
      cell_type: "code",
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
  });
}
