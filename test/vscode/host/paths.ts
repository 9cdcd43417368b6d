/** Where things are; `run.mjs` sets the variables. */
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set: start the tests with node test/vscode/run.mjs`);
  return value;
}

export function root(): string {
  return required("SLIPWAY_TEST_ROOT");
}

/** A workspace of its own for a suite: the penguins and the notebooks that are made for the editor's tests. */
export function createWorkspace(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-workspace-"));
  for (const name of ["penguins.ipynb", "penguins.csv"]) {
    cpSync(join(root(), "examples", "penguins", name), join(folder, name));
  }
  cpSync(join(root(), "test", "fixtures", "editor"), folder, { recursive: true });
  return folder;
}
