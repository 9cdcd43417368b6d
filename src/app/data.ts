/** The data that a notebook reads, as it is now. */
import { createHash } from "node:crypto";
import type { Digest } from "../core/digest";
import { inputError, throwIfAborted, type Place, type SlipwayError } from "../core/errors";
import type { FileStat, Host } from "../core/host";
import type { BlobStore } from "../core/oci/store";
import type { Reference } from "../core/pipeline";
import type { Diagnostic } from "../core/report";
import { FETCH_LFS, isLfsPointer } from "../core/snapshot/lfsPointer";
import type { SnapshotFile } from "../core/snapshot/manifest";
import { attempt, leftOut } from "./alternatives";
import { cachedDigest, loadFileCache, rememberFile, saveFileCache, type FileCache } from "./fileCache";
import { blamed, findSources, placeOf, type Origin, type Source } from "./snapshotSources";
import { fetchBlob, type UrlLimits } from "./snapshotUrl";

/** Which data is read, and how much a URL may send. */
export interface DataOptions extends Origin {
  readonly references: readonly Reference[];
  /** Limits of one URL. Default: 10 minutes, 4 GiB. */
  readonly urlLimits?: UrlLimits;
}

/** What reading data needs of the host. */
export type DataHost = Pick<Host, "files" | "http" | "progress" | "clock">;

/** Where the bytes go. What it has is not read again if it did not change. */
export type Sink = Pick<BlobStore, "has" | "put">;

/** How data is read. */
export interface Reading {
  readonly host: DataHost;
  readonly cache: FileCache;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  /** Is told what is left out. */
  readonly warn: (diagnostic: Diagnostic) => void;
}

/** One file of the data, in the sink. */
export interface ReadFile {
  /** Path in a snapshot. */
  readonly place: string;
  readonly blob: Awaited<ReturnType<Sink["put"]>>;
  /** Where it was fetched, if it came from the web. */
  readonly origin?: NonNullable<SnapshotFile["origin"]>;
}

/** Reads every file and URL of `references` into the sink, one after the other; of alternatives, those that can be had. */
export async function* readData(options: DataOptions, reading: Reading): AsyncGenerator<ReadFile, void, undefined> {
  const { host, signal } = reading;
  const local = options.references.filter(({ kind }) => kind !== "url");
  const remote = options.references.filter(({ kind }) => kind === "url");
  const { sources, failures: missing } = await findSources(local, options, host, signal);
  const failures = [...missing];
  const total = sources.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const source of sources) {
    throwIfAborted(signal);
    host.progress.report(total === 0 ? 0 : done / total, source.place);
    yield await at(source.origin, () => readSource(source, reading));
    done += source.size;
  }
  for (const reference of remote) {
    const fetched = await attempt(reference, failures, () =>
      at(placeOf(options, reference), () => fetchBlob(reference.path, { ...options, ...reading })),
    );
    if (fetched !== undefined) yield { place: reference.place, ...fetched };
  }
  leftOut(options.references, failures).forEach(reading.warn);
}

/** Paths and digests of the data as it is now. Nothing is kept but what spares the next reading. */
export async function currentData(
  options: DataOptions,
  host: DataHost,
  signal: AbortSignal,
): Promise<readonly { readonly path: string; readonly digest: Digest }[]> {
  const cache = await loadFileCache(options.workspace, host);
  const found: { readonly path: string; readonly digest: Digest }[] = [];
  const reading: Reading = { host, cache, sink: HASH_ONLY, signal, warn: () => undefined };
  for await (const { place, blob } of readData(options, reading)) {
    found.push({ path: place, digest: blob.digest });
  }
  await saveFileCache(options.workspace, cache, host);
  return found;
}

const HASH_ONLY: Sink = {
  has: () => Promise.resolve(true),
  put: async (data) => {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of data instanceof Uint8Array ? [data] : data) {
      size += chunk.length;
      hash.update(chunk);
    }
    return { digest: `sha256:${hash.digest("hex")}`, size, stored: false };
  },
};

async function at<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw blamed(error, place);
  }
}

async function readSource({ path, place, origin }: Source, reading: Reading): Promise<ReadFile> {
  const { host, sink, cache, signal } = reading;
  const stat = await host.files.stat(path);
  if (stat === undefined) throw changed(place, origin);
  const known = cachedDigest(cache, path, stat);
  if (known !== undefined && (await sink.has(known, stat.size))) {
    return { place, blob: { digest: known, size: stat.size, stored: false } };
  }

  const readAt = host.clock.now().getTime();
  const [failure, pointer] = [changed(place, origin), lfsPointer(path, origin)];
  const blob = await sink.put(unchanging({ path, stat, files: host.files, signal, failure, pointer }));
  rememberFile(cache, path, { stat, digest: blob.digest, readAt });
  return { place, blob };
}

interface Unchanging {
  readonly path: string;
  readonly stat: FileStat;
  readonly files: Host["files"];
  readonly signal: AbortSignal;
  readonly failure: SlipwayError;
  /** What is thrown for a file that only names the data. */
  readonly pointer: SlipwayError;
}

/** The file's bytes; fails before the end, so that nothing of it is kept, if they are not those of one moment. */
async function* unchanging({ path, stat, files, signal, failure, pointer }: Unchanging): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of files.stream(path)) {
    throwIfAborted(signal);
    size += chunk.length;
    if (size > stat.size) throw failure;
    if (size === chunk.length && isLfsPointer(chunk)) throw pointer;
    yield chunk;
  }
  const now = await files.stat(path);
  const same =
    now?.size === size && now.size === stat.size && now.modified === stat.modified && now.inode === stat.inode;
  if (!same) throw failure;
}

function changed(place: string, origin: Place): SlipwayError {
  return inputError("DATA_CHANGED", `${place} changed while it was read.`, {
    place: origin,
    hint: "Wait until the program that writes it has finished, then run it again.",
  });
}

function lfsPointer(path: string, place: Place): SlipwayError {
  const message = `${path} is a pointer of Git LFS and not the data, which the release would lack.`;
  return inputError("DATA_LFS_POINTER", message, { place, hint: FETCH_LFS });
}
