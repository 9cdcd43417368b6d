/** The scoring client that text and files show, beside the one that the values show: they may differ in ranges alone. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { extract } from "../../src/app/extract";
import { validate } from "../../src/app/validate";
import { snapshot } from "../../src/app/snapshot";
import { never, realHost } from "../support/pipelines";
import { makeWorkspace, pythonNotebook, removeWorkspace } from "../support/workspace";

const PENGUINS = resolve(import.meta.dirname, "../../examples/penguins");

/** Every notebook imports the same packages, so that all run in one environment. */
const IMPORTS = `import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, OrdinalEncoder, StandardScaler`;
const READ = 'df = pd.read_csv("houses.csv")';
/** A function of this name keeps the module from having a \`predict\`: the model alone is exported, then. */
const READ_ALONE = 'def predict(rows):\n    return rows\ndf = predict(pd.read_csv("houses.csv"))';

const TOWNS = ["Bonn", "Jena", "Ulm"];

/** 90 houses. Those in Kiel are few and dear; the age of every seventh is not known, nor the heating of every eighth. */
function houses(): string {
  const rows = Array.from({ length: 90 }, (_, index) => {
    const town = index % 30 === 7 ? "Kiel" : TOWNS[index % 3];
    const size = 40 + ((index * 37) % 90) + (index % 2) / 2;
    const rooms = 1 + Math.floor(size / 30);
    const price = Math.round(size * 3000 + (index % 3) * 40_000 + (town === "Kiel" ? 900_000 : 0));
    const age = index % 7 === 0 ? "" : (index * 13) % 80;
    const heating = index % 8 === 0 ? "" : ["gas", "heat pump"][index % 2];
    return [index, town, size, rooms, age, heating, size > 80 ? "True" : "False", price].join(",");
  });
  return `${["id,town,size,rooms,age,heating,garden,price", ...rows].join("\n")}\n`;
}

const workspaces: string[] = [];
afterEach(() => workspaces.splice(0).forEach(removeWorkspace));

interface Clients {
  /** Written when the notebook is extracted. */
  readonly shown: string | undefined;
  readonly reason: string | undefined;
  /** Written by the validation. */
  readonly observed: string;
}

async function clientsOf(files: Readonly<Record<string, string>>): Promise<Clients> {
  const workspace = makeWorkspace(files);
  workspaces.push(workspace);
  const host = realHost();
  const made = await extract({ workspace, notebook: "study.ipynb" }, host, never);
  const { folder, extraction } = made;
  const shown = made.written.includes("scoring.ts") ? readFileSync(join(folder, "scoring.ts"), "utf8") : undefined;
  await snapshot({ workspace, target: folder }, host, never);
  await validate({ workspace, pipeline: folder }, host, never);
  return {
    shown,
    reason: extraction.diagnostics.find(({ code }) => code === "scoring.unknown")?.message,
    observed: readFileSync(join(folder, "scoring.ts"), "utf8"),
  };
}

/** Ranges stand in comments alone. */
function withoutComments(text: string | undefined): string | undefined {
  return text?.replaceAll(/^ *\/\*\*.*?\*\/\n/gms, "");
}

async function expectSame(files: Readonly<Record<string, string>>): Promise<Clients> {
  const clients = await clientsOf(files);
  expect(clients.reason).toBeUndefined();
  expect(withoutComments(clients.shown)).toBe(withoutComments(clients.observed));
  return clients;
}

function study(read: string, ...cells: readonly string[]): Readonly<Record<string, string>> {
  return { "study.ipynb": pythonNotebook(`${IMPORTS}\n${read}`, ...cells), "houses.csv": houses() };
}

const TRANSFORMER = `preprocess = ColumnTransformer([
    ("text", OneHotEncoder(handle_unknown="ignore"), ["heating"]),
    ("numbers", StandardScaler(), ["size", "rooms"]),
])`;

describe("a client that is written when the notebook is extracted says what the validated one says", () => {
  it.each([
    [
      "of a regression on numbers, on some of the rows",
      `X = df[["size", "rooms", "id"]]
X_train, X_test, y_train, y_test = train_test_split(X, df["price"], test_size=0.2, random_state=1)
model = LinearRegression().fit(X_train, y_train)`,
    ],
    [
      "of the columns that are left, truths among them",
      `X = df.drop(columns=["price", "town", "heating", "age"])
model = RandomForestRegressor(n_estimators=5, random_state=0)
model.fit(X, df["price"])`,
    ],
    [
      "of whole numbers and truths that a transformer takes apart",
      `preprocess = ColumnTransformer([
    ("scaled", StandardScaler(), ["rooms", "id"]),
    ("as it is", "passthrough", ["garden", "size"]),
    ("town", OneHotEncoder(handle_unknown="ignore"), ["heating"]),
])
df = df.dropna()
model = make_pipeline(preprocess, RandomForestRegressor(n_estimators=5, random_state=0))
model.fit(df, df["price"])`,
    ],
    [
      "of rows that are chosen by a column: the towns that have none are gone",
      `df = df[df["price"] < 600000]
preprocess = ColumnTransformer([("town", OneHotEncoder(), ["town"])], remainder="drop")
model = make_pipeline(preprocess, LinearRegression())
model.fit(df, df["price"])`,
    ],
    [
      "of missing values that the model fills",
      `preprocess = ColumnTransformer([
    ("text", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), ["heating"]),
    ("numbers", SimpleImputer(), ["age", "rooms"]),
])
model = make_pipeline(preprocess, RandomForestClassifier(n_estimators=5, random_state=0))
model.fit(df, LabelEncoder().fit_transform(df["garden"]))`,
    ],
    [
      "of an array of some columns",
      `X = df.iloc[:, [0, 2]].values
y = df["rooms"].map({1: "small", 2: "small", 3: "middle", 4: "large", 5: "large"})
model = RandomForestClassifier(n_estimators=5, random_state=0).fit(X, y)`,
    ],
  ])("%s", async (_, code) => {
    await expectSame(study(READ, code));
  });

  it.each([
    [
      "of a classifier behind encoded and scaled columns",
      `df["heating"] = df["heating"].fillna("none")
${TRANSFORMER}
model = Pipeline([("preprocess", preprocess), ("model", LogisticRegression())])
X_train, X_test, y_train, y_test = train_test_split(df.drop(columns=["garden"]), df["garden"], random_state=3)
model.fit(X_train, y_train)`,
    ],
    [
      "of missing values that are filled",
      `df["age"] = df["age"].fillna(df["age"].median())
df["heating"] = df["heating"].fillna(df["heating"].mode()[0])
preprocess = ColumnTransformer([("text", OneHotEncoder(), ["heating"]), ("age", "passthrough", ["age"])])
model = make_pipeline(preprocess, RandomForestClassifier(n_estimators=5, random_state=0))
model.fit(df, df["rooms"])`,
    ],
  ])("%s, before the model that is exported alone", async (_, code) => {
    await expectSame(study(READ_ALONE, code));
  });

  it("of labels that are computed, and both say what they are; where ranges were seen is another matter", async () => {
    const { shown, observed } = await expectSame(
      study(
        READ,
        `df = df.dropna().drop(columns=["id", "town", "heating"])
y = np.log1p(df.pop("price"))
model = make_pipeline(StandardScaler(), LinearRegression())
model.fit(df, y)`,
      ),
    );
    for (const client of [shown, observed]) expect(client).toContain("Not `price` itself: log1p of price.");
    expect(shown).toMatch(/ in the data\./);
    expect(observed).toMatch(/ in training\./);
  });
});

describe("no client is written when the notebook is extracted", () => {
  it.each([
    [
      "where chance may take a rare category out of the rows",
      `preprocess = ColumnTransformer([("town", OneHotEncoder(handle_unknown="ignore"), ["town"])])
X_train, X_test, y_train, y_test = train_test_split(df, df["price"], test_size=0.3, random_state=7)
model = make_pipeline(preprocess, LinearRegression()).fit(X_train, y_train)`,
      "town",
    ],
    [
      "where predict computes what the model takes",
      `df["age"] = df["age"].fillna(df["age"].median())
model = RandomForestRegressor(n_estimators=5, random_state=0).fit(df[["age", "rooms"]], df["price"])`,
      "whether what predict computes becomes a part of the ONNX model shows later",
    ],
  ])("%s", async (_, code, reason) => {
    const { shown, reason: told } = await clientsOf(study(READ, code));
    expect(shown).toBeUndefined();
    expect(told).toContain(reason);
  });

  it("of the example, where a missing sex is filled in: the validated one may be asked without it", async () => {
    const { shown, reason, observed } = await clientsOf({
      "study.ipynb": readFileSync(join(PENGUINS, "penguins.ipynb"), "utf8"),
      "penguins.csv": readFileSync(join(PENGUINS, "penguins.csv"), "utf8"),
    });
    expect(shown).toBeUndefined();
    expect(reason).toContain("shows later");
    expect(observed).toContain('readonly sex: "female" | "male" | null;');
  });
});
