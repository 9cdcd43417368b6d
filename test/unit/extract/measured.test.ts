import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const SPARK =
  "from pyspark.ml.classification import RandomForestClassifier\nfrom pyspark.ml.evaluation import BinaryClassificationEvaluator\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\ntrain = spark.read.csv('a.csv')\nmodel = RandomForestClassifier(seed=1).fit(train)";

test("what an evaluator of Spark gives is a number", async () => {
  const cell = "evaluator = BinaryClassificationEvaluator()\narea = evaluator.evaluate(model.transform(train))";
  const { targets, diagnostics } = await extractNotebook(notebookOf(SPARK, cell));
  expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model model", "metric area"]);
  expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.metric-left-out");
});

test("of a variable that may hold several numbers it is said that it may", async () => {
  const fit =
    "from tensorflow import keras\nX, y = [[1.0]], [1.0]\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile(loss='mse', metrics=METRICS)\nmodel.fit(X, y)";
  const { diagnostics } = await extractNotebook(notebookOf(fit, "result = model.evaluate(X, y)"));
  expect(diagnostics).toContainEqual(
    expect.objectContaining({
      code: "notebook.metric-left-out",
      cell: 2,
      message: "What this measures of the model may be more than one number, so the module does not give result.",
      hint: "Give the number a name of its own: accuracy = result[1].",
    }),
  );
});

test("the mean of scores that are looked up is called by their key", async () => {
  const scores =
    "from sklearn.svm import SVC\nfrom sklearn.model_selection import cross_validate\nm = SVC()\nscores = cross_validate(m, X, y)";
  const { targets } = await extractNotebook(
    notebookOf(
      "X, y = [[1], [2]], [0, 1]",
      scores,
      "scores['test_auc'].mean(), scores['test_f1'].mean()",
      "m.fit(X, y)",
    ),
  );
  expect(targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : []))).toEqual([
    "test_auc_mean",
    "test_f1_mean",
  ]);
});

describe("of scores that a loop gathers", () => {
  const IMPORTS =
    "from sklearn.cluster import KMeans\nfrom sklearn.neighbors import KNeighborsClassifier as KNN\nfrom sklearn.model_selection import KFold\nX, y = [[1], [2], [3], [4]], [0, 1, 0, 1]\nscores = []";
  const given = async (loop: string): Promise<readonly string[]> => {
    const { targets } = await extractNotebook(notebookOf(IMPORTS, loop));
    return targets.flatMap(({ kind, name, expression }) => (kind === "metric" ? [`${name} = ${expression}`] : []));
  };
  const LAST = ["scores_last = scores[-1]"];
  const MEAN = ["scores_mean = sum(scores) / len(scores)"];

  test.each([
    [
      "settings",
      "for k in (1, 2):\n    m = KNN(n_neighbors=k)\n    m.fit(X, y)\n    scores.append(m.score(X, y))",
      LAST,
    ],
    ["clusters", "for k in (1, 2):\n    m = KMeans(n_clusters=k).fit(X)\n    scores.append(m.inertia_)", LAST],
    ["models", "for n, m in [('a', KNN(1)), ('b', KNN(2))]:\n    m.fit(X, y)\n    scores.append(m.score(X, y))", LAST],
    ["folds", "for a, b in KFold().split(X):\n    m = KNN().fit(X, y)\n    scores.append(m.score(X, y))", MEAN],
    [
      "folds of the last setting",
      "for k in (1, 2):\n    scores = []\n    for a, b in KFold().split(X):\n        m = KNN(k).fit(X, y)\n        scores.append(m.score(X, y))",
      MEAN,
    ],
    [
      "folds of all settings",
      "for k in (1, 2):\n    for a, b in KFold().split(X):\n        m = KNN(k).fit(X, y)\n        scores.append(m.score(X, y))",
      LAST,
    ],
    [
      "some turns",
      "for k in (1, 2):\n    m = KNN(k).fit(X, y)\n    if k == 1:\n        scores.append(m.score(X, y))",
      [],
    ],
    [
      "turns of which the best is kept",
      "top, best = 0, None\nfor k in (1, 2):\n    m = KNN(k).fit(X, y)\n    s = m.score(X, y)\n    scores.append(s)\n    if s > top:\n        best = m",
      [],
    ],
  ])("of %s, what is the model's is the metric", async (_, loop, metrics) => {
    expect(await given(loop)).toEqual(metrics);
  });
});

describe("what a loop measures that fits the model anew", () => {
  const DATA =
    "from sklearn.metrics import accuracy_score\nfrom sklearn.model_selection import KFold\nfrom sklearn.svm import SVC\nX, y = [[1], [2]], [0, 1]";
  const MODEL = "m = SVC(C=k).fit(X, y)";
  const given = async (loop: string) => {
    const { targets, diagnostics } = await extractNotebook(notebookOf(DATA, loop));
    return {
      metrics: targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : [])),
      said: diagnostics.filter(({ code }) => code.includes("metric")),
    };
  };

  test.each([
    ["of the last turn", `for k in KS:\n    ${MODEL}\n    hits = accuracy_score(y, m.predict(X))\n    print(hits)`],
    ["of a loop in a loop", `for d in KS:\n    for k in KS:\n        ${MODEL}\n        hits = m.score(X, y)`],
    ["that it gathers, too", `rows = []\nfor k in KS:\n    ${MODEL}\n    hits = m.score(X, y)\n    rows.append(hits)`],
  ])("is a metric %s where a variable has it", async (_, loop) => {
    expect(await given(loop)).toEqual({ metrics: ["hits"], said: [] });
  });

  test.each([
    ["is only shown", `for k in KS:\n    ${MODEL}\n    print(accuracy_score(y, m.predict(X)))`],
    ["is that of a fold", `k = 1\nfor a, b in KFold().split(X):\n    ${MODEL}\n    hits = m.score(X, y)`],
    [
      "may be that of another than the kept one",
      `for k in KS:\n    ${MODEL}\n    hits = m.score(X, y)\n    if k == 2:\n        best = m`,
    ],
  ])("is said to be left out where it %s", async (_, loop) => {
    const { metrics, said } = await given(loop);
    expect(metrics).toEqual([]);
    expect(said).toEqual([
      expect.objectContaining({
        code: "notebook.metric-left-out",
        severity: "warning",
        cell: 2,
        message: expect.stringMatching(/^What this loop measures of (m|best), turn by turn, is no one number, so/),
        hint: "Measure it behind the loop, and give that a name: accuracy = accuracy_score(…).",
      }),
    ]);
  });

  test("is said to be left out where a function keeps it that gives the model", async () => {
    const train = "def train():\n    m = SVC().fit(X, y)\n    print(accuracy_score(y, m.predict(X)))\n    return m";
    const { said } = await given(`${train}\nmodel = train()`);
    expect(said.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      "notebook.metric-left-out: What this measures of the model is in no variable, so the module does not give it.",
    ]);
  });
});

const FITTED =
  "from sklearn.svm import SVC\nX, y = [[1], [2]], [0, 1]\nm = SVC(probability=True).fit(X, y)\np = m.predict_proba(X)[:, 1]";

describe("a function of the notebook that counts over predictions and labels", () => {
  const metrics = async (body: string, call = "c(y, p)"): Promise<readonly string[]> => {
    const { targets } = await extractNotebook(notebookOf(FITTED, `def c(y_true, scores):\n${body}`, `value = ${call}`));
    return targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : []));
  };
  const COUNT =
    "    hits, pairs = 0, 0\n    for i in range(len(y_true)):\n        pairs += 1\n        if y_true[i] == 1 and scores[i] > 0.5:\n            hits += 1\n";

  test("gives a metric where it gives a share", async () => {
    expect(await metrics(`${COUNT}    return hits / pairs`)).toEqual(["value"]);
    expect(await metrics(`${COUNT}    share = (hits + 0.5) / pairs\n    return share`)).toEqual(["value"]);
  });

  test("gives none where it gives another number, or sees no labels", async () => {
    const best =
      "    best = 0.0\n    for t in (0.1, 0.2):\n        if scores[0] > t:\n            best = t\n    return best";
    expect(await metrics(best)).toEqual([]);
    expect(await metrics("    n = len(scores)\n    return 1 / n", "c(None, p)")).toEqual([]);
    expect(await metrics(`${COUNT}    return hits / pairs`, "c(p, p)")).toEqual([]);
    expect(await metrics(`${COUNT}    return hits / pairs`, "c(y, y)")).toEqual([]);
  });
});

test("the concordance index of lifelines is a metric", async () => {
  const cell = "from lifelines.utils import concordance_index\nprint(f'C-index: {concordance_index(y, p):.4f}')";
  const { targets } = await extractNotebook(notebookOf(FITTED, cell));
  expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model m", "metric c_index"]);
});

describe("the dictionary of metrics that a function of the notebook gives", () => {
  const LIBRARY = "from sklearn.metrics import accuracy_score, f1_score";
  const RATE = "def rate(a, b):\n    return {'accuracy': accuracy_score(a, b) * 100, 'f1': f1_score(a, b)}";
  const extracted = (...cells: readonly string[]) => extractNotebook(notebookOf(FITTED, LIBRARY, ...cells));

  test.each(["q = m.predict(X)\nrate(y, q)", "q = m.predict(X)\nprint(rate(y, q))"])(
    "is given by its entries where it is only shown: %j",
    async (cell) => {
      const { targets, module, diagnostics } = await extracted(RATE, cell);
      expect(targets.map(({ name }) => name)).toEqual(["m", "accuracy", "f1"]);
      expect(module.text).toContain('accuracy = rate(y, q)["accuracy"]');
      expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.metric-left-out");
    },
  );

  test("is given by its variable where it has one", async () => {
    const { targets } = await extracted(RATE, "r = rate(y, m.predict(X))");
    expect(targets.map(({ expression }) => expression)).toEqual(["m", 'r["accuracy"]', 'r["f1"]']);
  });

  test("is left out, which is said, where the function changes something", async () => {
    const noted = RATE.replace("    return", "    log.append(1)\n    return");
    const { targets, diagnostics } = await extracted("log = []", noted, "rate(y, m.predict(X))");
    expect(targets.map(({ name }) => name)).toEqual(["m"]);
    expect(diagnostics.map(({ code }) => code)).toContain("notebook.metric-left-out");
  });
});

test.each([
  ["print('The mean accuracy of the model is:', m.score(X, y))", "mean_accuracy"],
  ["print('Done', p, '\\nMean cv Score', m.score(X, y))", "mean_cv_score"],
  ["print('Voting Regressor RMSE (mean):', -np.mean(cross_val_score(m, X, y)))", "voting_regressor_rmse_mean"],
  ["print('Score (R2):', m.score(X, y))", "r2"],
  ["print('Mean average precision (map):', m.score(X, y))", "map"],
  [
    "print('On all of the rows that were held out we see an accuracy of', m.score(X, y))",
    "held_out_we_see_an_accuracy",
  ],
])("a number that is only shown has the words before it as its name: %s", async (cell, name) => {
  const { targets } = await extractNotebook(
    notebookOf(`import numpy as np\nfrom sklearn.model_selection import cross_val_score\n${FITTED}`, cell),
  );
  expect(targets.map((one) => one.name)).toEqual(["m", name]);
});

describe("what Keras' evaluate gives", () => {
  const given = async (compile: string, use: string): Promise<readonly string[]> => {
    const net =
      "from tensorflow import keras\nX, y = [[1.0]], [1.0]\nmodel = keras.Sequential([keras.layers.Dense(1)])";
    const { targets } = await extractNotebook(notebookOf(`${net}\n${compile}\nmodel.fit(X, y)`, use));
    return targets.flatMap(({ kind, name, expression }) => (kind === "metric" ? [`${name}: ${expression}`] : []));
  };

  test.each([
    ["the loss alone", "model.compile(loss='mse')", "rest = model.evaluate(X, y)", ["rest: rest"]],
    [
      "the loss and each metric, which a variable holds",
      "model.compile('adam', 'mse', ['mae'])",
      "score = model.evaluate(X, y)",
      ["loss: score[0]", "mae: score[1]"],
    ],
    [
      "likewise where they are only shown",
      "model.compile(loss='mse', metrics=['mae', keras.metrics.RootMeanSquaredError(), keras.metrics.AUC(name='area')])",
      "model.evaluate(X, y)",
      [0, 1, 2, 3].map(
        (at) => `${["loss", "mae", "root_mean_squared_error", "area"][at]}: model.evaluate(X, y)[${at}]`,
      ),
    ],
    [
      "likewise where a dictionary is asked for",
      "model.compile(loss='mse', metrics=['mae'])",
      "score = model.evaluate(X, y, return_dict=True)",
      ['loss: score["loss"]', 'mae: score["mae"]'],
    ],
    [
      "nothing that is known, of metrics that are made elsewhere",
      "model.compile(loss='mse', metrics=M)",
      "s = model.evaluate(X, y)",
      [],
    ],
    ["nothing that is known, of several losses", "model.compile(loss=['mse', 'mae'])", "s = model.evaluate(X, y)", []],
  ])("%s", async (_, compile, use, metrics) => {
    expect(await given(compile, use)).toEqual(metrics);
  });

  test("it is called once for all that it gives", async () => {
    const cells = [
      "from tensorflow import keras\nX, y = [[1.0]], [1.0]\ndef build():\n    net = keras.Sequential([keras.layers.Dense(1)])\n    net.compile(loss='mse', metrics=['mae'])\n    return net",
      "model = build()\nmodel.fit(X, y)",
      "print(model.evaluate(X, y))",
    ];
    const { module } = await extractNotebook(notebookOf(...cells));
    expect(module.text).toContain("    loss, mae = model.evaluate(X, y)\n    return loss, mae");
    expect(module.text).toContain("-> tuple[float, float]:  # cell 3");
  });
});

test("nothing is said of a number whose name a later one has", async () => {
  const fit = "from sklearn.svm import SVC\nX, y = [[1], [2]], [0, 1]\nm = SVC().fit(X, y)";
  const { diagnostics } = await extractNotebook(notebookOf(fit, "a = m.score(X, y)", "a = m.score(X[:1], y[:1])"));
  expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.metric-left-out");
});

test("predictions that are transformed back are predictions", async () => {
  const fit =
    "import numpy as np\nimport pmdarima as pm\nfrom sklearn.preprocessing import StandardScaler\ny = np.array([[1.0], [2.0]])\nscaler = StandardScaler()\nz = scaler.fit_transform(y)\nmodel = pm.auto_arima(z)";
  const cell = "back = scaler.inverse_transform(model.predict(2).reshape(-1, 1))\nerror = np.mean((y - back) ** 2)";
  const { targets } = await extractNotebook(notebookOf(fit, cell));
  expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model model", "metric error"]);
});

test("nothing is said of what is shown twice, and given once", async () => {
  const fit =
    "from sklearn.metrics import accuracy_score\nfrom sklearn.svm import SVC\nX, y = [[1], [2]], [0, 1]\nm = SVC().fit(X, y)";
  const shows = "p = m.predict(X)\naccuracy_score(y, p)\nprint('it is', accuracy_score(y, p))";
  const { diagnostics } = await extractNotebook(notebookOf(fit, shows));
  expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.metric-left-out");
});

describe("what a method of the notebook's own class gives", () => {
  const ENGINE = `import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
class Engine:
    def __init__(self):
        self.model = LogisticRegression()
    def fit(self, X, y):
        self.model.fit(X, y)
        return accuracy_score(y, self.model.predict(X))
    def rate(self, X, y):
        return accuracy_score(y, self.model.predict(X))
    def evaluate(self, rows, labels):
        return self.rate(rows, labels)
    def both(self, X, y):
        hits = self.model.predict(X) == y
        return self.model.score(X, y), hits.mean()
    def first(self, X):
        return self.model.predict(X)[0]
X, y = np.ones((4, 1)), np.arange(4) % 2
engine = Engine()
engine.fit(X, y)`;

  test.each([
    ["a score in a variable", "accuracy = engine.rate(X, y)", ["accuracy: accuracy"]],
    ["a score by another method of it", "rated = engine.evaluate(X, labels=y)", ["rated: rated"]],
    ["several in variables", "score, share = engine.both(X, y)", ["score: score", "share: share"]],
    ["a score that is only shown", "print('Rate:', engine.rate(X, y))", ["rate: engine.rate(X, y)"]],
    [
      "by the name of a score, whatever it is computed of",
      "class Rate:\n    def score(self, X, y):\n        return len(X) / len(y)\nrate = Rate().score(engine.model.predict(X), y)",
      ["rate: rate"],
    ],
    ["one of the predictions", "one = engine.first(X)", []],
    ["a score of a fit", "print(engine.fit(X, y))", []],
    [
      "something of another class",
      "class Other:\n    def rate(self, X, y):\n        return 1\nn = Other().rate(engine, y)",
      [],
    ],
  ])("%s", async (_, cell, metrics) => {
    const { targets } = await extractNotebook(notebookOf(ENGINE, cell));
    const given = targets.filter(({ kind }) => kind === "metric");
    expect(given.map(({ name, expression }) => `${name}: ${expression}`)).toEqual(metrics);
  });
});

describe("what is computed to be drawn", () => {
  const FIT =
    "import matplotlib.pyplot as plt\nfrom sklearn.svm import SVC\nfrom sklearn.model_selection import cross_val_score\nX, y = [[1], [2]], [0, 1]\nm = SVC().fit(X, y)\nscores = cross_val_score(m, X, y)\nfig, ax = plt.subplots()";

  async function metrics(cell: string): Promise<readonly (string | undefined)[]> {
    const { targets } = await extractNotebook(notebookOf(FIT, cell));
    return targets.flatMap(({ kind, expression }) => (kind === "metric" ? [expression] : []));
  }

  test.each([
    "plt.ylim([scores.min() - 0.01, scores.max() + 0.01])",
    "plt.fill_between(X, scores.mean() - scores.std(), scores.mean() + scores.std())",
    "ax.bar([0, 1], [(1 - scores.mean()), 1 - m.score(X, y)])",
  ])("is no metric: %s", async (cell) => {
    expect(await metrics(cell)).toEqual([]);
  });

  test.each([
    ["plt.axhline(scores.mean())", "scores.mean()"],
    ["plt.axhline(100 * scores.mean())", "100 * scores.mean()"],
    ["ax.set_title(f'{scores.max() - scores.min():.2f}')", "scores.max() - scores.min()"],
    ["ax.set_title('{}'.format(scores.max() - scores.min()))", "scores.max() - scores.min()"],
    ["plt.title('%.2f' % (scores.max() - scores.min()))", "(scores.max() - scores.min())"],
    ["print(scores.max() - scores.min())", "scores.max() - scores.min()"],
  ])("but a measure, or what a text says, is: %s", async (cell, expected) => {
    expect(await metrics(cell)).toEqual([expected]);
  });
});

describe("what is called a measure, and is not followed, is said instead of that there is none", () => {
  const FIT = "from sklearn.svm import SVC\nX, y = [[1], [2]], [0, 1]\nm = SVC().fit(X, y)";

  async function said(...cells: readonly string[]): Promise<readonly string[]> {
    const { diagnostics } = await extractNotebook(notebookOf(FIT, ...cells));
    return diagnostics.flatMap(({ code, message }) =>
      code.includes("metric") ? [`${code}: ${message.split(" ")[0]}`] : [],
    );
  }

  test.each([
    [
      "by the name of a variable",
      "def check(p):\n    return Meter(p).value, 2\ntest_accuracy = check(m.predict(X))[1]",
      "test_accuracy",
    ],
    [
      "of what a function gives with the model",
      "def teach(a):\n    n = SVC().fit(a, y)\n    return n, Log(n).read()\nm, seen = teach(X)\nvalid_auc = seen['auc'][-1]",
      "valid_auc",
    ],
    [
      "by the name of a function",
      "def my_loss(p):\n    return Meter(p).value\nprint(my_loss(m.predict(X)))",
      "my_loss",
    ],
  ])("%s", async (_, cell, name) => {
    expect(await said(cell)).toEqual([`notebook.metric-left-out: ${name}`]);
  });

  test.each(["def plot_loss(p):\n    print(p)\nplot_loss(m.predict(X))", "accuracy = 0.9", "p = m.predict(X)"])(
    "but not of %s",
    async (cell) => {
      expect(await said(cell)).toEqual(["notebook.no-metric: The"]);
    },
  );
});

describe("without a model, what guesses the same for every row is no result", () => {
  const DATA =
    "import numpy as np\nfrom sklearn.metrics import accuracy_score\ny = np.array([0, 1, 1])\nsaid = [int(v > 0) for v in y]";

  test.each([
    "accuracy_score(y, np.repeat(0, len(y)))",
    "base = accuracy_score(y, np.zeros(len(y)))",
    "print(accuracy_score(y_true=y, y_pred=[1] * len(y)))",
    "accuracy_score(y, np.full_like(y, 1))",
  ])("%s", async (baseline) => {
    const { targets } = await extractNotebook(notebookOf(DATA, baseline, "rate = accuracy_score(y, said)"));
    expect(targets.map(({ name }) => name)).toEqual(["rate"]);
  });

  test("but what repeats other values is", async () => {
    const { targets } = await extractNotebook(notebookOf(DATA, "rate = accuracy_score(y, np.repeat(said, 1))"));
    expect(targets.map(({ name }) => name)).toEqual(["rate"]);
  });
});

describe("what a library's class calls its score", () => {
  const given = async (imports: string, show: string) => {
    const made = `import numpy as np\n${imports}\nX, y = np.ones((4, 2)), np.array([0, 1, 0, 1])\nm = Model()\nm.fit(X, y)`;
    const { targets, module } = await extractNotebook(notebookOf(made, show));
    const [, ...values] = targets.map(({ kind, name, type }) => `${kind} ${name}: ${type}`);
    return [...values, /metrics = \{(.*)\}/.exec(module.text)?.[1]];
  };

  test.each([
    ["from sklearn.svm import SVC as Model", ["metric score: float", '"score": float(result.score)']],
    ["from hmmlearn.hmm import GaussianHMM as Model", ["metric score: float", '"score": float(result.score)']],
    ["from raters.models import Rater as Model", ["value score: Any", ""]],
  ])("may be a dictionary where nothing is known of the library: %s", async (imports, expected) => {
    expect(await given(imports, "m.score(X, y)")).toEqual(expected);
  });

  test("has numbers under its keys then", async () => {
    const found = await given("from raters.models import Rater as Model", 'acc = m.score(X, y)["accuracy"]');
    expect(found).toEqual(["metric acc: float", '"acc": float(result.acc)']);
  });
});

describe("a number of a model", () => {
  const FITTED =
    "from sklearn.linear_model import Ridge\nfrom sklearn.metrics import confusion_matrix, r2_score\nX, y = [[1.0], [2.0]], [0.0, 1.0]\nmodel = Ridge().fit(X, y)\nfound = model.predict(X)";
  const metrics = async (...cells: readonly string[]): Promise<readonly string[]> => {
    const { targets } = await extractNotebook(notebookOf(FITTED, ...cells));
    return targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : []));
  };

  test.each([
    "    return m[0, 0] / m[0].sum() if m[0].sum() else 0",
    "    if not m[0].sum():\n        return 0.0\n    return m[0, 0] / m[0].sum()",
  ])("is one, too, where another one stands in for it: %s", async (body) => {
    expect(await metrics(`def share(m):\n${body}`, "hit = share(confusion_matrix(y, found))")).toEqual(["hit"]);
  });

  test("is none where all that a function gives is written there", async () => {
    expect(await metrics("def level(m):\n    return 1 if m else 0", "hit = level(found)")).toEqual([]);
  });

  const STUDY =
    "import optuna\ndef objective(trial):\n    return r2_score(y, found * trial.suggest_float('a', 0.5, 1))\nstudy = optuna.create_study()\nstudy.optimize(objective, n_trials=9)";

  test("is the best value of a study of what it predicts", async () => {
    expect(await metrics(STUDY, "scores = {}\nscores['r2 (scaled)'] = study.best_value")).toEqual(["r2_scaled"]);
  });

  test("is given once where a dictionary takes it of a variable", async () => {
    expect(await metrics("scores = {}\nfit_r2 = r2_score(y, found)\nscores['ridge'] = fit_r2")).toEqual(["fit_r2"]);
    expect(await metrics("scores = {}\n_r2 = r2_score(y, found)\nscores['ridge'] = _r2")).toEqual(["ridge"]);
  });
});
