import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { analyse, openNotebook } from "../../src/app/analyse";
import { validate } from "../../src/app/validate";
import { SlipwayError } from "../../src/core/errors";
import { makePipeline, never, realHost } from "../support/pipelines";
import { makeWorkspace, pythonNotebook, removeWorkspace } from "../support/workspace";

let workspace = "";
afterEach(() => removeWorkspace(workspace));

const start = (files: Readonly<Record<string, string>>) => (workspace = makeWorkspace(files));
const open = (notebook = "work/study.ipynb") => openNotebook(workspace, notebook, realHost());
const extract = (model: string, notebook = "work/study.ipynb") =>
  analyse({ workspace, notebook, model }, realHost(), never);
const cellsOf = async () => (await open()).cells.map(({ number, source, origin }) => [number, source, origin?.file]);
const said = async () => (await open()).findings?.map(({ severity, message }) => `${severity}: ${message}`);

describe("%run", () => {
  test("puts the cells of the other file where the line stands, and every line stays in its place", async () => {
    start({
      "work/study.ipynb": pythonNotebook("a = 1\n%run helpers.py\nb = 2", "c = 3"),
      "work/helpers.py": "def f():\n    return 5\n",
    });
    expect(await cellsOf()).toEqual([
      [1, "a = 1", undefined],
      [3, "def f():\n    return 5\n", "work/helpers.py"],
      [1, "\n\nb = 2", undefined],
      [2, "c = 3", undefined],
    ]);
    expect(await said()).toEqual(["info: The file is read as cell 3 of the notebook: %run helpers.py"]);
  });

  test("makes the definitions of a script a part of the module", async () => {
    start({
      "work/study.ipynb": pythonNotebook("%run helpers.py", "total = double(4)"),
      "work/helpers.py": "import math\n\ndef double(x):\n    return x * 2\n\ndef unused():\n    return math.pi\n",
    });
    const { module, diagnostics } = await extract("total");
    expect(module.text).toContain("def double(x: int) -> int:");
    expect(module.text).not.toContain("unused");
    expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  test("follows notebooks, what they run in turn, and names without an ending", async () => {
    start({
      "work/study.ipynb": pythonNotebook("%run -i setup", "total = base + more"),
      "work/setup.ipynb": pythonNotebook("# prose", "base = 1\n%run 'lib/a b.py'"),
      "work/lib/a b.py": "more = 2",
    });
    expect(await cellsOf()).toEqual([
      [3, "# prose", "work/setup.ipynb"],
      [4, "base = 1", "work/setup.ipynb"],
      [5, "more = 2", "work/lib/a b.py"],
      [4, "\n", "work/setup.ipynb"],
      [1, "", undefined],
      [2, "total = base + more", undefined],
    ]);
    expect((await extract("total")).module.text).toContain("base + more");
  });

  test("gives the module what the whole program gives, whatever stands around the line", async () => {
    start({
      "work/study.ipynb": pythonNotebook("x = 1\n%run set.py\ny = x", "total = y"),
      "work/set.py": "x = 10\n",
    });
    const { program, module } = await extract("total");
    expect(program.cells.map(({ cell, source }) => [cell, source])).toEqual([
      [1, "x = 1"],
      [3, "x = 10\n"],
      [1, "\n\ny = x"],
      [2, "total = y"],
    ]);
    expect(module.text).toContain("10");
    expect(module.text).not.toMatch(/= 1\b/);
  });

  test("tells what is wrong in the other file with its own place", async () => {
    start({
      "work/study.ipynb": pythonNotebook("%run helpers.py", "total = double(4)"),
      "work/helpers.py": "x = 1\n# %%\ndef double(x:\n    return x\n",
    });
    await expect(extract("total")).rejects.toMatchObject({
      code: "NOTEBOOK_SYNTAX",
      place: { file: "work/helpers.py", cell: 2, line: 1, fileLine: 3 },
    });
  });

  test.each([
    ["%run gone.py", "there is no such file in the workspace"],
    ["%run ../../outside.py", "there is no such file in the workspace"],
    ["%run /etc/passwd", "there is no such file in the workspace"],
    ["%run ~/x.py", "there is no such file in the workspace"],
    ["%run linked.py", "there is no such file in the workspace"],
    ["%run https://example.org/x.py", "there is no such file in the workspace"],
    ["%run helpers.py --rows 5", "its path is computed, or it is handed arguments"],
    ["%run {name}.py", "its path is computed, or it is handed arguments"],
    ["%run folder.py", "it is no file"],
    ["%run study.ipynb", "it runs itself"],
    ["%run broken.ipynb", "work/broken.ipynb is not a notebook: it is not JSON"],
    ["%run empty.py", "work/empty.py is empty"],
  ])("%j is not followed, and it is said why", async (line, why) => {
    start({
      "work/study.ipynb": pythonNotebook(line, "x = 1"),
      "work/helpers.py": "y = 2",
      "work/broken.ipynb": "{",
      "work/empty.py": " ",
    });
    mkdirSync(join(workspace, "work/folder.py"));
    const outside = join(dirname(workspace), `${workspace.split("/").at(-1)}.py`);
    writeFileSync(outside, "z = 3");
    symlinkSync(outside, join(workspace, "work/linked.py"));
    expect((await open()).cells).toHaveLength(2);
    expect(await said()).toEqual([`warning: ${line} is not followed: ${why}.`]);
    removeWorkspace(outside);
  });

  test("files that run each other end", async () => {
    start({
      "work/study.ipynb": pythonNotebook("%run a.py", "x = 1"),
      "work/a.py": "a = 1\n%run b.py\n%run b.py",
      "work/b.py": "b = 1\n%run a.py",
    });
    expect((await open()).cells.length).toBeLessThan(12);
    start({
      "work/study.ipynb": pythonNotebook("%run f0.py", "x = 1"),
      ...Object.fromEntries(
        Array.from({ length: 30 }, (_, index) => [`work/f${index}.py`, `%run f${index + 1}.py\n`.repeat(3)]),
      ),
    });
    expect((await open()).cells.length).toBeLessThan(200);
  });

  test("a line in a block, in a string, or in a cell that is skipped stays where it is", async () => {
    const cells = [
      "if x:\n    %run a.py",
      's = """\n%run a.py\n"""',
      "# slipway: skip\n%run a.py",
      "%load a.py\ny = 1",
    ];
    start({ "work/study.ipynb": pythonNotebook(...cells), "work/a.py": "a = 1" });
    expect((await open()).cells.map(({ source }) => source)).toEqual(cells);
  });

  test("%load alone in its cell stands for the code that it fetches", async () => {
    start({ "work/study.ipynb": pythonNotebook("%load a.py", "total = a"), "work/a.py": "a = 1" });
    expect((await cellsOf())[0]).toEqual([3, "a = 1", "work/a.py"]);
  });
});

describe("a script", () => {
  test("is extracted, and findings name the line of the file", async () => {
    start({ "work/study.py": "# %%\nx = 1\n# %% [markdown]\n# text\n# %%\n!wget y\ntotal = x + gone" });
    const { diagnostics, steps, map } = await extract("total", "work/study.py");
    expect(diagnostics.map(({ code, cell, line, fileLine }) => [code, cell, line, fileLine])).toEqual([
      ["notebook.hidden-state", 3, 2, 7],
      ["notebook.shell", 3, 1, 6],
    ]);
    expect(steps.flatMap(({ cells }) => cells)).toContain(3);
    expect(map.map(({ cell, cellLine }) => [cell, cellLine])).toContainEqual([3, 2]);
  });

  test("is refused with the line of the file", async () => {
    start({ "work/study.md": "---\njupytext:\n  a: b\n---\n\n```python\ny = (1\n```\n\n```python\nx = y\n```" });
    const error = await extract("x", "work/study.md").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SlipwayError);
    expect(error).toMatchObject({ place: { file: "work/study.md", cell: 1, line: 1, fileLine: 7 } });
  });
});

test("a pipeline whose notebook runs a file in the middle of a cell passes its gates", async () => {
  const cell =
    'import json\nstart = 1\n%run helpers.py\ntotal = twice(start)\njson.dump(total, open("total.json", "w"))';
  const made = await makePipeline(pythonNotebook(cell), { "helpers.py": "def twice(x):\n    return 2 * x\n" });
  ({ workspace } = made);
  const { gates } = await validate({ workspace, pipeline: "study" }, realHost(), never);
  expect(gates.filter(({ status }) => status === "failed")).toEqual([]);
  expect(gates.find(({ id }) => id === "run.equals-notebook")).toMatchObject({ status: "passed" });
});
