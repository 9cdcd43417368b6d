import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { digestOf, hexOf } from "../../src/core/digest";
import { openStore } from "../../src/node/oci/store";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-store-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}

async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of stream) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

describe("the blob store", () => {
  test("gives back what was put, under the digest that sha256 gives", async () => {
    const store = openStore(folder);
    const put = await store.put(chunks("krill", " ", "counts"));
    expect(put).toEqual({ digest: digestOf("krill counts"), size: 12, stored: true });
    expect(await text(store.read(put.digest))).toBe("krill counts");
    expect(Buffer.from(await store.readSmall(put.digest)).toString()).toBe("krill counts");
    expect(await store.has(put.digest)).toBe(true);
  });

  test("is an OCI image layout with nothing else in it", async () => {
    await openStore(folder).put(Buffer.from("krill"));
    expect((await readdir(folder)).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
    const hex = createHash("sha256").update("krill").digest("hex");
    expect(await readdir(join(folder, "blobs", "sha256"))).toEqual([hex]);
  });

  test("does not write a blob that is there", async () => {
    const store = openStore(folder);
    const first = await store.put(Buffer.from("krill"));
    const before = await stat(store.path(first.digest));
    expect((await store.put(Buffer.from("krill"))).stored).toBe(false);
    expect((await store.put(chunks("kr", "ill"))).stored).toBe(false);
    expect((await stat(store.path(first.digest))).ino).toBe(before.ino);
  });

  test("writes a truncated blob anew", async () => {
    const store = openStore(folder);
    const { digest } = await store.put(Buffer.from("krill"));
    await writeFile(store.path(digest), "kr");
    expect(await store.has(digest, 5)).toBe(false);
    expect((await store.put(Buffer.from("krill"))).stored).toBe(true);
    expect(await text(store.read(digest))).toBe("krill");
  });

  test("is rid of what killed processes left, and of nothing that is still written", async () => {
    const blobs = join(folder, "blobs", "sha256");
    await mkdir(blobs, { recursive: true });
    const machine = digestOf(hostname()).slice("sha256:".length, "sha256:".length + 8);
    const dead = `.part-999999999-${machine}-krill`;
    const kept = [`.part-${process.pid}-${machine}-krill`, ".part-999999999-deadbeef-krill", ".part-krill"];
    for (const name of [dead, ...kept]) await writeFile(join(blobs, name), "kr");
    await writeFile(join(folder, dead), "{");
    await mkdir(join(folder, ".known"));
    await writeFile(join(folder, ".known", dead), "2");
    const { digest } = await openStore(folder).put(Buffer.from("krill"));
    expect((await readdir(blobs)).sort()).toEqual([...kept, hexOf(digest)].sort());
    expect(await readdir(folder)).not.toContain(dead);
    expect(await readdir(join(folder, ".known"))).toEqual([]);
  });

  test("is rid of what another machine left long ago", async () => {
    const blobs = join(folder, "blobs", "sha256");
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, ".part-7-deadbeef-krill"), "kr");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 3600 * 1000 });
    try {
      const { digest } = await openStore(folder).put(Buffer.from("krill"));
      expect(await readdir(blobs)).toEqual([hexOf(digest)]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("reading creates nothing", async () => {
    const store = openStore(join(folder, "new"));
    expect(await store.has(digestOf("krill"))).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });

  test("names a missing and a corrupt blob", async () => {
    const store = openStore(folder);
    const absent = digestOf("absent");
    await expect(text(store.read(absent))).rejects.toMatchObject({ kind: "verification", code: "BLOB_MISSING" });
    await expect(store.readSmall(absent)).rejects.toThrow(absent);
    const { digest } = await store.put(Buffer.from("krill"));
    await writeFile(store.path(digest), "squid");
    await expect(text(store.read(digest))).rejects.toMatchObject({ kind: "verification", code: "BLOB_CORRUPT" });
    await expect(store.readSmall(digest)).rejects.toThrow(digest);
  });

  test("refuses to load a large blob whole", async () => {
    const store = openStore(folder);
    const { digest } = await store.put(Buffer.alloc(4 * 1024 * 1024 + 1));
    await expect(store.readSmall(digest)).rejects.toMatchObject({ code: "BLOB_TOO_LARGE" });
  });

  test("leaves nothing behind when the source breaks off", async () => {
    async function* broken(): AsyncGenerator<Uint8Array, void, undefined> {
      yield* chunks("half");
      throw new Error("broke off");
    }
    await expect(openStore(folder).put(broken())).rejects.toThrow("broke off");
    expect(await readdir(join(folder, "blobs", "sha256"))).toEqual([]);
  });

  test("says in plain words that its folder cannot be used", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(openStore(join(folder, "file")).put(Buffer.from("krill"))).rejects.toMatchObject({
      kind: "input",
      code: "STORE_FAILED",
      message: expect.stringMatching(/cannot be used: (a file is where a folder|a part of the path)[^,]*\)\.$/),
    });
  });

  test("two writers of the same bytes both succeed", async () => {
    const store = openStore(folder);
    const puts = await Promise.all([
      store.put(chunks("krill")),
      store.put(chunks("krill")),
      store.put(Buffer.from("krill")),
    ]);
    expect(new Set(puts.map((put) => put.digest))).toEqual(new Set([digestOf("krill")]));
    expect(await readdir(join(folder, "blobs", "sha256"))).toHaveLength(1);
  });
});
