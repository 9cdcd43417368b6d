import { describe, expect, test } from "vitest";
import type { Extraction } from "../../../src/core/pipeline";
import { extractTypeScript } from "../../../src/core/typescript/extract";
import { runnerProgram } from "../../../src/core/validate/program";
import { runModule, typescriptNotebook } from "../../support/typescriptNotebook";

const SAVE = 'await Deno.writeTextFile("out.json", JSON.stringify({ size }));';

/** Extracts a notebook that reads by `lines` into `text`. */
function reading(...lines: readonly string[]): Promise<Extraction> {
  const cells = [lines.join("\n"), `const size = text.length;\n${SAVE}`];
  return extractTypeScript(typescriptNotebook(...cells), { pipeline: "harbour" });
}

const paths = ({ references }: Extraction) => references.map(({ name, kind, path }) => [name, kind, path]);

describe("a path that is put together from constants", () => {
  test.each([
    [
      "a template",
      ["const year = 2023;", "const text = await Deno.readTextFile(`gauge-${year}.csv`);"],
      "gauge-2023.csv",
    ],
    ["a sum", ['const dir = "data";', 'const text = await Deno.readTextFile(dir + "/" + "x.csv");'], "data/x.csv"],
    [
      "a variable that is made of another",
      ['const dir = "data";', "const file = `${dir}/x.csv`;", "const text = await Deno.readTextFile(file);"],
      "data/x.csv",
    ],
    [
      "join",
      [
        'import { join } from "jsr:@std/path@1";',
        'const text = Deno.readTextFileSync(join(Deno.cwd(), "..", "x.csv"));',
      ],
      "../x.csv",
    ],
    [
      "a module's join",
      ['import * as path from "node:path";', 'const text = Deno.readTextFileSync(path.posix.join("data", "x.csv"));'],
      "data/x.csv",
    ],
    ["a URL", ['const text = await Deno.readTextFile(new URL("./x.csv", import.meta.url));'], "x.csv"],
    [
      "a constant object",
      ['const config = { dir: "data" };', "const text = await Deno.readTextFile(`${config.dir}/x.csv`);"],
      "data/x.csv",
    ],
    [
      "a function's own constant",
      [
        'function load() {\n  const name = "x";\n  return Deno.readTextFileSync(`${name}.csv`);\n}',
        "const text = load();",
      ],
      "x.csv",
    ],
    [
      "what a function is given",
      [
        "const read = (dir: string, name: string) => Deno.readTextFile(name);",
        'const text = await read("", "x" + ".csv");',
      ],
      "x.csv",
    ],
    [
      "the value of its time",
      ['let file = "old.csv";', 'file = "new.csv";', "const text = await Deno.readTextFile(file);"],
      "new.csv",
    ],
  ])("%s is a field of Data", async (_, lines, path) => {
    const extraction = await reading(...lines);
    expect(extraction.references.map((one) => one.path)).toEqual([path]);
    expect(extraction.diagnostics).toEqual([]);
    expect(extraction.module.text).toContain(
      `${extraction.references[0]?.name}: "${extraction.references[0]?.place}",`,
    );
    expect(extraction.params).toEqual([]);
  });

  test("and the name of a setting are no word of the language", async () => {
    const { references, params } = await reading(
      "const NEW = 3;",
      'const text = (await Deno.readTextFile("class.csv")).slice(NEW);',
    );
    expect([references[0]?.name, params[0]?.name]).toEqual(["classPath", "NEW"]);
  });

  test("is read by the module at the place of the snapshot, and by the notebook too", async () => {
    const extraction = await reading(
      'const year = 2023;\nconst dir = "../archive";',
      "const text = Deno.readTextFileSync(`${dir}/gauge-${year}.csv`);",
    );
    const deno = { args: [], readTextFileSync: (path: string) => `read ${path}` };
    expect(await runModule(extraction, deno)).toEqual({ size: "read archive/gauge-2023.csv".length });
    const source = runnerProgram(extraction).cells.map((cell) => cell.source);
    expect(source[0]).toContain('Deno.readTextFileSync("archive/gauge-2023.csv")');
  });

  test("keeps what something else needs of its parts", async () => {
    const { params } = await reading(
      "const year = 2023;",
      "const text = (await Deno.readTextFile(`gauge-${year}.csv`)) + year;",
    );
    expect(params.map(({ name }) => name)).toEqual(["year"]);
  });

  test.each([
    ["of a loop", "let text = '';\nfor (const n of [1, 2]) text += await Deno.readTextFile(`${n}.csv`);"],
    [
      "that is assigned in a branch",
      'let file = "a.csv";\nif (Deno.args.length > 0) file = "b.csv";\nconst text = await Deno.readTextFile(file);',
    ],
    [
      "of a function that is handed on",
      'const read = (name: string) => Deno.readTextFileSync(name);\nconst text = ["a.csv"].map(read).join();',
    ],
    ["of the environment", 'const text = await Deno.readTextFile(Deno.env.get("FILE") ?? "");'],
  ])("is said where it cannot be worked out: one %s", async (_, lines) => {
    const { references, diagnostics } = await reading(lines);
    expect([references, diagnostics.map(({ code }) => code)]).toEqual([[], ["data.unresolved"]]);
  });

  test("is none where what was read is read on", async () => {
    const { references, diagnostics } = await reading(
      'import { readCSV } from "npm:tables@1";\nconst answer = await fetch("https://example.org/x.csv");',
      "const body = await answer.text();\nconst text = [readCSV(body), readCSV(await answer.text())].join();",
    );
    expect([references.map(({ path }) => path), diagnostics]).toEqual([["https://example.org/x.csv"], []]);
  });

  test("of an address is fetched from the snapshot, in the module and in the notebook", async () => {
    const extraction = await reading(
      'const base = "https://example.org/gauges";\nconst url = `${base}/x.csv`;',
      "const text = await (await fetch(url)).text();",
    );
    expect(paths(extraction)).toEqual([["x", "url", "https://example.org/gauges/x.csv"]]);
    expect(extraction.module.text).toContain("fetch(new URL(x, `file://${Deno.cwd()}/`))");
    expect(runnerProgram(extraction).cells[0]?.source).toContain(
      'fetch(new URL("example.org/gauges/x.csv", `file://${Deno.cwd()}/`).href)',
    );
  });
});

describe("a file that the notebook writes and then reads", () => {
  const CELLS = [
    "const rows = [3, 1, 2];\nrows.sort();",
    'await Deno.writeTextFile("rows.json", JSON.stringify(rows));\nawait Deno.writeTextFile("other.json", "[]");',
    'const again: number[] = JSON.parse(await Deno.readTextFile("./rows.json"));\nconst low = again[0];',
    'await Deno.writeTextFile("out.json", JSON.stringify({ low }));',
  ];

  test("is no data from outside, and what writes it is kept", async () => {
    const extraction = await extractTypeScript(typescriptNotebook(...CELLS), { pipeline: "harbour", explain: true });
    expect([extraction.references, extraction.diagnostics]).toEqual([[], []]);
    expect(extraction.targets.map(({ name }) => name)).toEqual(["low"]);
    expect(extraction.module.text).not.toContain("other.json");
    expect(extraction.companions[0]?.text).toContain("deno run --allow-read --allow-write pipeline.ts");
    expect(extraction.explained?.find(({ cell }) => cell === 2)).toMatchObject({
      kept: true,
      chain: [
        { cell: 3, line: 1, needs: ["the file rows.json"] },
        { cell: 3, line: 2, needs: ["again"] },
      ],
      target: "low",
    });
    const files = new Map<string, string>();
    const deno = {
      args: [],
      writeTextFile: (path: string, text: string) => Promise.resolve(files.set(path, text)),
      readTextFile: (path: string) => Promise.resolve(files.get(path.replace("./", ""))),
    };
    expect(await runModule(extraction, deno)).toEqual({ low: 1 });
  });

  test("in functions is followed through their calls", async () => {
    const extraction = await extractTypeScript(
      typescriptNotebook(
        'const CACHE = "rows.json";\nfunction store(rows: number[]) {\n  Deno.writeTextFileSync(CACHE, JSON.stringify(rows));\n}',
        "function load(): number[] {\n  return JSON.parse(Deno.readTextFileSync(CACHE));\n}",
        "store([4, 5]);\nconst size = load().length;",
        SAVE,
      ),
      { pipeline: "harbour" },
    );
    expect(extraction.references).toEqual([]);
    expect(extraction.module.text).toMatch(/store\([^)]*\[4, 5\]\)/);
  });

  test("before it is written is data from outside", async () => {
    const { references } = await reading(
      'const text = await Deno.readTextFile("log.txt");\nawait Deno.writeTextFile("log.txt", text + "!");',
    );
    expect(references.map(({ path }) => path)).toEqual(["log.txt"]);
  });
});
