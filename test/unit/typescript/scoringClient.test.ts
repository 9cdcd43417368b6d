import fc from "fast-check";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { scoringClient } from "../../../src/core/typescript/scoringClient";
import { pipelineNames, signatures } from "../../support/arbitrarySignatures";
import { AWKWARD, FERRY_MATRIX, PENGUINS, YES_OR_NO } from "../../support/signatures";

const golden = (name: string) => `../../golden/scoring/${name}.ts`;

describe("the scoring client's text", () => {
  test("is what an engineer would read in review: a classifier with one input a column", async () => {
    await expect(await scoringClient({ pipeline: "penguins", signature: PENGUINS })).toMatchFileSnapshot(
      golden("penguins"),
    );
  });

  test("is short for a regression on a matrix", async () => {
    await expect(await scoringClient({ pipeline: "ferry-delays", signature: FERRY_MATRIX })).toMatchFileSnapshot(
      golden("ferry-delays"),
    );
  });

  test("quotes names that are no identifiers and cannot be ended by a comment in a name", async () => {
    await expect(await scoringClient({ pipeline: "2nd-try", signature: AWKWARD })).toMatchFileSnapshot(
      golden("2nd-try"),
    );
  });

  test("is the same each time", async () => {
    const first = await scoringClient({ pipeline: "post", signature: YES_OR_NO });
    expect(await scoringClient({ pipeline: "post", signature: YES_OR_NO })).toBe(first);
  });

  test("is laid out as Prettier would, whatever the columns and classes", async () => {
    await fc.assert(
      fc.asyncProperty(pipelineNames, signatures, async (pipeline, signature) => {
        const text = await scoringClient({ pipeline, signature });
        expect(await format(text, { parser: "typescript", printWidth: 100 })).toBe(text);
      }),
    );
  }, 60_000);

  test("says the ranges of the training data and refuses nothing for them", async () => {
    const text = await scoringClient({ pipeline: "penguins", signature: PENGUINS });
    expect(text).toContain("/** 32.1 to 59.6 in training; `null` where it is missing. */");
    expect(text).not.toMatch(/[<>]=? *(32\.1|59\.6)/);
  });

  test("says of ranges that no run has seen yet that they are the data's", async () => {
    const text = await scoringClient({ pipeline: "penguins", signature: PENGUINS, seen: "data" });
    expect(text).toContain("/** 32.1 to 59.6 in the data; `null` where it is missing. */");
    expect(text).not.toContain("training");
  });

  test("says what labels and features are that were computed before the model saw them", async () => {
    const [first, ...inputs] = PENGUINS.inputs;
    if (first === undefined) throw new Error("There are no inputs.");
    const scaled = { ...first, meaning: "scaler.transform of bill_length_mm" };
    const { classes: _, ...output } = { ...PENGUINS.output, type: "number", probabilities: false } as const;
    const signature = { ...PENGUINS, inputs: [scaled, ...inputs], output: { ...output, meaning: "log1p of price" } };
    const text = await scoringClient({ pipeline: "penguins", signature });
    expect(text).toContain("Scaler.transform of bill_length_mm");
    expect(text).toContain("/** Not `species` itself: log1p of price. */");
  });
});
