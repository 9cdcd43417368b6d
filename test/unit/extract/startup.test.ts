import { describe, expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf, stepsText } from "../../support/pythonNotebook";

const FIT =
  'X = np.load("X.npy")\nnet = keras.Sequential([keras.layers.Dense(1)])\nnet.compile(loss="mse")\nnet.fit(X, X)';
const SAID = "# What is imported below may read what is set here.\n# ruff: noqa: E402\n";

describe("what a notebook sets before it imports a library", () => {
  test("is set before that import in the module, too", async () => {
    const { module, map } = await extractValue(
      "net",
      "import numpy as np",
      'import os\n# The one that is installed.\nos.environ["KERAS_BACKEND"] = "jax"  # or torch\nimport keras',
      FIT,
    );
    const setting = '# The one that is installed.\nos.environ["KERAS_BACKEND"] = "jax"  # or torch\n';
    expect(module.text).toContain(`import numpy as np\n\n${SAID}${setting}\nimport keras\n\n\n@dataclass`);
    expect(module.text.indexOf("import os\n")).toBeLessThan(module.text.indexOf(SAID));
    const line = module.text.split("\n").indexOf('os.environ["KERAS_BACKEND"] = "jax"  # or torch') + 1;
    expect(map).toContainEqual({ line, cell: 2, cellLine: 3 });
  });

  test("is set between the imports that it stands between, and once", async () => {
    const extraction = await extractNotebook(
      notebookOf(
        'import os, sys\nos.environ.setdefault("A_LEVEL", "2")\nos.putenv("B_LEVEL", "3")\nimport keras',
        'sys.path.append("/opt/nets")\nfrom keras.layers import Dense\nfrom own_nets import build',
        'import numpy as np\nX = np.load("X.npy")\nnet = build(keras.Sequential([Dense(1)]))\nnet.fit(X, X)',
      ),
    );
    expect(extraction.module.text).toContain(
      `${SAID}os.environ.setdefault("A_LEVEL", "2")\nos.putenv("B_LEVEL", "3")\n\n` +
        'import keras\nfrom keras.layers import Dense\n\nsys.path.append("/opt/nets")\n\n' +
        "import numpy as np\n\nfrom own_nets import build\n",
    );
    expect(stepsText(extraction)).not.toMatch(/LEVEL|sys\.path/);
  });

  test.each([
    ["nothing is imported below it", 'import os, keras\nimport numpy as np\nos.environ["A"] = "1"'],
    ["only Python's own is", 'import os, keras\nimport numpy as np\nos.environ["A"] = "1"\nimport json'],
    ["it needs what a step makes", 'import os\nimport numpy as np\nos.environ["A"] = str(np.pi)\nimport keras'],
  ])("stays in its step where %s", async (_why, cell) => {
    const extraction = await extractValue("net", cell, FIT);
    expect(extraction.module.text).not.toContain("E402");
    const isLate = cell.includes("np.pi");
    expect(stepsText(extraction).includes('os.environ["A"] = str')).toBe(isLate);
    const said = extraction.diagnostics.filter(({ code }) => code === "notebook.late-setting");
    expect(said.map(({ line, message }) => [line, message.includes("before keras is imported")])).toEqual(
      isLate ? [[3, true]] : [],
    );
  });
});
