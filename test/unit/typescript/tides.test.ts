import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readNotebook } from "../../../src/core/notebook/read";
import { extractTypeScript } from "../../../src/core/typescript/extract";

const root = resolve(import.meta.dirname, "../../..");

test("the tides notebook gives the module that was reviewed", async () => {
  const path = "examples/tides/tides.ipynb";
  const notebook = readNotebook(path, await readFile(join(root, path)));
  const { module, companions, dropped } = await extractTypeScript(notebook, { pipeline: "tides" });
  await expect(module.text).toMatchFileSnapshot("../../golden/tides/pipeline.ts");
  for (const { path: name, text } of companions) {
    await expect(text).toMatchFileSnapshot(`../../golden/tides/${name}`);
  }
  const table = dropped.map(({ cell, line, reason }) => `${cell}:${line} ${reason}`).join("\n");
  await expect(`${table}\n`).toMatchFileSnapshot("../../golden/tides/dropped.txt");
});
