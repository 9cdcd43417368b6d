import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const NET = `import numpy as np
import tensorflow as tf
X, y = np.load("x.npy"), np.load("y.npy")
net = tf.keras.Sequential([tf.keras.layers.Dense(1)])
opt = tf.keras.optimizers.Adam()`;
const LOSS = "    with tf.GradientTape() as tape:\n        loss = tf.reduce_mean((m(rows) - y) ** 2)";
const GRADIENTS = "grads = tape.gradient(loss, m.trainable_variables)";

const step = (inputs: string, move: string) =>
  `def step(${inputs}):\n${LOSS}\n    ${GRADIENTS}\n    ${move}\n    return loss`;
const looping = (inputs: string, call: string) =>
  `def train(${inputs}):\n    losses = []\n    for epoch in range(5):\n        losses.append(${call})\n    return losses`;

test.each([
  [
    "its argument, in functions that call each other",
    step("m, rows", "opt.apply_gradients(zip(grads, m.trainable_variables))"),
    looping("m", "step(m, X)"),
    "losses = train(net)",
  ],
  [
    "what it looks up, be it only in a function that it calls",
    step("rows", "opt.apply_gradients(zip(grads, m.trainable_variables))")
      .replaceAll("m.", "net.")
      .replace("(m(", "(net("),
    looping("", "step(X)"),
    "losses = train()",
  ],
  [
    "its argument, which a function is given by its variables",
    "def move(o, grads, variables):\n    o.apply_gradients(zip(grads, variables))",
    step("m, rows", "move(opt, grads, m.trainable_variables)"),
    "for epoch in range(5):\n    loss = step(net, X)",
  ],
])("a function that goes along a tape trains %s", async (_, ...cells) => {
  const { targets, module } = await extractNotebook(notebookOf(NET, ...cells, "held = np.mean((net(X) - y) ** 2)"));
  expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model net", "metric held"]);
  expect(module.text).toContain(/\w+\([^)]*(?=\)$)/.exec(cells.at(-1) ?? "")?.[0]);
});

test("the optimizer that steps may be known only to a function that another one calls", async () => {
  const torch = 'import torch\nX, y = torch.load("x.pt"), torch.load("y.pt")\nnet = torch.nn.Linear(1, 1)';
  const adam = "opt = torch.optim.Adam(net.parameters())";
  const one =
    "def step():\n    opt.zero_grad()\n    torch.nn.functional.mse_loss(net(X), y).backward()\n    opt.step()";
  const all = "def train(turns):\n    for turn in range(turns):\n        step()";
  const { targets, module } = await extractNotebook(notebookOf(torch, adam, one, all, "train(9)", "print(net(X))"));
  expect(targets[0]).toMatchObject({ kind: "model", name: "net" });
  expect(module.text).toContain("    train(9");
});

test("a function that nothing is known of but its name, which says that it trains, is not left out", async () => {
  const net = "from torch import nn\nfrom courses.lab import show_model, train_model\nnet = nn.Linear(1, 1)";
  const cells = [net, "losses = train_model(net, 3)", "shown = show_model(net)"];
  const { targets, module } = await extractNotebook(
    notebookOf(...cells, "import torch\ntorch.save(net.state_dict(), 'a.pt')"),
  );
  expect(targets[0]).toMatchObject({ kind: "model", name: "net" });
  expect(module.text).toContain("train_model(net, 3)");
  expect(module.text).not.toContain("show_model(");
});
