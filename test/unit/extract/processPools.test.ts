import { describe, expect, test } from "vitest";
import { extractValue, stepsText } from "../../support/pythonNotebook";

const IMPORTS = "import numpy as np\nfrom multiprocessing import Pool\nlevel = 3";
const CLASS = "class Mix:\n    def loss(self, w):\n        return w * level";
const MAPPED =
  "def run_all():\n    mix = Mix()\n    with Pool(2) as pool:\n        return pool.map(mix.loss, [1, 2])\nx = run_all()";

describe("what is handed to other processes", () => {
  test("is a class at the top of the module, with the settings that it looks up", async () => {
    const { module, params, diagnostics } = await extractValue("x", IMPORTS, CLASS, MAPPED);
    expect(params).toEqual([]);
    expect(module.text).toMatch(/^level = 3$/m);
    expect(module.text).toMatch(/^class Mix:$/m);
    expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.local-process");
  });

  test("is none where no process is started: its setting is one", async () => {
    const extraction = await extractValue("x", IMPORTS, CLASS, "x = [Mix().loss(w) for w in [1, 2]]");
    expect(extraction.params.map(({ name }) => name)).toEqual(["level"]);
    expect(stepsText(extraction)).toContain("    class Mix:");
  });

  test.each([
    ["a pool", MAPPED],
    ["workers of SciPy", "from scipy.optimize import brute\nx = brute(Mix().loss, [(0, 1)], workers=2)"],
    [
      "an executor",
      "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor() as e:\n    x = list(e.map(Mix().loss, [1]))",
    ],
  ])("is said not to be found where it reads what a step computes: %s", async (_what, cell) => {
    const { diagnostics } = await extractValue("x", IMPORTS, `level = np.mean([1, 2])\n${CLASS}`, cell);
    const said = diagnostics.filter(({ code }) => code === "notebook.local-process");
    expect(said.map((one) => [one.cell, one.message.includes("because it reads level")])).toEqual([[2, true]]);
  });

  test("is said once of what is defined twice", async () => {
    const [loss, pool] = ["def loss(w):\n    return w * level", "with Pool(2) as p:\n    "];
    const cells = [`level = np.mean([1, 2])\n${loss}`, `${pool}a = p.map(loss, [1])`, `${loss} + 1`];
    const { diagnostics } = await extractValue("x", IMPORTS, ...cells, `${pool}x = p.map(loss, a)`);
    const said = diagnostics.filter(({ code }) => code === "notebook.local-process");
    expect(said.map(({ cell }) => cell)).toEqual([2]);
  });

  test("is nothing of that kind with one worker, or in threads", async () => {
    const cell = "from scipy.optimize import brute\nx = brute(Mix().loss, [(0, 1)], workers=1)";
    const { diagnostics } = await extractValue("x", IMPORTS, `level = np.mean([1, 2])\n${CLASS}`, cell);
    expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.local-process");
  });
});
