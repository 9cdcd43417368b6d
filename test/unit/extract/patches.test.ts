import { describe, expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf } from "../../support/pythonNotebook";

/** The module above its first step. */
async function top(...cells: readonly string[]) {
  const { module } = await extractValue("out", ...cells);
  return module.text.slice(0, module.text.search(/^def (prepare|load)/m));
}

const CLASS = "class Cleaner:\n    def __init__(self, k):\n        self.k = k";
const METHOD = "def go(self, x):\n    return x * self.k";
const SIZE = "from functools import singledispatch\n@singledispatch\ndef size(x):\n    return 0";

describe("what is attached to a function or a class stands with it at the top of the module", () => {
  test.each([
    ["a method", [CLASS, `${METHOD}\nCleaner.go = go`], "Cleaner(2).go(3)", "\nCleaner.go = go\n"],
    [
      "by setattr",
      [CLASS, `${METHOD}\nsetattr(Cleaner, "go", go)`],
      "Cleaner(2).go(3)",
      '\nsetattr(Cleaner, "go", go)\n',
    ],
    [
      "a lambda",
      [CLASS, "Cleaner.go = lambda self: self.k"],
      "Cleaner(2).go()",
      "\nCleaner.go = lambda self: self.k\n",
    ],
    [
      "what a function of the notebook makes of a method",
      [
        "def twice(f):\n    return lambda *a: f(*a) * 2",
        `${CLASS}\n    def go(self):\n        return 1`,
        "Cleaner.go = twice(Cleaner.go)",
      ],
      "Cleaner(2).go()",
      "\nCleaner.go = twice(Cleaner.go)\n",
    ],
    [
      "a method that objects get which are there already",
      [CLASS, "c = Cleaner(len('ab'))", `${METHOD}\nCleaner.go = go`],
      "c.go(3)",
      "\nCleaner.go = go\n",
    ],
    [
      "functions of one name that are registered",
      [SIZE, "@size.register\ndef _(x: int):\n    return 1", "@size.register(str)\ndef _(x):\n    return 2"],
      "[size(1), size('a')]",
      "return 1\n\n\n@size.register(str)\ndef _(x):\n    return 2\n",
    ],
  ])("%s", async (_, cells, use, expected) => {
    expect(await top(...cells, `out = ${use}`)).toContain(expected);
  });

  test("in the order of the notebook", async () => {
    const text = await top(
      CLASS,
      `${METHOD}\nCleaner.go = go`,
      "class Other(Cleaner):\n    old = Cleaner.go",
      "out = Other(1).old(2)",
    );
    expect(text).toMatch(/Cleaner\.go = go[^]*class Other/);
  });

  test("and every line of it knows its cell", async () => {
    const { module, map } = await extractValue(
      "out",
      SIZE,
      "@size.register\ndef _(x: int):\n    return 1",
      "@size.register(str)\ndef _(x):\n    return 2",
      `${CLASS}\nCleaner.go = lambda self: size(self.k)`,
      "out = Cleaner('a').go()",
    );
    const lines = module.text.split("\n");
    const cellOf = (text: string) => map.find(({ line }) => lines[line - 1]?.includes(text));
    expect(cellOf("return 1")).toMatchObject({ cell: 2, cellLine: 3 });
    expect(cellOf("return 2")).toMatchObject({ cell: 3, cellLine: 3 });
    expect(cellOf("Cleaner.go = ")).toMatchObject({ cell: 4, cellLine: 4 });
  });
});

describe("it stays in its step", () => {
  test.each([
    [
      "where it reads what a step computes",
      ["k = len('ab')", CLASS, "Cleaner.go = lambda self: k"],
      "Cleaner(1).go()",
      "Cleaner.go = ",
    ],
    [
      "where a call above works without it",
      [
        SIZE,
        "first = size(1)",
        "@size.register\ndef one(x: int):\n    return 1\n@size.register\ndef one(x: str):\n    return 2",
      ],
      "[first, size(1)]",
      "@size.register",
    ],
    [
      "where a method above is another one",
      [`${CLASS}\n    def go(self):\n        return 1`, "first = Cleaner(1).go()", "Cleaner.go = lambda self: 2"],
      "[first, Cleaner(1).go()]",
      "Cleaner.go = ",
    ],
    [
      "where the class may do without it above",
      [
        `import json\nclass Own(json.JSONEncoder):\n    pass`,
        "first = Own().encode(1)",
        "Own.default = lambda self, o: 2",
      ],
      "[first, Own().encode({1})]",
      "Own.default = ",
    ],
    ["where it is a number", [CLASS, "Cleaner.unit = 3"], "Cleaner(1).unit", "Cleaner.unit = 3"],
  ])("%s", async (_, cells, use, left) => {
    const text = await top(...cells, `out = ${use}`);
    expect(text).not.toContain(left);
  });
});

const FIT = "X = df[['x']]\nmodel = LogisticRegression().fit(X, df['y'])";
const READ = "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\ndf = pd.read_csv('a.csv')";

test("what stays inside of a step is said, and predict does not go without it", async () => {
  const { module, diagnostics } = await extractNotebook(
    notebookOf(
      READ,
      SIZE,
      "k = int(df['x'].max())\n@size.register\ndef one(x: int):\n    return k",
      "df['x'] = df['x'].apply(size)",
      FIT,
    ),
  );
  expect(diagnostics.find(({ code }) => code === "scoring.local-patch")).toMatchObject({ cell: 3, line: 2 });
  expect(diagnostics.find(({ code }) => code === "scoring.path")?.message).toContain(
    "what is attached to size, or to what it uses, is known only inside of a step",
  );
  expect(module.text).not.toContain("def predict(");
});

test("predict finds what is attached at the top of the module", async () => {
  const { module, diagnostics } = await extractNotebook(
    notebookOf(READ, SIZE, "@size.register\ndef one(x: int):\n    return 3", "df['x'] = df['x'].apply(size)", FIT),
  );
  expect(module.text).toMatch(/^@size\.register\ndef one/m);
  expect(module.text).toMatch(/def predict\([^]*\.apply\(size\)/);
  expect(diagnostics.filter(({ code }) => code === "scoring.local-patch")).toEqual([]);
});
