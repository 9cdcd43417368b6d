import { describe, expect, test } from "vitest";
import { extractPython } from "../../../src/core/extract/python";
import { createParser } from "../../../src/core/python/syntax";
import { csvColumns } from "../../../src/core/snapshot/csvTable";
import { createGrammar } from "../../../src/node/grammar";
import { notebookOf } from "../../support/pythonNotebook";

const grammar = createGrammar();
const parse = Promise.all([grammar.runtime(), grammar.python()]).then(([runtime, python]) =>
  createParser({ runtime, python }),
);

/** Rows enough for chance to leave none of the values out. */
const HOUSES = `id,size,town,price,sold\n${"1,50.5,Ulm,100,yes\n2,60,Bonn,200,no\n3,,Ulm,300,yes\n".repeat(20)}4,70,Kiel,900,no\n`;
const IMPORTS = [
  "import numpy as np",
  "import pandas as pd",
  "from sklearn.linear_model import LinearRegression, LogisticRegression",
  "from sklearn.ensemble import RandomForestRegressor",
  "from sklearn.compose import ColumnTransformer",
  "from sklearn.model_selection import train_test_split",
  "from sklearn.pipeline import make_pipeline",
  "from sklearn.preprocessing import OneHotEncoder, StandardScaler",
].join("\n");
const READ = 'df = pd.read_csv("houses.csv")';
/** A function of this name keeps the module from having a `predict`: the model alone is exported, then. */
const READ_ALONE = 'def predict(rows):\n    return rows\ndf = predict(pd.read_csv("houses.csv"))';

/** What text and file show of the model that these cells fit, and that is exported alone. */
function shown(...cells: readonly string[]) {
  return shownOf(`${IMPORTS}\n${READ_ALONE}`, ...cells);
}

async function shownOf(...cells: readonly string[]) {
  const tools = { parse: await parse, format: async (text: string) => text, table: async () => ({ text: HOUSES }) };
  const options = { pipeline: "houses", folder: "pipelines/houses" };
  const extraction = await extractPython(notebookOf(...cells), options, tools);
  return { ...extraction.client, diagnostics: extraction.diagnostics };
}

describe("the columns of a CSV file", () => {
  test("have pandas' types: a whole number beside a missing one is a float, a date is text, yes is no boolean", () => {
    const text = "a,b,c,d,e\n1,1,2020-01-01,yes,True\n2,,2020-01-02,no,False\n";
    expect(csvColumns(text)?.map(({ type, nullable }) => [type, nullable])).toEqual([
      ["integer", false],
      ["number", true],
      ["string", false],
      ["string", false],
      ["boolean", false],
    ]);
  });

  test("are not told where versions of pandas differ, or a row is longer than the header", () => {
    expect(csvColumns("a\nNone\nx\n")?.[0]?.type).toBeUndefined();
    expect(csvColumns("a,b\n1,2,3\n")).toBeUndefined();
  });
});

describe("the signature of a module with a predict", () => {
  const withPredict = (...cells: readonly string[]) => shownOf(`${IMPORTS}\n${READ}`, ...cells);

  test("names the raw columns of an array", async () => {
    const { signature } = await withPredict(
      'X = df[["id", "price"]].values\nmodel = LogisticRegression()\nmodel.fit(X, df["sold"])',
    );
    expect(signature?.inputs.map(({ name }) => name)).toEqual(["id", "price"]);
    expect(signature?.layout).toBe("matrix");
  });

  test.each([
    ["computes a column", 'df["double"] = df["price"] * 2\nX = df[["id", "double"]]', 1],
    ["renames a column", 'df = df.rename(columns={"price": "cost"})\nX = df[["id", "cost"]]', 1],
    ["fills a column", 'X = df[["id", "price"]]\nX = X.fillna(0)', 2],
  ])("is not known where that %s", async (_, code, line) => {
    const { signature, obstacle } = await withPredict(
      `${code}\nmodel = LogisticRegression()\nmodel.fit(X, df["sold"])`,
    );
    expect(signature).toBeUndefined();
    expect(obstacle).toMatchObject({ cell: 2, line, reason: expect.stringContaining("ONNX model") });
  });

  test("is known where rows are chosen by what they hold, which is no part of predict", async () => {
    const { signature } = await withPredict(
      'df = df[df["price"] < 500]\nX = df[["id"]]\nmodel = LogisticRegression()\nmodel.fit(X, df["sold"])',
    );
    expect(signature?.inputs).toMatchObject([{ name: "id", range: [1, 3] }]);
  });

  test("tells of a scaler outside of the model that predict uses it", async () => {
    const { diagnostics } = await withPredict(
      'X = df[["id", "price"]]\nscaler = StandardScaler()\nX_scaled = scaler.fit_transform(X)',
      'model = LogisticRegression()\nmodel.fit(X_scaled, df["sold"])',
    );
    const found = diagnostics.find(({ code }) => code === "scoring.outside");
    expect(found).toMatchObject({
      severity: "info",
      message: expect.stringContaining("raw columns id, price: predict of the module"),
      hint: expect.stringContaining("Put scaler into a Pipeline with the model."),
    });
  });
});

describe("the signature that text and data show", () => {
  test("follows columns through lists, filters, new columns and a split", async () => {
    const { signature } = await shown(
      [
        'df = df.dropna().rename(columns={"size": "area"})',
        'df["big"] = df["area"] > 55',
        'features = [c for c in df.columns if c not in ["id", "price", "sold", "town"]]',
        'X_train, X_test, y_train, y_test = train_test_split(df[features], df["sold"])',
        "model = LogisticRegression()",
        "model.fit(X_train, y_train)",
      ].join("\n"),
    );
    expect(signature?.inputs.map(({ name, type, nullable }) => [name, type, nullable])).toEqual([
      ["area", "number", false],
      ["big", "boolean", false],
    ]);
    expect(signature?.output).toEqual({ name: "sold", type: "string", classes: ["no", "yes"], probabilities: true });
  });

  test("says what labels are that keep the name of their column", async () => {
    const { signature, outputMeaning } = await shown(
      'y = np.log1p(df.pop("price"))\nmodel = RandomForestRegressor()\nmodel.fit(df[["id", "size"]], y)',
    );
    expect(signature?.output).toMatchObject({ name: "price", meaning: "log1p of price" });
    expect(outputMeaning).toBe("log1p of price");
  });

  test("warns where a scaler stays outside of the model, and names the raw columns", async () => {
    const { signature, diagnostics } = await shown(
      'X = df[["id", "price"]]\nscaler = StandardScaler()\nX_scaled = scaler.fit_transform(X)',
      'model = LogisticRegression()\nmodel.fit(X_scaled, df["sold"])',
    );
    expect(signature?.inputs.map(({ name, meaning }) => [name, meaning])).toEqual([
      ["x0", "scaler.transform of id"],
      ["x1", "scaler.transform of price"],
    ]);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: "scoring.outside", severity: "warning", cell: 3, line: 2 }),
    );
  });

  test.each([
    [
      "are stored back into the table",
      'num = ["id", "price"]\nscaler = StandardScaler()\ndf[num] = scaler.fit_transform(df[num])',
      'model = LogisticRegression()\nmodel.fit(df[num], df["sold"])',
    ],
    [
      "come as an array to a clustering",
      'X = df[["id", "price"]].values\nscaler = StandardScaler()\nZ = scaler.fit_transform(X)',
      "from sklearn.cluster import KMeans\nmodel = KMeans(2)\nmodel.fit(Z)",
    ],
    [
      "are one part of a table",
      'scaler = StandardScaler()\nscaled = pd.DataFrame(scaler.fit_transform(df[["id", "price"]]), columns=["id", "price"])',
      'model = LogisticRegression()\nmodel.fit(scaled, df["sold"])',
    ],
  ])("warns of scaled columns that %s", async (_, ...cells) => {
    const { diagnostics } = await shown(...cells);
    const [found, ...others] = diagnostics.filter(({ code }) => code === "scoring.outside");
    expect(found?.message).toMatch(/what scaler\.transform gives, not the raw columns id, price:/);
    expect(others).toEqual([]);
  });

  test("makes up no names for what has none", async () => {
    const { diagnostics } = await shown(
      'scaler = StandardScaler()\nZ = scaler.fit_transform(df["id"].values.reshape(-1, 1))',
      "from sklearn.cluster import KMeans\nmodel = KMeans(2)\nmodel.fit(Z)",
    );
    const [found] = diagnostics.filter(({ code }) => code === "scoring.outside");
    expect(found?.message).toContain("what scaler.transform gives, not the raw columns: whoever");
  });

  test.each([
    [
      "a list that is changed in place",
      'cols = ["id"]\nalso = cols\nalso.append("price")\nX = df[cols]',
      ["id", "price"],
    ],
    ["a table with two names", 'X = df[["id"]]\nsame = X\nsame["price"] = df["price"]', ["id", "price"]],
    [
      "the notebook's own function",
      'def prepare(d):\n    d = d.drop(columns=["town", "size"])\n    return d[["id"]]\nX = prepare(df)',
      ["id"],
    ],
  ])("follows %s", async (_, code, names) => {
    const { signature } = await shown(`${code}\nmodel = LogisticRegression()\nmodel.fit(X, df["sold"])`);
    expect(signature?.inputs.map(({ name }) => name)).toEqual(names);
  });

  test.each([
    "RandomizedSearchCV(LogisticRegression(), {})",
    "make_pipeline(FunctionTransformer(), LogisticRegression())",
  ])("is not told of %s, which may have no ONNX form", async (model) => {
    const { signature, obstacle } = await shown(
      `from sklearn.model_selection import RandomizedSearchCV
from sklearn.preprocessing import FunctionTransformer
model = ${model}
model.fit(df[["price"]], df["sold"])`,
    );
    expect(signature).toBeUndefined();
    expect(obstacle?.reason).toContain("ONNX form");
  });

  const towns = async (code: string) => {
    const { signature } = await shown(
      `${code}\nmodel = make_pipeline(ColumnTransformer([("town", OneHotEncoder(), ["town"])]), LinearRegression())
model.fit(df, df["price"])`,
    );
    return signature?.inputs[0]?.categories;
  };

  test.each([
    ["none is left out", "", ["Bonn", "Kiel", "Ulm"]],
    ["a number is compared", 'df = df[df["price"] <= 300]', ["Bonn", "Ulm"]],
    ["two tests have to hold", 'df = df[(df["price"] > 100) & ~df["town"].isin(["Kiel"])]', ["Bonn", "Ulm"]],
    ["one has something missing", 'df = df.dropna(subset=["size"])', ["Bonn", "Kiel", "Ulm"]],
    ["they are outliers", 'df = df[df["price"] < df["price"].quantile(0.9) + 1]', ["Bonn", "Ulm"]],
    ["they are twins", "df = df.drop_duplicates()", ["Bonn", "Kiel", "Ulm"]],
  ])("has the categories of the rows that are left where %s", async (_, code, left) => {
    expect(await towns(code)).toEqual(left);
  });

  test.each([
    ["chance takes rows, and Kiel is rare", "df, rest = train_test_split(df)"],
    ["values of other rows are put beside them", 'few = df[df["price"] < 200]\nfew["town"] = df["town"]\ndf = few'],
    ["a query chooses them", 'df = df.query("price < 500")'],
  ])("has no categories where %s", async (_, code) => {
    expect(await towns(code)).toBeUndefined();
  });

  test.each([
    ["a merge", 'X = df.merge(df)[["id"]]'],
    ["a branch that is not known", 'X = df[["id"]]\nif len(df) > 2:\n    X = df[["size"]]'],
    ["a text column of few rows", 'X = df.head(2)[["town"]]'],
    ["a filling in place that depends on pandas' version", 'df["size"].fillna(0, inplace=True)\nX = df[["size"]]'],
    ["a column that is set by position", 'X = df[["id"]]\nX.iloc[0, 0] = "a"'],
  ])("is not guessed behind %s, and the place is told", async (_, code) => {
    const { signature, obstacle } = await shown(`${code}\nmodel = RandomForestRegressor()\nmodel.fit(X, df["price"])`);
    expect(signature).toBeUndefined();
    expect(obstacle?.cell).toBe(2);
  });
});
