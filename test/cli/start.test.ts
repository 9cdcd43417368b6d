import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { slipway } from "../support/slipway";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

const DIST = resolve(__dirname, "../../dist");

let folder: string;
beforeEach(() => {
  folder = makeWorkspace({});
});
afterEach(() => removeWorkspace(folder));

async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
  const LOADED_MODULES = join(folder, "loaded.json");
  const recorder = resolve(__dirname, "../support/recordModules.cjs");
  await slipway(args, folder, { LOADED_MODULES, NODE_OPTIONS: `--require ${recorder}` });
  return JSON.parse(readFileSync(LOADED_MODULES, "utf8"));
}

describe("the bundles", () => {
  it("let the command line stand without the editor", () => {
    expect(readFileSync(join(DIST, "cli.js"), "utf8")).not.toMatch(/require\(["']vscode["']\)/);
    expect(readFileSync(join(DIST, "worker.js"), "utf8")).not.toMatch(/require\(["']vscode["']\)/);
  });

  it("bring the grammar, its runtime and the Python scripts along", () => {
    expect(readdirSync(DIST)).toEqual(expect.arrayContaining(["tree-sitter-python.wasm", "web-tree-sitter.wasm"]));
    expect(readdirSync(join(DIST, "scripts")).filter((name) => name.endsWith(".py"))).not.toEqual([]);
  });
});

describe("start of the command line", () => {
  it.each([["--version"], ["--help"], ["ship", "--help"]])(
    "loads its own file and nothing else for %s %s",
    async (...args) => {
      expect(await loadedBy(...args)).toEqual([join(DIST, "cli.js")]);
    },
  );

  it("prints the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(resolve(DIST, "../package.json"), "utf8"));
    expect(await slipway(["--version"], folder)).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });
});
