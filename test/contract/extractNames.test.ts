import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { extractNotebook, notebookOf } from "../support/pythonNotebook";
import { startRunner, type PythonRunner } from "../support/pythonRunner";

/** Names that the module itself defines or imports. */
const NAMES =
  "Params Data Result run main data_dir params data literal argparse json sys literal_eval redirect_stdout asdict dataclass field fields Path Any partial bind_arguments np pd Pipeline load prepare options".split(
    " ",
  );

/** What a notebook may have under such a name; each ends with a value of `out`. */
const ROLES: Readonly<Record<string, (name: string) => readonly string[]>> = {
  "a variable": (name) => [
    "import math",
    `${name} = [math.pi]`,
    `# slipway: step=one\nother = [len(${name})]`,
    `# slipway: step=two\nout = other + ${name}`,
  ],
  "a result": (name) => [`${name} = len("abc")`, `# slipway: step=one\nout = [${name}]`],
  "a setting": (name) => [`${name} = 3\nalphas = [0.5, 1.5]`, `out = [${name} + a for a in alphas]`],
  "a list": (name) => [`${name} = [3, 4]`, `def f():\n    return ${name}`, "out = f() + [len(f())]"],
  "a function": (name) => [
    `rows = list("ab")\ndef ${name}(k):\n    return [k, rows]`,
    `# slipway: step=one\nrest = [${name}(2)]`,
    `# slipway: step=two\nout = list(map(${name}, rest))`,
  ],
  "a class": (name) => [
    `class ${name}:\n    def __init__(self, k):\n        self.k = k`,
    `# slipway: step=one\nrest = ${name}(2)`,
    `# slipway: step=two\nout = [rest.k, ${name}(3).k]`,
  ],
  "an import": (name) => [
    `from math import sqrt as ${name}`,
    `def f(x):\n    return ${name}(x)`,
    `# slipway: step=one\nrest = [${name}(4)]`,
    `# slipway: step=two\nout = list(map(f, rest))`,
  ],
  "an import that may fail": (name) => [
    `try:\n    from math import sqrt as ${name}\nexcept ImportError:\n    from math import cbrt as ${name}`,
    `# slipway: step=one\nrest = [${name}(4)]`,
    `# slipway: step=two\nout = list(map(${name}, rest))`,
  ],
};

let runner: PythonRunner;
beforeAll(async () => {
  runner = await startRunner();
});
afterAll(() => runner.close());

test("a class of settings that became parameters gives what the notebook gives", async () => {
  const cells = [
    "class CFG:\n    seed = 42\n    scale = 1.5\n    cols = ['a', 'b']\n    n = len('abc')",
    "CFG.n += 1\ndef f(k, scale=CFG.scale):\n    return [k * CFG.n, scale, lambda: CFG.cols]",
    "# slipway: step=late\nout = [f(CFG.seed)[:2], f(1)[2](), [CFG.n for _ in range(2)], f'{CFG.seed:>5}']",
  ];
  const { program, module } = await runner.run(await extractNotebook(notebookOf(...cells), { model: "out" }), "out");
  expect(module).toEqual([program, program]);
});

describe("a name that the module itself uses", () => {
  test.each(Object.entries(ROLES))("may be %s of the notebook", async (_, cellsOf) => {
    for (const name of NAMES) {
      const extraction = await extractNotebook(notebookOf(...cellsOf(name)), { model: "out" });
      const { program, module } = await runner.run(extraction, "out");
      expect.soft(program, name).toEqual(expect.any(String));
      expect.soft(module, `${name}\n${extraction.module.text}`).toEqual([program, program]);
    }
  });
});
