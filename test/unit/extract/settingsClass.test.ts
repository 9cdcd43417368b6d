import { describe, expect, test } from "vitest";
import { extractValue, stepsText } from "../../support/pythonNotebook";

const paramsOf = async (...cells: readonly string[]) =>
  (await extractValue("out", ...cells)).params.map(({ name, default: value }) => `${name}=${value}`);

describe("a class of settings", () => {
  test("gives its attributes as settings, and goes", async () => {
    const { module, params, dropped, targets } = await extractValue(
      "out",
      'class CFG:\n    """Settings."""\n    seed = 42  # of all\n    N_ROWS: int = 3\n    sizes = [1,\n            2]\n    debug = False',
      "def pick(rows, n=CFG.N_ROWS):\n    return rows[:n] + CFG.sizes",
      'out = pick([CFG.seed], n=CFG.N_ROWS) + [f"{CFG.seed:d}"]',
    );
    expect(params).toMatchObject([
      { name: "seed", type: "int", default: "42", cell: 1, line: 3 },
      { name: "n_rows", type: "int", default: "3", cell: 1, line: 4 },
      { name: "sizes", type: "list[int]", cell: 1, line: 5 },
    ]);
    expect(module.text).not.toContain("CFG");
    expect(module.text).toContain('pick([seed], n=n_rows) + [f"{seed:d}"]');
    expect(dropped).toMatchObject([{ cell: 1, line: 7, endLine: 7, text: "debug = False" }]);
    expect(targets[0]?.expression).toBe("out");
  });

  test("may be set at the top of the notebook, and hold what is computed", async () => {
    const extraction = await extractValue(
      "out",
      "class CFG:\n    k = 2\n    n = len('abc')",
      "CFG.k = CFG.n + 1\nCFG.n += 1\nout = [CFG.k, CFG.n]",
    );
    expect(stepsText(extraction)).toContain("    k = n + 1\n    n += 1\n    out = [k, n]\n");
  });

  test("has names that nothing else in the notebook has", async () => {
    const cells = [
      "class CFG:\n    seed = 1\n    max = 2",
      "def f(seed):\n    return seed + CFG.max\nout = [f(seed=CFG.seed)]",
    ];
    expect(await paramsOf(...cells)).toEqual(["cfg_seed=1", "cfg_max=2"]);
  });

  test.each([
    ["is handed on", "out = [vars(CFG)]"],
    ["has objects", "out = [CFG().seed]"],
    ["is looked up by another class", "class Net:\n    n = CFG.seed\nout = [Net.n]"],
    ["is set in a function", "def f():\n    CFG.seed = 2\nf()\nout = [CFG.seed]"],
    ["is looked up in a text", 'out = [CFG.seed, eval("CFG.seed")]'],
    ["is asked for what it has not", "out = [CFG.__name__]"],
    ["is another one later", "class CFG:\n    seed = 2\nout = [CFG.seed]"],
  ])("stays where it %s", async (_, cell) => {
    const { module, params } = await extractValue("out", "class CFG:\n    seed = 1", cell);
    expect(module.text).toMatch(/class CFG:\n\s+seed = /);
    expect(params).toEqual([]);
  });

  test.each(["seed = 1\n    n = seed + 1", "seed = 1\n    def f(self):\n        return 1", "seed, n = 1, 2"])(
    "stays where it is more than that: %j",
    async (body) => {
      const { module } = await extractValue("out", `class CFG:\n    ${body}`, "out = [CFG.seed]");
      expect(module.text).toContain("class CFG:");
    },
  );
});
