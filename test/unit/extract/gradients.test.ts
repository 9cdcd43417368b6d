import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = [
  "import torch",
  "from torch import nn",
  "import pandas as pd",
  'df = pd.read_csv("a.csv")',
  'X, y = torch.tensor(df[["x"]].values), torch.tensor(df["y"].values)',
  "A, b = X[:9], y[:9]",
].join("\n");
const NET = "net = nn.Linear(1, 2)\ncriterion = nn.CrossEntropyLoss()";
const ADAM = "opt = torch.optim.Adam(net.parameters())";
const LOOP = "for epoch in range(9):\n    opt.zero_grad()\n    criterion(net(X), y).backward()\n    opt.step()";

const extracted = (...cells: readonly string[]) => extractNotebook(notebookOf(DATA, ...cells));
const targetsOf = async (...cells: readonly string[]) =>
  (await extracted(...cells)).targets.map(({ name, kind }) => `${kind} ${name}`);

describe("trained along gradients, the model is the one whose parameters", () => {
  const EPOCH = "def epoch(m, o):\n    o.zero_grad()\n    criterion(m(X), y).backward()\n    o.step()";
  test.each([
    ["a loop's optimizer has", [NET, ADAM, LOOP], "net"],
    ["a function's optimizer has", [NET, ADAM, EPOCH, "for i in range(3):\n    epoch(net, opt)"], "net"],
    [
      "are those of the call's optimizer",
      [
        NET,
        `${ADAM}\nother = nn.Linear(1, 2)\nsecond = torch.optim.SGD(other.parameters(), lr=1)`,
        EPOCH,
        "epoch(other, second)",
      ],
      "other",
    ],
    [
      "an optimizer inside of a function takes",
      [
        NET,
        "def train(m):\n    opt = torch.optim.Adam(m.parameters())\n    criterion(m(X), y).backward()\n    opt.step()",
        "train(net)",
      ],
      "net",
    ],
    [
      "a function takes of a model that it gives back",
      [
        NET,
        "def train():\n    m = nn.Linear(1, 2)\n    opt = torch.optim.Adam(m.parameters())\n    criterion(m(X), y).backward()\n    opt.step()\n    return m",
        "fitted = train()",
      ],
      "fitted",
    ],
    [
      "a function looks up",
      [NET, ADAM, "def train():\n    criterion(net(X), y).backward()\n    opt.step()", "train()"],
      "net",
    ],
    [
      "the class of what trains it takes",
      [
        NET,
        "class Coach:\n    def __init__(self, m, rate):\n        self.m, self.rate = m, rate\n        self.opt = torch.optim.Adam(self.m.parameters())\n    def learn(self):\n        criterion(self.m(X), y).backward()\n        self.opt.step()",
        "coach = Coach(net, 0.1)\ncoach.learn()",
      ],
      "net",
    ],
    [
      "the class of what trains it is given by its optimizer",
      [
        NET,
        "class Coach:\n    def __init__(self, m, opt):\n        self.m, self.opt = m, opt\n    def learn(self):\n        criterion(self.m(X), y).backward()\n        self.opt.step()",
        `${ADAM}\ncoach = Coach(m=net, opt=opt)\ncoach.learn()`,
      ],
      "net",
    ],
    [
      "are saved",
      [
        NET,
        ADAM,
        LOOP,
        "torch.save({'weights': net.state_dict(), 'epoch': 9}, 'n.pt')",
        "late = nn.Linear(1, 2)\nlate.fit(X, y)",
      ],
      "net",
    ],
  ])("%s", async (_, cells, name) => {
    expect((await targetsOf(...cells))[0]).toBe(`model ${name}`);
  });

  test("and all steps are kept, also where only the optimizer is named", async () => {
    const { module } = await extracted(
      NET,
      ADAM,
      "def step(o):\n    o.zero_grad()\n    criterion(net(X), y).backward()\n    o.step()",
      "step(opt)",
    );
    expect(module.text).toMatch(/optim\.Adam\(net\.parameters\(\)\)[\s\S]*step\(\s*opt/);
  });
});

test("what each epoch measures behind its batches is a metric, and no loss of the last batch alone", async () => {
  const loop = [
    LOOP,
    "    total = hits = n = 0",
    "    with torch.no_grad():",
    "        for q, t in [(A, b)]:",
    "            loss = criterion(net(q), t)",
    "            total += loss.item()",
    "            hits += (net(q).argmax(1) == t).sum().item()",
    "            n += len(t)",
    "    mean_loss = total / n",
    "    accuracy = 100 * hits / n",
    "    print(mean_loss, accuracy)",
  ].join("\n");
  const metrics = ["total", "hits", "mean_loss", "accuracy"];
  expect((await targetsOf(NET, ADAM, loop)).sort()).toEqual(
    ["model net", ...metrics.map((name) => `metric ${name}`)].sort(),
  );
});

describe("its metrics are", () => {
  test.each([
    [
      "its loss on other rows",
      "with torch.no_grad():\n    test_loss = criterion(net(A), b)\nprint(test_loss.item())",
      ["test_loss"],
    ],
    ["counted hits", "hits = (net(A).argmax(1) == b).sum().item()\nacc = hits / len(b)", ["hits", "acc"]],
    ["hits by a function of PyTorch", "_, p = torch.max(net(A), 1)\nacc = torch.eq(p, b).float().mean()", ["acc"]],
    [
      "what a function sums up",
      "def check(m, loss):\n    total = 0\n    for q, t in [(A, b)]:\n        total += loss(m(q), t).item()\n    return total / 3, m\nval_loss, _ = check(net, criterion)",
      ["val_loss"],
    ],
    [
      "hits that are counted batch by batch, and their share that is only shown",
      "with torch.no_grad():\n    correct, total = 0, 0\n    for q, t in [(A, b)]:\n        _, p = torch.max(net(q).data, 1)\n        total += t.size(0)\n        correct += (p == t).sum().item()\n    print('Accuracy: {} %'.format(100 * correct / total))",
      ["correct", "accuracy"],
    ],
    [
      "their share below the block",
      "correct = n = 0\nfor q, t in [(A, b)]:\n    n += t.shape[0]\n    correct += (net(q).argmax(1) == t).sum()\nprint(f'Hits {correct / n}')",
      ["hits"],
    ],
    [
      "hits that a block counts without giving the predictions a name, and their share below",
      "with torch.no_grad():\n    correct = 0\n    for q, t in [(A, b)]:\n        correct += (torch.max(net(q).data, 1)[1] == t).sum()\naccuracy = correct.item() / len(b)",
      ["correct", "accuracy"],
    ],
    [
      "hits by the places of the largest",
      "acc = (net(A).max(dim=1).indices == b).float().mean()\nbest = (net(A).detach().topk(1, dim=1)[1] == b).float().mean()",
      ["acc", "best"],
    ],
    [
      "what is divided where it is",
      "test_loss = 0\nfor q, t in [(A, b)]:\n    test_loss += criterion(net(q), t).item()\ntest_loss /= len(b)",
      ["test_loss"],
    ],
    ["not single predictions", "p = torch.sigmoid(net(A[:1])).item()\nprint(p)", []],
  ])("%s", async (_, cell, names) => {
    expect(await targetsOf(NET, ADAM, LOOP, cell)).toEqual(["model net", ...names.map((name) => `metric ${name}`)]);
  });
});

describe("tensors that the notebook moves along their gradients are the model:", () => {
  const W = "W, c = torch.zeros((1, 1), requires_grad=True), torch.zeros(1, requires_grad=True)";
  const LOSS = "loss = ((X @ W + c - y) ** 2).mean()";
  const MOVE = "W.data -= 0.1 * W.grad\n    c.data -= 0.1 * c.grad";

  test.each([
    [
      "in a loop",
      [W, `for i in range(9):\n    ${LOSS}\n    loss.backward()\n    ${MOVE}`],
      ["model W", "metric loss", "value c"],
    ],
    [
      "in a function that looks them up",
      [W, `def learn():\n    ${LOSS}\n    loss.backward()\n    ${MOVE}\n    return loss\nlearn()`],
      ["model W", "metric learn_2", "value c"],
    ],
    [
      "in a list that a loop goes through",
      [
        `${W}\nparts = [W, c]`,
        `for i in range(9):\n    ${LOSS}\n    loss.backward()\n    for p in parts:\n        p.data += -0.1 * p.grad`,
      ],
      ["model parts"],
    ],
    [
      "in a loop through a list of them, in place",
      [
        W,
        `for i in range(9):\n    ${LOSS}\n    loss.backward()\n    with torch.no_grad():\n        for p in (W, c):\n            p.sub_(0.1 * p.grad)`,
      ],
      ["model W", "metric loss", "value c"],
    ],
    [
      "that are measured on other rows",
      [W, `${LOSS}\nloss.backward()`, MOVE.replace("    ", ""), "held = (torch.matmul(A, W) + c - b).abs().mean()"],
      ["model W", "metric held", "value c"],
    ],
  ])("%s", async (_, cells, targets) => {
    expect(await targetsOf(...cells)).toEqual(targets);
  });

  test("what went back along a gradient in a cell of its own is kept", async () => {
    const { module } = await extracted(W, LOSS, "loss.backward()", MOVE.replace("    ", ""));
    expect(module.text).toContain("loss.backward()\n");
    expect(module.text).toContain("W.data -= 0.1 * W.grad");
  });

  test("so it is where a function of the notebook goes back, and is given what moves", async () => {
    const back = "def back(w):\n    ((X @ w - y) ** 2).mean().backward()";
    const move = "def move(w):\n    w.data -= 0.1 * w.grad";
    const { module } = await extracted(W, back, "back(W)", move, "move(W)\nheld = (A @ W - b).abs().mean()");
    expect(module.text).toMatch(/ back\(W[\s\S]* move\(W\)/);
  });
});

test("an optimizer that steps in a cell of its own trains, with the gradient that another cell went along", async () => {
  const cells = [
    NET,
    ADAM,
    "loss = criterion(net(X), y)\nprint(loss)",
    "opt.zero_grad()\nloss.backward()",
    "opt.step()",
  ];
  const { targets, module } = await extracted(...cells, "held = criterion(net(A), b)");
  expect(targets.map(({ name, kind }) => `${kind} ${name}`)).toEqual(["model net", "metric held"]);
  expect(module.text).toMatch(/loss\.backward\(\)\s+opt\.step\(\)/);
});

test("what an optimizer of any class steps by is the model: it may go along gradients in a function that it is given", async () => {
  const own = "import others\nopt = others.Polyak(net.parameters(), c=0.5)";
  const closure =
    "    def closure():\n        loss = criterion(net(X), y)\n        loss.backward()\n        return loss";
  const loop = `for epoch in range(9):\n${closure}\n    opt.zero_grad()\n    opt.step(closure=closure)`;
  const known = "from sklearn.linear_model import LogisticRegression\nknown = LogisticRegression().fit(X, y)";
  expect(await targetsOf(NET, own, loop)).toEqual(["model net"]);
  expect(await targetsOf(known, "print(known.predict(X))", NET, own, loop, "print(net(X))")).toEqual(["model net"]);
});

test("a network that is called is evaluated, as one that predicts is", async () => {
  const twin = "twin = nn.Linear(1, 2)\nlast = torch.optim.Adam(twin.parameters())";
  const loop = LOOP.replace("criterion(net", "nn.MSELoss()(twin").replaceAll("opt.", "last.");
  expect((await targetsOf(NET, ADAM, LOOP, twin, loop, "print(net(A))"))[0]).toBe("model net");
  expect((await targetsOf(NET, ADAM, LOOP, twin, loop, "print(net(A))", "print(twin(A))"))[0]).toBe("model twin");
});

describe("a loss that nets share", () => {
  const EARLIER = "first = nn.Linear(1, 2)\none = torch.optim.Adam(first.parameters())";
  const STEP = "one.zero_grad()\ncriterion(first(X), y).backward()\none.step()";
  const FUNCTION = "def step(m, rule, o):\n    o.zero_grad()\n    rule(m(X), y).mean().backward()\n    o.step()";

  test.each([
    ["where a loop trains the earlier one", [STEP]],
    ["where a function does", [FUNCTION, "rule = nn.MSELoss()", "step(first, criterion, one)"]],
    ["where it is a function of a library", ["criterion = nn.functional.cross_entropy", STEP]],
  ])("is left as it is %s", async (_, cells) => {
    const { module } = await extracted(NET, EARLIER, ...cells, ADAM, LOOP);
    expect(module.text).not.toContain("first");
    expect(module.text).toContain("criterion(net(X), y).backward()");
  });

  test("is a network where the notebook makes one of its class", async () => {
    const own = "class Own(nn.Module):\n    def forward(self, a, b):\n        return (self.w * (a - b)).sum()";
    const { module } = await extracted(NET, own, "criterion = Own()", EARLIER, STEP, ADAM, LOOP);
    expect(module.text).toContain("criterion(first(X), y).backward()");
  });
});
