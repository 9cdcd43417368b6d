import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { extract } from "../../src/app/extract";
import { buildPackage } from "../../src/app/package";
import { snapshot } from "../../src/app/snapshot";
import { validate, type ValidateOptions, type ValidateResult } from "../../src/app/validate";
import type { Pipeline } from "../../src/app/workspace";
import { makePipeline, never, realHost, silent } from "../support/pipelines";
import { CATCH, edit, failedGates, gate, LOAD, SAVE } from "../support/validated";
import { pythonNotebook, removeWorkspace } from "../support/workspace";

const MEASURE = `middle = sum(weights) / len(weights)
rmse = (sum((weight - middle) ** 2 for weight in weights) / len(weights)) ** 0.5
print("rmse", rmse)`;

const workspaces: string[] = [];
afterEach(() => workspaces.splice(0).forEach(removeWorkspace));

interface Prepared {
  readonly workspace: string;
  readonly pipeline: Pipeline;
}

/** The last cell saves `rmse`: that is what is shipped. */
async function prepared(...cells: readonly string[]): Promise<Prepared> {
  const made = await makePipeline(pythonNotebook(...cells, SAVE), CATCH);
  workspaces.push(made.workspace);
  return made;
}

function judged({ workspace }: Prepared, more: Partial<ValidateOptions> = {}): Promise<ValidateResult> {
  return validate({ workspace, pipeline: "study", ...more }, realHost(), never);
}

describe("a module that does what the notebook does", () => {
  it("passes every gate, writes the environment's lock and a report, and is not run again while nothing changes", async () => {
    const made = await prepared(LOAD, MEASURE);
    const first = await judged(made);
    expect(failedGates(first)).toEqual([]);
    expect(first).toMatchObject({ ok: true, reused: false, reportPath: ".slipway/reports/study/report.json" });
    expect(gate(first, "model.portable").status).toBe("skipped");
    expect(readdirSync(made.pipeline.folder)).toContain("requirements.lock");
    const page = readFileSync(join(made.workspace, ".slipway/reports/study/report.html"), "utf8");
    expect(page).toContain("Ready to ship");

    const started = performance.now();
    const second = await judged(made);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(second).toMatchObject({ ok: true, reused: true, gates: first.gates });
    expect(await judged(made, { force: true })).toMatchObject({ ok: true, reused: false });
  });

  it("may define a function anew after it has used it", async () => {
    const scaled = (by: number) => `def scale(x):\n    return x * ${by}\nweights = list(map(scale, weights))`;
    const result = await judged(await prepared(LOAD, scaled(2), scaled(3), MEASURE));
    expect(failedGates(result)).toEqual([]);
  });

  it("may predict rows that cannot be had, where nothing that is shipped needs that", async () => {
    const model =
      "from sklearn.linear_model import LinearRegression\nX = [[one] for one in weights]\nmodel = LinearRegression().fit(X, weights)";
    const made = await makePipeline(
      pythonNotebook(LOAD, model, "late = weights[99:][0]", "model.predict(late)"),
      CATCH,
    );
    workspaces.push(made.workspace);
    const result = await judged(made);
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "run.notebook").details?.length).toBe(2);
  });

  it("runs with the snapshot as its only file, not with what lies beside the notebook", async () => {
    const made = await prepared(
      LOAD,
      MEASURE,
      'import os\nprint(os.listdir("."))\nassert os.listdir(".") == ["catch.csv"]',
    );
    expect(failedGates(await judged(made))).toEqual([]);
  });

  it.each([
    ["small", 1],
    ["large", 100_000],
  ])("may write into its %s data: the module reads what was stored", async (_size, width) => {
    const spoil = 'with open("catch.csv", "r+") as file:\n    print(file.write("height"))';
    const made = await makePipeline(pythonNotebook(LOAD, spoil, MEASURE, SAVE), {
      "catch.csv": `weight,note\n${`1.5,${"-".repeat(width)}\n2.5,\n`.repeat(170)}`,
    });
    workspaces.push(made.workspace);
    const notes: string[] = [];
    const host = realHost({ ...silent, note: (text) => notes.push(text) });
    const result = await validate({ workspace: made.workspace, pipeline: "study" }, host, never);
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "run.notebook").details).toBeUndefined();
    expect(notes).toEqual(width === 1 ? [] : [expect.stringContaining("A run wrote into its data")]);
    expect(readFileSync(join(made.workspace, "catch.csv"), "utf8").slice(0, 6)).toBe("weight");
  });

  it("is ended before the editor where memory runs out", async () => {
    const cell = 'import os\nscore = os.popen("cat /proc/self/oom_score_adj").read()\nassert score == "1000\\n", score';
    const result = await judged(await prepared(LOAD, cell, MEASURE));
    expect(gate(result, "run.notebook").details).toBeUndefined();
  });

  it("may talk to this machine, and to no other: the snapshot is all that it reads", async () => {
    const local = `import socket
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(("localhost", server.getsockname()[1]))
first, second = socket.socketpair()
near = socket.socket(socket.AF_UNIX)
near.bind("near.sock")
near.listen()
socket.socket(socket.AF_UNIX).connect("near.sock")`;
    const far =
      'import urllib.request\npage = urllib.request.urlopen("http://" + "data.example.org").read()\nprint(page)';
    const address = 'socket.create_connection(("192.0.2.7", 80), timeout=1)';
    const result = await judged(await prepared(LOAD, local, far, address, MEASURE));
    const told = gate(result, "run.notebook").details?.map(({ value }) => value);
    expect(told).toEqual([
      "cell 3, line 2: urllib.error.URLError: <urlopen error no run may reach the network (data.example.org); save the data to a file, and read that>",
      expect.stringMatching(/^cell 3, line 3: NameError/),
      "cell 4, line 1: PermissionError: no run may reach the network (192.0.2.7); save the data to a file, and read that",
    ]);
  });

  it("keeps programs that it starts off the network too, or says that this machine cannot", async () => {
    const program = 'import socket; socket.create_connection(("192.0.2.7", 80), timeout=2)';
    const cell = `import subprocess, sys
told = subprocess.run([sys.executable, "-c", ${JSON.stringify(program)}], capture_output=True, text=True).stderr
assert "unreachable" in told, told
assert open("/proc/net/dev").read().count(":") == 1, "there is more than a loopback"`;
    const result = await judged(await prepared(LOAD, cell, MEASURE));
    const { details, message } = gate(result, "run.notebook");
    const canIsolate = spawnSync("unshare", ["-rn", "true"]).status === 0;
    expect(details === undefined).toBe(canIsolate);
    expect(message.includes("cannot keep programs")).toBe(!canIsolate);
  });

  it("is compared with a notebook that takes much longer than the module", async () => {
    const result = await judged(await prepared(LOAD, "import time\nprint(time.sleep(4))", MEASURE));
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "run.notebook").seconds).toBeGreaterThan(4);
    expect(gate(result, "run.repeatable").seconds).toBeLessThan(4);
  });

  it("goes on where a statement fails that nothing needs, and says so", async () => {
    const result = await judged(await prepared(LOAD, 'print("exploring", weights[99])', MEASURE));
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "run.notebook").details).toEqual([
      { subject: "left out", value: expect.stringContaining("cell 2, line 1: IndexError"), ok: true },
    ]);
  });
});

describe("a package that no import names", () => {
  it("is added where a run misses it, is remembered in the lock, and is said with its cell", async () => {
    const cell = `from importlib import import_module\nsix = import_module("six")\nmiddle = six.moves.reduce(max, weights)`;
    const made = await prepared(LOAD, cell, MEASURE.replace("middle =", "middle +="));
    const notes: string[] = [];
    const host = realHost({ ...silent, note: (text) => notes.push(text) });
    const result = await validate({ workspace: made.workspace, pipeline: "study" }, host, never);
    expect(failedGates(result)).toEqual([]);
    const said = [
      "Added the package for six, which was missing in cell 2, line 2.",
      "Wrote types that the run showed into pipeline.py.",
    ];
    expect(notes).toEqual(said);
    const lock = readFileSync(join(made.pipeline.folder, "requirements.lock"), "utf8");
    expect(lock).toMatch(/^# Python .*, and six\nsix==/);
    await judged(made, { force: true });
    expect(notes).toEqual(said);
    expect(readFileSync(join(made.pipeline.folder, "requirements.lock"), "utf8")).toBe(lock);
  });
});

describe("a gate fails", () => {
  it("where the module gives another result, naming the target and both values", async () => {
    const made = await prepared(LOAD, MEASURE);
    edit(made, "** 0.5", "** 0.6");
    const result = await judged(made);
    expect(failedGates(result)).toEqual(["run.equals-notebook"]);
    expect(gate(result, "run.equals-notebook").details).toEqual([
      { subject: "rmse", value: expect.stringMatching(/^1\.0\d+ ≠ 1\.0\d+$/), ok: false },
    ]);
    expect(result.ok).toBe(false);
  });

  it("where the module does not type-check, naming the line", async () => {
    const made = await prepared(LOAD, MEASURE);
    const line = readFileSync(made.pipeline.modulePath, "utf8").split("\n").length;
    writeFileSync(made.pipeline.modulePath, `${readFileSync(made.pipeline.modulePath, "utf8")}total: int = "three"\n`);
    const result = await judged(made);
    expect(failedGates(result)).toEqual(["code.types"]);
    expect(gate(result, "code.types").details?.[0]).toMatchObject({ subject: `pipeline.py:${line}`, ok: false });
  });

  it("where the notebook raises, with cell, line and exception", async () => {
    const result = await judged(
      await prepared(LOAD, `heavy = weights[99]\n${MEASURE} + heavy`.replace("rmse = (", "rmse = heavy + (")),
    );
    expect(gate(result, "run.notebook")).toMatchObject({
      status: "failed",
      measured: "cell 2, line 1: IndexError: list index out of range",
    });
    expect(gate(result, "run.equals-notebook").status).toBe("failed");
  });

  it("where the notebook raises what says more than one line, with all of it and its type", async () => {
    const cell = `def check(all):\n    raise ValueError("two scales:\\n  grams\\n  pounds")\n\n\nrmse = check(weights)`;
    const result = await judged(await prepared(LOAD, cell));
    expect(gate(result, "run.notebook").measured).toContain("ValueError: two scales: grams pounds");
  });

  it("where the notebook never ends, with the cell, after the time limit", async () => {
    const cell = `while min(weights) > 0:\n    weights = [weight for weight in weights]\n${MEASURE}`;
    const started = performance.now();
    const result = await judged(await prepared(LOAD, cell), { timeoutSeconds: 2 });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(gate(result, "run.notebook").measured).toBe(
      "cell 2, line 1: it did not end within 2 s, the limit that timeoutSeconds in slipway.yaml sets",
    );
    expect(gate(result, "run.equals-notebook").status).toBe("failed");
  });

  it("where the notebook uses more memory than it may, with the cell", async () => {
    const cell = `kept = []\nwhile len(kept) < 200:\n    kept.append(bytearray(20_000_000))\nprint(len(kept))`;
    const result = await judged(await prepared(LOAD, cell, MEASURE), { memoryGigabytes: 0.4 });
    expect(gate(result, "run.notebook").measured).toBe(
      "cell 2, line 2: it used more than 0.4 GB of memory, the limit that memoryGigabytes in slipway.yaml sets",
    );
  });

  it("where the module alone never ends, with the cell and the module's line", async () => {
    const made = await prepared(LOAD, MEASURE);
    edit(made, "    middle = ", "    while len(weights) > 0:\n        weights.sort()\n    middle = ");
    const result = await judged(made, { timeoutSeconds: 2 });
    expect(gate(result, "run.equals-notebook").measured).toMatch(
      /^the module failed: cell 2, line \d: it did not end within 2 s, .* \(pipeline\.py, line \d+\)$/,
    );
  });

  it("where the notebook ends the process", async () => {
    const cell = `import os\nsomewhere = os._exit(7)\nrmse = sum(weights) if somewhere is None else 0\nprint(rmse)`;
    const result = await judged(await prepared(LOAD, cell));
    expect(gate(result, "run.notebook").measured).toBe("cell 2, line 2: it ended with exit code 7");
  });
});

describe("the ONNX model", () => {
  const RIVER = `import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
df = pd.read_csv("river.csv")`;

  /** 160 fish; every eleventh without a length, every seventh without a river. */
  const rows = Array.from({ length: 160 }, (_, index) => {
    const length = index % 11 === 0 ? "" : String(20 + ((index * 37) % 60) / 2);
    const river = index % 7 === 0 ? "" : (["Amber", "Brook", "Clear"][index % 3] ?? "");
    return [length, 1 + ((index * 13) % 9), river, index % 2 === 0, (index * 37) % 60 > 29 ? "adult" : "young"].join(
      ",",
    );
  });
  const files = { "river.csv": `length,age,river,tagged,stage\n${rows.join("\n")}\n` };

  async function shipped(cell: string): Promise<Prepared & { readonly result: ValidateResult }> {
    const made = await makePipeline(pythonNotebook(RIVER, cell), files);
    workspaces.push(made.workspace);
    return { ...made, result: await judged(made) };
  }

  it("predicts what a pipeline with a column transformer predicts, missing strings and all", async () => {
    const { result, pipeline } = await shipped(`features = df.drop(columns=["stage"])
X_train, X_test, y_train, y_test = train_test_split(features, df["stage"], test_size=0.3, random_state=3)
numbers = make_pipeline(SimpleImputer(), StandardScaler())
words = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
prepare = ColumnTransformer([("numbers", numbers, ["length", "age"]), ("words", words, ["river"])])
model = Pipeline([("prepare", prepare), ("classify", LogisticRegression())])
model.fit(X_train, y_train)
accuracy = accuracy_score(y_test, model.predict(X_test))
print("accuracy", accuracy)`);
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "model.portable").measured).toMatch(/0 of 48 rows disagree$/);
    expect(result.validation.report.metrics).toEqual({ accuracy: expect.any(Number) });
    expect(result.validation.signature).toEqual({
      layout: "columns",
      inputs: [
        { name: "length", type: "number", nullable: true, range: [20, 49.5] },
        { name: "age", type: "integer", nullable: false, range: [1, 9] },
        { name: "river", type: "string", nullable: true, categories: ["Amber", "Brook", "Clear"] },
      ],
      output: { name: "stage", type: "string", classes: ["adult", "young"], probabilities: true },
    });
    expect(readdirSync(pipeline.folder)).toContain("scoring.ts");
  });

  it("predicts what a forest on a matrix predicts, and has the same bytes when it is made again", async () => {
    const cell = `table = df.dropna()
X = table[["length", "age"]].to_numpy()
y = table["length"].to_numpy() * 2 + table["age"].to_numpy()
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=3)
model = RandomForestRegressor(n_estimators=20, random_state=3)
model.fit(X_train, y_train)
r2 = r2_score(y_test, model.predict(X_test))
print("r2", r2)`;
    const first = await shipped(cell);
    expect(failedGates(first.result)).toEqual([]);
    expect(first.result.validation.signature).toMatchObject({
      layout: "matrix",
      inputs: [
        { name: "length", type: "number" },
        { name: "age", type: "number" },
      ],
      output: { type: "number", probabilities: false },
    });
    const { model } = first.result.validation;
    expect(model?.size).toBeGreaterThan(1000);
    expect((await shipped(cell)).result.validation.model).toEqual(model);
  });

  it("takes the same branches as Python where scaled numbers lie on a tree's split", async () => {
    const { result, pipeline } = await shipped(`table = df.dropna()
features = table[["length", "age"]]
X_train, X_test, y_train, y_test = train_test_split(features, table["length"] * table["age"], test_size=0.4, random_state=3)
model = make_pipeline(StandardScaler(), RandomForestRegressor(n_estimators=30, random_state=3))
model.fit(X_train, y_train)
r2 = r2_score(y_test, model.predict(X_test))
print("r2", r2)`);
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "model.portable").measured).toMatch(/, 0 of \d+ rows disagree$/);
    expect(result.validation.signature).toMatchObject({ layout: "matrix", precision: "float64" });
    expect(readFileSync(join(pipeline.folder, "scoring.ts"), "utf8")).toContain('new Tensor("float64"');
  });

  it.each([
    ["lightgbm", "LGBMClassifier(n_estimators=12, min_child_samples=5, verbose=-1)"],
    ["xgboost", "XGBClassifier(n_estimators=12)"],
  ])("predicts what a pipeline with a model of %s predicts", async (library, constructor) => {
    const { result } = await shipped(`import ${library}
features = df[["length", "age"]]
X_train, X_test, y_train, y_test = train_test_split(features, df["tagged"].astype(int), test_size=0.4, random_state=3)
model = make_pipeline(SimpleImputer(), StandardScaler(), ${library}.${constructor})
model.fit(X_train, y_train)
accuracy = accuracy_score(y_test, model.predict(X_test))
print("accuracy", accuracy)`);
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "model.portable").measured).toMatch(/, 0 of 64 rows disagree$/);
  });

  it.each([
    ["lightgbm", "lightgbm.Dataset(X_train, y_train)", "X_test"],
    ["xgboost", "xgboost.DMatrix(X_train, label=y_train)", "xgboost.DMatrix(X_test)"],
  ])("is not there for what %s itself trains, but predict scores raw rows", async (library, held, tested) => {
    const { result } = await shipped(`import ${library}
X, y = df[["length", "age"]], df["tagged"].astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=3)
train = ${held}
model = ${library}.train({"max_depth": 3, "seed": 1}, train, num_boost_round=9)
accuracy = accuracy_score(y_test, model.predict(${tested}).round())
print("accuracy", accuracy)`);
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "model.raw-rows").measured).toMatch(/ rows of the fit and 64 of 64 other rows$/);
    expect(gate(result, "model.portable").status).toBe("skipped");
  });

  it("takes rows by position where the model was fitted on columns without names", async () => {
    const { result } = await shipped(`X, y = df[["age"]], df["tagged"]
model = LogisticRegression().fit(X.to_numpy(), y)
print(accuracy_score(y, model.predict(X)))`);
    expect(failedGates(result)).toEqual([]);
  });

  it("is compared on the rows of the fit where those that the notebook tries are a sparse matrix", async () => {
    const { result } = await shipped(`from scipy.sparse import csr_matrix
X, y = df[["age"]].to_numpy(), df["tagged"]
model = LogisticRegression().fit(X, y)
sparse = csr_matrix(X[:9])
print(model.predict(sparse), accuracy_score(y, model.predict(X)))`);
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "model.portable").measured).toMatch(/, 0 of \d\d+ rows disagree$/);
  });

  it("is missing where a step cannot be exported, and the gate names the step", async () => {
    const { result } = await shipped(`class Doubled(LogisticRegression):
    pass
table = df.dropna()
model = Doubled()
model.fit(table[["length", "age"]], table["stage"])
accuracy = accuracy_score(table["stage"], model.predict(table[["length", "age"]]))
print("accuracy", accuracy)`);
    expect(failedGates(result)).toEqual(["model.portable"]);
    expect(gate(result, "model.portable").message).toContain("pipeline.Doubled cannot be exported");
    expect(gate(result, "run.equals-notebook").status).toBe("passed");
  });
});

describe("numbers that are none", () => {
  const TABLE = `import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
df = pd.read_csv("river.csv")
X, y = df[["length"]], df["weight"]`;
  const files = { "river.csv": `length,weight\n${[1, 2, 3, 4, 5, 6].map((n) => `${n},${n * 2}`).join("\n")}\n` };

  async function shipped(cell: string, config = ""): Promise<ValidateResult> {
    const made = await makePipeline(pythonNotebook(TABLE, cell), { ...files, "slipway.yaml": config });
    workspaces.push(made.workspace);
    const result = await judged(made);
    expect(() => JSON.parse(readFileSync(join(made.workspace, result.reportPath), "utf8"))).not.toThrow();
    return result;
  }

  it("fail the gate where a metric is NaN in the notebook too", async () => {
    const result = await shipped(`model = LinearRegression().fit(X, y)
r2 = r2_score(y[:1], model.predict(X[:1]))
print("r2", r2)`);
    expect(failedGates(result)).toEqual(["run.equals-notebook"]);
    expect(gate(result, "run.equals-notebook").measured).toBe("2 of 2 targets equal, r2 is nan");
    expect(result.validation.report.metrics).toEqual({});
  });

  it("fail the gate where the model predicts them, and not the run", async () => {
    const result = await shipped(`class Broken(RegressorMixin, BaseEstimator):
    def fit(self, X, y):
        self.mean_ = float(y.mean())
        return self

    def predict(self, X):
        return np.where(X["length"] > 4, np.nan, self.mean_)


model = Broken()
model.fit(X, y)
mae = float(model.predict(X)[0])
print("mae", mae)`);
    expect(failedGates(result)).toEqual(["model.portable"]);
    expect(gate(result, "model.portable").message).toContain("NaN or infinity for 2 of 6 rows, first for row 5");
  });
});

describe("a model without an ONNX form", () => {
  const TABLE = `import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
df = pd.read_csv("river.csv")
X, y = df[["length"]], df["weight"]`;
  const MEAN = `class Mean:
    def fit(self, X, y):
        self.mean = float(y.mean())
        return self

    def predict(self, X):
        return np.full(len(X), self.mean)
`;
  const FIT = `model.fit(X, y)\nmae = float(abs(y - model.predict(X)).mean())\nprint("mae", mae)`;

  async function shipped(cell: string, config = ""): Promise<ValidateResult> {
    const files = { "river.csv": "length,weight\n1,2\n2,5\n3,6\n", "slipway.yaml": config };
    const made = await makePipeline(pythonNotebook(TABLE, cell), files);
    workspaces.push(made.workspace);
    return judged(made);
  }

  it("is released as the module that fits it, where there is none for its kind", async () => {
    const result = await shipped(`${MEAN}\nmodel = Mean()\n${FIT}`);
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "model.portable")).toMatchObject({
      status: "skipped",
      message: expect.stringContaining("There is no ONNX form of pipeline.Mean"),
    });
  });

  it("is released so, too, where it is asked for one prediction alone", async () => {
    const line = `class Line:
    def fit(self, x, y):
        self.slope = (x * y).sum() / (x * x).sum()

    def predict(self, x):
        return self.slope * x
`;
    const cell = `${line}\nmodel = Line()\nlengths = df["length"].values\nmodel.fit(lengths, y)\nprint(model.predict(lengths[0]))`;
    const result = await shipped(cell);
    expect(failedGates(result)).toEqual([]);
    expect(gate(result, "run.equals-notebook").details?.[0]?.value).toBe("1 prediction equal (predict)");
  });

  it("is released so too where its fit cannot be seen, and held back where it could have one", async () => {
    const hidden = (fit: string) =>
      `def trained():\n    made = ${fit}\n    made.fit(X, y)\n    return made\nmodel = trained()`;
    expect(failedGates(await shipped(`${MEAN}\n${hidden("Mean()")}`))).toEqual([]);
    const result = await shipped(hidden("LinearRegression()"));
    expect(failedGates(result)).toEqual(["model.portable"]);
    expect(gate(result, "model.portable").message).toContain("Fit it, or predict with it, in a cell");
  });

  it("takes the client of the model that was there before away with it, and nobody else's", async () => {
    const before = pythonNotebook(TABLE, `model = LinearRegression()\n${FIT}`);
    const made = await makePipeline(before, { "river.csv": "length,weight\n1,2\n2,5\n3,6\n" });
    workspaces.push(made.workspace);
    const { workspace, pipeline } = made;
    const scoring = join(pipeline.folder, "scoring.ts");
    const lock = () => readFileSync(join(pipeline.folder, "pipeline.lock.json"), "utf8");
    expect(await judged(made)).toMatchObject({ ok: true, reused: false });
    expect([existsSync(scoring), lock().includes('"signature"')]).toEqual([true, true]);
    writeFileSync(join(workspace, "study.ipynb"), pythonNotebook(TABLE, `${MEAN}\nmodel = Mean()\n${FIT}`));
    const host = realHost();
    await extract({ workspace, notebook: "study.ipynb" }, host, never);
    await snapshot({ workspace, target: "study" }, host, never);
    expect(await judged(made)).toMatchObject({ ok: true, reused: false });
    expect([existsSync(scoring), lock().includes('"signature"')]).toEqual([false, false]);
    writeFileSync(scoring, "export const mine = 1;\n");
    expect(await judged(made, { force: true })).toMatchObject({ ok: true });
    expect(readFileSync(scoring, "utf8")).toBe("export const mine = 1;\n");
    const { layers } = await buildPackage({ workspace, pipeline: "study", registry: workspace }, host, never);
    expect(layers.map(({ path }) => path)).not.toContain("scoring.ts");
  });

  it("holds the release back where it could have one, unless slipway.yaml asks for none", async () => {
    const cell = `class Mine(LinearRegression):\n    pass\n\n\nmodel = Mine()\n${FIT}`;
    expect(failedGates(await shipped(cell))).toEqual(["model.portable"]);
    expect(failedGates(await shipped(cell, "thresholds: {modelRequired: false}\n"))).toEqual([]);
  });
});

describe("an error is thrown", () => {
  it("where a package cannot be had, naming it and the import", async () => {
    const made = await prepared(
      LOAD,
      `import no_such_thing_at_all\nrmse = no_such_thing_at_all.rmse(weights)\nprint(rmse)`,
    );
    await expect(judged(made)).rejects.toMatchObject({
      kind: "environment",
      code: "PACKAGE_UNAVAILABLE",
      message: expect.stringContaining("no-such-thing-at-all (import no_such_thing_at_all)"),
      place: { file: "study.ipynb", cell: 2, line: 1 },
    });
  });

  it("where a run misses a module that lies beside the notebook, and asks no package index for its name", async () => {
    const byName = 'import importlib\ntides = importlib.import_module("ti" + "des")\nrmse = tides.rmse(weights)';
    const made = await makePipeline(pythonNotebook(LOAD, byName, SAVE), {
      ...CATCH,
      "tides.py": "def rmse(values):\n    return 1\n",
    });
    workspaces.push(made.workspace);
    await expect(judged(made)).rejects.toMatchObject({
      code: "LOCAL_MODULE",
      place: { file: "study.ipynb" },
    });
  });

  it("where the notebook changed after the extraction", async () => {
    const made = await prepared(LOAD, MEASURE);
    writeFileSync(join(made.workspace, "study.ipynb"), pythonNotebook(LOAD, `${MEASURE}\nprint()`));
    await expect(judged(made)).rejects.toMatchObject({ kind: "input", code: "PIPELINE_STALE" });
  });
});

describe("an interruption", () => {
  const previous = process.env.TMPDIR;
  afterEach(() => {
    process.env.TMPDIR = previous;
    if (previous === undefined) delete process.env.TMPDIR;
  });

  it("leaves no process, no temporary folder and no file behind", async () => {
    const made = await prepared(LOAD, `import time\ntime.sleep(60 * len(weights))\n${MEASURE}`);
    const before = readdirSync(made.pipeline.folder);
    const own = mkdtempSync(join(tmpdir(), "interrupted-"));
    process.env.TMPDIR = own;
    const controller = new AbortController();
    const running = validate({ workspace: made.workspace, pipeline: "study" }, realHost(), controller.signal);
    const outcome = expect(running).rejects.toMatchObject({ kind: "interrupted" });
    await expect.poll(() => processesOf(own), { timeout: 20_000 }).toContain("run_notebook.py");
    await delay(200);
    controller.abort();
    await outcome;
    await expect.poll(() => processesOf(own)).toBe("");
    expect(readdirSync(own)).toEqual([]);
    expect(readdirSync(made.pipeline.folder)).toEqual(before);
    rmSync(own, { recursive: true });
  });
});

/** Command lines of running processes that name a folder. */
function processesOf(folder: string): string {
  const lines = spawnSync("ps", ["-eo", "stat=,args="], { encoding: "utf8" }).stdout.split("\n");
  return lines.filter((line) => line.includes(folder) && !line.startsWith("Z")).join("\n");
}
