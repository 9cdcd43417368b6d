import { describe, expect, test } from "vitest";
import { droppedTexts, extractValue } from "../../support/pythonNotebook";

const IMPORTS = "import glob, os\nimport pandas as pd";

describe("a folder that is listed", () => {
  test.each([
    ["a file of it", "open('out/a.csv', 'w').write('1')", "os.listdir('out')"],
    ["files of it", "for k in 'ab':\n    pd.Series(k).to_csv(f'out/{k}.csv')", "os.listdir('./out/')"],
    ["a file in a folder of it", "open('out/x/a.csv', 'w').write('1')", "list(os.walk('out'))"],
    ["a file that its pattern asks for", "open('out/a.csv', 'w').write('1')", "glob.glob('out/*.csv')"],
    ["a file of the working folder", "open('a.csv', 'w').write('1')", "glob.glob('*.csv')"],
  ])("needs what writes %s", async (_, write, list) => {
    const dropped = droppedTexts(await extractValue("x", IMPORTS, "os.makedirs('out/x')", write, `x = len(${list})`));
    expect(dropped.filter((one) => one.includes("csv"))).toEqual([]);
  });

  test.each([
    ["into another folder", "open('outer/a.csv', 'w').write('1')", "os.listdir('out')"],
    ["with another end", "open('out/a.txt', 'w').write('1')", "glob.glob('out/*.csv')"],
    ["elsewhere than in the working folder", "open('/tmp/a.csv', 'w').write('1')", "glob.glob('*.csv')"],
  ])("does not need what writes %s", async (_, write, list) => {
    const dropped = droppedTexts(await extractValue("x", IMPORTS, write, `x = len(${list})`));
    expect(dropped).toContain(write);
  });
});

test.each([
  ["*.npz", "labels.csv", true],
  ["*.npz", "b.npz", false],
  ["rows", "labels.csv", false],
])("a file beside one that a pattern lists is said to be computed: %s, %s", async (pattern, file, isBeside) => {
  const found = `found = glob.glob("in/**/${pattern}", recursive=True)[0]`;
  const path = `from pathlib import Path\npath = Path(found).parent / "${file}"`;
  const { diagnostics } = await extractValue("x", IMPORTS, found, path, "x = pd.read_csv(path)");
  expect(diagnostics.some(({ code }) => code === "data.unresolved")).toBe(isBeside);
});
