import { expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

/** What is said of removed names on the way to `total`. */
async function saidOf(...cells: readonly string[]) {
  const { diagnostics } = await extractValue("total", ...cells);
  return diagnostics.filter(({ code }) => code === "notebook.removed-name");
}

test.each([
  [
    "from sklearn.datasets import load_boston\ntotal = load_boston().data.sum()",
    "load_boston is gone since scikit-learn 1.2 of 2022-12-08",
    'Write fetch_openml("boston", version=1), or take',
  ],
  ["from sklearn import datasets\ntotal = datasets.load_boston().data.sum()", "load_boston is gone since", "Write"],
  [
    'from sklearn.cluster import AgglomerativeClustering\ntotal = AgglomerativeClustering(3, affinity="l1").fit_predict([[1], [2], [3]])',
    "AgglomerativeClustering(affinity=) is gone since scikit-learn 1.4 of 2024-01-17",
    "Write metric, or take",
  ],
  [
    "from sklearn.manifold import TSNE\ntotal = TSNE(n_iter=300, random_state=0).fit_transform([[1], [2], [3]])",
    "TSNE(n_iter=) is gone since scikit-learn 1.7 of 2025-06-05",
    "Write max_iter, or take",
  ],
  ["import numpy as np\ntotal = np.trapz([1, 2])", "trapz is gone since NumPy 2.4", "Write np.trapezoid, or take"],
  [
    'import pandas as pd\ntotal = pd.read_gbq("select 1", project_id="p")',
    "read_gbq is gone since pandas 3.0 of 2026-01-21",
    "Write pandas_gbq.read_gbq, or take",
  ],
])("kept code that calls one is said: %s", async (cell, message, hint) => {
  const said = await saidOf(cell);
  expect(said).toMatchObject([{ severity: "warning", cell: 1, line: 2, message: expect.stringContaining(message) }]);
  expect(said[0]?.hint).toContain(hint);
  expect(said[0]?.hint).toContain("asOf");
});

test.each([
  "def load_boston():\n    return 1\ntotal = load_boston()",
  'from sklearn.cluster import AgglomerativeClustering\ntotal = AgglomerativeClustering(3, metric="l1").fit_predict([[1], [2], [3]])',
  "import numpy as np\nfrom sklearn.datasets import load_boston\nrest = load_boston()\ntotal = np.ones(3).sum()",
])("other code is not: %s", async (cell) => {
  expect(await saidOf(cell)).toEqual([]);
});
