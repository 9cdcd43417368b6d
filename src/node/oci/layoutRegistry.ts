/** A registry in a folder: each repository is an OCI image layout, which other tools read and write as well. */
import { link, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { digestOf, isDigest, type Digest } from "../../core/digest";
import { inputError, SlipwayError, throwIfAborted } from "../../core/errors";
import { INDEX_FILE, LAYOUT_FILE } from "../../core/oci/layout";
import { parseIndex, parseManifest, type ImageIndex } from "../../core/oci/manifest";
import { OCI_INDEX, OCI_MANIFEST, REF_NAME } from "../../core/oci/mediaTypes";
import { isRepositoryName, isTag } from "../../core/oci/reference";
import type { Registry, Repository, StoredManifest } from "../../core/oci/registry";
import type { BlobSource, Descriptor } from "../../core/oci/store";
import { codeOf } from "../systemError";
import {
  blobPath,
  corruptBlob,
  describeFile,
  guarded,
  guardedChunks,
  moveOver,
  partPath,
  readChunks,
  replaceFile,
  sizeOf,
  untilAborted,
  writeTemp,
  type FolderError,
  type HashedFile,
} from "./blobFile";
import { withLock } from "./folderLock";
import { holdsBlob, readKnown, rememberBlob } from "./knownBlobs";
import { makeLayout, openStore } from "./store";

const LOCK_FILE = ".index.lock";
const EMPTY_INDEX: ImageIndex = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] };
/** Namespaces are not deeper than this in a folder. */
const MAX_DEPTH = 4;

/** Opens the registry in `folder`. Nothing is written before the first blob or manifest. */
export function openLayoutRegistry(folder: string): Registry {
  return {
    location: folder,
    repository: (name) => {
      if (!isRepositoryName(name)) throw inputError("REFERENCE_INVALID", `"${name}" is not the name of a repository.`);
      return openRepository(name, join(folder, name));
    },
    repositories: () => guarded(unusable(folder), async () => (await findLayouts(folder, "", 0)).sort()),
  };
}

function openRepository(name: string, folder: string): Repository {
  const failure = unusable(folder);
  return {
    name,
    hasBlob: (descriptor, signal) => guarded(failure, () => holdsBlob(folder, descriptor, signal)),
    putBlob: (descriptor, source, signal) => guarded(failure, () => putBlob(folder, descriptor, source, signal)),
    readBlob: (descriptor, signal) => guardedChunks(failure, readBlob(folder, descriptor, signal)),
    manifest: (reference) => guarded(failure, () => readManifest(folder, reference)),
    putManifest: (bytes, mediaType, tag, signal) =>
      guarded(failure, () => putManifest(folder, { bytes, mediaType, tag, moves: true }, signal)),
    claimTag: (tag, manifest, signal) =>
      guarded(failure, () => putManifest(folder, { ...manifest, tag, moves: false }, signal)),
    tags: () =>
      guarded(failure, async () => (await readIndex(folder)).manifests.flatMap((entry) => tagOf(entry) ?? []).sort()),
  };
}

async function findLayouts(folder: string, prefix: string, depth: number): Promise<string[]> {
  if (depth > MAX_DEPTH) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  const found: string[] = [];
  for (const entry of entries) {
    const name = `${prefix}${entry.name}`;
    if (!entry.isDirectory() || !isRepositoryName(name)) continue;
    const path = join(folder, entry.name);
    if ((await sizeOf(join(path, LAYOUT_FILE))) !== undefined) found.push(name);
    found.push(...(await findLayouts(path, `${name}/`, depth + 1)));
  }
  return found;
}

async function putBlob(folder: string, descriptor: Descriptor, source: BlobSource, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  if (await holdsBlob(folder, descriptor, signal)) return;
  await makeLayout(folder);
  const path = blobPath(folder, descriptor.digest);
  const temp = await stage(dirname(path), source, signal);
  if (temp.digest !== descriptor.digest || temp.size !== descriptor.size) {
    await rm(temp.path);
    throw corruptBlob(descriptor.digest, "path" in source ? source.path : path);
  }
  await moveOver(temp.path, path);
  await rm(temp.path, { force: true }); // a rename between two links of one file keeps both
  await rememberBlob(folder, descriptor.digest);
}

/** A temporary file with the source's bytes: a second link to it where that can be, else a copy. */
async function stage(folder: string, source: BlobSource, signal: AbortSignal): Promise<HashedFile> {
  if ("bytes" in source) return writeTemp(folder, [source.bytes]);
  const path = partPath(folder);
  try {
    await link(source.path, path);
  } catch {
    return writeTemp(folder, untilAborted(readChunks(source.path), signal)); // another file system, or one without links
  }
  try {
    return await describeFile(path, signal);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function* readBlob(
  folder: string,
  { digest, size }: Descriptor,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const path = blobPath(folder, digest);
  const found = await sizeOf(path);
  if (found !== undefined && found !== size) throw corruptBlob(digest, path);
  yield* untilAborted(readKnown(folder, digest), signal);
}

async function readManifest(folder: string, reference: string): Promise<StoredManifest | undefined> {
  const { manifests } = await readIndex(folder);
  const entry = isDigest(reference)
    ? manifests.find(({ digest }) => digest === reference)
    : manifests.find((candidate) => tagOf(candidate) === reference);
  if (entry === undefined) return undefined;
  const bytes = await openStore(folder).readSmall(entry.digest);
  return { descriptor: { mediaType: entry.mediaType, digest: entry.digest, size: bytes.length }, bytes };
}

interface NewManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly tag: string | undefined;
  /** False if the tag stays with a manifest that has it. */
  readonly moves: boolean;
}

/** Gives the digest that the tag names then, or the manifest's where there is no tag. */
async function putManifest(folder: string, manifest: NewManifest, signal: AbortSignal): Promise<Digest> {
  throwIfAborted(signal);
  const { bytes, mediaType, tag, moves } = manifest;
  if (tag !== undefined && !isTag(tag)) throw inputError("REFERENCE_INVALID", `"${tag}" is not a tag.`);
  if (mediaType === OCI_MANIFEST) await requireBlobs(folder, bytes, signal);
  await makeLayout(folder);
  const digest = digestOf(bytes);
  const entry: Descriptor = { mediaType, digest, size: bytes.length };
  if (!(await holdsBlob(folder, entry, signal))) await replaceFile(blobPath(folder, digest), bytes);
  const change = async (): Promise<Digest> => {
    const index = await readIndex(folder);
    const holder = moves ? undefined : index.manifests.find((other) => tag !== undefined && tagOf(other) === tag);
    if (holder === undefined) await writeEntry(folder, index, { ...entry, ...annotationsOf(tag) });
    return holder?.digest ?? digest;
  };
  return withLock(join(folder, LOCK_FILE), change, signal);
}

/** As registries do: a manifest comes after its blobs, so that it never names something that is not there. */
async function requireBlobs(folder: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const { config, layers } = parseManifest(bytes, "The manifest");
  for (const descriptor of [config, ...layers]) {
    if (await holdsBlob(folder, descriptor, signal)) continue;
    throw new SlipwayError(
      "registry",
      "REGISTRY_REFUSED",
      `The manifest names ${descriptor.digest}, which ${folder} lacks.`,
    );
  }
}

/** Names a manifest in the index. One that loses its tag stays there by its digest. */
async function writeEntry(folder: string, index: ImageIndex, entry: Descriptor): Promise<void> {
  const tag = tagOf(entry);
  const others = index.manifests.map((other) =>
    tag !== undefined && tagOf(other) === tag ? withoutTag(other) : other,
  );
  const manifests = dropRepeated([...others, entry]);
  await replaceFile(join(folder, INDEX_FILE), Buffer.from(JSON.stringify({ ...index, manifests })));
}

function annotationsOf(tag: string | undefined): Pick<Descriptor, "annotations"> {
  return tag === undefined ? {} : { annotations: { [REF_NAME]: tag } };
}

/** Drops the untagged entries of manifests that another entry names. */
function dropRepeated(entries: readonly Descriptor[]): readonly Descriptor[] {
  const named = new Set(entries.filter((entry) => tagOf(entry) !== undefined).map(({ digest }) => digest));
  return entries.filter((entry) => {
    if (tagOf(entry) !== undefined) return true;
    const repeated = named.has(entry.digest);
    named.add(entry.digest);
    return !repeated;
  });
}

function tagOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[REF_NAME];
}

function withoutTag(entry: Descriptor): Descriptor {
  const { [REF_NAME]: _tag, ...annotations } = entry.annotations ?? {};
  return { ...entry, annotations };
}

async function readIndex(folder: string): Promise<ImageIndex> {
  const path = join(folder, INDEX_FILE);
  const size = await sizeOf(path);
  if (size === undefined) return EMPTY_INDEX;
  return parseIndex(await readFile(path), path);
}

function unusable(folder: string): FolderError {
  return (why, cause) =>
    new SlipwayError("registry", "REGISTRY_UNREACHABLE", `The registry in ${folder} cannot be used: ${why}.`, {
      place: { file: folder },
      cause,
    });
}
