import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = "import torch\ntorch.manual_seed(0)\nx = torch.randn(40, 2)\ny = x.sum(1, keepdim=True)";
const LEARN = [
  "def learn(net, steps):",
  "    for _ in range(steps):",
  "        loss = ((x @ net[0] + net[1] - y) ** 2).mean()",
  "        loss.backward()",
  "        for p in net:",
  "            p.data -= 0.1 * p.grad",
  "            p.grad = None",
  "    return loss",
  "net = [torch.randn(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]",
].join("\n");

const callsOf = async (...cells: readonly string[]): Promise<readonly string[]> => {
  const { module } = await extractNotebook(notebookOf(DATA, LEARN, ...cells));
  return module.text.split("\n").filter((line) => /\blearn\(/.test(line) && !line.startsWith("def "));
};

describe("a call that trains and gives a loss is made once", () => {
  test.each([
    ["as it is shown", ["learn(net, 3)"], ["    learn_2 = learn(net, 3, x=x, y=y)"]],
    [
      "in each cell that calls it",
      ["learn(net, 3)", "learn(net, 5)"],
      ["    learn(net, 3, x=x, y=y)", "    learn_2 = learn(net, 5, x=x, y=y)"],
    ],
    [
      "as it is printed",
      ["print(learn(net, 3).item())"],
      [expect.stringMatching(/^ {4}\w+ = learn\(net, 3, x=x, y=y\)/)],
    ],
    [
      "where what it gives is handed on, too",
      ["losses = []\nlosses.append(learn(net, 3))"],
      ["    losses.append(learn(net, 3, x=x, y=y))"],
    ],
  ])("%s", async (_, cells, expected) => {
    expect(await callsOf(...cells)).toEqual(expected);
  });
});
