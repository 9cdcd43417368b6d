import { expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf, stepsText } from "../../support/pythonNotebook";

test("a lambda that reads the variable that its statement binds reads the one before", async () => {
  const extraction = await extractValue(
    "total",
    'import pandas as pd\ndf = pd.read_csv("a.csv")',
    'df = df.apply(lambda row: row / df["x"].max(), axis=1)',
    "total = df.sum()",
  );
  expect(extraction.references).toHaveLength(1);
  expect(extraction.module.text).toContain("df = pd.read_csv(a)");
});

test("a literal list that is changed by another name is no constant of the module", async () => {
  const { module } = await extractValue(
    "both",
    "first = [1]\nsecond = [2]\nthird = [3]",
    "for rows in (first, second):\n    rows.append(0)",
    "alias = third\nalias.append(0)",
    "both = first + second + third",
  );
  expect(module.text).not.toMatch(/^(first|second|third) = /m);
});

test("a literal table that nothing changes is a constant of the module", async () => {
  const extraction = await extractValue("n", 'COLUMNS = {"a": 1, "b": 2}', "n = len(COLUMNS)");
  expect(extraction.module.text).toMatch(/^COLUMNS = \{"a": 1, "b": 2\}$/m);
  expect(stepsText(extraction)).not.toContain("COLUMNS =");
});

test("a function that binds a variable by global binds the local of its step", async () => {
  const extraction = await extractValue(
    "count",
    "count = 0",
    "def tick():\n    global count\n    count += 1",
    "tick()\ntick()",
  );
  expect(stepsText(extraction)).toContain("nonlocal count");
  expect(stepsText(extraction)).not.toContain("global count");
});

test("a number that is asked for is a result and no setting", async () => {
  const { module, params } = await extractValue("limit", "limit = 5", "other = limit + 1");
  expect(params).toEqual([]);
  expect(module.text).toContain("limit = 5");
});

test("a comprehension that changes the objects of a list changes the variables that they belong to", async () => {
  const extraction = await extractValue(
    "first",
    "first = [1]\nsecond = []",
    "[rows.append(0) for rows in (first, second)]",
  );
  expect(stepsText(extraction)).toContain("rows.append(0)");
});

test("a step does not return what only some paths bind and nothing reads", async () => {
  const { steps } = await extractValue(
    "total",
    "import random\nspare = 1\ntotal = 0",
    "for i in range(3):\n    if random.random() > 0.5:\n        spare = i\n    total += i",
    "if total > 1:\n    spare = 0\n    total += 1",
  );
  expect(steps.flatMap(({ inputs, outputs }) => [...inputs, ...outputs])).not.toContain("spare");
});

test.each([
  ["what a function gives back is what it was given", "q = keep(p)\np.append(1)", "p.append(1)"],
  [
    "a value of a dictionary is the variable that was put there",
    'box = {"k": q}\nbox["k"].append(1)',
    'box["k"].append(1)',
  ],
  ["so is it under a name of its own", 'box = {"k": q}\nalias = box["k"]\nalias.append(1)', "alias.append(1)"],
  ["a block may call a function that it defines", "if p:\n    def f():\n        q.append(1)\n    f()", "q.append(1)"],
])("%s", async (_, cell, kept) => {
  const extraction = await extractValue("q", "def keep(rows):\n    return rows", "p = [0]\nq = [1]", cell);
  expect(stepsText(extraction)).toContain(kept);
});

test("a metric depends on what its variables stood for then, and not on what is added to them later", async () => {
  const { steps } = await extractNotebook(
    notebookOf(
      'import pandas as pd\nfrom sklearn.svm import SVC\ndf = pd.read_csv("a.csv")',
      "scores = []\nmodel = SVC().fit(df, df.y)",
      "mean = model.score(df, df.y)\nscores.append(mean)",
      'df["late"] = 1\nscores.append(df)\nmean = 0',
    ),
  );
  expect(steps.flatMap(({ cells }) => cells)).not.toContain(4);
});

test.each([
  ["tables = [df, df.copy()]", 'tables[0].loc[tables[0]["a"] > 1, "a"] = 0'],
  ["tables = [df, df.copy()]", 'for i in range(2):\n    tables[i].loc[:, "a"] = 0'],
  ['tables = {"train": df}', 'tables["train"].iloc[0, 0] = 0'],
  ["box = SimpleNamespace(df=df)", 'box.df.at[0, "a"] = 0'],
  ["other, *tables = [df, df]", "tables[0].drop(index=[0], inplace=True)"],
])("below %s, %s changes the table", async (held, change) => {
  const extraction = await extractValue(
    "total",
    'import pandas as pd\nfrom types import SimpleNamespace\ndf = pd.read_csv("a.csv")',
    held,
    change,
    "total = df.sum()",
  );
  expect(stepsText(extraction)).toContain(change.split("\n").at(-1)?.trim());
});

test.each([
  [
    "finally reads what every way to it binds",
    "try:\n    f = open('a')\nexcept OSError:\n    f = None\nfinally:\n    n = f",
  ],
  [
    "a function becomes a method above what it looks up",
    "class A:\n    pass\ndef get(self):\n    return B\nA.get = get\nB = 1",
  ],
])("no hidden state is seen where %s", async (_, cell) => {
  const { diagnostics } = await extractValue("x", cell, cell.includes("class") ? "x = A().get()" : "x = n");
  expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.hidden-state");
});

test("finally finds what stood above the try, where an error passes it", async () => {
  const extraction = await extractValue("x", "f = list()", "try:\n    f = open('a')\nfinally:\n    x = f");
  expect(stepsText(extraction)).toContain("f = list()");
});

test("what only a line below of the same cell defines is said so", async () => {
  const { diagnostics } = await extractValue("x", "x = y + 1\ny = 2");
  expect(diagnostics.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("only a line, below, defines"),
  );
});

test("what has methods of its own is none that changes the object, whatever its name", async () => {
  const cells = [
    "import tensorflow as tf\nrate = 0.1\nrows = [rate]",
    "other = tf.train.Momentum(rows)",
    "total = sum(rows)",
  ];
  const { module, params } = await extractValue("total", ...cells);
  expect(params.map(({ name }) => name)).toEqual(["rate"]);
  expect(module.text).not.toContain("tf.train");
});

test.each([["1.5"], ["-1"], ["(0, 1)"], ["'mean'"], ["None"]])(
  "what no call can change stays as it is, whatever a function hands it to: %s",
  async (value) => {
    const extraction = await extractValue(
      "last",
      `import tools\nLIMIT = ${value}`,
      "def fit(n):\n    rows = [n]\n    tools.clip(rows, LIMIT)\n    return rows",
      "for n in range(3):\n    trial = fit(n)",
      "last = fit(7)",
    );
    expect(extraction.module.text).not.toContain("trial");
  },
);

test("but for what a function binds anew by global", async () => {
  const bind = "LIMIT = 1\ndef fit(n):\n    global LIMIT\n    LIMIT = LIMIT + n\n    return LIMIT";
  const extraction = await extractValue("last", bind, "for n in range(3):\n    trial = fit(n)", "last = fit(7)");
  expect(extraction.module.text).toContain("trial = fit(n)");
});
