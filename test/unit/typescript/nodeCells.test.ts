import { describe, expect, test } from "vitest";
import { extractTypeScript } from "../../../src/core/typescript/extract";
import { asModuleCells } from "../../../src/core/typescript/nodeCells";
import { typescriptNotebook } from "../../support/typescriptNotebook";

describe("a cell of Node's kernels as a module has it", () => {
  test.each([
    ['var fs = require("fs");', 'import fs from "node:fs";'],
    ["const { join, sep: slash } = require('path')", 'import { join, sep as slash } from "node:path";'],
    ["const join = require('path').join;", 'import { join } from "node:path";'],
    ["const glue = require('path').join;", 'import { join as glue } from "node:path";'],
    ["var a = require('fs'), b = require('d3-array');", 'import a from "node:fs"; import b from "npm:d3-array";'],
    ["require('d3-array');", 'import "npm:d3-array";'],
    ['const {\n  join\n} = require("path");\njoin();', 'import { join } from "node:path";\n\n\njoin();'],
    ['import * as fs from "fs/promises";', 'import * as fs from "node:fs/promises";'],
    ['import { mean } from "./mean.ts";', 'import { mean } from "./mean.ts";'],
    ['import * as tslab from "tslab";', "const tslab = Deno.jupyter;"],
    ["const { display } = require('tslab');", "const display = Deno.jupyter;"],
    ["$$.html(`<b>${total}</b>`);", "Deno.jupyter.html(`<b>${total}</b>`);"],
    ["total = 3;\ntotal = 4;", "var total = 3;\ntotal = 4;"],
    // What an import cannot say stays as it is.
    ["const { join = 1 } = require('path');", "const { join = 1 } = require('path');"],
    ["const csv = load(require('fs'));", "const csv = load(require('fs'));"],
  ])("%j", (source, expected) => {
    expect(asModuleCells([source])).toEqual([expected]);
  });

  test("a variable that another cell declares is not declared again", () => {
    expect(asModuleCells(["let total = 1;", "total = 2;"])).toEqual(["let total = 1;", "total = 2;"]);
  });
});

describe("a JavaScript notebook", () => {
  test("gives a module without strict types, its kernel's display left out", async () => {
    const notebook = typescriptNotebook(
      "var fs = require('fs');",
      "function mean(values) {\n  return values.reduce(function (a, b) { return a + b; }, 0) / values.length;\n}",
      "depths = fs.readFileSync('depths.txt', 'utf8').split('\\n').map(Number);",
      "var model = { level: mean(depths) };\n$$.html('<b>' + model.level + '</b>');",
    );
    const { module, companions, dropped, references, diagnostics } = await extractTypeScript(
      { ...notebook, kernel: "javascript" },
      { pipeline: "depths" },
    );
    expect(module.text).toContain('import fs from "node:fs";');
    expect(references).toMatchObject([{ name: "depthsPath", path: "depths.txt" }]);
    expect(dropped.map(({ reason }) => reason)).toEqual(["it only shows something"]);
    expect(companions.find(({ path }) => path === "deno.json")?.text).toContain('"strict": false');
    expect(diagnostics).toEqual([]);
  });
});
