import { describe, expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

const IMPORTS = "import os\nfrom pathlib import Path\nimport pandas as pd";

const referencesOf = async (...cells: readonly string[]) =>
  (await extractValue("df", IMPORTS, ...cells)).references.map(
    ({ path, place, kind }) => `${kind} ${path} -> ${place}`,
  );

describe("a path outside of Colab goes before one in Colab", () => {
  const COLAB = 'p = "/content/drive/a.csv"';
  const HERE = 'p = "d/a.csv"';
  test.each([
    ["by its modules", `import sys\nif "google.colab" in sys.modules:\n    ${COLAB}\nelse:\n    ${HERE}`],
    ["where it is denied", `import sys\nif "google.colab" not in sys.modules:\n    ${HERE}\nelse:\n    ${COLAB}`],
    [
      "by the shell",
      `from IPython import get_ipython\nif "google.colab" in str(get_ipython()):\n    ${COLAB}\nelse:\n    ${HERE}`,
    ],
    ["by a flag", `from where import IN_COLAB\nif not (IN_COLAB):\n    ${HERE}\nelse:\n    ${COLAB}`],
    ["by a second condition", `from where import IN_COLAB, x\nif IN_COLAB:\n    ${COLAB}\nelif x:\n    ${HERE}`],
    [
      "by an import",
      `try:\n    from google.colab import files\n    ${COLAB}\nexcept ModuleNotFoundError:\n    ${HERE}`,
    ],
    ["that comes later", `from where import IN_COLAB\n${HERE}\nif IN_COLAB == True:\n    ${COLAB}`],
    ["that changes the folder", `from where import IN_COLAB\n${HERE}\nif IN_COLAB:\n    os.chdir("/content/drive")`],
  ])("%s", async (_what, cell) => {
    expect(await referencesOf(cell, "df = pd.read_csv(p)")).toEqual(["file d/a.csv -> d/a.csv"]);
  });

  test("and one in Colab counts where there is no other", async () => {
    const cell = `from where import IN_COLAB\nif IN_COLAB:\n    p = "c/a.csv"`;
    expect(await referencesOf(cell, "df = pd.read_csv(p)")).toEqual(["file c/a.csv -> c/a.csv"]);
  });
});

describe("of a place that only Kaggle has and one that other machines may have, the other one counts", () => {
  test.each([
    ["by a branch", 'if os.path.exists("/kaggle/input"):\n    p = "/kaggle/input/x"\nelse:\n    p = "d"'],
    ["by the other branch", 'if not os.path.exists("/kaggle/input"):\n    p = "d"\nelse:\n    p = "/kaggle/input/x"'],
    ["in one line", 'ON_KAGGLE = os.path.exists("/kaggle")\np = Path("/kaggle/input/x") if ON_KAGGLE else Path("d")'],
    ["where the first is not there", 'p = Path("/content/drive/x")\nif not p.exists():\n    p = Path("d")'],
  ])("%s", async (_what, cell) => {
    expect(await referencesOf(cell, 'df = pd.read_csv(f"{p}/a.csv")')).toEqual(["file d/a.csv -> d/a.csv"]);
  });

  test("and Kaggle's where there is no other; of two others neither", async () => {
    expect(await referencesOf('p = "/kaggle/input/x"', 'df = pd.read_csv(f"{p}/a.csv")')).toEqual([
      "file /kaggle/input/x/a.csv -> data/a.csv",
    ]);
    expect(await referencesOf('p = "c" if os.path.exists("c") else "d"', 'df = pd.read_csv(f"{p}/a.csv")')).toEqual([]);
  });
});
