import { describe, expect, test } from "vitest";
import { SlipwayError } from "../../../src/core/errors";
import { extractNotebook, notebookOf, shown, type CellDraft } from "../../support/pythonNotebook";

const DATA = [
  "import joblib, pickle",
  "import pandas as pd",
  "import xgboost as xgb",
  "import statsmodels.api as sm",
  "from sklearn.ensemble import RandomForestClassifier",
  "from sklearn.linear_model import LogisticRegression",
  "from sklearn.metrics import accuracy_score, classification_report, mean_squared_error",
  "from sklearn.model_selection import GridSearchCV, cross_val_score",
  "from sklearn.preprocessing import StandardScaler",
  "from sklearn.svm import SVC",
  "import numpy as np",
  'df = pd.read_csv("a.csv")',
  'X, y = df[["x"]], df["y"]',
].join("\n");

const targetsOf = async (...cells: readonly CellDraft[]) =>
  (await extractNotebook(notebookOf(DATA, ...cells))).targets.map(({ name, kind }) => `${kind} ${name}`);

async function refusal(model: string | undefined, ...cells: readonly string[]): Promise<SlipwayError> {
  try {
    await extractNotebook(notebookOf(DATA, ...cells), model === undefined ? {} : { model });
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

const FOREST = "forest = RandomForestClassifier()\nforest.fit(X, y)";
const SVM = "svm = SVC()\nsvm.fit(X, y)";

describe("the model is", () => {
  test.each([
    ["the only one", [SVM], "svm"],
    [
      "the one that is taken out of the records of a loop",
      [
        'zoo, kept = {"a": SVC(), "b": LogisticRegression()}, {}\nfor name, m in zoo.items():\n    m.fit(X, y)\n    score = m.score(X, y)\n    kept[name] = {"model": m, "score": score}',
        'top_score = kept["a"]["score"]\ntop = kept["a"]["model"]\nrate = accuracy_score(y, top.predict(X))\njoblib.dump(top, "top.pkl")',
      ],
      "top",
    ],
    ["the one that is saved", [FOREST, 'joblib.dump(forest, "f.joblib")', SVM, "svm.score(X, y)"], "forest"],
    ["the one that is pickled", [FOREST, SVM, 'with open("f.p", "wb") as f:\n    pickle.dump(forest, f)'], "forest"],
    [
      "the one that is pickled with what prepares its data",
      [
        FOREST,
        "sc = StandardScaler()\nsc.fit(X)",
        'with open("f.p", "wb") as f:\n    pickle.dump((forest, sc), f)',
        SVM,
        "svm.score(X, y)",
      ],
      "forest",
    ],
    ["the one that saves itself", [FOREST, 'forest.save("f")', SVM, "svm.score(X, y)"], "forest"],
    ["the one that is evaluated last", [FOREST, SVM, "svm.predict(X)", "forest.predict(X)"], "forest"],
    [
      "the one that a loop predicts with last, only to draw it",
      [
        "def draw(p):\n    print(p)",
        FOREST,
        SVM,
        "q = svm.predict(X)",
        "for k in (1, 2):\n    draw(forest.predict(X))",
      ],
      "forest",
    ],
    [
      "the one whose predictions are measured last",
      [FOREST, SVM, "svm.score(X, y)", "p = forest.predict(X)\naccuracy_score(y, p)"],
      "forest",
    ],
    ["the one that is fitted last", [FOREST, SVM], "svm"],
    ["the one called model, where several are equal", [`${FOREST}\nmodel = SVC()\nmodel.fit(X, y)`], "model"],
    ["what a chained fit gives", ["m = SVC().fit(X, y)"], "m"],
    [
      "the best of a search",
      ["s = GridSearchCV(SVC(), {}).fit(X, y)\nbest = s.best_estimator_", "best.score(X, y)"],
      "best",
    ],
    ["the booster of a library's train", ["b = xgb.train({}, xgb.DMatrix(X, y))"], "b"],
    ["the results of statsmodels", ["ols = sm.OLS(y, X)\nres = ols.fit()\nres.predict(X)"], "res"],
    [
      "the results of a formula of statsmodels",
      [
        "import statsmodels.formula.api as smf",
        "model = smf.glm('y ~ x', df)\nres = model.fit()\nprint(res.summary())",
      ],
      "res",
    ],
    [
      "what a function fits and gives back",
      ["def train(k):\n    m = SVC(C=k)\n    m.fit(X, y)\n    return m", "clf = train(2)"],
      "clf",
    ],
    ["what a function fits of its arguments", ["def train(m):\n    m.fit(X, y)", "clf = SVC()\ntrain(clf)"], "clf"],
    [
      "what a function gives back beside its score, through another function",
      [
        "def train(a, b):\n    m = SVC()\n    return m.fit(a, b)\ndef main():\n    m = train(X, y)\n    return m.score(X, y), m",
        "score, clf = main()",
      ],
      "clf",
    ],
    [
      "not the scaler that a function fits",
      [SVM, "def scaled(a):\n    s = StandardScaler()\n    s.fit(a)\n    return s", "sc = scaled(X)"],
      "svm",
    ],
    [
      "not what marks missing values",
      [SVM, "from sklearn.impute import MissingIndicator\nmi = MissingIndicator()\nmi.fit(X)"],
      "svm",
    ],
    [
      "not the scaler before it",
      ["sc = StandardScaler()\nZ = sc.fit_transform(X)\nsc.fit(X)", SVM, "sc.fit(X)"],
      "svm",
    ],
    [
      "what is taken out of a fitted dictionary",
      [
        "zoo = {'a': SVC(), 'b': RandomForestClassifier()}\nscores = {}\nfor k, m in zoo.items():\n    m.fit(X, y)\n    scores[k] = m.score(X, y)",
        "chosen = zoo[max(scores, key=scores.get)]",
      ],
      "chosen",
    ],
    [
      "what a loop keeps of those that it fits",
      [
        "best, top = 0, None\nfor m in [SVC(), RandomForestClassifier()]:\n    m.fit(X, y)\n    s = m.score(X, y)\n    if s > best:\n        best, top = s, m",
        "print(top.score(X, y))",
      ],
      "top",
    ],
    [
      "what a loop keeps and the notebook saves",
      [
        "for m in [SVC(), RandomForestClassifier()]:\n    m.fit(X, y)\n    top = m",
        'joblib.dump(top, "m.joblib")',
        "m.score(X, y)",
      ],
      "top",
    ],
    [
      "what is taken out of those that a loop stored",
      [
        "fitted = {}\nfor k, m in {'a': SVC()}.items():\n    m.fit(X, y)\n    fitted[k] = m",
        "chosen = fitted['a']\nprint(chosen.score(X, y))",
      ],
      "chosen",
    ],
    [
      "what is taken out of a fitted list",
      ["zoo = [SVC()]\nfor i in range(1):\n    zoo[i].fit(X, y)", "chosen = zoo[0]"],
      "chosen",
    ],
    [
      "what is fitted above a loop that deletes what it fits",
      [FOREST, "for i in range(2):\n    m = SVC()\n    m.fit(X, y)\n    m.score(X, y)\n    del m"],
      "forest",
    ],
    ["the loop's variable where nothing is taken out", ["zoo = [SVC()]\nfor m in zoo:\n    m.fit(X, y)"], "m"],
    [
      "the last of its name",
      ["m = SVC()\nm.fit(X, y)\nm.score(X, y)", "m = RandomForestClassifier()\nm.fit(X, y)\nm.score(X, y)"],
      "m",
    ],
  ])("%s", async (_, cells, name) => {
    expect((await targetsOf(...cells))[0]).toBe(`model ${name}`);
  });

  test("the one that is asked for, whatever else there is", async () => {
    const { targets } = await extractNotebook(notebookOf(DATA, FOREST, SVM, 'joblib.dump(svm, "s")'), {
      model: "forest",
    });
    expect(targets[0]).toMatchObject({
      name: "forest",
      kind: "model",
      type: "RandomForestClassifier",
      cell: 2,
      line: 2,
    });
  });
});

describe("the model's features are those of", () => {
  const featuresOf = async (...cells: readonly string[]) => {
    const { scoring } = await extractNotebook(notebookOf(DATA, "A, B, C, D = X, y, X, y", ...cells));
    return [scoring?.features.expression, scoring?.labels?.expression, scoring?.testFeatures?.expression];
  };
  test.each([
    ["its fit", ["m = SVC()\nm.fit(A, B)", "m.predict(C)"], ["A", "B", "C"]],
    [
      "the search that found it",
      ["s = GridSearchCV(SVC(), {})\ns.fit(A, B)\nm = s.best_estimator_"],
      ["A", "B", undefined],
    ],
    ["its collection", ["zoo = [SVC()]\nfor m in zoo:\n    m.fit(A, B)", "best = zoo[0]"], ["A", "B", undefined]],
    [
      "the function that trains it",
      ["def train(k, a, b):\n    m = SVC(C=k)\n    m.fit(a, b)\n    return m", "m = train(2, A, b=B)"],
      ["A", "B", undefined],
    ],
    [
      "its predictions, where the fit is hidden",
      ["def train():\n    return SVC().fit(A, B)", "m = train()", "m.predict(C)"],
      ["C", undefined, "C"],
    ],
  ])("%s", async (_, cells, expected) => {
    expect(await featuresOf(...cells)).toEqual(expected);
  });
});

describe("a notebook is refused", () => {
  test("with two models that are equally good: both are named", async () => {
    const error = await refusal(undefined, `${FOREST}\n${SVM}`, "print(forest.score(X, y), svm.score(X, y))");
    expect(error).toMatchObject({ code: "EXTRACT_AMBIGUOUS", candidates: ["svm", "forest"] });
    expect(error.message).toContain("in one cell: forest (cell 2) and svm (cell 2)");
    expect(error.hint).toContain("--model svm");
  });

  test.each([
    ["one comparison", [FOREST, SVM, "print(forest.score(X, y), svm.score(X, y))"], "svm"],
    ["the last measured", [FOREST, SVM, "a = svm.score(X, y)\nb = forest.score(X, y)"], "forest"],
    [
      "what it predicts is saved",
      [FOREST, SVM, "d = pd.DataFrame(forest.predict(X))\nd.to_csv('p.csv')\nsvm.score(X, y)"],
      "forest",
    ],
  ])("unless one is to be taken: %s", async (_, cells, name) => {
    const { chosen, diagnostics } = await extractNotebook(notebookOf(DATA, ...cells), { ranked: true });
    expect(chosen).toBe(name);
    const finding = diagnostics.find(({ code }) => code === "notebook.several-models");
    expect(finding?.message).toContain("together: forest (cell 2) and svm (cell 3)");
  });

  test("unless predictions of one alone are saved, whatever the others are called", async () => {
    const cells = [`model = SVC()\nmodel.fit(X, y)\n${FOREST}`, "a = model.predict(X)\nb = forest.predict(X)"];
    const saved = notebookOf(DATA, ...cells, "pd.DataFrame(b).to_csv('b.csv')");
    const { chosen, diagnostics } = await extractNotebook(saved, { ranked: true });
    expect(chosen).toBe("forest");
    expect(diagnostics.map(({ code }) => code)).toContain("notebook.several-models");
  });

  test("unless predictions of one are saved, and of another one it is only seen how many there are", async () => {
    const cells = [`${FOREST}\n${SVM}`, "a = forest.predict(X)\nb = svm.predict(X)", "b.shape"];
    const saved = notebookOf(DATA, ...cells, "pd.DataFrame(a).to_csv('a.csv')");
    expect((await extractNotebook(saved, { ranked: true })).chosen).toBe("forest");
  });

  test("with neither a model nor a saved result: what was looked for is said", async () => {
    const error = await refusal(undefined, "df.describe()");
    expect(error.code).toBe("EXTRACT_NO_TARGET");
    expect(error.message).toMatch(/no call of fit.*no saved table.*no dump/);
    expect(error.hint).toContain("--model");
  });

  test.each([
    [
      "a function that gives nothing back",
      "    SVC().fit(X, y)",
      "which gives nothing back",
      "Let train return the model",
    ],
    [
      "a function that no cell calls",
      "    return SVC().fit(X, y)",
      "and no cell gives a name",
      "Call it at the top level",
    ],
  ])("that trains only inside of %s: which, and what to do", async (_, body, why, hint) => {
    const error = await refusal(undefined, `from sklearn.svm import SVC\ndef train(X, y):\n${body}`);
    expect(error.message).toContain(`inside of the function train (cell 2, line 3), ${why}`);
    expect(error).toMatchObject({ code: "EXTRACT_NO_TARGET", place: { cell: 2, line: 3 } });
    expect(error.hint).toContain(hint);
  });

  test("that trains only inside of a function that gives None back at most", async () => {
    const train = "def train(X, y):\n    if X is None:\n        return None\n    SVC().fit(X, y)\ntrain([[1]], [1])";
    const error = await refusal(undefined, `from sklearn.svm import SVC\n${train}`);
    expect(error.message).toContain("inside of the function train (cell 2, line 5), which gives nothing back");
  });

  test.each([
    ["HTML", "    return HTML('<p>done</p>')", "plot(X, y)"],
    ["a figure", "    fig, ax = plt.subplots()\n    ax.plot(m.coef_)\n    return fig, ax", "plot(X, y)"],
    ["a figure that gets a name", "    fig = plt.figure()\n    return fig", "drawn = plot(X, y)"],
  ])("that trains only inside of a function that gives %s back", async (_, back, call) => {
    const imports =
      "import matplotlib.pyplot as plt\nfrom IPython.display import HTML\nfrom sklearn.linear_model import Ridge";
    const plot = `def plot(X, y):\n    m = Ridge()\n    m.fit(X, y)\n${back}\n${call}`;
    const error = await refusal(undefined, `${imports}\n${plot}`);
    expect(error.message).toContain("which gives back only what is looked at");
    expect(error.hint).toContain("Let plot return the model");
  });

  test("where the model may be in a cell that was not read", async () => {
    const error = await refusal(undefined, "svm = SVC(\nsvm.fit(X, y)");
    expect(error).toMatchObject({ code: "EXTRACT_NO_TARGET", place: { cell: 2 } });
  });

  test("where the model may be in a cell of Python 2", async () => {
    const error = await refusal(undefined, "svm = SVC()\nprint svm.fit(X, y)");
    expect(error.message).toContain("Cell 2 is Python 2");
    expect(error.hint).toContain("2to3");
  });

  test("where the model that is measured is in such a cell", async () => {
    const error = await refusal(undefined, "svm = SVC(\nsvm.fit(X, y)", "print(svm.score(X, y))");
    expect(error).toMatchObject({ code: "NOTEBOOK_SYNTAX", place: { cell: 2 } });
  });

  test("where --model names nothing: what is fitted is named", async () => {
    const error = await refusal("tree", FOREST, SVM);
    expect(error).toMatchObject({ code: "EXTRACT_NO_MODEL", hint: "It fits: forest, svm." });
    expect(error.message).toContain("no variable named tree");
  });
});

describe("without a model", () => {
  test.each([
    ['df.to_csv("o.csv")', ["value df"]],
    ['summary = df.describe()\nsummary.to_parquet("o.parquet")', ["value summary"]],
    ['import json\nstats = {"n": 1}\nwith open("o.json", "w") as f:\n    json.dump(stats, f)', ["value stats"]],
    ['a = X.to_numpy()\nnp.save("o.npy", a)', ["value a"]],
    ['a = X.to_numpy()\nb = a * 2\nnp.savez("o.npz", a, second=b)', ["value a", "value b"]],
    ['df.describe().to_csv("stats.csv")', ["value stats"]],
    [
      'import json\nwith open(f"{df}/by x.json", "w") as fh:\n    json.dump(df.x.value_counts().to_dict(), fh)',
      ["value by_x"],
    ],
    ['import json\njson.dump(df.x.tolist(), open("out/xs.json", mode="w"))', ["value xs"]],
    ['import pickle\nfh = open("counts.pkl", "wb")\npickle.dump(df.x.value_counts(), fh)', ["value counts"]],
    [
      'import pickle\nfrom pathlib import Path\nwith (Path("o") / "c.pkl").open("wb") as fh:\n    pickle.dump(df.sum(), fh)',
      ["value c"],
    ],
    [
      'import pickle, io\npickle.dump(df.sum(), io.BytesIO())\ndf.max().to_json(path_or_buf="df.json", orient="x")',
      ["value saved", "value df_2"],
    ],
    ['df.to_csv("o.csv")\n[d.head().to_csv("d.csv") for d in [df]]\n[d.to_csv("d.csv") for d in [df]]', ["value df"]],
    [
      "def scored(k):\n    m = SVC(C=k)\n    m.fit(X, y)\n    return m.score(X, y), k\nscore, best = scored(2)",
      ["metric score", "value best"],
    ],
    [
      "def mae(k):\n    m = SVC(C=k)\n    m.fit(X, y)\n    return mean_squared_error(y, m.predict(X))\nfor k in (1, 2):\n    e = mae(k)\n    print(e)",
      ["value e"],
    ],
    [
      "def score(k):\n    m = SVC(C=k)\n    m.fit(X, y)\n    return m.score(X, y)\nprint('got', score(2))",
      ["metric got"],
    ],
    [
      "def labels(k):\n    m = SVC(C=k)\n    m.fit(X, y)\n    return m.predict(X)\nprint(labels(2))",
      ["value labels_2"],
    ],
    [
      "class Net:\n    def learn(self, a, b):\n        self.m = SVC().fit(a, b)\nnet = Net()\nnet.learn(X, y)",
      ["value net"],
    ],
    ["fitted = SVC().fit(X, y).predict(X)\nprint(SVC().fit(X, y).predict(X))", ["value fitted"]],
    ['zoo = {"a": [SVC()]}\nzoo["a"][0].fit(X, y)', ["value zoo"]],
    [
      "class Net:\n    def __init__(self, a, b):\n        self.m = SVC()\n        self.m.fit(a, b)\nnet = Net(X, y)\nnet.m",
      ["value net"],
    ],
    [
      "def train(k):\n    ms = {}\n    ms[k] = SVC(C=k)\n    ms[k].fit(X, y)\n    return ms[k]\nzoo = {}\nfor k in (1, 2):\n    zoo[k] = train(k)",
      ["value zoo"],
    ],
    [
      "scaler = StandardScaler()\nX = scaler.fit_transform(X)\n[s.fit_transform(X) for s in [scaler]]",
      ["value scaler"],
    ],
  ])("what %j saves or trains is the target", async (cell, targets) => {
    expect(await targetsOf(cell)).toEqual(targets);
  });
});

test("an expression that is saved needs what the functions in it look up", async () => {
  const { module } = await extractNotebook(
    notebookOf(DATA, 'last = df.groupby("x").sum()\ndef get():\n    return df.merge(last)\nget().to_csv("o.csv")'),
  );
  expect(module.text).toContain('last = df.groupby("x").sum()');
  expect(module.text).toContain("o = get(df=df, last=last)");
});

describe("beside a model", () => {
  test("what is saved of its predictions, and what it was prepared with, are values", async () => {
    const cells = [
      "sc = StandardScaler()\nZ = sc.fit_transform(X)\nforest = RandomForestClassifier()\nforest.fit(Z, y)",
      'joblib.dump(forest, "m.joblib")\njoblib.dump(sc, "s.joblib")\ndf.describe().to_csv("d.csv")',
      'other = df[["x"]] * 2\nother.to_csv("x.csv")\ndf["p"] = forest.predict(Z)\ndf.to_csv("p.csv")',
      'pd.DataFrame({"p": forest.predict(Z)}).to_csv("out/Submission 1.csv")',
      "np.savez('z.npz', a=Z)",
    ];
    expect(await targetsOf(...cells)).toEqual(["model forest", "value sc", "value df", "value submission_1"]);
  });
});

test("what is pickled together with the model is a value, be it fitted inside of a function", async () => {
  const train =
    "def train(a):\n    sc = StandardScaler()\n    m = SVC()\n    m.fit(sc.fit_transform(a), y)\n    return sc, m";
  const save = 'with open("m.p", "wb") as f:\n    pickle.dump((sc, svm), f)';
  expect(await targetsOf(train, "sc, svm = train(X)", save)).toEqual(["model svm", "value sc"]);
});

describe("the metrics are", () => {
  test.each([
    ["those that have a name", "acc = accuracy_score(y, svm.predict(X))", ["acc"]],
    ["those that are only printed", 'print(f"{accuracy_score(y, svm.predict(X)):.3f}")', ["accuracy"]],
    ["those that a cell shows", shown("svm.score(X, y)"), ["score"]],
    ["a root of an error", "print(np.sqrt(mean_squared_error(y, svm.predict(X))))", ["rmse"]],
    ["a mean over folds", "print(cross_val_score(svm, X, y).mean())", ["cross_validation"]],
    ["those in a dictionary", 'r = {"acc": accuracy_score(y, svm.predict(X)), "n": 3}', ["acc"]],
    ["those of a block that runs", 'with open("log", "w") as f:\n    acc = accuracy_score(y, svm.predict(X))', ["acc"]],
    ["those computed from others", "mse = mean_squared_error(y, svm.predict(X))\nrmse = mse ** 0.5", ["mse", "rmse"]],
    ["not the same once more", "acc = svm.score(X, y)\nprint(round(acc, 3), acc)", ["acc"]],
    ["one of several", 's = {}\nfor k in "a":\n    s[k] = svm.score(X, y)\nbest = max(s.values())', ["best"]],
    ["both of a tuple", "a, b = accuracy_score(y, p), svm.score(X, y)", ["a", "b"]],
    [
      "those of several classes, without what has no name",
      "from sklearn.metrics import precision_recall_fscore_support as prfs\na, b, c, _ = prfs(y, p, average='macro')",
      ["a", "b", "c"],
    ],
    [
      "the cells of a confusion matrix",
      "from sklearn.metrics import confusion_matrix\ntn, fp, fn, tp = confusion_matrix(y, p).ravel()\nrecall = tp / (tp + fn)",
      ["tn", "fp", "fn", "tp", "recall"],
    ],
    [
      "what a function of the notebook gives",
      "def rate(t, q):\n    hits = t == q\n    return hits.mean()\na = rate(y, p)",
      ["a"],
    ],
    [
      "what a function gives by name",
      "def rate(t, q):\n    r = {}\n    r['f 1'] = accuracy_score(t, q)\n    return r\nr = rate(y, p)",
      ["f_1"],
    ],
    [
      "what a function gives as a tuple, through another one",
      "def one(t, q):\n    return accuracy_score(t, q)\ndef rate(m):\n    return m, one(y, m.predict(X))\n_, a = rate(svm)",
      ["a"],
    ],
    [
      "formulas over predictions",
      "mape = np.mean(np.abs(y - p) / y) * 100\nrmse = np.sqrt(((y - p) ** 2).mean())",
      ["mape", "rmse"],
    ],
    [
      "formulas that are only shown, by what the notebook calls them",
      "print('Hit rate:', (y == p).mean())\nprint(f'MAPE = {np.mean(abs(y - p) / y):.2f} %')",
      ["hit_rate", "mape"],
    ],
    ["what an import below takes the name of", "f1 = accuracy_score(y, p)\nfrom sklearn.metrics import f1", ["f1"]],
    [
      "formulas that everybody knows",
      "(y == p).mean()\nprint(np.mean((y - p) ** 2), np.sqrt(np.square(y - p).mean()))\nprint(np.abs(y - p).mean())",
      ["accuracy", "mse", "rmse", "mae"],
    ],
    [
      "a metric times a variable, and one with a minus",
      "k = 2\na = accuracy_score(y, p) * k\nb = -svm.score(X, y)\nc = a / df['z'].mean()",
      ["a", "b", "c"],
    ],
    [
      "an entry of a report",
      "r = classification_report(y, p, output_dict=True)\nprint(r['accuracy'])\nf = r['macro avg']['f1-score']",
      ["accuracy", "f"],
    ],
    ["of columns", "df['p'] = p\na = accuracy_score(df.y, df.p)\nb = (df['y'] - df['p']).abs().mean()", ["a", "b"]],
    [
      "of a table that is made on the way",
      "print(pd.DataFrame([{'model': 'svm', 'Hits': accuracy_score(y, p)}]))",
      ["hits"],
    ],
    ["of a search", "print(svm.best_score_)", ["best_score"]],
    [
      "counted in a loop",
      "n = 0\nfor a, b in zip(y, p):\n    n += 1\ncorrect = (y == p).sum()\nrate = correct / len(y)",
      ["correct", "rate"],
    ],
    [
      "not the numbers of a dictionary that have a name",
      "acc = accuracy_score(y, p)\nr = {'acc': acc, 'percent': acc * 100}",
      ["acc"],
    ],
    [
      "not single predictions, nor columns that are filled with a number",
      "one = p[0]\ndf['s'] = svm.score(X, y)\nz = df['s']",
      ["score"],
    ],
    [
      "a number in a text that is put together",
      "print('MAE %.2f' % accuracy_score(y, p), 'and {:.1f}'.format(svm.score(X, y)))",
      ["accuracy", "score"],
    ],
    [
      "scores in such texts, by what the notebook calls them",
      "print('The hit rate is {:.1%}'.format(svm.score(X, y)), 'R (R2): %.2f%%' % (svm.score(X, y * 2)))",
      ["hit_rate", "r2"],
    ],
    [
      "those whose functions have other names, by these where they are free",
      "from sklearn.metrics import mean_absolute_error as mae, mean_squared_error as mse\nprint(mae(y, p), np.sqrt(mse(y, p)))",
      ["mean_absolute_error", "rmse"],
    ],
    ["the root of an error, by its name", "print('Error', mean_squared_error(y, p) ** 0.5)", ["rmse"]],
    [
      "what is computed from a metric, by what the notebook calls it",
      "print('Misses:', 1 - accuracy_score(y, p))\nm = {}\nm.update(rmse=mean_squared_error(y, p) ** .5)",
      ["misses", "rmse"],
    ],
    [
      "scores, by what the notebook calls them",
      "print('Train R2:', svm.score(X, y), 'Test R2:', svm.score(X * 2, y))",
      ["train_r2", "test_r2"],
    ],
    [
      "what is shown twice, once, by the name that tells more",
      "print('Hit rate:', svm.score(X, y))\nprint(svm.score(X, y))\nprint(accuracy_score(y, p))\nprint(f'accuracy: {accuracy_score(y, p)}')",
      ["hit_rate", "accuracy"],
    ],
    ["not whether one is above a threshold", "ok = accuracy_score(y, p) > 0.9", ["accuracy"]],
    [
      "those in dictionaries of dictionaries",
      "def rate(m):\n    return {'acc': m.score(X, y)}\nr = {}\nr['svm'] = rate(svm)",
      ["svm_acc"],
    ],
    [
      "those that an unpacking enters under constant keys",
      "def rate(t, q):\n    return accuracy_score(t, q), t == q\nr, hits = {}, {}\nr['acc'], hits['acc'] = rate(y, p)\nprint(r['acc'])",
      ["acc"],
    ],
    [
      "those of such an unpacking that are of the model",
      "r = {}\nr['old'], r['new'] = before, svm.score(X, y)",
      ["new"],
    ],
    [
      "entries by the variable, too, where that alone says what is measured",
      "roc_auc, r = {}, {}\nroc_auc['svm'] = svm.score(X, y)\nroc_auc['acc'] = accuracy_score(y, p)\nr['svm'] = mean_squared_error(y, p)",
      ["roc_auc_svm", "acc", "svm_2"],
    ],
    [
      "what is written in a block",
      "import json\nwith open('m.json', 'w') as f:\n    json.dump({'hits': accuracy_score(y, p)}, f)",
      ["hits"],
    ],
    [
      "the best of a loop",
      "top = 0\nfor k in (1, 2):\n    s = svm.score(X, y * k)\n    if s > top:\n        top = s",
      ["top"],
    ],
    ["not what is only predicted", "print((p == 'yes').sum(), p.mean())\nn = np.max(p)", []],
    ["not what depends on no prediction", "m = df['y'].mean()\nn = len(X)", []],
    [
      "of a report that is printed, where nothing else is measured",
      "r = classification_report(y, p, digits=3)\nprint(r)\nprint(classification_report(y, svm.predict(X)))",
      ["f1_macro", "f1_weighted"],
    ],
    ["no report beside another", "a = accuracy_score(y, p)\nprint(classification_report(y, p))", ["a"]],
    ["no arrays", "from sklearn.metrics import f1_score\nf = f1_score(y, svm.predict(X), average=None)", []],
    ["none of before the fit", "", []],
  ])("%s", async (_, cell, names) => {
    const before = "old = SVC()\nold.fit(X, y)\nbefore = old.score(X, y)";
    expect(await targetsOf(before, SVM, "p = svm.predict(X)", cell, "svm.predict(X)")).toEqual([
      "model svm",
      ...names.map((name) => `metric ${name}`),
    ]);
  });

  test("those of a cross-validation before the fit, and of the search that it was taken out of", async () => {
    const search =
      "svm = GridSearchCV(SVC(), {})\nfolds = cross_val_score(svm, X, y)\nmean = folds.mean()\nsvm.fit(X, y)";
    const other = "tree = RandomForestClassifier()\ncross_val_score(tree, X, y).mean()";
    expect(
      await targetsOf(search, other, "top = svm.best_score_\nbest = svm.best_estimator_", "best.predict(X)"),
    ).toEqual(["model best", "metric mean", "metric top"]);
  });

  test("a value by key, where they are made for each", async () => {
    expect(await targetsOf(SVM, "r = {k: svm.score(X, y) for k in 'ab'}\nprint(r)")).toEqual(["model svm", "value r"]);
  });

  test("computed once: an entry is taken out of the dictionary", async () => {
    const { module } = await extractNotebook(notebookOf(DATA, SVM, 'r = {"acc": accuracy_score(y, svm.predict(X))}'));
    expect(module.text).toContain('acc = r["acc"]');
    expect(module.text.match(/accuracy_score\(/g)).toHaveLength(1);
  });

  test("named so that they take no name of the notebook, and no name twice", async () => {
    const cell = "accuracy = 0\nprint(accuracy_score(y, svm.predict(X)), accuracy_score(y, svm.predict(X * 2)))";
    expect(await targetsOf(SVM, cell)).toEqual(["model svm", "metric accuracy_2", "metric accuracy_3"]);
  });

  test("those of the chosen model alone", async () => {
    const cells = [`${FOREST}\na = forest.score(X, y)`, `${SVM}\nb = svm.score(X, y)`];
    expect(await targetsOf(...cells)).toEqual(["model svm", "metric b"]);
  });
});
