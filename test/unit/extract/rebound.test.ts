import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = `import joblib
import pandas as pd
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]
table = []`;
const TREE = "clf = DecisionTreeClassifier(random_state=0)\nclf.fit(X, y)\nscore = clf.score(X, y)";

const extracted = (...cells: readonly string[]) => extractNotebook(notebookOf(DATA, ...cells));

test("numbers of another model that gets the target's name are no metrics of the target", async () => {
  const { targets, module } = await extracted(
    TREE,
    'scores = cross_val_score(clf, X, y, cv=10)\ntable.append(["tree", scores.mean()])',
    'clf = SVC()\nscores = cross_val_score(clf, X, y, cv=10)\ntable.append(["svm", scores.mean()])',
  );
  expect(targets.map(({ name }) => name)).toEqual(["clf", "score", "tree"]);
  expect(module.text).not.toContain("SVC");
});

test("a target that a kept statement below binds anew is kept by a name of its own", async () => {
  const { targets, module } = await extracted(
    TREE,
    'joblib.dump(clf, "m")\nclf = joblib.load("m")\nagain = clf.score(X, y)',
  );
  expect(targets.map(({ name, type }) => [name, type])).toEqual([
    ["clf", "DecisionTreeClassifier"],
    ["score", "float"],
    ["again", "float"],
  ]);
  expect(module.text).toContain("    clf.fit(X, y)\n    clf_2 = clf\n");
  expect(module.text).toContain("return Result(clf=clf_2, score=score, again=again, fitted=Fitted(clf=clf_2))");
  expect(module.text).toContain("return fitted.clf.predict(X)");
});

test("what a directive keeps does not take a target's name away", async () => {
  const { module } = await extracted(TREE, "# slipway: keep\nif score < 0.5:\n    clf = SVC()");
  expect(module.text).toContain("Result(clf=clf_2, score=score, fitted=Fitted(clf=clf_2))");
});

test("a saved table that a kept statement below binds anew is given as it was saved", async () => {
  const { module } = await extracted(
    TREE,
    'out = pd.DataFrame({"p": clf.predict(X)})\nout.to_csv("o.csv")',
    'out = out.describe()\nlast = out.assign(p=clf.predict(X)[:8])\nlast.to_csv("last.csv")',
  );
  expect(module.text).toContain("out_2 = out");
  expect(module.text).toContain("out=out_2, last=last");
});
