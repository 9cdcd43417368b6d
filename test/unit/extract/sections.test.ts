import { expect, test } from "vitest";
import { headingsOf } from "../../../src/core/extract/sections";
import { extractNotebook, extractValue, notebookOf, prose, type CellDraft } from "../../support/pythonNotebook";

test.each([
  ["# Feature engineering", "feature_engineering"],
  ["intro\n\n### 3.1 Handling *missing* values ###", "handling_missing_values"],
  ["# One\n## Two", "two"],
  ["# <a id='x'></a> Let's encode the categories", "encode_categories"],
  ["# 1", undefined],
  ["# 데이터 준비", undefined],
  ["# Évaluer", "evaluer"],
  ["# Now we will see how all of the many columns of this table are made", undefined],
  ["no heading", undefined],
  ["#hashtag", undefined],
])("the heading %j names the code below it %j", (source, name) => {
  expect(headingsOf(notebookOf(prose(source), "x = 1")).get(2)).toBe(name);
});

const lines = (...names: readonly string[]): string => names.map((name) => `df["${name}"] = df["a"] * 2`).join("\n");
const LOAD = 'import pandas as pd\ndf = pd.read_csv("a.csv")';
const steps = async (...cells: readonly CellDraft[]) =>
  (await extractValue("total", LOAD, ...cells)).steps.map(({ name, cells: from }) => `${name} ${from.join(",")}`);

test("a long stretch is a step a section", async () => {
  const cells = [
    prose("## Clean"),
    lines("b", "c", "d", "e"),
    lines("f", "g", "h"),
    prose("## Make features"),
    lines("i", "j", "k", "l", "m"),
    prose("## Sum up"),
    "total = df.sum()",
  ];
  expect(await steps(...cells)).toEqual(["load 1", "clean 3,4", "make_features 6,8"]);
});

test("a section that only seeds goes with the one above, and the first one with the one below", async () => {
  const seed = "import numpy as np\nnp.random.seed(1)\nnp.random.seed(2)\nnp.random.seed(3)";
  const draw = 'df["z"] = np.random.rand(3)';
  const cells = [
    prose("## Set up"),
    seed,
    prose("## Clean"),
    lines("b", "c", "d", "e", "f", "g"),
    prose("## Shuffle"),
    seed,
    prose("## Make features"),
    `${lines("h", "i", "j", "k", "l", "m")}\n${draw}`,
    "total = df.sum()",
  ];
  expect(await steps(...cells)).toEqual(["load 1", "clean 3,5,7", "make_features 9,10"]);
});

test("a short one is one step, with the name of its role", async () => {
  const cells = [
    prose("## Clean"),
    lines("b", "c", "d"),
    prose("## Make features"),
    lines("e", "f", "g"),
    "total = df.sum()",
  ];
  expect(await steps(...cells)).toEqual(["load 1", "prepare 3,5,6"]);
});

test("where there are several of a role, each has the name of its heading, if it has just one", async () => {
  const split = "from sklearn.model_selection import train_test_split\na, b = train_test_split(df, random_state=0)";
  const scale = [prose("## Scale"), "a = a / 2", prose("## Sum up"), "total = a.sum()"];
  expect(await steps(prose("## Clean"), lines("b"), split, ...scale.slice(0, 2), scale[3] ?? "")).toEqual([
    "load 1",
    "clean 3",
    "split 4",
    "scale 6,7",
  ]);
  expect((await steps(lines("b"), split, ...scale)).at(-1)).toBe("prepare_total 5,7");
});

test("a function that stays in its step keeps its uses there", async () => {
  const cells = [
    prose("## Clean"),
    "k = 2\nk = k + 1\ndef twice(x):\n    global k\n    k = k + 1\n    return x * k",
    lines("b", "c", "d", "e", "f", "g"),
    prose("## Make features"),
    'df["z"] = twice(df["a"])',
    lines("h", "i", "j", "l", "m", "n"),
    "total = df.sum()",
  ];
  const { module } = await extractValue("total", LOAD, ...cells);
  expect(module.text).toMatch(/def clean[\s\S]*def twice[\s\S]* = twice\(df\["a"\]\)[\s\S]*def make_features/);
});

test("what a kept function reads is bound anew in its step, too", async () => {
  const scale = `from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.linear_model import Ridge
power = int("1")
def scaled(X):
    return X ** power
total = make_pipeline(FunctionTransformer(scaled), Ridge())`;
  const { module } = await extractValue("total", LOAD, scale, "power = int('3')", 'total.fit(df[["a"]], df["b"])');
  // No function begins at the top of the module between the two.
  expect(module.text).toMatch(/ {4}power = int\("1"\)(?:(?!\ndef )[^])*\n {4}power = int\("3"\)/);
});

test("no step takes or gives the variable of a loop that every later use binds anew", async () => {
  const loop = "for name in ['a', 'b']:\n    rows.append(name)";
  const more = "rows.append(0)\nrows.append(1)\nrows.append(2)\nrows.append(3)";
  const extraction = await extractValue(
    "rows",
    "rows = list('ab')",
    prose("# First"),
    `${loop}\n${more}`,
    prose("# Second"),
    `name = rows[0]\nrows.append(name)\n${loop}\n${more}`,
    prose("# Third"),
    `${loop}\n${more}`,
  );
  expect(extraction.steps.map(({ name }) => name)).toEqual(["first", "second", "third"]);
  expect(extraction.steps.flatMap(({ inputs, outputs }) => [...inputs, ...outputs])).not.toContain("name");
});

test("no step is called as a metric is that the module names", async () => {
  const many = lines("a", "b", "c", "d", "e", "f", "g", "h");
  const fit = `from sklearn.linear_model import Ridge\nm = Ridge().fit(df[["a"]], df["b"])\nscores = {}\nscores["hill-climbing"] = m.score(df[["a"]], df["b"])`;
  const extraction = await extractNotebook(
    notebookOf(LOAD, prose("# First"), many, prose("# Hill climbing"), many, fit),
  );
  expect(extraction.targets.map(({ name }) => name)).toContain("hill_climbing");
  expect(extraction.steps.map(({ name }) => name)).not.toContain("hill_climbing");
});
