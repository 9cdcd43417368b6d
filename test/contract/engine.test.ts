import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { LATE_OPTIMIZING } from "../../src/node/engine";

test("the V8 that runs here knows the flag that has it optimize later", () => {
  const { status, stderr } = spawnSync(process.execPath, [LATE_OPTIMIZING, "--eval", ""], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
