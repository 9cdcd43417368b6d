import { describe, expect, test } from "vitest";
import { SlipwayError } from "../../../src/core/errors";
import type { Extraction } from "../../../src/core/pipeline";
import { extractTypeScript } from "../../../src/core/typescript/extract";
import { runModule, runProgram, typescriptNotebook, type CellDraft } from "../../support/typescriptNotebook";

const save = (names: string) => `await Deno.writeTextFile("out.json", JSON.stringify({ ${names} }));`;

async function extract(...cells: readonly CellDraft[]): Promise<Extraction> {
  return extractTypeScript(typescriptNotebook(...cells), { pipeline: "harbour" });
}

/** Extracts, runs the notebook and the module, and expects the same of both. */
async function same(names: readonly string[], ...cells: readonly string[]): Promise<Extraction> {
  const extraction = await extract(...cells, save(names.join(", ")));
  expect(await runModule(extraction)).toEqual(await runProgram(extraction, names));
  return extraction;
}

const droppedTexts = ({ dropped }: Extraction) => dropped.map(({ text }) => text.split("\n")[0]);

describe("what is kept", () => {
  test("leaves out what nothing depends on, and says why", async () => {
    const { module, dropped } = await same(
      ["total"],
      "const boats = [3, 5, 8];\nconsole.log(boats);",
      "const chart = boats.map((n) => n * 2);\nchart",
      "const total = boats.reduce((a, b) => a + b, 0);",
    );
    expect(module.text).not.toContain("chart");
    expect(dropped.map(({ cell, line, reason }) => [cell, line, reason])).toEqual([
      [1, 2, "it only shows something"],
      [2, 1, "no target depends on chart"],
      [2, 2, "it only shows something"],
      [4, 1, "it writes a file; what it writes is in the result"],
    ]);
  });

  test("keeps changes in place: push, sort, properties, elements, delete", async () => {
    await same(
      ["log"],
      "const log: number[] = [];\nlog.push(3, 1, 2);",
      "log.sort();\nlog[0] = 9;",
      "const other: number[] = [];\nother.push(1);",
      "const notes: Record<string, number> = { a: 1 };\nnotes.b = 2;\ndelete notes.a;\nlog.push(...Object.keys(notes).map((key) => key.length));",
    );
  });

  test("sees a change through another variable, a loop variable and a part", async () => {
    const { module } = await same(
      ["train", "berths"],
      "const train = [{ depth: 1 }, { depth: 2 }];\nconst test = [{ depth: 3 }];",
      "for (const rows of [train, test]) for (const row of rows) row.depth *= 10;",
      "const alias = train;\nalias.push({ depth: 7 });",
      "const berths = { north: [1], south: [2] };\nconst { north } = berths;\nnorth.push(5);",
    );
    expect(module.text).toContain("alias.push");
    expect(module.text).toContain("north.push(5)");
  });

  test("does not take a copy's change for the original's", async () => {
    const extraction = await same(
      ["first"],
      "const ships = [4, 2, 7];",
      "const sorted = ships.slice();\nsorted.sort();",
      "const first = ships[0];",
    );
    expect(droppedTexts(extraction)).toContain("sorted.sort();");
  });

  test("sees what functions do to variables and to their parameters", async () => {
    const extraction = await same(
      ["counts", "calls"],
      "let calls = 0;\nconst counts = new Map<string, number>();",
      "function count(into: Map<string, number>, key: string) {\n  calls += 1;\n  into.set(key, (into.get(key) ?? 0) + 1);\n}",
      'count(counts, "tug");\ncount(counts, "tug");',
      "const unused = new Map<string, number>();",
    );
    expect(extraction.module.text).not.toContain("unused");
  });

  test("keeps the declaration of a variable that is assigned later, in branches and loops", async () => {
    await same(
      ["label", "sum"],
      'let label = "none";\nlet sum = 0;',
      'for (let i = 0; i < 4; i++) {\n  sum += i;\n}\nif (sum > 5) label = "many";\nelse if (sum > 100) label = "too many";',
      "let spare = 1;\nwhile (spare < 10) spare *= 2;",
    );
  });

  test("follows destructuring with defaults, rest and nested patterns", async () => {
    await same(
      ["rest", "deep", "second"],
      "const record = { a: 1, b: { c: [10, 20, 30] }, d: 4 };",
      "const { a, b: { c: [, deep] }, ...rest } = record;\nconst [, second = 5] = [a];",
      "let x = 1;\nlet y = 2;\n[x, y] = [y, x];",
    );
  });

  test("awaits in steps, and runs what is not awaited as it stands", async () => {
    const { module } = await same(
      ["depths"],
      "const wait = (n: number) => new Promise<number>((resolve) => setTimeout(() => resolve(n), 1));",
      "const depths: number[] = [];\nfor (const n of [1, 2, 3]) depths.push(await wait(n));",
    );
    expect(module.text).toMatch(/export async function \w+\(/);
  });

  test("gives a name that is declared twice the value of its time", async () => {
    const { module } = await same(
      ["low", "high"],
      "const depth = [1, 5, 3];\nconst low = Math.min(...depth);",
      "const depth = [10, 50, 30];\nconst high = Math.max(...depth);",
    );
    expect(module.text).toContain("depth1");
  });

  test("keeps both functions of one name, each where it was the one", async () => {
    const { module } = await same(
      ["small", "large"],
      "function area(n: number) {\n  return n * 2;\n}\nconst small = area([1].length);",
      "function area(n: number) {\n  return n * 3;\n}\nconst large = area([1].length);",
    );
    expect(module.text).toContain("function area1(");
  });

  test("lets a function that is called twice see what its variable holds each time", async () => {
    await same(
      ["before", "after"],
      "const depth = 3;\nfunction twice() {\n  return depth * 2;\n}\nconst before = twice();",
      "const depth = [4].length;\nconst after = twice();",
    );
  });
});

describe("functions that read the notebook's variables", () => {
  test("get them as parameters, also where they are handed on", async () => {
    const { module } = await same(
      ["scaled", "one"],
      "const base = [1, 2].map((n) => n * 10);",
      "function scale(n: number) {\n  return n * base[1];\n}\nconst twice = (n: number) => scale(n) * 2;",
      "const scaled = [1, 2, 3].map(twice);\nconst one = scale(1);",
    );
    expect(module.text).toContain("function scale(base: number[], n: number)");
    expect(module.text).toContain("scale(base, n) * 2");
    expect(module.text).toContain(".map((n: number) => twice(base, n))");
  });

  test("read constants of the module", async () => {
    const { module, params } = await same(
      ["knots"],
      "const KNOT = 1.852;\nconst toKnots = (speed: number) => speed / KNOT;",
      "const limit = 20;\nconst knots = toKnots(limit);",
    );
    expect(module.text).toMatch(/^const KNOT = 1.852;$/m);
    expect(params.map(({ name }) => name)).toEqual(["limit"]);
  });

  test("stay beside the variable that they assign to", async () => {
    await same(
      ["total"],
      "let total = 0;\nconst add = (n: number) => {\n  total += n;\n};",
      "# Load",
      "const cargo = { weight: [1].length };\nadd(cargo.weight);",
      "# Unload",
      "add(5);",
    );
  });
});

describe("settings and data", () => {
  test("literals become parameters with their defaults, options and buried numbers too", async () => {
    const { params, module } = await same(
      ["fitted"],
      'const testShare = 0.25;\nconst NAME = "pier";\nconst verbose = false;',
      "function fit(rows: number[], ridge: number, { rounds }: { rounds: number }) {\n  return rows.map((n) => n * ridge * rounds);\n}",
      "const fitted = fit([testShare, NAME.length, Number(verbose)], 1e-3, { rounds: 20 });",
    );
    expect(params.map(({ name, type, default: value, cell, line }) => [name, type, value, cell, line])).toEqual([
      ["testShare", "number", "0.25", 1, 1],
      ["name", "string", '"pier"', 1, 2],
      ["verbose", "boolean", "false", 1, 3],
      ["ridge", "number", "1e-3", 3, 1],
      ["rounds", "number", "20", 3, 1],
    ]);
    expect(module.text).toContain("ridge, { rounds: rounds }");
  });

  test("a variable that is assigned again is no setting", async () => {
    const { params } = await same(["n"], "let n = 1;", "n = n + 1;");
    expect(params).toEqual([]);
  });

  test("paths become fields of Data, written in place or held by a variable", async () => {
    const extraction = await extract(
      'const path = "../data/tide gauge.csv";\nconst gauge = await Deno.readTextFile(path);',
      'const winds = JSON.parse(await Deno.readTextFile("./winds.json"));',
      'async function port() {\n  return await Deno.readTextFile("port.txt");\n}\nconst name = await port();',
      save("gauge, winds, name"),
    );
    expect(extraction.references.map(({ name, path, place, cell, line }) => [name, path, place, cell, line])).toEqual([
      ["path", "../data/tide gauge.csv", "data/tide gauge.csv", 1, 1],
      ["windsPath", "./winds.json", "winds.json", 2, 1],
      ["portPath", "port.txt", "port.txt", 3, 2],
    ]);
    const read = { readTextFile: async (path: string) => JSON.stringify(path), args: [] };
    expect(await runModule(extraction, read)).toEqual({
      gauge: '"data/tide gauge.csv"',
      winds: "winds.json",
      name: '"port.txt"',
    });
    expect(extraction.params).toEqual([]);
  });

  test("a path that is read twice is one field", async () => {
    const extraction = await extract(
      'const one = await Deno.readTextFile("a.csv");\nconst two = await Deno.readTextFile("a.csv");',
      save("one, two"),
    );
    expect(extraction.references.map(({ name, line }) => [name, line])).toEqual([
      ["a", 1],
      ["a", 2],
    ]);
    expect(extraction.module.text.match(/readonly a: string/g)).toHaveLength(1);
  });

  test("the literal of a path is found in the cell by its offsets", async () => {
    const source = 'const text = await Deno.readTextFile("gauge.csv");';
    const { references } = await extract(source, save("text"));
    const { start = 0, end = 0 } = references[0]?.literal ?? {};
    expect(source.slice(start, end)).toBe('"gauge.csv"');
  });

  test("a cell tagged parameters gives parameters, however they are written", async () => {
    const { params } = await extract(
      { source: "const RATE = 0.1;", tags: ["parameters"] },
      "const pay = (n: number) => n * RATE;\nconst fee = pay([1, 2].length);",
      save("fee"),
    );
    expect(params).toMatchObject([{ name: "rate", default: "0.1" }]);
  });
});

describe("steps and types", () => {
  test("are named by their role and stand in the order of a pipeline", async () => {
    const { steps, module, targets } = await extract(
      'const text = await Deno.readTextFile("rows.json");',
      "const rows: number[] = JSON.parse(text);\nconst centred = rows.map((n) => n - 1);",
      "const trainRows = centred.slice(0, 5);\nconst testRows = centred.slice(5);",
      "const fitMean = (values: number[]) => ({ mean: values.reduce((a, b) => a + b, 0) / values.length });\nconst model = fitMean(trainRows);",
      "const mae = testRows.reduce((sum, n) => sum + Math.abs(n - model.mean), 0) / testRows.length;",
    );
    expect(steps.map(({ name, cells, inputs, outputs }) => [name, cells, inputs, outputs])).toEqual([
      ["load", [1], ["rowsPath"], ["text"]],
      ["prepare", [2], ["text"], ["centred"]],
      ["split", [3], ["centred"], ["trainRows", "testRows"]],
      ["train", [4], ["trainRows"], ["model"]],
      ["evaluate", [5], ["testRows", "model"], ["mae"]],
    ]);
    expect(targets.map(({ name, kind, type }) => [name, kind, type])).toEqual([
      ["model", "model", "Model"],
      ["mae", "metric", "number"],
    ]);
    expect(module.text).toContain("export interface Model {\n  mean: number;\n}");
    expect(module.text).toContain("} // cell 5");
  });

  test("are named by the heading where there is no model", async () => {
    const { steps } = await extract(
      "# Gather",
      "const a = [1, 2].map(Number);",
      "## Add up",
      "const sum = a[0] + a[1];",
      save("sum"),
    );
    expect(steps.map(({ name }) => name)).toEqual(["gather", "addUp"]);
  });

  test("obey the comments that steer, which are not copied", async () => {
    const extraction = await extract(
      "// slipway: step=gather\nconst a = [1, 2].map(Number);",
      "// slipway: skip\nconst a = oops(;",
      "// slipway: keep\nconst kept = [3].map(Number);",
      "const sum = a[0];",
      save("sum"),
    );
    expect(extraction.steps[0]?.name).toBe("gather");
    expect(extraction.module.text).toContain("const kept");
    expect(extraction.module.text).not.toContain("slipway:");
    expect(extraction.diagnostics).toEqual([]);
  });

  test("keep comments, and every line knows its cell", async () => {
    const { module, map } = await extract(
      "// metres\nconst depth = [3, 4].map(Number); // at low water\n\n// the deepest\nconst deepest = Math.max(...depth);",
      save("deepest"),
    );
    const lines = module.text.split("\n");
    const origin = (text: string) => map.find(({ line }) => lines[line - 1]?.includes(text));
    expect(origin("// metres")).toMatchObject({ cell: 1, cellLine: 1 });
    expect(origin("at low water")).toMatchObject({ cell: 1, cellLine: 2 });
    expect(origin("// the deepest")).toMatchObject({ cell: 1, cellLine: 4 });
    expect(origin("const deepest")).toMatchObject({ cell: 1, cellLine: 5 });
  });

  test("import what they use, once, and name the packages of the rest", async () => {
    const { module, imports } = await extract(
      'import { mean } from "npm:stats-lite@2";\nimport * as plot from "npm:@observablehq/plot";',
      'import { mean } from "npm:stats-lite@2";\nconst model = { mean: mean([1, 2]) };\nplot.show(model);',
      save("model"),
    );
    expect(module.text.match(/npm:stats-lite@2/g)).toHaveLength(1);
    expect(imports).toEqual({ module: ["npm:stats-lite@2"], notebook: ["npm:@observablehq/plot"] });
  });

  test("a metric that is only printed gets a name", async () => {
    const extraction = await extract(
      "const rmse = (errors: number[]) => Math.sqrt(errors.reduce((a, b) => a + b * b, 0) / errors.length);",
      'const errors = [1, 2].map(Number);\nconsole.log("RMSE", rmse(errors).toFixed(2));',
    );
    expect(extraction.targets).toMatchObject([
      { name: "rmse", kind: "metric", type: "number", expression: "rmse(errors)" },
    ]);
    expect(await runModule(extraction)).toEqual({ rmse: Math.sqrt(2.5) });
  });
});

describe("notebooks that cannot be extracted", () => {
  const failure = async (...cells: readonly CellDraft[]): Promise<SlipwayError> => {
    const error: unknown = await extract(...cells).catch((reason: unknown) => reason);
    if (error instanceof SlipwayError) return error;
    throw new Error(`no SlipwayError: ${String(error)}`);
  };

  test("nothing to ship: says what was looked for and offers --model", async () => {
    const error = await failure('const greet = () => console.log("ahoy");\ngreet();');
    expect(error).toMatchObject({ kind: "input", code: "EXTRACT_NO_TARGET" });
    expect(error.message).toContain("no fitted model, no metric, no value that is written to a file");
    expect(error.hint).toContain("--model");
  });

  const MODELS = "const fit = (n: number) => ({ n });\nconst north = fit([1].length);\nconst south = fit([2].length);";

  test("models that are equally good: ship names all with their cells, extract takes the last", async () => {
    const error = await failure(MODELS);
    expect(error).toMatchObject({ code: "EXTRACT_AMBIGUOUS", hint: "Say which one to ship: --model south" });
    expect(error.message).toContain("2 models that are fitted last, in one cell: north (cell 1) and south (cell 1)");
    const ranked = { pipeline: "harbour", ranked: true };
    const { chosen, diagnostics, targets } = await extractTypeScript(typescriptNotebook(MODELS), ranked);
    expect([chosen, targets.map(({ name }) => name)]).toEqual(["south", ["south"]]);
    expect(diagnostics).toMatchObject([
      { code: "notebook.several-models", cell: 1, line: 3, hint: "To take another one: --model north" },
    ]);
  });

  test("of models in two cells the one that is measured, and else fitted, last is taken", async () => {
    const [north, south] = [
      "const fit = (n: number) => ({ n });\nconst north = fit([1].length);",
      "const south = fit([2].length);",
    ];
    const modelOf = async (...cells: readonly string[]) => (await extract(...cells)).targets[0]?.name;
    expect(await modelOf(north, south)).toBe("south");
    expect(await modelOf(north, south, "const rmse = north.n * 2;")).toBe("north");
    expect(await modelOf(north, south, "const rmse = south.n * 2;", "const mae = north.n * 2;")).toBe("north");
  });

  test("--model chooses between them, and refuses what is not there", async () => {
    const notebook = typescriptNotebook(
      "const fit = (n: number) => ({ n });\nconst north = fit([1].length);\nconst south = fit([2].length);",
    );
    const { targets } = await extractTypeScript(notebook, { pipeline: "harbour", model: "south" });
    expect(targets.map(({ name }) => name)).toEqual(["south"]);
    await expect(extractTypeScript(notebook, { pipeline: "harbour", model: "west" })).rejects.toMatchObject({
      code: "EXTRACT_NO_MODEL",
      hint: "It fits: north, south.",
    });
  });

  test("a broken cell is fatal only where it is needed", async () => {
    const error = await failure("const depth = [1, 2;\nconst width = 3;", "const model = { depth };", save("model"));
    expect(error).toMatchObject({ code: "EXTRACT_SYNTAX", place: { file: "harbour.ipynb", cell: 1, line: 1 } });
    const { diagnostics, program } = await extract(
      "const chart = plot(;",
      "const model = { depth: 1 };",
      save("model"),
    );
    expect(diagnostics).toMatchObject([{ code: "notebook.syntax", severity: "warning", cell: 1, line: 1 }]);
    expect(program.cells.map(({ cell }) => cell)).toEqual([2, 3]);
  });

  test("a capture that is hidden where it is needed is refused, with its line", async () => {
    const error = await failure(
      "const base = [2].map(Number);\nconst scale = (n: number) => n * base[0];",
      "const model = [1, 2].map((base) =>\n  scale(base));",
    );
    expect(error).toMatchObject({ code: "EXTRACT_SHADOWED", place: { cell: 2, line: 2 } });
  });

  test("a type that is called like a part of every pipeline is refused, a function is called otherwise", async () => {
    const error = await failure("interface Data {\n  depth: number;\n}\nconst model: Data = { depth: [1].length };");
    expect(error).toMatchObject({ code: "EXTRACT_RESERVED", place: { cell: 1, line: 1 } });
    const { module } = await same(
      ["data"],
      "const options = [1, 2];\nconst run = (n: number) => n + options[0];",
      "const params = [5].map(run);\nconst data = params.map(run);",
    );
    expect(module.text).toContain("const notebookRun = ");
  });

  test("a name that no cell defines is named with its line", async () => {
    const { diagnostics } = await extract(
      "const model = {\n  depth: soundings[0],\n};\nprintNicely(model);",
      save("model"),
    );
    expect(diagnostics).toMatchObject([{ code: "notebook.hidden-state", severity: "warning", cell: 1, line: 2 }]);
    expect(diagnostics[0]?.message).toContain("soundings is used here, and no cell defines it");
  });

  test("a name that only a cell below defines is named with that cell", async () => {
    const { diagnostics } = await extract(
      "const model = { depth: soundings[0] };",
      "const soundings = [3];",
      save("model"),
    );
    expect(diagnostics).toMatchObject([{ code: "notebook.hidden-state", cell: 1, line: 1 }]);
    expect(diagnostics[0]?.message).toContain("only cell 2, below, defines it");
  });

  test("the const of `as const` is no name, and a type that is asked of a variable needs no cell below", async () => {
    const { diagnostics, module } = await same(
      ["model"],
      'type Column = (typeof columns)[number];\nconst columns = ["a", "b"] as const;',
      "const model: Record<Column, number> = { a: 1, b: 2 };",
    );
    expect(diagnostics.map(({ code }) => code)).not.toContain("notebook.hidden-state");
    expect(module.text).toContain("const columns = ");
  });
});

describe("the order of the cells", () => {
  const cells = ["const model = { depth: soundings[0] };", "const soundings = [3, 4];", save("model")];

  test("is that of the saved counts, where the document's cannot run", async () => {
    const counted = cells.map((source, index) => ({ source, executionCount: [2, 1, 3][index] ?? 0 }));
    const extraction = await extract(...counted);
    expect(extraction.diagnostics).toMatchObject([{ code: "notebook.out-of-order", cell: 2 }]);
    expect(await runModule(extraction)).toEqual({ model: { depth: 3 } });
    expect(await runProgram(extraction, ["model"])).toEqual({ model: { depth: 3 } });
  });

  test("is the document's where that can run, whatever the counts say", async () => {
    const counted = [cells[1] ?? "", cells[0] ?? "", save("model")].map((source, index) => ({
      source,
      count: 9 - index,
    }));
    const { diagnostics } = await extract(...counted);
    expect(diagnostics).toEqual([]);
  });
});

describe("the notebook as a program", () => {
  test("keeps every line and column, and may declare a name again", async () => {
    const cells = ["const a = 1;\n  let b = a;", "const a = 2;\nDeno.jupyter.html`<b>${a}</b>`", save("a")] as const;
    const extraction = await extract(...cells);
    const [prelude, first, second] = extraction.program.cells;
    expect(prelude?.cell).toBe(0);
    expect(first?.source).toBe("var   a = 1;\n  var b = a;");
    expect(second?.source.length).toBe(cells[1].length);
    expect(await runProgram(extraction, ["a"])).toEqual({ a: 2 });
  });
});
