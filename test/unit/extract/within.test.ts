import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";
import { predictOf } from "../../support/predictText";

const IMPORTS = `import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, LabelEncoder, StandardScaler`;
const FIT = 'df = pd.read_csv("houses.csv")\nmodel.fit(df[["size", "street"]], df["price"])';

/** The first line of `predict`, or why there is none, for a model with a class whose `transform` has these lines. */
async function ofTransform(...lines: readonly string[]): Promise<string | undefined> {
  const methods = [
    "def __init__(self, keep=True):",
    "    self.keep = keep",
    "    self.scaler = StandardScaler()",
    "def fit(self, X, y=None):",
    '    self.mean_ = X["size"].mean()',
    "    self.columns_ = list(X.columns)",
    '    self.scaler.fit(X[["size"]])',
    "    return self",
    "def halved(self, X):",
    "    return X / 2",
    "def centred(self, X):",
    "    return X - X.mean()",
    "def transform(self, X, y=None):",
    ...lines.map((line) => `    ${line}`),
  ];
  const head = "class Street(BaseEstimator, TransformerMixin):";
  const text = [head, ...methods.map((line) => `    ${line}`)].join("\n");
  const [first] = await predictOf(IMPORTS, text, "model = make_pipeline(Street(), LinearRegression())", FIT);
  return first;
}

const ROWS = "df = rows.reset_index(drop=True)";

describe("predict of a model that calls a class of the notebook", () => {
  test.each([
    ['X["n"] = X["street"].map(X["street"].value_counts())', "return X"],
    ['mean = X["size"].mean()', 'X["far"] = X["size"] - mean', "return X"],
    ['X["n"] = X.groupby("street")["size"].transform("count")', "return X"],
    ['X["place"] = X["size"].rank()', "return X"],
    ['X["before"] = X["size"].shift(1)', "return X"],
    ['X["sum"] = X["size"].cumsum()', "return X"],
    ['X["share"] = 1 / len(X)', "return X"],
    ["if len(X) > 9:", "    return X[self.columns_]", 'return X[["size"]]'],
    ["if self.keep:", '    X["size"] = X["size"] - X["size"].min()', "else:", '    X["size"] = 1', "return X"],
    ['for name in ["size"]:', "    X[name] = X[name] / X[name].max()", "return X"],
    ["return pd.get_dummies(X)"],
    ["return X.dropna()"],
    ['return X[X["size"] > 2]'],
    ["return X.iloc[:5]"],
    ["return np.c_[X, np.mean(X[:, 0]) - X[:, 0]]"],
    ["return self.centred(X)"],
    ['return self.scaler.fit_transform(X[["size"]])'],
    ["names = LabelEncoder()", 'names.fit(X["street"])', 'return names.transform(X["street"])'],
    ['self.mean_ = X["size"].mean()', 'X["size"] = X["size"] - self.mean_', "return X"],
  ])("is not there where its transform looks at other rows: %s", async (...lines) => {
    expect(await ofTransform(...lines)).toMatch(/^info 2:\d+ .*, and the model calls Street\.transform\.$/);
  });

  test.each([
    ["X = X.copy()", 'X["size"] = X["size"].fillna(self.mean_)', "return X[self.columns_]"],
    ["if not isinstance(X, pd.DataFrame):", '    raise TypeError("a table")', 'return X[["size"]]'],
    ["if X.shape[1] < 2:", "    return X", "return X.drop(columns=self.columns_[0])"],
    ["if self.keep:", '    X["big"] = X["size"] > 3', "else:", '    X["big"] = 0', "return X"],
    ["for name in self.columns_:", "    X[name] = X[name].astype(str).str.strip()", "return X"],
    ["areas = X[:, 0] * X[:, 1]", "if self.keep:", "    return np.c_[X, areas]", "return np.c_[X]"],
    ["return self.halved(X)"],
    ['return self.scaler.transform(X[["size"]])'],
    ["return [len(text) for text in X]"],
    ['return X[["size"]].mean(axis=1).to_frame()'],
  ])("is there where its transform goes row by row: %s", async (...lines) => {
    expect(await ofTransform(...lines)).toBe(ROWS);
  });

  test("is judged by the transform that a class inherits", async () => {
    const base = "class Ranked(BaseEstimator, TransformerMixin):\n    def transform(self, X):\n        return X.rank()";
    const own = "class Street(Ranked):\n    def fit(self, X, y=None):\n        return self";
    const cells = [IMPORTS, base, own, "model = make_pipeline(Street(), LinearRegression())", FIT];
    expect((await predictOf(...cells))[0]).toBe(
      "info 2:3 rank may look at other rows, and the model calls Street.transform.",
    );
    const { diagnostics } = await extractNotebook(notebookOf(...cells));
    expect(diagnostics.find(({ code }) => code === "scoring.path")?.hint).toBe(
      "Compute in fit what depends on all rows, and keep it for Street.transform.",
    );
  });

  test("is there where only another model calls such a class", async () => {
    const own = "class Street(BaseEstimator, TransformerMixin):\n    def transform(self, X):\n        return X.rank()";
    const models = "other = make_pipeline(Street(), LinearRegression())\nmodel = LinearRegression()";
    expect((await predictOf(IMPORTS, own, models, FIT))[0]).toBe(ROWS);
  });
});

describe("predict of a model with a FunctionTransformer", () => {
  test.each([
    ["def part(X):\n    return X / 2", "part", ROWS],
    ["", "lambda X: X * 2", ROWS],
    ["def part(X):\n    return X / X.sum()", "part", "info 2:2 sum looks at all rows there, and the model calls part."],
    ["", "lambda X: X - X.mean()", "mean looks at all rows there, and the model calls the lambda."],
  ])("judges the function: %s %s", async (definition, given, first) => {
    const model = `model = make_pipeline(\n  FunctionTransformer(${given}), LinearRegression())`;
    expect((await predictOf(IMPORTS, definition, model, FIT))[0]).toContain(first);
  });
});
