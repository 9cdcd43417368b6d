import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = `import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]`;

const targetsOf = async (...cells: readonly string[]) =>
  (await extractNotebook(notebookOf(DATA, ...cells))).targets.map(({ name, kind }) => `${kind} ${name}`);

describe("a model that a loop fits", () => {
  const FOLDS = "from sklearn.model_selection import KFold\nkf = KFold(3)\nscores = []";
  const ROWS = "m.fit(X.iloc[a], y.iloc[a])\n    scores.append(m.score(X.iloc[b], y.iloc[b]))";
  const said = async (...cells: readonly string[]) => {
    const { diagnostics } = await extractNotebook(notebookOf(DATA, ...cells));
    return diagnostics.filter(({ code }) => code === "notebook.loop-model").map(({ message }) => message);
  };

  test.each([
    ["on folds", `for a, b in kf.split(X):\n    m = SVC()\n    ${ROWS}`, "on every fold"],
    ["on folds, the same object", `m = SVC()\nfor i, (a, b) in enumerate(kf.split(X)):\n    ${ROWS}`, "on every fold"],
    ["with other settings", "for c in (1, 2):\n    m = SVC(C=c)\n    m.fit(X, y)", "in every turn"],
    ["out of a list", "for m in [SVC(), LogisticRegression()]:\n    m.fit(X, y)", "in every turn"],
    [
      "out of a pair",
      "def fitted(c):\n    return SVC(C=c).fit(X, y), c\nfor c in (1, 2):\n    m, _ = fitted(c)",
      "in every turn",
    ],
    [
      "in a function that gives it",
      "def tried():\n    for c in (1, 2):\n        best = SVC(C=c)\n        best.fit(X, y)\n    return c, best\n_, m = tried()",
      "in every turn of a loop of tried",
    ],
  ])("%s is the one of the last turn, which is said", async (_, loop, where) => {
    expect(await said(FOLDS, loop)).toEqual([expect.stringContaining(`m is fitted anew ${where}`)]);
  });

  test.each([
    ["on and on", "m = SVC()\nfor i in range(3):\n    m.partial_fit(X, y)"],
    [
      "on and on by a function",
      "def more(m):\n    m.partial_fit(X, y)\n    return m, 1\nm = SVC()\nfor i in (1, 2):\n    m, _ = more(m)",
    ],
    [
      "in a function that gives the first",
      "def tried():\n    for c in (1, 2):\n        best = SVC(C=c).fit(X, y)\n        return best\nm = tried()",
    ],
    ["and once more behind it", `for a, b in kf.split(X):\n    m = SVC()\n    ${ROWS}\nm = SVC().fit(X, y)`],
    [
      "and of which it keeps the best",
      "top, best = 0, None\nfor c in (1, 2):\n    m = SVC(C=c).fit(X, y)\n    s = m.score(X, y)\n    if s > top:\n        top = s\n        best = m",
    ],
  ])("%s is not warned of", async (_, loop) => {
    expect(await said(FOLDS, loop)).toEqual([]);
  });

  test("on folds has the mean of the gathered scores as its metric, where the notebook gives none", async () => {
    const loop = `for a, b in kf.split(X):\n    m = SVC()\n    ${ROWS}`;
    expect(await targetsOf(FOLDS, loop)).toEqual(["model m", "metric scores_mean"]);
    expect(await targetsOf(FOLDS, loop, "print(np.mean(scores))")).toEqual(["model m", "metric scores_mean"]);
    const { targets, module } = await extractNotebook(notebookOf(DATA, FOLDS, loop));
    expect(targets[1]).toMatchObject({ expression: "sum(scores) / len(scores)", cell: 3 });
    expect(module.text).toContain("scores_mean = sum(scores) / len(scores)");
  });

  test("on and on has what the last turn measures as its metrics", async () => {
    const loop =
      "m = SVC()\nfor i in range(3):\n    m.partial_fit(X, y)\n    acc = m.score(X, y)\n    if i == 2:\n        last = m.score(X, y)";
    expect(await targetsOf(loop)).toEqual(["model m", "metric acc"]);
  });
});
