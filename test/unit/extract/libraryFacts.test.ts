import { describe, expect, test } from "vitest";
import type { LibraryFacts } from "../../../src/core/python/libraryFacts";
import { droppedTexts, extractNotebook, notebookOf, stepsText } from "../../support/pythonNotebook";

const TRAIN = [
  "import pandas as pd\nimport orchard\nfrom sklearn.svm import SVC",
  'df = pd.read_csv("trees.csv")',
  'model = SVC()\nmodel.fit(df[["height"]], df["kind"])',
];

/** The extraction of a notebook with one more cell before the fit. */
const withCell = (cell: string, effects: LibraryFacts = {}) =>
  extractNotebook(notebookOf(...TRAIN.slice(0, 2), cell, ...TRAIN.slice(2)), { effects });

describe("what the user tells of a library", () => {
  test.each<[string, string, LibraryFacts]>([
    ["pureModules", "orchard.inspect(df)", { pureModules: ["orchard"] }],
    ["displayModules", "orchard.inspect(df)", { displayModules: ["orchard"] }],
    ["mutatingFunctions", "orchard.inspect(df)", { mutatingFunctions: { "orchard.inspect": [] } }],
    ["pureMethods", "df.inspect()", { pureMethods: ["inspect"] }],
  ])("by %s lets a call go that may else change its data", async (_, cell, effects) => {
    expect(stepsText(await withCell(cell))).toContain(cell);
    expect(droppedTexts(await withCell(cell, effects))).toContain(cell);
  });

  test.each<[string, string, LibraryFacts]>([
    ["mutatingFunctions", "count = orchard.prune(df)", { mutatingFunctions: { "orchard.prune": [0] } }],
    ["mutatingMethods", "count = df.prune()", { mutatingMethods: ["prune"] }],
    ["seedFunctions", "count = orchard.start()", { seedFunctions: ["orchard.start"] }],
  ])("by %s keeps a call that else seems to do nothing for the model", async (_, cell, effects) => {
    expect(droppedTexts(await withCell(cell))).toContain(cell);
    expect(stepsText(await withCell(cell, effects))).toContain(cell);
  });

  test("finds data that it reads, models that it fits, and metrics", async () => {
    const effects: LibraryFacts = {
      readers: { "orchard.load": "pandas.DataFrame" },
      fitMethods: ["grow"],
      metrics: { ripeness_score: "ripeness" },
    };
    const { references, targets, steps } = await extractNotebook(
      notebookOf(
        "import orchard\nfrom orchard import ripeness_score",
        'df = orchard.load("trees.csv")',
        'model = orchard.Grower()\nmodel.grow(df[["height"]], df["kind"])',
        'ripeness_score(df["kind"], model.predict(df[["height"]]))',
      ),
      { effects },
    );
    expect(references.map(({ path }) => path)).toEqual(["trees.csv"]);
    expect(targets.map(({ name, kind, type }) => [name, kind, type])).toEqual([
      ["model", "model", "orchard.Grower"],
      ["ripeness", "metric", "float"],
    ]);
    expect(steps.map(({ name }) => name)).toEqual(["load", "train", "evaluate"]);
  });

  test("tells of classes that are no models", async () => {
    const cells = [...TRAIN, "rack = orchard.Rack()\nrack.fit(df)"];
    const modelOf = async (effects: LibraryFacts) =>
      (await extractNotebook(notebookOf(...cells), { effects, ranked: true })).targets.map(({ name }) => name);
    expect(await modelOf({})).toEqual(["rack"]);
    expect(await modelOf({ preprocessors: ["Rack"] })).toEqual(["model"]);
  });
});
