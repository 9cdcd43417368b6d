import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = [
  "import pandas as pd",
  "from sklearn.metrics import accuracy_score",
  "from sklearn.model_selection import cross_val_score",
  "from sklearn.svm import SVC",
  "import numpy as np",
  'df = pd.read_csv("a.csv")',
  'X, y = df[["x"]], df["y"]',
].join("\n");
const SVM = "svm = SVC()\nsvm.fit(X, y)";

describe("what is said of the metrics", () => {
  const said = async (...cells: readonly string[]) =>
    (await extractNotebook(notebookOf(DATA, SVM, ...cells))).diagnostics
      .filter(({ code }) => code.includes("metric"))
      .map(({ code, severity, cell }) => `${severity} ${code} ${cell}`);

  test("those that a function or a loop only shows are left out: a warning where there are no others", async () => {
    const report = "def report(m):\n    for k in (1, 2):\n        print(accuracy_score(y, m.predict(X * k)))";
    expect(await said(report, "report(svm)")).toEqual(["warning notebook.metric-left-out 4"]);
    const loop = "for k in (1, 2):\n    print(accuracy_score(y, svm.predict(X * k)))";
    expect(await said("a = svm.score(X, y)", loop)).toEqual(["info notebook.metric-left-out 4"]);
    expect(await said("for k in (1, 2):\n    print(svm.score(X * k, y))")).toEqual([
      "warning notebook.metric-left-out 3",
    ]);
  });

  test("those that a function shows, also where the module calls it because it fits the model", async () => {
    const both = "def both(m):\n    m.fit(X, y)\n    print(accuracy_score(y, m.predict(X)))";
    expect(await said(both, "both(svm)")).toEqual(["warning notebook.metric-left-out 4"]);
    const spread = "both(svm)\nspread = np.std(cross_val_score(svm, X, y))";
    expect(await said(both, spread)).toEqual(["info notebook.metric-left-out 4"]);
  });

  test("a model that nothing measures", async () => {
    expect(await said("svm.predict(X)")).toEqual(["info notebook.no-metric 2"]);
  });

  test("nothing, where every one is given", async () => {
    expect(await said("a = svm.score(X, y)\nprint(a)")).toEqual([]);
    expect(await said("print(accuracy_score(y, svm.predict(X)))")).toEqual([]);
    const again = "p = svm.predict(X)\nprint(accuracy_score(y, p))\nacc = accuracy_score(y, p)";
    expect(await said(again)).toEqual([]);
    expect(await said("r = {k: accuracy_score(y, svm.predict(X * k)) for k in (1, 2)}")).toEqual([]);
  });
});

describe("of what measures another model in a figure that has something of the model", () => {
  const START =
    "import plotly.graph_objects as go\nfrom sklearn.metrics import f1_score, roc_auc_score\nfrom sklearn.tree import DecisionTreeClassifier\ntree = DecisionTreeClassifier(random_state=0)\ntree.fit(X, y)";
  const MODEL = `${SVM}\np = svm.predict(X)\nq = tree.predict(X)`;

  async function said(...lines: readonly string[]): Promise<readonly string[]> {
    const traces = lines.map((text) => `fig.add_trace(go.Scatter(name='{}'.format(${text}), y=y))`);
    const cells = [DATA, START, MODEL, ["fig = go.Figure()", ...traces].join("\n"), "print(f1_score(y, p))"];
    const { diagnostics } = await extractNotebook(notebookOf(...cells));
    return diagnostics.flatMap(({ code, line, hint }) => (code.includes("metric") ? [`${line} ${hint}`] : []));
  }

  test("nothing is said", async () => {
    expect(await said("f1_score(y, p)", "f1_score(y, q)", "roc_auc_score(y, q)")).toEqual([]);
  });

  test("only what measures the model is, by the measure that is called", async () => {
    const loop = "[roc_auc_score(y, p * k) for k in (1, 2)]";
    expect(await said("f1_score(y, p)", "f1_score(y, q)", loop)).toEqual([
      "4 Give it a name at the top level of a cell: roc_auc = roc_auc_score(…).",
    ]);
  });
});
