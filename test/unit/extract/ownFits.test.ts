import { describe, expect, test } from "vitest";
import { droppedTexts, extractValue } from "../../support/pythonNotebook";

const ROWS = "import pandas as pd\nrows = pd.read_csv('a.csv')";
const box = (body: string): string =>
  `class Box:\n    def __init__(self):\n        self.n = 0\n    def fit(self, rows):\n${body}`;
const FIT = ["box = Box()\nbox.fit(rows)", "total = rows.sum()"];

test.each([
  ["computes of it", "        self.n = len(rows)\n        for row in range(9):\n            self.n -= row"],
  ["only keeps it", "        self.rows = rows\n        self.rows = 3"],
])("a method of the notebook leaves what it is given as it is where it %s", async (_, body) => {
  expect(droppedTexts(await extractValue("total", ROWS, box(body), ...FIT))).toContain("box.fit(rows)");
});

describe("what a method keeps is changed", () => {
  test.each([
    ["by storing into it", "        self.rows = rows\n        self.rows['n'] = 1"],
    ["by a method of it", "        self.rows = rows\n        self.rows.drop(columns='b', inplace=True)"],
    ["in place", "        self.rows = rows\n        self.rows *= 2"],
    [
      "by another method",
      "        self.rows = rows\n        self.scale()\n    def scale(self):\n        self.rows['n'] = 1",
    ],
  ])("%s", async (_, body) => {
    const { module } = await extractValue("total", ROWS, box(body), ...FIT);
    expect(module.text).toContain("box.fit(rows)");
  });

  test("by a method that is called later", async () => {
    const body = "        self.rows = rows\n    def scale(self):\n        self.rows['n'] = 1";
    const { module } = await extractValue(
      "total",
      ROWS,
      box(body),
      "box = Box()\nbox.fit(rows)",
      "box.scale()",
      "total = rows.sum()",
    );
    expect(module.text).toMatch(/box\.fit\(rows\)[^]*box\.scale\(\)/);
  });
});
