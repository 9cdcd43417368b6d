import { describe, expect, test } from "vitest";
import { droppedTexts, extractNotebook, extractValue, notebookOf } from "../../support/pythonNotebook";

const DATA = `import pandas as pd
import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("a.csv")
X, y = df[["a", "b"]], df["y"]`;

const withoutImports = (extraction: Parameters<typeof droppedTexts>[0]) =>
  droppedTexts(extraction).filter((text) => !/^(from|import) /.test(text));
const dropped = async (...cells: readonly string[]) =>
  withoutImports(await extractNotebook(notebookOf(DATA, ...cells)));

describe("a fit that begins anew", () => {
  test.each([
    ["m = Ridge()", "m.fit(X[['a']], y)", "m.fit(X, y)"],
    ["m = Ridge()", "early = m.fit(X[['a']], y).predict(X[['a']])", "late = m.fit(X, y).predict(X)"],
    ["s = StandardScaler()\nm = Ridge()", "A = s.fit_transform(X[['a']])", "m.fit(s.fit_transform(X), y)"],
  ])("needs no earlier one: %s, %s, %s", async (made, early, late) => {
    const all = await dropped(made, early, late);
    // A fit inside of an expression is none of the statement's own.
    expect(all.includes(early)).toBe(!late.includes("(s.fit"));
  });

  test("of a pipeline fits its steps anew, be they those of another one", async () => {
    const first = "first = Pipeline([('s', s), ('m', SGDClassifier(random_state=0))])";
    const all = await dropped(
      "s = StandardScaler()",
      first,
      "first.fit(X, y)",
      "m = make_pipeline(s, Ridge())\nm.fit(X, y)",
    );
    expect(all).toEqual(expect.arrayContaining([first, "first.fit(X, y)"]));
  });

  test("leaves what was read in between as it was", async () => {
    const cells = ["m = Ridge()", "m.fit(X[['a']], y)", "early = m.coef_", "m.fit(X, y)\nx = early + m.coef_"];
    expect(withoutImports(await extractValue("x", DATA, ...cells))).toEqual([]);
  });

  test("leaves what changed its settings", async () => {
    const all = await dropped("m = Ridge()", "m.set_params(alpha=2)", "m.fit(X[['a']], y)", "m.fit(X, y)");
    expect(all).toEqual(["m.fit(X[['a']], y)"]);
  });
});

describe("an earlier fit is needed", () => {
  test.each([
    ["by a model that goes on", "m = SGDClassifier(warm_start=True)", "m.fit(X, y)", "m.fit(X[:9], y[:9])"],
    ["by a fit of what it predicts", "m = Ridge()", "m.fit(X, y)", "m.fit(X, m.predict(X))"],
    [
      "by a function that the fit is given",
      "m = Ridge()\ndef guess():\n    return m.predict(X)",
      "m.fit(X, y)",
      "m.fit(X, guess())",
    ],
    ["where the later one may be left out", "m = Ridge()", "m.fit(X, y)", "if len(X) > 9:\n    m.fit(X[:9], y[:9])"],
    ["by more of the same", "m = SGDClassifier()", "m.fit(X, y)", "m.partial_fit(X, y)"],
    [
      "of one of two that the variable may be",
      "a, b = Ridge(), Ridge(2)",
      "a.fit(X, y)",
      "c = a if len(X) > 9 else b\nc.fit(X[:9], y[:9])\nm = make_pipeline(a)",
    ],
    [
      "of a step of a pipeline that is not fitted itself",
      "s = StandardScaler()",
      "s.fit(X)",
      "r = Ridge().fit(X, y)\nm = Pipeline([('s', s), ('r', r)])\nout = m.predict(X)\npd.Series(out).to_csv('o.csv')",
    ],
    [
      "of what fits copies of its parts",
      "s = StandardScaler()",
      "s.fit(X)",
      "c = ColumnTransformer([('s', s, ['a', 'b'])])\nc.fit(X)\nm = Ridge().fit(s.transform(X), y)",
    ],
    [
      "of a class of the notebook",
      "class Own:\n    n = 0\n    def fit(self, X):\n        self.n += len(X)\nm = Own()",
      "m.fit(X)",
      "m.fit(X)",
    ],
    [
      "that draws from the seeded generator",
      "m = SGDClassifier()\nnp.random.seed(0)",
      "m.fit(X, y)",
      "m.fit(X[:9], y[:9])",
    ],
  ])("%s", async (_, made, early, late) => {
    const name = late.includes("c = a") ? "m" : undefined;
    const cells = [DATA, made, early, late];
    const extraction =
      name === undefined ? await extractNotebook(notebookOf(...cells)) : await extractValue(name, ...cells);
    expect(droppedTexts(extraction)).not.toContain(early);
  });
});

describe("a block that only tries an estimator", () => {
  const LOOP = "for k in (3, 6):\n    m.fit(X[:k], y[:k])\n    print(m.score(X, y))";

  test.each([
    ["a loop", LOOP],
    ["a condition", "if len(X) > 9:\n    p = m.fit(X[:3], y[:3]).predict(X)"],
  ])("is not needed by a later fit: %s", async (_, block) => {
    const all = await dropped("m = Ridge()", block, "m.fit(X, y)\nfit = m.score(X, y)");
    expect(all).toContain(block.split("\n")[0]);
  });

  test.each([
    ["where nothing fits it later", [LOOP]],
    ["where a condition does", [LOOP, "if len(X) > 9:\n    m.fit(X, y)"]],
    ["where it changes its settings", [LOOP.replace("m.fit(X", "m.set_params(alpha=k)\n    m.fit(X"), "m.fit(X, y)"]],
    ["where it goes on", [LOOP.replace("m.fit(", "m.partial_fit("), "m.fit(X, y)"]],
    ["where it is handed on", [LOOP.replace("print(", "keep(m, "), "m.fit(X, y)"]],
    ["where it makes it anew", [LOOP.replace("    m.fit", "    m = Ridge(k)\n    m.fit"), "m.fit(X, y)"]],
    [
      "where it changes it by another name",
      ["both = {'m': m}", LOOP.replace("print(m.score(X, y))", "both['m'].alpha = k"), "m.fit(X, y)"],
    ],
  ])("is needed %s", async (_, cells) => {
    const keep = "def keep(model, score):\n    model.alpha = score";
    const all = await dropped(keep, "m = Ridge()", ...cells);
    expect(all.filter((text) => text.startsWith("for "))).toEqual([]);
  });
});
