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

  test("may be a module that goes by another name, of what is imported above", async () => {
    const { module } = await extractNotebook(
      notebookOf(
        'import sys\nimport numpy as np\nimport sklearn.cluster\nsys.modules["old"] = sklearn.cluster\nfrom old import KMeans',
        'X = np.load("X.npy")\nmodel = KMeans(2, random_state=0).fit(X)',
      ),
    );
    expect(module.text).toContain(
      `import sklearn.cluster\n\n${SAID}sys.modules["old"] = sklearn.cluster\n\nfrom old import KMeans\n`,
    );
  });

  test.each([
    ["nothing is imported below it", 'import os, keras\nimport numpy as np\nos.environ["A"] = "1"'],
    ["only Python's own is", 'import os, keras\nimport numpy as np\nos.environ["A"] = "1"\nimport json'],
    [
      "it needs what a step makes",
      'import os\nimport numpy as np\nlevel = np.load("a.npy")\nos.environ["A"] = str(level)\nimport keras',
    ],
  ])("stays in its step where %s", async (_why, cell) => {
    const extraction = await extractValue("net", cell, FIT);
    expect(extraction.module.text).not.toContain("E402");
    const isLate = cell.includes("level");
    expect(stepsText(extraction).includes('os.environ["A"] = str')).toBe(isLate);
    const said = extraction.diagnostics.filter(({ code }) => code === "notebook.late-setting");
    expect(said.map(({ line, message }) => [line, message.includes("before keras is imported")])).toEqual(
      isLate ? [[4, true]] : [],
    );
  });

  test.each([
    ["a library that is imported above as well", 'os.environ["A"] = level\nimport numpy as np', "np.abs"],
    ["what is imported behind a change of the path", "sys.path.insert(0, level)\nfrom own_nets import build", "build"],
    ["what is installed", "sys.path.insert(0, level)\nfrom pandas import cut\nfrom own_nets import build", "build"],
  ])("is not said to come too late for %s", async (_why, cell, use) => {
    const start = 'import os, sys\nimport numpy as np\nimport keras\nlevel = str(np.load("a.npy"))';
    const extraction = await extractValue("net", start, cell, FIT.replace('np.load("X.npy")', `${use}(level)`));
    expect(stepsText(extraction)).toMatch(/(os\.environ\["A"\] =|sys\.path\.insert\(0,) level/);
    expect(extraction.diagnostics.map(({ code }) => code)).not.toContain("notebook.late-setting");
  });
});
