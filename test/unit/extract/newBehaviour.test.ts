import { expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf } from "../../support/pythonNotebook";

const TABLE = 'import numpy as np\nimport pandas as pd\ndf = pd.read_csv("a.csv")';

/** What is said of what pandas 3 does otherwise, on the way to `total`. */
async function saidOf(...cells: readonly string[]) {
  const { diagnostics } = await extractValue("total", TABLE, ...cells, "total = df.sum()");
  return diagnostics.filter(({ code }) => code === "notebook.new-behaviour");
}

test.each([
  ['df["age"].fillna(0, inplace=True)', 'df["age"].fillna(inplace=True) changes its table with pandas up to 2'],
  [
    "for c in df:\n    df[c].replace(0, 1, inplace=True)",
    "df[c].replace(inplace=True) changes its table with pandas up to 2",
  ],
  ['df["age"][2] = 9', 'df["age"][2] = … changes its table'],
  ['df["age"].iloc[df["b"] > 2] = 9', 'df["age"].iloc[df["b"] > 2] = … changes its table'],
  ["df.age.replace(0, 1, inplace=True)", "df.age.replace(inplace=True) changes its table with pandas up to 2"],
  ['def clean(t):\n    t["a"].clip(0, inplace=True)\nclean(df)', 't["a"].clip(inplace=True) changes its table'],
  ['df = df[df.columns[df.dtypes == "object"]]', 'df.dtypes == "object" takes columns of text for objects'],
  ["for c in df:\n    if df[c].dtype != object:\n        df[c] = 0", "df[c].dtype != object takes columns of text"],
  ['df = df[[c for c in df if df[c].dtype.name == "object"]]', 'df[c].dtype.name == "object" takes columns of text'],
  ['df = df[[c for c in df if str(df[c].dtype) == "object"]]', 'str(df[c].dtype) == "object" takes columns of text'],
  ["df = df[[c for c in df if df[c].dtype in ['O', 'bool']]]", "df[c].dtype in ['O', 'bool'] takes columns of text"],
  ["df = df.loc[:, df.dtypes == 'O']", "df.dtypes == 'O' takes columns of text"],
  ["df = df[[c for c in df if pd.api.types.is_object_dtype(df[c])]]", "is_object_dtype(df[c]) takes columns of text"],
  [
    'df["a"] = df["a"].str.replace(r"\\s+", " ")',
    'df["a"].str.replace takes "\\\\s+" for a pattern with pandas up to 1, and for the text itself with pandas 2',
  ],
  ['df["a"] = df["a"].str.strip().str.replace("[$,]", "")', 'takes "[$,]" for a pattern'],
])("what newer releases of pandas do otherwise is said: %s", async (cell, message) => {
  const said = await saidOf(cell);
  expect(said).toMatchObject([{ severity: "warning", cell: 2, message: expect.stringContaining(message) }]);
  expect(said[0]?.hint).toContain("asOf");
});

test.each([
  "df.fillna(0, inplace=True)",
  'df["age"] = df["age"].fillna(0)',
  'df["age"].fillna(0, inplace=False)',
  'tables = {"a": df}\ntables["a"].fillna(0, inplace=True)\ndf = tables["a"]',
  "for t in [[df]]:\n    for i in range(1):\n        t[i].fillna(0, inplace=True)",
  'df = df.select_dtypes("object")',
  'df = df[df.columns[df.dtypes == "int64"]]',
  'print(df.dtypes == "object")',
  'df = df[[c for c in df if df[c].dtype.kind == "O"]]',
  'df = df[[c for c in df if df[c].name == "object"]]',
  'df.loc[2, "age"] = 9',
  'df["a"] = df["a"].str.replace(r"\\s+", " ", regex=True)',
  'df["a"] = df["a"].str.replace("$", "")',
  'df["a"] = df["a"].str.replace("Mr.", "Mister")',
  'df["a"] = df["a"].replace("[0]", "1")',
  'sizes = {"a": {}}\nsizes["a"]["b"] = 2\ndf["c"] = sizes["a"]["b"]',
])("what they do as before is not: %s", async (cell) => {
  expect(await saidOf(cell)).toEqual([]);
});

const ENCODER = "from sklearn.preprocessing import LabelEncoder\nle = LabelEncoder()";

test.each([
  ["df.iloc[:, 0] = le.fit_transform(df.iloc[:, 0])", "Write df[df.columns[0]] = …"],
  ["df.iloc[:, 0] = LabelEncoder().fit_transform(df.iloc[:, 0].values)", "Write df[df.columns[0]] = …"],
  ['df.loc[:, "a"] = le.fit_transform(df.loc[:, "a"])', 'Write df["a"] = …'],
])("a column of text that takes its own numbers is said: %s", async (cell, hint) => {
  const said = await saidOf(ENCODER, cell);
  expect(said).toMatchObject([{ cell: 3, message: expect.stringContaining("raises a TypeError with pandas 3") }]);
  expect(said[0]?.hint).toContain(hint);
});

test.each([
  'df["a"] = le.fit_transform(df["a"])',
  "df.iloc[:, 1] = le.fit_transform(df.iloc[:, 0])",
  "df.iloc[:, 0] = np.log(df.iloc[:, 0])",
])("one that is bound anew, or is another, is not: %s", async (cell) => {
  expect(await saidOf(ENCODER, cell)).toEqual([]);
});

test("of several places the first is named", async () => {
  const cell = 'df["a"].fillna(0, inplace=True)\ndf["b"].fillna(0, inplace=True)\ndf["c"].fillna(0, inplace=True)';
  expect(await saidOf(cell)).toMatchObject([{ line: 1, message: expect.stringContaining("So do 2 more lines.") }]);
});

test("nothing is said where the packages of another day are taken", async () => {
  const cells = notebookOf(TABLE, 'df["a"].fillna(0, inplace=True)', "total = df.sum()");
  const { diagnostics } = await extractNotebook(cells, { model: "total", asOf: "2022-12-01" });
  expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.new-behaviour");
});
