import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { ModuleKind, ModuleResolutionKind, Project, ScriptTarget } from "ts-morph";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Signature } from "../../src/core/pipeline";
import { scoringClient } from "../../src/core/typescript/scoringClient";
import { AWKWARD, FERRY_COLUMNS, FERRY_MATRIX, PENGUINS, YES_OR_NO } from "../support/signatures";

const root = resolve(import.meta.dirname, "../..");
const ferry = join(root, "test/fixtures/ferry");

interface Client {
  loadModel(path: string): Promise<{
    predict(rows: unknown): Promise<{ prediction: unknown; probabilities?: Record<string, number> }[]>;
    dispose(): Promise<void>;
  }>;
  parseRows(rows: unknown): unknown;
}

let folder = "";

beforeAll(async () => {
  // Inside of the repository, so that the client finds onnxruntime-node.
  await mkdir(join(root, ".cache"), { recursive: true });
  folder = await mkdtemp(join(root, ".cache/scoring-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function importClient(pipeline: string, signature: Signature): Promise<Client> {
  const { code } = await transform(await scoringClient({ pipeline, signature }), { loader: "ts", format: "esm" });
  const path = join(folder, `${pipeline}.mjs`);
  await writeFile(path, code);
  return (await import(pathToFileURL(path).href)) as Client;
}

async function expected(name: string) {
  return JSON.parse(await readFile(join(ferry, `${name}.json`), "utf8")) as {
    rows: Record<string, unknown>[];
    labels: (string | number)[];
    probabilities?: number[][];
  };
}

describe("the emitted client", () => {
  test("compiles under strict with onnxruntime-node's own types", async () => {
    const project = new Project({
      compilerOptions: {
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        noPropertyAccessFromIndexSignature: true,
        noUnusedLocals: true,
        noUnusedParameters: true,
        erasableSyntaxOnly: true,
        verbatimModuleSyntax: true,
        target: ScriptTarget.ES2022,
        module: ModuleKind.ESNext,
        moduleResolution: ModuleResolutionKind.Bundler,
        lib: ["lib.es2022.d.ts"],
        types: ["node"],
        skipLibCheck: true,
        noEmit: true,
      },
    });
    const signatures = { AWKWARD, FERRY_COLUMNS, FERRY_MATRIX, PENGUINS, YES_OR_NO };
    for (const [name, signature] of Object.entries(signatures)) {
      const pipeline = name.toLowerCase().replaceAll("_", "-");
      project.createSourceFile(join(folder, `${name}.ts`), await scoringClient({ pipeline, signature }));
    }
    const problems = project.getPreEmitDiagnostics();
    expect(project.formatDiagnosticsWithColorAndContext(problems)).toBe("");
  });

  test("gives scikit-learn's labels and probabilities for a model with one input a column", async () => {
    const { rows, labels, probabilities = [] } = await expected("columns");
    const client = await importClient("ferry", FERRY_COLUMNS);
    const model = await client.loadModel(join(ferry, "columns.onnx"));
    const results = await model.predict(rows);
    await model.dispose();
    expect(rows.some((row) => row.wind_speed === null) && rows.some((row) => row.pier === null)).toBe(true);
    expect(results.map((result) => result.prediction)).toEqual(labels);
    for (const [row, result] of results.entries()) {
      expect(Object.keys(result.probabilities ?? {})).toEqual(["late", "on time"]);
      Object.values(result.probabilities ?? {}).forEach((p, at) => {
        expect(p).toBeCloseTo(probabilities[row]?.[at] ?? NaN, 5);
      });
    }
  });

  test("gives scikit-learn's numbers for a model with one matrix", async () => {
    const { rows, labels } = await expected("matrix");
    const client = await importClient("delays", FERRY_MATRIX);
    const model = await client.loadModel(join(ferry, "matrix.onnx"));
    const results = await model.predict(rows);
    expect(await model.predict([])).toEqual([]);
    await model.dispose();
    expect(results).toHaveLength(rows.length);
    results.forEach((result, row) => {
      expect(Object.keys(result)).toEqual(["prediction"]);
      expect(result.prediction).toBeCloseTo(Number(labels[row]), 3);
    });
  });

  test("refuses a model that takes something else", async () => {
    const client = await importClient("wrong", FERRY_COLUMNS);
    await expect(client.loadModel(join(ferry, "matrix.onnx"))).rejects.toThrow(
      /matrix\.onnx is not the model of this client: it takes 1 inputs and not 4/,
    );
  });

  const good = { wind_speed: 3.5, pier: "East", "cars on board": 12, holiday: false };
  const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  test.each<[string, unknown, string]>([
    ["rows that are no array", { 0: good }, "rows: expected an array, got an object"],
    ["a row that is no object", [good, null], "rows[1]: expected an object, got null"],
    ["a row that is an array", [[1, 2]], "rows[0]: expected an object, got an array"],
    ["a string for a number", [{ ...good, wind_speed: "x" }], 'rows[0].wind_speed: expected a number, got "x"'],
    ["a number that is none", [{ ...good, wind_speed: NaN }], "rows[0].wind_speed: expected a number, got NaN"],
    ["a fraction", [{ ...good, "cars on board": 1.5 }], 'rows[0]["cars on board"]: expected a whole number, got 1.5'],
    ["null where none is known", [{ ...good, holiday: null }], "rows[0].holiday: expected true or false, got null"],
    ["an unknown field", [good, { ...good, speed: 1 }], "rows[1].speed: unknown field"],
    ["a missing field", [without("pier")], "rows[0].pier: is missing"],
    [
      "an unseen category",
      [{ ...good, pier: "South" }],
      'rows[0].pier: expected one of "East", "North", "West", got "South"',
    ],
    [
      "a long string, cut in the message",
      [{ ...good, wind_speed: "y".repeat(9000) }],
      `rows[0].wind_speed: expected a number, got "${"y".repeat(60)}…"`,
    ],
  ])("refuses %s with its path", async (_what, rows, message) => {
    const client = await importClient("refusing", FERRY_COLUMNS);
    const model = await client.loadModel(join(ferry, "columns.onnx"));
    const refusal: unknown = await model.predict(rows).catch((error: unknown) => error);
    await model.dispose();
    expect(refusal).toMatchObject({ name: "RefusingInputError", message, path: message.split(": ")[0] });
  });

  test("takes a row whose column is named like a part of every object", async () => {
    const client = await importClient("awkward", AWKWARD);
    const text = '{"__proto__":null,"says \\"hi\\" */":"a\\"b","2nd class":null,"größe":1,"constructor":"x"}';
    expect(JSON.stringify(client.parseRows([JSON.parse(text)]))).toBe(`[${text}]`);
    expect(() => client.parseRows([JSON.parse(text.replace('"constructor"', '"toString"'))])).toThrow(
      "rows[0].constructor: is missing",
    );
  });
});
