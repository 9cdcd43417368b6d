import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startCuttingProxy } from "../support/cuttingProxy";
import { PASSWORD, startDockerRegistry, USER } from "../support/dockerRegistry";
import { pressCtrlC, slipway, startSlipway, untilSaid } from "../support/slipway";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

const FIXTURES = resolve(__dirname, "../fixtures/notebooks");
const NOTEBOOK = "saved-output-only.ipynb";
const STAGES = [
  "Extracting the pipeline",
  "Storing the data",
  "Preparing the environment",
  "Running the notebook and the module",
  "Running the module again and comparing the results",
];

let workspace: string;
let env: Readonly<Record<string, string>>;
beforeEach(() => {
  workspace = makeWorkspace({ "docker/config.json": "{}" });
  for (const file of [NOTEBOOK, "loans.csv"]) cpSync(join(FIXTURES, "targets", file), join(workspace, file));
  cpSync(join(FIXTURES, "run/never-ends.ipynb"), join(workspace, "never-ends.ipynb"));
  cpSync(join(FIXTURES, "run/exports"), join(workspace, "exports"), { recursive: true });
  mkdirSync(join(workspace, "tmp"));
  env = { TMPDIR: join(workspace, "tmp"), DOCKER_CONFIG: join(workspace, "docker") };
});
afterEach(() => removeWorkspace(workspace));

/** Temporary folders and half-written files, whoever made them. */
function leftovers(): readonly string[] {
  const files = readdirSync(workspace, { recursive: true }) as string[];
  return files.filter(
    (path) => path.startsWith("tmp/") || /\.(tmp|part)\b|\.slipway-/.test(path.replace(/^\.slipway\//, "")),
  );
}

describe("Ctrl-C", () => {
  it.each(STAGES)(
    'while it says "%s" ends with 130, leaves nothing half-written, and shipping again works',
    async (stage) => {
      const run = startSlipway(["ship", NOTEBOOK, "--verbose"], workspace, env);
      await untilSaid(run, stage);
      pressCtrlC(run);
      const { exitCode, stdout, stderr } = await run.result;
      expect([exitCode, stdout]).toEqual([130, ""]);
      expect(stderr).toContain("Interrupted.");
      expect(leftovers()).toEqual([]);
      expect(JSON.parse((await slipway(["list", "--json"], workspace, env)).stdout).pipelines).toEqual([]);
      const again = await slipway(["ship", NOTEBOOK, "--json"], workspace, env);
      expect([again.exitCode, JSON.parse(again.stdout).release.version]).toEqual([0, "1.0.0"]);
    },
  );

  it("during a push leaves no release behind, and pushing again works", async () => {
    const registry = await startDockerRegistry();
    const held = new Promise<void>(() => undefined);
    const proxy = await startCuttingProxy(registry.host, {
      cuts: 0,
      onSent: (total) => (total < 4096 ? Promise.resolve() : held),
    });
    try {
      const auth = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");
      const auths = { [registry.host]: { auth }, [proxy.host]: { auth } };
      writeFileSync(join(workspace, "docker/config.json"), JSON.stringify({ auths }));
      const to = (host: string) => ["ship", NOTEBOOK, "--verbose", "--registry", `oci://${host}/harbour`];
      const run = startSlipway(to(proxy.host), workspace, env);
      await untilSaid(run, "Pushing");
      pressCtrlC(run);
      expect((await run.result).exitCode).toBe(130);
      const list = ["list", "saved-output-only", "--json", "--registry", `oci://${registry.host}/harbour`];
      expect(JSON.parse((await slipway(list, workspace, env)).stdout).pipelines).toEqual([]);
      expect((await slipway(to(registry.host), workspace, env)).exitCode).toBe(0);
    } finally {
      await proxy.stop();
      await registry.stop();
    }
  });

  it("twice ends at once, and still removes the temporary folders", async () => {
    const run = startSlipway(["ship", "never-ends.ipynb", "--verbose"], workspace, env);
    await untilSaid(run, "Running the notebook");
    pressCtrlC(run);
    pressCtrlC(run);
    expect((await run.result).exitCode).toBe(130);
    expect(leftovers()).toEqual([]);
  });

  it("is told as JSON where --json is given", async () => {
    const run = startSlipway(["ship", "never-ends.ipynb", "--json", "--verbose"], workspace, env);
    await untilSaid(run, "Running the notebook");
    pressCtrlC(run);
    const { exitCode, stdout } = await run.result;
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([130, "INTERRUPTED"]);
  });
});
