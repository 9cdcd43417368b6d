import { mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SNAPSHOT_PART } from "../../src/core/snapshot/manifest";
import { openRegistry } from "../../src/node/oci/openRegistry";
import { openStore } from "../../src/node/oci/store";

const LARGE = 4 * 1024 * 1024;
const signal = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-known-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Other bytes in the same file; `as it was` keeps its times, as a failing disk does. */
async function overwrite(path: string, times: "now" | "as it was"): Promise<void> {
  const { size, atime, mtime } = await stat(path);
  await writeFile(path, Buffer.alloc(size, "squid"));
  await (times === "now" ? utimes(path, atime, new Date(mtime.getTime() + 5)) : utimes(path, atime, mtime));
}

/** A large blob in a store, whose file has a time that is kept exactly. */
async function largeBlob() {
  const store = openStore(folder);
  const { digest } = await store.put(Buffer.alloc(LARGE, "krill"));
  const path = store.path(digest);
  await utimes(path, 1_700_000_000, 1_700_000_000);
  expect(await store.has(digest, LARGE)).toBe(true);
  return { store, digest, path };
}

describe("a large blob", () => {
  test("whose file was written over is missing, and is written anew", async () => {
    const { store, digest, path } = await largeBlob();
    await overwrite(path, "now");
    expect(await store.has(digest, LARGE)).toBe(false);
    expect((await store.put(Buffer.alloc(LARGE, "krill"))).stored).toBe(true);
    for await (const _ of store.read(digest)); // it throws if they are other bytes
  });

  test("is not read again while its file keeps its times; once a reader finds it corrupt, it is", async () => {
    const { store, digest, path } = await largeBlob();
    await overwrite(path, "as it was");
    expect(await store.has(digest, LARGE)).toBe(true);
    await expect(async () => {
      for await (const _ of store.read(digest));
    }).rejects.toMatchObject({ code: "BLOB_CORRUPT" });
    expect(await store.has(digest, LARGE)).toBe(false);
  });

  test("is looked at where nothing is known of it", async () => {
    const { store, digest, path } = await largeBlob();
    await rm(join(folder, ".known"), { recursive: true });
    expect(await store.has(digest, LARGE)).toBe(true);
    await overwrite(path, "as it was");
    await rm(join(folder, ".known"), { recursive: true });
    expect(await store.has(digest, LARGE)).toBe(false);
  });

  test("that a registry's folder has with other bytes is replaced by the next push", async () => {
    const { digest, path } = await largeBlob();
    const descriptor = { mediaType: SNAPSHOT_PART, digest, size: LARGE };
    const repository = openRegistry(join(folder, "registry")).repository("krill");
    await repository.putBlob(descriptor, { path }, signal);
    const sent = join(folder, "registry", "krill", "blobs", "sha256", digest.slice("sha256:".length));
    await rm(sent); // it was a second link to the store's file
    await writeFile(sent, Buffer.alloc(LARGE, "squid"));
    expect(await repository.hasBlob(descriptor, signal)).toBe(false);
    await repository.putBlob(descriptor, { path }, signal);
    expect(await repository.hasBlob(descriptor, signal)).toBe(true);
  });

  test("leaves nothing beside small ones", async () => {
    await openStore(folder).put(Buffer.alloc(LARGE - 1));
    expect(await readdir(folder)).not.toContain(".known");
  });
});
