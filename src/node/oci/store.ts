/** Blobs in a folder that is an OCI image layout, so that other tools can read it. */
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { digestOf, type Digest } from "../../core/digest";
import { inputError, SlipwayError } from "../../core/errors";
import { BLOBS_FOLDER, INDEX_FILE, LAYOUT_FILE, LAYOUT_TEXT } from "../../core/oci/layout";
import { MAX_MANIFEST_BYTES } from "../../core/oci/manifest";
import type { BlobStore } from "../../core/oci/store";
import { sweep } from "../leftovers";
import {
  blobPath,
  corruptBlob,
  guarded,
  guardedChunks,
  missingBlob,
  moveOver,
  PART_PREFIX,
  replaceFile,
  sizeOf,
  writeTemp,
  type FolderError,
} from "./blobFile";
import { holdsBlob, readKnown, rememberBlob, sweepKnown } from "./knownBlobs";

const EMPTY_INDEX = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}`;

type Stored = Awaited<ReturnType<BlobStore["put"]>>;

/** Opens the store in `folder`. Nothing is written before the first `put`. */
export function openStore(folder: string): BlobStore {
  const path = (digest: Digest): string => blobPath(folder, digest);
  const failure = unusable(folder);
  return {
    path,
    has: (digest, size) => guarded(failure, () => holdsBlob(folder, { digest, size })),
    read: (digest) => guardedChunks(failure, readKnown(folder, digest)),
    readSmall: (digest) => guarded(failure, () => readSmall(path(digest), digest)),
    put: (data) => guarded(failure, () => put(folder, data)),
  };
}

function unusable(folder: string): FolderError {
  return (why, cause) =>
    inputError("STORE_FAILED", `The store in ${folder} cannot be used: ${why}.`, { place: { file: folder }, cause });
}

/** Makes `folder` an image layout but for its index, without what killed processes left there. */
export async function makeLayout(folder: string): Promise<void> {
  const blobs = join(folder, BLOBS_FOLDER);
  await mkdir(blobs, { recursive: true });
  for (const path of [folder, blobs]) await sweep(path, PART_PREFIX);
  await sweepKnown(folder);
  await writeIfMissing(join(folder, LAYOUT_FILE), LAYOUT_TEXT);
}

async function writeIfMissing(path: string, text: string): Promise<void> {
  if ((await sizeOf(path)) === undefined) await replaceFile(path, Buffer.from(text));
}

async function put(folder: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<Stored> {
  await makeLayout(folder);
  await writeIfMissing(join(folder, INDEX_FILE), EMPTY_INDEX); // nobody names manifests in a store
  return data instanceof Uint8Array ? putBytes(folder, data) : putStream(folder, data);
}

async function putBytes(folder: string, data: Uint8Array): Promise<Stored> {
  const digest = digestOf(data);
  const size = data.length;
  const stored = !(await holdsBlob(folder, { digest, size }));
  if (stored) await replaceFile(blobPath(folder, digest), data);
  return { digest, size, stored };
}

async function putStream(folder: string, data: AsyncIterable<Uint8Array>): Promise<Stored> {
  const { path, digest, size } = await writeTemp(join(folder, BLOBS_FOLDER), data);
  const stored = !(await holdsBlob(folder, { digest, size }));
  await (stored ? moveOver(path, blobPath(folder, digest)) : rm(path));
  if (stored) await rememberBlob(folder, digest);
  return { digest, size, stored };
}

async function readSmall(path: string, digest: Digest): Promise<Uint8Array> {
  const size = await sizeOf(path);
  if (size === undefined) throw missingBlob(digest, dirname(path));
  if (size > MAX_MANIFEST_BYTES) {
    throw new SlipwayError("verification", "BLOB_TOO_LARGE", `The blob ${digest} is larger than 4 MiB.`);
  }
  const data = await readFile(path);
  if (digestOf(data) !== digest) throw corruptBlob(digest, path);
  return data;
}
