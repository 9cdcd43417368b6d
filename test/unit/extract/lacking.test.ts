import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const START = `import pandas as pd
from sklearn.linear_model import Lasso, Ridge
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]`;
const ABLE = "ridge = Ridge().fit(X, y)\nfit = ridge.score(X, y)";
const LACKING = "lasso = Lasso().fit(features, y)\nother = lasso.score(features, y)";

async function chosen(...cells: readonly string[]) {
  const { targets, diagnostics } = await extractNotebook(notebookOf(...cells));
  const said = diagnostics.find(({ code }) => code === "notebook.several-models");
  return { model: targets.find(({ kind }) => kind === "model")?.name, said: said?.message };
}

test.each([
  ["is evaluated last", LACKING],
  ["is saved", `${LACKING}\nimport joblib\njoblib.dump(lasso, "a.bin")`],
])(
  "a model that needs what nothing defines does not go before one that runs, and is named: one that %s",
  async (_, cell) => {
    expect(await chosen(START, ABLE, cell)).toEqual({
      model: "ridge",
      said: "ridge (cell 2) is taken, and not lasso (cell 3), for no cell defines features.",
    });
  },
);

test.each([
  ["there is no other one", [START, LACKING], "lasso"],
  ["a cell further down defines it", [START, ABLE, LACKING, "features = df[['z']]"], "lasso"],
  ["an import may give it", [`${START}\nfrom tables import *`, ABLE, LACKING], "lasso"],
  [
    "what is only shown needs it",
    [START, ABLE, "lasso = Lasso().fit(X, y)\nprint(lasso.score(X, y), features)"],
    "lasso",
  ],
])("the last model is taken where %s", async (_, cells, expected) => {
  expect((await chosen(...cells)).model).toBe(expected);
});
