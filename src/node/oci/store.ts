/** Blobs in a folder that is an OCI image layout, so that other tools can read it. Everything on disk is hostile until hashed. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { digestOf, hexOf, type Digest } from "../../core/digest";
import { SlipwayError } from "../../core/errors";
import { BLOBS_FOLDER, INDEX_FILE, LAYOUT_FILE, LAYOUT_TEXT } from "../../core/oci/layout";
import type { BlobStore } from "../../core/oci/store";
import { diskFullError, isDiskFull } from "../diskFull";

const SMALL_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const EMPTY_INDEX = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}`;

type Stored = Awaited<ReturnType<BlobStore["put"]>>;

/** Opens the store in `folder`. Nothing is written before the first `put`. */
export function openStore(folder: string): BlobStore {
  const path = (digest: Digest): string => join(folder, BLOBS_FOLDER, hexOf(digest));
  return {
    path,
    has: async (digest) => (await sizeOf(path(digest))) !== undefined,
    read: (digest) => readVerified(path(digest), digest),
    readSmall: (digest) => readSmall(path(digest), digest),
    put: async (data) => {
      await makeLayout(folder);
      return data instanceof Uint8Array ? putBytes(data, path) : putStream(data, join(folder, BLOBS_FOLDER), path);
    },
  };
}

/** Makes `folder` an image layout if it is none. */
export async function makeLayout(folder: string): Promise<void> {
  await mkdir(join(folder, BLOBS_FOLDER), { recursive: true });
  await writeIfMissing(join(folder, INDEX_FILE), EMPTY_INDEX);
  await writeIfMissing(join(folder, LAYOUT_FILE), LAYOUT_TEXT);
}

/** Replaces `path` by `chunks` in one step: it has the old content, the new or, where that fails, still the old. */
export async function replaceFile(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const temp = await writeTemp(dirname(path), chunks, () => undefined);
  await moveOver(temp, path);
}

async function writeIfMissing(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    if (isDiskFull(error)) throw await diskFullError(dirname(path), text.length, error);
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

async function putBytes(data: Uint8Array, path: (digest: Digest) => string): Promise<Stored> {
  const digest = digestOf(data);
  const stored = (await sizeOf(path(digest))) !== data.length;
  if (stored) await replaceFile(path(digest), [data]);
  return { digest, size: data.length, stored };
}

async function putStream(
  data: AsyncIterable<Uint8Array>,
  folder: string,
  path: (digest: Digest) => string,
): Promise<Stored> {
  const hash = createHash("sha256");
  let size = 0;
  const temp = await writeTemp(folder, data, (chunk) => {
    hash.update(chunk);
    size += chunk.length;
  });
  const digest: Digest = `sha256:${hash.digest("hex")}`;
  const stored = (await sizeOf(path(digest))) !== size;
  await (stored ? moveOver(temp, path(digest)) : rm(temp));
  return { digest, size, stored };
}

/** Writes a temporary file beside its later place and syncs it; removes it if anything fails, the source included. */
async function writeTemp(
  folder: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  seen: (chunk: Uint8Array) => void,
): Promise<string> {
  const temp = join(folder, `.part-${randomUUID()}`);
  const file = await open(temp, "wx", 0o644);
  let needed = 0;
  try {
    for await (const chunk of chunks) {
      needed += chunk.length;
      seen(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
    await file.close();
    return temp;
  } catch (error) {
    await file.close().catch(() => undefined); // already closed, or closing fails for the same reason
    await rm(temp, { force: true });
    throw isDiskFull(error) ? await diskFullError(folder, needed, error) : error;
  }
}

async function moveOver(temp: string, path: string): Promise<void> {
  try {
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
}

/** Streams a file and throws a verification error, after the last chunk, if it does not have the digest. */
async function* readVerified(path: string, digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  const chunks: AsyncIterable<Uint8Array> = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw codeOf(error) === "ENOENT" ? missing(path, digest) : error;
  }
  if (`sha256:${hash.digest("hex")}` !== digest) throw corrupt(path, digest);
}

async function readSmall(path: string, digest: Digest): Promise<Uint8Array> {
  const size = await sizeOf(path);
  if (size === undefined) throw missing(path, digest);
  if (size > SMALL_BYTES) throw blobError("BLOB_TOO_LARGE", `The blob ${digest} is larger than 4 MiB.`, path);
  const data = await readFile(path);
  if (digestOf(data) !== digest) throw corrupt(path, digest);
  return data;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

function missing(path: string, digest: Digest): SlipwayError {
  return blobError("BLOB_MISSING", `The blob ${digest} is missing.`, path);
}

function corrupt(path: string, digest: Digest): SlipwayError {
  return blobError("BLOB_CORRUPT", `The blob ${digest} is corrupt: its bytes do not have this digest.`, path);
}

function blobError(code: string, message: string, file: string): SlipwayError {
  return new SlipwayError("verification", code, message, { place: { file } });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
