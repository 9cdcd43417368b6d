import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const START = `import numpy as np
X = np.arange(6.0).reshape(3, 2)
y = X[:, 0]`;

/** A class of the notebook whose `fit` runs some lines in each turn. */
function net(...lines: readonly string[]): string {
  const turn = ["self.w -= 0.1 * (X @ self.w - y) @ X", ...lines].map((line) => `            ${line}`);
  return `class Net:
    def __init__(self):
        self.w = np.zeros(2)
    def predict(self, X):
        return X @ self.w
    def cost(self, X, y):
        return np.mean((self.predict(X) - y) ** 2)
    def tell(self, X, y):
        mse = self.cost(X, y)
        print(f"MSE {mse:.3f}")
    def fit(self, X, y):
        for turn in range(9):
${turn.join("\n")}
model = Net()
model.fit(X, y)`;
}

/** What is said of metrics. */
async function said(...cells: readonly string[]): Promise<readonly string[]> {
  const { diagnostics } = await extractNotebook(notebookOf(START, ...cells));
  return diagnostics.flatMap(({ code, cell, message }) =>
    code.includes("metric") ? [`${cell} ${code.slice(9)} ${message.replace(/, so .*/, "")}`] : [],
  );
}

describe("a measure that the notebook's own code prints in the fit is said to be left out:", () => {
  test.each([
    ["by a method", net("loss = self.cost(X, y)", "print(turn, loss)"), "fit only prints loss while model is fitted"],
    ["by one that it calls", net("self.tell(X, y)"), "tell only prints mse while model is fitted"],
    [
      "in a branch",
      net("if turn > 7:", "    train_mse = 1 - y.mean()", "    print(train_mse)"),
      "fit only prints train_mse while model is fitted",
    ],
  ])("%s", async (_, cell, message) => {
    expect(await said(cell)).toEqual([`2 metric-left-out ${message}`]);
  });

  test.each([
    ["of something else", net("print(turn, self.w)")],
    ["in another method", net()],
    ["with nothing but its name", net("print('loss')")],
  ])("but none where it prints %s", async (_, cell) => {
    expect(await said(cell)).toEqual(["2 no-metric The notebook gives no number that measures model"]);
  });

  test("nor where the model is of a library's class, whose method has the same name", async () => {
    const cell = `from sklearn.linear_model import Ridge\n${net("loss = 1", "print(loss)").replace("model = Net()", "model = Ridge()")}`;
    expect(await said(cell)).toEqual(["2 no-metric The notebook gives no number that measures model"]);
  });

  test("nor where the model is measured behind it", async () => {
    const cell = `${net("loss = 1", "print(loss)")}\nmse = np.mean((model.predict(X) - y) ** 2)`;
    expect(await said(cell)).toEqual([]);
  });
});
