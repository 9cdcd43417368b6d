import { expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf, reasonOf } from "../../support/pythonNotebook";

const CELLS = [
  'import numpy as np\nimport pandas as pd\nimport os\nos.chdir("data")\nnp.random.seed(1)',
  'df = pd.read_csv("a.csv")\ndf.head()',
  "X = df[['x']]\nnoise = np.random.rand(len(X))\nX = X.assign(n=noise)",
  "from sklearn.svm import SVC\nsvm = SVC()\nsvm.fit(X, df['y'])",
  "acc = svm.score(X, df['y'])  # slipway\nother = df.copy()",
];

async function explained() {
  const { explained = [] } = await extractNotebook(notebookOf(...CELLS), { explain: true });
  return explained;
}

test("every statement is explained once, in the order of the notebook", async () => {
  const places = (await explained()).map(({ cell, line }) => `${cell}:${line}`);
  const lines = CELLS.flatMap((source, cell) => source.split("\n").map((_, line) => `${cell + 1}:${line + 1}`));
  expect(places).toEqual(lines);
});

test("a print of a metric is left out because the module gives the metric", async () => {
  const cells = [...CELLS.slice(0, 4), "print(svm.score(X, df['y']))\nprint(df.shape)"];
  const { explained = [] } = await extractNotebook(notebookOf(...cells), { explain: true });
  expect(explained.filter(({ cell }) => cell === 5).map(({ reason }) => reason)).toEqual([
    "what it shows is given as score",
    "it only shows something",
  ]);
});

test("a kept statement has the chain of those that need it, up to a target", async () => {
  const all = await explained();
  expect(all.find(({ text }) => text.startsWith("df = "))).toMatchObject({
    kept: true,
    reason: "df is needed",
    chain: [{ cell: 4, line: 3, needs: ["df"] }],
    target: "svm",
  });
  const noise = all.find(({ text }) => text.startsWith("noise"));
  expect(noise?.chain).toEqual([
    { cell: 3, line: 3, needs: ["noise"] },
    { cell: 4, line: 3, needs: ["X"] },
  ]);
  expect(all.find(({ text }) => text.startsWith("acc"))).toMatchObject({
    kept: true,
    reason: "it gives acc",
    chain: [],
  });
});

test("state that no variable carries is named in words", async () => {
  const seed = (await explained()).find(({ text }) => text.includes("seed"));
  expect(seed).toMatchObject({ kept: true, reason: "it seeds a random generator above the target" });
});

test("what is left out has its reason, a change of folder among it", async () => {
  const left = (await explained()).filter(({ kept }) => !kept).map(({ text, reason }) => `${text}: ${reason}`);
  expect(left).toEqual([
    "import os: nothing that is kept uses the import",
    'os.chdir("data"): the paths in Data begin there',
    "df.head(): it only shows something",
    "other = df.copy(): no target depends on other",
  ]);
});

test("nothing is explained unless it is asked for", async () => {
  expect((await extractNotebook(notebookOf(...CELLS))).explained).toBeUndefined();
});

test("what a library is told to do is not taken for something shown", async () => {
  const cell = 'import urllib.request\nurllib.request.urlretrieve("https://a.org/a.csv", "a.csv")\nlen("a")\nx = 1';
  const extraction = await extractValue("x", cell);
  expect(reasonOf(extraction, "urllib")).toBe("no target depends on it");
  expect(reasonOf(extraction, "len")).toBe("it only shows something");
});

test("a line of the shell that stands for two statements is told of once", async () => {
  const cells = ["!mkdir out", "import pandas as pd\ndf = pd.read_csv('a.csv')\ndf.to_csv('out/b.csv')"];
  const { explained = [] } = await extractNotebook(notebookOf(...cells), { explain: true, model: "df" });
  expect(explained.filter(({ cell }) => cell === 1)).toMatchObject([{ text: "!mkdir out", kept: false }]);
});
