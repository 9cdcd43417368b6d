import { describe, expect, test } from "vitest";
import { extractValue, stepsText } from "../../support/pythonNotebook";

const OWN = `import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
class Filler:
    def __init__(self):
        self.seen = []
    def fit(self, X, y=None):
        self.seen.append(X)
        X['n'] = 1
        return self
df = pd.read_csv("a.csv")`;

/** What is kept of a cell that calls `fit`, a method that a class of the notebook changes its argument with. */
async function kept(cell: string): Promise<string> {
  return stepsText(await extractValue("total", OWN, cell, "total = df.sum()"));
}

describe("what a method of the notebook's classes does", () => {
  test.each([
    ["an instance", "Filler().fit(df)"],
    ["a variable that holds one", "filler = Filler()\nfiller.fit(df)"],
    ["one that a function makes", "def make():\n    return Filler()\nfiller = make()\nfiller.fit(df)"],
    ["an object of a library that holds one", "pipe = make_pipeline(Filler(), Ridge())\npipe.fit(df)"],
    ["one that was put into it later", "pipe = make_pipeline(Ridge())\npipe.steps.append(Filler())\npipe.fit(df)"],
    ["one of a dictionary", "known = {}\nknown['a'] = Filler()\nknown['a'].fit(df)"],
    ["what a loop goes through", "for one in [Ridge(), Filler()]:\n    one.fit(df)"],
    ["what a comprehension goes through", "one = Ridge()\n[one.fit(df) for one in [Filler()]]"],
    ["an argument", "one = Ridge()\ndef use(one):\n    one.fit(df)\nuse(Filler())"],
    ["what was stored", "import joblib\nfiller = joblib.load('f.pkl')\nfiller.fit(df)"],
    ["what a text names", "filler = eval('Filler')()\nfiller.fit(df)"],
    ["what nobody knows", "from others import *\nwhat.fit(df)"],
  ])("is done by %s", async (_, cell) => {
    expect(await kept(cell)).toContain("fit(df)");
  });

  test.each([
    ["a model", "model = Ridge()\nmodel.fit(df, df['y'])"],
    ["a model that is made on the spot", "model = Ridge().fit(df, df['y'])"],
    ["a pipeline of a library's", "pipe = make_pipeline(Ridge())\npipe.fit(df)"],
    ["one that a function makes", "def make():\n    return Ridge()\nmodel = make()\nmodel.fit(df)"],
  ])("is not done by %s of a library", async (_, cell) => {
    expect(await kept(cell)).not.toContain("fit(df");
  });
});

describe("what a method of a class that is not known may do to what it is given", () => {
  test.each([
    ["nothing that goes on takes what it gives", "from cleaning import Cleaner\nCleaner().tidy(df, 'a')"],
    ["its object is in a variable", "from cleaning import Cleaner\none = Cleaner()\none.tidy(df, 'a')"],
    ["it is called in a loop", "import cleaning\none = cleaning.Cleaner()\nfor c in ['a']:\n    one.tidy(df, c)"],
  ])("is kept where %s", async (_, cell) => {
    expect(await kept(cell)).toContain(".tidy(df,");
  });

  test.each([
    ["its value is taken", "from cleaning import Cleaner\nshort = Cleaner().tidy(df, 'a')"],
    ["its name is one that leaves what it is given", "from cleaning import Cleaner\none = Cleaner()\none.fit(df)"],
    ["its class is of a known library", "from sklearn.tree import Ruler\none = Ruler()\none.tidy(df, 'a')"],
  ])("is left out where %s", async (_, cell) => {
    expect(await kept(cell)).not.toMatch(/tidy|fit/);
  });
});
