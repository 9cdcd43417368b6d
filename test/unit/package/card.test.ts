import { describe, expect, test } from "vitest";
import { digestOf } from "../../../src/core/digest";
import { modelCard, type CardFacts } from "../../../src/core/package/card";

const facts: CardFacts = {
  pipeline: "penguins",
  language: "python",
  notebook: { path: "notebooks/penguins.ipynb", digest: digestOf("notebook") },
  metrics: { f1_macro: 0.9, accuracy: 0.95 },
  signature: {
    layout: "columns",
    inputs: [
      { name: "bill_length_mm", type: "number", nullable: true, range: [32.1, 59.6] },
      { name: "island", type: "string", nullable: false, categories: ["Biscoe", "Dream"] },
    ],
    output: { name: "species", type: "string", classes: ["Adelie", "Gentoo"], probabilities: true },
  },
  snapshot: { repository: "data/penguins", digest: digestOf("data") },
  data: [
    {
      path: "data/penguins.csv",
      size: 15_000,
      digest: digestOf("csv"),
      parts: [],
      profile: { rows: 344, columns: [] },
    },
  ],
  runtime: "Python 3.11",
  packages: { numpy: "1.26.4" },
  files: ["model.onnx", "pipeline.py", "scoring.ts"],
};

describe("the model card", () => {
  test("tells what the model is, how good, on which data, and how to use it", () => {
    const card = modelCard(facts);
    for (const fact of [
      "# penguins",
      "predicts `species`, one of `Adelie`, `Gentoo`",
      "| accuracy | 0.95 |",
      "| f1\\_macro | 0.9 |",
      "| bill\\_length\\_mm | number | 32.1 to 59.6 | yes |",
      "| island | string | Biscoe, Dream | no |",
      `| data/penguins.csv | 15000 | 344 | ${digestOf("csv")} |`,
      "Validated with Python 3.11.",
      "| numpy | 1.26.4 |",
      "python pipeline.py --json",
      `import { loadModel } from "./scoring";`,
    ]) {
      expect(card).toContain(fact);
    }
  });

  test("tells what labels and features were computed from: they are not what their columns say", () => {
    const inputs = [{ name: "x0", type: "number", nullable: false, meaning: "scaler.transform of area" }] as const;
    const output = { name: "price", type: "number", probabilities: false, meaning: "log1p of price" } as const;
    const card = modelCard({ ...facts, signature: { layout: "matrix", inputs, output } });
    expect(card).toContain("a model that predicts `log1p of price` (not `price` itself), a number");
    expect(card).toContain("| x0 (scaler.transform of area) | number |");
  });

  test("says nothing of a model, of data or of a client that is not there", () => {
    const { snapshot: _snapshot, ...rest } = facts;
    const card = modelCard({ ...rest, signature: undefined, data: [], files: ["pipeline.py"], metrics: {} });
    expect(card).toContain("results of a pipeline");
    expect(card).toContain("reads no outside data");
    expect(card).not.toMatch(/Inputs|Metrics|scoring|undefined/);
  });

  test("names from the data cannot become markup or break a table", () => {
    const inputs = [{ name: "a|b\n<script>", type: "string", nullable: false, categories: ["[x](y)"] }] as const;
    const output = { name: "y", type: "number", probabilities: false } as const;
    const card = modelCard({ ...facts, signature: { layout: "matrix", inputs, output } });
    expect(card).toContain("| a\\|b \\<script\\> | string | \\[x\\](y) | no |");
  });
});
