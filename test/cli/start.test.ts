import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
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

function kilobytes(files: readonly string[]): number {
  return files.reduce((sum, path) => sum + statSync(path).size, 0) / 1000;
}

describe("the bundles", () => {
  it("let the command line stand without the editor", () => {
    const scripts = readdirSync(DIST).filter((name) => name.endsWith(".js"));
    const needEditor = scripts.filter((name) =>
      /require\(["']vscode["']\)/.test(readFileSync(join(DIST, name), "utf8")),
    );
    expect(needEditor).toEqual(["extension.js"]);
  });

  it("bring the grammar, its runtime and the Python scripts along", () => {
    expect(readdirSync(DIST)).toEqual(expect.arrayContaining(["tree-sitter-python.wasm", "web-tree-sitter.wasm"]));
    expect(readdirSync(join(DIST, "scripts")).filter((name) => name.endsWith(".py"))).not.toEqual([]);
  });
});

describe("start of the command line", () => {
  it.each([["--version"], ["--help"], ["ship", "--help"]])("compiles little for %s %s", async (...args) => {
    const loaded = await loadedBy(...args);
    expect(loaded).toContain(join(DIST, "cli.js"));
    expect(kilobytes(loaded)).toBeLessThan(100);
  });

  it("reads for an extraction neither libraries nor use cases that it does not need", async () => {
    const notebook = resolve(DIST, "../examples/penguins/penguins.ipynb");
    const ours = (await loadedBy("extract", notebook)).filter((path) => path.startsWith(DIST));
    const names = ours.map((path) => basename(path));
    expect(names.filter((name) => /^(ship|snapshot|validate|package|push|pull|ts-morph)-/.test(name))).toEqual([]);
    // 1200 kB of it are the formatter of the scoring client.
    expect(kilobytes(ours)).toBeLessThan(2300);
  });

  it("prints the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(resolve(DIST, "../package.json"), "utf8"));
    expect(await slipway(["--version"], folder)).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });
});
