import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Digest } from "../core/digest";
import { SlipwayError, throwIfAborted } from "../core/errors";
import type { Host } from "../core/host";
import { isTextNotebook } from "../core/notebook/textNotebook";
import type { Manifest } from "../core/oci/manifest";
import type { BlobStore } from "../core/oci/store";
import type { Extraction } from "../core/pipeline";
import type { Diagnostic } from "../core/report";
import {
  formatSnapshot,
  parseSnapshotConfig,
  parseSnapshotManifest,
  type SnapshotConfig,
  type SnapshotFile,
} from "../core/snapshot/manifest";
import type { ColumnProfile, TableProfile } from "../core/snapshot/profile";
import { analyse, type AnalyseHost } from "./analyse";
import { readData, type DataHost, type DataOptions, type ReadFile, type Reading } from "./data";
import { loadFileCache, profileKey, saveFileCache } from "./fileCache";
import { ignoreState, loadPipeline, LOCK_FILE, pipelineFolder, updateLock, type Pipeline } from "./workspace";

/** What a snapshot needs of the host. */
export type SnapshotHost = DataHost & Pick<Host, "store" | "tables">;

/** A stored snapshot. */
export interface SnapshotResult {
  readonly digest: Digest;
  readonly files: readonly SnapshotSummary[];
  /** Bytes of data that were new to the store. */
  readonly bytesStored: number;
  /** Bytes of data that the store had. */
  readonly bytesReused: number;
  /** What is left out, because it cannot be had and another branch of the notebook reads something else instead. */
  readonly diagnostics: readonly Diagnostic[];
}

/** One file of a snapshot, as it is shown. */
export interface SnapshotSummary {
  readonly path: string;
  readonly size: number;
  readonly digest: Digest;
  /** Absent if the file is no table. */
  readonly rows?: number;
  readonly columns: readonly ColumnProfile[];
}

/** The data of which notebook is stored. */
export interface SnapshotTarget {
  readonly workspace: string;
  /** A notebook, or a pipeline: its name, its folder, or a file in it. */
  readonly target: string;
}

/** Stores the data that a notebook reads, and writes the snapshot's digest into the lock of its pipeline, if it has one. */
export async function snapshot(
  { workspace, target }: SnapshotTarget,
  host: SnapshotHost & AnalyseHost,
  signal: AbortSignal,
): Promise<SnapshotResult> {
  host.progress.stage("Finding the data");
  const named = (await isNotebook(workspace, target, host)) ? undefined : await loadPipeline(workspace, target, host);
  const wanted = named?.lock.model === undefined ? {} : { model: named.lock.model };
  const extraction = await analyse(
    { workspace, notebook: named?.lock.notebook.path ?? target, ...wanted },
    host,
    signal,
  );
  const { notebook, references } = extraction;
  const result = await takeSnapshot({ workspace, notebook, references }, host, signal);
  const pipeline = named ?? (await pipelineOf(workspace, extraction, host));
  if (pipeline !== undefined) await noteSnapshot(pipeline, { references, ...result }, host);
  return result;
}

/** True for `*.ipynb`, and for text that no pipeline folder holds. */
async function isNotebook(workspace: string, target: string, { files }: Pick<Host, "files">): Promise<boolean> {
  if (!isTextNotebook(target)) return target.endsWith(".ipynb");
  return (await files.stat(join(pipelineFolder(workspace, target), LOCK_FILE))) === undefined;
}

/** Writes a snapshot's digest into a pipeline's lock, unless it is there; the lock of a pipeline that reads nothing has none. */
export async function noteSnapshot(
  pipeline: Pipeline,
  { references, digest }: Pick<DataOptions, "references"> & Pick<SnapshotResult, "digest">,
  host: Pick<Host, "files">,
): Promise<Pipeline> {
  const isKnown = references.length === 0 || pipeline.lock.snapshot === digest;
  return isKnown ? pipeline : updateLock(pipeline, { snapshot: digest }, host);
}

/** The pipeline that was extracted from the notebook, if it was. */
async function pipelineOf(
  workspace: string,
  { pipeline, notebook }: Extraction,
  host: Pick<Host, "files">,
): Promise<Pipeline | undefined> {
  if ((await host.files.stat(join(pipelineFolder(workspace, pipeline), LOCK_FILE))) === undefined) return undefined;
  const found = await loadPipeline(workspace, pipeline, host);
  return found.lock.notebook.path === notebook ? found : undefined;
}

/** Stores the data that `references` read, and its profile. Unchanged data is neither stored nor profiled again. */
export async function takeSnapshot(
  options: DataOptions,
  host: SnapshotHost,
  signal: AbortSignal,
): Promise<SnapshotResult> {
  host.progress.stage("Storing the data");
  const store = host.store(options.workspace);
  const cache = await loadFileCache(options.workspace, host);
  const diagnostics: Diagnostic[] = [];
  const warn = (diagnostic: Diagnostic): number => diagnostics.push(diagnostic);
  const taking: Taking = { host, signal, store, sink: store, cache, warn };
  const stored: StoredFile[] = [];
  for await (const file of readData(options, taking)) stored.push(await describe(file, taking));
  const files = stored.map(({ file }) => file);
  const digest = await storeDocuments(files, store);
  await ignoreState(options.workspace, host);
  await saveFileCache(options.workspace, taking.cache, host);
  return {
    digest,
    files: files.map(summary),
    bytesStored: bytes(stored.filter(({ isNew }) => isNew)),
    bytesReused: bytes(stored.filter(({ isNew }) => !isNew)),
    diagnostics,
  };
}

interface Taking extends Reading {
  readonly host: SnapshotHost;
  readonly store: BlobStore;
}

interface StoredFile {
  readonly file: SnapshotFile;
  readonly isNew: boolean;
}

/** The snapshot's entry for a stored blob. Its profile is taken of the blob, which cannot change meanwhile. */
async function describe({ place, blob, origin }: ReadFile, taking: Taking): Promise<StoredFile> {
  const { digest, size } = blob;
  const { profiles } = taking.cache;
  const key = profileKey(digest, place);
  const known = profiles.get(key);
  const profile = known === undefined ? await profileOf(place, digest, taking) : known;
  profiles.set(key, profile);
  const parts = size === 0 ? [] : [{ digest, size }];
  const file = {
    path: place,
    size,
    digest,
    parts,
    ...(profile === null ? {} : { profile }),
    ...(origin === undefined ? {} : { origin }),
  };
  return { file, isNew: blob.stored };
}

/** A table that cannot be profiled is stored all the same. */
async function profileOf(place: string, digest: Digest, { host, store, signal }: Taking): Promise<TableProfile | null> {
  try {
    return (await host.tables.profile(store.path(digest), place, signal)) ?? null;
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== "TABLE_UNREADABLE") throw error;
    host.progress.note(`${place} is stored without a profile: ${error.message}`);
    return null;
  }
}

async function storeDocuments(files: readonly SnapshotFile[], store: BlobStore): Promise<Digest> {
  const { config, manifest } = formatSnapshot(files);
  await store.put(config);
  return (await store.put(manifest)).digest;
}

function summary({ path, size, digest, profile }: SnapshotFile): SnapshotSummary {
  return { path, size, digest, ...rowsOf(profile), columns: profile?.columns ?? [] };
}

function rowsOf(profile: TableProfile | undefined): { readonly rows?: number } {
  return profile === undefined ? {} : { rows: profile.rows };
}

function bytes(stored: readonly StoredFile[]): number {
  return stored.reduce((sum, { file }) => sum + file.size, 0);
}

/** The manifest of a snapshot in the store: its config and layers are the blobs that the snapshot needs. */
export async function readSnapshotManifest(store: BlobStore, digest: Digest): Promise<Manifest> {
  return parseSnapshotManifest(await store.readSmall(digest), digest);
}

/** The list of files of a snapshot in the store, with their profiles. */
export async function readSnapshotConfig(store: BlobStore, digest: Digest): Promise<SnapshotConfig> {
  const { config } = await readSnapshotManifest(store, digest);
  return parseSnapshotConfig(await store.readSmall(config.digest), config.digest);
}

/** Which snapshot is laid out, and in which folder. */
export interface RestoreOptions {
  readonly workspace: string;
  readonly digest: Digest;
  readonly folder: string;
}

/** Lays the files of a snapshot out in a folder, each at its path, verified. Gives what the snapshot holds. */
export async function restoreSnapshot(
  { workspace, digest, folder }: RestoreOptions,
  host: Pick<Host, "files" | "store">,
  signal: AbortSignal,
): Promise<SnapshotConfig> {
  const store = host.store(workspace);
  const config = await readSnapshotConfig(store, digest);
  for (const file of config.files) {
    await host.files.writeStream(join(folder, file.path), contentOf(file, store, signal));
  }
  return config;
}

async function* contentOf(file: SnapshotFile, store: BlobStore, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  for (const part of file.parts) {
    for await (const chunk of store.read(part.digest)) {
      throwIfAborted(signal);
      hash.update(chunk);
      yield chunk;
    }
  }
  if (`sha256:${hash.digest("hex")}` === file.digest) return;
  throw new SlipwayError("verification", "SNAPSHOT_CORRUPT", `The parts of ${file.path} do not make up the file.`);
}
