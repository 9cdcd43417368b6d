import { describe, expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf, stepsText } from "../../support/pythonNotebook";

const START = "import pandas as pd\nfrom sklearn.svm import SVC\nfrom sklearn.preprocessing import StandardScaler";
const DATA = 'df = pd.read_csv("a.csv")\nX, y = df[["x"]], df["y"]';

/** What is kept of a cell for the score of `clf`, which the cell makes. */
async function keptFor(...cells: readonly string[]): Promise<string> {
  return stepsText(await extractNotebook(notebookOf(START, DATA, ...cells), { model: "clf" }));
}

describe("an estimator that a holder is made with", () => {
  // A fit that is made for sure would begin anew.
  const holder = (made: string) =>
    keptFor("clf = SVC()\nclf.fit(X, y)", `${made}\nholder.fit(X, y)`, "if len(X) > 9:\n    clf.fit(X, y)");

  test.each([
    "from sklearn.model_selection import GridSearchCV\nholder = GridSearchCV(clf, {'C': [1]})",
    "from sklearn.ensemble import VotingClassifier\nholder = VotingClassifier([('a', clf)])",
    "from sklearn.multiclass import OneVsRestClassifier\nholder = OneVsRestClassifier(clf)",
    "from sklearn.calibration import CalibratedClassifierCV\nholder = CalibratedClassifierCV(clf, cv='prefit')",
  ])("stays as it is, as a copy is fitted: %j", async (made) => {
    expect(await holder(made)).not.toContain("holder");
  });

  test.each([
    "from sklearn.pipeline import Pipeline\nholder = Pipeline([('a', clf)])",
    "from sklearn.pipeline import make_pipeline\nholder = make_pipeline(clf)",
    "from sklearn.pipeline import FeatureUnion\nholder = FeatureUnion([('a', clf)])",
    "from sklearn.cluster import Birch\nholder = Birch(n_clusters=clf)",
    "import orchard\nholder = orchard.Search(clf)",
    "holder = [clf][0]",
  ])("is fitted itself: %j", async (made) => {
    expect(await holder(made)).toContain("holder.fit(X, y)");
  });

  test("is drawn from with the generator that it shares", async () => {
    const cells = "rng = np.random.RandomState(0)\nclf = SVC(random_state=rng)\nother = SVC(random_state=rng)";
    expect(await keptFor(`import numpy as np\n${cells}\nother.fit(X, y)`, "clf.fit(X, y)")).toContain("other.fit");
  });

  test("does not tie models by the numbers that both are made with", async () => {
    const net = (name: string) => `${name} = Sequential()\n${name}.add(Dense(n))\n${name}.fit(X, y)`;
    const text = await keptFor(
      "from keras.models import Sequential\nfrom keras.layers import Dense\nn = X.shape[1]",
      net("other"),
      net("clf"),
    );
    expect(text).not.toContain("other");
  });
});

describe("a loop that runs at least once", () => {
  const loop = (head: string, body = "total = df.sum()") =>
    extractValue(
      "total",
      "import pandas as pd\ndf = pd.read_csv('a.csv')\ntotal = len('first')",
      `${head}\n    ${body}`,
    );

  test.each([
    "for i in range(3):",
    "for i in range(1, 9, 2):",
    "for i in range(5, 0, -1):",
    "for c in 'ab':",
    "for c in 'a b'.split():",
    "g = [float(c) for c in '1 2'.split()]\nfor c in g:",
    "for i, c in enumerate(['a', 'b']):",
    "g = [1, 2]\nfor i in g:",
    "g = range(1, 9)\nfor i in g:",
    "g = [1, 2]\nfor i in range(len(g)):",
    "n = 4\nfor i in range(n):",
    "from sklearn.model_selection import KFold\nkf = KFold(5)\nfor a, b in kf.split(df):",
  ])("binds for sure: %j", async (head) => {
    expect(stepsText(await loop(head))).not.toContain("first");
  });

  test.each([
    "for i in range(0):",
    "for i in df.columns:",
    "for i in []:",
    "for i in range(len(df)):",
    "g = [1]\ng.pop()\nfor i in g:",
    "g = [1]\nh = g\nh.clear()\nfor i in g:",
    "n = 4\nn -= 4\nfor i in range(n):",
    "h = []\ng = h\nh = [1]\nfor i in g:",
    "for i in zip([1], df.columns):",
    "for c in ' '.split():",
    "for c in df.x[0].split():",
    "for c in [c for c in 'ab' if c > 'b']:",
    "for c in [d for c in [[]] for d in c]:",
    "for i in range(3):\n    if i < 5:\n        continue",
  ])("does not bind for sure: %j", async (head) => {
    expect(stepsText(await loop(head))).toContain("first");
  });
});

test("a model that a loop makes before it fits it is not the one of the same name above", async () => {
  const { module } = await extractNotebook(
    notebookOf(
      "import pandas as pd\nfrom sklearn.cluster import KMeans\ndf = pd.read_csv('a.csv')",
      "model = KMeans(3)\nlabels = model.fit_predict(df)",
      "K = range(1, 9)\nfor k in K:\n    model = KMeans(k)\n    model = model.fit(df)",
    ),
  );
  expect(module.text).not.toContain("fit_predict");
});

test.each([
  ["is made and fitted", "    model = KMeans(k)\n    model.fit(df)", false],
  ["is fitted", "    model.fit(df)", true],
  ["may be made", "    if k > 2:\n        model = KMeans(k)\n    model.fit(df)", true],
])("a loop that trains has a turn: a model that %s in one", async (_, body, isKept) => {
  const { module } = await extractNotebook(
    notebookOf(
      "import pandas as pd\nfrom shapes import sizes\nfrom sklearn.cluster import KMeans, MeanShift\ndf = pd.read_csv('a.csv')",
      "model = MeanShift()\nmodel.fit(df)",
      `for k in sizes():\n${body}`,
    ),
  );
  expect(module.text.includes("MeanShift()")).toBe(isKept);
});

describe("what a loop's variable stood for above", () => {
  /** What is kept for `total`, made of `ones`, by a loop of the same variable as one over `others`. */
  const second = async (loop: string) =>
    stepsText(
      await extractValue(
        "total",
        "import pandas as pd\nones = list(pd.read_csv('a.csv').columns)\nothers = list(pd.read_csv('b.csv').columns)",
        "found = []\nfor one in others:\n    found.append(one)",
        `${loop}\ntotal = len(found)`,
      ),
    );

  test("is nothing to the loop", async () => {
    expect(await second("found = []\nfor one in ones:\n    found.append(one)")).not.toContain("others");
  });

  test("stays as it is where the loop changes its variable", async () => {
    const models = "ones, others = [SVC()], [SVC()]\nfor one in ones:\n    one.fit(X, y)";
    const text = await keptFor(models, "for one in others:\n    one.fit(y, X)", "clf = ones[0]\nclf.fit(X, y)");
    expect(text).not.toContain("fit(y, X)");
  });

  test.each([
    "found = []\nfor i in ones:\n    found.append(one)\n    one = i",
    "found = []\nfor i in ones:\n    if i:\n        one = i\n    found.append(one)",
    "found = []\nfor one in [one]:\n    found.append(one)",
    "found = []\nfor i in []:\n    one = i\nelse:\n    found.append(one)",
    "def last():\n    return one\nfound = []\nfor i in ones:\n    found.append(last())\n    one = i",
  ])("is still there where the loop reads it first: %j", async (loop) => {
    expect(await second(loop)).toContain("others");
  });
});

describe("a list that something is put into", () => {
  const lists = (grow: string) => keptFor("clf = SVC()\nnames = ['x']\nseen = [(clf, names)]", grow, "clf.fit(X, y)");

  test.each(["seen.append((clf, 2))", "seen.extend([(clf, 2)])", "seen.insert(0, clf)"])(
    "leaves its elements as they are: %s",
    async (grow) => {
      expect(await lists(grow)).not.toContain("seen");
    },
  );

  test.each([
    "seen[0].append(clf)",
    "seen[0][1].append(clf)",
    "class Fits(list):\n    def append(self, one):\n        self[0][0].C = one\nseen = Fits(seen)\nseen.append(2)",
  ])("is changed as a part or by a class of the notebook: %s", async (grow) => {
    expect(await lists(grow)).toContain("seen");
  });
});

describe("files that are written and read", () => {
  const WRITES = /dump\(|to_csv\(|np\.save\(|makedirs\(/;

  /** What is kept of a cell that writes, for one that reads. */
  const writing = async (write: string, read: string) =>
    stepsText(
      await extractNotebook(
        notebookOf(
          "import os, json, pickle, joblib\nimport numpy as np\nimport pandas as pd\nfrom glob import glob",
          "d = os.environ['D']\nm = {'a': 1}",
          write,
          `total = ${read}`,
        ),
        { model: "total" },
      ),
    );

  test.each([
    ["joblib.dump(m, 'a.pkl')", "pd.read_csv('b.csv').sum()"],
    ["joblib.dump(m, filename='a.pkl')", "pd.read_csv(d + 'b.csv').sum()"],
    ["pickle.dump(m, open('a.pkl', 'wb'))", "pd.read_csv(d + '/b.csv').sum()"],
    ["with open('a.json', 'w') as f:\n    json.dump(m, f)", "pickle.load(open('b.pkl', 'rb'))"],
    ["pd.Series(m).to_csv(d + 'a.csv')", "pd.read_csv(d + 'b.csv').sum()"],
    ["pd.Series(m).to_csv(f'{d}/a.csv')", "pd.read_csv(os.path.join(d, 'ba.csv')).sum()"],
    ["name = 'a.csv'\npd.Series(m).to_csv(d + name)", "pd.read_csv('b.csv').sum()"],
    ["os.makedirs(d)", "pd.read_csv(d + 'b.csv').sum()"],
    ["p = 'a.csv'\npd.Series(m).to_csv(p)\np = 'b.csv'", "pd.read_csv(p).sum()"],
    ["p = 'a.csv'\nif d:\n    pd.Series(m).to_csv(p)\np = d", "pd.read_csv('b.csv').sum()"],
  ])("are two: %j, %j", async (write, read) => {
    expect(await writing(write, read)).not.toMatch(WRITES);
  });

  test.each([
    ["joblib.dump(m, 'a.pkl')", "joblib.load('a.pkl')"],
    ["joblib.dump(m, d + 'a.pkl')", "joblib.load(d + 'a.pkl')"],
    ["joblib.dump(m, d)", "joblib.load('a.pkl')"],
    ["pickle.dump(m, open('a.pkl', 'wb'))", "pickle.load(open('a.pkl', 'rb'))"],
    ["f = open('a.pkl', 'wb')\npickle.dump(m, f)\nf.close()", "pickle.load(open('a.pkl', 'rb'))"],
    ["pd.Series(m).to_csv(d + 'a.csv')", "pd.read_csv('x/a.csv').sum()"],
    ["pd.Series(m).to_csv(d + 'a.csv')", "pd.read_csv(os.path.join(d, 'ba.csv')).sum()"],
    ["pd.Series(m).to_csv(d + '%s.csv' % 1)", "pd.read_csv('1.csv').sum()"],
    ["pd.Series(m).to_csv(d + 'a.csv')", "glob(d + '/x')"],
    ["np.save('a', m)", "np.load('a.npy')"],
    ["for name in ['a.csv', 'b.csv']:\n    pd.Series(m).to_csv(name)", "pd.read_csv('b.csv').sum()"],
    ["p = 'b.csv'\npd.Series(m).to_csv(p)\np = 'a.csv'", "pd.read_csv('b.csv').sum()"],
    ["p = 'a.csv'\nif d:\n    p = 'b.csv'\npd.Series(m).to_csv(p)", "pd.read_csv('b.csv').sum()"],
    ["p = 'a.csv'\nfor one in 'ab':\n    pd.Series(m).to_csv(p)\n    p = 'b.csv'", "pd.read_csv('b.csv').sum()"],
    ["p = 'a.csv'\n[pd.Series(m).to_csv(p) for p in ['b.csv']]", "pd.read_csv('b.csv').sum()"],
    ["p = 'a.csv'\nwrite = lambda: pd.Series(m).to_csv(p)\np = 'b.csv'\nwrite()", "pd.read_csv('b.csv').sum()"],
    ["p = 'a.csv'\ndef write():\n    m.to_csv(p)\np = 'b.csv'\nwrite()", "pd.read_csv('b.csv').sum()"],
  ])("are, or may be, one: %j, %j", async (write, read) => {
    expect(await writing(write, read)).toMatch(WRITES);
  });
});

describe("what a kept loop gathers", () => {
  const loop = (...body: readonly string[]) =>
    `clf = SVC()\nseen, total = [], 0\nfor c in [1, 2]:\n    clf.set_params(C=c)\n    clf.fit(X, y)\n${body.map((line) => `    ${line}`).join("\n")}`;

  test.each([
    ["in a list", ["seen.append(len(clf.support_))"], "", /seen|support/],
    ["in a number", ["total += len(clf.support_)"], "", /total|support/],
    [
      "in both, by a name of its own",
      ["hits = 0", "hits += len(clf.support_)", "seen.append(hits)"],
      "",
      /seen|hits|support/,
    ],
    ["under a condition", ["if c > 1:", "    seen.append(len(clf.support_))"], "", /seen|support/],
    ["and a cell only prints", ["seen.append(len(clf.support_))"], "print(seen)", /seen|support/],
  ])("%s is left out where nothing that is kept reads it", async (_, body, below, gone) => {
    const { module } = await extractNotebook(notebookOf(START, DATA, loop(...body), below), { model: "clf" });
    const steps = module.text.slice(
      module.text.indexOf("for c in"),
      module.text.indexOf("\n    return", module.text.indexOf("for c in")),
    );
    expect(steps).not.toMatch(gone);
  });

  test.each([
    ["the loop looks at it", ["seen.append(c)", "clf.set_params(C=len(seen))", "clf.fit(X, y)"], "seen.append(c)"],
    ["the list is that of another name", ["other.append(c)"], "other.append(c)"],
    ["it counts the turns", ["total += 1", "if total > 1:", "    clf.fit(X, y)"], "total += 1"],
  ])("stays where %s", async (_, body, kept) => {
    const shared = "shared = {'other': []}\nother = shared['other']";
    const use = "clf.set_params(C=len(shared['other']))\nclf.fit(X, y)";
    expect(await keptFor(shared, loop(...body), use)).toContain(kept);
  });
});

describe("in a block whose paths are fields of Data", () => {
  const START =
    'import pandas as pd\nfrom pathlib import Path\nfrom sklearn.svm import SVC\nFAST = True\nROOT = Path("/mnt/rows")';
  const block = (extra: string): string =>
    `if FAST:\n    df = pd.read_csv(ROOT / "a.csv")\n${extra}    model = SVC().fit(df[["a"]], df["b"])`;

  test("a table that nothing reads is not read, and what the paths were made of goes", async () => {
    const extra = '    more = pd.read_csv(ROOT / "b.csv")\n    both = df.merge(more)\n    print(both.shape)\n';
    const extraction = await extractNotebook(notebookOf(START, block(extra)));
    expect(extraction.references.map(({ path }) => path)).toEqual(["/mnt/rows/a.csv"]);
    expect(stepsText(extraction)).not.toMatch(/ROOT|more|both/);
    expect(extraction.diagnostics.map(({ code }) => code)).not.toContain("data.absolute");
  });

  test("a file that is open is read on", async () => {
    const extra =
      '    with open("c.csv") as file:\n        head = pd.read_csv(file, nrows=1)\n        df["c"] = pd.read_csv(file)\n';
    const extraction = await extractNotebook(notebookOf(START, block(extra)));
    expect(stepsText(extraction)).toContain("head = pd.read_csv(file, nrows=1)");
  });
});
