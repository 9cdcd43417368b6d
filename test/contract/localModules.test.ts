import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { analyse } from "../../src/app/analyse";
import { extract } from "../../src/app/extract";
import { pull } from "../../src/app/pull";
import { ship } from "../../src/app/ship";
import { status } from "../../src/app/status";
import { validate } from "../../src/app/validate";
import { verify } from "../../src/app/verify";
import { makePipeline, never, realHost } from "../support/pipelines";
import { makeWorkspace, pythonNotebook, removeWorkspace } from "../support/workspace";

let workspace = "";
afterEach(() => removeWorkspace(workspace));

type Files = Readonly<Record<string, string>>;

const CLEAN = "def clean(rows):\n    return [row for row in rows if row > 0]\n";
const USE = "total = sum(clean([1, -2, 3]))";

/** Extracts `total` of `work/study.ipynb`. */
function extracted(files: Files, ...cells: readonly string[]) {
  removeWorkspace(workspace);
  workspace = makeWorkspace({ "work/study.ipynb": pythonNotebook(...cells), ...files });
  return analyse({ workspace, notebook: "work/study.ipynb", model: "total" }, realHost(), never);
}

/** The modules that go with the pipeline, and the files that they come from. */
const modulesOf = async (files: Files, ...cells: readonly string[]) => (await extracted(files, ...cells)).modules ?? {};

const said = async (files: Files, ...cells: readonly string[]) =>
  (await extracted(files, ...cells)).diagnostics
    .filter(({ code }) => code.startsWith("notebook.local"))
    .map(({ severity, cell, line, message }) => [severity, cell, line, message]);

describe("a module that lies beside the notebook", () => {
  const NOTEBOOK = ["import math", `# the team's\nfrom helpers import clean\n${USE}`];

  test("goes with the pipeline as it is, and its import stands among the user's own", async () => {
    const { module, companions, modules, imports, program } = await extracted(
      { "work/helpers.py": CLEAN },
      "import numpy as np\nfrom helpers import clean",
      "total = np.sum(clean([1, -2, 3]))",
    );
    expect(modules).toEqual({ "helpers.py": "work/helpers.py" });
    expect(companions).toContainEqual({ path: "helpers.py", text: CLEAN });
    expect(companions[0]?.text).toContain('py-modules = ["pipeline", "helpers"]\n');
    expect(program.modules).toEqual([{ path: "helpers.py", text: CLEAN, source: "work/helpers.py" }]);
    expect(imports).toEqual({ module: ["numpy"], notebook: [] });
    expect(module.text).toContain("import numpy as np\n\nfrom helpers import clean\n");
  });

  test.each([
    ["seeds when it is imported", { "work/fixed.py": "import numpy as np\nnp.random.seed(3)\n" }, true],
    [
      "imports one that does",
      { "work/fixed.py": "from inner import N\n", "work/inner.py": "import numpy\nnumpy.random.seed(3)\nN = 1\n" },
      true,
    ],
    [
      "only has a function that does",
      { "work/fixed.py": "import numpy\ndef go():\n    numpy.random.seed(3)\n" },
      false,
    ],
    [
      "does so as a program",
      { "work/fixed.py": 'import random\nif __name__ == "__main__":\n    random.seed(3)\n' },
      false,
    ],
  ])("is kept where nothing names it, if it %s", async (_, files: Files, isKept) => {
    const { module } = await extracted(files, "import fixed\nimport numpy as np", "total = np.random.rand()");
    expect(module.text.includes("\nimport fixed\n")).toBe(isKept);
  });

  test("is none where Python minds another case, and a package of that name may be a stranger's", async () => {
    expect(await said({ "work/Helpers.py": CLEAN }, ...NOTEBOOK)).toEqual([
      [
        "warning",
        2,
        2,
        "helpers is taken for a package to install: work/Helpers.py is another name to Python, which minds upper and lower case.",
      ],
    ]);
  });

  describe("is taken for one that is not there, and for no package", () => {
    const FROM = "import sys\nimport numpy\nsys.path.append('/shared/tools')\nfrom cleaners import clean";

    test("behind a change of the path that leads out of the workspace, which goes before its import", async () => {
      const { module, imports } = await extracted({}, `${FROM}\nimport optuna`, USE);
      expect(imports).toEqual({ module: [], notebook: ["numpy", "optuna"], absent: ["cleaners"] });
      expect(module.text).toMatch(/sys\.path\.append\("\/shared\/tools"\)\s+from cleaners import clean\n/);
      expect(await said({}, FROM, USE)).toEqual([
        [
          "warning",
          1,
          4,
          "cleaners is taken for a module of your own that is not there: it is imported behind a change of sys.path that leads out of the workspace.",
        ],
      ]);
    });

    test.each(["assignments.C2_W3.util", "utils", "cs50.week_3.tools"])(
      "where its name is a folder's: %s",
      async (name) => {
        const [head = "", cell] = [name.split(".")[0], `from ${name} import clean`];
        expect((await extracted({}, cell, USE)).imports).toEqual({ module: [], notebook: [], absent: [head] });
        const why = `${name} is named like a folder of your own.`;
        expect((await said({}, cell, USE)).map((one) => one.at(-1))).toEqual([expect.stringContaining(why)]);
        expect((await extracted({}, `!pip install ${head}`, cell, USE)).imports.module).toEqual([head]);
        expect((await extracted({}, "from boto.ec2 import clean", USE)).imports.module).toEqual(["boto"]);
      },
    );

    test("and is imported in a step, where a step finds out the folder", async () => {
      const cell = "import os, sys\nfolder = os.environ['TOOLS']\nsys.path.append(folder)\nfrom cleaners import clean";
      const { module } = await extracted({}, cell, USE);
      expect(module.text).toMatch(/ {4}sys\.path\.append\(folder\)[\s\S]*? {4}from cleaners import clean\n/);
    });

    test.each([
      ["it is imported above", "from cleaners import clean\nimport sys\nsys.path.append('/shared/tools')"],
      [
        "the path leads to a folder of the workspace",
        "import sys\nsys.path.append('tools')\nfrom cleaners import clean",
      ],
      [
        "it may be there",
        `import sys\nsys.path.append('/shared/tools')\ntry:\n    from cleaners import clean\nexcept ImportError:\n    clean = list`,
      ],
    ])("but not where %s", async (_, cell) => {
      expect((await extracted({}, cell, USE)).imports.absent).toBeUndefined();
    });
  });

  test("may have a class of the name of scikit-learn's, of which it is not known what it predicts", async () => {
    const files = {
      "work/lines.py":
        "class LinearRegression:\n    def fit(self, X, y):\n        return self\n    def predict_value(self, x):\n        return x\n",
      "work/a.csv": "x,y\n1,2\n2,3\n",
    };
    const fit = "df = pd.read_csv('a.csv')\ntotal = LinearRegression()\ntotal.fit(df[['x']], df['y'])";
    const own = await extracted(files, "import pandas as pd\nfrom lines import LinearRegression", fit);
    expect(own.module.text).not.toContain("def predict");
    const theirs = await extracted(
      files,
      "import pandas as pd\nfrom sklearn.linear_model import LinearRegression",
      fit,
    );
    expect(theirs.module.text).toContain("def predict");
  });

  test("is said, at the line that imports it", async () => {
    expect(await said({ "work/helpers.py": CLEAN }, ...NOTEBOOK)).toEqual([
      ["info", 2, 2, "work/helpers.py goes with the pipeline."],
    ]);
  });

  test("brings what it imports: other modules as files, libraries as packages", async () => {
    const files = {
      "work/helpers.py":
        "import bounds\nimport pandas\n\ntry:\n    import fast_rows\nexcept ImportError:\n    fast_rows = None\n" +
        CLEAN,
      "work/bounds.py": "import os.path\nfrom scipy.stats import norm\n",
    };
    const { modules, imports } = await extracted(files, ...NOTEBOOK);
    expect(modules).toEqual({ "bounds.py": "work/bounds.py", "helpers.py": "work/helpers.py" });
    expect(imports).toEqual({ module: ["pandas", "scipy"], notebook: [] });
  });

  test("that only what is left out needs goes to the notebook's run, not to the pipeline", async () => {
    const files = {
      "work/helpers.py": CLEAN,
      "work/plots.py": "import matplotlib.pyplot as plt\n\ndef show(x):\n    plt.plot(x)\n",
    };
    const { modules, program, imports } = await extracted(files, ...NOTEBOOK, "import plots\nplots.show(total)");
    expect(Object.keys(modules ?? {})).toEqual(["helpers.py"]);
    expect(program.modules?.map(({ path }) => path)).toEqual(["helpers.py", "plots.py"]);
    expect(imports).toEqual({ module: [], notebook: ["matplotlib"] });
  });

  test.each([
    ["in a function", "def run():\n    from helpers import clean\n    return sum(clean([1]))\ntotal = run()"],
    ["under another name", "import helpers as h\ntotal = sum(h.clean([1]))"],
    ["with a star", "from helpers import *\ntotal = sum(clean([1]))"],
  ])("is found where it is imported %s", async (_, cell) => {
    expect(await modulesOf({ "work/helpers.py": CLEAN }, cell)).toEqual({ "helpers.py": "work/helpers.py" });
  });

  test("of the standard library's name is the standard library's", async () => {
    expect(await modulesOf({ "work/random.py": "" }, "import random\ntotal = random.random()")).toEqual({});
  });
});

describe("a package", () => {
  test("goes with all that its modules import of it, by relative names too", async () => {
    const files = {
      "work/team/__init__.py": "from .rows import clean\n",
      "work/team/rows.py": "from . import rules\nfrom .more.limits import LOW\n",
      "work/team/rules.py": "",
      "work/team/more/__init__.py": "",
      "work/team/more/limits.py": "from .. import rules\nLOW = 0\n",
      "work/team/unused.py": "import torch\n",
    };
    const { modules, companions, imports } = await extracted(files, `from team import clean\n${USE}`);
    expect(Object.keys(modules ?? {})).toEqual([
      "team/__init__.py",
      "team/more/__init__.py",
      "team/more/limits.py",
      "team/rows.py",
      "team/rules.py",
    ]);
    expect(companions[0]?.text).toContain('py-modules = ["pipeline"]\npackages = ["team", "team.more"]\n');
    expect(imports.module).toEqual([]);
  });

  test("may be a folder without __init__.py, where the module that is imported is in it", async () => {
    const files = { "work/team/rows.py": CLEAN, "work/xgboost/notes.txt": "" };
    const cells = [`from team.rows import clean\n${USE}`, "import xgboost\ntotal += len(xgboost.__name__)"];
    const { modules, imports } = await extracted(files, ...cells);
    expect(modules).toEqual({ "team/rows.py": "work/team/rows.py" });
    expect(imports.module).toEqual(["xgboost"]);
  });
});

describe("a package in the folder src of a project", () => {
  const FILES = { "src/shelf/__init__.py": "", "src/shelf/rows.py": CLEAN };

  test.each(["shelf.rows", "notes"])("goes with the pipeline: %s", async (module) => {
    const files = { ...FILES, "src/notes.py": CLEAN };
    const modules = await modulesOf(files, `from ${module} import clean\n${USE}`);
    expect(Object.values(modules)).toContain(`src/${module.replace(".", "/")}.py`);
  });

  test("is not taken where Python finds another one, nor of a folder or another name", async () => {
    const files = { ...FILES, "work/shelf/__init__.py": "", "work/shelf/rows.py": CLEAN };
    const modules = await modulesOf(files, `from shelf.rows import clean\n${USE}`);
    expect(Object.values(modules)).toEqual(["work/shelf/__init__.py", "work/shelf/rows.py"]);
    expect(await modulesOf({ "src/shelf/rows.txt": "" }, `from shelf import clean\n${USE}`)).toEqual({});
    expect(await modulesOf({ "src/json.py": CLEAN }, `from json import loads\ntotal = loads("1")`)).toEqual({});
  });
});

describe("sys.path", () => {
  const FILES = { "lib/helpers.py": CLEAN };
  const cells = (path: string) => [
    `import sys, os\nfrom pathlib import Path\n${path}`,
    `from helpers import clean\n${USE}`,
  ];

  test.each([
    'sys.path.append("../lib")',
    'sys.path.insert(0, os.path.abspath(os.path.join("..", "lib")))',
    'root = os.path.join(os.getcwd(), os.pardir, "lib")\nif root not in sys.path:\n    sys.path.append(root)',
    'sys.path.append(str(Path.cwd().parent / "lib"))',
    'sys.path.append(os.path.dirname(os.getcwd()) + "/lib")',
    'sys.path.append(os.path.join(os.path.abspath(""), "..", "lib"))',
  ])("%j is followed, and is no part of the module", async (path) => {
    const { modules, module } = await extracted(FILES, ...cells(path));
    expect(modules).toEqual({ "helpers.py": "lib/helpers.py" });
    expect(module.text).not.toContain("sys.path");
    expect(module.text).not.toContain("import os");
  });

  test("is no part of the module either where its cell has the text of a function in the place of a call", async () => {
    const cell = `import sys
sys.path.append("../lib")
from helpers import clean
class Model:
    def fit(self, rows):
        self.rows = clean(rows)
    def score(self, rows, labels):
        return len(self.rows) / len(labels)
def report(model, rows):
    print("share", model.score(rows, rows))
total = Model()
total.fit([1, -2, 3])
report(total, [1, 2])`;
    const { module, targets } = await extracted(FILES, cell);
    expect(targets.map(({ name }) => name)).toEqual(["total", "share"]);
    expect(module.text).not.toContain("sys.path.append");
  });

  test("is followed where a module of the user's own adds to it", async () => {
    const files = { ...FILES, "work/paths.py": 'import sys\nsys.path.insert(0, "../lib")\n' };
    const { modules } = await extracted(files, "import paths", `from helpers import clean\n${USE}`);
    expect(modules).toMatchObject({ "helpers.py": "lib/helpers.py" });
  });

  test("and the working folder are searched in Python's order", async () => {
    const files = { ...FILES, "work/helpers.py": CLEAN, "other/helpers.py": CLEAN };
    expect(await modulesOf(files, ...cells('sys.path.append("../lib")'))).toEqual({ "helpers.py": "work/helpers.py" });
    const first = cells('sys.path.insert(0, "../lib")');
    expect(await modulesOf(files, ...first)).toEqual({ "helpers.py": "lib/helpers.py" });
    const moved = cells('os.chdir("../other")');
    expect(await modulesOf(files, ...moved)).toEqual({ "helpers.py": "other/helpers.py" });
  });

  const ROOT = 'root = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "lib").is_dir())';
  test.each([
    ["helpers", `${ROOT}\nsys.path.insert(0, str(root / "lib"))`],
    ["helpers", `${ROOT}\nplace = os.path.join(root, "lib")\nif place not in sys.path:\n    sys.path.append(place)`],
    ["lib.helpers", `${ROOT}\nsys.path.insert(0, str(root))`],
    [
      "lib.helpers",
      'root = Path.cwd()\nwhile not (root / "lib").exists():\n    root = root.parent\nsys.path.append(str(root))',
    ],
  ])("that cannot be worked out may lead above the notebook: %s, %s", async (module, path) => {
    const [setup = "", use = ""] = cells(path);
    const found = await extracted(FILES, setup, use.replace("helpers", module));
    expect(found.modules).toEqual({ [`${module.replace(".", "/")}.py`]: "lib/helpers.py" });
    expect(found.module.text).not.toContain("sys.path");
  });

  test.each([
    ["work", "../lib", "lib/helpers.py"],
    ["lib", "../lib", "work/helpers.py"],
  ])("and a change of the folder that only %s needs: %s", async (name, folder, path) => {
    const guard = `if os.path.basename(os.getcwd()) == "${name}":\n    os.chdir("${folder}")`;
    const files = { ...FILES, "work/helpers.py": CLEAN, "work/a.csv": "x\n1\n", "lib/a.csv": "x\n1\n" };
    const read = "import pandas as pd\ntotal += len(pd.read_csv('a.csv'))";
    const { modules, references } = await extracted(files, ...cells(guard), read);
    expect(modules).toEqual({ "helpers.py": path });
    expect(references.map((one) => one.path)).toEqual([path.startsWith("work") ? "a.csv" : "../lib/a.csv"]);
  });

  test("that cannot be worked out stays where nothing is found above the notebook", async () => {
    const path = `${ROOT}\nsys.path.insert(0, str(root))`;
    const { modules, module } = await extracted({ "lib/notes.txt": "" }, ...cells(path), "import lib\ntotal += lib.N");
    expect(modules).toBeUndefined();
    expect(module.text).toContain("sys.path.insert(0, str(root))");
  });

  test("stays where it leads out of the workspace", async () => {
    const { module } = await extracted(
      FILES,
      ...cells('sys.path.append("/opt/team")'),
      "import numpy\ntotal += numpy.pi",
    );
    expect(module.text).toContain('sys.path.append("/opt/team")');
  });
});

describe("%%writefile", () => {
  test("of a module that is imported below makes the cell's text that module", async () => {
    const cells = [
      `%%writefile helpers.py\n${CLEAN}`,
      "%%writefile -a helpers.py\nLIMIT = 2",
      `from helpers import clean\n${USE}`,
    ];
    const { modules, companions, program } = await extracted({ "work/helpers.py": "old = 1\n" }, ...cells);
    expect(modules).toEqual({ "helpers.py": "work/study.ipynb" });
    expect(companions).toContainEqual({ path: "helpers.py", text: `${CLEAN}LIMIT = 2\n` });
    expect(program.modules).toHaveLength(1);
    expect(await said({}, ...cells)).toEqual([
      ["info", 3, 1, "What the notebook writes to helpers.py goes with the pipeline."],
    ]);
  });

  test("below the import comes too late", async () => {
    const cells = [`from helpers import clean\n${USE}`, "%%writefile helpers.py\nnew = 1"];
    expect(await modulesOf({ "work/helpers.py": CLEAN }, ...cells)).toEqual({ "helpers.py": "work/helpers.py" });
  });

  test("may make a package", async () => {
    const cells = [
      "%%writefile team/__init__.py\n",
      `%%writefile ./team/rows.py\n${CLEAN}`,
      `from team.rows import clean\n${USE}`,
    ];
    expect(Object.keys(await modulesOf({}, ...cells))).toEqual(["team/__init__.py", "team/rows.py"]);
  });

  test.each(["%%writefile data.csv\na,b", "%%writefile other.py\nx = 1", '%%writefile "lib/a b.py"\nx = 1'])(
    "%j of a file that nothing imports is no matter",
    async (cell) => {
      expect(await modulesOf({}, cell, "total = 1")).toEqual({});
    },
  );
});

describe("what cannot go with a pipeline", () => {
  test.each<readonly [string, Files, string]>([
    ["a module that is compiled", { "work/helpers.cpython-311-x86_64-linux-gnu.so": "" }, "is compiled"],
    [
      "a module that is no Python",
      { "work/helpers.py": "def clean(:\n" },
      "line 1 of work/helpers.py is not Python: def clean(:",
    ],
    [
      "a module in Python 2",
      { "work/helpers.py": "x = 1\nprint x\n" },
      "line 2 of work/helpers.py is not Python: print x",
    ],
    ["a module that is not UTF-8", { "work/helpers.py": "# \uFFFD\n" }, "work/helpers.py is not UTF-8"],
    [
      "a module that imports one that is missing",
      { "work/helpers/__init__.py": "from .rows import clean\n" },
      "there is no module helpers.rows",
    ],
    [
      "a module of its package by its bare name",
      { "work/helpers/__init__.py": "import rows\n", "work/helpers/rows.py": "" },
      "Python 3 does not look for it",
    ],
  ])("%s is refused with the cell and the line of the import", async (_, files, why) => {
    await expect(extracted(files, "x = 1", `y = 2\nfrom helpers import clean\n${USE}`)).rejects.toMatchObject({
      code: "LOCAL_MODULE",
      message: expect.stringContaining(why),
      place: { file: "work/study.ipynb", cell: 2, line: 2 },
    });
  });

  test("and is not needed is said, and never looked for in a package index", async () => {
    const files = { "work/helpers.py": "print x\n" };
    const { imports, modules } = await extracted(files, "import helpers", "total = 1");
    expect({ imports, modules }).toEqual({ imports: { module: [], notebook: [] }, modules: undefined });
    expect(await said(files, "import helpers", "total = 1")).toEqual([
      ["warning", 1, 1, expect.stringContaining("helpers is left out")],
    ]);
  });

  test.each(["pipeline", "test_pipeline"])("has the name %s, which the pipeline's own file has", async (name) => {
    const cell = `from ${name} import clean\n${USE}`;
    await expect(extracted({ [`work/${name}.py`]: CLEAN }, cell)).rejects.toMatchObject({
      code: "LOCAL_MODULE",
      message: expect.stringContaining("has the name of a file that the pipeline has itself"),
    });
  });

  test.each(["sys.path.append(OUTSIDE)", "os.symlink"])("lies outside of the workspace, by %s", async (way) => {
    const outside = makeWorkspace({ "helpers.py": CLEAN });
    const path = way === "os.symlink" ? "" : `import sys\nsys.path.append(${JSON.stringify(outside)})\n`;
    await extracted({}, "total = 1");
    if (path === "") symlinkSync(join(outside, "helpers.py"), join(workspace, "work/helpers.py"));
    writeFileSync(join(workspace, "work/study.ipynb"), pythonNotebook(`${path}from helpers import clean\n${USE}`));
    const again = analyse({ workspace, notebook: "work/study.ipynb", model: "total" }, realHost(), never);
    await expect(again).rejects.toMatchObject({
      code: "LOCAL_MODULE",
      message: expect.stringContaining("lies outside of the workspace"),
    });
    removeWorkspace(outside);
  });
});

describe("work that is done when a module is imported", () => {
  test.each([
    [
      'import pandas as pd\nrows = pd.read_csv("rows.csv")\n',
      "Line 2 of work/helpers.py reads a file as soon as it is imported, and so does the pipeline.",
    ],
    [
      "from sklearn.svm import SVC\nmodel = SVC()\nmodel.fit([[1], [2]], [0, 1])\n",
      "Line 3 of work/helpers.py trains as soon as it is imported, and so does the pipeline.",
    ],
  ])("is said: %j", async (text, message) => {
    expect(await said({ "work/helpers.py": text + CLEAN }, `from helpers import clean\n${USE}`)).toContainEqual([
      "warning",
      1,
      1,
      message,
    ]);
  });

  test("is none behind a guard or in a function", async () => {
    const text = `${CLEAN}\ndef load():\n    return open("rows.csv")\n\nif __name__ == "__main__":\n    load()\n    open("rows.csv")\n`;
    const findings = await said({ "work/helpers.py": text }, `from helpers import clean\n${USE}`);
    expect(findings.filter(([severity]) => severity === "warning")).toEqual([]);
  });
});

describe("what the functions of a module do", () => {
  const kept = async (text: string, ...cells: readonly string[]) => {
    const { module } = await extracted({ "work/helpers.py": text }, "import helpers\nfrom helpers import *", ...cells);
    return module.text.slice(module.text.indexOf("class Result:"), module.text.indexOf("\ndef run("));
  };

  test("to their arguments is known", async () => {
    const text = "def fix(rows):\n    rows.append(1)\n\ndef size(rows):\n    return len(rows)\n";
    const cells = ["rows = [5] * 3", "helpers.fix(rows)", "helpers.size(rows)", "total = sum(rows)"];
    expect(await kept(text, ...cells)).toContain("helpers.fix(rows)");
    expect(await kept(text, ...cells)).not.toContain("helpers.size(rows)");
  });

  test("to their module's own variables is known", async () => {
    const text = "limits = {}\n\ndef learn(low):\n    limits['low'] = low\n\ndef low():\n    return limits['low']\n";
    const steps = await kept(text, "helpers.learn(3)", "unused = 1", "total = helpers.low()");
    expect(steps).toContain("helpers.learn(3)");
    expect(steps).not.toContain("unused");
  });

  test("to an object of its classes is known, also through another module", async () => {
    const text =
      "class Count:\n    def __init__(self):\n        self.n = 0\n    def more(self):\n        self.n += 1\n        return self.n\n";
    const cells = ["count = helpers.Count()", "shown = count.more()", "total = count.n"];
    expect(await kept(text, ...cells)).toContain("count.more()");
  });

  test("is followed through a package that hands them on", async () => {
    const files = {
      "work/team/__init__.py": "from .rows import fix\n",
      "work/team/rows.py": "def fix(rows):\n    rows.append(1)\n",
    };
    const { module } = await extracted(
      files,
      "from team import fix",
      "rows = [5] * 3",
      "fix(rows)",
      "total = sum(rows)",
    );
    expect(module.text).toContain("    fix(rows)\n");
  });

  test("to the random generators is known: a seed stays", async () => {
    const text = "import numpy as np\n\ndef seed_all():\n    np.random.seed(1)\n";
    const cells = ["import numpy as np", "helpers.seed_all()", "total = np.random.rand(3).sum()"];
    expect(await kept(text, ...cells)).toContain("helpers.seed_all()");
  });

  test("to the random generators is known: a draw without a seed is told of where it is called", async () => {
    const text = "import numpy as np\n\ndef noise(n):\n    return np.random.rand(n)\n";
    const { diagnostics } = await extracted(
      { "work/helpers.py": text },
      "import helpers",
      "n = 3\ntotal = helpers.noise(n).sum()",
    );
    expect(diagnostics.filter(({ code }) => code === "notebook.unseeded")).toMatchObject([
      { cell: 2, line: 2, message: expect.stringContaining("rand draws random numbers in helpers.noise") as string },
    ]);
  });

  test.each([
    ["def make(path) -> pandas.DataFrame:\n    return other(path)\n", "pd.DataFrame"],
    ["def make(path) -> float:\n    return other(path)\n", "float"],
    ["def make(path):\n    return pandas.read_csv(path)\n", "pd.DataFrame"],
    ["class make:\n    pass\n", "helpers.make"],
  ])("shows the type of what it gives: %j", async (text, type) => {
    const steps = await kept(`import pandas\n\n${text}`, 'total = helpers.make("rows.csv")');
    expect(steps).toContain(`total: ${type}  # cell 2`);
  });

  test.each([
    ["def load(path):\n    return pd.read_csv(path)\n", 'total = helpers.load("rows.csv").sum()'],
    [
      "class Loader:\n    def __init__(self, path):\n        self.rows = pd.read_csv(path)\n",
      'total = helpers.Loader(path="rows.csv").rows.sum()',
    ],
  ])("with a path that they are given makes it a field of Data: %j", async (text, cell) => {
    const { references } = await extracted(
      { "work/helpers.py": `import pandas as pd\n\n${text}` },
      "import helpers",
      cell,
    );
    expect(references.map(({ path, cell: at }) => [path, at])).toEqual([["rows.csv", 2]]);
  });

  test("may be to train the network that an object of their class was given", async () => {
    const coach =
      "class Coach:\n    def __init__(self, net, rows):\n        self.net, self.rows = net, rows\n    def train(self, loss, optimizer):\n        for x, y in self.rows:\n            loss(self.net(x), y).backward()\n            optimizer.step()\n";
    const cells = [
      "import torch, coaches\nfrom coaches import rows\ntraining, test = rows().fit()",
      "net = torch.nn.Linear(1, 1)\nopt = torch.optim.Adam(net.parameters())",
      "coach = coaches.Coach(net=net, rows=training)\ncoach.train(torch.nn.MSELoss(), optimizer=opt)",
    ];
    removeWorkspace(workspace);
    workspace = makeWorkspace({ "work/study.ipynb": pythonNotebook(...cells), "work/coaches.py": coach });
    const { targets } = await analyse({ workspace, notebook: "work/study.ipynb" }, realHost(), never);
    expect(targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["model net"]);
  });

  test("may be to train the model", async () => {
    const text =
      "from sklearn.svm import SVC\n\ndef train(X, y):\n    model = SVC()\n    model.fit(X, y)\n    return model\n";
    workspace = makeWorkspace({
      "study.ipynb": pythonNotebook(
        "from helpers import train",
        "X = [[1], [2]] * 5\ny = [0, 1] * 5",
        "machine = train(X, y)",
      ),
      "helpers.py": text,
    });
    const { targets } = await analyse({ workspace, notebook: "study.ipynb" }, realHost(), never);
    expect(targets.map(({ name, kind }) => [name, kind])).toEqual([["machine", "model"]]);
  });
});

describe("a pipeline with the user's own modules", () => {
  const CELLS = [
    "import sys\nimport json\nsys.path.append('lib')\nfrom team.rows import Bounds, clean",
    "from shapes import area\nbounds = Bounds(0)\ntotal = float(sum(area(row) for row in clean([1, -2, 3], bounds)))",
    'json.dump(total, open("total.json", "w"))',
  ];
  const FILES = {
    "team/__init__.py": "",
    "team/rows.py":
      "class Bounds:\n    def __init__(self, low: int) -> None:\n        self.low = low\n\n\ndef clean(rows: list[int], bounds: Bounds) -> list[int]:\n    return [row for row in rows if row > bounds.low]\n",
    "lib/shapes.py": "import math\n\ndef area(radius: float) -> float:\n    return math.pi * radius**2\n",
  };
  const registry = () => join(workspace, ".slipway/registry");
  const shipped = () =>
    ship({ workspace, notebook: "study.ipynb", registry: registry(), ifChanged: true }, realHost(), never);
  const write = (path: string, text: string) => writeFileSync(join(workspace, path), text);
  const inPipeline = (path: string) => join(workspace, "pipelines/study", path);

  test("passes every gate, is released whole, and again when a module changes", async () => {
    workspace = makeWorkspace({ "study.ipynb": pythonNotebook(...CELLS), ...FILES });
    const first = await shipped();
    expect(first.validation?.gates.filter(({ status }) => status === "failed")).toEqual([]);
    expect(first.validation?.gates.find(({ id }) => id === "run.equals-notebook")).toMatchObject({ status: "passed" });
    expect(JSON.parse(readFileSync(inPipeline("pipeline.lock.json"), "utf8"))).toMatchObject({
      modules: { "shapes.py": "lib/shapes.py", "team/__init__.py": "team/__init__.py", "team/rows.py": "team/rows.py" },
    });
    const ref = first.release?.ref ?? "";
    expect(await verify({ ref, registry: registry() }, realHost(), never)).toMatchObject({ ok: true });
    const pulled = await pull({ ref, registry: registry(), out: join(workspace, "pulled") }, realHost(), never);
    expect(pulled.files).toEqual(expect.arrayContaining(["shapes.py", "team/__init__.py", "team/rows.py"]));
    expect(readFileSync(join(workspace, "pulled/team/rows.py"), "utf8")).toBe(FILES["team/rows.py"]);

    expect((await shipped()).changed).toEqual([]);
    write("lib/shapes.py", FILES["lib/shapes.py"].replace("**2", "**3"));
    const now = { workspace, pipeline: "study", registry: registry() };
    expect((await status(now, realHost(), never)).changed).toEqual(["code"]);
    await expect(validate({ workspace, pipeline: "study" }, realHost(), never)).rejects.toMatchObject({
      code: "PIPELINE_STALE",
      message: expect.stringContaining("lib/shapes.py changed"),
    });
    const second = await shipped();
    expect(second.validation).toMatchObject({ ok: true, reused: false });
    expect(second.release?.digest).not.toBe(first.release?.digest);
  });

  test("keeps edits of a module, and gives up one that is no longer imported", async () => {
    const made = await makePipeline(pythonNotebook(...CELLS), FILES);
    ({ workspace } = made);
    const again = () => extract({ workspace, notebook: "study.ipynb" }, realHost(), never);
    writeFileSync(inPipeline("lib.txt"), "mine");
    writeFileSync(inPipeline("shapes.py"), `# reviewed\n${FILES["lib/shapes.py"]}`);
    write("lib/shapes.py", FILES["lib/shapes.py"].replace("**2", "**3"));
    await again();
    expect(readFileSync(inPipeline("shapes.py"), "utf8")).toMatch(/^# reviewed[^]*\*\*3\n$/);
    write("study.ipynb", pythonNotebook("import json", "total = 2.5", CELLS[2] ?? ""));
    await again();
    expect([existsSync(inPipeline("team/rows.py")), existsSync(inPipeline("shapes.py"))]).toEqual([false, true]);
    expect(readFileSync(inPipeline("lib.txt"), "utf8")).toBe("mine");
  });

  test("fails the type check where the module is used against its types", async () => {
    const made = await makePipeline(pythonNotebook(...CELLS), FILES);
    ({ workspace } = made);
    const module = readFileSync(inPipeline("pipeline.py"), "utf8");
    writeFileSync(inPipeline("pipeline.py"), `${module}\n\ndef named() -> str:\n    return area(1)\n`);
    const { gates } = await validate({ workspace, pipeline: "study" }, realHost(), never);
    const message = expect.stringContaining('"float" is not assignable to return type "str"');
    expect(gates.find(({ id }) => id === "code.types")).toMatchObject({ status: "failed", message });
  });
});
