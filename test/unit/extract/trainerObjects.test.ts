import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const DATA = 'from datasets import load_dataset\nrows = load_dataset("glue", "cola")';
const MODEL =
  "from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments\n" +
  'model = AutoModelForSequenceClassification.from_pretrained("distilbert")\nargs = TrainingArguments("out")';
const LIGHTNING = "import pytorch_lightning as pl\nfrom mine import Net\nnet = Net()";

const extracted = (...cells: readonly string[]) => extractNotebook(notebookOf(DATA, ...cells));

describe("what a trainer trains is", () => {
  test.each([
    [
      "its first argument",
      [MODEL, 'trainer = Trainer(model, args, train_dataset=rows["train"])', "trainer.train()"],
      "model",
    ],
    ["its model by name", [MODEL, "trainer = Trainer(args=args, model=model)", "trainer.train()"], "model"],
    [
      "the same for a class that the notebook derives",
      [MODEL, "class Weighted(Trainer):\n    pass", "trainer = Weighted(model=model, args=args)", "trainer.train()"],
      "model",
    ],
    [
      "itself, where the model has no name",
      [MODEL, "trainer = Trainer(model_init=lambda: model, args=args)", "trainer.train()"],
      "trainer",
    ],
    [
      "itself, where it is given settings alone",
      [
        "from detectron2.engine import DefaultTrainer\ncfg = rows.cfg\ntrainer = DefaultTrainer(cfg)",
        "trainer.train()",
      ],
      "trainer",
    ],
    [
      "what Lightning is told to fit",
      [LIGHTNING, "trainer = pl.Trainer(max_epochs=3)", "trainer.fit(net, rows)"],
      "net",
    ],
    [
      "the same for a trainer that the notebook derives from Lightning's",
      [LIGHTNING, "class Mine(pl.Trainer):\n    pass", "Mine(max_epochs=3).fit(net, rows)"],
      "net",
    ],
    [
      "what Snorkel is told to fit",
      [
        "from snorkel.classification import Trainer\nfrom mine import net",
        "trainer = Trainer()\ntrainer.fit(net, [rows])",
      ],
      "net",
    ],
    [
      "itself, where `fit` takes the rows",
      ["from koolbox import Trainer\nX, y = rows.X, rows.y\ntrainer = Trainer(2)", "trainer.fit(X, y)"],
      "trainer",
    ],
  ])("%s", async (_, cells, model) => {
    const { targets } = await extracted(...cells);
    expect(targets.map(({ name, kind }) => `${kind} ${name}`)).toEqual([`model ${model}`]);
  });
});

test("the training is part of the module, with all that it takes", async () => {
  const { module } = await extracted(
    MODEL,
    'def tokens(batch):\n    return {"n": len(batch["sentence"])}',
    "ready = rows.map(tokens)",
    'trainer = Trainer(model, args, train_dataset=ready["train"])',
    "trainer.train()",
    "trainer.evaluate()",
  );
  for (const line of ["ready = rows.map(tokens)", "trainer.train()", 'TrainingArguments("out")'])
    expect(module.text).toContain(line);
});

describe("a model of OpenCV trains itself", () => {
  const PIXELS =
    "import cv2\nimport numpy as np\npixels = np.loadtxt('a.csv', dtype=np.float32)\nX, y = pixels[:, 1:], pixels[:, :1]";

  test.each([
    ["KNearest_create()", "train", "cv2.ml.KNearest"],
    ["SVM_create()", "trainAuto", "cv2.ml.SVM"],
    ["RTrees.create()", "train", "cv2.ml.RTrees"],
  ])("that %s makes", async (maker, method, type) => {
    const fit = `found = cv2.ml.${maker}\nfound.${method}(X, cv2.ml.ROW_SAMPLE, y)`;
    const { targets } = await extractNotebook(notebookOf(PIXELS, fit));
    expect(targets).toMatchObject([{ name: "found", kind: "model", type, cell: 2, line: 2 }]);
  });

  test("and is measured by the neighbours that it finds", async () => {
    const near = "near = cv2.ml.KNearest_create()\nnear.train(X, cv2.ml.ROW_SAMPLE, y)";
    const rate = "_, found, _, _ = near.findNearest(X, k=3)\nrate = np.count_nonzero(found == y) * 100.0 / found.size";
    const { targets } = await extractNotebook(notebookOf(PIXELS, near, rate));
    expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model near", "metric rate"]);
  });

  test("but not by another method, nor what is made elsewhere", async () => {
    const others =
      "a = cv2.createBackgroundSubtractorMOG2()\na.train(X)\nb = cv2.ml.SVM_create()\nb.setC(1)\nb.save('b.xml')";
    const { targets } = await extractNotebook(notebookOf(PIXELS, others));
    expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["value b"]);
  });
});

describe("a model of H2O trains itself", () => {
  const FRAME = 'import h2o\nh2o.init()\nrows = h2o.import_file("bees.csv")';

  test.each([
    ["from h2o.estimators import H2ORandomForestEstimator as Maker", "H2ORandomForestEstimator"],
    ["from h2o.estimators.glm import H2OGeneralizedLinearEstimator as Maker", "H2OGeneralizedLinearEstimator"],
    ["from h2o.automl import H2OAutoML as Maker", "H2OAutoML"],
  ])("on what it reads while it runs: %s", async (imports, type) => {
    const fit = `${imports}\nfound = Maker(seed=1)\nfound.train(x=["a"], y="b", training_frame=rows)`;
    const { targets, module, references } = await extractNotebook(notebookOf(FRAME, fit));
    expect(targets).toMatchObject([{ name: "found", kind: "model" }]);
    expect(targets[0]?.type).toMatch(new RegExp(`${type}|Maker`));
    expect(references.map(({ path }) => path)).toEqual(["bees.csv"]);
    expect(module.text).toMatch(/h2o\.init\(\)[^]*h2o\.import_file\(str\(bees\)\)/);
  });
});

test.each([
  ["import ray", "ray.init(num_cpus=2)", "df = ray.data.read_csv('a.csv').to_pandas()"],
  ["import findspark", "findspark.init()", "import pyspark.pandas as ps\ndf = ps.read_csv('a.csv').to_pandas()"],
])("what a library is started by stays with what it does, and goes without it: %s", async (imports, start, use) => {
  const model = "from sklearn.linear_model import Ridge\nm = Ridge().fit(df[['a']], df['b'])";
  const text = async (...cells: readonly string[]) => (await extractNotebook(notebookOf(...cells))).module.text;
  expect(await text(imports, start, use, model)).toContain(start);
  const other = "from pandas import read_csv\ndf = read_csv('a.csv')";
  if (!imports.includes("findspark")) expect(await text(imports, start, other, model)).not.toContain(start);
});

test.each([
  ["trainer = pl.Trainer(max_epochs=3)\ntrainer.fit(net, rows)", "trainer.fit(net, rows)"],
  ["pl.Trainer(max_epochs=3).fit(net, rows)", "pl.Trainer(max_epochs=3).fit(net, rows)"],
  ["class Mine(pl.Trainer):\n    pass\nMine(max_epochs=3).fit(net, rows)", "Mine(max_epochs=3).fit(net, rows)"],
  ["class Mine(pl.Trainer):\n    pass\nmine = Mine(max_epochs=3)\nmine.fit(net, rows)", "mine.fit(net, rows)"],
])("what a trainer is told to fit is trained in the module: %s", async (cell, fit) => {
  expect((await extracted(LIGHTNING, cell)).module.text.replace("max_epochs=max_epochs", "max_epochs=3")).toContain(
    fit,
  );
});
