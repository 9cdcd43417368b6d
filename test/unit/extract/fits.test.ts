import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = `import joblib
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.linear_model import Lasso, Ridge
from sklearn.metrics import silhouette_score
from sklearn.pipeline import make_pipeline
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]`;

const modelOf = async (...cells: readonly string[]) =>
  (await extractNotebook(notebookOf(DATA, ...cells))).targets.find(({ kind }) => kind === "model")?.name;

test.each([
  ["that its fit is bound to, where the notebook goes on with that", "joblib.dump(model, 'm')", "model"],
  ["that it was made in, where the notebook goes on with that", "pipe.predict(X)", "pipe"],
  ["that it was made in, where the notebook goes on with both", "pipe.predict(X)\nmodel.score(X, y)", "pipe"],
])("a model has the name %s", async (_, use, name) => {
  expect(await modelOf("model = Lasso().fit(X, y)\npipe = make_pipeline(Ridge())\nmodel = pipe.fit(X, y)", use)).toBe(
    name,
  );
});

test("what a fit gives in Spark is the model, and not what was fitted", async () => {
  const spark = "from pyspark.ml.classification import LinearSVC\nestimator = LinearSVC()";
  expect(await modelOf(spark, "model = estimator.fit(df)\nmodel.transform(df)")).toBe("model");
});

test("what a fit gives is no model where it gives something else", async () => {
  const cells = [
    "from keras.models import Sequential\nnet = Sequential()",
    "history = net.fit(X, y)\nprint(history.history)",
  ];
  expect(await modelOf(...cells)).toBe("net");
  expect(await modelOf("groups = KMeans()\nlabels = groups.fit_predict(X)\nprint(labels)")).toBe("groups");
});

const SEARCH = `scores = []
for k in range(2, 9):
    tried = KMeans(n_clusters=k)
    scores.append(silhouette_score(X, tried.fit_predict(X)))`;

test.each([
  ["made by what it found out", "final = KMeans(n_clusters=scores.index(max(scores)) + 2)\nfinal.fit(X)", "final"],
  ["that has nothing of it", "other = KMeans(n_clusters=3)\nother.fit(X)", "tried"],
  ["of another class", "other = Lasso(alpha=max(scores))\nother.fit(X, y)", "tried"],
])("of a loop that tries models and one below %s", async (_, below, name) => {
  expect(await modelOf(SEARCH, below)).toBe(name);
});

test.each([
  ["alone", "return xgb.train({}, xgb.DMatrix(X, y))", "booster = fitted(X, y)"],
  ["by a name", "model = xgb.train({}, xgb.DMatrix(X, y))\n    return model", "booster = fitted(X, y)"],
  [
    "beside its predictions",
    "model = xgb.train({}, xgb.DMatrix(X, y))\n    return model.predict(xgb.DMatrix(X)), model",
    "predictions, booster = fitted(X, y)",
  ],
  [
    "from every turn of a loop",
    "model = xgb.train({}, xgb.DMatrix(X, y))\n    return 1, model",
    "for fold in range(3):\n    one, booster = fitted(X[fold::3], y[fold::3])",
  ],
])("a booster that a function of the notebook gives %s is the model", async (_, body, call) => {
  const cells = ["import xgboost as xgb", `def fitted(X, y):\n    ${body}`, call];
  expect(await modelOf("other = Lasso().fit(X, y)", ...cells)).toBe("booster");
});

test.each([
  ["import pmdarima as pm", "pm.auto_arima(z, m=6)"],
  ["from nltk.classify import NaiveBayesClassifier", "NaiveBayesClassifier.train(z)"],
  ["from pyspark.mllib.recommendation import ALS", "ALS.train(z, 10)"],
])("what a function of a library trains is the model, and not what prepares its data: %s", async (imports, call) => {
  const log = "from sklearn.preprocessing import FunctionTransformer\nlog = FunctionTransformer()";
  expect(await modelOf(imports, log, "z = log.fit_transform(X)", `trained = ${call}`)).toBe("trained");
});

test.each(["trace = pm.sample(9, random_seed=1)", "trace = pm.fit(9, random_seed=1)"])(
  "what is drawn of, or fitted to, a Bayesian model is the model: %s",
  async (draw) => {
    const cells = [
      "import pymc as pm\nwith pm.Model() as line:\n    a = pm.Normal('a', 0, 1)",
      `with line:\n    ${draw}`,
    ];
    expect(await modelOf("reference = Lasso().fit(X, y)", ...cells, "pm.sample_posterior_predictive(trace)")).toBe(
      "trace",
    );
  },
);

test("scores that a function of the notebook validates are no model", async () => {
  const scored = "import xgboost as xgb\ndef scored():\n    return xgb.cv({}, xgb.DMatrix(X, y))";
  expect(await modelOf("model = Lasso().fit(X, y)", scored, "scores = scored()")).toBe("model");
});

test.each([
  ["from arch import arch_model\nam = arch_model(y)"],
  ["from linearmodels.panel import PanelOLS\nam = PanelOLS(y, X)"],
  ['from linearmodels.iv import IV2SLS\nam = IV2SLS.from_formula("y ~ 1 + [x ~ z]", df)'],
  ["from statsmodels.multivariate.factor import Factor\nam = Factor(df, n_factor=2)"],
  ["import statsmodels.api as sm\nam = sm.tsa.UnobservedComponents(y)"],
  ["from lmfit import Model\nam = Model(line)"],
])("%s: its fit gives the model, and leaves it as it was", async (made) => {
  expect(await modelOf(made, "results = am.fit()\nprint(results)")).toBe("results");
  expect(await modelOf(made, "results = am.fit()")).toBe("results");
});

test.each(["_ = fitted(X, y)", "_, score = fitted(X, y)", "both = fitted(X, y)"])(
  "a model that a function of the notebook gives in a tuple is none by %s",
  async (call) => {
    const fitted = "def fitted(X, y):\n    model = Lasso().fit(X, y)\n    return model, model.score(X, y)";
    expect(await modelOf("other = Ridge().fit(X, y)", fitted, call)).toBe("other");
  },
);

test("what a function gives of a fit beside the model is a record, and no model", async () => {
  const train =
    "def train():\n    net = Sequential([Dense(1)])\n    net.compile(loss='mse')\n    past = net.fit(X, y)\n    return net, past";
  const cells = ["from keras import Sequential\nfrom keras.layers import Dense", train, "one, past = train()"];
  expect(await modelOf(...cells, "print(one.evaluate(X, y))")).toBe("one");
  expect(await modelOf("other = Ridge().fit(X, y)", ...cells.slice(0, 2), "_, past = train()")).toBe("other");
});

describe("what only prepares data is no model below one", () => {
  const SCALERS = "from sklearn.preprocessing import MinMaxScaler, StandardScaler\nmodel = Ridge().fit(X, y)";

  test.each([
    [
      "pipelines in a list",
      "for pipe in [make_pipeline(StandardScaler()), make_pipeline(MinMaxScaler())]:\n    pipe.fit(X)",
    ],
    ["scalers in a variable", "scalers = [StandardScaler(), MinMaxScaler()]\nfor s in scalers:\n    s.fit(X)"],
    ["scalers by their names", "for n, s in {'a': StandardScaler()}.items():\n    s.fit(X)"],
    ["pairs", "for n, s in [('a', StandardScaler()), ('b', MinMaxScaler())]:\n    s.fit(X)"],
    [
      "a pipeline that ends in a scaler that has a name",
      "s = MinMaxScaler()\npipe = make_pipeline(StandardScaler(), s)\npipe.fit(X)",
    ],
  ])("%s", async (_, cell) => {
    expect(await modelOf(SCALERS, cell)).toBe("model");
  });

  test.each(['Pipeline([("s", StandardScaler()), ("p", PCA(1))])', "make_pipeline(StandardScaler(), PCA(1))"])(
    "%s alone is a value, and predicts nothing",
    async (made) => {
      const imports = "from sklearn.decomposition import PCA\nfrom sklearn.pipeline import Pipeline\n";
      const cell = `${imports}from sklearn.preprocessing import StandardScaler\npipe = ${made}\npipe.fit(X)`;
      const { targets, module } = await extractNotebook(notebookOf(DATA, cell));
      expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["value pipe"]);
      expect(module.text).not.toContain("def predict");
    },
  );

  test("a loop that goes through models, too, fits models", async () => {
    const loop = "for m in [StandardScaler(), Ridge()]:\n    m.fit(X, y)";
    expect(await modelOf(SCALERS, loop)).toBe("m");
  });
});

describe("models that are fitted by their place in a collection", () => {
  const ZOO = "zoo = [Lasso(), Ridge()]";
  const LOOP = "for i in range(len(zoo)):\n    zoo[i].fit(X, y)\n    print(zoo[i].score(X, y))";

  test.each([
    ["a list", ZOO, LOOP, "zoo"],
    ["a dictionary", "zoo = {'a': Lasso()}\nfor k in zoo:\n    zoo[k].fit(X, y)", "print(zoo)", "zoo"],
    ["pairs", "zoo = [('a', Lasso())]\nfor i in range(1):\n    zoo[i][1].fit(X, y)", "print(zoo)", "zoo"],
    ["a comprehension", ZOO, "print([zoo[i].fit(X, y) for i in range(2)])", "zoo"],
    ["a list of which one is taken out", `${ZOO}\n${LOOP}`, "best = zoo[1]", "best"],
    ["a list of which the loop keeps one", ZOO, `${LOOP}\n    if i == 1:\n        kept = zoo[i]`, "kept"],
    ["a list below the best", `${ZOO}\nbest_model = Ridge().fit(X, y)\nbest_model.score(X, y)`, LOOP, "best_model"],
  ])("are the model: %s", async (_, above, below, name) => {
    expect(await modelOf(above, below)).toBe(name);
  });

  test.each([
    ["a list", "sc = [StandardScaler()]\nfor i in range(1):\n    sc[i].fit(X)"],
    ["a dictionary that a loop fills", "sc = {}\nfor c in X:\n    sc[c] = StandardScaler()\n    sc[c].fit(X[[c]])"],
    ["a pipeline", "p = make_pipeline(StandardScaler(), Lasso())\np[0].fit(X)"],
  ])("are none where they are the scalers of %s", async (_, cell) => {
    const scaler = "from sklearn.preprocessing import StandardScaler";
    expect(await modelOf(scaler, "model = Lasso().fit(X, y)", cell)).toBe("model");
  });

  test("are shipped together, which is said", async () => {
    const { diagnostics } = await extractNotebook(notebookOf(DATA, ZOO, LOOP));
    expect(diagnostics).toContainEqual({
      code: "notebook.loop-model",
      severity: "warning",
      cell: 3,
      line: 1,
      message: "zoo holds several models, which are shipped together, so there is no one to predict with.",
      hint: "Keep the one that you want in a variable of its own: model = zoo[…].",
    });
  });
});

test.each([
  ["takes rows", "parts = Loader('a')\nmodel, other = parts.fit(X)", "parts"],
  ["gives one value", "parts = Loader('a')\nrest = parts.fit()", "parts"],
  ["gives data alone", "parts = Loader('a')\ntrain, test = parts.fit()", "lasso"],
])("a fit that %s", async (_, cell, name) => {
  expect(await modelOf("from mine import Loader\nlasso = Lasso().fit(X, y)", cell)).toBe(name);
});

describe("of models that are all saved", () => {
  const SAVED = (name: string): string => `${name} = Lasso().fit(X, y)\njoblib.dump(${name}, '${name}.pkl')`;
  const taken = async (ranked: boolean, ...cells: readonly string[]) => {
    const { targets, diagnostics } = await extractNotebook(notebookOf(DATA, ...cells), { ranked });
    const said = diagnostics.filter(({ code }) => code === "notebook.several-models");
    return { model: targets[0]?.name, said: said.map(({ message, hint }) => [message, hint]) };
  };

  test("the one that is evaluated last is taken, and the others are named", async () => {
    const cells = [SAVED("a"), `${SAVED("b")}\nb.score(X, y)`, SAVED("c")];
    expect(await taken(false, ...cells)).toEqual({
      model: "b",
      said: [
        [
          "b is taken, of 3 models that are saved: a (cell 2) and b (cell 3) and c (cell 4).",
          "To take another one: --model c",
        ],
      ],
    });
  });

  test.each([
    ["the one that is saved last, where none is evaluated", [SAVED("a"), SAVED("b")], "b"],
    [
      "the one that is called the model",
      [`${SAVED("model")}\n${SAVED("b")}`, "b.score(X, y), model.score(X, y)"],
      "model",
    ],
  ])("%s", async (_, cells, model) => {
    expect(await taken(false, ...cells)).toMatchObject({ model, said: [expect.anything()] });
  });

  test("which one is asked, where one cell evaluates and one saves them", async () => {
    const cells = [`${SAVED("a")}\n${SAVED("b")}`, "a.score(X, y), b.score(X, y)"];
    await expect(taken(false, ...cells)).rejects.toMatchObject({ code: "EXTRACT_AMBIGUOUS", candidates: ["b", "a"] });
    expect(await taken(true, ...cells)).toMatchObject({
      model: "b",
      said: [["b is taken, of 2 models that are saved: a (cell 2) and b (cell 2).", "To take another one: --model a"]],
    });
  });

  const VOTE = "from sklearn.ensemble import VotingRegressor\nfrom sklearn.model_selection import GridSearchCV";
  const BEST = "s = GridSearchCV(Ridge(), {'alpha': [1]})\ns.fit(X, y)\na = s.best_estimator_\njoblib.dump(a, 'a.pkl')";

  test.each([
    ["is given to one that fits copies", `b = VotingRegressor([('a', a)])`],
    ["is given to it in a list", `parts = [('a', a)]\nb = VotingRegressor(parts)`],
  ])("one that %s is another one", async (_, made) => {
    const said = [[expect.stringContaining("a (cell 3) and b (cell 4)."), "To take another one: --model a"]];
    const cells = [VOTE, BEST, `${made}\nb.fit(X, y)\njoblib.dump(b, 'b')`, "a.score(X, y)"];
    expect(await taken(false, ...cells)).toEqual({ model: "b", said });
  });

  test("those with one step in common are several", async () => {
    const pipe = (name: string): string =>
      `${name} = Pipeline([('s', s), ('m', Ridge())])\n${name}.fit(X, y)\njoblib.dump(${name}, '${name}')`;
    const shared =
      "from sklearn.pipeline import Pipeline\nfrom sklearn.preprocessing import StandardScaler\ns = StandardScaler()";
    const { said } = await taken(false, shared, pipe("a"), pipe("b"));
    expect(said).toEqual([[expect.stringContaining("b is taken, of 2 models"), "To take another one: --model a"]]);
  });

  test.each([
    ["the search that it is the best of", `${BEST}\njoblib.dump(s, 's')`],
    ["what is fitted in place in it", `${SAVED("s")}\na = Pipeline([('s', s)])\na.fit(X, y)\njoblib.dump(a, 'a')`],
    ["what it is stacked on", `${SAVED("s")}\na = VotingRegressor([])\na.fit(s.predict(X), y)\njoblib.dump(a, 'a')`],
  ])("nothing is said of %s", async (_, cell) => {
    expect(await taken(false, `${VOTE}\nfrom sklearn.pipeline import Pipeline`, cell)).toEqual({
      model: "a",
      said: [],
    });
  });

  test("nothing is said of what another one is made of, and of what prepares the data", async () => {
    const scaler =
      "from sklearn.preprocessing import StandardScaler\nsc = StandardScaler().fit(X)\njoblib.dump(sc, 's')";
    const stack = "Z = a.predict(X).reshape(-1, 1)\nb = Ridge().fit(Z, y)\njoblib.dump(b, 'b')";
    expect(await taken(false, scaler, SAVED("a"), stack, "a.score(X, y)")).toEqual({ model: "b", said: [] });
  });
});

test.each([
  ["feeds another model", "df['label']", "clf.fit(df[['x', 'y']], df['label'])", "clf"],
  ["does not", "labels", "clf.fit(df[['x']], df['y'])", "groups"],
  ["is measured, too", "labels", "clf.fit(df[['x']], labels)\nfit = groups.score(df[['x']], df['y'])", "groups"],
])("which model is chosen where a prediction of one %s", async (_, labels, fit, target) => {
  const setup =
    "import pandas as pd\nfrom sklearn.cluster import KMeans\nfrom sklearn.linear_model import LogisticRegression\ndf = pd.read_csv('a.csv')";
  const label = `groups = KMeans(2, random_state=0)\ngroups.fit(df[['x']])\n${labels} = groups.predict(df[['x']])`;
  const { targets } = await extractNotebook(notebookOf(setup, label, `clf = LogisticRegression()\n${fit}`));
  expect(targets[0]?.name).toBe(target);
});

test("a model that a function fits and gives back is one, and not two", async () => {
  const fit = "def fit(model, X, y):\n    model.fit(X, y)\n    return model, model.score(X, y)";
  const extraction = await extractNotebook(notebookOf(DATA, fit, "ridge = Ridge()\nfitted, r2 = fit(ridge, X, y)"));
  expect(extraction.diagnostics.map(({ code }) => code)).not.toContain("notebook.several-models");
  expect(extraction.targets.map(({ kind, name }) => `${kind} ${name}`)).toContain("model fitted");
  expect(await modelOf(fit, "ridge = Ridge()\n_, r2 = fit(ridge, X, y)")).toBe("ridge");
});

test("what a function looks up and fits is a model, and no name of its own is", async () => {
  const train = (body: string): string => `def train(turn):\n    ${body}\n    return ridge.score(X, y)`;
  const loop = "scores = []\nfor turn in range(3):\n    score = train(turn)\n    scores.append(score)";
  expect(await modelOf("ridge = Ridge()", train("ridge.fit(X, y)"), loop)).toBe("ridge");
  expect(await modelOf("ridge = 3", train("ridge = Ridge().fit(X, y)"), loop)).toBeUndefined();
});
