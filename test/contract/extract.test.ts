import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { analysePipeline } from "../../src/app/analyse";
import { extract, type ExtractOptions } from "../../src/app/extract";
import { currentFingerprint } from "../../src/app/fingerprint";
import { ship } from "../../src/app/ship";
import { validate } from "../../src/app/validate";
import { loadPipeline } from "../../src/app/workspace";
import { digestOf } from "../../src/core/digest";
import { never, realHost } from "../support/pipelines";
import { makeWorkspace, pythonNotebook, removeWorkspace } from "../support/workspace";

const STUDY = pythonNotebook("limit = 3\nrows = [1, 2, 5]", "total = sum(row for row in rows if row < limit)");
const CHANGED = pythonNotebook("limit = 4\nrows = [1, 2, 5]", "total = sum(row for row in rows if row < limit)");
const FILES = ["pipeline.lock.json", "pipeline.py", "pyproject.toml", "test_pipeline.py"];

let workspace = "";
afterEach(() => removeWorkspace(workspace));

function start(notebook: string, files: Readonly<Record<string, string>> = {}): void {
  workspace = makeWorkspace({ "study.ipynb": notebook, ...files });
}

const run = (more: Partial<ExtractOptions> = {}, signal = never) =>
  extract({ workspace, notebook: "study.ipynb", model: "total", ...more }, realHost(), signal);
const path = (name: string) => join(workspace, "pipelines/study", name);
const read = (name: string) => readFileSync(path(name), "utf8");
const change = () => writeFileSync(join(workspace, "study.ipynb"), CHANGED);
const edit = (name: string) => writeFileSync(path(name), `${read(name)}\n# by hand\n`);

describe("writes", () => {
  test("the whole folder, with a lock that is about it", async () => {
    start(STUDY);
    const { folder, written, extraction } = await run();
    expect(folder).toBe(join(workspace, "pipelines/study"));
    expect([...written].sort()).toEqual(FILES);
    expect(readdirSync(folder).sort()).toEqual(FILES);
    const { lock } = await loadPipeline(workspace, folder, realHost());
    expect(lock).toMatchObject({
      pipeline: "study",
      language: "python",
      model: "total",
      notebook: { path: "study.ipynb", digest: digestOf(STUDY) },
      module: digestOf(read("pipeline.py")),
      lines: extraction.map,
    });
  });

  test("a TypeScript pipeline, without a word of a scoring client: there is none", async () => {
    workspace = makeWorkspace({ "tides.ipynb": readFileSync("examples/tides/tides.ipynb", "utf8") });
    const { written, extraction } = await extract({ workspace, notebook: "tides.ipynb" }, realHost(), never);
    expect([...written].sort()).toEqual(["deno.json", "pipeline.lock.json", "pipeline.ts", "pipeline_test.ts"]);
    expect(extraction.diagnostics).toEqual([]);
  });

  test("where --out says", async () => {
    start(STUDY);
    const { folder } = await run({ out: "elsewhere/mine" });
    expect(folder).toBe(join(workspace, "elsewhere/mine"));
    expect(readdirSync(folder).sort()).toEqual(FILES);
    expect(existsSync(join(workspace, "pipelines"))).toBe(false);
  });

  test.each([
    ["one", ".."],
    ["p/q/three", "../../.."],
  ])("how far the data is from the folder %s", async (out, up) => {
    start(pythonNotebook("import pandas as pd\ntotal = pd.read_csv('a.csv').sum()"), { "a.csv": "x\n1\n" });
    const { folder } = await run({ out });
    expect(readFileSync(join(folder, "pipeline.py"), "utf8")).toContain(`here / "${up}"`);
  });

  test("nothing when nothing changed", async () => {
    start(STUDY);
    await run();
    const before = FILES.map((name) => statSync(path(name)).mtimeMs);
    expect((await run()).written).toEqual([]);
    expect(FILES.map((name) => statSync(path(name)).mtimeMs)).toEqual(before);
  });

  test("only what changed", async () => {
    start(STUDY);
    await run();
    writeFileSync(join(workspace, "study.ipynb"), CHANGED);
    expect([...(await run()).written].sort()).toEqual(["pipeline.lock.json", "pipeline.py"]);
    expect(read("pipeline.py")).toContain("limit: int = 4");
  });

  test("a file that was removed", async () => {
    start(STUDY);
    await run();
    rmSync(path("test_pipeline.py"));
    expect((await run()).written).toEqual(["test_pipeline.py"]);
  });

  test("the same bytes in another folder", async () => {
    start(STUDY);
    await run();
    const first = FILES.map(read);
    removeWorkspace(workspace);
    start(STUDY);
    await run();
    expect(FILES.map(read)).toEqual(first);
  });
});

describe("edits by hand", () => {
  test("stay where the notebook is the same", async () => {
    start(STUDY);
    await run();
    edit("pipeline.py");
    await run();
    expect(read("pipeline.py")).toContain("# by hand");
  });

  test("meet what a changed notebook gives", async () => {
    start(STUDY);
    await run();
    edit("pipeline.py");
    change();
    const { merged, extraction } = await run();
    expect(merged).toEqual([{ path: "pipelines/study/pipeline.py", conflicts: [] }]);
    expect(extraction.diagnostics).toMatchObject([{ code: "edits.merged", file: "pipelines/study/pipeline.py" }]);
    expect(read("pipeline.py")).toBe(`${extraction.module.text}\n# by hand\n`);
    const { lock } = await loadPipeline(workspace, path(""), realHost());
    expect(lock.module).toBe(digestOf(extraction.module.text));
    const before = FILES.map(read);
    expect(await run()).toMatchObject({ written: [], merged: [] });
    expect(FILES.map(read)).toEqual(before);
  });

  test("meet it also after an extraction that kept them, and in a folder that was cloned", async () => {
    start(STUDY);
    await run();
    edit("pipeline.py");
    await run();
    change();
    rmSync(join(workspace, ".slipway"), { recursive: true, force: true });
    await run();
    expect(read("pipeline.py")).toMatch(/limit: int = 4[^]*# by hand/);
  });

  test("have their lines in the source map", async () => {
    start(STUDY);
    const { extraction } = await run();
    const moved = extraction.map.map((origin) => ({ ...origin, line: origin.line + 2 }));
    writeFileSync(path("pipeline.py"), `# by hand\n# twice\n${read("pipeline.py")}`);
    await run();
    expect((await loadPipeline(workspace, path(""), realHost())).lock.lines).toEqual(moved);
    change();
    await run();
    expect(moved).not.toEqual([]);
    expect((await loadPipeline(workspace, path(""), realHost())).lock.lines).toEqual(moved);
  });

  test("conflict with the notebook where both changed a line, and have to be resolved", async () => {
    start(STUDY);
    await run();
    writeFileSync(path("pipeline.py"), read("pipeline.py").replace("limit: int = 3", "limit: int = 30"));
    change();
    const { merged, extraction } = await run();
    const line = read("pipeline.py").split("\n").indexOf("<<<<<<< edited by hand") + 1;
    expect(merged).toEqual([{ path: "pipelines/study/pipeline.py", conflicts: [{ line }] }]);
    expect(extraction.diagnostics).toMatchObject([
      { code: "edits.conflict", severity: "error", file: "pipelines/study/pipeline.py", fileLine: line },
    ]);
    expect(read("pipeline.py")).toMatch(/<{7} .*\n.*= 30.*\n={7}\n.*= 4.*\n>{7} notebook\n/);
    const unresolved = {
      kind: "input",
      code: "EXTRACT_CONFLICT",
      message: `pipelines/study/pipeline.py has a conflict at line ${line}: both you and the notebook changed what is there.`,
      place: { file: "pipelines/study/pipeline.py", fileLine: line },
    };
    const before = FILES.map(read);
    await expect(run()).rejects.toMatchObject(unresolved);
    await expect(validate({ workspace, pipeline: "study" }, realHost(), never)).rejects.toMatchObject(unresolved);
    const registry = join(workspace, "registry");
    const shipped = ship({ workspace, notebook: "study.ipynb", model: "total", registry }, realHost(), never);
    await expect(shipped).rejects.toMatchObject(unresolved);
    expect(FILES.map(read)).toEqual(before);

    const resolved = read("pipeline.py")
      .replace(/<{7} [^]*={7}\n/, "")
      .replace(/>{7} notebook\n/, "");
    writeFileSync(path("pipeline.py"), resolved);
    expect((await run()).merged).toEqual([]);
    expect(read("pipeline.py")).toBe(extraction.module.text);
  });

  test("are not lost under a lock of an older version, which has no base, or a damaged one", async () => {
    start(STUDY);
    await run();
    edit("pipeline.py");
    change();
    const lock = read("pipeline.lock.json");
    for (const damage of ["", ',\n  "base": "AAAA"']) {
      writeFileSync(path("pipeline.lock.json"), lock.replace(/,\n {2}"base": ".*"/, damage));
      const before = FILES.map(read);
      await expect(run()).rejects.toMatchObject({
        kind: "input",
        code: "EXTRACT_EDITED",
        message: expect.stringContaining("pipelines/study/pipeline.py was edited by hand"),
        hint: expect.stringContaining("--force"),
      });
      expect(FILES.map(read)).toEqual(before);
    }
  });

  test("go with --force", async () => {
    start(STUDY);
    await run();
    edit("pipeline.py");
    writeFileSync(join(workspace, "study.ipynb"), CHANGED);
    await run({ force: true });
    expect(read("pipeline.py")).not.toContain("# by hand");
    expect(read("pipeline.py")).toContain("limit: int = 4");
  });

  test.each(["pipeline.py", "pyproject.toml", "test_pipeline.py"])(
    "%s of another hand in the folder is not written over",
    async (name) => {
      start(STUDY, { [`pipelines/study/${name}`]: "mine\n" });
      await expect(run()).rejects.toMatchObject({
        code: "EXTRACT_FOREIGN",
        place: { file: `pipelines/study/${name}` },
      });
      expect(read(name)).toBe("mine\n");
      expect(readdirSync(path(""))).toEqual([name]);
    },
  );

  test.each(["pyproject.toml", "test_pipeline.py"])(
    "stay in %s when the notebook changes, until --force",
    async (name) => {
      start(STUDY);
      await run();
      edit(name);
      writeFileSync(join(workspace, "study.ipynb"), CHANGED);
      await run();
      expect(read("pipeline.py")).toContain("limit: int = 4");
      expect(read(name)).toContain("# by hand");
      await run({ force: true });
      expect(read(name)).not.toContain("# by hand");
    },
  );
});

test("status tells what ship would release: the merged module", async () => {
  start(STUDY);
  await run();
  edit("pipeline.py");
  const code = async () => {
    const host = realHost();
    const pipeline = await loadPipeline(workspace, "study", host);
    const extraction = await analysePipeline({ workspace, pipeline }, host, never);
    return (await currentFingerprint({ workspace, pipeline, extraction, data: [] }, host, never)).code;
  };
  const before = await code();
  change();
  const told = await code();
  expect(told).not.toBe(before);
  await run();
  expect(await code()).toBe(told);
});

describe("nothing is written on", () => {
  test.each([
    ["an empty notebook", "", "NOTEBOOK_EMPTY"],
    ["a web page", "<html></html>", "NOTEBOOK_INVALID"],
    ["a notebook without a target", pythonNotebook("x = 1"), "EXTRACT_NO_MODEL"],
    ["a broken cell that is needed", pythonNotebook("rows = [1, 2", "total = sum(rows)"), "NOTEBOOK_SYNTAX"],
  ])("%s", async (_, notebook, code) => {
    start(notebook);
    await expect(run()).rejects.toMatchObject({ kind: "input", code });
    expect(readdirSync(workspace)).toEqual(["study.ipynb"]);
  });

  test("a notebook that is not there, or is a folder", async () => {
    start(STUDY);
    await expect(run({ notebook: "other.ipynb" })).rejects.toMatchObject({ code: "NOTEBOOK_MISSING" });
    await expect(run({ notebook: "." })).rejects.toMatchObject({ code: "NOTEBOOK_INVALID" });
    expect(readdirSync(workspace)).toEqual(["study.ipynb"]);
  });

  test("a lock that is damaged", async () => {
    start(STUDY);
    await run();
    writeFileSync(path("pipeline.lock.json"), "{");
    writeFileSync(join(workspace, "study.ipynb"), CHANGED);
    const before = FILES.map(read);
    await expect(run()).rejects.toMatchObject({ kind: "input", code: "LOCK_INVALID" });
    expect(FILES.map(read)).toEqual(before);
  });

  test("an interruption", async () => {
    start(STUDY);
    const aborted = AbortSignal.abort();
    await expect(run({}, aborted)).rejects.toMatchObject({ kind: "interrupted" });
    expect(readdirSync(workspace)).toEqual(["study.ipynb"]);
  });
});

test("slipway.yaml names the model and the pipeline; --model counts more", async () => {
  const config = "notebooks:\n  study.ipynb:\n    model: limit\n    pipeline: totals\n";
  start(STUDY, { "slipway.yaml": config });
  const { extraction, folder } = await extract({ workspace, notebook: "study.ipynb" }, realHost(), never);
  expect(extraction.targets.map(({ name }) => name)).toEqual(["limit"]);
  expect(folder).toBe(join(workspace, "pipelines/totals"));
  expect((await run()).extraction.targets.map(({ name }) => name)).toEqual(["total"]);
});
