import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { measureModel, type Exported, type ExportedWhole } from "../../../src/app/modelRuns";
import type { ModelRunner } from "../../../src/core/host";
import type { Signature } from "../../../src/core/pipeline";
import { nodeFiles } from "../../../src/node/files";
import { never, silent } from "../../support/pipelines";
import { makeWorkspace, removeWorkspace } from "../../support/workspace";

const signatureOf = (...names: readonly string[]): Signature => ({
  layout: "columns",
  inputs: names.map((name) => ({ name, type: "number", nullable: false })),
  output: { name: "price", type: "number", probabilities: false },
});

/** Models that are text files: the number by which they multiply the sum of a row. */
const models: ModelRunner = {
  predict: async (path, { inputs }, rows) => {
    const factor = Number(await nodeFiles.readText(path));
    return { labels: rows.map((row) => factor * inputs.reduce((sum, { name }) => sum + Number(row[name]), 0)) };
  },
  latency: async () => [1],
};

let folder = "";
beforeEach(() => {
  folder = makeWorkspace({
    "check/rows.json": JSON.stringify({ rows: [{ x: 2 }, { x: 4 }], labels: [2, 4] }),
    "check/raw_rows.json": JSON.stringify({ rows: [{ a: 1 }, { a: 2 }, { a: 3 }], labels: [2, 4, 6] }),
  });
});
afterEach(() => {
  removeWorkspace(folder);
});

function modelOf(name: string, factor: number, signature: Signature) {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, String(factor));
  return { kind: "some", models: [{ path, signature }] } as const;
}

const alone = (): Exported => ({ ...modelOf("alone", 1, signatureOf("x")), kind: "models" });
const graph = (factor: number): ExportedWhole => ({ ...modelOf("whole", factor, signatureOf("a")), kind: "graphs" });

async function measured(whole: ExportedWhole, exported: Exported = alone()) {
  const host = { files: nodeFiles, models, progress: silent };
  const target = { name: "model", kind: "model", type: "Any", expression: "model", cell: 1, line: 1 } as const;
  const task = { host, folder, extraction: { targets: [target] }, exported, whole };
  const { model, made } = await measureModel(task, never);
  const names = made.signature?.inputs.map(({ name }) => name);
  return { model, names, takesRaw: made.takesRaw };
}

describe("which model is exported", () => {
  test("that of all of predict, if it gives its predictions", async () => {
    const { model, ...rest } = await measured(graph(2));
    expect(rest).toEqual({ names: ["a"], takesRaw: true });
    expect(model).toMatchObject({ kind: "compared", scope: { kind: "raw" }, python: { labels: [2, 4, 6] } });
  });

  test("the model alone, if the graph of all of predict is wrong", async () => {
    const { model, ...rest } = await measured(graph(3));
    expect(rest).toEqual({ names: ["x"], takesRaw: false });
    const reason = "the graph of all of predict gives other predictions for 3 of 3 rows.";
    expect(model).toMatchObject({ python: { labels: [2, 4] }, scope: { kind: "prepared", reason } });
  });

  test("the model alone, where something stands in the way, which is said", async () => {
    const { model, names } = await measured({ kind: "obstacle", message: "`x` (cell 2): no." });
    expect(names).toEqual(["x"]);
    expect(model).toMatchObject({ scope: { kind: "prepared", reason: "`x` (cell 2): no." } });
  });

  test("the model by the names of the raw columns, where predict only chooses them", async () => {
    expect(await measured({ kind: "raw", names: { x: "width" } })).toMatchObject({
      names: ["width"],
      takesRaw: true,
      model: { scope: { kind: "raw" } },
    });
  });

  test("that of all of predict, although the model alone has no form", async () => {
    const { names } = await measured(graph(2), { kind: "obstacle", message: "It takes a sparse matrix." });
    expect(names).toEqual(["a"]);
  });

  test.each([
    ["wrong", () => graph(3), "the graph of all of predict gives other predictions for 3 of 3 rows."],
    ["not there", (): ExportedWhole => ({ kind: "obstacle", message: "`x` (cell 2): no." }), "`x` (cell 2): no."],
  ])("none, where the model alone has no form and the graph is %s; both are said", async (_, whole, reason) => {
    const { model, names } = await measured(whole(), { kind: "obstacle", message: "It takes a sparse matrix." });
    expect(names).toBeUndefined();
    const message = `It takes a sparse matrix. Nor can all of predict be exported: ${reason}`;
    expect(model).toMatchObject({ kind: "obstacle", message });
  });

  test("the model alone, which takes what it always took, where there is no predict", async () => {
    const { model, names } = await measured(null);
    expect(names).toEqual(["x"]);
    expect(model).not.toHaveProperty("scope");
  });
});
