import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { doctor, type DoctorHost } from "../../src/app/doctor";
import { createDeno } from "../../src/node/deno";
import { nodePython } from "../../src/node/python";
import { never, realHost } from "../support/pipelines";

let workspace = "";
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "doctor-"));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

async function unwell(host: DoctorHost, registry = join(workspace, "registry")): Promise<readonly string[]> {
  const { ok, checks } = await doctor({ workspace, registry }, host, never);
  const failed = checks.filter((check) => !check.ok);
  expect(ok).toBe(failed.length === 0);
  return failed.map(({ id, command }) => `${id}: ${command ?? ""}`);
}

describe("doctor", () => {
  it("finds nothing amiss where everything is there, and leaves nothing behind", async () => {
    expect(await unwell(realHost())).toEqual([]);
    expect(readdirSync(join(workspace, ".slipway"))).toEqual([]);
  });

  it("says which command installs Python", async () => {
    const host = { ...realHost(), python: nodePython({ env: { PATH: workspace } }) };
    expect(await unwell(host)).toEqual([expect.stringMatching(/^python: .*install/)]);
  });

  it("does not miss Deno where only Python is used, but says that it is not there", async () => {
    const host = { ...realHost(), deno: createDeno({ env: { SLIPWAY_DENO: join(workspace, "deno") } }) };
    const { ok, checks } = await doctor({ workspace, registry: join(workspace, "registry") }, host, never);
    expect(ok).toBe(true);
    expect(checks.find(({ id }) => id === "deno")).toMatchObject({ found: "", command: "npm install --global deno" });
  });

  it("says that a registry does not answer", async () => {
    expect(await unwell(realHost(), "oci://127.0.0.1:9/demo")).toEqual([expect.stringMatching(/^registry: /)]);
  });

  it("says that the disk is almost full", async () => {
    const host = { ...realHost(), disk: { free: () => Promise.resolve(1024) } };
    expect(await unwell(host)).toEqual([expect.stringMatching(/^disk: /)]);
  });
});
