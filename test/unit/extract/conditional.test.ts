import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = `import joblib
import pandas as pd
from sklearn.linear_model import Lasso, Ridge
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]
TUNE = True`;
const SURE = "sure = Lasso().fit(X, y)\nscore = sure.score(X, y)";

const modelOf = async (...cells: readonly string[]) =>
  (await extractNotebook(notebookOf(DATA, ...cells))).targets.find(({ kind }) => kind === "model")?.name;

const only = (condition: string): string =>
  `if ${condition}:\n    tuned = Ridge().fit(X, y)\n    print(tuned.score(X, y))\nelse:\n    print("no")`;

test("a model that is there in any case goes before one that only a condition makes", async () => {
  expect(await modelOf(SURE, only("score < 0.5"))).toBe("sure");
  expect(
    await modelOf(SURE, 'if score < 0.5:\n    print(1)\nelif df["x"].mean() > 1:\n    tuned = Ridge().fit(X, y)'),
  ).toBe("sure");
});

test.each([
  ["there is no other", [only('df["x"].mean() > 1')]],
  ["the condition is a setting", [SURE, only("TUNE")]],
  ["it was there before", [SURE, "tuned = Lasso().fit(X, y)", only("score < 0.5")]],
  ["it is saved", [SURE, only("score < 0.5"), 'joblib.dump(tuned, "m")']],
  [
    "it is made on every path",
    [SURE, "if score < 0.5:\n    tuned = Ridge().fit(X, y)\nelse:\n    tuned = Ridge(2).fit(X, y)\ntuned.score(X, y)"],
  ],
])("a model that a condition makes is taken where %s", async (_, cells) => {
  expect(await modelOf(...cells)).toBe("tuned");
});
