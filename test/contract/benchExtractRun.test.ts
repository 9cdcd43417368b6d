import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Outcome } from "../bench/extract/record";
import { runAll } from "../bench/extract/run";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

/** Stands in for the extraction: the name of the notebook says what becomes of it. */
const WORKER = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ path }) => {
  if (path === "endless") for (;;);
  if (path === "deadly") throw new Error("out of memory");
  parentPort.postMessage({ outcome: { path, status: "module", cpuMs: 1 } });
});
`;

let folder: string;
beforeEach(() => {
  folder = makeWorkspace({ "worker.cjs": WORKER });
});
afterEach(() => {
  removeWorkspace(folder);
});

test("a notebook that never ends or that kills its process costs no other notebook its turn", async () => {
  const outcomes: Outcome[] = [];
  const options = { folder, format: false, worker: join(folder, "worker.cjs"), stopAfter: 1500 };
  await runAll(["good", "endless", "fine", "deadly", "last"], options, (outcome) => outcomes.push(outcome));
  expect(outcomes.map(({ path, status }) => `${path}: ${status}`)).toEqual([
    "good: module",
    "endless: hang",
    "fine: module",
    "deadly: crash",
    "last: module",
  ]);
  expect(outcomes[3]?.message).toContain("out of memory");
});
