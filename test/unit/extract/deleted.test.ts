import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = `import gc
import pandas as pd
import torch
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import KFold
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]
losses = []`;
const TRAIN = `def step(model, optimizer, X, y):
    loss = ((model(X) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return loss.item()`;
const FOLDS = `for tr, va in KFold(3).split(X):
    model = Ridge()
    model.fit(X.iloc[tr], y.iloc[tr])
    losses.append(mean_squared_error(y.iloc[va], model.predict(X.iloc[va])))
`;

const extracted = (...cells: readonly string[]) => extractNotebook(notebookOf(DATA, ...cells));

test.each([
  ["alone", "    del model", []],
  ["with others, first", "    pred = 1\n    del model, pred", ["del pred"]],
  ["with others, last", "    pred = 1\n    del pred, model\n    gc.collect()", ["del pred"]],
  ["among others, in parentheses", "    pred = rest = 1\n    del (pred, model, rest)", ["del (pred, rest)"]],
  ["over several lines", "    pred = 1\n    del model, \\\n        pred", ["del pred"]],
  ["where a turn may leave off", "    if len(losses) > 9:\n        continue\n    del model", []],
])("a model that its loop deletes %s is the last one of it", async (_, end, left) => {
  const { targets, module, program } = await extracted(`${FOLDS}${end}\nprint(sum(losses) / len(losses))`);
  expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model model", "metric metric"]);
  expect(module.text).toContain("return Result(model=model, metric=metric, fitted=Fitted(model=model))");
  const deletes = module.text.replace(/\\\n\s*/g, "").match(/\bdel .*/g) ?? [];
  expect(deletes.map((one) => one.replace(/ +/g, " "))).toEqual(left);
  // The notebook is run without it, too, and its lines stay where they are.
  expect(program.cells[1]?.source).not.toMatch(/del .*model/);
  expect(program.cells[1]?.source.split("\n")).toHaveLength(`${FOLDS}${end}`.split("\n").length + 1);
});

test("a network that its loop trains step by step and deletes is the last one of it", async () => {
  const loop = `for fold in range(3):
    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters())
    losses.append(step(model, optimizer, X[fold::3], y[fold::3]))
    del model, optimizer
    gc.collect()`;
  const { module } = await extracted(TRAIN, loop);
  expect(module.text).toContain("        del optimizer\n    return model");
  expect(module.text).toContain("return Result(model=model");
});

test("a model that is asked for is not deleted, and what another loop deletes is", async () => {
  const other = "for i in range(2):\n    tried = Ridge()\n    tried.fit(X, y)\n    del tried";
  const cells = [other, `${FOLDS}    del model`, "best = Ridge().fit(X, y)"];
  const named = await extractNotebook(notebookOf(DATA, ...cells), { model: "model" });
  expect(named.targets[0]?.name).toBe("model");
  expect(named.program.cells[1]?.source).toContain("del tried");
  expect((await extracted(...cells)).targets[0]?.name).toBe("best");
});
