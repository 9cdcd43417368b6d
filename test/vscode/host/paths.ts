/** Where things are; `run.mjs` sets the variables. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set: start the tests with node test/vscode/run.mjs`);
  return value;
}

export function root(): string {
  return required("SLIPWAY_TEST_ROOT");
}

/** A folder to work in, of its own for a suite: the penguins and the notebooks that are made for the editor's tests. */
export function createWorkspace(): string {
  // The window's title shows the name.
  const folder = join(mkdtempSync(join(tmpdir(), "slipway-workspace-")), "penguins");
  mkdirSync(folder);
  for (const name of ["penguins.ipynb", "penguins.csv"]) {
    cpSync(join(root(), "examples", "penguins", name), join(folder, name));
  }
  cpSync(join(root(), "test", "fixtures", "editor"), folder, { recursive: true });
  return folder;
}

export function removeWorkspace(folder: string): void {
  rmSync(dirname(folder), { recursive: true, force: true });
}
