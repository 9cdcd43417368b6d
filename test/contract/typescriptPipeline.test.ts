import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNotebook } from "../../src/core/notebook/read";
import type { Extraction } from "../../src/core/pipeline";
import { extractTypeScript } from "../../src/core/typescript/extract";
import { typescriptNotebook } from "../support/typescriptNotebook";

const root = resolve(import.meta.dirname, "../..");
const denoPath = join(root, "node_modules/.bin/deno");
let folder = "";
let extraction: Extraction;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-tides-"));
  const path = "examples/tides/tides.ipynb";
  extraction = await extractTypeScript(readNotebook(path, await readFile(join(root, path))), { pipeline: "tides" });
  await copyFile(join(root, "examples/tides/tides.csv"), join(folder, "tides.csv"));
  await write(extraction);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write({ module, companions }: Extraction): Promise<void> {
  for (const file of [module, ...companions]) await writeFile(join(folder, file.path), file.text);
}

async function deno(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH ?? "", HOME: folder, DENO_DIR: join(folder, ".deno"), NO_COLOR: "1" };
  const { stdout } = await promisify(execFile)(denoPath, [...args], { cwd: folder, env });
  return stdout;
}

describe("the tides pipeline in Deno", () => {
  test("gives what the notebook's own program gives, to the last digit", async () => {
    const capture = `console.log("\\n" + JSON.stringify({ model, rmse, mae }));`;
    const program = extraction.program.cells.map(({ source }) => source).join("\n");
    await writeFile(join(folder, "program.ts"), `${program}\n${capture}\n`);
    await writeFile(
      join(folder, "module.ts"),
      'import { run } from "./pipeline.ts";\nconsole.log(JSON.stringify(await run()));\n',
    );
    const notebook = (await deno("run", "--allow-read=.", "--allow-write=.", "program.ts")).trim().split("\n").at(-1);
    expect(JSON.parse((await deno("run", "--allow-read=.", "module.ts")).trim())).toEqual(JSON.parse(notebook ?? ""));
    const saved: unknown = JSON.parse(await readFile(join(folder, "tide-model.json"), "utf8"));
    expect(JSON.parse(notebook ?? "")).toEqual(saved);
  });

  test("prints the metrics that the notebook's outputs show, as JSON and nothing else", async () => {
    const shown = await readFile(join(root, "examples/tides/tides.ipynb"), "utf8");
    const [, rmse, mae] = /\{ rmse: ([\d.]+), mae: ([\d.]+) \}/.exec(shown) ?? [];
    const printed = await deno("run", "--allow-read=.", "pipeline.ts", "--json");
    expect(JSON.parse(printed)).toEqual({ rmse: Number(rmse), mae: Number(mae) });
  });

  test("takes settings and paths as options, and refuses others", async () => {
    await copyFile(join(folder, "tides.csv"), join(folder, "other.csv"));
    const args = ["--json", "--testDays", "7", "--stuck=-9.999", "--tides", "other.csv"];
    const printed = await deno("run", "--allow-read=.", "pipeline.ts", ...args);
    expect(JSON.parse(printed).rmse).toBeCloseTo(0.0206, 3);
    await expect(deno("run", "--allow-read=.", "pipeline.ts", "--testdays", "7")).rejects.toThrow(/testdays/);
  });

  test("passes Deno's own type check and its own test", async () => {
    await deno("check", "pipeline.ts", "pipeline_test.ts");
    expect(await deno("test", "--allow-read=.")).toMatch(/2 passed \| 0 failed/);
  });
});

describe("the pipeline of a JavaScript notebook in Deno", () => {
  test("checks, and prints what the notebook's own program computes", async () => {
    const notebook = typescriptNotebook(
      "var fs = require('fs');\nconst { join } = require('path');",
      "function mean(values) {\n  return values.reduce(function (a, b) { return a + b; }, 0) / values.length;\n}",
      "depths = fs.readFileSync('depths.txt', 'utf8').trim().split('\\n').map(Number);\n$$.html('<b>' + depths + '</b>');",
      "var model = { level: mean(depths) };\nvar rmse = Math.sqrt(mean(depths.map((d) => (d - model.level) ** 2)));\nrmse",
    );
    const extracted = await extractTypeScript({ ...notebook, kernel: "javascript" }, { pipeline: "depths" });
    await write(extracted);
    await writeFile(join(folder, "depths.txt"), "3\n5\n10\n");
    const program = extracted.program.cells.map(({ source }) => source).join("\n");
    await writeFile(join(folder, "program.ts"), `${program}\nconsole.log(JSON.stringify({ rmse }));\n`);
    await deno("check", "pipeline.ts", "pipeline_test.ts");
    const printed: unknown = JSON.parse(await deno("run", "--allow-read=.", "pipeline.ts", "--json"));
    expect(printed).toEqual(JSON.parse(await deno("run", "--allow-read=.", "program.ts")));
    expect(printed).toEqual({ rmse: Math.sqrt(26 / 3) });
  });
});
