/** The same expectations of both registries: the folder, and a real server. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestOf } from "../../src/core/digest";
import { OCI_MANIFEST } from "../../src/core/oci/mediaTypes";
import type { Registry, Repository } from "../../src/core/oci/registry";
import type { Descriptor } from "../../src/core/oci/store";
import { openRegistry } from "../../src/node/oci/openRegistry";
import { PASSWORD, startDockerRegistry, USER, type DockerRegistry } from "../support/dockerRegistry";

const signal = new AbortController().signal;
const LAYER = "application/vnd.cncf.model.doc.v1.raw";

let temp: string;
let server: DockerRegistry;
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), "slipway-contract-"));
  server = await startDockerRegistry();
});
afterAll(async () => {
  await server.stop();
  await rm(temp, { recursive: true, force: true });
});

function describeBlob(content: Uint8Array): Descriptor {
  return { mediaType: LAYER, digest: digestOf(content), size: content.length };
}

function manifestOf(config: Descriptor, layers: readonly Descriptor[]): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }));
}

async function putText(repository: Repository, text: string): Promise<Descriptor> {
  const bytes = Buffer.from(text);
  const descriptor = describeBlob(bytes);
  await repository.putBlob(descriptor, { bytes }, signal);
  return descriptor;
}

async function read(repository: Repository, descriptor: Descriptor): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of repository.readBlob(descriptor, signal)) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

describe.each([
  { kind: "folder", open: (): Registry => openRegistry(join(temp, "registry")) },
  {
    kind: "docker-registry",
    open: (): Registry =>
      openRegistry(`oci://${server.host}/harbour`, {
        credentials: () => Promise.resolve({ username: USER, password: PASSWORD }),
      }),
  },
])("the registry: $kind", ({ open }) => {
  test("gives back a blob from memory and one from a file", async () => {
    const repository = open().repository("terns");
    const small = await putText(repository, "sterna");
    const content = Buffer.alloc(3_000_000, "paradisaea");
    const path = join(temp, "large");
    await writeFile(path, content);
    const large = describeBlob(content);
    expect(await repository.hasBlob(large, signal)).toBe(false);
    await repository.putBlob(large, { path }, signal);
    expect(await repository.hasBlob(large, signal)).toBe(true);
    expect(await read(repository, small)).toBe("sterna");
    expect(await read(repository, large)).toBe(content.toString());
  });

  test("keeps an empty blob", async () => {
    const repository = open().repository("terns");
    expect(await read(repository, await putText(repository, ""))).toBe("");
  });

  test("refuses bytes that do not have the digest", async () => {
    const repository = open().repository("terns");
    const descriptor = describeBlob(Buffer.from("gull"));
    await expect(repository.putBlob(descriptor, { bytes: Buffer.from("skua") }, signal)).rejects.toThrow();
    const path = join(temp, "skua");
    await writeFile(path, "skua");
    await expect(repository.putBlob(descriptor, { path }, signal)).rejects.toThrow();
    expect(await repository.hasBlob(descriptor, signal)).toBe(false);
  });

  test("says which blob is missing", async () => {
    const repository = open().repository("terns");
    const descriptor = describeBlob(Buffer.from("auk"));
    await expect(read(repository, descriptor)).rejects.toMatchObject({ kind: "verification", code: "BLOB_MISSING" });
    await expect(read(repository, descriptor)).rejects.toThrow(descriptor.digest);
  });

  test("keeps a manifest byte for byte, by tag and by digest", async () => {
    const repository = open().repository("terns");
    const config = await putText(repository, "{}");
    const bytes = manifestOf(config, [await putText(repository, "colony")]);
    const digest = await repository.putManifest(bytes, OCI_MANIFEST, "1.0.0", signal);
    expect(digest).toBe(digestOf(bytes));
    for (const reference of ["1.0.0", digest]) {
      const stored = await repository.manifest(reference, signal);
      expect(Buffer.from(stored?.bytes ?? []).equals(bytes)).toBe(true);
      expect(stored?.descriptor).toEqual({ mediaType: OCI_MANIFEST, digest, size: bytes.length });
    }
    expect(await repository.manifest("1.0.1", signal)).toBeUndefined();
    expect(await repository.manifest(digestOf("nothing"), signal)).toBeUndefined();
  });

  test("takes no manifest whose blobs it lacks", async () => {
    const repository = open().repository("terns");
    const bytes = manifestOf(await putText(repository, "{}"), [describeBlob(Buffer.from("never sent"))]);
    await expect(repository.putManifest(bytes, OCI_MANIFEST, "2.0.0", signal)).rejects.toMatchObject({
      kind: "registry",
      code: "REGISTRY_REFUSED",
    });
    expect(await repository.tags(signal)).not.toContain("2.0.0");
  });

  test("lists tags, moves one, and keeps a manifest that lost its tag", async () => {
    const repository = open().repository("data/terns");
    const config = await putText(repository, "{}");
    const put = async (text: string, tag?: string): Promise<string> =>
      repository.putManifest(manifestOf(config, [await putText(repository, text)]), OCI_MANIFEST, tag, signal);
    const first = await put("one", "spring");
    await put("two", "autumn");
    const third = await put("three");
    const moved = await put("two", "spring");
    expect(await repository.tags(signal)).toEqual(["autumn", "spring"]);
    expect((await repository.manifest("spring", signal))?.descriptor.digest).toBe(moved);
    expect(await repository.manifest(first, signal)).toBeDefined();
    expect(await repository.manifest(third, signal)).toBeDefined();
  });

  test("gives a tag that several want at once to one of them, and tells all which", async () => {
    const repository = open().repository("claims");
    const config = await putText(repository, "{}");
    const wishes = await Promise.all(
      ["one", "two", "three", "four"].map(async (text) => manifestOf(config, [await putText(repository, text)])),
    );
    const claim = (bytes: Uint8Array) => repository.claimTag("1.0.0", { bytes, mediaType: OCI_MANIFEST }, signal);
    const [winner = "", ...others] = await Promise.all(wishes.map(claim));
    expect(others).toEqual([winner, winner, winner]);
    expect(wishes.map((bytes) => digestOf(bytes))).toContain(winner);
    for (const bytes of wishes) expect(await claim(bytes)).toBe(winner);
    expect((await repository.manifest("1.0.0", signal))?.descriptor.digest).toBe(winner);
  });

  test("has no tags in a repository that does not exist", async () => {
    expect(await open().repository("nobody").tags(signal)).toEqual([]);
    expect(await open().repository("nobody").manifest("1.0.0", signal)).toBeUndefined();
  });

  test("lists its repositories without the namespace", async () => {
    expect(await open().repositories(signal)).toEqual(["claims", "data/terns", "terns"]);
  });

  test("refuses names that no registry takes", () => {
    for (const name of ["../etc", "Terns", "a//b", "", "a/../b"]) {
      expect(() => open().repository(name)).toThrow(/REFERENCE|name/);
    }
  });

  test("stops when it is interrupted", async () => {
    const stopped = AbortSignal.abort();
    const repository = open().repository("terns");
    const bytes = Buffer.from("never");
    await expect(repository.putBlob(describeBlob(bytes), { bytes }, stopped)).rejects.toMatchObject({
      kind: "interrupted",
    });
    expect(await repository.hasBlob(describeBlob(bytes), signal)).toBe(false);
  });
});

test("a folder that cannot be used is an error of the registry", async () => {
  await writeFile(join(temp, "file"), "");
  const repository = openRegistry(join(temp, "file")).repository("terns");
  await expect(putText(repository, "x")).rejects.toMatchObject({ kind: "registry", code: "REGISTRY_UNREACHABLE" });
});

test("the folder's repositories are image layouts", async () => {
  const folder = join(temp, "registry", "terns");
  expect(JSON.parse(await readFile(join(folder, "oci-layout"), "utf8"))).toEqual({ imageLayoutVersion: "1.0.0" });
  expect(JSON.parse(await readFile(join(folder, "index.json"), "utf8"))).toMatchObject({
    schemaVersion: 2,
    manifests: [{ mediaType: OCI_MANIFEST, annotations: { "org.opencontainers.image.ref.name": "1.0.0" } }],
  });
});
