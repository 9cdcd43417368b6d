import { expect, test } from "vitest";
import type { Explanation } from "../../../src/core/pipeline";
import { extractTypeScript } from "../../../src/core/typescript/extract";
import { typescriptNotebook } from "../../support/typescriptNotebook";

const CELLS = [
  'import { mean } from "npm:depths";\nimport { plot } from "npm:plots";\ninterface Berth { depth: number }',
  'const text = await Deno.readTextFile("berths.csv");\nconst berths: Berth[] = text.split("\\n").map((line) => ({ depth: Number(line) }));\nplot(berths);',
  "berths.sort((a, b) => a.depth - b.depth);\nberths.length",
  "function fit(rows: Berth[]) {\n  return { level: mean(rows) };\n}\nconst model = fit(berths);\nconst spare = fit([]);",
  "const rmse = (a: number, b: number) => Math.sqrt(a * b);\nconsole.log(rmse(model.level, 2));\nconsole.log(berths);",
];

async function explained(): Promise<readonly Explanation[]> {
  const options = { pipeline: "harbour", model: "model", explain: true };
  return (await extractTypeScript(typescriptNotebook(...CELLS), options)).explained ?? [];
}

test("every statement is explained once, in the order of the notebook", async () => {
  const places = (await explained()).map(({ cell, line }) => `${cell}:${line}`);
  expect(places).toEqual("1:1 1:2 1:3 2:1 2:2 2:3 3:1 3:2 4:1 4:4 4:5 5:1 5:2 5:3".split(" "));
});

test("a kept statement has the chain of those that need it, up to a target", async () => {
  const all = await explained();
  const model = all.find(({ text }) => text.startsWith("const model"));
  expect(model).toMatchObject({ kept: true, reason: "it gives model", chain: [], target: "model" });
  expect(all.find(({ text }) => text.startsWith("berths.sort"))).toMatchObject({
    kept: true,
    reason: "berths is needed",
    chain: [{ cell: 4, line: 4, needs: ["berths"] }],
    target: "model",
  });
  expect(all.find(({ text }) => text.startsWith("const text"))?.chain).toEqual([
    { cell: 2, line: 2, needs: ["text"] },
    { cell: 4, line: 4, needs: ["berths"] },
  ]);
});

test("what is left out has its reason", async () => {
  const left = (await explained()).filter(({ kept }) => !kept).map(({ text, reason }) => `${text} ${reason}`);
  expect(left).toEqual([
    'import { plot } from "npm:plots"; nothing that is kept uses the import',
    "plot(berths); no target depends on it",
    "berths.length it only shows something",
    "const spare = fit([]); it fits spare, which model does not depend on",
    "console.log(rmse(model.level, 2)); what it shows is given as rmse",
    "console.log(berths); it only shows something",
  ]);
});

test("a type that only a signature mentions is in the module, and not left out", async () => {
  const cells = [
    "interface Tide { level: number }",
    'const tide: Tide = { level: [2].length };\nawait Deno.writeTextFile("out.json", JSON.stringify(tide));',
  ];
  const options = { pipeline: "harbour", explain: true };
  const { dropped, explained: all = [] } = await extractTypeScript(typescriptNotebook(...cells), options);
  expect(all.find(({ text }) => text.startsWith("interface"))).toMatchObject({ kept: true });
  expect(dropped.map(({ cell, line }) => [cell, line])).toEqual([[2, 2]]);
});

test("nothing is explained unless it is asked for", async () => {
  const extraction = await extractTypeScript(typescriptNotebook(...CELLS), { pipeline: "harbour", model: "model" });
  expect(extraction.explained).toBeUndefined();
});
