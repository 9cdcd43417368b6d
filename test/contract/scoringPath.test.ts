import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { validate } from "../../src/app/validate";
import type { Pipeline } from "../../src/app/workspace";
import { makePipeline, never, realHost } from "../support/pipelines";
import { removeWorkspace } from "../support/workspace";

const FIXTURE = resolve(__dirname, "../fixtures/notebooks/scoring");
const text = (name: string): string => readFileSync(join(FIXTURE, name), "utf8");

const workspaces: string[] = [];
afterEach(() => workspaces.splice(0).forEach(removeWorkspace));

interface Prepared {
  readonly workspace: string;
  readonly pipeline: Pipeline;
}

async function prepared(): Promise<Prepared> {
  const made = await makePipeline(text("parcels.ipynb"), { "parcels.csv": text("parcels.csv") });
  workspaces.push(made.workspace);
  return made;
}

/** The gate, after an edit of `predict`. */
async function judged({ workspace, pipeline: { modulePath } }: Prepared, from = "", to = "") {
  const module = readFileSync(modulePath, "utf8");
  const at = module.indexOf("def predict(");
  expect(module.indexOf(from, at)).toBeGreaterThan(0);
  writeFileSync(modulePath, module.slice(0, at) + module.slice(at).replace(from, to));
  const { gates } = await validate({ workspace, pipeline: "study" }, realHost(), never);
  return gates.find(({ id }) => id === "model.raw-rows");
}

describe("predict of a module", () => {
  it("gives for raw rows without labels what the model gives for the rows of the fit and of the test", async () => {
    expect(await judged(await prepared())).toMatchObject({
      status: "passed",
      measured: "equal predictions for 221 of 221 rows of the fit and 74 of 74 other rows",
    });
  });

  it.each([
    [
      "fills what is missing with the rows' own median",
      "fitted.weight_kg_median",
      'df["weight_kg"].median()',
      "are not what predict makes",
    ],
    [
      "encodes what the rows hold",
      "fitted.encoder.transform",
      "LabelEncoder().fit_transform",
      "is prepared otherwise without the others",
    ],
    ["does not mend dummies", ".reindex(columns=fitted.x_columns, fill_value=0)", "", "predict failed: ValueError"],
    ["fails", "return fitted.model", "return fitted.nothing", "predict failed: AttributeError"],
  ])("fails the gate if it %s", async (_, from, to, why) => {
    expect(await judged(await prepared(), from, to)).toMatchObject({
      status: "failed",
      measured: expect.stringContaining(why),
    });
  });
});
