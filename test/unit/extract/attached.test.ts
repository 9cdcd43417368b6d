import { expect, test } from "vitest";
import { droppedTexts, extractNotebook, extractValue, notebookOf, shown } from "../../support/pythonNotebook";

const READ = "import pandas as pd\nfrom pandas import DataFrame, Series\ndf = pd.read_csv('a.csv')";
const GEO = "class Geo:\n    def __init__(self, table):\n        self.total = table.sum()";
const CLEAN = "def clean(self):\n    return self.dropna()";

test.each([
  ["an accessor", `@pd.api.extensions.register_dataframe_accessor("geo")\n${GEO}`, "df.geo.total"],
  [
    "an accessor that is registered by a call",
    `${GEO}\npd.api.extensions.register_dataframe_accessor("geo")(Geo)`,
    "df.geo.total",
  ],
  ["a method", `${CLEAN}\npd.DataFrame.clean = clean`, "df.clean()"],
  ["a method of a class that is imported by its name", `${CLEAN}\nDataFrame.clean = clean`, "df.clean()"],
  ["a method that setattr sets", `${CLEAN}\nsetattr(pd.DataFrame, "clean", clean)`, "df.clean()"],
  [
    "a function as the method that a library registers",
    `import pandas_flavor as pf\n@pf.register_dataframe_method\n${CLEAN}`,
    "df.clean()",
  ],
])("%s that is attached to a library's class stays where its name is used", async (_, attach, use) => {
  const { module } = await extractValue("out", READ, attach, `out = ${use}`);
  const line = attach.split("\n").find((one) => /^@|^pd|^Data|^setattr/.test(one)) ?? "";
  // At the top, where predict finds it as well.
  expect(module.text).toContain(`\n${line}\n`);
});

test("what is attached behind the function that uses it is there when that is called", async () => {
  const { module } = await extractValue(
    "out",
    READ,
    "def prepare_all(table):\n    return table.clean()",
    `${CLEAN}\nDataFrame.clean = clean`,
    "out = prepare_all(df)",
  );
  expect(module.text).toContain("\nDataFrame.clean = clean\n");
});

test("a number that is only shown has what is attached to the table", async () => {
  const { module } = await extractNotebook(
    notebookOf(
      `${READ}\nfrom sklearn.linear_model import Ridge\nfrom sklearn.metrics import r2_score`,
      `${CLEAN}\nSeries.clean = clean`,
      "model = Ridge().fit(df[['x']], df['y'])",
      shown("r2_score(df['y'].clean(), model.predict(df[['x']]))"),
    ),
  );
  expect(module.text).toContain("\nSeries.clean = clean\n");
});

test("what is attached by another name is left out", async () => {
  const { module, ...rest } = await extractValue("out", READ, `${CLEAN}\nDataFrame.other = clean`, "out = df.sum()");
  expect(droppedTexts(rest)).toContain("DataFrame.other = clean");
  expect(module.text).not.toContain("clean");
});
