import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const START = `import pandas as pd
from sklearn.linear_model import Lasso, Ridge
from sklearn.metrics import mean_absolute_error, r2_score
df, new = pd.read_csv("a.csv"), pd.read_csv("b.csv")
X, y = df[["x"]], df["y"]`;

/** What is said of metrics and of models, each with its cell. */
async function said(...cells: readonly string[]): Promise<readonly string[]> {
  const { diagnostics } = await extractNotebook(notebookOf(START, ...cells));
  return diagnostics.flatMap(({ code, cell, message }) =>
    /metric-left-out|several-models/.test(code) ? [`${cell} ${message}`] : [],
  );
}

test("what measures a model before its last fit is said, also where it is not seen that it was fitted before", async () => {
  const choice = "best = [Ridge().fit(X, y), Lasso().fit(X, y)][0]\nmae = mean_absolute_error(y, best.predict(X))";
  expect(await said(choice, "best.fit(X[:9], y[:9])")).toEqual([
    "2 This measures best before its last fit, that of cell 3, so it is no metric of the best that is shipped.",
  ]);
});

describe("what is called a measure is said where it is not followed:", () => {
  const unknown = (name: string): string =>
    `${name} is computed in a way that is not followed, so it is not known whether it measures model, and the module does not give it.`;

  test("in the block of the model's fit", async () => {
    const fit =
      "    model = Ridge().fit(X, y)\n    from grading import Grade\n    hold_f1 = Grade().f1(y, model.predict(X))";
    expect(await said(`again = True\nif again:\n${fit}`)).toEqual([`3 ${unknown("hold_f1")}`.replace("3", "2")]);
  });

  test("but not what each turn of a loop there computes", async () => {
    const loop =
      "    model = Ridge()\n    for part in [X[:9], X[9:]]:\n        model.fit(part, y)\n        loss = weigh(model)";
    expect(await said(`from grading import weigh\nagain = True\nif again:\n${loop}`)).toEqual([]);
  });

  test("by a function that takes what it is given apart", async () => {
    const found = "model = Ridge().fit(X, y)\nr2 = model.score(X, y)\nslope = model.coef_";
    const own = "def nll(w, batch):\n    rows, goals = batch\n    return ((rows @ w - goals) ** 2).mean()";
    const cell = `${own}\nlast = nll(slope, (X, y))\nprint(last)`;
    expect(await said(found, cell)).toEqual([`3 ${unknown("nll")}`]);
    expect(await said(found, cell.replaceAll("nll", "nll_grad"))).toEqual([]);
  });

  const RANKED =
    "def ranked(rows):\n    places = []\n    for row in rows:\n        places.append(int((found > found[row]).sum()))\n    return {'first': float(min(places))}";

  test("beside a metric in a dictionary, by a function that looks predictions up", async () => {
    const found = "model = Ridge().fit(X, y)\nfound = model.predict(X)";
    const cell = "numbers = {'r2': float(r2_score(y, found)), 'ranks': ranked([1, 2])}\nprint(numbers)";
    expect(await said(found, RANKED, cell)).toEqual([`4 ${unknown('numbers["ranks"]')}`]);
    expect(await said(found, RANKED.replaceAll("found", "df.x"), cell)).toEqual([]);
  });
});

test("what is called a measure and needs what no cell defines is said", async () => {
  const lost = "accuracy = (cm[0, 0] + cm[1, 1]) / cm.sum()\nprint(accuracy)";
  const model = "model = Ridge().fit(X, y)\nfit = model.score(X, y)";
  expect(await said(model, lost)).toEqual([
    "3 accuracy is computed of cm, which no cell defines, so the module does not give it.",
  ]);
  const parts = "hits = cm[0, 0] + cm[1, 1]\naccuracy = hits / cm.sum()\nrecall = hits / 2";
  expect(await said(model, parts)).toEqual([
    "3 accuracy is computed of cm, which no cell defines, so the module does not give it.",
  ]);
  expect(await said(model, `cm = df.to_numpy()\n${lost}`)).toEqual([]);
});

test("but not of what is given, where only a branch needs that", async () => {
  const read = "if len(df) > 3:\n    rows = X\nelse:\n    rows = Trainer(X).rows";
  const cell = `${read}\nmodel = Ridge().fit(rows, y)\nscore = r2_score(y, model.predict(rows))`;
  const { targets } = await extractNotebook(notebookOf(START, cell));
  expect(targets.map(({ name }) => name)).toEqual(["model", "score"]);
  expect(await said(cell)).toEqual([]);
});

test("and what measures the model by such a name is none of its metrics, though others of its cell are", async () => {
  const cell =
    "guess = model.predict(held)\nrest, _ = spearmanr(y, guess)\nr2 = r2_score(held.y, guess)\nprint(r2, rest)";
  const { targets } = await extractNotebook(notebookOf(START, "model = Ridge().fit(X, y)", cell));
  expect(targets.map(({ name }) => name)).toEqual(["model"]);
});

describe("saved predictions that the model makes together with others", () => {
  const LINES = "line = Lasso().fit(X, y)\nmodel = Ridge().fit(X, y)\nfit = model.score(X, y)";

  test.each([
    ["the sum of both", LINES, "both = line.predict(new) + model.predict(new)"],
    [
      "what a loop gathers of both",
      "made = {}\nfor kind in ['a', 'b']:\n    if kind == 'a':\n        model = Ridge()\n        model.fit(X, y)\n        made[kind] = model.predict(new)\n    else:\n        line = Lasso()\n        line.fit(X, y)\n        made[kind] = line.predict(new)",
      "both = made['a'] + made['b']",
    ],
  ])("are said to be: %s", async (_, fit, blend) => {
    const messages = await said(fit, blend, "out = pd.DataFrame({'y': both})\nout.to_csv('o.csv')");
    expect(messages).toContain(
      "4 out, which is saved here, is made of what several models predict, and what is shipped is one of them, the model of cell 2.",
    );
  });

  test("but not where the other one only prepares the rows", async () => {
    const fits =
      "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler\nother = make_pipeline(StandardScaler(), Lasso()).fit(X, y)\nmodel = Ridge().fit(X, y)\nfit = model.score(X, y)";
    const save = "out = pd.DataFrame({'y': model.predict(other[:-1].transform(new))})\nout.to_csv('o.csv')";
    expect(await said(fits, save)).toEqual([]);
  });

  test("but not where a function only calls its parameter as another one is called", async () => {
    const ask = "def ask(line, rows):\n    return line.predict(rows)";
    const save = "out = pd.DataFrame({'y': ask(model, new + line.coef_)})\nout.to_csv('o.csv')";
    expect(await said(LINES, ask, save)).toEqual([]);
  });

  test("but not where the model alone predicts", async () => {
    expect(await said(LINES, "out = pd.DataFrame({'y': model.predict(new)})\nout.to_csv('o.csv')")).toEqual([]);
  });
});

test("what measures models that stay inside of a function is given beside what is saved", async () => {
  const cells = [
    "def train(rows):\n    return {'y': {'model': Ridge().fit(rows[['x']], rows['y'])}}\ndef ask(all, rows):\n    return all['y']['model'].predict(rows[['x']])",
    "trained = train(df)\nerror = mean_absolute_error(y, ask(trained, df))\nprint(error)",
    "new['y'] = ask(trained, new)\nnew.to_csv('o.csv')",
  ];
  const { targets } = await extractNotebook(notebookOf(START, ...cells));
  expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["value new", "metric error"]);
});
