import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const OUTPUT = [{ output_type: "stream", name: "stdout", text: "3" }] as const;

/** What is said of the four cells of a notebook by their counts; 0 for a cell without one, -1 for one that is not known. */
async function saidOf(counts: readonly number[], outputs: readonly (typeof OUTPUT)[number][] = [...OUTPUT]) {
  const sources = [
    'import pandas as pd\ndf = pd.read_csv("a.csv")',
    "df = df.dropna()",
    'df["age"] = df["age"].fillna(df["age"].mean())',
    "total = df.sum()\nprint(total)",
  ];
  const cells = sources.map((source, index) => ({
    source,
    ...(counts[index] ? { executionCount: Math.max(0, counts[index]) } : {}),
  }));
  const shown = cells.map((cell, index) => (index === 3 ? { ...cell, outputs: [...outputs] } : cell));
  const { diagnostics } = await extractNotebook(notebookOf(...shown), { model: "total" });
  return diagnostics.filter(({ code }) => /stale-output|never-run|run-twice/.test(code));
}

describe("a saved result of another state than the pipeline's", () => {
  test("is told where two cells above it were run in another order", async () => {
    const said = await saidOf([1, 3, 2, 4]);
    expect(said).toMatchObject([{ code: "notebook.stale-output", severity: "info", cell: 3 }]);
    expect(said[0]?.message).toContain("Cell 2, which this cell needs, was run after it");
  });

  test("is told where a cell among those that were run was not", async () => {
    const said = await saidOf([1, 0, 2, 3]);
    expect(said).toMatchObject([{ code: "notebook.never-run", severity: "info", cell: 2 }]);
    expect(said[0]?.message).toContain("cell 3, which needs it, was");
  });

  test("is not told where it is not known when some cells were run", async () => {
    expect(await saidOf([1, -1, 2, 3])).toEqual([]);
    expect(await saidOf([4, -1, 2, 3])).toEqual([]);
  });

  test("is told once, where its own cell is older", async () => {
    expect(await saidOf([1, 5, 4, 3])).toMatchObject([{ code: "notebook.stale-output", cell: 4 }]);
  });

  test.each([
    ["the cells were run in their order", [1, 2, 3, 4]],
    ["no counts are saved", [0, 0, 0, 0]],
    ["only the last cells were not run", [1, 2, 0, 0]],
  ])("is not told where %s", async (_, counts) => {
    expect(await saidOf(counts)).toEqual([]);
  });

  test("is not told where only a seed was set again, and a tree was made before", async () => {
    const cells = [
      { source: "import numpy as np\nfrom sklearn.tree import DecisionTreeRegressor" },
      { source: "np.random.seed(1)", executionCount: 3 },
      { source: "tree = DecisionTreeRegressor()", executionCount: 2 },
      { source: "tree.fit([[1]], [1])\nprint(tree)", executionCount: 4, outputs: [...OUTPUT] },
    ];
    const { diagnostics } = await extractNotebook(notebookOf(...cells), { model: "tree" });
    expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.stale-output");
  });

  test("is not told where nothing is saved", async () => {
    expect(await saidOf([1, 3, 2, 4], [])).toEqual([]);
    expect(await saidOf([1, 0, 2, 3], [])).toEqual([]);
  });
});
