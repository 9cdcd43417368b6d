import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const MODELS =
  "import numpy as np\nimport pandas as pd\nfrom sklearn.ensemble import RandomForestRegressor\nfrom sklearn.linear_model import LinearRegression\nfrom sklearn.metrics import mean_squared_error as mse\ndf = pd.read_csv('a.csv')\ntrain, valid = df[:80].copy(), df[80:].copy()\nX, y = train[['a', 'b']], train['y']";
const LINE = "line = LinearRegression().fit(X, y)\nvalid['line'] = line.predict(valid[['a', 'b']])";
const FOREST =
  "forest = RandomForestRegressor(random_state=0).fit(X, y)\nvalid['forest'] = forest.predict(valid[['a', 'b']])";

/** The metrics of the forest, and what is said of metrics that are left out. */
async function given(...cells: readonly string[]): Promise<readonly string[]> {
  const save = "import joblib\njoblib.dump(forest, 'forest.pkl')";
  const { targets, diagnostics } = await extractNotebook(notebookOf(MODELS, ...cells, save));
  const metrics = targets
    .filter(({ kind }) => kind === "metric")
    .map(({ name, expression }) => `${name}: ${expression}`);
  return [...metrics, ...diagnostics.map(({ code }) => code).filter((code) => code === "notebook.metric-left-out")];
}

describe("a metric of what another model made alone is not the model's", () => {
  const OWN = "a = mse(valid.y, valid.forest)";

  test.each([
    ["in a column of the same table", "b = mse(valid.y, valid.line)"],
    ["in a column by its key", "b = mse(valid['y'], valid['line'])"],
    ["that is only shown", "print('line', np.sqrt(mse(valid.y, valid['line'])))"],
    ["in a column that is computed from it", "valid['gap'] = (valid.y - valid.line) ** 2\nb = np.mean(valid['gap'])"],
    ["in a variable", "p = line.predict(valid[['a', 'b']])\nb = mse(valid.y, p)"],
    ["and that is computed further", "b = mse(valid.y, valid.line)\nprint(b ** 0.5)"],
    ["in an entry", "r = {}\nr['line'] = mse(valid.y, valid.line)"],
  ])("%s", async (_, cell) => {
    expect(await given(LINE, FOREST, OWN, cell)).toEqual(["a: a"]);
    expect(await given(FOREST, LINE, OWN, cell)).toEqual(["a: a"]);
  });

  test("beside one that is the model's", async () => {
    expect(await given(LINE, FOREST, "b, a = mse(valid.y, valid.line), mse(valid.y, valid.forest)")).toEqual(["a: a"]);
    expect(await given(LINE, FOREST, "r = {'b': mse(valid.y, valid.line), 'a': mse(valid.y, valid.forest)}")).toEqual([
      'a: r["a"]',
    ]);
  });
});

describe("what the model and another one give together is no metric of the model", () => {
  test.each([
    ["the sum of columns", "blend = valid.line + valid.forest", "blend"],
    ["the mean of predictions", "p = line.predict(X)\nq = forest.predict(X)", "np.mean([p, q], axis=0)"],
    ["a column of both", "valid['both'] = 0.5 * valid.line + 0.5 * valid.forest", "valid.both"],
  ])("%s", async (_, cell, predicted) => {
    expect(await given(LINE, FOREST, "a = mse(valid.y, valid.forest)", cell, `b = mse(valid.y, ${predicted})`)).toEqual(
      ["a: a", "notebook.metric-left-out"],
    );
  });

  test.each([
    [
      "over weights",
      "for w in (0.1, 0.5):\n    b = mse(y, w * p + (1 - w) * q)\n    if best is None or b < best:\n        best = b",
    ],
    [
      "in a tuple",
      "for w in (0.1, 0.5):\n    b = mse(y, w * p + (1 - w) * q)\n    if best is None or b < best:\n        best, c = b, w",
    ],
    ["over one of two", "if best is None:\n    best = mse(y, p + q)"],
  ])("the best of a block: %s", async (_, block) => {
    const both = "p, q = line.predict(X), forest.predict(X)\nbest = None";
    const cells = ["a = mse(valid.y, valid.forest)", both, block, "print(best)"];
    expect(await given(LINE, FOREST, ...cells)).toEqual(["a: a", "notebook.metric-left-out"]);
    expect(await given(FOREST, "line = forest", ...cells)).toEqual(["a: a", "best: best"]);
  });

  test("and rows of one loop do not make two models of it one", async () => {
    const fit = (name: string, made: string, held: string) =>
      `    ${name} = ${made}.fit(X.iloc[tr], y.iloc[tr])\n    ${held}[va] = ${name}.predict_proba(X.iloc[va])[:, 1]`;
    const loop = `for tr, va in KFold(3).split(X):\n${fit("forest", "RandomForestRegressor(random_state=0)", "p")}\n${fit("line", "LinearRegression()", "q")}`;
    const head = "from sklearn.model_selection import KFold\np, q = np.zeros(len(X)), np.zeros(len(X))";
    expect(await given(head, loop, "a, b = mse(y, p), mse(y, q)", "c = mse(y, p + q)")).toEqual([
      "a: a",
      "notebook.metric-left-out",
    ]);
  });

  test("which is said, with what to do", async () => {
    const cells = [MODELS, LINE, FOREST, "print(mse(valid.y, valid.line + valid.forest))"];
    const { diagnostics } = await extractNotebook(notebookOf(...cells), { model: "forest" });
    expect(diagnostics).toContainEqual({
      code: "notebook.metric-left-out",
      severity: "warning",
      cell: 4,
      line: 1,
      message: "This measures what forest and other models give together, so it is no metric of forest alone.",
      hint: "To ship them together, make one model of them: VotingRegressor, VotingClassifier, a class of your own.",
    });
  });
});

describe("what the model has a part in stays", () => {
  test.each([
    ["a column that was written anew", "valid['line'] = forest.predict(valid[['a', 'b']])", "valid.line"],
    ["a column that was written anew in part", "valid.loc[:9, 'line'] = valid.forest", "valid.line"],
    ["a column by another name", "valid = valid.rename(columns={'forest': 'line', 'line': 'l'})", "valid.line"],
    ["a column of the same table under another name", "same = valid\nsame['line'] = forest.predict(X)", "valid.line"],
    ["a column whose name is not seen", "name = 'line'", "valid[name]"],
    ["all of the table", "part = valid.values", "part[:, 3]"],
    ["what a function makes of it", "def last(t):\n    return t.iloc[:, -1]", "last(valid)"],
    ["what a function looks up", "def of(t):\n    return t + forest.predict(X)", "of(valid.line)"],
    ["a column that a function may write", "def line_of(t):\n    t['line'] = t.forest\n    return 1", "valid.line"],
  ])("%s", async (_, cell, predicted) => {
    const calls = cell.includes("line_of") ? "\nvalid['one'] = line_of(valid)" : "";
    expect(await given(LINE, FOREST, `${cell}${calls}`, `b = mse(valid.y, ${predicted})`)).toEqual(["b: b"]);
  });

  test("what a model is measured with that the model is made of", async () => {
    const tune =
      "from sklearn.model_selection import GridSearchCV\ngrid = GridSearchCV(RandomForestRegressor(), {'max_depth': [1]}).fit(X, y)\nforest = grid.best_estimator_";
    expect(await given(tune, "valid['p'] = grid.predict(valid[['a', 'b']])\nb = mse(valid.y, valid.p)")).toEqual([
      "b: b",
    ]);
  });
});

describe("what is loaded of a file that the notebook wrote is whose it was", () => {
  const OWN = "a = mse(valid.y, valid.forest)";
  const LOAD = "import joblib\nbest = joblib.load('best.pkl')\nb = mse(valid.y, best.predict(valid[['a', 'b']]))";
  const LEFT_OUT = ["a: a", "notebook.metric-left-out"];

  test("the model's", async () => {
    expect(await given(LINE, FOREST, OWN, "joblib.dump(forest, 'best.pkl')", LOAD)).toEqual(["a: a", "b: b"]);
    const opened =
      "import pickle\nwith open('best.pkl', 'wb') as file:\n    pickle.dump(forest, file)\nwith open('best.pkl', 'rb') as file:\n    best = pickle.load(file)\nb = mse(valid.y, best.predict(valid[['a', 'b']]))";
    expect(await given(LINE, FOREST, OWN, opened)).toEqual(["a: a", "b: b"]);
  });

  test("that of one of several models", async () => {
    const choice =
      "import joblib\nif mse(valid.y, valid.line) < a:\n    joblib.dump(line, 'best.pkl')\nelse:\n    joblib.dump(forest, 'best.pkl')";
    expect(await given(LINE, FOREST, OWN, choice, LOAD)).toEqual(LEFT_OUT);
    const pick =
      "import pickle\nmodels = {'line': line, 'forest': forest}\nbest = models[min(models, key=lambda name: models[name].score(X, y))]\nwith open('best.pkl', 'wb') as file:\n    pickle.dump(best, file)\nwith open('best.pkl', 'rb') as file:\n    loaded = pickle.load(file)\nb = mse(valid.y, loaded.predict(valid[['a', 'b']]))";
    expect(await given(LINE, FOREST, OWN, pick)).toEqual(LEFT_OUT);
  });

  test.each([
    ["the best of a loop", "    if mse(y, m.predict(X)) < 9:\n        joblib.dump(m, 'best.pkl')"],
    ["the last of a loop", "    joblib.dump(m, 'best.pkl')"],
  ])("%s, which is the model then", async (_, save) => {
    const loop = `import joblib\nfor m in (LinearRegression(), RandomForestRegressor(random_state=0)):\n    m.fit(X, y)\n${save}`;
    const { targets } = await extractNotebook(notebookOf(MODELS, loop, LOAD));
    expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model best", "metric b"]);
  });
});

describe("where a model begins", () => {
  async function metricNames(...cells: readonly string[]): Promise<readonly string[]> {
    const { targets } = await extractNotebook(notebookOf(MODELS, ...cells));
    return targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : []));
  }

  test("is in the collection that it is taken out of, and not in what was saved in between", async () => {
    const models =
      "import joblib\nmodels = {'line': LinearRegression(), 'forest': RandomForestRegressor(random_state=0)}\nfor name, m in models.items():\n    m.fit(X, y)";
    const other = "line = LinearRegression().fit(X, y)\njoblib.dump(line, 'line.pkl')\na = mse(y, line.predict(X))";
    const saved =
      "for name, m in models.items():\n    for dump, load in [(lambda p, m=m: joblib.dump(m, p), lambda p: joblib.load(p))]:\n        dump(name)\n        load(name)";
    const pick = "forest = models['forest']\nb = mse(y, forest.predict(X))\njoblib.dump(forest, 'forest.pkl')";
    expect(await metricNames(models, other, saved, pick)).toEqual(["b"]);
  });

  test("is where a function fits it, and not in a fit that this takes something of", async () => {
    const first =
      "m = LinearRegression()\nm.fit(X, y)\na = mse(y, m.predict(X))\nnames = ['a', 'b'] if a < 9 else ['a']";
    const own =
      "def bench(m):\n    m.fit(X, y)\n    return m.score(X, y)\nfor name in names:\n    m = RandomForestRegressor(random_state=0)\n    bench(m)";
    expect(await metricNames(first, own)).toEqual([]);
    expect(await metricNames(first, own, "b = m.score(X, y)")).toEqual(["b"]);
  });
});

describe("what only has to do with the model is no metric of it", () => {
  const CHECK = "from sklearn.model_selection import KFold, cross_val_score, train_test_split\n";
  const BOTH =
    "forest, line = RandomForestRegressor(random_state=0), LinearRegression()\ngaps, own, others = [], [], []\nfor seed in range(3):\n    A, B, c, d = train_test_split(X, y, random_state=seed)\n    own.append(forest.fit(A, c).score(B, d))\n    others.append(line.fit(A, c).score(B, d))\n    gaps.append(own[-1] - others[-1])";

  test.each([
    ["another model that the same loop fits", BOTH, "b = cross_val_score(line, X, y).mean()", ["a: a"]],
    ["the scores of that", BOTH, "b = np.mean(others)", ["a: a"]],
    ["the difference of both", BOTH, "b = np.mean(gaps)", ["a: a"]],
    [
      "a setting that its loop found",
      "best = None\nfor depth in [1, 2]:\n    forest = RandomForestRegressor(max_depth=depth, random_state=0).fit(X, y)\n    if best is None and forest.score(X, y) > 0.5:\n        best = depth",
      "def folds(n):\n    return cross_val_score(LinearRegression(n_jobs=best), X, y, cv=n)\nb = folds(3).mean()",
      ["a: a"],
    ],
    [
      "a cross-validation on other rows",
      "forest = RandomForestRegressor(random_state=0).fit(X, y)",
      "b = cross_val_score(RandomForestRegressor(random_state=0), X[['a']], y).mean()",
      ["a: a"],
    ],
    [
      "the rows that it was fitted on",
      "folds = KFold(3)\nfor some, rest in folds.split(X):\n    C, d = X.iloc[some], y.iloc[some]\n    forest = RandomForestRegressor(random_state=0).fit(C, d)",
      "b = cross_val_score(LinearRegression(), C, d, cv=folds).mean()",
      ["a: a"],
    ],
  ])("%s", async (_, fit, cell, expected) => {
    expect(await given(CHECK + fit, "a = mse(y, forest.predict(X))", cell)).toEqual(expected);
  });

  test.each([
    ["scores of the model that its loop gathers", BOTH, "b = np.mean(own)"],
    [
      "a cross-validation of what is made in the same way",
      "forest = RandomForestRegressor(random_state=0).fit(X, y)",
      "b = cross_val_score(RandomForestRegressor(random_state=0), X, y).mean()",
    ],
    [
      "a cross-validation above the fit",
      "forest = RandomForestRegressor(random_state=0)\nb = cross_val_score(forest, X, y).mean()\nforest.fit(X, y)",
      "1",
    ],
    [
      "in a tuple with the fit",
      "forest = RandomForestRegressor(random_state=0)\nr = {}\nr['forest'] = (1, forest.fit(X, y).score(X, y))",
      "b = forest.score(X, y)",
    ],
    [
      "what a function looks up",
      "forest = RandomForestRegressor(random_state=0).fit(X, y)",
      "def of(t):\n    return mse(y, forest.predict(t))\nb = of(X)",
    ],
    ["what a loop fills", FOREST, "p = []\nfor part in (X, X):\n    p.extend(forest.predict(part))\nb = mse(y, p)"],
  ])("but %s is", async (_, fit, cell) => {
    expect(await given(CHECK + fit, cell)).toContain("b: b");
  });
});

describe("of several models that one with fits", () => {
  const block = (...lines: readonly string[]) =>
    ["with warnings.catch_warnings():", ...lines.map((line) => `    ${line}`)].join("\n");
  const given = async (...lines: readonly string[]) => {
    const setup =
      "import warnings\nimport pandas as pd\nfrom sklearn.linear_model import LogisticRegression\nfrom sklearn.svm import SVC\nfrom sklearn.metrics import f1_score\ndf = pd.read_csv('a.csv')\nX, y = df[['a']], df['b']";
    const fit = ["straight = LogisticRegression()", "curved = SVC()", "straight.fit(X, y)", "curved.fit(X, y)"];
    const { targets } = await extractNotebook(notebookOf(setup, block(...fit, ...lines)), { ranked: true });
    return targets.map(({ kind, name }) => `${kind} ${name}`);
  };

  test.each([
    ["fitted", [], ["model curved"]],
    [
      "evaluated",
      ["f1_curved = f1_score(y, curved.predict(X))", "guess = straight.predict(X)", "f1_straight = f1_score(y, guess)"],
      ["model straight", "metric f1_straight"],
    ],
  ])("the one that is %s last is taken, with what measures it", async (_, lines, expected) => {
    expect(await given(...lines)).toEqual(expected);
  });

  test("what measures both is given", async () => {
    const lines = ["first, second = straight.predict(X), curved.predict(X)", "both = f1_score(y, first * second)"];
    expect(await given(...lines)).toEqual(["model curved", "metric both"]);
  });
});

describe("a model that has only a part in common is another one", () => {
  const HEAD =
    "import joblib\nimport pandas as pd\nfrom sklearn.linear_model import Lasso, Ridge\nfrom sklearn.model_selection import cross_val_score\nfrom sklearn.pipeline import Pipeline\nfrom sklearn.preprocessing import StandardScaler\ndf = pd.read_csv('a.csv')\nX, y = df[['a', 'b']], df['y']\nscaler = StandardScaler()";
  const FIRST = "first = Pipeline([('scale', scaler), ('fit', Lasso())])\nfirst.fit(X, y)";
  const LAST = "last = Pipeline([('scale', scaler), ('fit', Ridge())])\nlast.fit(X, y)";
  const OTHER = "folds = cross_val_score(first, X, y)\nother = folds.mean()";
  const OWN = "folds = cross_val_score(last, X, y)\nown = folds.mean()";

  async function metrics(...cells: readonly string[]): Promise<readonly string[]> {
    const notebook = notebookOf(HEAD, ...cells, "joblib.dump(last, 'last.pkl')");
    const { targets } = await extractNotebook(notebook);
    return targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : []));
  }

  test.each([
    ["fitted before", [FIRST, LAST, OTHER, OWN]],
    ["measured before the model is fitted", [FIRST, OTHER, LAST, OWN]],
  ])("%s", async (_, cells) => {
    expect(await metrics(...cells)).toEqual(["own"]);
  });

  test("and by another name the same one is no other", async () => {
    const cells = [LAST.replace("\nlast.fit", "\nsame = last\nsame.fit"), "last.fit(X, y)", "own = same.score(X, y)"];
    expect(await metrics(...cells)).toEqual(["own"]);
  });
});
