import { describe, expect, test } from "vitest";
import {
  droppedTexts,
  extractNotebook,
  extractValue,
  notebookOf,
  prose,
  stepsText,
  type CellDraft,
} from "../../support/pythonNotebook";

const LEARN = [
  "import pandas as pd\nfrom sklearn.model_selection import train_test_split\nfrom sklearn.svm import SVC",
  'df = pd.read_csv("a.csv")',
  'df = df.dropna()\nX, y = df[["x"]], df["y"]',
  "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
  "model = SVC()\nmodel.fit(X_train, y_train)",
  "r = model.score(X_test, y_test)",
];

const stepsOf = async (...cells: readonly CellDraft[]) => (await extractNotebook(notebookOf(...cells))).steps;

describe("steps", () => {
  test("follow the way of a model, and say what crosses their borders", async () => {
    expect(await stepsOf(...LEARN)).toEqual([
      { name: "load", cells: [2], inputs: [], outputs: ["df"] },
      { name: "prepare", cells: [3], inputs: ["df"], outputs: ["X", "y"] },
      { name: "split", cells: [4], inputs: ["X", "y"], outputs: ["X_train", "X_test", "y_train", "y_test"] },
      { name: "train", cells: [5], inputs: ["X_train", "y_train"], outputs: ["model"] },
      { name: "evaluate", cells: [6], inputs: ["model", "X_test", "y_test"], outputs: ["r"] },
    ]);
  });

  test("end with what is asserted of what they made", async () => {
    const { steps } = await extractNotebook(
      notebookOf(...LEARN.map((cell) => (cell.startsWith("df = pd") ? `${cell}\nassert len(df) > 0` : cell))),
    );
    expect(steps.map(({ name, cells }) => [name, cells]).slice(0, 2)).toEqual([
      ["load", [2]],
      ["prepare", [3]],
    ]);
  });

  test("say which function sets a variable that only it binds", async () => {
    const extraction = await extractValue("n", "def fit():\n    global CUT\n    CUT = len('ab')", "fit()\nn = [CUT]");
    expect(stepsText(extraction)).toContain("    CUT: Any = None  # fit sets it\n");
  });

  test("load what a library brings, and say where the model is only put together", async () => {
    const names = await stepsOf(
      "from sklearn.datasets import load_iris\nfrom sklearn.svm import SVC\nfrom sklearn.model_selection import train_test_split",
      "X, y = load_iris(return_X_y=True)\nmodel = SVC(C=2)",
      "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
      "for row in range(2):\n    model.fit(X_train, y_train)",
    );
    expect(names.map(({ name }) => name)).toEqual(["load", "build", "split", "train"]);
  });

  test("train where they fit a model, whatever they read on the way", async () => {
    const names = await stepsOf(
      "import os\nimport numpy as np\nfrom sklearn.svm import SVC\nX, y = np.load('x.npy'), np.load('y.npy')",
      "days = os.listdir('days')\nguesses = []",
      "for day in days:\n    model = SVC().fit(X, y)\n    guesses.append(model.predict(np.load('days/' + day)))",
    );
    expect(names.map(({ name }) => name)).toEqual(["load", "train"]);
  });

  test("keep a text over lines as it is, below a comment", async () => {
    const { module } = await extractValue("text", 'n = len("a")\n# why\ntext = """first\n  second\nthird""" * n\n');
    expect(module.text).toContain('    # why\n    text = (\n        """first\n  second\nthird"""\n');
  });

  test("leave out what their blocks only show", async () => {
    const { module, dropped } = await extractValue(
      "total",
      "total = 0\nfor i in range(3):\n    total += i\n    print(total)  # look\n    if i > 1:\n        print(i)\nif total:\n    print(total)\n    print(total)\nelse:\n    total = 1",
    );
    expect(module.text).toContain("    for i in range(3):\n        total += i\n    if total:\n        pass\n    else:");
    expect(dropped.map(({ line, endLine, reason }) => [line, endLine, reason])).toEqual([
      [4, 4, "it only shows something"],
      [5, 6, "it only shows something"],
      [8, 8, "it only shows something"],
      [9, 9, "it only shows something"],
    ]);
  });

  test("leave it out at the end of a block too, whatever blanks are behind it", async () => {
    const { module } = await extractValue(
      "total",
      "total = 0\nfor i in range(2):\n    total += i\n    print(total)   ",
    );
    expect(module.text).toContain("        total += i\n    return total");
  });

  test("keep what their blocks show where showing may change something", async () => {
    const { module } = await extractValue(
      "rows",
      "rows = []\nadd = rows.append\nfor i in range(3):\n    print(add(i))\n    print(rows.pop())\n    if i:\n        print(i)\n        break",
    );
    expect(module.text).toMatch(/print\(add\(i\)\)\s+print\(rows\.pop\(\)\)\s+if i:\s+break/);
  });

  test("have names that the notebook does not use", async () => {
    const cells = LEARN.map((cell) => cell.replaceAll("X_train", "train"));
    const names = (await stepsOf(...cells)).map(({ name }) => name);
    expect(names).not.toContain("train");
    expect(new Set(names).size).toBe(names.length);
  });

  test("take in what only some paths bind anew", async () => {
    const { steps } = await extractValue(
      "x",
      "import random\nx = [1]",
      "# slipway: step=late\nif random.random() > 2:\n    x = [2]",
    );
    expect(steps.at(-1)).toMatchObject({ name: "late", inputs: ["x"], outputs: ["x"] });
  });

  test("read as the notebook did: comments, strings over lines and blank lines survive", async () => {
    const { module } = await extractValue(
      "text",
      '# why\n# it is so\nparts = [len("a")]  # one\nif parts:\n    # inside\n    text = """first\n  second\n"""\n',
    );
    expect(module.text).toContain('    # why\n    # it is so\n    parts = [len("a")]  # one\n');
    expect(module.text).toContain('        # inside\n        text = """first\n  second\n"""\n');
  });
});

describe("functions of the notebook", () => {
  test("that name a global which they only read or change lose the word", async () => {
    const { module } = await extractValue(
      "out",
      "rows = list('ab')\ndef grow():\n    if rows:\n        global rows\n        rows.append('c')\n    return rows",
      "out = grow()",
    );
    expect(module.text).toContain("def grow(*, rows: list[str]):\n    if rows:\n        pass\n        rows.append");
  });

  test("whose callers have a variable of the name that they look up stay inside of their step", async () => {
    const { module } = await extractValue(
      "out",
      "rows = list('ab')\ndef inner(k):\n    return [k, rows]\ndef outer(rows):\n    return inner(len(rows))",
      "out = outer('xyz')",
    );
    expect(module.text).toContain("    def inner(k):\n        return [k, rows]");
  });

  test("that have a variable of another function's name keep it", async () => {
    const { module } = await extractValue(
      "out",
      "words = list('ab')\ndef total(row):\n    total = len(row) + len(words)\n    return total\ndef count(row):\n    return [w for w in row if w in words]\ndef share(row):\n    count = len(row)\n    return count / 2\ndef again(row):\n    return count(row)",
      "out = [count('ab'), share('ab'), again('ab'), total('ab')]",
    );
    expect(module.text).toContain("    count = len(row)\n    return count / 2");
    expect(module.text).toContain("    total = len(row) + len(words)\n    return total");
    expect(module.text).toContain("    return count(row, words=words)");
  });

  test("get what they read of its variables by keyword, wherever they are called", async () => {
    const extraction = await extractValue(
      "out",
      "rows = [len('a'), 2]\nrows.append(3)\nlow = min(rows)",
      "def above(n, *more, **rest):\n    return n > low",
      "def both(n):\n    return above(n) and above(n + 1)",
      "out = [both(n) for n in rows] + list(map(both, rows)) + list(filter(lambda n: both(n), rows))",
    );
    expect(extraction.module.text).toMatch(/^def above\(n, \*more, low: \w+, \*\*rest\):/m);
    expect(extraction.module.text).toMatch(
      /^def both\(n, \*, low: \w+\):\n {4}return above\(n, low=low\) and above\(n \+ 1, low=low\)/m,
    );
    expect(stepsText(extraction)).toContain("both(n, low=low)");
    expect(stepsText(extraction)).toContain("map(partial(both, low=low), rows)");
    expect(extraction.module.text).toContain("from functools import partial");
  });

  test("that need no more stay as they are, with their decorators and comments", async () => {
    const { module } = await extractValue(
      "out",
      "from functools import lru_cache",
      "# slow\n@lru_cache\ndef fib(n: int) -> int:\n    return n if n < 2 else fib(n - 1) + fib(n - 2)",
      "out = fib(9)",
    );
    expect(module.text).toMatch(/^# slow\n@lru_cache\ndef fib\(n: int\) -> int:\n/m);
    expect(module.text).not.toContain("partial");
  });

  test.each([
    ["binds a variable by global", "n = 0", "def f():\n    global n\n    n += 1\n    return n"],
    ["reads a variable that changes between its calls", "n = len('a')\nn = n + 1", "def f():\n    return n"],
    ["takes a variable as a default", "n = len('a')", "def f(k=n):\n    return k"],
  ])("one that %s stays inside of its step", async (_, setup, definition) => {
    const extraction = await extractValue("out", setup, definition, "out = f()");
    expect(extraction.module.text).toMatch(/^ {4}def f\(/m);
    expect(extraction.module.text).not.toMatch(/^def f\(/m);
  });

  test("a class that reads variables stays inside of its step; one that reads none goes to the top", async () => {
    const inside = "class Scale:\n    factor = n\n    def of(self, x):\n        return x * self.factor";
    const { module } = await extractValue("out", "n = len('ab')", inside, "out = Scale().of(3)");
    expect(module.text).toMatch(/^ {4}class Scale:/m);
    const top = await extractValue("out", "class Scale:\n    factor = 2", "out = Scale().factor");
    expect(top.module.text).toMatch(/^class Scale:/m);
  });

  test("a class whose constructor alone reads variables gets them as its arguments", async () => {
    const extraction = await extractValue(
      "out",
      "n = len('ab')",
      "class Net(object):\n    def __init__(self, k=1):\n        super(Net, self).__init__()\n        self.n = n * k\n    def of(self, x):\n        return x * self.n",
      "def make(k):\n    return Net(k)",
      "out = make(2).of(Net().of(3))",
    );
    expect(extraction.module.text).toMatch(
      /^class Net\(object\):\n {4}def __init__\(self, k=1, \*, n: int\).*:\n {8}super\(Net, self\)/m,
    );
    expect(extraction.module.text).toMatch(/^def make\(.*n: int\).*:\n {4}return Net\(k, n=n\)/m);
    expect(stepsText(extraction)).toContain("out = make(2, n=n).of(Net(n=n).of(3))");
  });

  test.each([
    [
      "reads them in a method, too",
      "class Net:\n    def __init__(self):\n        self.n = n\n    def of(self, x):\n        return x * n",
      "out = Net().of(3)",
    ],
    [
      "others inherit from",
      "class Net:\n    def __init__(self):\n        self.n = n",
      "class Deep(Net):\n    k = 1\nout = Deep().n",
    ],
    [
      "scikit-learn may clone",
      "from sklearn.base import BaseEstimator\nclass Net(BaseEstimator):\n    def __init__(self):\n        self.n = n",
      "out = Net().n",
    ],
    ["others ask for", "class Net:\n    def __init__(self):\n        self.n = n", "out = isinstance(Net(), Net)"],
    [
      "makes others of its kind",
      "class Net:\n    def __init__(self, up=None):\n        self.n = n\n    def next(self):\n        return Net(self)",
      "out = Net().next().n",
    ],
  ])("a class that %s stays inside of its step", async (_, definition, use) => {
    const { module } = await extractValue("out", "n = len('ab')", definition, use);
    expect(module.text).toMatch(/^ {4}class Net\b/m);
  });

  test("a model whose class stays inside of a step is said not to be pickled", async () => {
    const { diagnostics } = await extractNotebook(
      notebookOf(
        "n = len('ab')\nclass Net:\n    def fit(self, X, y):\n        self.n = n\n    def predict(self, X):\n        return [n for x in X]",
        "net = Net()\nnet.fit([[1]], [1])",
      ),
    );
    expect(diagnostics.find(({ code }) => code === "scoring.local-class")).toMatchObject({
      cell: 1,
      line: 2,
      message: "Net reads n, which the pipeline computes, so it stays inside of a step: --save cannot pickle net.",
    });
  });

  test("one whose name is imported later is the one that is called until then", async () => {
    const extraction = await extractValue(
      "out",
      "class deque:\n    n = 1",
      "first = deque()",
      "from collections import deque",
      "out = [first.n, deque([2])]",
    );
    expect(stepsText(extraction)).toMatch(
      /class deque:[^]*first = deque\(\)\n[^]*from collections import deque[^]*out = /,
    );
  });

  test("one that is defined twice is the one that is called", async () => {
    const extraction = await extractValue(
      "out",
      "def f():\n    return 1",
      "a = f()",
      "def f():\n    return 2",
      "out = [a, f()]",
    );
    expect(stepsText(extraction)).toMatch(/return 1[\s\S]*a = f\(\)[\s\S]*return 2[\s\S]*out = /);
  });
});

describe("imports", () => {
  test("that come behind their first use are at the top all the same", async () => {
    const { module } = await extractValue("x", "x = sqrt(2) + 1", "from math import sqrt");
    expect(module.text).toContain("from math import sqrt");
  });

  test("of one name from two places belong to their steps, and no signature names them", async () => {
    const { module } = await extractValue(
      "out",
      "from decimal import Decimal\na = Decimal(1)",
      "# slipway: step=other\nfrom fractions import Fraction as Decimal\nb = Decimal(2)\nout = [a, b]",
    );
    expect(module.text).not.toMatch(/^from (decimal|fractions)/m);
    expect(module.text).toMatch(
      /def prepare\(\) -> Any:[\s\S]*from decimal import Decimal[\s\S]*from fractions import Fraction as Decimal/,
    );
  });

  test("are those that are used, and no others", async () => {
    const { module, imports } = await extractValue(
      "x",
      "import os, shutil\nimport numpy as np, pandas as pd\nfrom math import sqrt, pi as circle\nimport matplotlib.pyplot as plt",
      "x = np.array([sqrt(2), circle])\nplt.plot(x)",
    );
    expect(module.text).toContain("from math import pi as circle, sqrt");
    expect(module.text).not.toMatch(/^import (os|shutil|pandas|matplotlib)/m);
    expect(imports).toEqual({ module: ["numpy"], notebook: ["matplotlib", "pandas"] });
  });

  test("that are tried stay as they are", async () => {
    const attempt = "try:\n    import ujson as codec\nexcept ImportError:\n    import json as codec";
    const { module } = await extractValue("x", attempt, 'x = codec.loads("1")');
    expect(module.text).toContain(attempt);
  });
});

test("every mapped line of the module comes from the line of the cell that it names", async () => {
  const cells = [
    "import os\nlow = len('ab')",
    "def above(n):\n\n    return n > low",
    "\nrows = [\n    1,\n    2,\n]\nrows.append(3)\nprint(rows)",
    "out = [n for n in rows if above(n)]",
  ];
  const { module, map } = await extractValue("out", ...cells);
  const lines = module.text.split("\n");
  const head = (text: string | undefined) => /\w+/.exec(text ?? "")?.[0];
  expect(new Set(map.map(({ cell }) => cell))).toEqual(new Set([1, 2, 3, 4]));
  expect(map.map(({ line }) => line)).toEqual([...new Set(map.map(({ line }) => line))].sort((a, b) => a - b));
  for (const name of ["low", "def", "rows", "out"]) {
    const mapped = map.filter(({ line }) => head(lines[line - 1]) === name);
    expect(mapped.length).toBeGreaterThan(0);
    for (const { line, cell, cellLine } of mapped) {
      const source = cells[cell - 1]?.split("\n")[cellLine - 1];
      expect(head(source), `${lines[line - 1]} <- cell ${cell}, line ${cellLine}`).toBe(name);
    }
  }
});

describe("the files beside the module", () => {
  const companion = async (name: string, ...cells: readonly CellDraft[]) =>
    (await extractNotebook(notebookOf(...cells))).companions.find(({ path }) => path === name)?.text ?? "";

  test("the project file names the packages by their names on PyPI, and only those of the module", async () => {
    const text = await companion("pyproject.toml", ...LEARN, "import seaborn as sns\nsns.pairplot(df)");
    expect(text).toContain('name = "study"');
    expect(text).toContain('dependencies = [\n    "pandas",\n    "scikit-learn",\n]');
  });

  test("the project file names the packages of star imports and of tried ones too", async () => {
    const { companions } = await extractValue(
      "x",
      "from numpy import *\ntry:\n    import ujson as codec\nexcept ImportError:\n    import json as codec",
      'x = sqrt(codec.loads("4"))',
    );
    expect(companions.find(({ path }) => path === "pyproject.toml")?.text).toContain('    "numpy",\n    "ujson",\n');
  });

  test("the test asks for every metric, and knows where the data is", async () => {
    const text = await companion("test_pipeline.py", ...LEARN);
    expect(text).toContain("assert math.isfinite(result.r)");
    expect(text).toContain('FILES = ["a.csv"]');
  });

  test("a heading of the notebook, whatever is in it, does no harm", async () => {
    const extraction = await extractNotebook(notebookOf(prose('# """ \\ "quoted" \n# Ende'), ...LEARN));
    expect(extraction.steps).toHaveLength(5);
  });
});

test("a path with quotes and backslashes stays a text in the module", async () => {
  const notebook = { ...notebookOf("x = [1]"), path: 'odd "name" \\u.ipynb' };
  const { module } = await extractNotebook(notebook, { model: "x" });
  expect(module.text.split("\n")[0]).toContain("Pipeline of odd");
});

test.each([
  ["a column that is taken out", 'y = df.pop("y")', "y", "pd.Series"],
  ["rows of it", 'y = df.pop("y")\ny = y[:5]', "y", "pd.Series"],
  [
    "rows and columns of an array",
    "from sklearn.preprocessing import StandardScaler\nz = StandardScaler().fit_transform(df)\nz = z[:3, 1:]",
    "z",
    "np.ndarray",
  ],
  [
    "what a function shows that it gives",
    'def pick(frame, n=3):\n    rows = frame[["a"]]\n    return rows.head(n)\nx = pick(df)',
    "x",
    "pd.DataFrame",
  ],
  [
    "what a function gives in more than one way",
    "def pick(f):\n    if len(f):\n        return f\n    return 3\nx = pick(df)",
    "x",
    "pd.DataFrame | int",
  ],
  ["whole numbers", "n = 7 * 3 % 5\nx = [n, n]", "x", "list[int]"],
  ["what a loop gathers", "x = []\nfor n in range(3):\n    x.append(n * 0.5)", "x", "list[float]"],
  ["a list that gets something else", 'x = ["a"]\nx.append(2)', "x", "list[Any]"],
  ["what a branch may leave out", "x = None\nif len(df) > 3:\n    x = df.copy()", "x", "pd.DataFrame | None"],
  [
    "what a loop binds where it is left",
    'x = None\nfor n in "ab":\n    if len(df):\n        x = n\n        break',
    "x",
    "str | None",
  ],
  [
    "what endless turns leave",
    "x = None\nif len(df):\n    while True:\n        if len(df):\n            x = 3\n            break",
    "x",
    "int | None",
  ],
  ["what branches bind otherwise", 'if len(df):\n    x = df["a"]\nelse:\n    x = open("b")', "x", "Any"],
  ["a comprehension", "x = {str(n): [n] for n in range(3)}", "x", "dict[str, list[int]]"],
  ["a column by its attribute", "x = df.price", "x", "pd.Series"],
  ["a column's values", 'x = df["a"].values', "x", "np.ndarray | pd.api.extensions.ExtensionArray"],
  ["a column's name as a column", 'x = df["a"].reset_index()', "x", "pd.DataFrame"],
  ["groups", 'x = df.groupby("a")["b"].mean()', "x", "pd.Series"],
  ["an average along an axis", "x = df.values.mean(axis=0)", "x", "Any"],
  [
    "a model that gives another object when it is fitted",
    "import statsmodels.api as sm\nx = sm.OLS(df.a, df[['b']]).fit()",
    "x",
    "RegressionResultsWrapper",
  ],
  [
    "what a vectorizer gives",
    'from sklearn.feature_extraction.text import CountVectorizer\nx = CountVectorizer().fit_transform(df["a"])',
    "x",
    "csr_matrix",
  ],
  [
    "the parts that a function returns",
    "def parts(f):\n    return f.shape[0], [str(c) for c in f]\nx, rest = parts(df)",
    "x",
    "int",
  ],
  ["what ends without a return", "def maybe(f):\n    if len(f):\n        return 1\nx = maybe(df)", "x", "int | None"],
  [
    "an attribute of a class of the notebook",
    "class Tool:\n    def __init__(self):\n        self.size = 3\n    def fit(self):\n        return self\nx = Tool().fit().size",
    "x",
    "int",
  ],
  [
    "the best of a search",
    "from sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\ns = GridSearchCV(SVC(), {})\nm = s.best_estimator_",
    "m",
    "SVC",
  ],
])("the type of %s is inferred", async (_, source, name, type) => {
  const { targets } = await extractValue(name, 'import pandas as pd\ndf = pd.read_csv("a.csv")', source);
  expect(targets).toMatchObject([{ name, type }]);
});

test("what is taken of a function that gives a pair or a table has no type of its own", async () => {
  const { module } = await extractValue(
    "x",
    'import pandas as pd\ndf = pd.read_csv("a.csv")',
    "def halves(frame, both):\n    if both:\n        return frame.head(1), frame.tail(1)\n    else:\n        return frame",
    "one, other = halves(df, len(df) > 2)",
    "x = [one, other]",
  );
  expect(module.text).toContain(
    "def halves(frame: pd.DataFrame, both: bool) -> tuple[pd.DataFrame, pd.DataFrame] | pd.DataFrame:",
  );
  expect(module.text).not.toContain("DataFram]");
});

test("a net of Keras' applications is a model: what makes it is no class", async () => {
  const made = "from tensorflow.keras.applications import MobileNetV2\nnet = MobileNetV2(weights=None)";
  const { targets } = await extractNotebook(notebookOf(made), { model: "net" });
  expect(targets).toMatchObject([{ name: "net", type: "Model" }]);
});

test("of a function that is defined twice, what it gives is of the definition that is kept", async () => {
  const made = "def make():\n    return [1]\nx = make()";
  const { targets } = await extractNotebook(notebookOf(made, "def make():\n    return {}"), { model: "x" });
  expect(targets).toMatchObject([{ name: "x", type: "list[int]" }]);
});

test("classes that only annotations name are imported for type checkers alone", async () => {
  const { module } = await extractValue(
    "x",
    "import statsmodels.api as sm",
    "import pandas as pd",
    'df = pd.read_csv("a.csv")\nx = sm.OLS(df.a, df[["b"]]).fit()',
  );
  expect(module.text).toContain(
    "if TYPE_CHECKING:\n    from statsmodels.regression.linear_model import RegressionResultsWrapper\n",
  );
});

test("a result that was a parameter has no less types than that, for a type checker may not see what it is bound to anew", async () => {
  const { module } = await extractNotebook(
    notebookOf(
      ...LEARN.slice(0, 4),
      prose("# Scale"),
      "from sklearn.preprocessing import StandardScaler\nscaler = StandardScaler()\nX_train = scaler.fit_transform(X_train)",
      prose("# Train"),
      "model = SVC()\nmodel.fit(X_train, y_train)",
    ),
  );
  const scale = /def \w+\([^)]*X_train[^)]*\) -> [^:]*StandardScaler[^:]*:/s.exec(module.text)?.[0] ?? "";
  expect(scale.match(/pd\.DataFrame \| np\.ndarray/g)).toHaveLength(2);
});

test("rows that a test of each of them chooses are a table, whatever is tested", async () => {
  const cells = [
    "from scores import far\nimport pandas as pd",
    "df = pd.read_csv('a.csv')",
    "x = df[(far(df) < 3).all(axis=1)]",
  ];
  expect((await extractValue("x", ...cells)).module.text).toContain("x: pd.DataFrame  # cell 3");
});

describe("a function of the notebook is annotated", () => {
  test("by what its calls pass and what it returns", async () => {
    const { module } = await extractValue(
      "x",
      'import pandas as pd\ndf = pd.read_csv("a.csv")',
      "def top(frame, n=3, by=None):\n    rows = frame.head(n)\n    return rows",
      "x = top(df, 4)",
    );
    expect(module.text).toContain("def top(frame: pd.DataFrame, n: int = 3, by=None) -> pd.DataFrame:");
  });

  test("by its defaults as well, whatever its calls pass", async () => {
    const made = "def make(c=1.0, by='a', rest=len):\n    return c * 2";
    const { module } = await extractValue("x", made, "x = make(c=1, by=2, rest=3)");
    expect(module.text).toContain('def make(c: float = 1.0, by: int | str = "a", rest: int = len) -> float:');
  });

  test("but not where it is handed on, or binds its parameter anew", async () => {
    const { module } = await extractValue(
      "x",
      "def half(n):\n    return n / 2",
      "def twice(n):\n    n = str(n)\n    return n + n",
      "x = [half(1), *map(half, [2])], twice(3)",
    );
    expect(module.text).toContain("def half(n):");
    expect(module.text).toContain("def twice(n) -> str:");
  });

  test("with nothing certain where it gives tuples of several lengths, which nobody could take apart", async () => {
    const { module } = await extractValue(
      "x",
      "def parts(n):\n    if n > 3:\n        return n, n\n    return n, n, n",
      "a, b = parts(5)\nx = a + b",
    );
    expect(module.text).toContain("def parts(n: int) -> Any:");
    expect(module.text).toContain("from typing import Any\n");
  });

  test("by what is meant where an annotation names a function", async () => {
    const { module } = await extractValue(
      "x",
      "import numpy as np",
      "def halves(values: np.array, scale: any = 1) -> np.array:\n    return values / 2 * scale",
      "# slipway: step=prepare\nhalf = halves(np.ones(3))",
      "# slipway: step=finish\nx = half.tolist() + [str(half)]",
    );
    expect(module.text).toContain("def prepare() -> np.ndarray:");
    expect(module.text).toContain("def halves(values: np.array, scale: any = 1) -> np.array:");
  });

  test("by the path that the module hands in, where the notebook has a text", async () => {
    const { module } = await extractValue(
      "x",
      "import pandas as pd\ndef load(path):\n    return pd.read_csv(path)",
      'x = load("a.csv")',
    );
    expect(module.text).toContain("def load(path: Path) -> pd.DataFrame:");
  });
});

test("an import inside of a block that one above repeats goes, so that the name is no variable of the step", async () => {
  const extraction = await extractValue(
    "x",
    "import math\nn = int('4')",
    "if n > 5:\n    import math\n    n = math.floor(n)",
    "x = math.sqrt(n)",
  );
  expect(extraction.module.text.match(/import math/g)).toHaveLength(1);
  expect(droppedTexts(extraction)).toContain("import math");
});

test("a class of a module that only a step imports gives no type", async () => {
  const cells = ["lib = 1", "import numpy as lib", "table = lib.Table()", "table.fit()", "x = [table, lib]"];
  expect((await extractValue("x", ...cells)).module.text).not.toContain("lib.Table,");
});

test.each([
  ["net = Net().to('cpu')", "Net"],
  ["net = Net().eval().float()", "Net"],
  ["net = Net().to_list()", "Any"],
])("a net of a class of the notebook is of that class, wherever it is moved: %s", async (made, type) => {
  const net = "class Net(nn.Module):\n    def to_list(self):\n        return load()";
  const { module } = await extractValue("net", `from torch import nn\n${net}`, made);
  expect(module.text).toContain(`net: ${type}  # cell 2`);
});
