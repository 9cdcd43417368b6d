import { describe, expect, test } from "vitest";
import type { Notebook } from "../../../src/core/notebook/notebook";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = 'import pandas as pd\ndf = pd.read_csv("a.csv")\nX, y = df[["a"]], df["y"]';
const FOREST = "from sklearn.ensemble import RandomForestClassifier";

/** The notebook with a text that its last cell printed, or showed. */
function withOutput(notebook: Notebook, text: string, kind: "stream" | "execute_result"): Notebook {
  const output =
    kind === "stream"
      ? { output_type: kind, name: "stderr", text: [text] }
      : { output_type: kind, execution_count: 1, metadata: {}, data: { "text/plain": [text] } };
  const last = notebook.cells.length - 1;
  const cells = notebook.cells.map((cell, index) => (index === last ? { ...cell, outputs: [output] } : cell));
  return { ...notebook, cells };
}

async function saidOf(notebook: Notebook) {
  const { diagnostics } = await extractNotebook(notebook);
  return diagnostics.filter(({ code }) => code === "notebook.new-behaviour");
}

const fitted = (model: string): Notebook => notebookOf(DATA, FOREST, `m = ${model}\nm.fit(X, y)`);
const WHOLE =
  "RandomForestClassifier(bootstrap=True, class_weight=None, criterion='gini',\n            max_depth=None, n_estimators=10, n_jobs=1,\n            oob_score=False, random_state=None, verbose=0, warm_start=False)";

describe("a default that has changed since", () => {
  test.each([
    ["the text of the model", WHOLE, "execute_result", "as its saved output shows"],
    [
      "a warning",
      "FutureWarning: The default value of n_estimators will change from 10 in version 0.20 to 100 in 0.22.",
      "stream",
      "as a warning in its saved output says",
    ],
  ] as const)("is said where %s shows the one before", async (_, text, kind, sign) => {
    const said = await saidOf(withOutput(fitted("RandomForestClassifier(max_depth=3)"), text, kind));
    expect(said).toMatchObject([
      {
        severity: "warning",
        cell: 3,
        line: 1,
        message: `RandomForestClassifier takes n_estimators=100 since scikit-learn 0.22, and took 10 in the notebook, ${sign}.`,
      },
    ]);
    expect(said[0]?.hint).toContain("Write n_estimators=10, or take the packages of the notebook's day");
  });

  test.each([
    "RandomForestClassifier(n_estimators=10)",
    "RandomForestClassifier(10)",
    "RandomForestClassifier(**opts)",
  ])("is none where the notebook gives it: %s", async (model) => {
    const notebook = notebookOf(DATA, FOREST, `opts = {}\nm = ${model}\nm.fit(X, y)`);
    expect(await saidOf(withOutput(notebook, WHOLE, "execute_result"))).toEqual([]);
  });

  test("is not said where nothing shows the notebook's age, or releases of today wrote the text", async () => {
    expect(await saidOf(fitted("RandomForestClassifier()"))).toEqual([]);
    const today = withOutput(
      fitted("RandomForestClassifier()"),
      "RandomForestClassifier(n_estimators=10)",
      "execute_result",
    );
    expect(await saidOf(today)).toEqual([]);
  });

  test("is said by names that were gone before it changed", async () => {
    const old = "from sklearn.cross_validation import train_test_split\nX, _, y, _ = train_test_split(X, y)";
    const said = await saidOf(notebookOf(DATA, old, FOREST, "m = RandomForestClassifier()\nm.fit(X, y)"));
    expect(said.map(({ message }) => message)).toEqual([
      expect.stringContaining("and took 10 in the notebook, as its use of sklearn.cross_validation shows"),
    ]);
  });

  test("is that of what FastICA makes of the variance", async () => {
    const made = "from sklearn.decomposition import FastICA\nica = FastICA(2, random_state=0)\nica.fit(X)";
    const fitted = notebookOf(
      DATA,
      made,
      "print(ica.components_)\nm = ica.transform(X)\npd.DataFrame(m).to_csv('o.csv')",
    );
    const text = "FutureWarning: From version 1.3 whiten='unit-variance' will be used by default.";
    expect((await saidOf(withOutput(fitted, text, "stream"))).map(({ message }) => message)).toEqual([
      "FastICA takes whiten='unit-variance' since scikit-learn 1.3, and took 'arbitrary-variance' in the notebook, as a warning in its saved output says.",
    ]);
  });

  test.each([
    ["3.6.4", "its Python 3.6.4 shows"],
    ["3.12.1", undefined],
  ])("is said by a Python that no release since runs on: %s", async (version, sign) => {
    const notebook = { ...notebookOf(DATA, "from sklearn.cluster import KMeans\nm = KMeans(3).fit(X)"), version };
    const said = await saidOf(notebook);
    expect(said.map(({ message }) => message)).toEqual(
      sign === undefined
        ? []
        : [`KMeans takes n_init='auto' since scikit-learn 1.4, and took 10 in the notebook, as ${sign}.`],
    );
  });

  test("is said once for each, with how many more lines leave it to the library", async () => {
    const loops = "from xgboost import XGBRegressor\na = XGBRegressor(max_depth=2).fit(X, y)\nX['p'] = a.predict(X)";
    const last = "m = XGBRegressor().fit(X, y)";
    const said = await saidOf({ ...notebookOf(DATA, loops, last), version: "2.7.15" });
    expect(said.map(({ message }) => message)).toEqual([
      "XGBRegressor takes learning_rate=0.3 since XGBoost 1.0, and took 0.1 in the notebook, as its Python 2.7.15 shows. So does one more line.",
      "XGBRegressor takes max_depth=6 since XGBoost 1.0, and took 3 in the notebook, as its Python 2.7.15 shows.",
    ]);
  });
});
