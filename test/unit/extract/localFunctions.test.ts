import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const IMPORTS = `import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
df = pd.read_csv("a.csv")`;

async function said(model: string, fit = "model.fit(df[['x']], df['y'])") {
  const { diagnostics } = await extractNotebook(notebookOf(IMPORTS, model, fit));
  return diagnostics.filter(({ code }) => code === "scoring.local-function");
}

test.each([
  ["stands in the model", "model = make_pipeline(FunctionTransformer(lambda X: X + 1), Ridge())", 1],
  ["is an argument by name", "model = Pipeline([('f', FunctionTransformer(func=lambda X: X)), ('m', Ridge())])", 1],
  ["has a name", "f = lambda X: X\nstep = FunctionTransformer(f)\nmodel = make_pipeline(step, Ridge())", 1],
  [
    "a function puts there",
    "def make():\n    s = FunctionTransformer(lambda X: X)\n    return make_pipeline(s, Ridge())\nmodel = make()",
    2,
  ],
])("a lambda that %s is said, for --save cannot pickle it", async (_, model, line) => {
  const found = await said(model);
  expect(found).toMatchObject([{ severity: "warning", cell: 2, line }]);
  expect(found[0]?.message).toContain("A lambda is a part of what is fitted here: --save cannot pickle model.");
});

test("a lambda in the model is said where the statement that makes it fits it", async () => {
  const fit = "model = make_pipeline(FunctionTransformer(lambda X: X), Ridge()).fit(df[['x']], df['y'])";
  expect(await said("", fit)).toMatchObject([{ cell: 3, line: 1 }]);
});

test("a function that stays inside of a step is said by its name", async () => {
  const model =
    "n = 0\ndef count(X):\n    global n\n    n += 1\n    return X\nmodel = make_pipeline(FunctionTransformer(count), Ridge())";
  expect((await said(model))[0]?.message).toContain("count, a function that stays inside of a step,");
});

test.each([
  ["a function of the module", "def f(X):\n    return X\nmodel = make_pipeline(FunctionTransformer(f), Ridge())"],
  [
    "a lambda that the data went through",
    "df = df.apply(lambda c: c + 1)\nmodel = Ridge(alpha=df['x'].map(lambda x: x).max())",
  ],
])("nothing is said of %s", async (_, model) => {
  expect(await said(model)).toEqual([]);
});
