import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA =
  "import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\nfrom sklearn.metrics import mean_absolute_error as mae\nfrom sklearn.model_selection import KFold\ndf, new = pd.read_csv('a.csv'), pd.read_csv('b.csv')\nX, y = df[['a']], df['y']";
const LOOP = "for k in ['y', 'z']:\n    one = Ridge().fit(X, df[k])\n";
const KEYED = `kept = {}\n${LOOP}    kept[k] = one`;
const LISTED = `kept = []\n${LOOP}    kept.append(one)`;

/** What is given, what is said of loops and metrics. */
async function given(...cells: readonly string[]) {
  const { targets, diagnostics } = await extractNotebook(notebookOf(DATA, ...cells));
  const said = diagnostics.flatMap(({ code }) => (/(loop-model|metric-left-out)$/.test(code) ? [code.slice(9)] : []));
  return [...targets.flatMap(({ kind, name }) => (kind === "value" ? [] : [`${kind} ${name}`])), ...said];
}

describe("what keeps the models of a loop is the model where the notebook predicts with each in it", () => {
  test.each([
    ["by its key", KEYED, "for k in kept:\n    new[k] = kept[k].predict(new[['a']])"],
    ["by its place", LISTED, "p = kept[0].predict(new[['a']]) + kept[1].predict(new[['a']])\nprint(p)"],
    ["in a loop", LISTED, "for m in kept:\n    print(m.predict(new[['a']]))"],
    ["in a comprehension", KEYED, "p = np.mean([m.predict(new[['a']]) for m in kept.values()], axis=0)\nprint(p)"],
    ["by the same name as in the loop", LISTED, "for k, one in zip('ab', kept):\n    new[k] = one.predict(new[['a']])"],
    [
      "in a function that is given it",
      LISTED,
      "def mean(all_of, t):\n    return sum(m.predict(t) for m in all_of)\nprint(mean(kept, new[['a']]))",
    ],
    [
      "and nothing else names them",
      KEYED.replace("one = ", "kept[k] = ").replace(/\n.*$/, ""),
      "print(kept['y'].predict(X))",
    ],
    [
      "and they are put there where they are made",
      "kept = []\nfor k in 'yz':\n    kept.append(Ridge().fit(X, df[k]))",
      "print([m.predict(X) for m in kept])",
    ],
    [
      "and a function made them",
      `def make(t, k):\n    m = Ridge().fit(t, df[k])\n    return t, m\nkept = {}\n${LOOP.replace(/one = .*/, "X, one = make(X, k)")}    kept[k] = one`,
      "print(kept['y'].predict(X))",
    ],
  ])("%s", async (_, fit, use) => {
    expect(await given(fit, use)).toEqual(["model kept", "loop-model"]);
  });

  test.each([
    ["predicts with none", LISTED, "print(len(kept))"],
    ["predicts with the last one", LISTED, "one.predict(new[['a']])\nprint([m.predict(X) for m in kept])"],
    ["makes it anew in each turn", LISTED.replace("\n    one", "\n    kept = []\n    one"), "kept[0].predict(X)"],
  ])("but not where it %s", async (_, fit, use) => {
    expect(await given(fit, use)).toEqual(["model one", "loop-model"]);
  });

  test("but not where it fits one and the same in each turn", async () => {
    const fit = `one = Ridge()\n${LISTED.replace("one = Ridge()", "one")}`;
    expect(await given(fit, "print(kept[0].predict(X))")).toEqual(["model one"]);
  });

  test("and one that the user names is the last of its turns", async () => {
    const notebook = notebookOf(DATA, LISTED, "print([m.predict(X) for m in kept])");
    const { targets } = await extractNotebook(notebook, { model: "one" });
    expect(targets[0]).toMatchObject({ kind: "model", name: "one" });
  });
});

describe("of models that are kept together", () => {
  const USE = "print(np.mean([m.predict(new[['a']]) for m in kept], axis=0))";
  const folds = (last: string): string =>
    `kept, all_of, best, rows = [], [], 9, np.zeros(len(X))\nfor tr, va in KFold(3).split(X):\n    one = Ridge().fit(X.iloc[tr], y.iloc[tr])\n    kept.append(one)\n    rows[va] = one.predict(X.iloc[va])\n    last = mae(y.iloc[va], rows[va])\n${last}`;

  test("the metrics are those of all folds", async () => {
    expect(await given(folds("    all_of.append(last)"), USE, "whole = mae(y, rows)\nprint(np.mean(all_of))")).toEqual([
      "model kept",
      "metric whole",
      "metric all_of_mean",
      "loop-model",
    ]);
  });

  test.each([
    ["the last one's", `${LISTED}\n    last = mae(df[k], one.predict(X))`],
    ["the best one's", folds("    if last < best:\n        best = last")],
    ["several, one for each", `${LISTED}\n    all_of = []\n    all_of.append(mae(df[k], one.predict(X)))`],
  ])("what is %s is no metric", async (_, fit) => {
    expect(await given(fit, USE)).toEqual(["model kept", "loop-model", "metric-left-out"]);
  });
});

test("of several models there is no one to predict with: the module has no predict", async () => {
  const uses = "for m in kept:\n    print(m.predict(new[['a']]))";
  const { module, targets } = await extractNotebook(notebookOf(DATA, LISTED.replace("df[k]", "df['y']"), uses));
  expect(targets[0]).toMatchObject({ kind: "model", name: "kept" });
  expect(module.text).not.toContain("def predict(");
});
