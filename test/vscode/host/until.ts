import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a condition that nothing tells of. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 20_000,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `timed out: ${what}`);
    await sleep(50);
  }
}
