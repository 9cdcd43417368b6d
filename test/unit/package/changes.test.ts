import { describe, expect, it } from "vitest";
import { digestOf } from "../../../src/core/digest";
import {
  changesSince,
  fingerprintAnnotations,
  fingerprintOf,
  type Ingredients,
} from "../../../src/core/package/changes";

const CHURN: Ingredients = {
  code: "def run(): ...\n",
  data: [
    { path: "customers.csv", digest: digestOf("a,b\n1,2\n") },
    { path: "contracts.csv", digest: digestOf("a\n1\n") },
  ],
  requirements: ["scikit-learn==1.7.2", "pandas==2.3.3"],
  runtime: "python 3.11",
};

const RELEASE = fingerprintAnnotations(fingerprintOf(CHURN));

describe("changesSince", () => {
  it("finds nothing where nothing changed, whatever the order of files and requirements", () => {
    const reordered = { ...CHURN, data: [...CHURN.data].reverse(), requirements: [...CHURN.requirements].reverse() };
    expect(changesSince(RELEASE, fingerprintOf(reordered))).toEqual([]);
  });

  it("does not take the number of a cell for code", () => {
    const moved = (cells: string): Ingredients => ({ ...CHURN, code: `def load():  # ${cells}\n    return 1\n` });
    const release = fingerprintAnnotations(fingerprintOf(moved("cells 2, 5")));
    expect(changesSince(release, fingerprintOf(moved("cell 31")))).toEqual([]);
    expect(changesSince(release, fingerprintOf(moved("cells 31, 32 and 33")))).toEqual([]);
    expect(changesSince(release, fingerprintOf(moved("cell 31 and more")))).toEqual(["code"]);
  });

  it.each<[string, Partial<Ingredients>]>([
    ["code", { code: "def run(): return 1\n" }],
    ["data", { data: CHURN.data.slice(1) }],
    ["data", { data: CHURN.data.map(({ path }) => ({ path, digest: digestOf("other") })) }],
    ["data", { data: CHURN.data.map(({ path, digest }) => ({ path: `old/${path}`, digest })) }],
    ["environment", { requirements: ["pandas==2.3.3"] }],
    ["environment", { runtime: "python 3.12" }],
  ])("says that the %s changed", (change, difference) => {
    expect(changesSince(RELEASE, fingerprintOf({ ...CHURN, ...difference }))).toEqual([change]);
  });

  it("says all three for a first release, and for one whose annotations are not ours", () => {
    const all = ["code", "data", "environment"];
    expect(changesSince(undefined, fingerprintOf(CHURN))).toEqual(all);
    expect(changesSince({ "dev.slipway.code.digest": "latest" }, fingerprintOf(CHURN))).toEqual(all);
  });
});
