import { describe, expect, test } from "vitest";
import { droppedTexts, extractValue } from "../../support/pythonNotebook";

const TORCH = "import torch\nfrom torch import nn\nnet = nn.Linear(2, 1)";
const START = "def start(part):\n    nn.init.zeros_(part.bias)";
const LOSS = "loss = net(torch.ones(3, 2)).sum()\nloss.backward()";

test.each([
  ["by a function that changes it", START, "net.apply(start)"],
  ["by a function, in a cell that goes on", START, "net.apply(start)\nrows = 3"],
  [
    "by what is written on the spot, where it has parameters",
    "size = len(list(net.parameters()))",
    "net.apply(lambda part: part.reset_parameters())",
  ],
])("a module that is changed part by part is another one: %s", async (_, before, applies) => {
  const { module } = await extractValue("net", TORCH, before, applies, LOSS);
  expect(module.text).toContain(applies.split("\n")[0]);
});

test("a function inside of another one changes the parts of what that one is given", async () => {
  const train = `def train(model):\n    def start(part):\n        part.bias.data.fill_(0.5)\n    model.apply(start)\n    model(torch.ones(3, 2)).sum().backward()`;
  const { module } = await extractValue("net", TORCH, train, "train(net)");
  expect(module.text).toContain("model.apply(start)");
  const begin = `def begin(model):\n    def start(part):\n        part.bias.data.fill_(0.5)\n    model.apply(start)`;
  const { module: begun } = await extractValue("net", TORCH, begin, "begin(net)", LOSS);
  expect(begun.text).toContain("begin(net)");
});

describe("cells that are lists are other ones", () => {
  const LISTS = "import pandas as pd\ndf = pd.read_csv('a.csv')\ndf['tags'] = df['tags'].str.split()";
  const shorten = "def shorten(row):\n    row['tags'].pop()";
  const drop = "def drop(tags):\n    tags.remove('a')";
  test.each([
    ["by a function that is given each row", shorten, "df.apply(shorten, axis=1)"],
    ["by a function that is given each cell", drop, "df['tags'].map(drop)"],
    ["by what is written on the spot", "first = 1", "df['tags'].apply(lambda tags: tags.sort())"],
    ["by a function that what is written there calls", drop, "df.apply(lambda row: drop(row['tags']), axis=1)"],
  ])("where they are changed %s", async (_, before, applies) => {
    const { module } = await extractValue("sizes", LISTS, before, applies, "sizes = df['tags'].map(len)");
    expect(module.text).toContain(applies.replaceAll("'", '"'));
  });
});

test("what a table is only looked at by leaves it as it is", async () => {
  const cells = ["import pandas as pd\ndf = pd.read_csv('a.csv')", "def size(column):\n    return len(column)"];
  const dropped = droppedTexts(
    await extractValue(
      "total",
      ...cells,
      "df.apply(size)",
      "df['a'].apply(lambda one: print(one))",
      "total = df.sum()",
    ),
  );
  expect(dropped).toContain("df.apply(size)");
  expect(dropped).toContain("df['a'].apply(lambda one: print(one))");
});
