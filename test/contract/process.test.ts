import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installEnv, plainEnv, runChild } from "../../src/node/process";

let cwd = "";
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "process-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const never = new AbortController().signal;

function node(script: string, timeoutSeconds = 20): Parameters<typeof runChild>[0] {
  return { command: process.execPath, args: ["-e", script], cwd, env: plainEnv(process.env), timeoutSeconds };
}

/** A child that starts a child that ignores SIGTERM; both write their process ids to the file `pids`. */
const FAMILY = `
  const { spawn } = require("node:child_process"), { appendFileSync } = require("node:fs");
  const nested = 'process.on("SIGTERM", () => {}); require("node:fs").appendFileSync("pids", process.pid + "\\\\n"); setInterval(() => {}, 1000);';
  appendFileSync("pids", process.pid + "\\n");
  spawn(process.execPath, ["-e", nested], { stdio: "inherit" });
  setInterval(() => {}, 1000);`;

async function familyPids(): Promise<readonly number[]> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const pids = (await readFile(join(cwd, "pids"), "utf8").catch(() => "")).trim().split("\n").map(Number);
    if (pids.length === 2) return pids;
    await delay(50);
  }
  throw new Error("The family did not start.");
}

/** False for a zombie as well: it is dead, and only its new parent has not noticed. */
function isRunning(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}

async function expectGone(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isRunning)).toEqual([]);
}

describe("runChild", () => {
  it("lets a run with a limit beyond what a timer can count go on to its end", async () => {
    const { timedOut, exitCode } = await runChild(node("setTimeout(() => {}, 200)", 1e99), never);
    expect([timedOut, exitCode]).toEqual([false, 0]);
  });

  it("gives the exit code and both streams", async () => {
    const result = await runChild(node('console.log("out"); console.error("err"); process.exitCode = 3'), never);
    expect(result).toMatchObject({ exitCode: 3, timedOut: false, stdout: "out\n", stderr: "err\n" });
  });

  it("keeps the last 64 KiB of a stream, cut between characters", async () => {
    const { stdout } = await runChild(node('process.stdout.write("€".repeat(100000) + "end")'), never);
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(65536);
    expect(stdout).toMatch(/^€+end$/);
  });

  it("hands over standard input", async () => {
    const run = { ...node("process.stdin.pipe(process.stdout)"), input: "42" };
    expect((await runChild(run, never)).stdout).toBe("42");
  });

  it("kills children of children at the time limit, even those that ignore SIGTERM", async () => {
    const running = runChild(node(FAMILY, 1.5), never);
    const pids = await familyPids();
    expect(await running).toMatchObject({ timedOut: true });
    await expectGone(pids);
  });

  it("kills the whole family when it is aborted, and says so", async () => {
    const controller = new AbortController();
    const running = runChild(node(FAMILY), controller.signal);
    const outcome = expect(running).rejects.toMatchObject({ kind: "interrupted" });
    const pids = await familyPids();
    controller.abort();
    await outcome;
    await expectGone(pids);
  });

  it("kills what a child left running when it ended by itself", async () => {
    const running = runChild(node(FAMILY + "setTimeout(() => process.exit(0), 1000);"), never);
    const pids = await familyPids();
    expect(await running).toMatchObject({ exitCode: 0 });
    await expectGone(pids);
  });

  it("kills what began a session of its own, at the end and when aborted", async () => {
    const escaped = FAMILY.replace('stdio: "inherit"', 'stdio: "inherit", detached: true');
    const running = runChild(node(escaped + "setTimeout(() => process.exit(0), 1000);"), never);
    const pids = await familyPids();
    expect(await running).toMatchObject({ exitCode: 0 });
    await expectGone(pids);

    await rm(join(cwd, "pids"));
    const controller = new AbortController();
    const aborted = runChild(node(escaped), controller.signal);
    const outcome = expect(aborted).rejects.toMatchObject({ kind: "interrupted" });
    const others = await familyPids();
    controller.abort();
    await outcome;
    await expectGone(others);
  });

  it("kills the whole family once it uses more memory than it may, and says so", async () => {
    const eat = "const kept = []; setInterval(() => kept.push(Buffer.alloc(20e6, 1)), 5);";
    const family = FAMILY.replace("setInterval(() => {}, 1000);';", `${eat.replaceAll("'", "")}';`);
    const started = performance.now();
    const running = runChild({ ...node(family), memoryBytes: 400e6 }, never);
    const pids = await familyPids();
    expect(await running).toMatchObject({ timedOut: false, exceededBytes: 400e6 });
    expect(performance.now() - started).toBeLessThan(5000);
    await expectGone(pids);
  });

  it("counts memory that processes share once", async () => {
    const program = `import os, time
shared = bytearray(150_000_000)
if all(os.fork() for _ in range(3)):
    time.sleep(0.3)
time.sleep(1)`;
    const run = { ...node(""), command: "python3", args: ["-c", program], memoryBytes: 400e6 };
    const { exitCode, exceededBytes } = await runChild(run, never);
    expect([exitCode, exceededBytes]).toEqual([0, undefined]);
  });

  it("says which program could not be started", async () => {
    const run = { ...node(""), command: join(cwd, "absent") };
    await expect(runChild(run, never)).rejects.toMatchObject({ kind: "environment", code: "PROGRAM_MISSING" });
  });
});

describe("environments", () => {
  const source = {
    PATH: "/bin",
    LANG: "C.UTF-8",
    HOME: "/home/ada",
    PIP_INDEX_URL: "https://ada:secret@example.org/simple",
    https_proxy: "http://proxy",
    AWS_SECRET_ACCESS_KEY: "secret",
    GITHUB_TOKEN: "secret",
    PYTHONPATH: "/x",
  };

  it("passes no secret and no home folder to a notebook's code", () => {
    expect(plainEnv(source, { HOME: "/scratch" })).toEqual({ PATH: "/bin", LANG: "C.UTF-8", HOME: "/scratch" });
  });

  it("passes the package index to installers, and still no other secret", () => {
    expect(Object.keys(installEnv(source)).sort()).toEqual(["HOME", "LANG", "PATH", "PIP_INDEX_URL", "https_proxy"]);
  });
});
