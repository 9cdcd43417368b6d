import { expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf, outlineOf } from "../../support/pythonNotebook";

const NET = `import pandas as pd
from tensorflow import keras
from tensorflow.keras.callbacks import EarlyStopping, ModelCheckpoint
df = pd.read_csv("a.csv")
X, y = df[["x"]], df["y"]
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")`;

const extracted = (...cells: readonly string[]) => outlineOf(NET, ...cells);

test.each([
  ["in the call", "model.fit(X, y, callbacks=[ModelCheckpoint('best.h5', save_best_only=True)])"],
  ["in a variable", "keep = ModelCheckpoint(filepath='best.h5')\nmodel.fit(X, y, callbacks=[EarlyStopping(), keep])"],
  ["in a list", "keep = ModelCheckpoint('best.h5')\nall = [keep]\nmodel.fit(X, y, callbacks=all)"],
  [
    "of a function",
    "import os\ndef keep(name, folder='kept'):\n    return ModelCheckpoint(os.path.join(folder, name), save_best_only=True)\nmodel.fit(X, y, callbacks=[EarlyStopping(), keep('best.h5')])",
  ],
  [
    "of a function, in a variable",
    "def keep(name):\n    made = ModelCheckpoint(f'{name}.h5')\n    return made\ncheck = keep('best')\nmodel.fit(X, y, callbacks=[check])",
  ],
  ["with its path in a variable", "path = 'best.h5'\nkeep = ModelCheckpoint(path)\nmodel.fit(X, y, callbacks=[keep])"],
])("the model that a checkpoint %s has saved is the one, with what measures it", async (_, fit) => {
  const { names, data, text } = await extracted(
    fit,
    "best = keras.models.load_model('best.h5')\nloss = best.evaluate(X, y)\nprint('loss', float(loss))",
  );
  expect(names).toContain("model best");
  expect(data).toEqual(["a.csv"]);
  expect(text).toContain("callbacks=");
});

test("weights go to a model that was never fitted itself", async () => {
  const { names, text } = await extracted(
    "model.fit(X, y, callbacks=[ModelCheckpoint('w.h5', save_weights_only=True)])",
    "other = keras.Sequential([keras.layers.Dense(1)])\nother.build((None, 1))\nother.load_weights('w.h5')\nother.evaluate(X, y)",
  );
  expect(names).toContain("model other");
  expect(text).toContain("model.fit(X, y, callbacks=");
});

test("each model comes of the fit that wrote its own file", async () => {
  const { text } = await extracted(
    "model.fit(X, y, callbacks=[ModelCheckpoint('a.h5')])",
    "second = keras.Sequential([keras.layers.Dense(2)])\nsecond.compile(loss='mse')\nsecond.fit(X, y, callbacks=[ModelCheckpoint('b.h5')])",
    "best = keras.models.load_model('a.h5')\nbest.evaluate(X, y)",
  );
  expect(text).toContain("a.h5");
  expect(text).not.toContain("b.h5");
});

test("a file whose name the fit makes up is one of its own", async () => {
  const { names, text } = await extracted(
    "model.fit(X, y, callbacks=[ModelCheckpoint('w-{epoch:02d}.h5')])",
    "best = keras.models.load_model('w-10.h5')\nbest.evaluate(X, y)",
  );
  expect(names).toContain("model best");
  expect(text).toContain("model.fit(X, y, callbacks=");
});

test("a model that no fit of the notebook has written is data", async () => {
  const { data } = await extracted("best = keras.models.load_model('given.h5')\nbest.fit(X, y)\nbest.evaluate(X, y)");
  expect(data).toContain("given.h5");
});

test("what a function has saved last is the one", async () => {
  const { names } = await extracted(
    "def keep(name):\n    return ModelCheckpoint(f'kept/{name}')",
    "model.fit(X, y, callbacks=[keep(model.name)])\nmodel.evaluate(X, y)",
    "second = keras.models.clone_model(model)\nsecond.compile(loss='mse')\nsecond.fit(X, y, callbacks=[keep(second.name)])",
    "second = keras.models.load_model('kept/second')\nlast = float(second.evaluate(X, y))",
  );
  expect(names).toEqual(["model second", "metric last"]);
});

const FIRST = "first = keras.Sequential([keras.layers.Dense(3)])\nfirst.compile(loss='mse')\nfirst.fit(X, y)";
const KEPT = "model.fit(X, y, callbacks=[ModelCheckpoint('b.h5')])";

test.each([
  ["is loaded again", "model = keras.models.load_model('b.h5')\nmodel.evaluate(X, y)", "model model"],
  ["is evaluated last", "model.evaluate(X, y)", "model model"],
  ["is evaluated before another one that is saved", "model.evaluate(X, y)\nfirst.evaluate(X, y)", "model first"],
])("a checkpoint saves, too: what %s", async (_, below, expected) => {
  const { names } = await extracted(FIRST, "first.save_weights('a.h5')", KEPT, ...below.split("\n"));
  expect(names).toContain(expected);
});

test("where another model is saved, that of a checkpoint is named or names it", async () => {
  const notebook = notebookOf(NET, FIRST, "first.save_weights('a.h5')", KEPT, "model.evaluate(X, y)");
  const { diagnostics } = await extractNotebook(notebook);
  expect(diagnostics.find(({ code }) => code === "notebook.several-models")?.message).toBe(
    "model is taken, of 2 models that are saved: first (cell 2) and model (cell 4).",
  );
});

test("an earlier model of the same name that is saved does not go before what a checkpoint keeps", async () => {
  const again = "model = keras.Sequential([keras.layers.Dense(2)])\nmodel.compile(loss='mse')";
  const { text } = await extracted(
    "model.fit(X, y)",
    "model.save_weights('a.h5')",
    again,
    KEPT,
    "model.evaluate(X, y)",
  );
  expect(text).toContain("callbacks=");
  expect(text).not.toContain("model.fit(X, y)\n");
});

test.each([
  ["best.weights.h5", "/kaggle/working/best.weights.h5"],
  ["/kaggle/working/best.weights.h5", "best.weights.h5"],
])("on Kaggle a file is the same with and without the folder that notebooks run in: %s, %s", async (written, read) => {
  const cells = [
    "import keras\nimport pandas as pd\ndf = pd.read_csv('a.csv')\nnet = keras.Sequential([keras.layers.Dense(1)])",
    `keep = keras.callbacks.ModelCheckpoint('${written}')\nnet.fit(df[['a']], df['b'], callbacks=[keep])`,
    `net.load_weights('${read}')`,
  ];
  const { module, references } = await extractNotebook(notebookOf(...cells));
  expect(module.text).toContain('net.load_weights("best.weights.h5")');
  expect(module.text).not.toContain("/kaggle/working");
  expect(references.map(({ path }) => path)).toEqual(["a.csv"]);
});

test("the folder itself stays, by which notebooks see where they run, and so do paths where the notebook goes elsewhere", async () => {
  const asks = "import os\nhere = os.path.exists('/kaggle/working/')";
  expect((await extractValue("here", asks)).module.text).toContain('"/kaggle/working/"');
  const moved = "import os\nos.chdir('rows')\nwith open('/kaggle/working/a.txt', 'w') as f:\n    f.write('a')\nf = 1";
  expect((await extractValue("f", moved)).module.text).not.toContain('open("a.txt"');
});
