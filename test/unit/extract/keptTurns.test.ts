import { describe, expect, test } from "vitest";
import { outlineOf } from "../../support/pythonNotebook";

const NET = `import copy
import pickle
import torch
from torch import nn
X, y = torch.load("x.pt"), torch.load("y.pt")
net = nn.Linear(3, 1)
opt = torch.optim.Adam(net.parameters())
best = 9.0`;
const EPOCH = "opt.zero_grad()\nloss = nn.functional.mse_loss(net(X), y)\nloss.backward()\nopt.step()";
const indented = (text: string, depth: number): string => text.replace(/^/gm, "    ".repeat(depth));
const loop = (keep: string): string =>
  `for epoch in range(9):\n${indented(EPOCH, 1)}\n    if loss < best:\n        best = loss\n${indented(keep, 2)}`;
const SAVE = "torch.save(net.state_dict(), 'best.pt')";

const extracted = (...cells: readonly string[]) => outlineOf(NET, ...cells);

describe("the net that a loop keeps as its best, and that is loaded behind it, is the model", () => {
  test.each([
    ["its state from a file", loop(SAVE), "net.load_state_dict(torch.load('best.pt'))", "net"],
    ["its state from a variable", loop("state = copy.deepcopy(net.state_dict())"), "net.load_state_dict(state)", "net"],
    [
      "its state, into another one",
      loop(SAVE),
      "other = nn.Linear(3, 1)\nother.load_state_dict(torch.load('best.pt'))",
      "other",
    ],
    ["as a whole", loop("torch.save(net, 'best.pt')"), "net = torch.load('best.pt')", "net"],
    [
      "as a whole, with pickle",
      loop("with open('best.pkl', 'wb') as file:\n    pickle.dump(net, file)"),
      "other = pickle.load(open('best.pkl', 'rb'))",
      "other",
    ],
  ])("%s; of the loop's numbers, those of that turn are its metrics", async (_, trains, loads, name) => {
    const { names, data, text } = await extracted(trains, loads);
    expect(names).toEqual([`model ${name}`, "metric best"]);
    expect(data).toEqual(["x.pt", "y.pt"]);
    expect(text).toContain(/\S+\([^']*/.exec(loads.split("\n").at(-1) ?? "")?.[0]);
  });

  test("from the file whose path a function is handed that trains it", async () => {
    const train = `def train(net, path, best=9.0):\n${indented(loop("torch.save(net.state_dict(), path)"), 1)}`;
    const load = "net.load_state_dict(torch.load('best.pt'))";
    const { names, data, text } = await extracted(
      train,
      "train(net, 'best.pt')",
      load,
      "held = nn.functional.mse_loss(net(X), y)",
    );
    expect(names).toEqual(["model net", "metric held"]);
    expect(data).toEqual(["x.pt", "y.pt"]);
    expect(text).toMatch(/train\([^]*load_state_dict\(torch.load\("best.pt"\)\)/);
  });
});

test("the state of each turn is that of the last one: all its numbers count", async () => {
  const { names } = await extracted(
    `for epoch in range(9):\n${indented(`${EPOCH}\n${SAVE}`, 1)}`,
    "net.load_state_dict(torch.load('best.pt'))",
  );
  expect(names).toEqual(["model net", "metric loss"]);
});

test("what is loaded of a file that the training does not write is no model of its own", async () => {
  const { names } = await extracted(loop("pass"), "notes = pickle.load(open('notes.pkl', 'rb'))\nprint(net(X))");
  expect(names[0]).toBe("model net");
});

test("nets that are made anew of the states which a loop over folds keeps are the model, together", async () => {
  const folds = `states = []\nfor fold in range(3):\n    net = nn.Linear(3, 1)\n    opt = torch.optim.Adam(net.parameters())\n${indented(`${EPOCH}\nstates.append(copy.deepcopy(net.state_dict()))`, 1)}`;
  const load =
    "nets = []\nfor state in states:\n    one = nn.Linear(3, 1)\n    one.load_state_dict(state)\n    nets.append(one)";
  const { names, text } = await extracted(folds, load, "p = sum(one(X) for one in nets) / 3\nprint(p)");
  expect(names[0]).toBe("model nets");
  expect(text).toContain("one.load_state_dict(state)");
});
