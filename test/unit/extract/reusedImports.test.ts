import { describe, expect, test } from "vitest";
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

describe("such an import has a name of its own in the module", () => {
  test.each([
    ["by its full name", "import lightgbm as lgb", "lgb = lgb.LGBMRegressor()", "lgb = lightgbm.LGBMRegressor()"],
    [
      "by the name that it was given another one for",
      "from sklearn.svm import SVR as svr",
      "svr = svr()",
      "svr = SVR()",
    ],
    ["by a new name", "from sklearn.svm import SVR", "SVR = SVR()", "SVR = SVR_2()"],
    ["by a new name, where its own is taken", "import mods as m\nmods = 3", "m = m.Net()", "m = m_2.Net()"],
    ["by a new name, where it has no other", "import mods", "mods = mods.Net()", "mods = mods_2.Net()"],
  ])("%s", async (_, imports, made, text) => {
    const [name = ""] = made.split(" ");
    const cells = [DATA, imports, `${made}\n${name}.fit(X, y)`];
    const { module } = await extractNotebook(notebookOf(...cells), { model: name });
    expect(module.text).toContain(`    ${text}`);
    expect(module.text).toMatch(/^(import|from) /m);
    expect(module.text).not.toMatch(/^ +(import|from) /m);
  });

  test("a function that is only called above means the import", async () => {
    const cells = [
      "from sklearn.metrics import mean_squared_error as mse\nm = Ridge().fit(X, y)",
      "def rate(a, b):\n    return mse(a, b) ** 0.5",
      "r = rate(y, m.predict(X))",
      "mse = r ** 2",
    ];
    const { module } = await extractNotebook(notebookOf(DATA, ...cells));
    expect(module.text).toContain("return mean_squared_error(a, b) ** 0.5");
  });

  test("what a condition may give the name to stays the import", async () => {
    const { text } = await extracted("if len(df) > 3:\n    xgb = None", "m = xgb.train({}, xgb.DMatrix(X, y))");
    expect(text).toContain("xgb.train");
  });
});
