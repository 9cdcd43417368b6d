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
    ["the best of a loop", "    if mse(y, m.predict(X)) < 9:\n        joblib.dump(m, 'best.pkl')", []],
    ["the last of a loop", "    joblib.dump(m, 'best.pkl')", ["b"]],
  ])("%s", async (_, save, metrics) => {
    const loop = `import joblib\nfor m in (LinearRegression(), RandomForestRegressor(random_state=0)):\n    m.fit(X, y)\n${save}`;
    const { targets } = await extractNotebook(notebookOf(MODELS, loop, LOAD));
    expect(targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : []))).toEqual(metrics);
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
