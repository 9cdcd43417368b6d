import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../../src/vscode/protocol";
import { createWorkerClient, type WorkerClient } from "../../../src/vscode/workerClient";

/** A worker that speaks the protocol and behaves as the pipeline's name tells it to. */
const WORKER = `
const { spawn } = require("node:child_process");
const { writeFileSync } = require("node:fs");
const reply = (message) => process.send(message);
const act = {
  answer: (id) => { reply({ kind: "progress", id, event: { kind: "stage", text: "Reading" } }); reply({ kind: "result", id, value: { digest: String(process.pid) } }); },
  refuse: (id) => reply({ kind: "error", id, failure: { kind: "input", code: "EXTRACT_AMBIGUOUS", message: "Two models.", hint: "Choose.", candidates: ["forest", "linear"], place: { file: "a.ipynb", cell: 3, line: 2 } } }),
  defect: (id) => reply({ kind: "error", id, failure: { kind: "defect", code: "DEFECT", message: "boom", stack: "at worker", candidates: [] } }),
  crash: () => process.kill(process.pid, "SIGSEGV"),
  obey: () => {},
  stubborn: () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
    writeFileSync(process.env.CHILD_PID_FILE, String(child.pid));
    console.log("working");
    for (;;);
  },
};
const waiting = new Map();
process.on("message", (message) => {
  if (message.kind === "cancel") return reply({ kind: "error", id: message.id, failure: { kind: "interrupted", code: "INTERRUPTED", message: "Interrupted.", candidates: [] } });
  act[message.options.pipeline](message.id);
});
process.on("disconnect", () => process.exit(0));
`;

let folder: string;
let client: WorkerClient;
let lines: string[];
const never = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-worker-"));
  process.env.CHILD_PID_FILE = join(folder, "child-pid");
  writeFileSync(join(folder, "worker.cjs"), WORKER);
  lines = [];
  client = newClient();
});

afterEach(() => {
  client.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function newClient(idleSeconds = 60): WorkerClient {
  const script = join(folder, "worker.cjs");
  return createWorkerClient({ script, log: (line) => lines.push(line), idleSeconds, obeySeconds: 0.2 });
}

function snapshot(behaviour: string, signal = never, events: ProgressEvent[] = []) {
  const options = { workspace: folder, pipeline: behaviour, timeoutSeconds: 60 };
  return client.call("snapshot", options, { onProgress: (event) => events.push(event), signal });
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 8000; !condition();) {
    if (Date.now() > end) throw new Error(`timed out: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAlive(pid: number): boolean {
  return execFileSync("ps", ["-A", "-o", "pid=,stat="], { encoding: "utf8" })
    .split("\n")
    .some((line) => new RegExp(`^\\s*${pid}\\s+[^Z]`).test(line));
}

describe("the worker client", () => {
  test("passes progress on and resolves with the result", async () => {
    const events: ProgressEvent[] = [];
    const { digest } = await snapshot("answer", never, events);
    expect(Number(digest)).toBeGreaterThan(0);
    expect(events).toEqual([{ kind: "stage", text: "Reading" }]);
  });

  test("uses one process for many calls and a new one after it was idle", async () => {
    client = newClient(0.1);
    const [first, second] = await Promise.all([snapshot("answer"), snapshot("answer")]);
    expect(first.digest).toBe(second.digest);
    await until(() => !isAlive(Number(first.digest)));
    expect((await snapshot("answer")).digest).not.toBe(first.digest);
  });

  test("gives the worker's error back as a SlipwayError with its place and candidates", async () => {
    await expect(snapshot("refuse")).rejects.toMatchObject({
      name: "SlipwayError",
      code: "EXTRACT_AMBIGUOUS",
      hint: "Choose.",
      candidates: ["forest", "linear"],
      place: { cell: 3, line: 2 },
    });
  });

  test("keeps the stack of a defect for the log", async () => {
    await expect(snapshot("defect")).rejects.toMatchObject({ name: "Error", message: "boom", stack: "at worker" });
  });

  test("says so when the worker crashes, and the next call gets a new worker", async () => {
    await expect(snapshot("crash")).rejects.toMatchObject({ code: "WORKER_STOPPED", message: /SIGSEGV/ });
    await expect(snapshot("answer")).resolves.toBeDefined();
  });

  test("cancels a call", async () => {
    const controller = new AbortController();
    const call = snapshot("obey", controller.signal);
    controller.abort();
    await expect(call).rejects.toMatchObject({ kind: "interrupted" });
  });

  test("kills a worker that does not obey a cancellation, with what it started", async () => {
    const controller = new AbortController();
    const call = snapshot("stubborn", controller.signal);
    call.catch(() => undefined);
    await until(() => lines.includes("working"));
    const child = Number(readFileSync(join(folder, "child-pid"), "utf8"));
    expect(isAlive(child)).toBe(true);
    controller.abort();
    await expect(call).rejects.toMatchObject({ kind: "interrupted" });
    await until(() => !isAlive(child));
  });

  test("ends the worker when it is disposed, and calls under way with it", async () => {
    const { digest } = await snapshot("answer");
    const call = snapshot("obey");
    call.catch(() => undefined);
    client.dispose();
    await expect(call).rejects.toMatchObject({ kind: "interrupted" });
    await until(() => !isAlive(Number(digest)));
  });
});
