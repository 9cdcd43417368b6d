import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { slipway } from "../support/slipway";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

const FIXTURES = resolve(__dirname, "../fixtures/notebooks/targets");

let workspace: string;
let small: string;
beforeEach(() => {
  workspace = makeWorkspace({ "loans.csv": `income,purpose,defaulted\n${"1,car,0\n".repeat(20_000)}` });
  small = join(workspace, ".slipway");
  mkdirSync(small);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", small]);
  cpSync(join(FIXTURES, "saved-output-only.ipynb"), join(workspace, "loans.ipynb"));
});
afterEach(() => {
  execFileSync("umount", [small]);
  removeWorkspace(workspace);
});

describe("a full disk", () => {
  it("ends with 2 and a message that says so; no part of a file is left", async () => {
    const { exitCode, stdout, stderr } = await slipway(["ship", "loans.ipynb", "--json"], workspace);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout).error.code).toBe("DISK_FULL");
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(join(workspace, "pipelines"))).toBe(false);
    const files = readdirSync(small, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name).filter((name) => !["oci-layout", "index.json"].includes(name))).toEqual([]);
  });
});
