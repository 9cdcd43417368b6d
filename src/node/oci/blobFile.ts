/** Files that are named by their digest: written in one step, verified when read. What is on disk is hostile until hashed. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hexOf, type Digest } from "../../core/digest";
import { SlipwayError, throwIfAborted } from "../../core/errors";
import { BLOBS_FOLDER } from "../../core/oci/layout";
import { diskFullError, isDiskFull } from "../diskFull";
import { ownName } from "../leftovers";
import { codeOf, explain } from "../systemError";

const CHUNK_BYTES = 1024 * 1024;

/** The file of a blob in the layout at `folder`. */
export function blobPath(folder: string, digest: Digest): string {
  return join(folder, BLOBS_FOLDER, hexOf(digest));
}

/** Blobs that are not complete yet. */
export const PART_PREFIX = ".part-";

/** A new name in `folder` for a blob that is not complete. */
export function partPath(folder: string): string {
  return join(folder, ownName(PART_PREFIX));
}

/** A complete file, with the facts of its content. */
export interface HashedFile {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Writes and syncs a temporary file in `folder`; removes it if anything fails, the source included. A chunk is hashed, and the
 * next one read, while it is written: no chunk may change once it was given.
 */
export async function writeTemp(folder: string, chunks: Chunks): Promise<HashedFile> {
  const path = partPath(folder);
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o644);
  let size = 0;
  let writing = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      await writing;
      writing = file.writeFile(chunk);
      writing.catch(() => undefined); // it is awaited later: until then nobody handles its failure
      size += chunk.length;
      hash.update(chunk);
    }
    await writing;
    await file.sync();
    await file.close();
    return { path, digest: digestFrom(hash), size };
  } catch (error) {
    await writing.catch(() => undefined); // a file is not closed under a write
    await file.close().catch(() => undefined); // already closed, or closing fails for the same reason
    await rm(path, { force: true });
    throw isDiskFull(error) ? await diskFullError(folder, size, error) : error;
  }
}

/** Gives a temporary file its name, in one step. */
export async function moveOver(temp: string, path: string): Promise<void> {
  try {
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
}

/** Replaces a file in one step: it has the old content, the new or, where that fails, still the old. */
export async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  await moveOver((await writeTemp(dirname(path), [content])).path, path);
}

/** Streams a file. */
export function readChunks(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: CHUNK_BYTES });
}

/** Streams a blob's file and throws, after the last chunk, if it does not have the digest. */
export async function* readVerified(path: string, digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of readChunks(path)) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw codeOf(error) === "ENOENT" ? missingBlob(digest, dirname(path)) : error;
  }
  if (digestFrom(hash) !== digest) throw corruptBlob(digest, path);
}

/** Digest and size of a file. */
export async function describeFile(path: string, signal: AbortSignal): Promise<HashedFile> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of untilAborted(readChunks(path), signal)) {
    size += chunk.length;
    hash.update(chunk);
  }
  return { path, digest: digestFrom(hash), size };
}

/** Passes `chunks` on and throws the interruption error once `signal` was aborted. */
export async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    throwIfAborted(signal);
    yield chunk;
  }
}

/** The digest of what was hashed. */
export function digestFrom(hash: Hash): Digest {
  return `sha256:${hash.digest("hex")}`;
}

/** Bytes of a file; `undefined` if there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await factsOf(path))?.size;
}

/** What the system knows of a file; `undefined` if there is none. */
export async function factsOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** The error for a blob that is not in `where`: a file or a repository. */
export function missingBlob(digest: Digest, where: string): SlipwayError {
  return new SlipwayError("verification", "BLOB_MISSING", `The blob ${digest} is missing in ${where}.`);
}

/** The error for a blob with other bytes than its name says. */
export function corruptBlob(digest: Digest, where: string): SlipwayError {
  return new SlipwayError("verification", "BLOB_CORRUPT", `The blob ${digest} is corrupt in ${where}.`);
}

/** Runs `work`; what the system refuses becomes an error for people, made by `toError` from what it means. */
export async function guarded<T>(toError: FolderError, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toPeople(toError, error);
  }
}

/** As `guarded`, for a stream. */
export async function* guardedChunks(
  toError: FolderError,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks;
  } catch (error) {
    throw toPeople(toError, error);
  }
}

/** Makes the error for a folder that cannot be used. */
export type FolderError = (why: string, cause: Error) => SlipwayError;

/** Whatever else was thrown stays what it is. */
function toPeople(toError: FolderError, error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const { reason } = explain(error);
  const where = "path" in error && !reason.includes(String(error.path)) ? ` (${String(error.path)})` : "";
  return toError(`${reason}${where}`, error);
}
