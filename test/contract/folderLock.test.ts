import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "../../src/node/oci/folderLock";

const signal = new AbortController().signal;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("of many that find the lock of a dead process, one at a time gets it", async () => {
  const path = join(folder, "lock");
  for (let round = 0; round < 20; round += 1) {
    await writeFile(path, `999999999 ${hostname()}`);
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await delay(2);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(path, work, signal)));
    expect(most).toBe(1);
  }
  expect(await readdir(folder)).toEqual([]);
});

test("nobody waits for what a process left that was killed while it removed such a lock", async () => {
  const path = join(folder, "lock");
  for (const left of [path, `${path}.stale`]) await writeFile(left, `999999999 ${hostname()}`);
  expect(await withLock(path, () => Promise.resolve("done"), signal)).toBe("done");
  expect(await readdir(folder)).toEqual([]);
});
