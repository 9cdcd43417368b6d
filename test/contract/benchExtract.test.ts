import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Figure } from "../bench/extract/figures";
import { makeWorkspace, pythonNotebook, removeWorkspace } from "../support/workspace";

const ROOT = resolve(__dirname, "../..");

const MODEL = pythonNotebook(
  "import numpy as np\nfrom sklearn.linear_model import LinearRegression\nnp.random.seed(1)",
  "X = np.random.rand(9, 2)\ny = X.sum(axis=1)\nprint(X.shape)",
  "model = LinearRegression()\nmodel.fit(X, y)",
);

let folder: string;
beforeEach(() => {
  folder = makeWorkspace({
    "model.ipynb": MODEL,
    "copy/same.ipynb": MODEL,
    ".ipynb_checkpoints/model.ipynb": pythonNotebook("x = 1"),
    "nothing.ipynb": pythonNotebook("print('no target')"),
    "page.ipynb": "<html></html>",
  });
});
afterEach(() => {
  removeWorkspace(folder);
});

function bench(...args: readonly string[]): string {
  const script = join(ROOT, "scripts/benchExtract.mjs");
  return execFileSync(process.execPath, [script, ...args, "--out", join(folder, "out")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("the bench extracts a folder's notebooks once each, has Python judge the modules and measures growth", () => {
  const { duplicates, notebooks, growth, ...result } = JSON.parse(bench(folder, "--json", "--no-format"));
  const figures: readonly Figure[] = result.figures;
  const measured = Object.fromEntries(figures.map((one) => [one.figure, one.measured]));
  expect(duplicates).toBe(1);
  expect(notebooks).toHaveLength(3);
  expect(measured).toMatchObject({
    notebooks: "3",
    crashes: "0",
    "refused: EXTRACT_NO_TARGET": "1",
    "refused: NOTEBOOK_INVALID": "1",
    "fits a model, all cells parse: module made": "100.0 % (1 of 1)",
    "modules that Python compiles": "100.0 % (1 of 1)",
    "modules that keep the seeds before the fit": "100.0 % (1 of 1)",
    "code lines kept, mean": "87.5 %, median 87.5 %",
  });
  expect(growth).toHaveLength(3);
});

test("the bench takes one notebook, and prints a table", () => {
  expect(bench(join(folder, "model.ipynb"), "--no-format")).toMatch(
    /^figure +measured +to reach +reached\nnotebooks +1\n/,
  );
});
