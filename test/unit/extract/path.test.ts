import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";
import { predictIn, predictOf } from "../../support/predictText";

const IMPORTS = `import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler
df = pd.read_csv("houses.csv")`;
const FIT = "model = LinearRegression()\nmodel.fit(X, y)";
const scored = (...cells: readonly string[]) => predictOf(IMPORTS, ...cells);

/** Why a cell between the table and the fit leaves no way for raw rows. */
async function obstacle(cell: string, then = 'X, y = df[["size"]], df["price"]'): Promise<string | undefined> {
  const [line] = await scored(cell, then, FIT);
  return line;
}

const XY = 'X, y = df[["size"]], df["price"]';
const ROWS = "df = rows.reset_index(drop=True)";

describe("predict", () => {
  test("prepares rows as the training set, where a notebook prepares it together with the test set", async () => {
    const sets = 'train = pd.read_csv("train.csv")\ntest = pd.read_csv("test.csv")';
    const lines = await scored(
      sets,
      'both = pd.concat([train, test], ignore_index=True)\nboth["size"] = both["size"].fillna(both["size"].mean())',
      'known = both[both["price"].notnull()]\nX, y = known.drop(columns="price"), known["price"]',
      FIT,
    );
    expect(lines).toEqual([
      "train = rows.reset_index(drop=True)",
      "both = train.reset_index(drop=True)",
      'both["size"] = both["size"].fillna(fitted.size_mean)',
      "known = both",
      'X = known.drop(columns="price", errors="ignore")',
      "return fitted.model.predict(X)",
    ]);
  });

  test.each([
    ["a fit above of the same name", `${XY}\n${FIT}`, "y"],
    ["the fit of a scaler in the function", "sc = StandardScaler()", "sc.fit(X)\n    X = sc.transform(X)"],
  ])("does not begin at %s, where a function fits the model", async (_, above, line) => {
    const train = `def train(X, y):\n    ${line}\n    m = LinearRegression()\n    m.fit(X * 2, y)\n    return m`;
    const lines = await scored(above, train, 'model = train(df[["size"]], df["price"])\nprint(model.coef_)');
    expect(lines[0]).toContain("what model is fitted on is not seen");
  });

  test("leaves out what is asserted of the rows of the training", async () => {
    const cell = "assert df.shape[0] == 20\nassert len(df) > 2, df.head()";
    expect(await scored(cell, XY, FIT)).toEqual([ROWS, 'X = df[["size"]]', "return fitted.model.predict(X)"]);
  });

  test.each(["[first, second]", "[train, extra]", "[test, train]", '[train, test], join="inner"', "[train]"])(
    "is not there where the rows of other tables may be trained on, too: %s",
    async (tables) => {
      const sets = ["train", "test", "first", "second", "extra"].map((name) => `${name} = pd.read_csv("${name}.csv")`);
      const both = `both = pd.concat(${tables})\nX, y = both[["size"]], both["price"]`;
      expect((await scored(sets.join("\n"), both, FIT))[0]).toContain("concat puts other rows below.");
    },
  );

  test.each([
    'df["size"] = df["size"].fillna(df["size"].mode())',
    'usual = df["size"].mode()\ndf["size"] = df["size"].fillna(usual)',
    'df["size"].fillna(df["size"].mode(), inplace=True)',
    "df = df.fillna(df.mode())",
    'df["size"] = df["size"] - df["size"].mode()',
  ])("is not there where a mode is put beside the rows by the index: %s", async (cell) => {
    expect(await obstacle(cell)).toContain("mode gives a column, whose entries go to the rows of the same index");
  });

  test.each(["mode()[0]", "mode().iloc[0]", "mode().values[0]"])(
    "takes the first value of a mode: %s",
    async (mode) => {
      const [, line] = await scored(`df["size"] = df["size"].fillna(df["size"].${mode})`, XY, FIT);
      expect(line).toMatch(/^df\["size"\] = df\["size"\].fillna\(fitted.size_\w+\)$/);
    },
  );

  test("is not there where a function of the notebook reads the table: it is said which", async () => {
    const reader = 'def rows_of(path):\n    return pd.read_csv(path)\nown = rows_of("houses.csv")';
    const [line] = await scored(reader, 'X, y = own[["size"]], own["price"]', FIT);
    expect(line).toContain("rows_of, a function, reads the table, and its rows are not followed.");
  });

  test("takes texts as the tokenizer of Keras numbers and pads them", async () => {
    const imports =
      "from keras.preprocessing.text import Tokenizer\nfrom keras.preprocessing import sequence\nwords = Tokenizer()";
    const numbered = 'words.fit_on_texts(df["text"])\nnumbers = words.texts_to_sequences(df["text"])';
    const padded = (given: string) => `X = sequence.pad_sequences(numbers${given})\ny = df["price"]`;
    expect(await scored(imports, numbered, padded(", maxlen=20"), FIT)).toEqual([
      ROWS,
      'numbers = fitted.words.texts_to_sequences(df["text"])',
      "X = sequence.pad_sequences(numbers, maxlen=fitted.maxlen)",
      "return fitted.model.predict(X)",
    ]);
    const [first] = await scored(imports, numbered, padded(""), FIT);
    expect(first).toContain("pad_sequences pads to the longest of all rows.");
  });

  test.each(['orient="records"', '"records"'])("hands each row on as a dictionary: %s", async (given) => {
    const imports = "from sklearn.feature_extraction import DictVectorizer\nwords = DictVectorizer(sparse=False)";
    const prepare = `dicts = df[["size", "town"]].to_dict(${given})\nX, y = words.fit_transform(dicts), df["price"]`;
    const extraction = await extractNotebook(notebookOf(IMPORTS, imports, prepare, FIT));
    expect(predictIn(extraction)).toEqual([
      ROWS,
      `dicts = df[["size", "town"]].to_dict(${given})`,
      "X = fitted.words.transform(dicts)",
      "return fitted.model.predict(X)",
    ]);
  });

  test.each(["", '"list"', "orient=form"])("has no way through a dictionary of columns: %s", async (given) => {
    const cell = `form = "index"\ndicts = df[["size"]].to_dict(${given})`;
    expect(await obstacle(cell, 'X, y = pd.DataFrame(dicts), df["price"]')).toContain(
      "to_dict may look at other rows.",
    );
  });

  test("computes columns again, and leaves out what chooses rows or makes labels", async () => {
    const lines = await scored(
      'df = df.dropna().drop_duplicates()\ndf["price"] = np.log1p(df["price"])\ndf["area"] = df["width"] * df["depth"]',
      'df = df[df["area"] > 10].reset_index(drop=True)',
      'X, y = df[["area", "rooms"]], df["price"]\nX_train, X_test, y_train, y_test = train_test_split(X, y)',
      "model = LinearRegression().fit(X_train, y_train)",
    );
    expect(lines).toEqual([
      ROWS,
      'df["area"] = df["width"] * df["depth"]',
      'X = df[["area", "rooms"]]',
      "X_train = X",
      "return fitted.model.predict(X_train)",
    ]);
  });

  test.each([
    ['df["price"] = np.log1p(df["price"])\nX, y = df[["size"]], df["price"]', "np.log1p", "np.expm1"],
    ['X, y = df[["size"]], np.sqrt(df["price"])', "np.sqrt", "np.square"],
    ['X, y = df[["size"]], df["price"]\ny = y.apply(np.log)', "np.log", "np.exp"],
  ])("says that %s is what the model predicts", async (cell, scale, inverse) => {
    const { module, diagnostics } = await extractNotebook(notebookOf(IMPORTS, cell, FIT));
    const said = `The model learned ${scale} of the labels and predicts that; ${inverse} takes it back.`;
    expect(module.text).toContain(`\n\n    ${said}\n    """`);
    expect(diagnostics.find(({ code }) => code === "scoring.label-scale")).toMatchObject({ cell: 2, message: said });
  });

  test.each([
    'df["size"] = np.log1p(df["size"])\nX, y = df[["size"]], df["price"]',
    'X, y = np.log1p(df[["size"]]), df["price"]',
    'X, y = df[["size"]], df["price"]\ny = np.expm1(np.log1p(y))',
  ])("says nothing where no function that can be taken back is left on the labels: %s", async (cell) => {
    const { diagnostics } = await extractNotebook(notebookOf(IMPORTS, cell, FIT));
    expect(diagnostics.filter(({ code }) => code === "scoring.label-scale")).toEqual([]);
  });

  test.each([
    [
      "import xgboost as xgb",
      "train = xgb.DMatrix(X[a], label=y, weight=w, feature_names=a)\nmodel = xgb.train({}, train)",
      "np.asarray(fitted.model.predict(xgb.DMatrix(X[fitted.a], feature_names=fitted.a)))",
    ],
    [
      "import lightgbm as lgb",
      "model = lgb.train({}, lgb.Dataset(X[a], y))",
      "np.asarray(fitted.model.predict(X[fitted.a]))",
    ],
    [
      "from catboost import CatBoostRegressor, Pool",
      "pool = Pool(data=X[a], label=y)\nmodel = CatBoostRegressor()\nmodel.fit(pool)",
      "fitted.model.predict(X[fitted.a])",
    ],
  ])("takes the rows out of what a boosting library holds them in: %s", async (imported, cell, last) => {
    const chosen = 'X, y, w = df[["size", "rooms"]], df["price"], df["age"]\na = list(X.columns[:1])';
    expect((await scored(imported, chosen, cell)).at(-1)).toBe(`return ${last}`);
  });

  test("takes from the training what a comprehension over a column reads", async () => {
    const means = 'm = df["size"].mean()\nv = 3\ndf["over"] = [v - m if v > m else abs(m) for v in df["size"]]';
    expect(await scored(means, 'X, y = df[["over"]], df["price"]', FIT)).toContain(
      'df["over"] = [v - fitted.m if v > fitted.m else abs(fitted.m) for v in df["size"]]',
    );
  });

  test("takes the columns that another table or the labels tell of from the training", async () => {
    const other = 'names = pd.read_csv("names.csv")["0"].to_list()\nX, y = df[names], df["price"]';
    expect((await scored(other, FIT)).slice(-2)).toEqual(["X = df[fitted.names]", "return fitted.model.predict(X)"]);
    const related =
      'y = df["price"]\nX = df.drop(columns="price")\nbest = X.corrwith(y).abs().sort_values().index[-2:]\nX = X[best]';
    expect((await scored(related, FIT)).slice(-2)).toEqual(["X = X[fitted.best]", "return fitted.model.predict(X)"]);
  });

  test("takes columns by name that the training chose by what is in them, or by several tests of their names", async () => {
    const few = '[c for c in df.columns if df[c].nunique() < 10 and df[c].dtype == "object"]';
    const cell = `few = ${few}\nnumbers = [c for c in df.columns if df[c].dtype != "object"]\ny = df["price"]\nX = df[few + numbers].copy()`;
    expect(await scored(cell, FIT)).toContain("X = df[fitted.few + fitted.numbers].copy()");
    const masked = 'y = df["price"]\nX = df.loc[:, (df.columns != "price") & (df.columns != "town")]';
    expect((await scored(masked, FIT)).slice(-2)).toEqual([
      "X = df.filter(items=fitted.x_columns)",
      "return fitted.model.predict(X)",
    ]);
  });

  test("keeps no names of columns where only rows are chosen", async () => {
    const cell = 'df = df.loc[df["size"] < 9, :]\ndf = df.iloc[1:, :]\nX, y = df[["size"]], df["price"]';
    expect(await scored(cell, FIT)).toEqual([ROWS, 'X = df[["size"]]', "return fitted.model.predict(X)"]);
  });

  test("is not written where a matrix may hold something else than the rows", async () => {
    const cell = 'X, y = df[["size"]], df["price"]\nmodel = xgb.train({}, xgb.DMatrix(X, y, missing=-999))';
    expect((await scored("import xgboost as xgb", cell))[0]).toContain("what DMatrix holds is not followed.");
  });

  test("takes statistics and fitted objects from the training", async () => {
    const lines = await scored(
      'df["size"] = df["size"].fillna(df["size"].median())\nmiddle = df["rooms"].mean()\ndf["rooms"] = df["rooms"] - middle',
      'X = df.drop("price", axis=1)\ny = df["price"]\nX = StandardScaler().fit_transform(X, y)',
      FIT,
    );
    expect(lines).toEqual([
      ROWS,
      'df["size"] = df["size"].fillna(fitted.size_median)',
      'df["rooms"] = df["rooms"] - fitted.middle',
      'X = df.drop("price", axis=1, errors="ignore")',
      "X = fitted.standard_scaler.transform(X)",
      "return fitted.model.predict(X)",
    ]);
  });

  test("gives dummies the columns of the training, whichever classes the rows have", async () => {
    const { module } = await extractNotebook(
      notebookOf(IMPORTS, 'X = pd.get_dummies(df[["town", "size"]], drop_first=True)\ny = df["price"]', FIT),
    );
    expect(module.text).toContain("    x_columns = X.columns\n");
    expect(module.text).toContain(
      'X = pd.get_dummies(df[["town", "size"]]).reindex(columns=fitted.x_columns, fill_value=0)',
    );
  });

  test("keeps a copy of what is fitted again later", async () => {
    const { module } = await extractNotebook(
      notebookOf(
        IMPORTS,
        'coder = LabelEncoder()\ndf["town"] = coder.fit_transform(df["town"])\ndf["kind"] = coder.fit_transform(df["kind"])',
        'X, y = df[["town", "kind"]], df["price"]',
        FIT,
      ),
    );
    expect(module.text).toContain('    df["town"] = coder.fit_transform(df["town"])\n    coder_2 = deepcopy(coder)\n');
    expect(module.text).toContain('    df["town"] = fitted.coder_2.transform(df["town"])\n');
    expect(module.text).toContain('    df["kind"] = fitted.coder.transform(df["kind"])\n');
  });

  test("takes columns that are chosen by their place by the names that they had", async () => {
    const lines = await scored("X = df.iloc[:, :-1].values\ny = df.iloc[:, -1].values", FIT);
    expect(lines).toEqual([ROWS, "X = df[fitted.df_columns].values", "return fitted.model.predict(X)"]);
  });

  test.each(['df.columns != "price"', '~df.columns.isin(["price"])'])(
    "takes columns that are chosen by a truth value for each, %s, by their names",
    async (mask) => {
      const lines = await scored(`X = df.loc[:, ${mask}]\ny = df["price"]`, FIT);
      expect(lines.slice(1)).toEqual(["X = df.filter(items=fitted.x_columns)", "return fitted.model.predict(X)"]);
    },
  );

  test("is none where a column is made of all rows at once, whichever part of that it takes", async () => {
    const { module, diagnostics } = await extractNotebook(
      notebookOf(IMPORTS, 'df["town"] = pd.factorize(df["town"])[0]', 'X, y = df[["town"]], df["price"]', FIT),
    );
    expect(module.text).not.toContain("def predict");
    expect(diagnostics.find(({ code }) => code === "scoring.path")?.message).toContain("what factorize does");
  });

  test("does not ask for labels that are among columns chosen by their place", async () => {
    const lines = await scored('df = df.iloc[:, 2:]\nX = df.drop(columns="price")\ny = df["price"]', FIT);
    expect(lines.slice(1, 3)).toEqual([
      "df = df.filter(items=fitted.df_columns)",
      'X = df.drop(columns="price", errors="ignore")',
    ]);
  });

  test("does not ask for the labels where they are chosen beside the features", async () => {
    const lines = await scored(
      'df = df[["size", "price"]]\ndf["price"] = df["price"].astype(float)\nX = df.drop(columns="price")\ny = df.pop("price")',
      FIT,
    );
    expect(lines).toEqual([
      ROWS,
      'df = df.filter(items=["size", "price"])',
      'X = df.drop(columns="price", errors="ignore")',
      "return fitted.model.predict(X)",
    ]);
  });

  test.each(['y = df["price"]', 'y = df["price"] > 100'])(
    "does not ask for the labels of %s where dummies are made of the table that holds them",
    async (labels) => {
      const head = 'df = df[["size", "town", "price"]]\ndf = pd.get_dummies(df, columns=["town"])';
      for (const features of ['X = df[["size", "town_a"]]', 'X = df.drop(columns="price", errors="ignore")'])
        expect(await scored(`${head}\n${features}\n${labels}`, FIT)).toEqual([
          ROWS,
          'df = df.filter(items=["size", "town", "price"])',
          'df = pd.get_dummies(df, columns=["town"]).reindex(columns=fitted.df_columns, fill_value=0)',
          features,
          "return fitted.model.predict(X)",
        ]);
      const all = await scored(`${head}\nX = df.values\n${labels}`, FIT);
      expect(all.join()).not.toContain("filter(");
    },
  );

  test("takes settings as they were when the model was fitted", async () => {
    const lines = await scored(
      "LARGEST = 300\ndef capped(size):\n    return min(size, LARGEST)",
      'df["size"] = df["size"].apply(capped)\nX, y = df[["size"]], df["price"]',
      FIT,
    );
    expect(lines.join(" ")).toContain('df["size"].apply(partial(capped, largest=fitted.largest))');
  });
});

describe("no predict, and the statement that stands in the way", () => {
  test("a label that is computed of a column leaves the column to the features", async () => {
    const next = 'df = df.dropna()\ny = df["price"] > 100\nX = df[["price", "size"]]';
    expect((await scored(next, FIT)).at(-1)).toBe("return fitted.model.predict(X)");
  });

  test("a table that the notebook wrote itself: what it did to the raw rows is not in its read", async () => {
    const [line] = await scored(
      'df["size"] = df["size"] * 2\ndf.to_csv("clean.csv", index=False)',
      'again = pd.read_csv("clean.csv")\nX, y = again[["size"]], again["price"]',
      FIT,
    );
    expect(line).toContain("the table that it reads is one that the notebook wrote.");
  });

  test.each([
    ["rows", "import csv\nwith open('b.csv', 'w') as f:\n    w = csv.writer(f)\n    w.writerow(['size', 'price'])"],
    ["lines", "with open('b.csv', 'w') as f:\n    f.write('size,price\\n')"],
  ])("a table of %s that the notebook wrote itself", async (_what, written) => {
    const [line] = await scored(written, 'again = pd.read_csv("b.csv")\nX, y = again[["size"]], again["price"]', FIT);
    expect(line).toContain("the table that it reads is one that the notebook wrote.");
  });

  test("but not a table that it only fetched", async () => {
    const fetched =
      "import requests\nwith open('b.csv', 'wb') as f:\n    f.write(requests.get('https://x.org/b').content)";
    const lines = await scored(fetched, 'again = pd.read_csv("b.csv")\nX, y = again[["size"]], again["price"]', FIT);
    expect(lines.at(-1)).toBe("return fitted.model.predict(X)");
  });

  test.each([
    ['df["size"] = df["size"].shift(1)', "shift may look at other rows."],
    ['df["size"] = df["size"].fillna(method="ffill")', "ffill may look at other rows."],
    [
      'df["size"] = df.groupby("town")["size"].transform("mean")',
      "transform computes a row from the rows of its group.",
    ],
    ['df["size"] = np.random.rand(len(df))', "it depends on how many rows there are."],
    ['df["size"] = df["size"].rank()', "rank may look at other rows."],
    ['df["size"] = df["size"].astype("category").cat.codes', "astype may look at other rows."],
    ['df["size"] = pd.to_datetime(df["sold"])', "pd.to_datetime without a format takes it from the first row."],
    ['df["size"] = pd.cut(df["size"], 4)', "pd.cut takes its bins from all rows."],
    ['df = df.merge(pd.read_csv("towns.csv"), on="town")', "merge may look at other rows."],
    ['small = df[df["size"] < 9]\ndf["size"] = small["size"]', "it has other rows than the table."],
    [
      "rows = StandardScaler().fit_transform(df)\ndf = pd.DataFrame(rows, columns=df.columns)",
      "the label is among what it transforms.",
    ],
    ['df.loc[3, "size"] = 7', "which rows are set does not follow from what they hold."],
    [
      'for name in ["size"]:\n    while df[name].max() > 9:\n        df[name] = df[name] / 2',
      "what the for makes of the rows is not followed.",
    ],
    ['df.loc[df["price"] > 9, "size"] = 7', "it reads price, the label."],
    ['df["size"] = np.where(df.price > 9, 1, df["size"])', "it reads price, the label."],
    ['df["size"] = [1, 2, 3]', "whether it is one value for every row is not known."],
  ])("%s", async (cell, reason) => {
    expect(await obstacle(cell)).toContain(reason);
    expect(await obstacle(cell)).toMatch(/^info 2:\d /);
  });

  test.each([
    ['df.columns = ["Size", "Price"]', 'df.columns.map(dict(zip(fitted.df_columns, ["Size", "Price"])))'],
    [
      'names = open("names.txt").read().split()\ndf.columns = names',
      "df.columns.map(dict(zip(fitted.df_columns, fitted.names)))",
    ],
    ["df.columns = [c.lower() for c in df.columns]", "[c.lower() for c in df.columns]"],
    ['df.columns = df.columns.str.strip().str.replace(" ", "_")', 'df.columns.str.strip().str.replace(" ", "_")'],
  ])("%s: gives rows with fewer columns their new names, too", async (cell, names) => {
    const lines = await scored(cell, 'X, y = df[["size"]], df["price"]', FIT);
    expect(lines).toEqual([ROWS, `df.columns = ${names}`, 'X = df[["size"]]', "return fitted.model.predict(X)"]);
  });

  test.each([
    ['y = df["price"]\nX = StandardScaler().fit_transform(df.drop(columns="price"))', "taken of the raw one"],
    [
      'rows = StandardScaler().fit_transform(df[["size"]])\ntable = pd.DataFrame(rows, columns=["size"])\ntable["price"] = df["price"]\nX, y = table[["size"]], table["price"]',
      "put beside it afterwards",
    ],
  ])("%s: a label that is %s is not among what is transformed", async (cell) => {
    expect((await scored(cell, FIT)).at(-1)).toBe("return fitted.model.predict(X)");
  });

  test("is not said of what the model does not take", async () => {
    const lines = await scored('df["last"] = df["price"].shift(1)\nX, y = df[["size"]], df["price"]', FIT);
    expect(lines.at(-1)).toBe("return fitted.model.predict(X)");
  });

  test.each([
    'Pipeline(steps=[("s", StandardScaler()), ("m", LinearRegression())])',
    'Pipeline([("s", StandardScaler()), ("m", other)])',
  ])("is not that %s may predict nothing", async (made) => {
    const imports = "from sklearn.pipeline import Pipeline\nother = LinearRegression()";
    const [first] = await scored(imports, `X, y = df[["size"]], df["price"]\nmodel = ${made}\nmodel.fit(X, y)`);
    expect(first?.includes("whether model predicts rows one by one is not known.")).toBe(false);
  });

  test.each([
    ["model = keras.Model(inp, keras.layers.Dense(1)(inp))", "predict"],
    ["def build():\n    net = Sequential()\n    net.add(other)\n    return net\nmodel = build()", "predict"],
    ["def build():\n    return keras.Model(inp, out)\ndef again():\n    return build()\nmodel = again()", "predict"],
    ["def build():\n    if tall:\n        return Sequential()\n    return Tower()\nmodel = build()", "no predict"],
    ["def build():\n    net = Sequential()\n    net = Tower(net)\n    return net\nmodel = build()", "no predict"],
    ["class Model(keras.Model):\n    pass\nmodel = Model()", "no predict"],
  ])("is what a network is made by, where the text does not show it: %s", async (made, expected) => {
    const imports = "import keras\nfrom keras import Sequential\nfrom towers import Tower\ninp = keras.Input((1,))";
    const lines = await scored(
      imports,
      `X, y = df[["size"]], df["price"]\n${made}`,
      'model.compile(loss="mse")\nmodel.fit(X, y)',
    );
    expect(lines.at(-1) === "return fitted.model.predict(X)" ? "predict" : "no predict").toBe(expected);
  });

  test("is that the rows come of no table, or of two", async () => {
    const own = "X = np.array([[1], [2]])\ny = np.array([1, 2])";
    expect((await scored(own, FIT))[0]).toContain("its rows come of no table that the notebook reads.");
    const two = 'other = pd.read_csv("more.csv")\nX = pd.concat([df[["size"]], other])\ny = df["price"]';
    expect((await scored(two, FIT))[0]).toContain("concat puts other rows below.");
  });

  test("is said in one place with a hint, and breaks nothing else", async () => {
    const { diagnostics } = await extractNotebook(
      notebookOf(IMPORTS, 'df["size"] = df["size"].diff()\nX, y = df[["size"]], df["price"]', FIT),
    );
    expect(diagnostics.filter(({ code }) => code === "scoring.path")).toMatchObject([
      {
        severity: "info",
        cell: 2,
        line: 1,
        message:
          'The module has no predict for raw rows, because of `df["size"] = df["size"].diff()`: diff may look at other rows.',
        hint: expect.stringContaining("Pipeline"),
      },
    ]);
  });
});

test.each(["LinearDiscriminantAnalysis(n_components=1)", "KMeans(random_state=0)"])(
  "what a model makes of rows as a transformer does is of each row: %s",
  async (reducer) => {
    const imports =
      "from sklearn.cluster import KMeans\nfrom sklearn.discriminant_analysis import LinearDiscriminantAnalysis";
    const cell = `reducer = ${reducer}\nX, y = df[["size", "rooms"]], df["price"]\nX = reducer.fit_transform(X, y)`;
    expect(await scored(imports, cell, FIT)).toEqual([
      ROWS,
      'X = df[["size", "rooms"]]',
      "X = fitted.reducer.transform(X)",
      "return fitted.model.predict(X)",
    ]);
  },
);

describe("what the model takes by position", () => {
  const table = `size,price,rooms\n${"50.5,100,3\n60,200,2\n".repeat(20)}`;
  const withTable = async (...cells: readonly string[]) =>
    predictIn(await extractNotebook(notebookOf(IMPORTS, ...cells), { table }));
  const label = 'df["price"] = df["price"].apply(lambda price: 1 if price > 150 else 0)\ny = df["price"]';

  test.each([
    "X = np.array(df.iloc[:, 1:])",
    "X = df.iloc[:, 1:].values",
    "X = df.iloc[:, 1:]",
    "X = df.iloc[:, :2]\nX = StandardScaler().fit_transform(X)",
    "scaler = StandardScaler()\nX = scaler.fit_transform(df.iloc[:, 1:].values)",
    "X = df.iloc[:, 1:]\nX, late, y, late_y = train_test_split(X, y, random_state=0)",
  ])("is not scored where the label is among it: %s", async (features) => {
    const [line] = await withTable(label, features, FIT);
    expect(line).toMatch(/^info 3:[12] it reads price, the label\.$/);
  });

  test("is scored where it is not", async () => {
    expect(await withTable(label, "X = df.iloc[:, [0, 2]]", FIT)).toContain("return fitted.model.predict(X)");
    const computed = 'X, y = df.iloc[:, 1:], df["price"] > 150';
    expect(await withTable(computed, FIT)).toContain("return fitted.model.predict(X)");
  });

  test("is scored where the model chooses of it what is not the label", async () => {
    const chooser = 'ColumnTransformer([("scale", StandardScaler(), ["rooms"])])';
    const imports = "from sklearn.compose import ColumnTransformer\nfrom sklearn.pipeline import make_pipeline";
    const fit = `model = make_pipeline(${chooser}, LinearRegression())\nmodel.fit(df.iloc[:, 1:], y)`;
    expect((await withTable(imports, label, fit)).at(-1)).toMatch(/^return fitted\.model\.predict\(/);
  });
});
