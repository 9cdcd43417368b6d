import { describe, expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

const SETUP =
  "import numpy as np\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\nX, y = np.load('a.npy')";
const BASE = "base = keras.applications.VGG16(include_top=False)";
const TRAIN = "model.compile(loss='mse')\nmodel.fit(X, y)";

async function textOf(...cells: readonly string[]): Promise<string> {
  return (await extractValue("model", SETUP, ...cells)).module.text.replaceAll('"', "'");
}

describe("a functional model holds what it is put together of", () => {
  const FREEZE = "for layer in base.layers[:-4]:\n    layer.trainable = False";

  test.each([
    ["a call of it", "inputs = layers.Input(shape=(9, 9, 3))\nx = base(inputs)", "inputs"],
    ["its output", "x = layers.Flatten()(base.output)", "base.input"],
    ["the output of one of its layers", "x = base.get_layer('pool').output", "base.input"],
    [
      "what is joined with its output",
      "other = layers.Input(shape=(3,))\nx = layers.concatenate([base.output, other])",
      "[base.input, other]",
    ],
    ["what an operator makes of it", "inputs = keras.Input(shape=(9, 9, 3))\nx = base(inputs / 255) + 1", "inputs"],
    [
      "what a function of the notebook makes of it",
      "def head(x):\n    x = layers.Flatten()(x)\n    return layers.Dense(3)(x)\ninputs = keras.Input(shape=(9, 9, 3))\nx = head(base(inputs))",
      "inputs",
    ],
  ])("by %s", async (_, made, inputs) => {
    const cells = [BASE, `${made}\nx = layers.Dense(3)(x)\nmodel = keras.Model(${inputs}, x)`, FREEZE, TRAIN];
    expect(await textOf(...cells)).toMatch(/keras\.Model\([\s\S]*layer\.trainable = False[\s\S]*model\.fit/);
  });

  test("and what is done to its layers between two fits", async () => {
    const model = "inputs = layers.Input(shape=(9, 9, 3))\nmodel = keras.Model(inputs, base(inputs, training=False))";
    const text = await textOf(BASE, model, TRAIN, "base.trainable = True", FREEZE, TRAIN);
    expect(text).toMatch(/model\.fit[\s\S]*base\.trainable = True[\s\S]*trainable = False[\s\S]*model\.fit/);
  });

  test("and what tells its layers about the data", async () => {
    const made = "norm = layers.Normalization()\ninputs = keras.Input(shape=(2,))\nx = layers.Dense(1)(norm(inputs))";
    expect(await textOf(made, "model = keras.Model(inputs, x)", "norm.adapt(X)", TRAIN)).toContain("norm.adapt(X)");
  });

  const modelOf = (name: string, given: string): string =>
    `x = layers.Dense(4)(${given})\n${name} = keras.Model(inputs, layers.Dense(1)(x))\n${name}.compile()\n${name}.fit(X, y)`;

  test.each([
    ["is trained by the fit of another model that has a layer of it", "shared(inputs)", true],
    ["is not trained by that of a model that has no more than its input", "inputs", false],
  ])("and %s", async (_, given, isTrained) => {
    const cells = ["inputs = keras.Input(shape=(2,))\nshared = layers.Dense(8)", modelOf("other", given)];
    expect((await textOf(...cells, modelOf("model", given))).includes("other.fit(X, y)")).toBe(isTrained);
  });
});

test("a model that is made of layers of another one holds that one, and its settings as they are", async () => {
  const base = "base = keras.Sequential([layers.Dense(2), layers.Dense(3)])";
  const made = "model = keras.Sequential(base.layers[:-1])";
  expect(await textOf(base, made, "base.trainable = False", TRAIN)).toContain("base.trainable = False");
});

test("what is computed of a column that is called output does not hold its table", async () => {
  const table = "import pandas as pd\ndf = pd.read_csv('a.csv')\ndef tidy(column):\n    return column.str.strip()";
  const cells = [table, "part = tidy(df.output)", "df['later'] = 1", "model = [part]"];
  expect(await textOf(...cells)).not.toContain("later");
});
