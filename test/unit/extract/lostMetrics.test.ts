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

test("a cross-validation in a function of the notebook is said where its scores become no number", async () => {
  const run =
    "def run(X, y):\n    m = LogisticRegression().fit(X, y)\n    folds = cross_val_score(m, X, y)\n    return m, m.score(X, y), folds";
  const cell = `from sklearn.model_selection import cross_val_score\n${run}\nmodel, fit, folds = run(X, y)`;
  expect(await lost(cell)).toEqual(["info 2 What becomes of this cross-validation"]);
  expect(await lost(cell, "mean = folds.mean()")).toEqual([]);
  expect(
    await lost(cell.replaceAll(", folds", ", folds.mean()").replace("fit, folds.mean() =", "fit, mean =")),
  ).toEqual([]);
});

test("nothing is said of a cross-validation of which a number is given", async () => {
  expect(await lost(`${VALIDATED}\nfit = folds["test_fit"].mean()`, "model.fit(X, y)")).toEqual([]);
});

const SEARCH = "from sklearn.model_selection import GridSearchCV";

test.each([
  ["the best score of a search", "grid = GridSearchCV(model, {'C': [1, 2]})\ngrid.fit(X, y)\ntop = grid.best_score_"],
  ["its score on other rows", "grid = GridSearchCV(model, {'C': [1, 2]}).fit(X, y)\ntop = grid.score(X[:9], y[:9])"],
  [
    "that of a search over a pipeline of the model",
    "grid = GridSearchCV(make_pipeline(model), {})\ngrid.fit(X, y)\nprint(grid.best_score_)",
  ],
  ["the score of a vote", "vote = VotingClassifier([('model', model)]).fit(X, y)\ntop = vote.score(X, y)"],
])("what measures copies of the model is no metric of it, and said: %s", async (_, search) => {
  const libraries = `${SEARCH}\nfrom sklearn.ensemble import VotingClassifier\nfrom sklearn.pipeline import make_pipeline`;
  const cells = [START, libraries, FIT, "fit = model.score(X, y)", search];
  const { targets, module } = await extractNotebook(notebookOf(...cells), { model: "model" });
  expect(targets.filter(({ kind }) => kind === "metric").map(({ name }) => name)).toEqual(["fit"]);
  expect(module.text).not.toMatch(/grid|vote/);
  expect(await lost(...cells.slice(1))).toEqual(["info 5 This measures copies of model that we"]);
});

test("what a search is made with besides, as the settings of another one, is of that one", async () => {
  const cells = [
    SEARCH,
    FIT,
    "rows = model.predict_proba(X)\ngrid = GridSearchCV(LogisticRegression(C=model.n_iter_[0]), {}).fit(rows, y)",
    "fit = grid.score(rows, y)",
  ];
  const { targets } = await extractNotebook(notebookOf(START, ...cells), { model: "grid" });
  expect(targets.map(({ name }) => name)).toEqual(["grid", "fit"]);
});

test.each([
  ["fitted again", "model.fit(X, y)"],
  ["made and fitted again", FIT],
])(
  "where the only numbers measure the model before it is %s, that is said, and not that nothing does",
  async (_, again) => {
    const cells = [START, FIT.replace("X, y", "X[9:], y[9:]"), "fit = model.score(X[:9], y[:9])\nprint(fit)", again];
    const { diagnostics } = await extractNotebook(notebookOf(...cells), { model: "model" });
    expect(diagnostics.filter(({ code }) => code.includes("metric"))).toEqual([
      {
        code: "notebook.metric-left-out",
        severity: "warning",
        cell: 3,
        line: 1,
        message:
          "This measures model before its last fit, that of cell 4, so it is no metric of the model that is shipped.",
        hint: "Keep some rows out of the last fit, and measure it on these once more.",
      },
    ]);
  },
);

test("what measures another model of that name is nothing of it", async () => {
  const other = "from sklearn.svm import SVC\nmodel = SVC().fit(X, y)\nfit = model.score(X, y)";
  expect(await lost(other, FIT)).toEqual([]);
});

test("what a loop below the fit counts of the model and only shows is said", async () => {
  const count = (tail: string): string =>
    `for turn in range(2):\n    hits = rows = 0\n    for a, b in [(X, y)]:\n        rows += len(b)\n        hits += (model.predict(a) == b).sum()\n${tail}`;
  const shown = count('    print(f"turn {turn}: {hits / rows}")');
  expect(await lost(FIT, shown)).toEqual(["warning 3 What this loop measures of model, tur"]);
  expect(await lost(FIT, shown, "fit = model.score(X, y)")).toEqual(["info 3 What this loop measures of model, tur"]);
  expect(await lost(FIT, count("    print(turn)"), "fit = model.score(X, y)")).toEqual([]);
  expect(await lost(FIT, shown, "fit = hits / rows")).toEqual([]);
});
