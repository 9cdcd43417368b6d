import { describe, expect, test } from "vitest";
import { extractValue, stepsText } from "../../support/pythonNotebook";

const IMPORTS = "import os\nfrom pathlib import Path\nimport cv2\nimport numpy as np\nimport pandas as pd";
const ROWS = 'rows = pd.read_csv("rows.csv")\nout = "png"';
const FIT = "from autogluon.multimodal import MultiModalPredictor\nnet = MultiModalPredictor(label='y').fit(rows)";

/** What writes a file for each row in a loop. */
const written = (path: string): string => `for name in rows["id"]:\n    cv2.imwrite(${path}, np.zeros((3, 3)))`;

const steps = async (...cells: readonly string[]) => stepsText(await extractValue("net", IMPORTS, ROWS, ...cells, FIT));

describe("files whose paths a table holds are written before the table is used", () => {
  test.each([
    ["the same text", 'f"png/{name}.png"', 'rows["at"] = "png/" + rows["id"] + ".png"'],
    ["a name", 'os.path.join(out, name + ".png")', 'rows["at"] = rows["id"].apply(lambda n: f"png/{n}.png")'],
    ["a folder of a folder", 'Path(out) / "a" / name', 'rows["at"] = [os.path.join("png/a", n) for n in rows["id"]]'],
    ["a variable that is computed", "folder / name", 'rows["at"] = [folder / n for n in rows["id"]]'],
    ["a table that is made", 'f"png/{name}"', 'rows = pd.DataFrame({"at": [f"png/{n}" for n in rows["id"]]})'],
    ["a list that grows", 'f"png/{name}"', 'at = []\nfor n in rows["id"]:\n    at.append(f"png/{n}")\nrows["at"] = at'],
  ])("the folder is %s", async (_how, path, column) => {
    const made = "folder = Path(os.environ['AT']) / 'png'";
    expect(await steps(made, written(path), column)).toContain("cv2.imwrite(");
  });

  test("which it names already", async () => {
    expect(await steps('rows["at"] = "png/" + rows["id"]', written('f"png/{name}"'))).toContain("cv2.imwrite(");
  });

  test("a function that is called writes them", async () => {
    const body =
      'def draw(name, folder="png"):\n    at = os.path.join(folder, name)\n    cv2.imwrite(at, np.zeros((3, 3)))';
    const calls = 'for name in rows["id"]:\n    draw(name)';
    expect(await steps(body, calls, 'rows["at"] = [f"png/{n}" for n in rows["id"]]')).toContain("draw(name)");
  });

  test("one loop writes them and gathers their paths", async () => {
    const loop = `at = []\n${written('f"png/{name}"')}\n    at.append(f"png/{name}")\nrows["at"] = at`;
    expect(await steps(loop)).toContain("cv2.imwrite(");
  });

  test.each([
    ["another folder", 'f"jpg/{name}.png"', 'rows["at"] = "png/" + rows["id"]'],
    ["no table", 'f"png/{name}.png"', 'rows["half"] = rows["n"] / 2'],
    ["another variable", "other / name", 'rows["at"] = [folder / n for n in rows["id"]]'],
  ])("what names %s leaves them out", async (_what, path, column) => {
    const made = "folder = Path(os.environ['AT'])\nother = Path(os.environ['AT'])";
    expect(await steps(made, column, written(path))).not.toContain("cv2.imwrite(");
  });
});
