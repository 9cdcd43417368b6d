import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { forEachParallel } from "../../../src/app/parallel";

test("does everything once, and never more at a time than it may", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await forEachParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await sleep(item % 3);
    running -= 1;
    done.push(item);
  });
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});

test("a failure ends it, and only after what was begun", async () => {
  const done: number[] = [];
  const all = forEachParallel([1, 2, 3, 4, 5, 6], 2, async (item) => {
    await sleep(item);
    if (item === 1) throw new Error("first");
    done.push(item);
  });
  await expect(all).rejects.toThrow("first");
  expect(done).toEqual([2]);
});
