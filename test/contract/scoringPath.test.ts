import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { validate, type ValidateResult } from "../../src/app/validate";
import type { Pipeline } from "../../src/app/workspace";
import { makePipeline, never, realHost } from "../support/pipelines";
import { pythonNotebook, removeWorkspace } from "../support/workspace";

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

/** Every notebook imports what the first one does, so that all run in one environment. */
const IMPORTS = `import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler`;

/** 160 guests of a campsite, each with a note of their own; ages and tents are missing here and there. */
function guests(): string {
  const tents = ["dome", "ridge", "Tipi", ""];
  const rows = Array.from({ length: 160 }, (_, at) => {
    const age = at % 9 === 0 ? "" : 5 + ((at * 29) % 80);
    const nights = 1 + ((at * 7) % 12);
    const note = `${["sun", "rain", "wind"][at % 3]} ${at}`;
    const paid = (10 + nights * 8 + (at % 3) * 5 + ((at * 13) % 17) / 10).toFixed(2);
    return [at, age, nights, tents[at % 4], at % 5 === 0 ? "yes" : "no", note, paid].join(",");
  });
  return `${["guest,age,nights,tent,dog,note,paid", ...rows].join("\n")}\n`;
}

async function exported(...cells: readonly string[]): Promise<ValidateResult> {
  const notebook = pythonNotebook(IMPORTS, 'df = pd.read_csv("guests.csv")', ...cells);
  const { workspace } = await makePipeline(notebook, { "guests.csv": guests() });
  workspaces.push(workspace);
  return validate({ workspace, pipeline: "study" }, realHost(), never);
}

const portable = ({ gates }: ValidateResult) => gates.find(({ id }) => id === "model.portable");

const FIT = `y = df["paid"]
model = LinearRegression()
model.fit(X, y)`;

describe("the ONNX model", () => {
  it("is all of predict where that converts: it takes the raw columns as they were seen", async () => {
    const { workspace } = await prepared();
    const result = await validate({ workspace, pipeline: "study" }, realHost(), never);
    expect(portable(result)).toMatchObject({
      status: "passed",
      measured: expect.stringMatching(/, 0 of 295 rows disagree$/),
      message: expect.stringContaining("It takes the raw columns: all of predict is in it."),
    });
    const { signature } = result.validation;
    expect(signature).toMatchObject({ layout: "columns", precision: "float64" });
    expect(signature?.inputs.map(({ name, type, nullable }) => [name, type, nullable])).toEqual([
      ["weight_kg", "number", true],
      ["distance_km", "number", false],
      ["service", "string", false],
      ["city", "string", true],
      ["insured", "string", false],
    ]);
    expect(signature?.inputs[3]?.categories).toEqual(["Bonn", "Graz", "Kiel", "Ulm"]);
    const client = readFileSync(join(workspace, "pipelines/study/scoring.ts"), "utf8");
    expect(client).toContain('readonly city: "Bonn" | "Graz" | "Kiel" | "Ulm" | null;');
    expect(client).not.toContain("scaler.transform");
  });

  it("computes as pandas does, of numbers, of texts that are few and of functions that branch", async () => {
    const result = await exported(
      `def group(age):
    if age < 18:
        return "child"
    elif age < 60 and age != 33:
        return "adult"
    return "senior"

def bonus(row):
    return row["nights"] * 2 if row["dog"] == "yes" else row["age"] % 7`,
      `df["age"] = df["age"].fillna(df["age"].median())
df["group"] = df["age"].apply(group).map({"child": 0, "adult": 1, "senior": 2})
df["bonus"] = df.apply(bonus, axis=1)
df["tent"] = df["tent"].str.lower().str.replace("dome", "round").fillna("none")
df["dog"] = (df["dog"] == "yes").astype(int)
df["long"] = np.where((df["nights"] > 6) & ~(df["age"] > 70), "long", "short")
df["band"] = pd.cut(df["age"], [0, 20, 40, 100], labels=["low", "middle", "high"])
df["log"] = np.log1p(df["nights"]).round(3).clip(0.8, 2.4)
df.loc[df["nights"] == 3, "log"] = -1
df["digit"] = df["guest"] // 10 % 4
df["few"] = df["nights"].isin([1, 2, 5])
df["nights"] = df["nights"].replace({4: 40, 8: 80})
X = pd.get_dummies(df.drop(columns=["note", "guest", "paid"]), columns=["tent", "long", "band", "digit"])
X = pd.concat([X, (X["age"] / X["nights"]).rename("ratio")], axis=1)
scaler = StandardScaler()
X[["age", "ratio"]] = scaler.fit_transform(X[["age", "ratio"]])`,
      FIT,
    );
    expect(portable(result)).toMatchObject({
      status: "passed",
      measured: expect.stringMatching(/, 0 of 160 rows disagree$/),
      message: expect.stringContaining("all of predict is in it"),
    });
    expect(result.validation.signature?.inputs.map(({ name }) => name)).toEqual([
      "guest",
      "age",
      "nights",
      "tent",
      "dog",
    ]);
  });

  it("computes what loops do to columns and to tables, by what each turn left", async () => {
    const result = await exported(
      `new = df.head(40).copy()
for part in [df, new]:
    part["age"] = part["age"].fillna(part["age"].median())
    part.loc[part["nights"] == 3, "nights"] = 2
encoders = {}
for c in ["tent", "dog"]:
    encoders[c] = LabelEncoder()
    df[c] = encoders[c].fit_transform(df[c].astype(str))
scaler = StandardScaler()
for c in df.columns:
    if c in ("age", "nights"):
        df[c] = scaler.fit_transform(df[[c]])
    elif c == "note":
        df[c] = df[c].str.len()
X = df.drop(columns=["paid"])`,
      FIT,
    );
    expect(result.gates.find(({ id }) => id === "model.raw-rows")).toMatchObject({
      status: "passed",
      measured: "equal predictions for 160 of 160 rows of the fit",
    });
    expect(portable(result)).toMatchObject({
      status: "passed",
      measured: expect.stringMatching(/, 0 of 160 rows disagree$/),
    });
  });

  it("gives texts where the labels are texts, with the probability of each", async () => {
    const result = await exported(
      `df["age"] = df["age"].fillna(df["age"].median())
scaler = StandardScaler()
X = scaler.fit_transform(df[["age", "nights", "paid"]])
model = LogisticRegression()
model.fit(X, df["dog"])`,
    );
    expect(portable(result)).toMatchObject({
      measured: expect.stringMatching(/, 0 of 160 rows disagree$/),
      message: expect.stringContaining("all of predict is in it"),
    });
    expect(result.validation.signature).toMatchObject({
      inputs: [{ name: "age", nullable: true }, { name: "nights" }, { name: "paid" }],
      output: { name: "dog", type: "string", classes: ["no", "yes"], probabilities: true },
    });
  });

  it("is the model alone where a statement has no ONNX form, and the report names that", async () => {
    const result = await exported(
      `df["weather"] = df["note"].str.split(" ").str[0].map({"sun": 1, "rain": 2, "wind": 3})
X = df[["nights", "weather"]]`,
      FIT,
    );
    expect(portable(result)).toMatchObject({
      status: "passed",
      message: expect.stringMatching(
        /It is the model alone, and takes what predict prepares: `df\["weather"\] = .*` \(cell 3, line 1\): \.str\.split of a column with many texts \(note\) has no ONNX form\.$/,
      ),
    });
    expect(result.validation.signature?.inputs.map(({ name }) => name)).toEqual(["nights", "weather"]);
  });

  it("is the model alone where the graph of predict gives other predictions", async () => {
    const result = await exported(
      `df["kind"] = df["nights"].apply(lambda nights: 5 if isinstance(nights, int) else 0)
df["more"] = df["kind"] * df["guest"]
X = df[["nights", "more"]]`,
      FIT,
    );
    expect(portable(result)).toMatchObject({
      status: "passed",
      message: expect.stringMatching(/the graph of all of predict gives other predictions for \d+ of 160 rows\.$/),
    });
  });

  it("names the raw columns where predict only chooses them", async () => {
    const result = await exported(`X = df[["nights", "guest"]].values`, FIT);
    expect(portable(result)?.message).toContain("It takes the raw columns");
    expect(result.validation.signature).toMatchObject({
      layout: "matrix",
      inputs: [{ name: "nights" }, { name: "guest" }],
    });
  });
});
