import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodePython } from "../../src/node/python";
import { runInstaller } from "../../src/node/python/installer";

const never = new AbortController().signal;
const SIX = { requirements: ["six==1.17.0  # import six"], constraints: [] };

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "python-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** PATH with the real Python and nothing else, so that uv is not found. */
async function withoutUv(): Promise<NodeJS.ProcessEnv> {
  const { path } = await nodePython().find(never);
  return { ...process.env, PATH: "/usr/bin:/bin", SLIPWAY_PYTHON: path };
}

describe("find", () => {
  it("takes the interpreter that the user chose", async () => {
    const { path, version } = await nodePython().find(never);
    expect(version).toMatch(/^3\.1\d\.\d+$/);
    expect(await nodePython({ python: { path, source: "a test" }, env: { PATH: "" } }).find(never)).toMatchObject({
      path,
      version,
    });
  });

  it("says how to install Python where there is none", async () => {
    const error = nodePython({ env: { PATH: folder } }).find(never);
    await expect(error).rejects.toMatchObject({ kind: "environment", code: "PYTHON_MISSING" });
    await expect(error).rejects.toHaveProperty("hint", expect.stringContaining("install"));
  });

  it("says how to get a newer Python where the only one is too old", async () => {
    const path = join(folder, "aged");
    await mkdir(path);
    const old = `#!/bin/sh\necho '{"path": "python3", "version": "3.8.1", "venv": true}'\n`;
    await writeFile(join(path, "python3"), old, { mode: 0o755 });
    await expect(nodePython({ env: { PATH: path } }).find(never)).rejects.toMatchObject({
      message: "There is no Python >= 3.10 with venv. Found: python3 is Python 3.8.1.",
      hint: expect.stringMatching(/^Run: pip install uv && uv python install 3\.12 && export SLIPWAY_PYTHON=/),
    });
  });

  it("does not fall back to another Python when the chosen one is not usable", async () => {
    const env = { ...process.env, SLIPWAY_PYTHON: join(folder, "absent") };
    await expect(nodePython({ env }).find(never)).rejects.toMatchObject({
      code: "PYTHON_MISSING",
      message: `There is no Python >= 3.10 with venv at ${join(folder, "absent")} (SLIPWAY_PYTHON).`,
      hint: "Correct SLIPWAY_PYTHON: the path of a Python >= 3.10 with venv.",
    });
  });

  it("names the key of the chosen one that is too old", async () => {
    const path = join(folder, "old");
    await writeFile(path, `#!/bin/sh\necho '{"path": "${path}", "version": "3.8.1", "venv": true}'\n`, { mode: 0o755 });
    await expect(nodePython({ python: { path, source: "python in slipway.yaml" } }).find(never)).rejects.toMatchObject({
      message: expect.stringContaining(`${path} is Python 3.8.1`),
      hint: expect.stringMatching(/^Correct python in slipway\.yaml/),
    });
  });
});

it("lets an installer unpack in the folder that goes with it, so that nothing stays of one that was killed", async () => {
  const script = "import tempfile; print(tempfile.mkdtemp())";
  const run = { command: "python3", args: ["-c", script], cwd: folder, env: process.env };
  expect((await runInstaller(run, never)).startsWith(folder)).toBe(true);
});

describe.each(["uv", "pip"] as const)("with %s", (name) => {
  let python = nodePython();
  let cacheFolder = "";
  beforeAll(async () => {
    cacheFolder = join(folder, name);
    python = nodePython({ cacheFolder, ...(name === "pip" && { env: await withoutUv() }) });
  });

  it("is the installer", async () => {
    expect(await python.installer(never)).toBe(name);
  });

  it("pins packages with hashes and builds an environment that holds just those", { timeout: 120_000 }, async () => {
    const lock = await python.lock(SIX, never);
    expect(lock).toMatch(/^six==1\.17\.0 \\\n {4}--hash=sha256:[0-9a-f]{64}/);
    const [first, second] = await Promise.all([python.environment(lock, never), python.environment(lock, never)]);
    expect(second).toEqual(first);
    const script = join(folder, "script.py");
    await writeFile(
      script,
      "import six, sys, importlib.metadata as m\nprint(six.__version__, [d.name for d in m.distributions()])",
    );
    const run = { interpreter: first, script, args: [], cwd: folder, timeoutSeconds: 20 };
    expect((await python.run(run, never)).stdout).toBe("1.17.0 ['six']\n");
    expect(await readdir(join(cacheFolder, "environments"))).toHaveLength(1);
  });

  it("takes the packages of a day", { timeout: 60_000 }, async () => {
    const lock = await python.lock({ requirements: ["six"], constraints: [], asOf: "2021-01-01" }, never);
    expect(lock).toContain("six==1.15.0");
  });

  it("names a package that cannot be had, and the import that asked for it", { timeout: 60_000 }, async () => {
    const packages = { requirements: ["no-such-thing-at-all  # import nothing", "six  # import six"], constraints: [] };
    await expect(python.lock(packages, never)).rejects.toMatchObject({
      kind: "environment",
      code: "PACKAGE_UNAVAILABLE",
      message: expect.stringContaining("no-such-thing-at-all (import nothing)"),
    });
  });

  it(
    "refuses a package whose content is not the pinned one, and leaves nothing half-built",
    { timeout: 60_000 },
    async () => {
      const lock = `six==1.17.0 --hash=sha256:${"0".repeat(64)}\n`;
      await expect(python.environment(lock, never)).rejects.toMatchObject({ kind: "environment" });
      expect(await readdir(join(cacheFolder, "environments"))).toHaveLength(1);
    },
  );

  it("leaves nothing half-built when it is interrupted", async () => {
    const controller = new AbortController();
    const building = python.environment(
      "idna==3.10 --hash=sha256:946d195a0d259cbba61165e88e65941f16e9b36ea6ddb97f00452bae8b1287d3\n",
      controller.signal,
    );
    setTimeout(() => controller.abort(), 50);
    await expect(building).rejects.toMatchObject({ kind: "interrupted" });
    expect(await readdir(join(cacheFolder, "environments"))).toHaveLength(1);
  });
});

describe("run", () => {
  it("gives notebook code a home of its own and no secret", async () => {
    const env = { ...process.env, GITHUB_TOKEN: "secret", PIP_INDEX_URL: "https://ada:secret@example.org" };
    const python = nodePython({ env, cacheFolder: folder });
    const script = join(folder, "environ.py");
    await writeFile(
      script,
      "import os\nprint(os.environ['HOME'])\nprint([k for k, v in os.environ.items() if 'secret' in v])",
    );
    const interpreter = await python.find(never);
    const { stdout } = await python.run({ interpreter, script, args: [], cwd: folder, timeoutSeconds: 20 }, never);
    expect(stdout).toBe(`${folder}\n[]\n`);
  });
});

describe("installed", () => {
  it("gives the versions of what is there and leaves out what is not", async () => {
    const python = nodePython({ cacheFolder: folder });
    const environment = await python.environment(await python.lock(SIX, never), never);
    const inside = nodePython({ cacheFolder: folder, python: { path: environment.path, source: "a test" } });
    expect(await inside.installed(["six", "no-such-thing-at-all"], never)).toEqual({ six: "1.17.0" });
  });
});

describe("a run whose parent was killed", () => {
  it("ends by itself, because its standard input closes", async () => {
    const python = nodePython({ cacheFolder: folder });
    const program = join(folder, "program.json");
    const cells = [{ cell: 1, source: "while True: pass", optional: [] }];
    await writeFile(program, JSON.stringify({ notebook: "endless.ipynb", cells, captures: [], modules: folder }));
    const { path } = await python.find(never);
    const script = join(python.scripts, "run_notebook.py");
    const child = spawn(path, [script, program, folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
    await expect.poll(() => readFile(join(folder, "place"), "utf8").catch(() => ""), { timeout: 20_000 }).not.toBe("");
    child.stdin.destroy();
    expect(await ended).toBe("SIGKILL");
  });
});
