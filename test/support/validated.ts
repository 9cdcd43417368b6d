import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import type { ValidateResult } from "../../src/app/validate";
import type { Pipeline } from "../../src/app/workspace";
import type { Gate } from "../../src/core/report";

/** A data file; a cell that reads it; a cell that saves the result. */
export const CATCH = { "catch.csv": "weight\n1.5\n2.5\n4.0\n" };
export const LOAD = `import csv
with open("catch.csv") as file:
    weights = [float(row["weight"]) for row in csv.DictReader(file)]`;
export const SAVE = `import pickle\nwith open("result.pickle", "wb") as file:\n    pickle.dump(rmse, file)`;

/** The gate of a validation that has this id. */
export function gate(result: ValidateResult, id: string): Gate {
  const found = result.gates.find((one) => one.id === id);
  if (found === undefined) throw new Error(`There is no gate ${id}.`);
  return found;
}

/** The ids of the gates that failed. */
export function failedGates(result: ValidateResult): readonly string[] {
  return result.gates.filter(({ status }) => status === "failed").map(({ id }) => id);
}

/** Changes the module by hand. */
export function edit({ pipeline }: { readonly pipeline: Pipeline }, from: string, to: string): void {
  const text = readFileSync(pipeline.modulePath, "utf8");
  expect(text).toContain(from);
  writeFileSync(pipeline.modulePath, text.replace(from, to));
}
