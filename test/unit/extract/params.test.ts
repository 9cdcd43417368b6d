import { describe, expect, test } from "vitest";
import { extractNotebook, extractValue, notebookOf } from "../../support/pythonNotebook";

const paramsOf = async (...cells: readonly string[]) =>
  (await extractValue("out", ...cells)).params.map(({ name, type, default: value }) => `${name}: ${type} = ${value}`);

describe("constants", () => {
  test.each([
    ["LIMIT = 3", "LIMIT", ["limit: int = 3"]],
    ["rate = -0.5", "rate", ["rate: float = -0.5"]],
    ["FLAG = True", "FLAG", ["flag: bool = True"]],
    ['NAME = "x"', "NAME", ['name: str = "x"']],
    ["big = 1_000_000", "big", ["big: int = 1_000_000"]],
    ["n: int = 3", "n", ["n: int = 3"]],
    ["NOTHING = None", "NOTHING", []],
    ["n = 3\nn = 4", "n", []],
    ["n = 3\nn += 1", "n", []],
    ["n = 3\nfor n in [1]:\n    pass", "n", []],
    ["n = 3\ndef f():\n    global n\n    n = 4\nf()", "n", []],
    ["n = 1 + 2", "n", []],
  ])("%j", async (source, variable, params) => {
    expect(await paramsOf(source, `out = [${variable}]`)).toEqual(params);
  });

  test("in a cell that papermill's tag marks are all settings, whatever their type", async () => {
    const tagged = { source: 'names = ["a", "b"]\nlimit = None\nfast = True\nsize = (2, 3)', tags: ["parameters"] };
    const { params, module } = await extractValue("out", tagged, "out = [names, limit, fast, size]");
    expect(params.map(({ name, type, default: value }) => [name, type, value])).toEqual([
      ["names", "list[str]", '["a", "b"]'],
      ["limit", "Any", "None"],
      ["fast", "bool", "True"],
      ["size", "tuple[int, ...]", "(2, 3)"],
    ]);
    expect(module.text).toContain('names: list[str] = field(default_factory=lambda: ["a", "b"])');
    expect(module.text).toContain("def literal(text: str) -> Any:");
  });

  test.each([
    ['COLUMNS = ["a", "b"]', "COLUMNS", []],
    ["ALPHAS = [0.1, 1]", "ALPHAS", ["alphas: list[float] = [0.1, 1]"]],
    ["SIZE = (2, 3)", "SIZE", ["size: tuple[int, ...] = (2, 3)"]],
    ['mixed = [1, "a"]', "mixed", []],
    ['places = {"a": 1}', "places", []],
    [`table = [${"1, ".repeat(51)}]`, "table", []],
    ["grid = [[1, 2]]", "grid", []],
    ["seen = [1]\nseen.append(2)", "seen", []],
    ["sizes = [1]\nclass Net:\n    n = len(sizes)", "[Net, sizes]", []],
  ])("%j, as a list, is a setting if it is short and holds numbers", async (source, variable, params) => {
    expect(await paramsOf(source, `out = [${variable}]`)).toEqual(params);
  });

  test("keep away from the options that the module has anyway", async () => {
    const { params, module } = await extractValue(
      "out",
      'json = [1]\nDATA_DIR = "x"\nfield = 1\nSAVE = 5\nK = 2\nk = 3\nSales = 4',
      'out = [json, DATA_DIR, field, SAVE, K, k, Sales, open("sales.csv").read()]',
    );
    const names = params.map(({ name }) => name);
    expect(names).toEqual(
      "json_setting data_dir_setting field_setting save_setting K k_setting sales_setting".split(" "),
    );
    expect(module.text).toContain('option = "--" + name.lower().replace("_", "-")');
  });

  test("keep their name where a function or a lambda that gets them has a variable of the new one", async () => {
    expect(await paramsOf("SEED = 3", "out = list(map(lambda seed: seed + SEED, [1]))")).toEqual(["SEED: int = 3"]);
    const nested = "def f():\n    return SEED\ndef g(seed):\n    return f() + seed\nout = [g(1)]";
    expect(await paramsOf("SEED = 3", nested)).toEqual(["SEED: int = 3"]);
    expect(await paramsOf("SEED = 3", "def g(seed):\n    return seed\nout = [g(seed=SEED)]")).toEqual([
      "seed: int = 3",
    ]);
  });

  test("in capitals that would take another variable's name keep their own", async () => {
    expect(await paramsOf("LIMIT = 3\nlimit = [1]\nlimit.append(2)", "out = [LIMIT, limit]")).toEqual([
      "LIMIT: int = 3",
    ]);
  });

  test("say where they come from, and are used under their new name", async () => {
    const { params, module } = await extractValue(
      "out",
      "x = 1\n\nMAX_N = 3  # most",
      "def f(k):\n    return MAX_N * k\nout = f(MAX_N)",
    );
    expect(params).toEqual([{ name: "max_n", type: "int", default: "3", cell: 1, line: 3 }]);
    expect(module.text).toContain("max_n: int = 3  # cell 1");
    expect(module.text).not.toContain("MAX_N");
  });
});

describe("literals that are buried in calls", () => {
  const SETUP = [
    'import pandas as pd\nimport numpy as np\ndf = pd.read_csv("a.csv")\nX, y = df[["x"]], df["y"]',
    "from sklearn.model_selection import train_test_split\nfrom sklearn.svm import SVC\nfrom sklearn.linear_model import Ridge",
  ];
  const buried = async (...cells: readonly string[]) =>
    (await extractNotebook(notebookOf(...SETUP, ...cells))).params.map(
      ({ name, default: value }) => `${name}=${value}`,
    );

  test("are settings where they split, build or train", async () => {
    const split = "a, _, e, _ = train_test_split(X, y, test_size=0.3, random_state=1)";
    expect(await buried(split, "m = SVC(C=2.5, kernel='rbf')\nm.fit(a, e)")).toEqual([
      "test_size=0.3",
      "random_state=1",
      "c=2.5",
    ]);
  });

  test("are one setting where keyword and value are equal, and two where the values differ", async () => {
    expect(
      await buried(
        "a, _, e, _ = train_test_split(X, y, random_state=1)",
        "m = Ridge(alpha=2, random_state=3)\nm.fit(a, e)\nm2 = Ridge(alpha=2)\nm2.fit(m.predict(a), e)",
      ),
    ).toEqual(["split_random_state=1", "alpha=2", "m_random_state=3"]);
  });

  test("are one setting with the same seed of any other call, also of a library that is not known", async () => {
    const { params, module } = await extractNotebook(
      notebookOf(
        ...SETUP,
        "from tuners import Tuner\na, _, e, _ = train_test_split(X, y, random_state=7)",
        "b = a.sample(frac=1, random_state=7, seed=7)\nc = b.sample(9, random_state=8)",
        "t = Tuner(SVC(), rounds=5, random_state=7).learn(c, random_state=None)\nm = SVC()\nm.fit(t, e)",
      ),
    );
    expect(params.map(({ name }) => name)).toEqual(["random_state"]);
    expect(module.text).toContain("a.sample(frac=1, random_state=random_state, seed=7)");
    expect(module.text).toContain("b.sample(9, random_state=8)");
    expect(module.text).toContain("Tuner(SVC(), rounds=5, random_state=random_state).learn(c, random_state=None)");
  });

  test("leave a seed alone where its calls have several, or where a function has it", async () => {
    const { module } = await extractNotebook(
      notebookOf(
        ...SETUP,
        "def some(rows):\n    return rows.sample(9, random_state=7)",
        "a, _, e, _ = train_test_split(X, y, random_state=7)",
        "m = Ridge(random_state=3)\nm.fit(some(a.sample(frac=1, random_state=7)), e)",
      ),
    );
    expect(module.text).toContain("rows.sample(9, random_state=7)");
    expect(module.text).toContain("a.sample(frac=1, random_state=7)");
  });

  test("are none where they are of no consequence, or no number", async () => {
    expect(await buried("m = SVC(verbose=1, cache_size=500, kernel='rbf')\nm.fit(X, y)")).toEqual(["cache_size=500"]);
    expect(await buried("m = SVC()\nz = X.sample(n=5, axis=0)\nm.fit(z, y)")).toEqual([]);
  });

  test("do not take a name of the notebook", async () => {
    const [param, ...others] = await buried(
      "alpha = [2]\nalpha.append(3)",
      "m = Ridge(alpha=5)\nm.fit(X * alpha[0], y)",
    );
    expect(others).toEqual([]);
    expect(param).toMatch(/^\w+_alpha=5$/);
  });

  test("do not take a name of the comprehension around them", async () => {
    const [param] = await buried("ms = [Ridge(alpha=5) for alpha in (1, 2)]\nm = ms[0]\nm.fit(X, y)");
    expect(param).toBe("setting_alpha=5");
  });

  test("a seed is a setting", async () => {
    expect(await buried("np.random.seed(42)", "m = SVC()\nm.fit(X, y)")).toEqual(["seed=42"]);
  });
});
