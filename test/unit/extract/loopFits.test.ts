import { expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const START = `import pandas as pd
from collections import defaultdict
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import LabelEncoder, StandardScaler
df = pd.read_csv("shops.csv")
columns = ["town", "kind"]`;
/** What stands in the way of \`predict\`. */
const MIXED = `df = df.rank()\nmodel = LogisticRegression().fit(df[columns], df["open"])`;
const PLAIN = `model = LogisticRegression().fit(df[columns], df["open"])`;

/** The fields of `Fitted` besides the model, and the text of the module. */
async function fitted(cell: string, model = MIXED) {
  const { module } = await extractNotebook(notebookOf(START, cell, model), { model: "model" });
  const fields = /class Fitted:[^]*?model: LogisticRegression\n([^]*?)\n\n/.exec(module.text)?.[1] ?? "";
  return { text: module.text, fields: Array.from(fields.matchAll(/(\w+):/g), ([, name]) => name) };
}

test.each([
  ["puts into a dictionary", "enc = LabelEncoder()\ndf[c] = enc.fit_transform(df[c])\nkept[c] = enc"],
  ["puts into a list", "enc = LabelEncoder()\ndf[c] = enc.fit_transform(df[c])\nkept.append(enc)"],
  ["puts there before it fits them", "kept[c] = LabelEncoder()\ndf[c] = kept[c].fit_transform(df[c])"],
  ["puts there as they are fitted", "kept[c] = LabelEncoder().fit(df[c])\ndf[c] = kept[c].transform(df[c])"],
])("encoders that a loop %s are kept with the model, without a predict, too", async (_, lines) => {
  const made = lines.includes("append") ? "kept = []" : "kept = {}";
  const { fields } = await fitted(`${made}\nfor c in columns:\n${lines.replace(/^/gm, "    ")}`);
  expect(fields).toEqual(["kept"]);
});

test.each(["{c: LabelEncoder() for c in columns}", "defaultdict(LabelEncoder)", "[LabelEncoder(), LabelEncoder()]"])(
  "what is fitted by its place in %s is kept with the model",
  async (made) => {
    const loop =
      "for i, c in enumerate(columns):\n    df[c] = kept[c if isinstance(kept, dict) else i].fit_transform(df[c])";
    expect((await fitted(`kept = ${made}\n${loop}`)).fields).toEqual(["kept"]);
  },
);

test("encoders that nothing collects are kept by their columns", async () => {
  const { fields, text } = await fitted(
    "for c in columns:\n    enc = LabelEncoder()\n    df[c] = enc.fit_transform(df[c])",
  );
  expect(fields).toEqual(["enc_by_c"]);
  expect(text).toContain("        df[c] = enc.fit_transform(df[c])\n        enc_by_c[c] = enc\n");
});

test("of one encoder that every turn fits anew, each is a copy", async () => {
  const { fields, text } = await fitted(
    "enc = LabelEncoder()\nfor c in columns:\n    df[c] = enc.fit_transform(df[c])",
  );
  expect(fields).toEqual(["enc_by_c"]);
  expect(text).toContain("        enc_by_c[c] = deepcopy(enc)\n");
});

test("those that predict takes are kept once", async () => {
  const loop =
    "kept = {}\nfor c in columns:\n    enc = LabelEncoder()\n    df[c] = enc.fit_transform(df[c])\n    kept[c] = enc";
  expect((await fitted(loop, PLAIN)).fields).toEqual(["enc_by_c"]);
});

test.each([
  [
    "of what is no column of its own",
    "for part in [df, df.copy()]:\n    part[columns] = StandardScaler().fit_transform(part[columns])",
  ],
  [
    "that the model sees nothing of",
    "other = df.copy()\nfor c in columns:\n    enc = LabelEncoder()\n    other[c] = enc.fit_transform(other[c])",
  ],
  ["of models", "kept = {}\nfor c in columns:\n    kept[c] = LogisticRegression().fit(df[[c]], df['open'])"],
])("nothing is kept of a loop %s", async (_, cell) => {
  expect((await fitted(cell)).fields).toEqual([]);
});
