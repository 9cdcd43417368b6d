import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const START = `import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_validate
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]`;
const FIT = "model = LogisticRegression().fit(X, y)";
const OWN = `def f1_at(model, limit):
    found = model.predict_proba(X)[:, 1] >= limit
    return 2 * (found & (y == 1)).sum() / (found.sum() + y.sum())`;
const LOOP = "by_limit = {}\nfor limit in [0.2, 0.4]:\n    by_limit[limit] = f1_at(model, limit)";
const VALIDATED = `model = LogisticRegression()
folds = cross_validate(model, X, y, scoring={"fit": "r2"})
summary = pd.DataFrame({"fit": folds["test_fit"]}).agg(["mean", "std"])
print(summary)`;

/** The cells and the severities of what is said to be left out, with the start of each message. */
async function lost(...cells: readonly string[]): Promise<readonly string[]> {
  const { diagnostics } = await extractNotebook(notebookOf(START, ...cells), { model: "model" });
  return diagnostics.flatMap(({ code, severity, cell, message }) =>
    code === "notebook.metric-left-out" ? [`${severity} ${cell} ${message.slice(0, 37)}`] : [],
  );
}

test("what a function of the notebook computes in a loop and calls a measure is said, beside other metrics", async () => {
  const said = "info 5 f1_at is computed in a way that is no";
  expect(await lost(FIT, OWN, LOOP, "fit = model.score(X, y)")).toEqual([said.replace("5", "4")]);
  expect(await lost(FIT, OWN, "fit = model.score(X, y)", LOOP)).toEqual([said]);
});

test("nothing is said of what the module gives, nor of what is called otherwise", async () => {
  const share = "def accuracy_of(model):\n    return (model.predict(X) == y).mean()";
  expect(await lost(FIT, share, "fit = accuracy_of(model)")).toEqual([]);
  expect(
    await lost(FIT, OWN.replace("f1_at", "look"), LOOP.replace("f1_at", "look"), "fit = model.score(X, y)"),
  ).toEqual([]);
});

test("a cross-validation above the fit that becomes no number is said: a warning where there are no metrics", async () => {
  expect(await lost(VALIDATED, FIT.replace("= LogisticRegression()", "= model"))).toEqual([
    "warning 2 What becomes of this cross-validation",
  ]);
  expect(await lost(VALIDATED, "model.fit(X, y)\nfit = model.score(X, y)")).toEqual([
    "info 2 What becomes of this cross-validation",
  ]);
});

test("nothing is said of a cross-validation of which a number is given", async () => {
  expect(await lost(`${VALIDATED}\nfit = folds["test_fit"].mean()`, "model.fit(X, y)")).toEqual([]);
});
