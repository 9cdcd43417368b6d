import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Interpreter } from "../../src/core/host";
import { makePipeline, never, realHost } from "../support/pipelines";
import { pythonNotebook, removeWorkspace } from "../support/workspace";

const FIXTURE = resolve(__dirname, "../fixtures/notebooks/scoring");
const text = (name: string): string => readFileSync(join(FIXTURE, name), "utf8");

let interpreter: Interpreter;
const workspaces: string[] = [];
beforeAll(async () => {
  const { python } = realHost();
  const requirements = ["pandas", "scikit-learn", "scipy"];
  interpreter = await python.environment(await python.lock({ requirements, constraints: [] }, never), never);
});
afterAll(() => workspaces.forEach(removeWorkspace));

/** Runs Python in the folder of a pipeline that was made of a notebook. */
async function shellOf(notebook: string, files: Readonly<Record<string, string>> = {}) {
  const { workspace, pipeline } = await makePipeline(notebook, files);
  workspaces.push(workspace);
  return (...words: readonly string[]) =>
    spawnSync(interpreter.path, words, { cwd: pipeline.folder, encoding: "utf8" });
}

/** What another process makes of the saved model, and what the training itself made of it. */
const AFTERWARDS = `
import json
from pathlib import Path
import pandas as pd
import pipeline

rows = pd.read_csv(pipeline.data_dir() / "parcels.csv").head(20)
saved = pipeline.predict(rows, pipeline.load_fitted(Path("model.pkl")))
data = pipeline.Data(parcels=pipeline.data_dir() / "parcels.csv")
print(json.dumps([list(map(str, saved)), list(map(str, pipeline.predict(rows, pipeline.run(data=data).fitted)))]))
`;

describe("--save", () => {
  test("keeps all that scoring needs, for another process", async () => {
    const python = await shellOf(text("parcels.ipynb"), { "parcels.csv": text("parcels.csv") });
    const saving = python("pipeline.py", "--json", "--save", "model.pkl");
    expect(saving.stderr).toBe("");
    expect(JSON.parse(saving.stdout)).toMatchObject({ accuracy: expect.closeTo(0.838, 3) });
    const { stdout, stderr } = python("-c", AFTERWARDS);
    expect(stderr).toBe("");
    const [saved, trained] = JSON.parse(stdout);
    expect(saved).toHaveLength(20);
    expect(saved).toEqual(trained);
  });

  test("says before the training that there is no folder for it", async () => {
    const python = await shellOf(text("parcels.ipynb"), { "parcels.csv": text("parcels.csv") });
    const { status, stdout, stderr } = python("pipeline.py", "--save", "missing/model.pkl");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("there is no folder missing to save the model in");
  });

  test("keeps what encodes the labels, and a model of the notebook's own classes", async () => {
    const python = await shellOf(OWN);
    expect(python("pipeline.py", "--save", "model.pkl").stderr).toBe("");
    const loaded = "import pathlib, pipeline; f = pipeline.load_fitted(pathlib.Path('model.pkl'))";
    const { stdout, stderr } = python(
      "-c",
      `${loaded}; print(f.encoder.inverse_transform(f.model.predict([[0.1], [8]])))`,
    );
    expect(stderr).toBe("");
    expect(stdout).toBe("['low' 'tall']\n");
  });
});

const OWN = pythonNotebook(
  "import numpy as np\nfrom sklearn.preprocessing import LabelEncoder",
  "class Threshold:\n    def fit(self, X, y):\n        self.cut = (X[y == 1].min() + X[y == 0].max()) / 2\n        return self\n    def predict(self, X):\n        return (np.asarray(X)[:, 0] > self.cut).astype(int)",
  "X = np.array([[1.0], [2.0], [6.0], [7.0]])\nnames = ['low', 'low', 'tall', 'tall']",
  "encoder = LabelEncoder()\ny = encoder.fit_transform(names)",
  "model = Threshold()\nmodel.fit(X, y)",
  "accuracy = (model.predict(X) == y).mean()",
);
