import { expect, test } from "vitest";
import { extractValue, stepsText } from "../../support/pythonNotebook";

const IMPORTS = "import glob, os, shutil, wget\nimport pandas as pd";
const ALL = "df = pd.concat([pd.read_csv(f) for f in glob.glob('*.csv')])";
const WRITE = "pd.DataFrame().to_csv('o.csv')";

test.each([
  ["deletes a file that it does not write", "os.remove('x.zip')", ALL],
  ["deletes one in a function", "def clean(path):\n    os.unlink(path)\nclean('x.zip')", ALL],
  ["deletes the data before it is fetched", "os.remove('a.csv')\nwget.download('a')", "df = pd.read_csv('a.csv')"],
  ["deletes a folder", "data = 'data'\nshutil.rmtree(data)", "df = pd.read_csv(data + '/a.csv')"],
  ["moves its data", "shutil.move('a.csv', 'data/a.csv')", "df = pd.read_csv('data/a.csv')"],
  [
    "moves whatever there is",
    "os.makedirs('in')\nfor f in os.listdir('in'):\n    shutil.move(f'in/{f}', 'data/')",
    "df = pd.concat([pd.read_csv(f) for f in glob.glob('data/*.csv')])",
  ],
])("what a notebook %s by is left out", async (_what, cell, read) => {
  const steps = stepsText(await extractValue("df", IMPORTS, cell, read));
  expect(steps).not.toMatch(/remove|unlink|clean|rmtree|move\(/);
});

test.each([
  ["moves what it wrote", [WRITE, "os.rename('o.csv', 'b.csv')"], "df = pd.read_csv('b.csv')", "os.rename("],
  ["deletes what it wrote", [WRITE, "os.remove('o.csv')"], ALL, "os.remove("],
  ["deletes what it writes again", ["os.remove('o.csv')", WRITE], "df = pd.read_csv('o.csv')", "os.remove("],
  ["copies what it wrote", [WRITE, "shutil.copy('o.csv', 'b.csv')"], "df = pd.read_csv('b.csv')", "shutil.copy("],
])("what a notebook %s by is kept, with the writing", async (_what, cells, read, text) => {
  const steps = stepsText(await extractValue("df", IMPORTS, ...cells, read));
  expect(steps).toContain(text);
  expect(steps).toContain('to_csv("o.csv")');
});

test("data that the notebook moved is read from where it went to", async () => {
  const { references } = await extractValue("df", IMPORTS, "os.rename('a.csv', 'b.csv')", "df = pd.read_csv('b.csv')");
  expect(references.map(({ path }) => path)).toEqual(["b.csv"]);
});
