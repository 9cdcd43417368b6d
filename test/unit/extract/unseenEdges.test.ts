import { describe, expect, test } from "vitest";
import {
  droppedTexts,
  extractNotebook,
  extractValue,
  notebookOf,
  shown,
  stepsText,
} from "../../support/pythonNotebook";

test.each([
  ["two names for one object", "a = b = [1]\nb.append(2)", "x = len(a)", "b.append(2)"],
  [
    "a generator's other draws",
    "import numpy as np\nrng = np.random.RandomState(0)\na = rng.rand(3)",
    "x = rng.randn(2)",
    "rng.rand(3)",
  ],
  [
    "what else a generator is given to",
    "import numpy as np\nfrom sklearn.utils import resample\nrng = np.random.RandomState(0)\na = resample([1, 2], random_state=rng)",
    "x = resample([3, 4], random_state=rng)",
    "resample([1, 2]",
  ],
  [
    "what draws as it is fitted",
    "import numpy as np\nfrom sklearn.svm import SVC\nnp.random.seed(1)\nSVC().fit([[1], [2]], [0, 1])",
    "x = np.random.rand(2)",
    "SVC().fit(",
  ],
  [
    "what a function makes that draws",
    "import numpy as np\nfrom sklearn.ensemble import RandomForestClassifier\nnp.random.seed(1)\ndef make():\n    return RandomForestClassifier()\nm = make()\nm.fit([[1], [2]], [0, 1])",
    "x = np.random.rand(2)",
    "m.fit(",
  ],
  [
    "a solver that draws",
    "import numpy as np\nfrom sklearn.linear_model import LogisticRegression\nnp.random.seed(1)\nLogisticRegression(solver='saga').fit([[1], [2]], [0, 1])",
    "x = np.random.rand(2)",
    "saga",
  ],
  [
    "what is written to an opened file",
    "f = open('o.csv', 'w')\nf.write('a')\nf.close()",
    "x = open('o.csv').read()",
    'f.write("a")',
  ],
  [
    "what is printed to it",
    "f = open('o.csv', 'w')\nprint(1, file=f)\nf.close()",
    "x = open('o.csv').read()",
    "print(1, file=f)",
  ],
  ["what is read of it before", "f = open('o.csv')\nhead = f.readline()", "x = f.readline()", "f.readline()\n    x"],
  [
    "the file that a model's class loads",
    "from gensim.models import Word2Vec\nm = Word2Vec([['a']], min_count=1)\nm.save('w2v.model')",
    "x = Word2Vec.load('w2v.model')",
    'm.save("w2v.model")',
  ],
  [
    "weights that are written and read again",
    "from make import net\nm = net()\nm.save_weights('w.h5')",
    "x = net()\nx.load_weights('w.h5')",
    'm.save_weights("w.h5")',
  ],
  [
    "a buffer",
    "import io, pickle\nb = io.BytesIO()\npickle.dump(1, b)\nb.seek(0)",
    "x = pickle.load(b)",
    "pickle.dump(1, b)",
  ],
  [
    "a database",
    "import sqlite3\nimport pandas as pd\nc = sqlite3.connect('o.db')\npd.DataFrame().to_sql('t', c)\nc.close()\nd = sqlite3.connect('o.db')",
    "x = pd.read_sql('select 1', d)",
    "to_sql(",
  ],
  [
    "what a function draws that another one calls",
    "import numpy as np\nimport pandas as pd\nnp.random.seed(0)\nrows = pd.Series([1])\ndef noisy(v):\n    return v + np.random.rand()\na = rows.apply(noisy)",
    "x = np.random.rand(2)",
    "rows.apply(noisy)",
  ],
  [
    "what a method draws that its object gives on",
    "import numpy as np\nnp.random.seed(0)\nclass Walk:\n    def step(self, v):\n        return v + np.random.rand()\n    def run(self, vs):\n        self.by = self.step\n        return go(self, vs)\ndef go(walk, vs):\n    return [walk.by(v) for v in vs]\na = Walk().run([1])",
    "x = np.random.rand(2)",
    "Walk().run([1])",
  ],
  [
    "what a method draws that is given on",
    "import numpy as np\nnp.random.seed(0)\nclass Walk:\n    def step(self, v):\n        return v + np.random.rand()\nw = Walk()\na = list(map(w.step, [1]))",
    "x = np.random.rand(2)",
    "map(w.step",
  ],
  [
    "what a function gathers that a function gives on",
    "import pandas as pd\nseen = []\ndef note(v):\n    seen.append(v)\ndef each(rows):\n    rows.apply(note)\neach(pd.Series([1]))",
    "x = len(seen)",
    "each(pd.Series([1])",
  ],
  [
    "what a function writes that another one calls",
    "import pandas as pd\ndef log(v):\n    with open('o.txt', 'a') as f:\n        f.write(str(v))\na = pd.Series([1]).map(log)",
    "x = open('o.txt').read()",
    ".map(log)",
  ],
])("kept: %s", async (_, cell, use, text) => {
  expect(stepsText(await extractValue("x", cell, use))).toContain(text);
});

test("settings of a library stay above what works by them, and not those of how things look", async () => {
  const scaled = "from sklearn.preprocessing import StandardScaler\nx = StandardScaler().fit_transform([[1], [2]])";
  const set = await extractValue("x", "import sklearn\nsklearn.set_config(transform_output='pandas')", scaled);
  expect(stepsText(set)).toContain('set_config(transform_output="pandas")');
  const shown = await extractValue("x", "import sklearn\nsklearn.set_config(display='diagram')", scaled);
  expect(stepsText(shown)).not.toContain("set_config");
});

test.each([
  ["import torch", "torch.set_default_dtype(torch.float64)", "x = torch.ones(2)"],
  ["from torch.backends import cudnn\nimport torch", "cudnn.deterministic = True", "x = torch.ones(2)"],
  ["import keras", "keras.mixed_precision.set_global_policy('mixed_float16')", "x = keras.layers.Dense(2)"],
  ["import tensorflow as tf", "tf.config.run_functions_eagerly(True)", "import keras\nx = keras.layers.Dense(2)"],
  ["from mxnet import np, npx", "npx.set_np()", "x = np.ones(2)"],
])(
  "what a library is told stays where what is kept works by it, and nowhere else: %s, %s",
  async (library, told, use) => {
    const kept = (await extractValue("x", library, told, use)).module.text;
    expect(kept.replaceAll('"', "'")).toContain(told);
    expect((await extractValue("x", library, told, "x = sum([1, 2])")).module.text).not.toMatch(/torch|keras|tf|npx/);
  },
);

test("a folder is searched for what may lie there, and not for what is installed", async () => {
  const add = "import sys\nsys.path.append('/srv/tools')";
  const installed = await extractValue("x", add, "import numpy as np\nfrom tools import plot", "x = np.ones(2)");
  expect(installed.module.text).not.toContain("/srv/tools");
  const own = await extractValue("x", add, "from tools import load", "x = load()");
  expect(own.module.text).toContain("/srv/tools");
});

test("an import stays that makes another one possible", async () => {
  const enable = "from sklearn.experimental import enable_iterative_imputer\n";
  const filled = "from sklearn.impute import IterativeImputer\nx = IterativeImputer().fit_transform([[1], [2]])";
  expect((await extractValue("x", enable + filled)).module.text).toMatch(
    /from sklearn\.experimental import enable_iterative_imputer\nfrom sklearn\.impute import IterativeImputer/,
  );
  const other = "from sklearn.preprocessing import scale\nx = scale([1, 2])";
  expect((await extractValue("x", enable + other)).module.text).not.toContain("experimental");
  const progress = "import pandas as pd\nfrom tqdm import tqdm\ntqdm.pandas()";
  expect(stepsText(await extractValue("x", progress, "x = pd.Series([1]).progress_apply(abs)"))).toContain(
    "tqdm.pandas()",
  );
});

test("models that only a comprehension has a name for are those of their collection", async () => {
  const models = "from sklearn.svm import SVC\nmodels = {'a': SVC()}\nX, y = [[1], [2]], [0, 1]";
  const cells = [
    models,
    "scores = {k: m.fit(X, y).score(X, y) for k, m in models.items()}\nbest = max(scores.values())",
  ];
  const { targets } = await extractNotebook(notebookOf(...cells));
  expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model models", "value scores", "metric best"]);
});

test("what is fetched for a library is fetched before the library looks for it", async () => {
  const words =
    "from nltk.corpus import stopwords\ndef plain(text):\n    return [w for w in text if w not in stopwords.words()]";
  const extraction = await extractValue("x", "import nltk\nnltk.download('stopwords')", words, "x = plain(['a'])");
  expect(extraction.module.text).toContain('nltk.download("stopwords")');
  const other = await extractValue("x", "import nltk\nnltk.download('stopwords')", "x = sorted(['a'])");
  expect(other.module.text).not.toContain("nltk");
});

test("what the formula of a model calls is there when the model looks it up", async () => {
  const cells = [
    "import numpy as np\nimport pandas as pd\nimport statsmodels.formula.api as smf\ndf = pd.DataFrame({'y': [1], 'x': [2]})",
    "def half(v):\n    return v / 2\ndef twice(v):\n    return 2 * v",
    "m = smf.ols('np.log(y) ~ half(x) + C(k) + df.other', data=df).fit()",
  ];
  const { module, diagnostics } = await extractNotebook(notebookOf(...cells));
  expect(module.text).toContain("def half(");
  expect(module.text).toContain("import numpy as np");
  expect(module.text).not.toContain("def twice(");
  expect(diagnostics.map(({ message }) => message).join()).not.toContain("no cell defines");
});

test("two modules of one package are both imported, where each is used", async () => {
  const cells = [
    "import xml.sax\nimport xml.etree.ElementTree\nimport xml.dom.minidom",
    "x = [xml.dom.minidom.Node, xml.etree.ElementTree.fromstring('<a/>')]",
  ];
  const { module } = await extractValue("x", ...cells);
  expect(module.text).toContain("import xml.dom.minidom\nimport xml.etree.ElementTree\n");
  expect(module.text).not.toContain("xml.sax");
});

test("a number of a printed report is a float", async () => {
  const cells = [
    "from sklearn.svm import SVC\nfrom sklearn.metrics import classification_report\nX, y = [[1], [2]], [0, 1]",
    "m = SVC().fit(X, y)\nprint(classification_report(y, m.predict(X)))",
  ];
  const { module } = await extractNotebook(notebookOf(...cells));
  expect(module.text).toMatch(/^def evaluate\(.*\) -> tuple\[float, float\]:/m);
});

test("a comment behind a statement of several lines stays behind it", async () => {
  const { module } = await extractValue(
    "x",
    "x = sorted(\n    [2, 1],  # numbers\n    reverse=True)  # the larger ones first",
  );
  expect(module.text).toMatch(/# numbers\n\s+reverse=True,\n\s+\) {2}# the larger ones first\n/);
});

describe("classes that keep what is made of them", () => {
  const box = (body: string) =>
    `class Box:\n    every = []\n    made = 0\n    def __init__(self, n=1):\n        ${body}`;

  test.each(["Box.every.append(n)", "self.every.append(n)", "type(self).every[n:] = [n]", "self.__class__.made += n"])(
    "%s: what makes an object stays",
    async (body) => {
      const cells = [box(body), "Box(2)", "for n in (3, 4): Box(n)", "x = [Box.every, Box.made]"];
      expect(stepsText(await extractValue("x", ...cells))).toMatch(/ {4}Box\(2\)\n[^]* {8}Box\(n\)\n/);
    },
  );

  test("by way of a base, too", async () => {
    const cells = [box("self.every.append(n)"), "class Small(Box):\n    pass", "Small()", "x = Box.every"];
    expect(stepsText(await extractValue("x", ...cells))).toContain("    Small()\n");
  });

  test.each(["self.every = []\n        self.every.append(n)", "self.n = self.every[:n]"])(
    "%j: a constructor that leaves its class as it is keeps nothing",
    async (body) => {
      const text = stepsText(await extractValue("x", box(body), "Box(2)", "x = Box.every"));
      expect(text).not.toContain("Box(2)");
    },
  );

  test("what inherits from a class that is told of it stays, with all that it looks up", async () => {
    const base = "class Base:\n    kinds = []\n    def __init_subclass__(cls):\n        Base.kinds.append(cls)";
    const meta =
      "class Kinds(type):\n    def __init__(cls, *given):\n        Kinds.kinds.append(cls)\nKinds.kinds = []\nclass Base(metaclass=Kinds):\n    pass";
    for (const [cell, kinds] of [
      [base, "Base.kinds"],
      [meta, "Kinds.kinds"],
    ] as const) {
      const a = "class A(Base):\n    def run(self):\n        return root(2)";
      const { module, diagnostics } = await extractValue(
        "x",
        cell,
        `${a}\nclass B(A): pass`,
        "def root(v):\n    return v ** 0.5",
        `x = [kind().run() for kind in ${kinds}[1:]]`,
      );
      expect(module.text).toMatch(/class A\(Base\):[^]*class B\(A\):/);
      expect(module.text).toMatch(/def root\(/);
      expect(diagnostics).toEqual([]);
    }
  });
});

test("a decorator that a function made keeps what it is given, and what that looks up, wherever it keeps it", async () => {
  const cells = [
    "def registry():\n    steps = []\n    def register(f):\n        steps.append(f)\n        return f\n    return register, steps",
    "register, steps = registry()",
    "@register\ndef more(v):\n    return v + K",
    "K = int('2')",
    "x = [f(4) for f in steps]",
  ];
  expect(stepsText(await extractValue("x", ...cells))).toMatch(/@register\n {4}def more[^]*K = int\("2"\)/);
});

test("a function that counts its own calls is called as often as in the notebook", async () => {
  const cells = ["def one(v):\n    one.calls += 1\n    return v", "one.calls = 0", "y = one(3)", "x = one.calls"];
  expect(stepsText(await extractValue("x", ...cells))).toContain("one(3)");
});

test("what is stored into the type of a variable leaves the variable what it is", async () => {
  const cells = ["class Box:\n    n = 1\nbox = Box()", "type(box).n = 2", "x = box.n"];
  expect(stepsText(await extractValue("x", ...cells))).toMatch(/box = Box\(\)\n {4}type\(box\)\.n = 2\n/);
});

test("what a module that is not seen makes of a table counts, though the cell shows what it gives", async () => {
  const cells = [
    "import pandas as pd\nimport tidy\nfrom tidy import scaled",
    shown("tidy.scale(df)"),
    shown("scaled(df)"),
  ];
  const { module } = await extractValue("df", "import pandas as pd\ndf = pd.read_csv('a.csv')", ...cells);
  expect(module.text).toContain("tidy.scale(df)");
  expect(module.text).toContain("scaled(df)");
});

test("what the usual functions show of a table is left out", async () => {
  const cells = [shown("len(df)"), shown("pd.isna(df)"), shown("sorted(df)")];
  const { module } = await extractValue("df", "import pandas as pd\ndf = pd.read_csv('a.csv')", ...cells);
  expect(module.text).not.toMatch(/len\(df\)|isna|sorted/);
});

describe("what changes an object that no cell makes counts", () => {
  const MODEL = "X = df.drop('y', axis=1)";
  test.each([
    ["that nothing defines", "import numpy as np"],
    ["that is imported", "from tables import df"],
    ["that a star brings", "from tables import *"],
  ])("%s", async (_, imports) => {
    const cells = ["df.drop(columns=['id'], inplace=True)", "df['age'].fillna(0, inplace=True)\ndf['b'] = df['a'] * 2"];
    const { module } = await extractValue("X", imports, ...cells, MODEL);
    expect(module.text).toContain('df.drop(columns=["id"], inplace=True)');
    expect(module.text).toContain('df["age"].fillna(0, inplace=True)');
    expect(module.text).toContain('df["b"] = df["a"] * 2');
  });

  test("that lies in a module", async () => {
    const { module } = await extractValue("X", "import tables", "tables.df.dropna(inplace=True)", "X = tables.df['a']");
    expect(module.text).toContain("tables.df.dropna(inplace=True)");
  });
});

test.each([
  [
    "written where it may be what is read",
    "import joblib\njoblib.dump(1, 'models/a.pkl')",
    "'models/' + name + '.pkl'",
    true,
  ],
  [
    "written under a name that is computed, too",
    "import joblib\njoblib.dump(1, f'models/{name}.pkl')",
    "'models/a.pkl'",
    true,
  ],
  [
    "written in a folder that became the working one",
    "import joblib, os\njoblib.dump(1, 'models/a.pkl')\nos.chdir('models')",
    "name + '.pkl'",
    true,
  ],
  ["written to another folder", "import joblib\njoblib.dump(1, 'reports/a.pkl')", "'models/' + name + '.pkl'", false],
])("a file that is %s: %#", async (_, write, path, isKept) => {
  const cells = ["import sys\nname = sys.argv[1]", write, `x = joblib.load(${path})`];
  expect(stepsText(await extractValue("x", ...cells)).includes("joblib.dump(")).toBe(isKept);
});

describe("a picture that is written where no figure is given", () => {
  const SETUP =
    "import joblib\nimport pandas as pd\nimport matplotlib.pyplot as plt\nfrom pathlib import Path\nfrom data import place";
  const KEEP = "def keep(fig, path):\n    Path(path).parent.mkdir()\n    fig.savefig(path)";
  const DRAW = "fig, ax = plt.subplots()\nax.plot([1])";
  const READ = "x = pd.read_csv(place()).sum()";

  test.each(["plt.savefig(place())", 'fig.savefig("a.png")', "keep(fig, place())", 'keep(fig, "out/a.png")'])(
    "is no file that may be read: %s",
    async (save) => {
      const text = stepsText(await extractValue("x", SETUP, KEEP, DRAW, save, READ));
      expect(text).not.toMatch(/savefig|keep|subplots/);
    },
  );

  test("may be one where pictures are read", async () => {
    const read = "import cv2\nx = cv2.imread('a.png').sum()";
    expect(stepsText(await extractValue("x", SETUP, DRAW, 'fig.savefig("a.png")', read))).toContain("fig.savefig");
  });

  test("does not hide what its function writes besides", async () => {
    const save = "keep(fig, place())";
    const dump = await extractValue("x", SETUP, `${KEEP}\n    joblib.dump(1, path)`, DRAW, save, READ);
    expect(stepsText(dump)).toContain(save);
    const seed = `import numpy as np\n${KEEP}\n    np.random.seed(3)`;
    expect(stepsText(await extractValue("x", SETUP, seed, DRAW, save, "x = np.random.rand()"))).toContain(save);
  });
});

test("what is written to a file that is opened above is that file, and no other one that is read below", async () => {
  const write = "import pickle\nfile = open('a.pkl', 'wb')\npickle.dump([1], file)\nfile.close()";
  const dropped = droppedTexts(await extractValue("x", write, "x = open('b.txt').read()"));
  expect(dropped).toContain("pickle.dump([1], file)");
  const { module } = await extractValue("x", write, "x = pickle.load(open('a.pkl', 'rb'))");
  expect(module.text).toMatch(/pickle\.dump\(\[1\], file\)\n {4}file\.close\(\)/);
});
