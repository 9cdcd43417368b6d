import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const START = `import pandas as pd
from sklearn.linear_model import Lasso, Ridge
from sklearn.preprocessing import StandardScaler
df, new = pd.read_csv("a.csv"), pd.read_csv("b.csv")
X, y = df[["x"]], df["y"]
reg = Ridge()`;
const SAVE = 'out = pd.DataFrame({"y": reg.predict(new[["x"]])})\nout.to_csv("out.csv")';

const LAST = "new.to_csv('out.csv')\nbest = Lasso().fit(X, y)\nfit = best.score(X, y)";

async function said(...cells: readonly string[]): Promise<readonly string[]> {
  const { diagnostics } = await extractNotebook(notebookOf(START, ...cells));
  return diagnostics.flatMap(({ code, cell, message }) =>
    code === "notebook.several-models" ? [`${cell} ${message}`] : [],
  );
}

test.each([
  ["fitted again", "reg.fit(X[:9], y[:9])"],
  ["made again", "reg = Ridge(2)\nreg.fit(X[:9], y[:9])"],
])("saved predictions are said to be of another fit than the model that is shipped, which is %s", async (_, again) => {
  expect(await said(`reg.fit(X, y)\n${SAVE}`, `${again}\nfit = reg.score(X[9:], y[9:])`)).toEqual([
    "2 out, which is saved here, is predicted by the reg that cell 2 fits, and what is shipped is the reg of cell 3.",
  ]);
});

test("so they are of another model", async () => {
  const other = "best = Lasso().fit(X, y)\nfit = best.score(X, y)";
  expect(await said(`reg.fit(X, y)\n${SAVE}`, other)).toEqual([
    "2 out, which is saved here, is predicted by the reg that cell 2 fits, and what is shipped is the best of cell 3.",
  ]);
});

test.each([
  ["all rows", "new['x'] = reg.predict(new[['z']])"],
  ["some rows", "new.loc[new['z'] > 0, 'x'] = reg.predict(new.loc[new['z'] > 0, ['z']])"],
  ["all rows, of which some were filled before", "new['z'] = new['z'].fillna(0)\nnew['x'] = reg.predict(new[['z']])"],
])("so they are where they are put into %s of a column", async (_, put) => {
  expect(await said(`reg.fit(X, y)\n${put}`, LAST)).toEqual([
    "3 new, which is saved here, is predicted by the reg that cell 2 fits, and what is shipped is the best of cell 3.",
  ]);
});

test("so they are of one that is loaded, of which it is not known whether it is the same", async () => {
  const load = "import joblib\nreg = joblib.load('old.pkl')";
  expect(await said("reg.fit(X, y)\nfit = reg.score(X, y)", load, SAVE)).toEqual([
    "4 out, which is saved here, is predicted by the reg that cell 3 loads, and what is shipped is the reg of cell 2.",
  ]);
});

test.each([
  ["predictions of the model are saved", [`reg.fit(X, y)\n${SAVE}`, "fit = reg.score(X, y)"]],
  ["those of the model are saved, too", [`reg.fit(X[:9], y[:9])\n${SAVE}`, `reg.fit(X, y)\n${SAVE}`]],
  [
    "what is loaded was saved by the notebook",
    [
      "reg.fit(X, y)\nfit = reg.score(X, y)",
      "import joblib\njoblib.dump(reg, 'r.pkl')",
      `reg = joblib.load('r.pkl')\n${SAVE}`,
    ],
  ],
  [
    "what is saved is no prediction",
    ["scaler = StandardScaler()\nZ = scaler.fit_transform(X)\npd.DataFrame(Z).to_csv('z.csv')", "reg.fit(Z, y)"],
  ],
  [
    "predictions stand in for what is missing in what is saved",
    [
      "reg.fit(X, y)\ngaps = new[new['x'].isna()].index",
      "new.loc[gaps, 'x'] = reg.predict(new.loc[gaps, ['z']])",
      LAST,
    ],
  ],
  ["they have a name", ["reg.fit(X, y)\np = reg.predict(new[['z']])", "new['x'][new['x'].isnull()] = p", LAST]],
  [
    "they fill a column",
    ["reg.fit(X, y)\np = pd.Series(reg.predict(new[['z']]))", "new['x'] = new['x'].fillna(p)", LAST],
  ],
])("nothing is said where %s", async (_, cells) => {
  expect(await said(...cells)).toEqual([]);
});
