/**
 * What is known of the blobs of a layout. A large one is hashed once, and again where its file changed since: what was written over
 * is noticed. What a disk loses by itself changes no times; who reads it finds that, and then it is known no more.
 */
import type { Stats } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../../core/digest";
import { SlipwayError } from "../../core/errors";
import { sweep } from "../leftovers";
import { blobPath, describeFile, factsOf, PART_PREFIX, readVerified, replaceFile } from "./blobFile";

/** A smaller blob is hashed whenever it is asked for: that takes a few milliseconds. */
const LARGE_BYTES = 4 * 1024 * 1024;
/** In the layout, a file for each large blob, with the facts by which its file is recognised. It may be lost at any time. */
const KNOWN_FOLDER = ".known";

/** Removes what a process that was killed left of a note. */
export async function sweepKnown(folder: string): Promise<void> {
  const known = join(folder, KNOWN_FOLDER);
  if ((await factsOf(known)) !== undefined) await sweep(known, PART_PREFIX);
}

/** True if the layout at `folder` has the whole blob; of `size` bytes, where that is known. */
export async function holdsBlob(
  folder: string,
  { digest, size }: { readonly digest: Digest; readonly size?: number | undefined },
  signal = new AbortController().signal,
): Promise<boolean> {
  const path = blobPath(folder, digest);
  const found = await factsOf(path);
  if (found === undefined) return false;
  if (size !== undefined && size !== found.size) return false;
  if (await isKnown(folder, digest, found)) return true;
  const isWhole = (await describeFile(path, signal)).digest === digest;
  if (isWhole) await remember(folder, digest, found);
  return isWhole;
}

/** Notes that a blob was hashed before it was put in its place. */
export async function rememberBlob(folder: string, digest: Digest): Promise<void> {
  const found = await factsOf(blobPath(folder, digest));
  if (found !== undefined) await remember(folder, digest, found);
}

/** Streams a blob; fails after the last chunk, and takes it for unknown, if it does not have the digest. */
export async function* readKnown(folder: string, digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* readVerified(blobPath(folder, digest), digest);
  } catch (error) {
    if (error instanceof SlipwayError) await rm(knownPath(folder, digest), { force: true }).catch(() => undefined);
    throw error;
  }
}

async function isKnown(folder: string, digest: Digest, facts: Stats): Promise<boolean> {
  if (facts.size < LARGE_BYTES) return false;
  return (await readFile(knownPath(folder, digest), "utf8").catch(() => "")) === textOf(facts);
}

/** Where it cannot be noted, the blob is hashed the next time as well. */
async function remember(folder: string, digest: Digest, facts: Stats): Promise<void> {
  if (facts.size < LARGE_BYTES) return;
  const write = async (): Promise<void> => {
    await mkdir(join(folder, KNOWN_FOLDER), { recursive: true });
    await replaceFile(knownPath(folder, digest), Buffer.from(textOf(facts)));
  };
  await write().catch(() => undefined);
}

function textOf({ size, mtimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ino}`;
}

function knownPath(folder: string, digest: Digest): string {
  return join(folder, KNOWN_FOLDER, digest.replace(":", "-"));
}
