import { describe, expect, test } from "vitest";
import { SlipwayError } from "../../../src/core/errors";
import type { Extraction } from "../../../src/core/pipeline";
import { extractTypeScript } from "../../../src/core/typescript/extract";
import type { FindFile } from "../../../src/core/typescript/localFiles";
import { typescriptNotebook } from "../../support/typescriptNotebook";

type Files = Readonly<Record<string, string>>;

const CLEAN = "export const clean = (rows: number[]) => rows.filter((row) => row > 0);\n";
const SAVE = 'await Deno.writeTextFile("out.json", JSON.stringify({ total }));';
const TOTAL = `const total = clean([1, -2, 3]).length;\n${SAVE}`;

const found = (files: Files): FindFile => {
  const texts = new Map(Object.entries(files));
  return (path) => {
    const text = texts.get(path);
    return Promise.resolve(text === undefined ? undefined : { kind: "module", path, text });
  };
};

function extract(files: Files, ...cells: readonly string[]): Promise<Extraction> {
  const notebook = { ...typescriptNotebook(...cells), path: "work/study.ipynb" };
  return extractTypeScript(notebook, { pipeline: "study" }, found(files));
}

async function refusal(files: Files, ...cells: readonly string[]): Promise<SlipwayError> {
  const error: unknown = await extract(files, ...cells).catch((thrown: unknown) => thrown);
  if (error instanceof SlipwayError) return error;
  throw new Error("it was not refused");
}

describe("a file beside the notebook", () => {
  test("goes with the pipeline as it is, is said, and gives its types", async () => {
    const { module, companions, modules, program, diagnostics, targets } = await extract(
      { "work/clean.ts": CLEAN },
      `import { clean } from "./clean.ts";`,
      `const total = clean([1, -2, 3]);\n${SAVE}`,
    );
    expect(module.text).toContain('import { clean } from "./clean.ts";');
    expect(companions).toContainEqual({ path: "clean.ts", text: CLEAN });
    expect(companions[0]?.text).toContain('"strict": true');
    expect(modules).toEqual({ "clean.ts": "work/clean.ts" });
    expect(program.modules).toEqual([{ path: "clean.ts", text: CLEAN, source: "work/clean.ts" }]);
    expect(targets).toMatchObject([{ name: "total", type: "number[]" }]);
    expect(diagnostics.map(({ code, cell, line, message }) => [code, cell, line, message])).toEqual([
      ["notebook.local-module", 1, 1, "work/clean.ts goes with the pipeline."],
    ]);
  });

  test("brings what it imports: other files, data in JSON, packages", async () => {
    const { modules, imports } = await extract(
      {
        "work/lib/clean.ts": `import { low } from "./limits.ts";\nimport units from "../units.json" with { type: "json" };\nimport { sum } from "npm:sums@2";\n${CLEAN}export { low, sum, units };\n`,
        "work/lib/limits.ts": 'export const low = 1;\nexport { mean } from "jsr:@std/means";\n',
        "work/units.json": '{ "depth": "m" }\n',
      },
      'import { clean } from "./lib/clean.ts";\nimport { plot } from "npm:plots";',
      TOTAL,
    );
    expect(Object.keys(modules ?? {})).toEqual(["lib/clean.ts", "lib/limits.ts", "units.json"]);
    expect(imports).toEqual({ module: ["jsr:@std/means", "npm:sums@2"], notebook: ["npm:plots"] });
  });

  test("in another folder is imported from where it lies in the pipeline's", async () => {
    const { module, modules, program } = await extract(
      { "shared/clean.ts": CLEAN, "work/names.ts": "export const name = 'tug';\n" },
      'const { clean } = await import("../shared/clean.ts");\nimport { name } from "./names.ts";',
      TOTAL,
    );
    expect(module.text).toContain('await import("./shared/clean.ts")');
    expect(modules).toEqual({ "shared/clean.ts": "shared/clean.ts" });
    expect(program.folder).toBe("work");
    expect(program.modules?.map(({ path }) => path)).toEqual(["shared/clean.ts", "work/names.ts"]);
    expect(program.cells[0]?.source).toContain('import("../shared/clean.ts")');
  });

  test("stays with the notebook's run where only what is left out imports it", async () => {
    const { companions, modules, program } = await extract(
      { "work/chart.ts": "export const chart = (rows: number[]) => rows.length;\n" },
      'import { chart } from "./chart.ts";\nconst shown = chart([1]);',
      `const total = 1 + [2].length;\n${SAVE}`,
    );
    expect([companions.length, modules]).toEqual([2, undefined]);
    expect(program.modules).toHaveLength(1);
  });

  test("is followed: what its functions do to their arguments and to the file's own variables", async () => {
    const files = {
      "work/log.ts":
        "const seen: number[] = [];\nfunction keep(row: number) {\n  seen.push(row);\n}\nexport function note(row: number) {\n  keep(row);\n}\nexport function count() {\n  return seen.length;\n}\nexport function tidy(rows: number[]) {\n  rows.sort();\n}\nexport function look(rows: number[]) {\n  return rows.length;\n}\n",
    };
    const { module } = await extract(
      files,
      'import * as log from "./log.ts";\nimport { look, tidy } from "./log.ts";',
      "const rows = [3, 1, 2];\ntidy(rows);\nlook(rows);\nlog.note(rows[0]);\nlog.look(rows);",
      `const total = rows[0] + log.count();\n${SAVE}`,
    );
    expect(module.text).toContain("tidy(rows)");
    expect(module.text).toContain("log.note(rows[0])");
    expect(module.text).not.toContain("look(rows)");
  });

  test("that reads or writes when it is imported is warned of", async () => {
    const files = {
      "work/clean.ts": `${CLEAN}if (import.meta.main) await Deno.readTextFile("a.csv");\nexport const load = () => Deno.readTextFile("b.csv");\nexport const text = await Deno.readTextFile("c.csv");\n`,
    };
    const { diagnostics } = await extract(files, 'import { clean } from "./clean.ts";', TOTAL);
    expect(diagnostics.find(({ code }) => code === "notebook.local-work")?.message).toBe(
      "Line 4 of work/clean.ts reads a file as soon as it is imported, and so does the pipeline.",
    );
  });

  test("is found without its ending by Node's kernels", async () => {
    const notebook = { ...typescriptNotebook("import { clean } from './clean';", TOTAL), kernel: "tslab" };
    const options = { pipeline: "study" };
    const { module, program } = await extractTypeScript(notebook, options, found({ "clean.ts": CLEAN }));
    expect(module.text).toContain('import { clean } from "./clean.ts";');
    expect(program.cells[0]?.source).toBe('import { clean } from "./clean.ts";');
  });
});

describe("a file that cannot go with the pipeline", () => {
  const IMPORT = "const depth = 3;\nimport { clean } from ";

  test.each([
    ['"./clean.ts"', {}, "there is no file work/clean.ts"],
    ['"./lib.js"', { "work/lib.js": "exports.clean = (rows) => rows;\n" }, "is a CommonJS module"],
    ['"./clean.ts"', { "work/clean.ts": "export const clean = (;\n" }, "line 1 of work/clean.ts is not TypeScript"],
    ['"./pipeline.ts"', { "work/pipeline.ts": CLEAN }, "has the name of a file that the pipeline has itself"],
    ['"../pipeline.ts"', { "pipeline.ts": CLEAN }, "has the name of a file that the pipeline has itself"],
    ['"/srv/clean.ts"', {}, "it is named by its place on this machine"],
    ['"./clean.ts"', { "work/clean.ts": 'export * from "./other.ts";\n' }, "there is no file work/other.ts"],
    ['"./clean"', { "work/clean.ts": CLEAN }, "Deno finds no file without its ending"],
  ])("is an error at the line that imports it: %s", async (name, files, why) => {
    const error = await refusal(files, "const a = 1;", `${IMPORT}${name};`, TOTAL);
    expect(error.code).toBe("LOCAL_MODULE");
    expect(error.message).toContain(why);
    expect(error.place).toEqual({ file: "work/study.ipynb", cell: 2, line: 2 });
  });

  test("is only said where nothing that is kept needs it", async () => {
    const { diagnostics } = await extract(
      {},
      'import { chart } from "./chart.ts";\nchart(1);',
      `const total = [2].length;\n${SAVE}`,
    );
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      [
        "notebook.local-module",
        "work/chart.ts is left out, and the notebook cannot be run without it: there is no file work/chart.ts.",
      ],
    ]);
  });
});
