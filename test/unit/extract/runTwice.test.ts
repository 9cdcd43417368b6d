import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../src/core/report";
import { counted, extractNotebook, notebookOf } from "../../support/pythonNotebook";

const LOAD = 'import numpy as np\nimport pandas as pd\ndf = pd.read_csv("a.csv")\nrows = []';

/** What is said of a cell between the one that loads, run first, and the one that uses what both make. */
async function saidOf(change: string, counts: readonly [number, number] = [4, 5]): Promise<readonly Diagnostic[]> {
  const use = "best = [df.sum(), rows]";
  const cells = counted([1, LOAD], [counts[0], change], [counts[1], use]);
  const { diagnostics } = await extractNotebook(notebookOf(...cells), { model: "best" });
  return diagnostics.filter(({ code }) => code === "notebook.run-twice");
}

describe("a cell that changes what was there before", () => {
  test.each([
    'df["x"] += 1',
    'df["x"] = np.log(df["x"])',
    'df["x"] = 2 * (df["x"] - df["x"].mean())',
    "df = -df",
    'df = df.drop("x", axis=1)',
    "df = pd.concat([df, df.head()])",
    "df = df.iloc[1:]",
    'df.drop("x", axis=1, inplace=True)',
    "rows.append(df.mean())",
    "for name in df:\n    rows.append(name)",
  ])("is told where the saved counts lack runs right before it: %s", async (change) => {
    const [said, ...others] = await saidOf(change);
    expect(others).toEqual([]);
    expect(said).toMatchObject({ severity: "info", cell: 2, line: change.startsWith("for") ? 2 : 1 });
    expect(said?.message).toContain("its last run is 4, and no cell shows runs 2 to 3");
    expect(await saidOf(change, [2, 3])).toEqual([]);
  });

  test("is told where it was run again after a cell that needs it", async () => {
    const [said] = await saidOf("df = df * 2", [3, 2]);
    expect(said?.message).toContain(
      "df is made of itself here, and the cell was run again after cell 3, which needs it",
    );
  });
});

describe("a cell that bears to be run twice is not told of", () => {
  test.each([
    'df["y"] = df["x"] * 2',
    "df = df.dropna().head()",
    'df = df[df["x"] - 1 > 3]',
    "df = df[:100]",
    'df = pd.read_csv("b.csv")\ndf["x"] *= 2\ndf = df.drop("x", axis=1)',
    'df["x"] = 1\ndf["x"] = df["x"] * 2',
    "rows = []\nfor name in df:\n    rows.append(name)",
    "for name in df:\n    total = 0\n    total += 1\n    df[name] = total",
    "def more(rows):\n    rows.append(1)\n    return rows\ndf = df.copy()",
  ])("%s", async (change) => {
    expect(await saidOf(change)).toEqual([]);
  });
});

test("nor is one that only fills a list for what it shows", async () => {
  const fill = "seen = []\nfor name in df:\n    last = df[name].sum()\n    seen.append(last)\nprint(seen)";
  const cells = counted([1, LOAD], [4, fill], [5, "best = [last]"]);
  const { diagnostics } = await extractNotebook(notebookOf(...cells), { model: "best" });
  expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.run-twice");
});

test("cells without saved counts are not told of", async () => {
  const { diagnostics } = await extractNotebook(notebookOf(LOAD, "df = df * 2", "best = df.sum()"), { model: "best" });
  expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.run-twice");
});
