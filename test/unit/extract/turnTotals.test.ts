import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const START = `import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
df = pd.read_csv("a.csv")
y = df["y"]
fits, depths = [], []`;
const MADE = "    model = Ridge(alpha).fit(df[['x']], y)\n";
const LOOP = `for alpha in [1, 2, 3]:\n${MADE}    fits.append(r2_score(y, model.predict(df[["x"]])))`;

const NAMED = LOOP.replace("fits.append(", "fit = (").concat("\n    fits.append(fit)");

async function metricsOf(...cells: readonly string[]) {
  const { targets, diagnostics } = await extractNotebook(notebookOf(START, ...cells), { model: "model" });
  return {
    names: targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : [])),
    said: diagnostics.flatMap(({ code, cell, message }) =>
      code === "notebook.metric-left-out" ? [`${cell} ${message.split(",")[0] ?? ""}`] : [],
    ),
  };
}

const SAID = "This is a number of the models of all turns of the loop";

test.each([
  ["the best", "best = max(fits)"],
  ["the mean, which is shown", "print(np.mean(fits))"],
  ["one of a table", 'best = pd.DataFrame({"fit": fits})["fit"].max()'],
  ["one that is computed of such", "ranked = sorted(fits)\nbest = ranked[0]"],
])("what a loop measures of the models of all its turns is none of the last one's: %s", async (_, cell) => {
  const { names, said } = await metricsOf(LOOP, cell);
  expect(names).toEqual(["fits_last"]);
  expect(said).toContain(`3 ${SAID}`);
});

test.each(["best = max(found.values())", "best = found[max(found, key=found.get)]"])(
  "so is what is taken of a dictionary that has an entry a turn: %s",
  async (cell) => {
    const loop = LOOP.replace("fits.append(", "found[alpha] = (");
    const { names, said } = await metricsOf("found = {}", loop, cell);
    expect(names).toEqual([]);
    expect(said).toContain(`4 ${SAID}`);
  },
);

test("what the last turn measures is the model's own", async () => {
  expect((await metricsOf(NAMED, "best = max(fits)")).names).toEqual(["fit"]);
});

test("the best that a loop notes of another model than it leaves is none", async () => {
  const loop = `top = 0\n${NAMED}\n    if fit > top:\n        top = fit`;
  expect((await metricsOf(loop)).names).toEqual(["fit"]);
});

test.each([
  [
    "of the folds",
    `from sklearn.model_selection import KFold\n${LOOP.replace("alpha in [1, 2, 3]", "a, b in KFold(3).split(df)").replace("(alpha)", "()")}`,
  ],
  [
    "of one model that is trained further",
    LOOP.replace(MADE, "    model.partial_fit(df[['x']], y)\n").replace(
      /^/,
      "from sklearn.linear_model import SGDRegressor\nmodel = SGDRegressor()\n",
    ),
  ],
])("the mean %s is a metric", async (_, loop) => {
  expect((await metricsOf(loop, "mean = np.mean(fits)")).names).toEqual(["mean"]);
});

const SEEDS = `for seed in [1, 2]:
    score = 0
    for train, rest in KFold(4, shuffle=True, random_state=seed).split(df):
        model = Ridge().fit(df[["x"]].iloc[train], y.iloc[train])
        score += r2_score(y.iloc[rest], model.predict(df[["x"]].iloc[rest]))`;
const FOLDS = "from sklearn.model_selection import KFold";

test("a sum over the folds is no metric, and said where the loop shows what becomes of it", async () => {
  const { names, said } = await metricsOf(FOLDS, `${SEEDS}\n    print(score / 4)`);
  expect(names).toEqual([]);
  expect(said).toContain("3 score is a sum over the turns of a loop");
});

test("a sum that each turn divides is one", async () => {
  const { names, said } = await metricsOf(FOLDS, `${SEEDS}\n    score /= 4\n    print(score)`);
  expect(names).toEqual(["score"]);
  expect(said).toEqual([]);
});
