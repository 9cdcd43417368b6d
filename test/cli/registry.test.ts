import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCuttingProxy } from "../support/cuttingProxy";
import { freePort, PASSWORD, startDockerRegistry, USER, type DockerRegistry } from "../support/dockerRegistry";
import { slipway } from "../support/slipway";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

const FIXTURES = resolve(__dirname, "../fixtures/notebooks/targets");
const NOTEBOOK = "saved-output-only.ipynb";

let registry: DockerRegistry;
let workspace: string;
beforeAll(async () => {
  registry = await startDockerRegistry();
  workspace = makeWorkspace({});
  for (const file of [NOTEBOOK, "loans.csv"]) cpSync(join(FIXTURES, file), join(workspace, file));
  await slipway(["ship", NOTEBOOK], workspace);
});
afterAll(async () => {
  await registry.stop();
  removeWorkspace(workspace);
});

/** The environment of a user who signed in to `hosts` with docker. */
function signedIn(...hosts: readonly string[]): Readonly<Record<string, string>> {
  const DOCKER_CONFIG = join(workspace, "docker");
  const auth = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");
  mkdirSync(DOCKER_CONFIG, { recursive: true });
  const auths = Object.fromEntries(hosts.map((host) => [host, { auth }]));
  writeFileSync(join(DOCKER_CONFIG, "config.json"), JSON.stringify({ auths }));
  return { DOCKER_CONFIG };
}

async function shipTo(host: string, env: Readonly<Record<string, string>>) {
  const { exitCode, stdout } = await slipway(
    ["ship", NOTEBOOK, "--registry", `oci://${host}/harbour`, "--json"],
    workspace,
    env,
  );
  return { exitCode, value: JSON.parse(stdout) };
}

describe("a registry that", () => {
  it("is down ends with 4 and is named", async () => {
    const host = `127.0.0.1:${await freePort()}`;
    const { exitCode, value } = await shipTo(host, signedIn());
    expect(exitCode).toBe(4);
    expect(value.error.message).toContain(host);
  });

  it("refuses the login ends with 4 and says how to sign in", async () => {
    const { exitCode, value } = await shipTo(registry.host, signedIn());
    expect(exitCode).toBe(4);
    expect(value.error.hint).toContain(`docker login ${registry.host}`);
  });

  it("breaks off midway ends with 4 and has no release; the next try makes it", async () => {
    const proxy = await startCuttingProxy(registry.host, { cuts: Number.POSITIVE_INFINITY, afterSent: 4096 });
    try {
      const { exitCode } = await shipTo(proxy.host, signedIn(proxy.host));
      expect(exitCode).toBe(4);
      expect(proxy.cut()).toBeGreaterThan(0);
    } finally {
      await proxy.stop();
    }
    const listed = ["list", "saved-output-only", "--registry", `oci://${registry.host}/harbour`, "--json"];
    const before = await slipway(listed, workspace, signedIn(registry.host));
    expect(JSON.parse(before.stdout).pipelines).toEqual([]);
    const { exitCode, value } = await shipTo(registry.host, signedIn(registry.host));
    expect(exitCode).toBe(0);
    expect(value.release.ref).toBe("saved-output-only:1.0.0");
  });

  it("has no encryption is used where slipway.yaml names it, and refused where not", async () => {
    // leads to this machine, but is not one of its own names
    const host = registry.host.replace("127.0.0.1", "0.0.0.0");
    const listed = ["list", "saved-output-only", "--registry", `oci://${host}/harbour`, "--json"];
    const elsewhere = makeWorkspace({});
    try {
      const refused = await slipway(listed, elsewhere, signedIn(host));
      expect([refused.exitCode, JSON.parse(refused.stdout).error.hint]).toEqual([4, expect.stringContaining(host)]);
      writeFileSync(join(elsewhere, "slipway.yaml"), `insecure: ["${host}"]\n`);
      const { exitCode, stdout } = await slipway(listed, elsewhere, signedIn(host));
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout).pipelines[0].versions).toEqual(["1.0.0"]);
    } finally {
      removeWorkspace(elsewhere);
    }
  });

  it("has a release gives it to an empty folder, and verifies it", async () => {
    const env = signedIn(registry.host);
    const location = ["--registry", `oci://${registry.host}/harbour`, "--json"];
    const elsewhere = makeWorkspace({});
    try {
      const pulled = await slipway(["pull", "saved-output-only", "--out", "deployed", ...location], elsewhere, env);
      expect(pulled.exitCode).toBe(0);
      expect(readdirSync(join(elsewhere, "deployed"))).toEqual(expect.arrayContaining(["loans.csv", "pipeline.py"]));
      const verified = await slipway(["verify", "saved-output-only:1.0.0", ...location], elsewhere, env);
      expect([verified.exitCode, JSON.parse(verified.stdout).ok]).toEqual([0, true]);
    } finally {
      removeWorkspace(elsewhere);
    }
  });
});
