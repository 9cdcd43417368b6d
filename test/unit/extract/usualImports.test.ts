import { describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

const TABLE = 'df = pd.read_csv(os.path.join("data", "a.csv"))';
const MODEL = "from sklearn.svm import SVC\nnp.random.seed(3)\nmodel = SVC().fit(df, np.ones(3))";

describe("an import that a notebook lacks", () => {
  test("is added by the name that everybody gives the library, and said once", async () => {
    const { module, references, diagnostics, program, imports } = await extractNotebook(
      notebookOf(TABLE, MODEL, "plt.show()\nplt.close()"),
    );
    expect(module.text).toContain("import numpy as np\nimport pandas as pd\n");
    expect(module.text).toContain("np.random.seed(seed)");
    expect(module.text).not.toContain("pyplot");
    expect(references.map(({ path }) => path)).toEqual(["data/a.csv"]);
    expect(imports.notebook).toContain("matplotlib");
    expect(program.cells[0]).toEqual({
      cell: 4,
      source: "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\nimport os\n",
    });
    const said = diagnostics.filter(({ code }) => code === "notebook.missing-import");
    expect(said.map(({ cell, line, message }) => [cell, line, message.split(" ")[0]])).toEqual([
      [2, 2, "np"],
      [1, 1, "pd"],
      [3, 1, "plt"],
      [1, 1, "os"],
    ]);
    expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.hidden-state");
  });

  test.each([
    ["a cell below imports it", [TABLE, "import numpy as np\nimport pandas as pd\nimport os", MODEL]],
    [
      "a function makes it",
      ["def make():\n    global pd, os\n    import pandas as pd, os", TABLE, `import numpy as np\n${MODEL}`],
    ],
    ["a star may bring it", ["from fastai.imports import *", TABLE, MODEL]],
    ["another file may bring it", ["%run -i prelude.py", TABLE, MODEL]],
  ])("is left as it is where %s", async (_where, cells) => {
    const { diagnostics } = await extractNotebook(notebookOf(...cells));
    expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.missing-import");
  });

  test("is not guessed where a broken cell names it", async () => {
    const cells = ["import numpy as np, os\npd = = os", TABLE, MODEL];
    await expect(extractNotebook(notebookOf(...cells))).rejects.toThrow("it defines pd, which is needed");
  });

  test("leaves a name alone that the library is not", async () => {
    const { module } = await extractNotebook(
      notebookOf("def f(np):\n    return np + 1", "x = f(2)", "print([pd for pd in [x]])"),
      {
        model: "x",
      },
    );
    expect(module.text).not.toMatch(/import (numpy|pandas)/);
  });
});
