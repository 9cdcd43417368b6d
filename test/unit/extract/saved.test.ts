import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf, stepsText } from "../../support/pythonNotebook";

const DOCS = "import pandas as pd\nimport gensim\ndf = pd.read_csv('a.csv')\ndocs = [t.split() for t in df.text]";
const TRAIN =
  "model = gensim.models.Word2Vec(docs, min_count=1)\nmodel.train(docs, total_examples=len(docs), epochs=10)";

test.each([
  'model.save("w2v.bin")',
  'path = "w2v.bin"\nmodel.save(path)',
  'model.wv.save_word2vec_format("w2v.txt.gz")',
])("a model of any library that is saved is given, with what trained it: %j", async (save) => {
  const extraction = await extractNotebook(notebookOf(DOCS, TRAIN, save));
  expect(extraction.targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["value model"]);
  expect(stepsText(extraction)).toContain("model.train(");
});

test("it is given beside saved tables", async () => {
  const cells = [DOCS, TRAIN, 'df.to_csv("b.csv")', 'model.save("w2v.bin")'];
  const { targets } = await extractNotebook(notebookOf(...cells));
  expect(targets.map(({ name }) => name)).toEqual(["df", "model"]);
});

test.each(['grid.to_netcdf("b.nc")', 'grid.to_zarr("b.zarr")'])("so is a grid of xarray: %s", async (save) => {
  const grid = 'import xarray as xr\nraw = xr.open_dataset("a.nc")\ngrid = raw["z"].coarsen(lat=4).std()';
  const { targets } = await extractNotebook(notebookOf(grid, save));
  expect(targets.map(({ name }) => name)).toEqual(["grid"]);
});

test.each(['model.save("w2v.png")', 'model.save("a", fps=9)', "model.save()", "import make\nmodel.save(make.path())"])(
  "a picture, and what goes to no file that can be seen, is no model: %j",
  async (save) => {
    await expect(extractNotebook(notebookOf(DOCS, TRAIN, save))).rejects.toMatchObject({ code: "EXTRACT_NO_TARGET" });
  },
);

test.each([
  ['style.save(fig, "a.png")', []],
  ['style.save(fig, FIGURES / "a.svg")', []],
  ['style.save(fig, "a.bin")', ["fig"]],
])("a picture that a function nobody knows saves is no result beside a model: %s", async (save, saved) => {
  const setup =
    "from pathlib import Path\nimport pandas as pd\nimport matplotlib.pyplot as plt\nfrom house import style";
  const fit = 'from sklearn.linear_model import Ridge\ndf = pd.read_csv("a.csv")\nm = Ridge().fit(df[["x"]], df["y"])';
  const draw = 'FIGURES = Path("out")\nfig, ax = plt.subplots()\nstyle.title(ax, m.predict(df[["x"]]).mean())';
  const { targets } = await extractNotebook(notebookOf(setup, fit, draw, save));
  expect(targets.flatMap(({ kind, name }) => (kind === "value" ? [name] : []))).toEqual(saved);
});

describe("what Spark writes is given as what pandas writes", () => {
  const SPARK =
    "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nrows = spark.read.csv('a.csv')\ntotals = rows.groupBy('b').sum()";

  test.each([
    ["totals.write.parquet('out')", "totals: totals"],
    ["totals.write.csv('out', header=True, mode='overwrite')", "totals: totals"],
    ["totals.write.mode('overwrite').format('json').save('out')", "totals: totals"],
    ["totals.coalesce(1).write.option('header', True).csv('out/totals')", "totals: totals"],
    ["totals.write.saveAsTable('totals')", "totals: totals"],
    ["totals.select('b').write.parquet('out/names.parquet')", "names: totals.select('b')"],
  ])("%s", async (write, given) => {
    const { module, targets } = await extractNotebook(notebookOf(SPARK, write));
    expect(targets.map(({ kind, name, expression }) => `${kind} ${name}: ${expression}`)).toEqual([`value ${given}`]);
    expect(module.text).not.toContain(".write");
  });

  test("and the predictions of a model go with it", async () => {
    const model =
      "from pyspark.ml.classification import LogisticRegression\nmodel = LogisticRegression().fit(rows)\nfound = model.transform(rows)\nfound.write.mode('overwrite').save('out')\nmodel.write().overwrite().save('model')";
    const { targets } = await extractNotebook(notebookOf(SPARK, model));
    expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model model", "value found"]);
  });
});

test("a notebook that saves a table only inside of a function is told which, and what to do", async () => {
  const body = 'def keep(path):\n    rows = pd.read_csv(path)\n    rows.dropna().to_parquet("rows.parquet")';
  const extraction = extractNotebook(notebookOf("import pandas as pd", body, 'keep("a.csv")'));
  await expect(extraction).rejects.toMatchObject({
    code: "EXTRACT_NO_TARGET",
    message: "study.ipynb saves a table only inside of the function keep (cell 2, line 3), and trains no model.",
    place: { cell: 2, line: 3 },
    hint: "Let keep return the table, and save it at the top level of a cell.",
  });
});

test.each([
  ["import onnx", 'onnx.save(made, "out/net.onnx")'],
  ["import torch", 'torch.jit.save(made, "out/net.pt")'],
  ["import tensorflow as tf", 'tf.saved_model.save(made, "out/net")'],
])("what writes a file is left out, as the folder that is made for it: %s", async (imports, save) => {
  const made = "import os\nimport nets\nmade = nets.build(3)";
  const extraction = await extractNotebook(notebookOf(`${imports}\n${made}`, `os.makedirs("out")\n${save}`));
  expect(extraction.targets.map(({ name }) => name)).toEqual(["made"]);
  expect(stepsText(extraction)).not.toMatch(/save\(|makedirs/);
});

describe("a model that is written in another form", () => {
  const NETS = "import tensorflow as tf\nfrom tensorflow import keras";
  const WRITE = 'with open("net.tflite", "wb") as out:\n    out.write(lite)';
  const CONVERT = (model: string) => `lite = tf.lite.TFLiteConverter.from_keras_model(${model}).convert()`;
  const given = async (...cells: readonly string[]) => {
    const extraction = await extractNotebook(notebookOf(NETS, ...cells));
    return { named: extraction.targets.map(({ kind, name }) => `${kind} ${name}`), text: stepsText(extraction) };
  };

  test("is the one that is saved", async () => {
    const fit = (name: string) =>
      `${name} = keras.Sequential([keras.layers.Dense(1)])\n${name}.compile(loss="mse")\n${name}.fit(X, y)`;
    const { named } = await given(
      DOCS,
      "X, y = df[['a']], df['b']",
      fit("small"),
      fit("large"),
      CONVERT("small"),
      WRITE,
    );
    expect(named).toEqual(["model small"]);
  });

  test.each([
    ["a chain of calls", CONVERT("net")],
    ["a converter", "maker = tf.lite.TFLiteConverter.from_keras_model(net)\nlite = maker.convert()"],
  ])("is given where it is only loaded, by %s", async (_, convert) => {
    const { named, text } = await given('net = keras.models.load_model("net.h5")', convert, WRITE);
    expect(named).toEqual(["value net"]);
    expect(text).not.toContain("TFLiteConverter");
  });
});

describe("a table that is saved more than once", () => {
  const READ = 'import pandas as pd\ndf = pd.read_csv("a.csv")\ndf["area"] = df["w"] * df["h"]';
  const given = async (...cells: readonly string[]) => {
    const extraction = await extractNotebook(notebookOf(READ, ...cells));
    return { names: extraction.targets.map(({ name }) => name), text: stepsText(extraction) };
  };

  test.each([
    ["is changed in between", 'df["big"] = df["area"] > 10'],
    ["is another one later", 'df = df.drop(columns="w")'],
  ])("is a result at each point where it %s, the first by its file's name", async (_, change) => {
    const { names, text } = await given('df.to_csv("out/first.csv")', change, 'df.to_csv("second.csv")');
    expect(names).toEqual(["first", "df"]);
    expect(text).toContain("    first = df.copy()\n");
  });

  test("has the variable's name where only the ending of its file's is seen", async () => {
    const save = (n: string) => `path = f"{area}" + str(${n}) + ".csv"\ndf.to_csv(path)`;
    const { names } = await given("area = 2", save("1"), 'df = df.drop(columns="w")', save("2"));
    expect(names).toEqual(["df_2", "df"]);
  });

  test("is no result where it needs what nothing defines", async () => {
    const lacks = "df['far'] = distances";
    const { names } = await given(
      lacks,
      'df.to_csv("first.csv")',
      'df = pd.read_csv("b.csv")',
      'df.to_csv("second.csv")',
    );
    expect(names).toEqual(["df"]);
  });

  test("is one result where it is the same", async () => {
    expect((await given('df.to_csv("first.csv")', "n = df.size", 'df.to_parquet("first.parquet")')).names).toEqual([
      "df",
    ]);
  });
});

test.each(["try", "if len(rows) > 9"])(
  "of columns that are saved in a block which makes the table, the table is given: %s",
  async (head) => {
    const rows = "import pandas as pd\nrows = pd.read_csv('a.csv')\nrows.to_csv('b.csv')";
    const last = head === "try" ? "\nexcept ValueError:\n    pass" : "";
    const block = `${head}:\n    final = rows.copy()\n    final['y'] = 1\n    final[['id', 'y']].to_csv('b.csv')${last}`;
    const extraction = await extractNotebook(notebookOf(rows, block));
    expect(extraction.targets.map(({ name }) => name)).toEqual(["rows", "final"]);
    expect(stepsText(extraction)).toContain("final = rows.copy()");
  },
);
