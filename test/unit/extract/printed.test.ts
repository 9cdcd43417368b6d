import { describe, expect, test } from "vitest";
import { droppedTexts, extractNotebook, notebookOf, stepsText } from "../../support/pythonNotebook";

const FIT =
  "import numpy as np\nimport pandas as pd\nfrom sklearn.svm import SVC\nfrom sklearn.metrics import accuracy_score, f1_score\ndf = pd.read_csv('a.csv')\nX, y = df[['a']], df['y']\nX_test, y_test = X[80:], y[80:]\nclf = SVC().fit(X, y)";

const REPORT = "def report(model, X, y):\n    pred = model.predict(X)\n    print('accuracy', accuracy_score(y, pred))";

/** The metrics of the model that is fitted first, with the lines that compute them. */
async function given(...cells: readonly string[]): Promise<readonly string[]> {
  const { targets } = await extractNotebook(notebookOf(FIT, ...cells));
  return targets.flatMap(({ kind, name, expression }) => (kind === "metric" ? [`${name}: ${expression}`] : []));
}

test("what a function of the notebook only prints of the model is computed in the place of its call", async () => {
  const extraction = await extractNotebook(notebookOf(FIT, REPORT, "report(clf, X_test, y_test)"));
  const text = stepsText(extraction);
  expect(text).toContain("    pred = clf.predict(X_test)\n    accuracy = accuracy_score(y_test, pred)\n");
  expect(text).not.toContain("def report");
  expect(extraction.targets.at(-1)).toMatchObject({ name: "accuracy", kind: "metric", cell: 3, line: 1 });
  expect(extraction.diagnostics.map(({ code }) => code)).not.toContain("notebook.metric-left-out");
  const line = extraction.module.text.split("\n").findIndex((one) => one.includes("pred = clf.predict")) + 1;
  expect(extraction.map).toContainEqual({ line, cell: 3, cellLine: 1 });
});

describe("the lines that print a metric", () => {
  test("have names of their own where the notebook has the same ones, and for every call", async () => {
    const metrics = await given(REPORT, "pred = 1\nreport(clf, X, y)\nreport(clf, X_test, y_test)");
    expect(metrics).toEqual(["accuracy: accuracy_score(y, pred_2)", "accuracy_2: accuracy_score(y_test, pred_3)"]);
  });

  test("are those that it needs: other lines may be what they want", async () => {
    const body =
      "def report(model, X, y, title='All'):\n    'Tells.'\n    pred = model.predict(\n        X,  # rows\n    )\n    for one in pred[:3]:\n        print(title, one)\n    if len(y) > 3:\n        print('many')\n    acc = accuracy_score(y, pred)\n    print(f'{title}: {acc:.3f}')\n    return None";
    const extraction = await extractNotebook(notebookOf(FIT, body, "report(clf, X_test, y=y_test)"));
    expect(extraction.targets.map(({ name }) => name)).toEqual(["clf", "acc"]);
    expect(stepsText(extraction)).toContain("    acc = accuracy_score(y_test, pred)\n");
    expect(droppedTexts(extraction)).not.toContain("for one in pred[:3]:");
  });

  test("are given what is no variable by a variable", async () => {
    const call = "def report(y, pred, digits):\n    print(round(accuracy_score(y, pred), digits))";
    const { module, targets } = await extractNotebook(
      notebookOf(FIT, call, "report(\n    y_test.values,\n    clf.predict(X_test), 2)\nrest = 1"),
    );
    expect(targets.at(-1)).toMatchObject({
      name: "accuracy",
      expression: "round(accuracy_score(y_2, pred), digits)",
      line: 3,
    });
    expect(module.text).toContain("y_2 = y_test.values\n");
    expect(module.text).toContain("pred = clf.predict(X_test)\n");
  });

  test("may import what they call", async () => {
    const body =
      "def report(model):\n    from sklearn.metrics import log_loss\n    print(log_loss(y, model.decision_function(X)))";
    expect(await given(body, "report(clf)")).toEqual(["log_loss_2: log_loss(y, clf.decision_function(X))"]);
  });

  test("keep what else changes the same object", async () => {
    const body =
      "def report(model, X, y):\n    pred = model.predict(X)\n    same = pred[:]\n    same[0] = 1\n    print(accuracy_score(y, pred))";
    const { module } = await extractNotebook(notebookOf(FIT, body, "report(clf, X_test, y_test)"));
    expect(module.text).toContain("same = pred[:]\n    same[0] = 1\n");
  });
});

test("of a function that measures several models, those calls count that are given the model", async () => {
  const others =
    "other = SVC(C=2).fit(X, y)\nreport(other, X_test, y_test)\nimport joblib\njoblib.dump(clf, 'clf.pkl')";
  expect(await given(REPORT, "report(clf, X_test, y_test)", others)).toEqual([
    "accuracy: accuracy_score(y_test, pred)",
  ]);
});

describe("a call stays as it is", () => {
  const call = (body: string): readonly string[] => [
    `def report(model, X, y):\n${body}`,
    "report(clf, X_test, y_test)",
  ];

  test.each([
    [
      "where a branch is in the way",
      "    pred = model.predict(X)\n    if len(X) > 9:\n        pred = pred > 0\n    print(accuracy_score(y, pred))",
    ],
    [
      "where a loop changes what is printed",
      "    pred = model.predict(X)\n    for i in range(3):\n        pred[i] = 0\n    print(accuracy_score(y, pred))",
    ],
    [
      "where the function may end before",
      "    if len(X) > 9:\n        return\n    print(accuracy_score(y, model.predict(X)))",
    ],
    [
      "where the function is a generator",
      "    pred = model.predict(X)\n    print(accuracy_score(y, pred))\n    yield pred",
    ],
    [
      "where the function draws",
      "    rows = np.random.permutation(len(y))\n    print(accuracy_score(y, model.predict(X)))",
    ],
    ["where the function changes what it is given", "    X['z'] = 1\n    print(accuracy_score(y, model.predict(X)))"],
    [
      "where two names would become one",
      "    hits = [clf for clf in model.predict(X)]\n    print(accuracy_score(y, hits))",
    ],
    [
      "where a text speaks of a variable",
      "    some = X.query('a > @y')\n    print(accuracy_score(y_test, model.predict(some)))",
    ],
  ])("%s", async (_, body) => {
    const extraction = await extractNotebook(notebookOf(FIT, ...call(body)));
    expect(extraction.targets.map(({ name }) => name)).toEqual(["clf"]);
    expect(droppedTexts(extraction)).toContain("report(clf, X_test, y_test)");
  });

  test.each([
    ["with stars", REPORT, "report(*[clf, X_test, y_test])"],
    [
      "of a function that is defined twice",
      `${REPORT}\n${REPORT.replace("acc", "Acc")}`,
      "report(clf, X_test, y_test)",
    ],
    ["of a function with decorators", `def plain(f):\n    return f\n@plain\n${REPORT}`, "report(clf, X_test, y_test)"],
    ["that gives a number", `${REPORT}\n    return accuracy_score(y, pred)`, "report(clf, X_test, y_test)"],
  ])("%s", async (_, definition, one) => {
    const extraction = await extractNotebook(notebookOf(FIT, definition, one));
    expect(extraction.module.text).not.toContain("clf.predict(X_test)\n");
  });

  test("where it would make another model the one that is measured last", async () => {
    const cells = [REPORT, "a = SVC(C=2).fit(X, y)\nreport(a, X, y)\nb = SVC(C=3).fit(X, y)"];
    const { targets } = await extractNotebook(notebookOf(FIT, ...cells), { ranked: true });
    expect(targets.map(({ name }) => name)).toEqual(["b"]);
  });
});
