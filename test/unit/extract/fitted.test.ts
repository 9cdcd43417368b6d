import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const START = `import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("shops.csv")
X, y = df[["size"]], df["open"]
model = LogisticRegression()
scaler = StandardScaler()`;
const ABOVE = "Z = scaler.fit_transform(X)";

/** The fields of `Fitted` besides the model, and the text of the module; `lines` stand in a loop over folds. */
async function fitted(above: string, lines: readonly string[], below = "pass") {
  const loop = ["for one, other in KFold(3).split(X):", ...lines].join("\n    ");
  const { module } = await extractNotebook(notebookOf(START, above, loop, below), { model: "model" });
  const fields = /class Fitted:[^]*?model: LogisticRegression\n([^]*?)\n\n/.exec(module.text)?.[1] ?? "";
  return { text: module.text, fields: Array.from(fields.matchAll(/(\w+):/g), ([, name]) => name) };
}

describe("what is fitted in the block of the model's fit", () => {
  const SEEN = ["rows = scaler.fit_transform(X.iloc[one])", "model.fit(rows, y.iloc[one])"];

  test.each([
    ["in one call", SEEN],
    ["in two", ["scaler.fit(X.iloc[one])", "rows = scaler.transform(X.iloc[one])", "model.fit(rows, y.iloc[one])"]],
    ["by what the loop makes itself", ["scaler = StandardScaler()", ...SEEN]],
  ])("is kept as the last turn left it, and no earlier fit: %s", async (_, lines) => {
    expect((await fitted(ABOVE, lines)).fields).toEqual(["scaler"]);
    expect((await fitted("pass", lines)).fields).toEqual(["scaler"]);
  });

  test("is nothing that only samples rows", async () => {
    const lines = ["rows, marks = SMOTE().fit_resample(X.iloc[one], y.iloc[one])", "model.fit(rows, marks)"];
    const above = "from imblearn.over_sampling import SMOTE\nover = SMOTE()\nX, y = over.fit_resample(X, y)";
    expect((await fitted(above, lines)).fields).toEqual([]);
  });

  test("is copied where it is fitted again below", async () => {
    const { fields, text } = await fitted(
      ABOVE,
      SEEN,
      "scaler.fit(X.iloc[:9])\nr2 = model.score(scaler.transform(X), y)",
    );
    expect(fields).toEqual(["scaler_2"]);
    expect(text).toMatch(/ {8}model\.fit\(rows, y\.iloc\[one\]\)\n {4}scaler_2 = deepcopy\(scaler\)\n/);
  });

  test.each([
    ["after the model", [...SEEN, "scaler.fit(X.iloc[other])"]],
    ["perhaps", ["if len(one) > 3:\n        scaler.fit(X)", ...SEEN]],
    ["as another one", [...SEEN, "scaler = StandardScaler()"]],
  ])("is not kept where it is fitted again, %s: which one the model saw last is not known", async (_, lines) => {
    expect((await fitted(ABOVE, lines)).fields).toEqual([]);
  });

  test("is nothing to a model that it does not reach", async () => {
    const { fields } = await fitted(ABOVE, ["scaler.fit(X.iloc[other])", "model.fit(Z[one], y.iloc[one])"]);
    expect(fields).toEqual(["scaler_2"]);
  });
});

describe("a scaler is kept that", () => {
  async function fieldsOf(...cells: readonly string[]): Promise<readonly string[]> {
    const read = "import joblib\nfrom sklearn.preprocessing import MinMaxScaler\nhow = 'plain'";
    const { module } = await extractNotebook(notebookOf(START, read, ...cells), { model: "model" });
    const fields = /class Fitted:[^]*?model: .*\n([^]*?)\n\n/.exec(module.text)?.[1] ?? "";
    return Array.from(fields.matchAll(/(\w+):/g), ([, name]) => name ?? "");
  }
  const CHOICE = "if how == 'plain':\n    chosen = StandardScaler()\nelif how == 'range':\n    chosen = MinMaxScaler()";

  test("a condition chooses", async () => {
    expect(await fieldsOf(CHOICE, "Z = chosen.fit_transform(X)\nmodel.fit(Z, y)")).toEqual(["chosen"]);
  });

  test("is fitted in the call that fits the model, as it is then and no other time", async () => {
    const first = "Z = scaler.fit_transform(X[:9])\nmodel.fit(Z, y[:9])";
    expect(await fieldsOf(first, "model.fit(scaler.fit_transform(X), y)")).toEqual(["scaler"]);
  });

  test("a condition fits", async () => {
    const none = `${CHOICE}\nelse:\n    chosen = None`;
    const fit = "Z = X\nif chosen is not None:\n    Z = chosen.fit_transform(X)";
    expect(await fieldsOf(none, fit, "model.fit(Z, y)")).toEqual(["chosen"]);
  });

  const ARMS =
    "if how == 'plain':\n    own = StandardScaler().fit(X)\n    model = LogisticRegression().fit(own.transform(X), y)\nelse:\n    own = joblib.load('s.pkl')\n    model = joblib.load('m.pkl')";

  test("one arm of an if fits with the model, and the other one loads", async () => {
    expect(await fieldsOf(ARMS)).toEqual(["own"]);
  });

  test("but not where a loop comes by both arms", async () => {
    expect(await fieldsOf(`for turn in range(2):\n    ${ARMS.replaceAll("\n", "\n    ")}`)).toEqual([]);
  });
});

describe("a second network that the model depends on", () => {
  const NETS = `import pandas as pd
import torch
from torch import nn
df = pd.read_csv("a.csv")
C, P = torch.tensor(df[["a", "b"]].values), torch.tensor(df[["x", "y"]].values)
def train(net, rows, marks):
    steps = torch.optim.Adam(net.parameters())
    ((net(rows) - marks) ** 2).mean().backward()
    steps.step()
    return net
auto = train(nn.Sequential(nn.Linear(2, 1), nn.Linear(1, 2)), C, C)`;

  async function fieldsOf(...cells: readonly string[]): Promise<string> {
    const { module } = await extractNotebook(notebookOf(NETS, ...cells), { model: "model" });
    return /class Fitted:[^]*?"""\n\n([^]*?)\n\n/.exec(module.text)?.[1] ?? "";
  }

  test("is kept with it where it is called", async () => {
    expect(await fieldsOf("marks = auto[0](C).detach()", "model = train(nn.Linear(2, 1), P, marks)")).toMatch(
      /model: .*\n {4}auto: /,
    );
  });

  test("is kept so as it is when it only predicts any more", async () => {
    const marks = "with torch.no_grad():\n    auto.eval()\n    marks = auto[0](C)";
    expect(await fieldsOf(marks, "model = train(nn.Linear(2, 1), P, marks)")).toContain(" auto: ");
  });

  test("is not kept where the model has nothing of it", async () => {
    expect(await fieldsOf("print(auto(C))", "model = train(nn.Linear(2, 2), P, C)")).not.toContain("auto");
  });
});

describe("what is fitted a second time before the model", () => {
  const AGAIN = "scaler.fit(X.iloc[:9])";
  const FIT = "model.fit(scaler.transform(X), y)";
  const fieldsOf = async (...cells: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const { module } = await extractNotebook(notebookOf(START, ...cells), { model: "model" });
    const fields = /class Fitted:[^]*?model: LogisticRegression\n([^]*?)\n\n/.exec(module.text)?.[1] ?? "";
    return Array.from(fields.matchAll(/(\w+):/g), ([, name]) => name);
  };

  test("is kept as it was fitted last", async () => {
    expect(await fieldsOf("scaler.fit(X)", AGAIN, FIT)).toEqual(["scaler"]);
    expect(await fieldsOf("scaler.fit(X)", "Z = scaler.transform(X)", AGAIN, FIT)).toEqual(["scaler"]);
  });

  test("is copied where the model takes something of its first fit", async () => {
    const both = "model.fit(scaler.transform(X) + Z, y)";
    expect(await fieldsOf("scaler.fit(X)", "Z = scaler.transform(X)", AGAIN, both)).toEqual(["scaler", "scaler_2"]);
    expect(await fieldsOf("Z = scaler.fit_transform(X)", AGAIN, both)).toEqual(["scaler", "scaler_2"]);
  });
});

describe("what is fitted and gives something for the model's rows", () => {
  const IMPORTS = `import pandas as pd
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import LabelEncoder, StandardScaler
df = pd.read_csv("shops.csv")
X, y = df[["size", "rent"]], df["open"]`;
  const FIT = "model = LogisticRegression()\nmodel.fit(rows, y)";
  const fieldsOf = async (...cells: readonly string[]): Promise<readonly string[]> => {
    const { module } = await extractNotebook(notebookOf(IMPORTS, ...cells), { model: "model" });
    const [, fields = ""] = /class Fitted:[^]*?model: LogisticRegression\n([^]*?)\n\n/.exec(module.text) ?? [];
    return Array.from(fields.matchAll(/(\w+):/g), ([, name = ""]) => name);
  };
  const AWAY = "X = X.rank()\n";

  test.each([
    [
      "a model of a stack",
      'trees = RandomForestClassifier(random_state=0)\ntrees.fit(X, y)\nrows = pd.DataFrame({"trees": trees.predict(X)})',
      ["trees"],
    ],
    [
      "one that is fitted where it is made",
      "trees = RandomForestClassifier(random_state=0).fit(X, y)\nrows = trees.predict_proba(X)",
      ["trees"],
    ],
    ["clusters", "groups = KMeans(random_state=0)\ngroups.fit(X)\nrows = X.assign(group=groups.labels_)", ["groups"]],
    [
      "a scaler that is fitted where it is made",
      "scaler = StandardScaler().fit(X)\nrows = scaler.transform(X)",
      ["scaler"],
    ],
    [
      "an encoder of labels, fitted where it is made",
      "rows = X\nencoder = LabelEncoder().fit(y)\ny = encoder.transform(y)",
      ["encoder"],
    ],
  ])("is kept where there is no predict: %s", async (_, cell, names) => {
    expect(await fieldsOf(`${AWAY}${cell}`, FIT)).toEqual(names);
  });

  test.each([
    [
      "only columns are chosen by it",
      "trees = RandomForestClassifier(random_state=0)\ntrees.fit(X, y)\nrows = X.loc[:, trees.feature_importances_ > 0.1]",
    ],
    [
      "the model takes nothing of it",
      "trees = RandomForestClassifier(random_state=0)\ntrees.fit(X, y)\nrows = X\nguess = trees.predict(X)",
    ],
  ])("is not kept where %s", async (_, cell) => {
    expect(await fieldsOf(`${AWAY}${cell}`, FIT)).toEqual([]);
  });
});

describe("what a function of the notebook fits and gives", () => {
  const MAKE = `def train(rows, labels):
    scale = StandardScaler()
    fresh = StandardScaler()
    fitted = LogisticRegression().fit(scale.fit_transform(rows), labels)
    return scale, fresh, fitted`;
  const PREPARE = "def prepare(rows):\n    scale = StandardScaler().fit(rows)\n    return scale.transform(rows), scale";

  test.each([
    ["with the model", MAKE, "first, second, model = train(X, y)", ["first"]],
    ["before it", PREPARE, "Z, shift = prepare(X)\nmodel.fit(Z, y)", ["shift"]],
    [
      "before it, by a fit of its own",
      PREPARE.replace("StandardScaler().fit(rows)", "StandardScaler()\n    scale.fit(rows)"),
      "Z, shift = prepare(X)\nmodel.fit(Z, y)",
      ["shift"],
    ],
    ["but not where it is let go", PREPARE, "Z, _ = prepare(X)\nmodel.fit(Z, y)", []],
    ["for something else", MAKE, "a, b, c = train(X, y)\nmodel.fit(X, y)", []],
  ])("is kept %s", async (_, define, cell, expected) => {
    const { module } = await extractNotebook(notebookOf(START, define, cell), { model: "model" });
    const fields = /class Fitted:[^]*?model: \w+\n([^]*?)\n\n/.exec(module.text)?.[1] ?? "";
    expect(Array.from(fields.matchAll(/(\w+):/g), ([, name]) => name)).toEqual(expected);
  });
});

describe("what a function fits that the notebook made around it", () => {
  const PAIR =
    "def train(rows, labels):\n    scaler.fit(rows)\n    found = LogisticRegression()\n    found.fit(scaler.transform(rows), labels)\n    return scaler, found";
  const ROWS = "def prepare(rows):\n    return scaler.fit_transform(rows)";

  test.each([
    ["and gives", PAIR, "scaler, model = train(X, y)", ["scaler"]],
    ["and gives by another name", PAIR, "shift, model = train(X, y)", ["shift"]],
    ["and does not give", ROWS, "model.fit(prepare(X), y)", ["scaler"]],
    ["before the model", ROWS, "Z = prepare(X)\nmodel.fit(Z, y)", ["scaler"]],
    ["and that is fitted again below", ROWS, "model.fit(prepare(X), y)\nr2 = model.score(prepare(X[:9]), y[:9])", []],
  ])("is kept with the model: %s", async (_, define, cell, expected) => {
    const { module } = await extractNotebook(notebookOf(START, define, cell), { model: "model" });
    const fields = /class Fitted:[^]*?model: \w+\n([^]*?)\n\n/.exec(module.text)?.[1] ?? "";
    expect(Array.from(fields.matchAll(/(\w+):/g), ([, name]) => name)).toEqual(expected);
  });

  test("is no rival of the model that is saved with it", async () => {
    const dump = 'import pickle\nwith open("pair.bin", "wb") as file:\n    pickle.dump((scaler, model), file)';
    const { diagnostics, targets } = await extractNotebook(
      notebookOf(START, PAIR, "scaler, model = train(X, y)", dump),
    );
    expect(targets.find(({ kind }) => kind === "model")?.name).toBe("model");
    expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.several-models");
  });
});
