import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA =
  "import numpy as np\nimport pandas as pd\ndf = pd.read_csv('a.csv')\nX, y = df[['a', 'b']].values, df['c'].values";
const targetsOf = async (...cells: readonly string[]) =>
  (await extractNotebook(notebookOf(DATA, ...cells))).targets.map(({ name, kind }) => `${kind} ${name}`);

describe("weights that the notebook learns by itself are the model where they predict", () => {
  const SOLVE = "def solve(A, b):\n    return np.linalg.solve(A.T @ A, A.T @ b)";
  const DESCEND =
    "def descend(A, b, steps=9):\n    w = np.zeros(A.shape[1])\n    for _ in range(steps):\n        w = w - 0.1 * A.T.dot(A.dot(w) - b)\n    return 0.0, w";
  const ERROR = "print(np.sqrt(((X[9:] @ w - y[9:]) ** 2).mean()))";

  test.each([
    ["solved for in a function", [SOLVE, "w = solve(X[:9], y[:9])", ERROR], ["model w", "metric rmse"]],
    ["solved for as they are", ["w = np.linalg.pinv(X[:9]) @ y[:9]", ERROR], ["model w", "metric rmse"]],
    [
      "moved in a loop, with an offset beside them",
      [DESCEND, "w0, w = descend(X[:9], y[:9])", "error = np.abs(w0 + X[9:].dot(w) - y[9:]).mean()"],
      ["model w", "metric error", "value w0"],
    ],
    [
      "given to a function that predicts",
      [
        SOLVE,
        "def predict(A, v):\n    return np.dot(A, v)\nw = solve(X[:9], y[:9])",
        "mae = np.abs(predict(X[9:], w) - y[9:]).mean()",
      ],
      ["model w", "metric mae"],
    ],
  ])("%s", async (_, cells, targets) => {
    expect(await targetsOf(...cells)).toEqual(targets);
  });

  test("else the refusal names the variable that most likely is it", async () => {
    await expect(targetsOf(SOLVE, "w = solve(X[:9], y[:9])\nprint(w)")).rejects.toMatchObject({
      code: "EXTRACT_NO_TARGET",
      hint: "Name the variable to ship: --model w",
    });
  });
});

describe("an object of the notebook's own class that trains itself is the model", () => {
  const MACHINE =
    "class Machine:\n    def __init__(self, n):\n        self.w = np.zeros(n)\n    def train(self, rows):\n        self.w += rows.mean(axis=0)\n    def look(self, rows):\n        return rows @ self.w\nmachine = Machine(2)";

  test("in a loop", async () => {
    expect(await targetsOf(MACHINE, "for i in range(9):\n    machine.train(X[i:])")).toEqual(["model machine"]);
  });

  test("and not where it only looks at rows", async () => {
    await expect(targetsOf(MACHINE, "for i in range(9):\n    print(machine.look(X))")).rejects.toMatchObject({
      code: "EXTRACT_NO_TARGET",
    });
  });
});

test("what gensim trains as it is made is a model, and a corpus in a file is data", async () => {
  const corpus = "from gensim.corpora import MmCorpus\nfrom gensim.models import LdaModel\nbags = MmCorpus('bags.mm')";
  const { targets, references } = await extractNotebook(
    notebookOf(corpus, "topics = LdaModel(corpus=bags, num_topics=3, random_state=1)"),
  );
  expect(targets.map(({ name, kind }) => `${kind} ${name}`)).toEqual(["model topics"]);
  expect(references.map(({ path }) => path)).toEqual(["bags.mm"]);
});
