import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const START = "from sklearn.linear_model import Lasso, Ridge\nX, y = [[1], [2]], [0, 1]\nmodels = [Ridge(), Lasso()]";
const LOOP = "for m in fitted:\n    print(m.score(X, y))";

const extracted = async (...cells: readonly string[]) => {
  const { targets, module, diagnostics } = await extractNotebook(notebookOf(START, ...cells));
  const said = diagnostics.filter(({ code }) => code === "notebook.lazy-fit");
  return { names: targets.map(({ name }) => name), text: module.text, said };
};

describe("a generator that fits models is read as a list", () => {
  test.each([
    ["where a loop goes through it", "fitted = (m.fit(X, y) for m in models)", LOOP, "models"],
    [
      "where it has the name of the models",
      "models = (m.fit(X, y) for m in models)",
      LOOP.replace("fitted", "models"),
      "models",
    ],
    ["where it makes them itself", "fitted = (m.fit(X, y) for m in [Ridge(), Lasso()])", LOOP, "fitted"],
    [
      "where it is gone through beside others",
      "fitted = (m.fit(X, y) for m in models)",
      "for m, n in zip(fitted, 'ab'):\n    print(m.score(X, y))",
      "models",
    ],
    ["where a list is made of it", "fitted = (m.fit(X, y) for m in models)", "kept = list(fitted)", "models"],
  ])("%s", async (_, made, use, name) => {
    const { names, text, said } = await extracted(made, use);
    expect(names).toEqual([name]);
    expect(text).toContain(`${made.slice(0, made.indexOf("("))}list(`);
    expect(said.map(({ cell, line }) => [cell, line])).toEqual([[2, 1]]);
  });

  test.each([
    ["nothing goes through it", "print(X)"],
    ["its models are taken one by one", "first = next(fitted)"],
    ["what it fits with is another one by then", "X = [[3], [4]]\nfor m in fitted:\n    print(m.score(X, y))"],
    ["it goes elsewhere", "print(fitted)"],
  ])("but not where %s: there it fits nothing", async (_, use) => {
    const other = "last = Ridge().fit(X, y)\nprint(last.score(X, y))";
    const { names, said } = await extracted(other, "fitted = (m.fit(X, y) for m in models)", use);
    expect(names).toEqual(["last", "score"]);
    expect(said).toEqual([]);
  });
});

test("a list of models that nothing else names is the model", async () => {
  expect((await extracted("fitted = [m.fit(X, y) for m in (Ridge(), Lasso())]", LOOP)).names).toEqual(["fitted"]);
});
