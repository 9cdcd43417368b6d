import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { extract } from "../../src/app/extract";
import { validate } from "../../src/app/validate";
import { never, realHost } from "../support/pipelines";
import { denoNotebook, makeWorkspace, removeWorkspace } from "../support/workspace";

let workspace = "";
afterEach(() => removeWorkspace(workspace));

const NOTEBOOK = "work/study.ipynb";

function start(files: Readonly<Record<string, string>>, ...cells: readonly string[]): void {
  workspace = makeWorkspace({ [NOTEBOOK]: denoNotebook(...cells), ...files });
}

const run = () => extract({ workspace, notebook: NOTEBOOK }, realHost(), never);
const judged = () => validate({ workspace, pipeline: "study" }, realHost(), never);
const path = (name: string) => join(workspace, "pipelines/study", name);
const read = (name: string) => readFileSync(path(name), "utf8");
const failed = (gates: readonly { readonly id: string; readonly status: string }[]) =>
  gates.filter(({ status }) => status === "failed").map(({ id }) => id);

describe("a notebook that imports files", () => {
  const FILES = {
    "work/clean.ts":
      'import { low } from "../shared/limits.ts";\nexport const clean = (rows: number[]) => rows.filter((row) => row > low);\n',
    "shared/limits.ts": "export const low = 1;\n",
    "work/chart.ts": "export const chart = (rows: number[]) => rows.length;\n",
  };
  const CELLS = [
    'import { clean } from "./clean.ts";\nimport { chart } from "./chart.ts";',
    "const depths = clean([0, 4, 6]);\nchart(depths);",
    "const model = { level: depths.reduce((a, b) => a + b, 0) / depths.length };\nconst rmse = Math.hypot(...depths.map((d) => d - model.level));",
  ];

  test("runs in Deno as its module does, each with its own files", async () => {
    start(FILES, ...CELLS);
    const { written } = await run();
    expect(written).toEqual(expect.arrayContaining(["pipeline.ts", "work/clean.ts", "shared/limits.ts"]));
    expect(written).not.toContain("work/chart.ts");
    const { gates } = await judged();
    expect(failed(gates)).toEqual([]);
  });

  test("is stale where one of them changed", async () => {
    start(FILES, ...CELLS);
    await run();
    writeFileSync(join(workspace, "shared/limits.ts"), "export const low = 5;\n");
    await expect(judged()).rejects.toMatchObject({
      code: "PIPELINE_STALE",
      message: "shared/limits.ts changed after study was extracted from work/study.ipynb.",
    });
  });
});

describe("edits by hand of a TypeScript pipeline", () => {
  const cells = (limit: number) => [
    `const limit = ${limit};\nconst depths = [3, 4, 8];`,
    "const model = { level: depths.filter((d) => d > limit).length };\nconst rmse = model.level / depths.length;",
  ];
  const change = (limit: number) => writeFileSync(join(workspace, NOTEBOOK), denoNotebook(...cells(limit)));

  test("meet what a changed notebook gives", async () => {
    start({}, ...cells(3));
    await run();
    writeFileSync(path("pipeline.ts"), `${read("pipeline.ts")}// by hand\n`);
    change(4);
    const { merged, extraction } = await run();
    expect(merged).toEqual([{ path: "pipelines/study/pipeline.ts", conflicts: [] }]);
    expect(extraction.diagnostics).toMatchObject([{ code: "edits.merged", file: "pipelines/study/pipeline.ts" }]);
    expect(read("pipeline.ts")).toBe(`${extraction.module.text}// by hand\n`);
    expect(read("pipeline.ts")).toContain("limit: 4,");
    expect((await run()).written).toEqual([]);
  });

  test("conflict where both changed a line, and have to be resolved", async () => {
    start({}, ...cells(3));
    await run();
    writeFileSync(path("pipeline.ts"), read("pipeline.ts").replace("limit: 3,", "limit: 30,"));
    change(4);
    const { merged } = await run();
    const line = read("pipeline.ts").split("\n").indexOf("<<<<<<< edited by hand") + 1;
    expect(merged).toEqual([{ path: "pipelines/study/pipeline.ts", conflicts: [{ line }] }]);
    expect(read("pipeline.ts")).toMatch(/<{7} .*\n.*: 30,\n={7}\n.*: 4,\n>{7} notebook\n/);
    await expect(judged()).rejects.toMatchObject({ code: "EXTRACT_CONFLICT" });
  });
});
