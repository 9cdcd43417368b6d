import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { slipway } from "../support/slipway";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

const FIXTURES = resolve(__dirname, "../fixtures/notebooks/targets");
const NOTEBOOK = "saved-output-only.ipynb";
const REF = "saved-output-only:1.0.0";

let workspace: string;
beforeAll(() => {
  workspace = makeWorkspace({});
  for (const file of [NOTEBOOK, "loans.csv"]) cpSync(join(FIXTURES, file), join(workspace, file));
});
afterAll(() => removeWorkspace(workspace));

async function json(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await slipway([...args, "--json"], workspace);
  return { exitCode, stderr, value: JSON.parse(stdout) };
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(workspace, file);
  const text = readFileSync(path, "utf8");
  const changed = change(text);
  if (changed === text) throw new Error(`nothing to change in ${file}`);
  writeFileSync(path, changed);
}

/** Each test goes on from where the one before it ended, as a user does. */
describe("from a notebook to a release and on", { concurrent: false }, () => {
  it("ships: a release with its report, in one JSON document, and nothing on standard error", async () => {
    const { exitCode, stderr, value } = await json("ship", NOTEBOOK);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(value).toMatchObject({
      pipeline: "saved-output-only",
      release: { ref: REF, version: "1.0.0", digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
      changed: ["code", "data", "environment"],
      report: { ok: true },
    });
    expect(existsSync(join(workspace, value.reportPath))).toBe(true);
  });

  it("keeps its state out of git, and only that", () => {
    execFileSync("git", ["init", "--quiet"], { cwd: workspace });
    const status = ["status", "--porcelain", "--untracked-files=all"];
    const untracked = execFileSync("git", status, { cwd: workspace, encoding: "utf8" });
    expect(untracked).toContain("?? pipelines/saved-output-only/pipeline.py\n");
    expect(untracked).not.toContain(".slipway");
  });

  it("gives the same package in another folder", async () => {
    const elsewhere = makeWorkspace({});
    for (const file of [NOTEBOOK, "loans.csv"]) cpSync(join(FIXTURES, file), join(elsewhere, file));
    const other = await slipway(["ship", NOTEBOOK, "--json"], elsewhere);
    removeWorkspace(elsewhere);
    const here = await json("show", REF);
    expect(JSON.parse(other.stdout).release.digest).toBe(here.value.digest);
  });

  it("ships again without doing or sending anything", async () => {
    const before = await json("list");
    const { exitCode, value } = await json("ship", NOTEBOOK);
    expect(exitCode).toBe(0);
    expect(value).toMatchObject({ release: { ref: REF }, changed: [], bytesSent: 0 });
    expect((await json("list")).value).toEqual(before.value);
  });

  it("says what it made to people, without progress or colours in a pipe, not even in CI", async () => {
    const { exitCode, stdout, stderr } = await slipway(["ship", NOTEBOOK], workspace, { CI: "true" });
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Released ${REF}  sha256:`);
    expect(stdout).toContain("pipelines/saved-output-only/pipeline.py");
    // eslint-disable-next-line no-control-regex -- colours begin with it
    expect(stdout).not.toMatch(/[\u001B\r]/);
  });

  it.each([
    ["validate", { ok: true, gates: expect.any(Array), reportPath: expect.any(String) }],
    ["snapshot", { digest: expect.any(String), files: [{ path: "loans.csv", rows: 90 }], bytesStored: 0 }],
    [
      "package",
      { ref: expect.stringContaining("saved-output-only@sha256:"), version: "1.0.0", layers: expect.any(Array) },
    ],
    ["push", { ref: REF, bytesSent: 0, bytesReused: expect.any(Number) }],
    ["status", { changed: [], release: { ref: REF } }],
  ])("%s of the pipeline finds all of it done", async (command, expected) => {
    const { exitCode, value } = await json(command, "saved-output-only");
    expect(exitCode).toBe(0);
    expect(value).toMatchObject(expected);
  });

  it("lists, shows and verifies the release", async () => {
    expect((await json("list")).value.pipelines).toEqual([{ name: "saved-output-only", versions: ["1.0.0"] }]);
    expect((await json("show", REF)).value).toMatchObject({ ref: REF, notebook: { path: NOTEBOOK } });
    expect((await json("verify", REF)).value).toMatchObject({ ok: true, ref: REF });
  });

  it("pulls into an empty folder what runs there", async () => {
    const { value } = await json("pull", REF, "--out", "deployed");
    expect(value.files).toEqual(expect.arrayContaining(["pipeline.py", "loans.csv", "requirements.lock"]));
    expect(readFileSync(join(workspace, "deployed/loans.csv"), "utf8")).toBe(
      readFileSync(join(workspace, "loans.csv"), "utf8"),
    );
    const again = await slipway(["pull", REF, "--out", "pipelines", "--json"], workspace);
    expect([again.exitCode, JSON.parse(again.stdout).error.code]).toEqual([2, "OUT_NOT_EMPTY"]);
  });

  it.each([
    ["ship", [NOTEBOOK], /^saved-output-only:1\.0\.0\n$/],
    ["ship", [NOTEBOOK, "--if-changed"], /^saved-output-only:1\.0\.0\n$/],
    ["extract", [NOTEBOOK], /^pipelines\/saved-output-only\/pipeline\.py\n$/],
    ["snapshot", ["saved-output-only"], /^sha256:[0-9a-f]{64}\n$/],
    ["validate", ["saved-output-only"], /^$/],
    ["package", ["saved-output-only"], /^saved-output-only@sha256:[0-9a-f]{64}\n$/],
    ["push", ["saved-output-only"], /^saved-output-only:1\.0\.0\n$/],
    ["status", ["saved-output-only"], /^$/],
    ["status", ["saved-output-only", "--registry", "empty"], /^code\ndata\nenvironment\n$/],
    ["pull", [REF, "--out", "quiet"], /^$/],
    ["verify", [REF], /^$/],
    ["list", [], /^saved-output-only +1\.0\.0\n$/],
  ])("%s --quiet prints the essential alone (%s)", async (command, args, printed) => {
    const { exitCode, stdout, stderr } = await slipway([command, ...args, "--quiet"], workspace);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(printed);
  });

  it("takes a change of what is left out for none", async () => {
    edit(NOTEBOOK, (text) =>
      text.replace(
        /"cells": \[/,
        '"cells": [{"id":"aside","cell_type":"code","metadata":{},"execution_count":null,"outputs":[],"source":["colour = \\"teal\\"\\n","print(colour)"]},',
      ),
    );
    expect((await json("status", "saved-output-only")).value.changed).toEqual([]);
    const { value } = await json("ship", NOTEBOOK, "--if-changed");
    expect(value).toMatchObject({ changed: [], release: { ref: REF } });
    expect((await json("list")).value.pipelines[0].versions).toEqual(["1.0.0"]);
  });

  it("releases anew after one value of the data changed", async () => {
    const data = readFileSync(join(workspace, "loans.csv"), "utf8");
    edit("loans.csv", (text) =>
      text.replace(/^(.*\n[^\d]*)(\d)/, (_, head: string, digit: string) => `${head}${(Number(digit) + 1) % 10}`),
    );
    const stored = () => readdirSync(join(workspace, ".slipway/store/blobs/sha256"));
    const before = stored();
    expect((await json("status", "saved-output-only")).value.changed).toEqual(["data"]);
    expect(stored()).toEqual(before);
    const { exitCode, value } = await json("ship", NOTEBOOK, "--if-changed");
    expect(exitCode).toBe(0);
    expect(value).toMatchObject({ changed: ["data"], release: { version: "1.0.1" } });
    expect((await json("status", "saved-output-only")).value.changed).toEqual([]);
    edit("loans.csv", () => data);
  });

  it("releases once more what was released before the newest release and came back", async () => {
    expect((await json("status", "saved-output-only")).value.changed).toEqual(["data"]);
    const { value } = await json("ship", NOTEBOOK, "--if-changed");
    expect(value).toMatchObject({ changed: ["data"], release: { version: "1.0.2" } });
    const after = await json("status", "saved-output-only");
    expect(after.value).toMatchObject({ changed: [], release: { version: "1.0.2" } });
  });

  it("fails a verification with exit code 1 once a blob of the registry is damaged", async () => {
    const { value } = await json("show", REF);
    const [layer] = value.layers as readonly { readonly digest: string }[];
    const blob = join(".slipway/registry/saved-output-only/blobs/sha256", layer?.digest.replace("sha256:", "") ?? "");
    edit(blob, (text) => `${text}!`);
    const verified = await json("verify", REF);
    expect(verified.exitCode).toBe(1);
    expect(verified.value).toMatchObject({ ok: false });
  });

  it("says what to do about a release that is not there", async () => {
    const { exitCode, value } = await json("show", "saved-output-only:9.9.9");
    expect(exitCode).toBe(2);
    expect(value.error).toMatchObject({
      code: "RELEASE_MISSING",
      hint: `Run: slipway list --registry "${join(workspace, ".slipway/registry")}"`,
    });
    expect((await slipway(["list", "nobody"], workspace)).stdout).toMatch(/^No releases of nobody in /);
  });
});
