import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDeno } from "../../src/node/deno";
import { never } from "../support/pipelines";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deno-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { ...process.env, GITHUB_TOKEN: "secret" };

async function ran(source: string, timeoutSeconds = 20) {
  const deno = createDeno({ cacheFolder: join(folder, "cache"), env });
  const cwd = mkdtempSync(join(folder, "run-"));
  const script = join(cwd, "script.ts");
  writeFileSync(script, source);
  const interpreter = await deno.find(never);
  return deno.run({ interpreter, script, args: [], cwd, timeoutSeconds }, never);
}

describe("run", () => {
  it("gives a script its folder", async () => {
    const source = 'await Deno.writeTextFile("a.txt", "42"); console.log(await Deno.readTextFile("a.txt"));';
    expect(await ran(source)).toMatchObject({ exitCode: 0, stdout: "42\n" });
  });

  it("keeps other files, the network, the environment and programs from it", async () => {
    for (const source of [
      'await Deno.readTextFile("/etc/hostname");',
      'await fetch("http://127.0.0.1:59");',
      'Deno.env.get("GITHUB_TOKEN");',
      'new Deno.Command("ls").outputSync();',
    ]) {
      const { exitCode, stderr } = await ran(source);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/Requires (read|net|env|run) access/);
    }
  });

  it("ends a script that does not end", async () => {
    expect(await ran("for (;;);", 1)).toMatchObject({ timedOut: true });
  });
});

describe("check", () => {
  it("gives line, rule and message of type errors, and nothing for a sound module", async () => {
    const deno = createDeno({ cacheFolder: join(folder, "cache"), env });
    const file = join(folder, "pipeline.ts");
    writeFileSync(
      file,
      'export const one: number = 1;\nexport const two: string = one;\nexport const three: "3" = "4";\n',
    );
    expect(await deno.check(file, never)).toEqual([
      { line: 2, severity: "error", rule: "TS2322", message: "Type 'number' is not assignable to type 'string'." },
      { line: 3, severity: "error", rule: "TS2322", message: "Type '\"4\"' is not assignable to type '\"3\"'." },
    ]);
    writeFileSync(file, "export const one: number = 1;\n");
    expect(await deno.check(file, never)).toEqual([]);
  });
});

describe("fetch", () => {
  it("pins what is imported, and names what cannot be had", async () => {
    const deno = createDeno({ cacheFolder: join(folder, "cache"), env });
    const project = join(folder, "project");
    mkdirSync(project);
    const file = join(project, "pipeline.ts");
    writeFileSync(file, 'import { mean } from "npm:simple-statistics@7.8.3";\nexport const one = mean([1]);\n');
    await deno.fetch([file], never);
    expect(readFileSync(join(project, "deno.lock"), "utf8")).toContain('"simple-statistics@7.8.3"');
    writeFileSync(file, 'import "npm:no-such-thing-at-all-here@1.0.0";\n');
    await expect(deno.fetch([file], never)).rejects.toMatchObject({
      kind: "environment",
      code: "PACKAGE_UNAVAILABLE",
      message: expect.stringContaining("no-such-thing-at-all-here"),
    });
  });
});

describe("find", () => {
  it("says how to install Deno where the chosen one is not there", async () => {
    const missing = createDeno({ env: { SLIPWAY_DENO: join(folder, "absent") } });
    await expect(missing.find(never)).rejects.toMatchObject({ kind: "environment", code: "DENO_MISSING" });
  });
});
