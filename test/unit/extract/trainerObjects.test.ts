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
