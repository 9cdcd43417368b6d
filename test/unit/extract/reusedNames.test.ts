import { expect, test } from "vitest";
import { extractNotebook, notebookOf, stepsText } from "../../support/pythonNotebook";

const DATA = `import pandas as pd
import xgboost as xgb
from sklearn.linear_model import Ridge
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]`;

async function extracted(...cells: readonly string[]) {
  const extraction = await extractNotebook(notebookOf(DATA, ...cells));
  const names = extraction.targets.map(({ kind, name }) => `${kind} ${name}`);
  return { names, text: stepsText(extraction) };
}

test.each([
  ["a class of its module", "xgb = xgb.XGBRegressor()"],
  ["a class by its own name", "from xgboost import XGBRegressor\nxgb = XGBRegressor()"],
  ["what a loop chooses", "for depth in [2, 3]:\n    xgb = Ridge(alpha=depth)"],
])("a model that has the name of an import is one, be it %s", async (_, made) => {
  const { names, text } = await extracted(made, "xgb.fit(X, y)\nprint(xgb.score(X, y))");
  expect(names).toEqual(["model xgb", "metric score"]);
  expect(text).toContain("xgb.fit(X, y)");
});

test("what is made of the import above is still the library's", async () => {
  const { names } = await extracted("booster = xgb.train({}, xgb.DMatrix(X, y))", "xgb = 3\nprint(xgb)");
  expect(names).toEqual(["model booster"]);
});

test("an import that is made again stands for its module", async () => {
  const { names, text } = await extracted(
    "xgb = Ridge().fit(X, y)",
    "import xgboost as xgb\nbooster = xgb.train({}, xgb.DMatrix(X, y))",
  );
  expect(names).toEqual(["model booster"]);
  expect(text).not.toContain("Ridge");
});

test("functions mean what the name stands for in the end", async () => {
  const { names } = await extracted(
    "def rate(m):\n    return xgb.score(X, y)",
    "xgb = Ridge().fit(X, y)\nr = rate(xgb)",
  );
  expect(names).toEqual(["model xgb", "metric r"]);
});
