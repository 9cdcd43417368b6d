import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyse } from "../../src/app/analyse";
import type { Interpreter } from "../../src/core/host";
import { never, realHost } from "../support/pipelines";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

const ROOT = resolve(__dirname, "../..");
const FIXTURES = "test/fixtures/notebooks";
const GOLDEN = join(ROOT, "test/golden/extract");

/** What the notebook itself prints, where it is in the fixtures' list; what else it needs beside it. */
interface Case {
  readonly path: string;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly sibling?: string;
}

const CASES: readonly Case[] = [
  { path: "examples/penguins/penguins.ipynb" },
  { path: `${FIXTURES}/cells/magics.ipynb`, metrics: { r2: 0.727 } },
  { path: `${FIXTURES}/cells/syntax-error-aside.ipynb` },
  { path: `${FIXTURES}/container/old-plain.ipynb` },
  { path: `${FIXTURES}/targets/joblib-saved.ipynb`, metrics: { accuracy: 0.89 } },
  { path: `${FIXTURES}/scoring/parcels.ipynb`, metrics: { accuracy: 0.838 } },
  { path: `${FIXTURES}/targets/model-zoo.ipynb` },
  { path: `${FIXTURES}/targets/saved-output-only.ipynb` },
  { path: `${FIXTURES}/data/file-between-cells.ipynb`, metrics: { r2: 0.917 } },
  { path: `${FIXTURES}/data/shell-step.ipynb` },
  { path: `${FIXTURES}/data/working/kaggle-path.ipynb`, metrics: { mae: 24.5 }, sibling: `${FIXTURES}/data/input` },
  { path: `${FIXTURES}/run/asks.ipynb` },
  { path: `${FIXTURES}/run/change-folder.ipynb`, metrics: { accuracy: 0.927 } },
  { path: `${FIXTURES}/run/seeds.ipynb`, metrics: { f1: 0.857 } },
  { path: `${FIXTURES}/flow/chained-fit.ipynb`, metrics: { accuracy: 0.895 } },
  { path: `${FIXTURES}/flow/concat-then-split.ipynb`, metrics: { accuracy: 0.91 } },
  { path: `${FIXTURES}/flow/late-method.ipynb`, metrics: { accuracy: 0.9 } },
  { path: `${FIXTURES}/flow/fstring-only.ipynb`, metrics: { mse: 1576.5 } },
  { path: `${FIXTURES}/flow/function-global.ipynb`, metrics: { r2: 0.447 } },
  { path: `${FIXTURES}/flow/grid-search.ipynb`, metrics: { balanced: 0.645 } },
  { path: `${FIXTURES}/flow/in-place.ipynb`, metrics: { r2: 0.904 } },
  { path: `${FIXTURES}/flow/loop-alias.ipynb`, metrics: { accuracy: 0.81 } },
  { path: `${FIXTURES}/flow/regression-frame.ipynb`, metrics: { mae: 20.2, r2: 0.773 } },
  { path: `${FIXTURES}/flow/same-name.ipynb`, metrics: { score: 0.77 } },
  { path: `${FIXTURES}/flow/scaler-fitted-twice.ipynb`, metrics: { accuracy: 0.815 } },
  { path: `${FIXTURES}/flow/star-import.ipynb`, metrics: { r2: 0.545 } },
];

const nameOf = ({ path }: Case): string => basename(path, ".ipynb");
const goldenOf = (one: Case): string => join(GOLDEN, `${nameOf(one)}.py`);

describe("the module that was reviewed", () => {
  test.each(CASES)("$path", async (one) => {
    // What a run showed of types, as that of `npm start`, is no part of it.
    const options = { workspace: ROOT, notebook: one.path, observed: {} };
    const { module } = await analyse(options, realHost(), never);
    if (process.env.UPDATE_GOLDEN === "1") {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(goldenOf(one), module.text);
    }
    expect(module.text).toBe(readFileSync(goldenOf(one), "utf8"));
  });
});

describe("with real Python", () => {
  let workspace = "";
  let interpreter: Interpreter;
  beforeAll(async () => {
    workspace = makeWorkspace({});
    const { python } = realHost();
    const requirements = ["pandas", "scikit-learn", "scipy"];
    interpreter = await python.environment(await python.lock({ requirements, constraints: [] }, never), never);
  });
  afterAll(() => removeWorkspace(workspace));

  test("every module compiles, and importing it does nothing", () => {
    const script = [
      "import ast, pathlib, sys",
      "ALLOWED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Try, ast.If, ast.Assign, ast.Expr)",
      "for path in sorted(pathlib.Path(sys.argv[1]).glob('*.py')):",
      "    tree = ast.parse(path.read_text())",
      "    compile(tree, path.name, 'exec')",
      "    for node in tree.body:",
      "        assert isinstance(node, ALLOWED), (path.name, ast.unparse(node))",
      "        # A method that a class got later is a function of the module, which is not called.",
      "        is_method = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)",
      "        if is_method: assert isinstance(node.value, ast.Name), (path.name, ast.unparse(node))",
      "        elif isinstance(node, ast.Assign): ast.literal_eval(node.value)",
      "        if isinstance(node, ast.Expr): assert isinstance(node.value, ast.Constant)",
      "    print(path.stem)",
    ].join("\n");
    const run = spawnSync(interpreter.path, ["-c", script, GOLDEN], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.stdout.trim().split("\n").sort()).toEqual(CASES.map(nameOf).sort());
  });

  test("every module gives the numbers of its notebook and leaves nothing behind", () => {
    const cases = CASES.filter(({ metrics }) => metrics !== undefined);
    for (const one of cases) {
      const folder = join(workspace, nameOf(one));
      const withoutNotebooks = { recursive: true, filter: (path: string) => !path.endsWith(".ipynb") };
      cpSync(join(ROOT, dirname(one.path)), folder, withoutNotebooks);
      if (one.sibling !== undefined)
        cpSync(join(ROOT, one.sibling), join(folder, basename(one.sibling)), withoutNotebooks);
      cpSync(goldenOf(one), join(folder, "pipeline.py"));
    }
    const folders = cases.map((one) => join(workspace, nameOf(one)));
    const script = join(ROOT, "test/support/runModules.py");
    const run = spawnSync(interpreter.path, [script, ...folders], { encoding: "utf8" });
    const answers = JSON.parse(run.stdout);
    for (const one of cases) {
      const { output, error, left } = answers[join(workspace, nameOf(one))];
      expect(error, nameOf(one)).toBe("");
      expect(rounded(JSON.parse(output), one.metrics), nameOf(one)).toMatchObject(one.metrics ?? {});
      expect(left, nameOf(one)).toEqual(nameOf(one) === "file-between-cells" ? ["prepared.p"] : []);
    }
  });
});

/** The numbers with as many digits as the expected ones have. */
function rounded(measured: Readonly<Record<string, number>>, expected: Case["metrics"] = {}): Case["metrics"] {
  const digits = (name: string): number => String(expected[name] ?? "").split(".")[1]?.length ?? 6;
  return Object.fromEntries(
    Object.entries(measured).map(([name, value]) => [name, Number(value.toFixed(digits(name)))]),
  );
}
