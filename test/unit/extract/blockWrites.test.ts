import { expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf, reasonOf, stepsText } from "../../support/pythonNotebook";

const START = `import os, pickle, joblib
import pandas as pd
from sklearn.preprocessing import LabelEncoder
from sklearn.svm import SVC
df = pd.read_csv("a.csv")`;

const loopWith = (write: string) => `for col in ["p", "q"]:
    enc = LabelEncoder()
    df[col] = enc.fit_transform(df[col])
${write.replace(/^/gm, "    ")}`;

const FIT = `clf = SVC().fit(df[["p", "q"]], df["y"])`;

test.each([
  ["a dump", `joblib.dump(enc, f"kept/{col}.bin")`],
  ["a dump in an opened file", `with open(f"kept/{col}.bin", "wb") as out:\n    pickle.dump(enc, out)`],
  ["a table", `df[[col]].to_csv(os.path.join("kept", col + ".csv"))`],
  ["a dump in a branch", `if col == "p":\n    joblib.dump(enc, "kept/p.bin")`],
  ["a folder for it", `os.makedirs("kept", exist_ok=True)\njoblib.dump(enc, f"kept/{col}.bin")`],
])("%s in a kept loop is left out, like one at the top level", async (_, write) => {
  const made = await extractValue("clf", START, `os.makedirs("kept", exist_ok=True)`, loopWith(write), FIT);
  expect(stepsText(made)).toContain("enc.fit_transform");
  expect(stepsText(made)).not.toContain("kept");
  expect(reasonOf(made, write.split("\n").at(-1)?.trim().slice(0, 8) ?? "")).not.toBe("it only shows something");
});

test("it is said why a write is left out of a loop", async () => {
  const made = await extractValue("clf", START, loopWith(`joblib.dump(enc, "kept.bin")`), FIT);
  expect(reasonOf(made, "joblib.dump")).toBe("nothing that is kept reads what it writes");
});

test.each([
  [
    "that is read below",
    `joblib.dump(enc, f"kept/{col}.bin")`,
    `enc = joblib.load("kept/q.bin")\ndf["q"] = enc.classes_`,
  ],
  [
    "that the loop reads itself",
    `joblib.dump(enc, "kept.bin")\nenc = joblib.load("kept.bin")\ndf["q"] = enc.classes_`,
    "",
  ],
  [
    "of what is drawn meanwhile",
    `joblib.dump(np.random.rand(), "kept.bin")\ndf["r"] = np.random.rand()`,
    "import numpy as np",
  ],
  ["of what is changed meanwhile", `joblib.dump(names.pop(), "kept.bin")\ndf["r"] = names[0]`, ""],
])("a write %s stays in the loop", async (_, write, below) => {
  const made = await extractValue(
    "clf",
    `${START}\nnames = ["a", "b"]\nimport numpy as np`,
    loopWith(write),
    below,
    FIT,
  );
  expect(stepsText(made)).toContain("joblib.dump");
});

test("what a loop writes stays where that is all that the notebook gives", async () => {
  const cell = `for name in ["p", "q"]:\n    part = df[[name]].dropna()\n    part.to_csv(f"{name}.csv")`;
  expect(stepsText(await extractNotebook(notebookOf(START, cell)))).toContain("part.to_csv");
});

test("what a loop of a kept cell writes stays", async () => {
  const cell = `# slipway: keep\n${loopWith(`joblib.dump(enc, "kept.bin")`)}`;
  const made = await extractValue("clf", START, cell, FIT);
  expect(stepsText(made)).toContain("joblib.dump");
});
