import { expect, test } from "vitest";
import { extractNotebook, notebookOf, shown, stepsText, type CellDraft } from "../../support/pythonNotebook";

const START = `import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]
model = Ridge().fit(X[:90], y[:90])`;
const TEST = "found = model.predict(X[90:])\nfit = r2_score(y[90:], found)";
const TRAIN = "found = model.predict(X[:90])\nfit = r2_score(y[:90], found)";

async function metricsOf(...cells: readonly CellDraft[]) {
  const made = await extractNotebook(notebookOf(START, ...cells), { model: "model" });
  return { text: stepsText(made), names: made.targets.flatMap(({ kind, name }) => (kind === "metric" ? [name] : [])) };
}

test("a metric whose name is bound again below is a number of its own", async () => {
  const { names, text } = await metricsOf(TEST, TRAIN);
  expect(names).toEqual(["fit_2", "fit"]);
  expect(text).toContain("    fit = r2_score(y[90:], found)\n    fit_2 = fit\n");
});

test("there are as many as bindings", async () => {
  const other = "found = model.predict(X)\nfit = r2_score(y, found)";
  expect((await metricsOf(TEST, TRAIN, other)).names).toEqual(["fit_2", "fit_3", "fit"]);
});

test("the entries of what is bound again are there once each", async () => {
  const net =
    'from tensorflow import keras\nmodel = keras.Sequential()\nmodel.compile(metrics=["mae"])\nmodel.fit(X, y)\nB = X[:90]';
  const show = (rows: string) => `s = model.evaluate(${rows}, y)\nprint("${rows} loss:", s[0])`;
  expect((await metricsOf(net, `${show("B")}\n${show("X")}`)).names).toEqual(["b_loss", "x_loss"]);
});

test("what is only shown is, too, where it is shown by the same text", async () => {
  const show = shown("np.sqrt(fit)");
  expect((await metricsOf(TEST, show, TRAIN, show)).names).toEqual(["fit_2", "fit_sqrt_2", "fit", "fit_sqrt"]);
});

test.each([
  ["becomes another number", `${TEST}\nfit = round(fit, 2)`, ["fit"]],
  ["is computed once more", `${TEST}\nfit = r2_score(y[90:], found)`, ["fit"]],
  ["is of the model before", `model = Ridge(2).fit(X, y)\n${TEST}\nmodel = Ridge(3).fit(X, y)\n${TRAIN}`, ["fit"]],
  ["is of another model", `other = Ridge(2).fit(X, y)\nfit = r2_score(y, other.predict(X))\n${TRAIN}`, ["fit"]],
])("a number that %s is there once", async (_, cell, expected) => {
  expect((await metricsOf(cell)).names).toEqual(expected);
});
