import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
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
    expect(readdirSync(workspace)).toEqual([]);
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
    expect(await unwell(realHost(), "oci://127.0.0.1:9/demo")).toEqual([
      "registry: Check the address, and the network: curl -v 127.0.0.1:9/v2/",
    ]);
  });

  it("says soon that a registry takes the connection and never answers", async () => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const started = performance.now();
    expect(await unwell(realHost(), `oci://127.0.0.1:${port}/demo`)).toEqual([
      `registry: curl -v 127.0.0.1:${port}/v2/`,
    ]);
    expect(performance.now() - started).toBeLessThan(15_000);
    server.close();
  }, 30_000);

  it("says that a registry's folder cannot be written, and leaves nothing in one that can", async () => {
    expect(await unwell(realHost(), "/proc/registry/team")).toEqual(['registry: sudo chown -R "$(id -un)" "/proc"']);
    await unwell(realHost(), join(workspace, "shared", "registry"));
    expect(readdirSync(workspace)).toEqual([]);
  });

  it("says that Python has no venv, and what installs it", async () => {
    const script = `import importlib.util as u, sys
find = u.find_spec
u.find_spec = lambda name, *rest: None if name == "venv" else find(name, *rest)
exec(open(sys.argv[1]).read())`;
    writeFileSync(join(workspace, "without_venv.py"), script);
    const python = `#!/bin/sh\nexec ${(await realHost().python.find(never)).path} ${workspace}/without_venv.py "$@"\n`;
    writeFileSync(join(workspace, "python3"), python, { mode: 0o755 });
    const host = { ...realHost(), python: nodePython({ env: { PATH: workspace } }) };
    const { checks } = await doctor({ workspace, registry: join(workspace, "registry") }, host, never);
    expect(checks[0]).toMatchObject({
      ok: false,
      message: expect.stringMatching(/has no venv module/),
      command: expect.stringContaining("python3-venv"),
    });
    expect(checks[1]).toMatchObject({ found: "pip", message: expect.stringContaining("pip install uv") });
  });

  it("says whether programs that a notebook starts have a network", async () => {
    const { checks } = await doctor({ workspace, registry: join(workspace, "registry") }, realHost(), never);
    const canIsolate = spawnSync("unshare", ["-rn", "true"]).status === 0;
    expect(checks.find(({ id }) => id === "network")?.found).toBe(canIsolate ? "none" : "not Python's");
  });

  it("says that the disk is almost full", async () => {
    const host = { ...realHost(), disk: { free: () => Promise.resolve(1024) } };
    expect(await unwell(host)).toEqual([expect.stringMatching(/^disk: /)]);
  });
});
