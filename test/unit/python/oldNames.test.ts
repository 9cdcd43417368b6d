import { beforeAll, describe, expect, test } from "vitest";
import { edited } from "../../../src/core/python/edits";
import { oldNames } from "../../../src/core/python/oldNames";
import type { ParsePython } from "../../../src/core/python/syntax";
import { extractNotebook, notebookOf, pythonParser } from "../../support/pythonNotebook";

let parse: ParsePython;
beforeAll(async () => {
  parse = await pythonParser();
});

const modern = (source: string): string => {
  const edits = oldNames(parse(source).root, source).flatMap((one) => one.edits);
  return edited(source, { start: 0, end: source.length }, edits);
};

describe("a name that a library removed is read as today's", () => {
  test.each([
    ["from sklearn.cross_validation import train_test_split", "from sklearn.model_selection import train_test_split"],
    ["from sklearn import cross_validation", "from sklearn import model_selection as cross_validation"],
    ["from sklearn import metrics, grid_search as g", "from sklearn import metrics, model_selection as g"],
    ["from sklearn.externals import joblib", "import joblib"],
    ["from sklearn.externals import joblib as j", "import joblib as j"],
    ["import sklearn.cross_validation as cv", "import sklearn.model_selection as cv"],
    ["x = df.as_matrix()\nfor k, v in d.iteritems():\n    pass", "x = df.to_numpy()\nfor k, v in d.items():\n    pass"],
    ["a = np.NaN + np.float(b) * np.product(c)", "a = np.nan + float(b) * np.prod(c)"],
    ['X = df.drop("y", 1)', 'X = df.drop("y", axis=1)'],
    ["sns.pairplot(df, size=3)", "sns.pairplot(df, height=3)"],
    ["r = -mean_squared_error(y, p, squared=False).round(2)", "r = -(mean_squared_error(y, p) ** 0.5).round(2)"],
    [
      "r = mean_squared_error(np.product(y), df.as_matrix(), squared=False)",
      "r = (mean_squared_error(np.prod(y), df.to_numpy()) ** 0.5)",
    ],
    ["r = mean_squared_error(y,\n    p,\n    squared=False)", "r = (mean_squared_error(y,\n    p\n) ** 0.5)"],
  ])("%j", (source, now) => {
    expect(modern(source)).toBe(now);
  });
});

test.each([
  "from sklearn.model_selection import train_test_split",
  "a = np.float64(1) + np.nan",
  'df.as_matrix(["a"])',
  "items.drop(a, b)",
  "mean_squared_error(y, p, squared=True)",
  "from sklearn.externals import joblib, six",
  "# np.NaN\ns = 'np.NaN'",
])("%j stays as it is", (source) => {
  expect(modern(source)).toBe(source);
});

test("the module has today's name, its line is the notebook's, and the finding says both names", async () => {
  const cells = [
    "import numpy as np\nimport pandas as pd\nfrom sklearn.svm import SVC",
    "df = pd.read_csv('a.csv')\nX = df.drop('y', 1)\nX = X.replace(-1, np.NaN)",
    "svm = SVC().fit(X.as_matrix(), df['y'])",
  ];
  const { module, diagnostics, program } = await extractNotebook(notebookOf(...cells));
  expect(module.text).toContain('X = df.drop("y", axis=1)');
  expect(module.text).toContain("X.to_numpy()");
  expect(program.cells[1]?.source).toContain("np.nan");
  const found = diagnostics.filter(({ code }) => code === "notebook.old-name");
  expect(found.map(({ cell, line }) => [cell, line])).toEqual([
    [2, 2],
    [2, 3],
    [3, 1],
  ]);
  expect(found[1]?.message).toBe("np.NaN is gone from today's libraries: it is read as np.nan.");
});
