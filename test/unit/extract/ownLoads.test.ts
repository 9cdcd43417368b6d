import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const NET = `import pandas as pd
from tensorflow import keras
from tensorflow.keras.callbacks import ModelCheckpoint
df = pd.read_csv("a.csv")
net = keras.Sequential([keras.layers.Dense(1)])
net.compile(loss="mse")
turn = len(df)`;
const FIT = 'net.fit(df[["x"]], df["y"])\nloss = net.evaluate(df[["x"]], df["y"])';

async function read(...cells: readonly string[]) {
  const { references, diagnostics } = await extractNotebook(notebookOf(...cells));
  return {
    paths: references.map(({ kind, path }) => `${kind} ${path}`),
    unresolved: diagnostics.filter(({ code }) => code === "data.unresolved").map(({ message }) => message),
  };
}

test.each([
  ['net.load_weights("../input/w/start.h5")', "../input/w/start.h5"],
  ['net.load_weights("start.h5")', "start.h5"],
  ['folder = "../input/w"\nnet.load_weights(f"{folder}/start.h5")', "../input/w/start.h5"],
  ['def start(path):\n    net.load_weights(path)\nstart("w/start.h5")', "w/start.h5"],
])("weights that the notebook did not write are data: %s", async (load, path) => {
  expect(await read(NET, load, FIT)).toEqual({ paths: ["file a.csv", `file ${path}`], unresolved: [] });
});

test("weights whose path is computed are no part of the snapshot, and that is said", async () => {
  const { paths, unresolved } = await read(NET, 'net.load_weights(f"../input/w/{turn}.h5")', FIT);
  expect(paths).toEqual(["file a.csv"]);
  expect(unresolved).toEqual([
    'load_weights reads f"../input/w/{turn}.h5", which is computed: this data is not part of the snapshot.',
  ]);
});

test.each([
  ["saved above", 'net.save_weights("w.h5")\nnet.load_weights("w.h5")'],
  ["saved above under a computed name", 'net.save_weights(f"w/{turn}.h5")\nnet.load_weights(f"w/{turn}.h5")'],
  [
    "of a checkpoint",
    'net.fit(df[["x"]], df["y"], callbacks=[ModelCheckpoint("w.{epoch}.h5")])\nnet.load_weights("w.3.h5")',
  ],
  [
    "of a checkpoint in a loop",
    'for i in range(turn):\n    net.fit(df[["x"]], df["y"], callbacks=[ModelCheckpoint(f"w{i}.h5")])\n    net.load_weights(f"w{i}.h5")',
  ],
  ["of a name without an ending", 'net.load_weights("best")'],
])("weights %s are none", async (_, load) => {
  expect(await read(NET, load, FIT)).toEqual({ paths: ["file a.csv"], unresolved: [] });
});

const WORDS = `import pandas as pd
from transformers import AutoModel, TrainingArguments
from sklearn.linear_model import Ridge
df = pd.read_csv("a.csv")`;
const RIDGE = "X = [float(bert(t)[0]) for t in df['text']]\nm = Ridge().fit(X, df['y'])";

test.each([
  ['bert = AutoModel.from_pretrained("../input/hub/bert")', "directory ../input/hub/bert"],
  ['bert = AutoModel.from_pretrained("./bert")', "directory ./bert"],
  ['P = "/models/bert"\nbert = AutoModel.from_pretrained(pretrained_model_name_or_path=P)', "directory /models/bert"],
  ['bert = AutoModel.from_pretrained("../input/bert/model.bin")', "file ../input/bert/model.bin"],
])("a folder of a model is data: %s", async (load, reference) => {
  expect(await read(WORDS, load, RIDGE)).toEqual({ paths: ["file a.csv", reference], unresolved: [] });
});

test.each([
  'bert = AutoModel.from_pretrained("google/electra-small")',
  'bert = AutoModel.from_pretrained("bert-base-uncased")',
  'bert = AutoModel.from_pretrained("big")\nbert.save_pretrained("./bert")\nbert = AutoModel.from_pretrained("./bert")',
  'args = TrainingArguments("./out")\nbert = AutoModel.from_pretrained("./out/last", config=args)',
])("what has a name on the web, or was saved above, is none: %s", async (load) => {
  expect(await read(WORDS, load, RIDGE)).toEqual({ paths: ["file a.csv"], unresolved: [] });
});

test("a folder of models whose name is computed is said", async () => {
  const { unresolved } = await read(WORDS, 'bert = AutoModel.from_pretrained(f"../input/{len(df)}")', RIDGE);
  expect(unresolved).toHaveLength(1);
});

test("a corpus is data by whichever module it is imported", async () => {
  const { paths } = await read(
    'from gensim.corpora.mmcorpus import MmCorpus\nfrom gensim.models import LdaModel\nrows = MmCorpus("in/rows.mm")',
    "lda = LdaModel(rows, num_topics=5, random_state=0)",
  );
  expect(paths).toEqual(["file in/rows.mm"]);
});
