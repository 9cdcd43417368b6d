import { describe, expect, test } from "vitest";
import { predictOf } from "../../support/predictText";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const IMPORTS = `import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import LabelEncoder
df = pd.read_csv("houses.csv")`;
const FIT = `X, y = df.drop("price", axis=1), df["price"]
model = LinearRegression().fit(X, y)`;
const ENCODED = `for c in ["town", "street"]:
    le = LabelEncoder()
    df[c] = le.fit_transform(df[c])  # numbers
    print(c)`;

/** The lines of `predict` between the rows and the model's features. */
async function prepared(...cells: readonly string[]): Promise<readonly string[]> {
  const lines = await predictOf(IMPORTS, ...cells, FIT);
  return lines.slice(1, lines.indexOf('X = df.drop("price", axis=1, errors="ignore")'));
}

/** The lines of the step that holds a loop, from where it begins to where it is left. */
async function trained(...cells: readonly string[]): Promise<readonly string[]> {
  const { module } = await extractNotebook(notebookOf(IMPORTS, ...cells, FIT));
  const [text = ""] = /\n {4}\w+ = (\{\}|\[\])\n[^]*?\n {4}X, y = /.exec(module.text) ?? [];
  return text
    .split("\n")
    .map((line) => line.replace(/^ {4}/, ""))
    .slice(1, -1);
}

describe("a loop through columns", () => {
  test("is gone through again, with what the training fitted for each of them", async () => {
    expect(await prepared(ENCODED)).toEqual([
      'for c in ["town", "street"]:',
      "    df[c] = fitted.le_by_c[c].transform(df[c])",
    ]);
    expect(await trained(ENCODED)).toEqual([
      "le_by_c = {}",
      'for c in ["town", "street"]:',
      "    le = LabelEncoder()",
      "    df[c] = le.fit_transform(df[c])  # numbers",
      "    le_by_c[c] = le",
    ]);
  });

  test("comes of the lines of the notebook's loop, and the fit below of its own", async () => {
    const { module, map } = await extractNotebook(notebookOf(IMPORTS, ENCODED, FIT));
    const lines = module.text.split("\n");
    const inPredict = map.filter(({ line }) => line > lines.findIndex((text) => text.startsWith("def predict(")));
    expect(inPredict.map(({ line, cell, cellLine }) => [lines[line - 1]?.trim(), cell, cellLine]).slice(1)).toEqual([
      ['for c in ["town", "street"]:', 2, 1],
      ["df[c] = fitted.le_by_c[c].transform(df[c])", 2, 3],
      ['X = df.drop("price", axis=1, errors="ignore")', 3, 1],
      ["return fitted.model.predict(X)", 3, 2],
    ]);
  });

  test("goes through what a progress bar goes through, and shows none", async () => {
    const cell = 'from tqdm import tqdm\nfor c in tqdm(["town", "street"], desc="all"):\n    df[c] = df[c].str.lower()';
    expect(await prepared(cell)).toEqual(['for c in ["town", "street"]:', "    df[c] = df[c].str.lower()"]);
  });

  test("keeps a copy of an encoder that the next turn fits again", async () => {
    const cell = 'le = LabelEncoder()\nfor c in ["town"]:\n    df[c] = le.fit_transform(df[c])';
    expect(await trained(cell)).toContain("    le_by_c[c] = deepcopy(le)");
    expect(await prepared(cell)).toContain("    df[c] = fitted.le_by_c[c].transform(df[c])");
  });

  test("takes an encoder of each column from the notebook's own dictionary", async () => {
    const cell = `encoders = {}
for c in ["town", "street"]:
    encoders[c] = LabelEncoder()
    df[c] = encoders[c].fit_transform(df[c])`;
    expect(await prepared(cell)).toEqual([
      'for c in ["town", "street"]:',
      "    df[c] = fitted.encoders[c].transform(df[c])",
    ]);
  });

  test("keeps what it computes of a column, and leaves the label alone", async () => {
    const cell = 'for c in ["size", "price"]:\n    df[c] = df[c].fillna(df[c].median())';
    expect(await prepared(cell)).toEqual([
      'for c in [c for c in ["size", "price"] if c != "price"]:',
      "    df[c] = df[c].fillna(fitted.df_median_by_c[c])",
    ]);
    expect(await trained(cell)).toEqual([
      "df_median_by_c = {}",
      'for c in ["size", "price"]:',
      "    df_median_by_c[c] = df[c].median()",
      "    df[c] = df[c].fillna(df_median_by_c[c])",
    ]);
  });

  test.each([
    ['for c in df.select_dtypes("object").columns:', "object_columns_2"],
    ["for c in df.columns:", "df_columns"],
    ["for c in df:", "df_columns"],
    ["for c in [c for c in df.columns if df[c].nunique() < 9]:", "df_nunique"],
  ])("goes through the columns of the training: %s", async (head, name) => {
    const [first] = await prepared(`${head}\n    df[c] = df[c].fillna(0)`);
    expect(first).toMatch(new RegExp(`^for c in \\[c for c in fitted\\.\\w+ if c != "price"\\]:$`));
    expect(first).toContain(`fitted.${name}`);
  });

  test("takes the way again that each column took in the training", async () => {
    const cell = `for c in df.columns:
    if df[c].dtype == "object":
        le = LabelEncoder()
        df[c] = le.fit_transform(list(df[c].values))
    elif c != "price":
        df[c] = df[c].fillna(0)
    df[c] = df[c] + 1`;
    expect(await prepared(cell)).toEqual([
      'for c in [c for c in fitted.df_columns if c != "price"]:',
      "    if c in fitted.c_chosen:",
      "        df[c] = fitted.le_by_c[c].transform(list(df[c].values))",
      "    if c in fitted.c_chosen_2:",
      "        df[c] = df[c].fillna(0)",
      "    df[c] = df[c] + 1",
    ]);
    expect(await trained(cell)).toContain("        c_chosen.append(c)");
  });

  test.each([
    'for c in ["size"]:\n    for d in ["area"]:\n        df[c] = df[c] * df[d]',
    'for c in ["size"]: df[c] = df[c] * 2',
    'for c in ["size"]:\n    a = 1; df[c] = df[c] * 2',
    'for c in ["size"]:\n    if c == "price":\n        continue\n    df[c] = df[c] * 2',
    'for c, d in [("size", "area")]:\n    df[c] = df[c] * df[d]',
    'for c in ["size"]:\n    df[c] = df[c] * 2\nelse:\n    df["size"] = 1',
    'for c in df["size"]:\n    df["size"] = df["size"] + c',
    'for c in range(len(df)):\n    df["size"] = df["size"] + c',
  ])("is no way for raw rows if it is more than a row of statements for each column: %s", async (cell) => {
    const [line] = await predictOf(IMPORTS, cell, FIT);
    expect(line).toMatch(/^info 2:\d .*what the for makes of the rows is not followed\.$/);
  });
});

describe("a loop through tables", () => {
  const TEST = 'test = pd.read_csv("new.csv")';
  const BODY = `    part["town"] = part["town"].map({"Ulm": 1})
    part.loc[part["size"] < 2, "size"] = 2
    part["size"] = part["size"].fillna(part["size"].median())`;

  test.each(["[df, test]", "df, test", "(df, test)", "both"])("does to each by its own name: %s", async (tables) => {
    const cell = `both = [df, test]\nfor part in ${tables}:\n${BODY}`;
    expect(await prepared(TEST, cell)).toEqual([
      'df["town"] = df["town"].map({"Ulm": 1})',
      'df.loc[df["size"] < 2, "size"] = 2',
      'df["size"] = df["size"].fillna(fitted.size_median_by_part[0])',
    ]);
  });

  test("keeps what it computes of each, in their order", async () => {
    expect(await trained(TEST, `for part in [df, test]:\n${BODY}`)).toEqual([
      "size_median_by_part = []",
      "for part in [df, test]:",
      '    part["town"] = part["town"].map({"Ulm": 1})',
      '    part.loc[part["size"] < 2, "size"] = 2',
      '    size_median_by_part.append(part["size"].median())',
      '    part["size"] = part["size"].fillna(size_median_by_part[-1])',
    ]);
    const [, , last] = await prepared(TEST, `for part in [test, df]:\n${BODY}`);
    expect(last).toMatch(/fillna\(fitted\.size_median_by_part\w*\[1\]\)$/);
  });

  test("changes no table where the loop only gives its variable another one", async () => {
    expect(await prepared(TEST, "for part in [df, test]:\n    part = part.fillna(0)")).toEqual([]);
  });

  test("is no way for raw rows where a name of the list has another table now", async () => {
    const cell = 'both = [df, test]\ndf = df.dropna()\nfor part in both:\n    part["size"] = 1';
    const [line] = await predictOf(IMPORTS, TEST, cell, FIT);
    expect(line).not.toMatch(/what the for makes of the rows/);
  });
});

test("what is put into a list or a dictionary of the rows is no state of the training", async () => {
  for (const cell of ['parts = []\nparts.append(df["size"])', 'parts = {}\nparts["size"] = df["size"]']) {
    const [line] = await predictOf(IMPORTS, cell, "df = pd.concat([df, pd.DataFrame(parts)], axis=1)", FIT);
    expect(line).toMatch(/^info .*what parts holds is not followed/);
  }
});
