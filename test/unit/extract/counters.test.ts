import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const FIT = `import numpy as np
import pandas as pd
from sklearn.svm import SVC
df = pd.read_csv("a.csv")
X, y = df[["x"]].values, df["y"].values
model = SVC().fit(X, y)
p = model.predict(X)`;
const counting = (condition: string): string =>
  `hits = 0\nfor i in range(len(X)):\n    if ${condition}:\n        hits += 1\nshare = hits / len(X)`;

test.each([
  ["predictions that are right", "p[i] == y[i]", ["share"]],
  ["rows whose likeliest class is right", "np.argmax(p[i]) == y[i]", ["share"]],
  ["one class of the predictions", "p[i] == 1", []],
  ["one class of the rows", "y[i] == X[i]", []],
  ["predictions above something", "p[i] > y[i]", []],
])("what a loop counts is a metric, if it is that of %s: %s", async (_, condition, metrics) => {
  const { targets } = await extractNotebook(notebookOf(FIT, counting(condition)));
  expect(targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : []))).toEqual(metrics);
});

test("predictions that are gathered batch by batch are measured together, by a function of the notebook, fold by fold", async () => {
  const rmse = "def rmse(a, b):\n    return float(np.sqrt(np.mean((a - b) ** 2)))";
  const folds = `from sklearn.model_selection import KFold
found = []
for one, other in KFold(3).split(X):
    model.fit(X[one], y[one])
    P, T = [], []
    for i in other:
        P.append(model.predict(X[[i]]))
        T.append(y[[i]])
    found.append(rmse(np.concatenate(P), np.concatenate(T)))
print("RMSE mean", np.mean(found))`;
  const { targets } = await extractNotebook(notebookOf(FIT, rmse, folds));
  expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model model", "metric rmse_mean"]);
});
