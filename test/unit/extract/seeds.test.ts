import { describe, expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf, shown } from "../../support/pythonNotebook";

const SETUP =
  "import numpy as np\nimport pandas as pd\nfrom sklearn.ensemble import RandomForestClassifier\nX, y = [[1], [2]], [0, 1]\nnp.random.seed(1)";
const FOREST = "rf = RandomForestClassifier()\nrf.fit(X, y)";

describe("what an unseeded forest learned", () => {
  const keptFor = async (look: string): Promise<string> =>
    (await extractValue("x", SETUP, FOREST, look, "x = np.random.rand()")).module.text;

  test.each([
    "pd.Series(rf.feature_importances_).plot()",
    "pd.Series(rf.feature_importances_, index=['a']).nlargest(3).plot(kind='barh')",
    "top = np.argsort(rf.feature_importances_)[::-1]",
    "print(sorted(zip(rf.feature_importances_, rf.classes_)))",
  ])("is looked at without drawing: %s", async (look) => {
    const text = await keptFor(look);
    expect(text).toContain("rf.fit(X, y)");
    expect(text).not.toContain("rf.feature_importances_");
  });

  test.each(["pd.Series(rf.predict(X)).plot()", "top = rf.fit(X, rf.classes_)"])(
    "is used, which may draw: %s",
    async (use) => {
      expect(await keptFor(use)).toContain(use);
    },
  );
});

describe("a function that is named as a seed", () => {
  const imports =
    "import numpy as np\nfrom sklearn.ensemble import RandomForestClassifier\nfrom tools import N, fix_seed, prepare, seed_everything, set_random_seed, set_seed\nimport tools";
  const forest = "m = RandomForestClassifier()\nm.fit([[1], [2]], [0, 1])";

  test.each(["set_seed(N)", "seed_everything()", "fix_seed(n=3)", "set_random_seed(3)", "tools.setup_seed(N)"])(
    "is kept above the model, and nothing is said to be without a seed: %s",
    async (seed) => {
      const { module, diagnostics } = await extractValue("m", imports, seed, forest);
      expect(module.text).toContain(`${seed.slice(0, seed.indexOf("("))}(`);
      expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.unseeded");
    },
  );

  test("is not what only has a seed in its name", async () => {
    const { module, diagnostics } = await extractValue("m", imports, "prepare(seed=N)", forest);
    expect(module.text).not.toContain("prepare");
    expect(diagnostics.map(({ code }) => code)).toContain("notebook.unseeded");
  });

  test("may leave a generator as it is: what was drawn of that before stays", async () => {
    const cells = ["np.random.seed(1)\nearly = np.random.rand(3)", "set_seed(2)", "x = np.random.rand()"];
    expect((await extractValue("x", imports, ...cells)).module.text).toContain("early = np.random.rand(3)");
  });
});

test("nothing is said to be without a seed behind a function of the notebook that seeds", async () => {
  const { diagnostics } = await extractValue(
    "rf",
    `${SETUP.replace(/\n.*$/, "")}\ndef fix(n):\n    np.random.seed(n)\nfix(3)`,
    FOREST,
  );
  expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.unseeded");
});

describe("what draws on the way to the target", () => {
  const SETUP =
    "import numpy as np\nimport tensorflow as tf\nfrom scikeras.wrappers import KerasClassifier\nfrom scipy import stats\nfrom sklearn.model_selection import GridSearchCV\nX, y = [[1.0]], [1]\ntf.random.set_seed(1)\nnp.random.seed(1)";
  const BUILD = "def build():\n    return tf.keras.Sequential([tf.keras.layers.Dense(1)])";
  const keptFor = async (...cells: readonly string[]): Promise<string> =>
    (await extractValue("net", SETUP, BUILD, ...cells, "net = build()\nnet.fit(X, y)")).module.text;

  test("is a search over models that a function of the notebook builds", async () => {
    const text = await keptFor(
      "search = GridSearchCV(KerasClassifier(model=build), {'epochs': [1]})\nsearch.fit(X, y)",
    );
    expect(text).toContain("search.fit(X, y)");
  });

  test.each(["first.summary()", "w = first.get_weights()"])("is not what describes a model: %s", async (look) => {
    const text = await keptFor("first = build()\nfirst.fit(X, y)", look);
    expect(text).toContain("first.fit(X, y)");
    expect(text).not.toContain(look);
  });

  test("is no distribution, until it is drawn from", async () => {
    const cells = ["d = stats.randint(1, 9)", "e = stats.norm.rvs()", "x = np.random.rand()"];
    const { module } = await extractValue("x", SETUP, ...cells);
    expect(module.text).toContain("stats.norm.rvs()");
    expect(module.text).not.toContain("stats.randint");
  });
});

describe("what gives the same whatever it draws", () => {
  const MODELS = `import numpy as np
from sklearn import svm
from sklearn.cluster import Birch
from sklearn.linear_model import LogisticRegression, PassiveAggressiveRegressor
from sklearn.svm import SVC, SVR, LinearSVC, NuSVR, OneClassSVM
from sklearn.tree import ExtraTreeRegressor
X, y, settings = [[1], [2]], [0, 1], {}`;
  const saidOf = async (model: string): Promise<readonly (number | string)[]> => {
    const { diagnostics } = await extractValue("m", MODELS, `m = ${model}\nm.fit(X, y)`);
    return diagnostics.flatMap(({ code, line }) => (code === "notebook.unseeded" ? [line] : []));
  };

  test.each([
    "SVC(kernel='rbf', C=3)",
    "svm.SVC(probability=False)",
    "SVR('linear')",
    "NuSVR(**settings)",
    "OneClassSVM()",
    "LinearSVC(dual=False, penalty='l2')",
    "LogisticRegression(solver='liblinear', C=3)",
    "Birch(n_clusters=2)",
  ])("needs no seed: %s", async (model) => {
    expect(await saidOf(model)).toEqual([]);
  });

  test.each([
    "SVC(probability=True)",
    "SVC(**settings)",
    "LinearSVC()",
    "LinearSVC(dual=False, penalty='l1')",
    "LogisticRegression('l1', solver='liblinear')",
    "LogisticRegression(solver='liblinear', dual=True)",
    "LogisticRegression(solver='saga')",
    "PassiveAggressiveRegressor()",
    "ExtraTreeRegressor()",
  ])("is not %s", async (model) => {
    expect(await saidOf(model)).toEqual([1]);
  });

  test.each(["SVC()", "SVR()", "LogisticRegression(solver='liblinear')"])(
    "still stands between a seed and what is drawn below: %s",
    async (model) => {
      const { module } = await extractValue(
        "x",
        `${MODELS}\nnp.random.seed(1)`,
        `m = ${model}`,
        "m.fit(X, y)\nx = np.random.rand()",
      );
      expect(module.text).toContain("np.random.seed(");
      expect(module.text).toContain("m.fit(X, y)");
    },
  );
});

test.each([
  ["train_test_split(X, shuffle=False)", 0],
  ["train_test_split(X, shuffle=True)", 1],
  ["train_test_split(X, shuffle=mixed)", 1],
  ["KFold(3)", 0],
  ["StratifiedKFold(3, shuffle=True)", 1],
  ["GroupKFold(3, shuffle=False)", 0],
  ["surprise.model_selection.KFold(3)", 1],
  ["surprise.model_selection.KFold(3, shuffle=False)", 0],
  ["RepeatedKFold(n_repeats=2)", 1],
])("a splitter needs a seed only where it shuffles: %s", async (made, count) => {
  const imports =
    "import surprise\nfrom sklearn.model_selection import GroupKFold, KFold, RepeatedKFold, StratifiedKFold, train_test_split";
  const { diagnostics } = await extractValue("x", `${imports}\nX, mixed = [1, 2, 3], len('ab') > 1`, `x = ${made}`);
  expect(diagnostics.filter(({ code }) => code === "notebook.unseeded")).toHaveLength(count);
});

test.each([
  ["np.random.RandomState()", 1],
  ["np.random.default_rng(seed=None)", 1],
  ["np.random.default_rng(3)", 0],
  ["np.random.RandomState(seed=3)", 0],
])("a generator that gets no seed is warned of, whatever is seeded above: %s", async (made, count) => {
  const cells = ["import numpy as np\nnp.random.seed(1)", `rng = ${made}\nx = rng.normal()`];
  const { diagnostics } = await extractValue("x", ...cells);
  const said = diagnostics.filter(({ code, line }) => code === "notebook.unseeded" && line === 1);
  expect(said.map(({ message }) => message)).toEqual(
    Array<string>(count).fill("This makes a random generator without a seed: every run gives other results."),
  );
  const name = made.slice(0, made.indexOf("("));
  expect(said.map(({ hint }) => hint)).toEqual(Array<string>(count).fill(`Give it a seed: ${name}(0).`));
});

describe("a function of the notebook that draws without a seed", () => {
  const IMPORTS = "import numpy as np\nimport torch\nfrom sklearn.model_selection import train_test_split";
  const MIX = "def mix(rows):\n    return np.random.permutation(rows)";
  const saidOf = async (...cells: readonly string[]): Promise<readonly string[]> => {
    const { diagnostics } = await extractValue("x", IMPORTS, ...cells);
    return diagnostics
      .filter(({ code }) => code === "notebook.unseeded")
      .map(({ cell, line, message }) => `${cell}:${line} ${message.slice(0, message.indexOf(" without"))}`);
  };
  const MIXED = ["2:2 permutation draws random numbers in mix"];

  test.each([
    ["is called", [MIX, "x = mix([1, 2])"], MIXED],
    ["is called twice", [MIX, "x = mix(mix([1, 2]))"], MIXED],
    ["is handed on", [MIX, "x = list(map(mix, [[1, 2]]))"], MIXED],
    ["is called by another one", [MIX, "def half(rows):\n    return mix(rows)[:1]", "x = half([1, 2])"], MIXED],
    ["is called above the seed", [MIX, "y = mix([1])\nnp.random.seed(1)\nx = mix(y)"], MIXED],
    [
      "is a method",
      [`class Deck:\n${MIX.replace(/^/gm, "    ").replace("mix(", "mix(self, ")}`, "x = Deck().mix([1])"],
      ["2:3 permutation draws random numbers in mix"],
    ],
    [
      "is a constructor",
      [
        "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.first = torch.nn.Linear(1, 1)",
        "x = Net()",
      ],
      ["2:4 Linear draws random numbers in Net"],
    ],
    [
      "is a constructor of a base",
      [
        "class Base:\n    def __init__(self):\n        self.w = np.random.rand()",
        "class Net(Base):\n    pass",
        "x = Net()",
      ],
      ["2:3 rand draws random numbers in Base"],
    ],
    [
      "could be given one",
      ["def parts(rows):\n    return train_test_split(rows)", "x = parts([1, 2]) + parts([3, 4])"],
      ["2:2 train_test_split draws random numbers in parts"],
    ],
    [
      "imports what draws",
      ["def roll():\n    import random\n    return random.random()", "x = roll()"],
      ["2:3 random draws random numbers in roll"],
    ],
    [
      "makes a generator",
      ["def rng():\n    return np.random.default_rng()", "x = rng().normal()"],
      ["2:2 This makes a random generator"],
    ],
  ])("is warned of, with its line, where it %s", async (_, cells, said) => {
    expect(await saidOf(...cells)).toEqual(said);
  });

  test.each([
    ["is called below a seed", [MIX, "np.random.seed(1)\nx = mix([1, 2])"]],
    ["seeds itself", [MIX.replace("return", "np.random.seed(1); return"), "x = mix([1, 2])"]],
    ["is called behind one that seeds", [`${MIX}\ndef fix():\n    np.random.seed(1)`, "fix()\nx = mix([1, 2])"]],
    [
      "is given the seed",
      ["def parts(rows, n):\n    return train_test_split(rows, random_state=n)", "x = parts([1, 2], 3)"],
    ],
    ["is not needed", [MIX, "y = mix([1, 2])\nx = [1]"]],
  ])("is none of it where it %s", async (_, cells) => {
    expect(await saidOf(...cells)).toEqual([]);
  });
});

describe("what is said to be without a seed", () => {
  const IMPORTS =
    "import torch\nfrom torch import nn\nfrom torch.utils.data import DataLoader\nfrom tensorflow import keras\nfrom sklearn.ensemble import RandomForestClassifier\nX, y = [[1.0], [2.0]], [0, 1]";
  const said = async (name: string, ...cells: readonly string[]): Promise<readonly string[]> => {
    const { diagnostics } = await extractValue(name, IMPORTS, ...cells);
    const found = diagnostics.filter(({ code }) => code === "notebook.unseeded");
    return found.map(({ message, hint }) => `${message.split(" ")[0]}: ${hint}`);
  };

  test.each([
    ["settings = dict(max_depth=4, random_state=0)", "**settings, n_jobs=-1"],
    ['settings = {"random_state": 1}', "**settings"],
    ["", "**dict(random_state=2)"],
    ["if True:\n    settings = dict(random_state=0)", "**settings"],
    ["seed = 3\nsettings = {'random_state': seed, **{'max_depth': 3}}", "**settings"],
    ["base = {'random_state': 3}\nsettings = {**base, 'max_depth': 3}\nsettings = {**settings}", "**settings"],
    ["config = {'forest': {'random_state': 3}}", "**config['forest']"],
    ["class Config:\n    forest = {'random_state': 3}", "**Config.forest"],
    ["class Config:\n    pass\nconfig = Config()\nconfig.forest = dict(random_state=3)", "**config.forest"],
    ["settings = {'max_depth': 3}\nsettings['random_state'] = 3", "**settings"],
    ["settings = {'max_depth': 3}\nsettings.update({'random_state': 3})", "**settings"],
    ["settings = {'random_state': 3}", "**settings.copy()"],
  ])("is no model whose settings hold a seed: %s %s", async (settings, given) => {
    const forest = `rf = RandomForestClassifier(${given})\nrf.fit(X, y)`;
    expect(await said("rf", `${settings}\n${forest}`)).toEqual([]);
  });

  test.each([
    "dict(max_depth=4)",
    '{"random_state": None}',
    "load()",
    "{'a': {'random_state': 1}, 'b': {}}['b']",
    "dict({'max_depth': 4})",
  ])("is a model whose settings hold none: %s", async (settings) => {
    const forest = `settings = ${settings}\nrf = RandomForestClassifier(**settings)\nrf.fit(X, y)`;
    expect(await said("rf", forest)).toEqual(["RandomForestClassifier: Give it random_state=0."]);
  });

  test("is no model of a function that puts the seed into its settings", async () => {
    const search =
      "def search(given, seed):\n    settings = {'random_state': seed, **given}\n    return RandomForestClassifier(**settings).fit(X, y)";
    expect(await said("rf", search, "rf = search({'max_depth': 3}, 1)")).toEqual([]);
  });

  test("is what is shown and given as a number, too", async () => {
    const search = "def search(a, b):\n    return RandomForestClassifier().fit(a, b).score(a, b)\nsearch(X, y)";
    const { diagnostics } = await extractNotebook(notebookOf(IMPORTS, shown(search, "0.9")));
    const found = diagnostics.filter(({ code }) => code === "notebook.unseeded");
    expect(found.map(({ message }) => message)).toEqual([
      "RandomForestClassifier draws random numbers in search without a seed: every run gives other results.",
    ]);
  });

  test("is no draw from a generator of its own", async () => {
    const own = "g = torch.Generator().manual_seed(3)\norder = torch.randperm(9, generator=g)";
    expect(await said("order", own)).toEqual([]);
    expect(await said("order", "order = torch.randperm(9)")).toHaveLength(1);
  });

  test("is the net, and not the loader that gives the rows in their order", async () => {
    const net = "net = nn.Linear(1, 1)\nfor a in rows:\n    net(a)";
    const seed = "Seed the generator in a cell above.";
    expect(await said("net", `rows = DataLoader(X, batch_size=2)\n${net}`)).toEqual([`Linear: ${seed}`]);
    expect(await said("net", `rows = DataLoader(X, 2, shuffle=True)\n${net}`)).toEqual([`DataLoader: ${seed}`]);
    expect(await said("net", `rows = DataLoader(X, 2, True)\n${net}`)).toEqual([`DataLoader: ${seed}`]);
  });

  test("is a model of keras.applications, and not what prepares its pictures", async () => {
    expect(await said("x", "x = keras.applications.vgg16.preprocess_input(X)")).toEqual([]);
    expect(await said("x", "x = keras.applications.VGG16(weights=None)")).toHaveLength(1);
  });

  test("is said once of layers that nothing imports", async () => {
    const net = "net = keras.Sequential([Dense(3), LSTM(4), Dense(1)])\nnet.fit(X, y)";
    expect(await said("net", net)).toEqual(["Sequential: Seed the generator in a cell above."]);
  });
});

test.each([
  ["sklearn.preprocessing", ["notebook.unseeded"]],
  ["category_encoders", []],
])("a target encoder draws where its library's does: %s", async (library, said) => {
  const made = `import pandas as pd\nfrom ${library} import TargetEncoder\ndf = pd.read_csv("a.csv")\nx = TargetEncoder()`;
  const { diagnostics } = await extractValue("x", made, "x.fit(df[['a']], df['b'])");
  expect(diagnostics.flatMap(({ code }) => (code === "notebook.unseeded" ? [code] : []))).toEqual(said);
});

test.each([
  ["from missingpy import MissForest", "MissForest()", 1],
  ["from missingpy import MissForest", "MissForest(random_state=2)", 0],
  ["import surprise", "surprise.SVD(n_factors=9)", 1],
  ["import surprise", "surprise.SVDpp(random_state=2)", 0],
])("%s: %s draws unless it is seeded", async (imported, made, count) => {
  const { diagnostics } = await extractValue("x", imported, `x = ${made}`, "x.fit([1, 2])");
  expect(diagnostics.filter(({ code }) => code === "notebook.unseeded")).toHaveLength(count);
});

describe("a seed is that of its own library's generator", () => {
  const said = async (...cells: readonly string[]) => {
    const setup =
      "import random\nimport numpy as np\nimport torch\nfrom sklearn.ensemble import RandomForestClassifier";
    const { diagnostics } = await extractValue("m", setup, ...cells);
    return diagnostics.flatMap(({ code, message }) => (code === "notebook.unseeded" ? [message.split(" ")[0]] : []));
  };
  const FIT = "m = RandomForestClassifier(random_state=1)\nm.fit(X, [0, 1])";

  test.each([
    ["random.seed(1)", "X = np.random.rand(2, 1)", ["rand"]],
    ["np.random.seed(1)", "X = np.random.rand(2, 1)", []],
    ["np.random.seed(1)", "X = torch.rand(2, 1).numpy()", ["rand"]],
    ["torch.manual_seed(1)\nnp.random.seed(1)", "X = torch.rand(2, 1).numpy() + np.random.rand(2, 1)", []],
    ["def set_all():\n    random.seed(1)\n    np.random.seed(1)\nset_all()", "X = np.random.rand(2, 1)", []],
    ["from tools import seed_everything\nseed_everything(1)", "X = torch.rand(2, 1) + np.random.rand(2, 1)", []],
  ])("%s: %s", async (seed, draw, expected) => {
    expect(await said(seed, draw, FIT)).toEqual(expected);
  });
});

const saidOf = async (model: string, ...cells: readonly string[]): Promise<readonly string[]> => {
  const { diagnostics } = await extractValue(model, ...cells);
  return diagnostics.flatMap(({ code, message }) =>
    code === "notebook.unseeded" ? [message.split(" ")[0] ?? ""] : [],
  );
};

test.each([
  ["torch", "torch.random.manual_seed(0)"],
  ["torch", "torch.cuda.random.manual_seed_all(0)"],
  ["torch", "from torch.random import manual_seed\nmanual_seed(0)"],
  ["numpy as np", "np.random.mtrand.seed(0)"],
  ["tensorflow as tf", "tf.compat.v1.random.set_random_seed(0)"],
])("a seed function is known by its other names: import %s, %s", async (library, seed) => {
  const { module } = await extractValue("m", `import ${library}\n${seed}\nm = 1\nm += 1`);
  expect(module.text).toMatch(/seed\w*\(/);
});

describe("what draws only when it is used has a seed", () => {
  const LOADER =
    "import torch\nfrom torch.utils.data import DataLoader, TensorDataset\nrows = torch.arange(6.0)\nloader = DataLoader(TensorDataset(rows), shuffle=True)";
  const LOOP = "total = 0\nfor (x,) in loader:\n    total = total * 2 + x";
  const FOREST =
    "from sklearn.ensemble import RandomForestClassifier\nimport numpy as np\nm = RandomForestClassifier()";
  const FIT = "m.fit([[1], [2]], [0, 1])";

  test.each([
    ["above its use", "total", [LOADER, "torch.manual_seed(1)", LOOP], []],
    ["not where it is below", "total", [LOADER, LOOP, "torch.manual_seed(1)"], ["DataLoader"]],
    ["not where there is none", "total", [LOADER, LOOP], ["DataLoader"]],
    ["above the fit of a forest", "m", [FOREST, "np.random.seed(1)", FIT], []],
    ["not where a forest is used nowhere", "m", [FOREST], ["RandomForestClassifier"]],
  ])("%s", async (_, model, cells, expected) => {
    expect(await saidOf(model, ...cells)).toEqual(expected);
  });
});

test.each([
  ["VGG16(weights='imagenet', include_top=False)", []],
  ["VGG16(include_top=False)", []],
  ["VGG16(weights=None)", ["VGG16"]],
  ["resnet18(pretrained=True)", []],
  ["resnet18(weights='DEFAULT')", []],
  ["resnet18()", ["resnet18"]],
])("weights that were learned before are not drawn: %s", async (made, expected) => {
  const imports = "from tensorflow.keras.applications.vgg16 import VGG16\nfrom torchvision.models import resnet18";
  expect(await saidOf("m", imports, `m = ${made}`)).toEqual(expected);
});

describe("what makes itself a generator", () => {
  const STUDY =
    "import optuna\nfrom optuna.samplers import TPESampler\nimport numpy as np\nnp.random.seed(1)\ndef loss(trial):\n    return trial.suggest_float('a', 0, 1)";

  async function warned(study: string): Promise<readonly (readonly unknown[])[]> {
    const { diagnostics } = await extractValue("x", STUDY, `${study}\nstudy.optimize(loss)`, "x = study.best_value");
    return diagnostics
      .filter(({ code }) => code === "notebook.unseeded")
      .map(({ cell, line, message, hint }) => [cell, line, message, hint]);
  }

  test.each(["study = optuna.create_study()", "study = optuna.create_study(sampler=None)"])(
    "draws without a seed, whatever is seeded above: %s",
    async (study) => {
      const message = "create_study draws random numbers without a seed: every run gives other results.";
      expect(await warned(study)).toEqual([[2, 1, message, "Give it sampler=optuna.samplers.TPESampler(seed=0)."]]);
    },
  );

  test("and so does a sampler without one", async () => {
    const message = "TPESampler draws random numbers without a seed: every run gives other results.";
    expect(await warned("study = optuna.create_study(sampler=TPESampler())")).toEqual([
      [2, 1, message, "Give it seed=0."],
    ]);
  });

  test.each([
    ["pm.sample(9)", ["Give it random_seed=0."]],
    ["pm.sample(9, random_seed=1)", []],
  ])("and so does PyMC: %s", async (draw, hints) => {
    const { diagnostics } = await extractValue(
      "x",
      "import numpy as np\nimport pymc as pm\nnp.random.seed(1)",
      `x = ${draw}`,
    );
    const said = diagnostics.filter(({ code }) => code === "notebook.unseeded");
    expect(said.map(({ hint }) => hint)).toEqual(hints);
  });

  test.each([
    "study = optuna.create_study(sampler=TPESampler(seed=1))",
    "settings = {'sampler': TPESampler(seed=1)}\nstudy = optuna.create_study(**settings)",
  ])("and one that is given a seed does not: %s", async (study) => {
    expect(await warned(study)).toEqual([]);
  });

  test.each([
    ["n_jobs=-1", ["Give it n_jobs=1."]],
    ["9, None, 2", ["Give it n_jobs=1."]],
    ["n_jobs=1", []],
    ["9, None, 1", []],
    ["n_trials=2", []],
  ])("is of no use where trials run side by side: %s", async (given, hints) => {
    const tune = `study = optuna.create_study(sampler=TPESampler(seed=1))\nstudy.optimize(loss, ${given})`;
    const { diagnostics } = await extractValue("x", STUDY, tune, "x = study.best_value");
    const said = diagnostics.filter(({ code, line }) => code === "notebook.unseeded" && line === 2);
    expect(said.map(({ hint }) => hint)).toEqual(hints);
  });
});

test.each([
  ["tf.random.set_seed(1)", "x = tf.random.normal([3])", undefined],
  ["np.random.seed(1)", "x = tf.random.normal([3])", "normal draws random numbers without a seed"],
  ["keras.utils.set_random_seed(1)", "x = tf.keras.layers.Dense(3)", undefined],
  [
    "tf.random.set_seed(1)",
    "x = tf.keras.layers.Dense(3)",
    "Dense draws random numbers from Python's generator without a seed",
  ],
])(
  "TensorFlow draws from its own generator, and the layers of Keras from Python's, too: %s, %s",
  async (seed, draw, told) => {
    const { diagnostics } = await extractValue(
      "x",
      "import keras\nimport numpy as np\nimport tensorflow as tf",
      seed,
      draw,
    );
    const found = diagnostics.find(({ code }) => code === "notebook.unseeded");
    expect(found?.message.split(":")[0]).toBe(told);
    if (told?.includes("Python") === true) expect(found?.hint).toContain("keras.utils.set_random_seed(0)");
  },
);

test("a fit of tf.keras leaves NumPy's generator as it is", async () => {
  const net = "net = tf.keras.Sequential([tf.keras.layers.Dense(1)])\nnet.fit(X, y)";
  const setup = "import numpy as np\nimport tensorflow as tf\nnp.random.seed(1)\nX, y = np.random.rand(2, 9, 1)";
  const { module } = await extractValue("net", setup, net.replaceAll("net", "first"), net);
  expect(module.text).not.toContain("first");
});

test.each([
  ["nothing that is kept runs before the next seed", "", false],
  ["something that is kept runs before the next seed", "X = X + shift()", true],
])("a loop that seeds is kept where %s", async (_, between, isKept) => {
  const cells = [
    "import numpy as np\nfrom tools import shift\nfrom sklearn.ensemble import RandomForestClassifier\nX, y = np.eye(9), range(9)",
    "for depth in (1, 2):\n    np.random.seed(1)\n    trial = RandomForestClassifier(max_depth=depth)\n    trial.fit(X, y)",
    between,
    "np.random.seed(1)\nm = RandomForestClassifier()\nm.fit(X, y)",
  ];
  expect((await extractValue("m", ...cells)).module.text.includes("trial")).toBe(isKept);
});

describe("a function that Numba compiles", () => {
  const IMPORTS = "import numpy as np\nimport numba\nfrom numba import jit, njit";
  const walked = (decorator: string, first = ""): string =>
    `${decorator}\ndef walk(n):\n${first}    return np.random.randn(n)`;
  const found = async (...cells: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const { diagnostics } = await extractValue("x", IMPORTS, ...cells, "x = walk(3)");
    return diagnostics
      .filter(({ code }) => code === "notebook.unseeded")
      .flatMap(({ message, hint }) => [message, hint]);
  };

  test.each(["@njit", "@njit(cache=True)", "@numba.njit", "@jit(nopython=True)"])(
    "draws from a generator that no seed outside reaches: %s",
    async (decorator) => {
      expect(await found("np.random.seed(1)", walked(decorator))).toEqual([
        "randn draws random numbers from Numba's own generator in walk without a seed: every run gives other results.",
        "A seed outside does not reach it: call np.random.seed(0) inside of a function with @njit, before this one draws.",
      ]);
    },
  );

  test.each([
    ["seeds itself", [walked("@njit", "    np.random.seed(1)\n")]],
    [
      "is called below another one that seeds",
      ["@njit\ndef start():\n    np.random.seed(1)", walked("@njit"), "start()"],
    ],
    ["is run as Python's", ["np.random.seed(1)", walked("@jit(forceobj=True)")]],
  ])("has a seed where it %s", async (_where, cells) => {
    expect(await found(...cells)).toEqual([]);
  });

  test("leaves the generator outside as it is, and keeps what seeds its own", async () => {
    const start = "@njit\ndef start():\n    np.random.seed(1)";
    const { module } = await extractValue(
      "x",
      IMPORTS,
      "np.random.seed(7)",
      start,
      walked("@njit"),
      "start()\nx = walk(3)",
    );
    expect(module.text).toContain("start()");
    expect(module.text).not.toContain("seed(7)");
  });
});
