import { join } from "node:path";
import { hexOf, type Digest } from "../core/digest";
import { SlipwayError, throwIfAborted } from "../core/errors";
import type { Host } from "../core/host";
import { parseManifest } from "../core/oci/manifest";
import { formatReference, parseReference, type Reference } from "../core/oci/reference";
import type { Repository } from "../core/oci/registry";
import type { BlobStore, Descriptor } from "../core/oci/store";
import { parsePackage, type Package } from "../core/package/modelpack";
import { parseSnapshotManifest } from "../core/snapshot/manifest";
import { buildPackage, type PackageHost } from "./package";
import { forEachParallel } from "./parallel";
import { findRelease, tagRelease, unlessCorrupt, versionFor, type Release, type SameContent } from "./release";
import { DEFAULT_REGISTRY } from "./workspace";

const PARALLEL_BLOBS = 3;

/** What is pushed, and where to. */
export interface PushOptions {
  readonly workspace: string;
  /** A pipeline, `NAME@DIGEST` of a package in the store, or `NAME:VERSION` of a release in the workspace's own registry. */
  readonly target: string;
  readonly registry: string;
}

/** A release that is in the registry now. */
export interface Pushed {
  /** `NAME:VERSION`. */
  readonly ref: string;
  readonly name: string;
  readonly digest: Digest;
  readonly version: string;
  /** Bytes of blobs that went to the registry. */
  readonly bytesSent: number;
  /** Bytes of blobs that it had. */
  readonly bytesReused: number;
}

/** Sends a package and its data to a registry. The version is given last: it never names something incomplete. */
export async function push(options: PushOptions, host: PackageHost, signal: AbortSignal): Promise<Pushed> {
  const { name, digest, same } = await findPackage(options, host, signal);
  host.progress.stage("Pushing");
  const store = host.store(options.workspace);
  const registry = host.openRegistry(options.registry);
  const bytes = await store.readSmall(digest);
  const { manifest, facts } = parsePackage(bytes, formatReference({ name, digest }));
  const sending: Sending = { store, host, sent: new Map(), reused: new Map() };

  if (facts.snapshot !== undefined) {
    await sendSnapshot(registry.repository(facts.snapshot.repository), facts.snapshot.digest, sending, signal);
  }
  const repository = registry.repository(name);
  const version = await sendPackage(repository, { bytes, digest, manifest, same }, sending, signal);
  return {
    ref: formatReference({ name, version }),
    name,
    digest,
    version,
    bytesSent: sum(sending.sent),
    bytesReused: sum(sending.reused),
  };
}

interface Sending {
  readonly store: BlobStore;
  readonly host: Pick<Host, "progress">;
  /** Sizes of blobs, by repository and digest. */
  readonly sent: Map<string, number>;
  readonly reused: Map<string, number>;
}

function sum(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((total, size) => total + size, 0);
}

interface FoundPackage {
  readonly name: string;
  readonly digest: Digest;
  readonly same: SameContent;
}

async function findPackage(options: PushOptions, host: PackageHost, signal: AbortSignal): Promise<FoundPackage> {
  const { workspace, target, registry } = options;
  if (!/^[a-z0-9._/-]+[:@]/.test(target)) {
    const { name, digest } = await buildPackage({ workspace, pipeline: target, registry }, host, signal);
    return { name, digest, same: "the newest release" };
  }
  const reference = parseReference(target);
  const { name, digest } = reference;
  if (digest !== undefined && (await host.store(workspace).has(digest))) {
    return { name, digest, same: "the newest release" };
  }
  const release = await fetchRelease(workspace, reference, host, signal);
  return { ...release, same: "any release" }; // one that is sent on is not shipped anew
}

/** Brings a release of the workspace's own registry into its store, so that it can be sent on. */
async function fetchRelease(
  workspace: string,
  reference: Reference,
  host: PackageHost,
  signal: AbortSignal,
): Promise<Pick<Release, "name" | "digest">> {
  const registry = host.openRegistry(join(workspace, DEFAULT_REGISTRY));
  const store = host.store(workspace);
  const release = await findRelease(registry, reference, signal);
  await fetchManifest(registry.repository(release.name), release.digest, store, signal);
  const { snapshot } = release.facts;
  if (snapshot !== undefined) {
    await fetchManifest(registry.repository(snapshot.repository), snapshot.digest, store, signal);
  }
  return release;
}

async function fetchManifest(
  repository: Repository,
  digest: Digest,
  store: BlobStore,
  signal: AbortSignal,
): Promise<void> {
  const stored = await repository.manifest(digest, signal);
  if (stored === undefined) throw missing(digest, repository.name);
  const { config, layers } = parseManifest(stored.bytes, digest);
  for (const descriptor of [config, ...layers]) {
    if (!(await store.has(descriptor.digest, descriptor.size)))
      await store.put(repository.readBlob(descriptor, signal));
  }
  await store.put(stored.bytes);
}

async function sendSnapshot(
  repository: Repository,
  digest: Digest,
  sending: Sending,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await sending.store.readSmall(digest);
  const { mediaType, config, layers } = parseSnapshotManifest(bytes, digest);
  await sendBlobs(repository, [config, ...layers], sending, signal);
  if ((await unlessCorrupt(repository.manifest(digest, signal))) !== undefined) return;
  // a tag, so that no clean-up of the registry takes it for rubbish
  await repository.putManifest(bytes, mediaType, `snapshot-${hexOf(digest).slice(0, 12)}`, signal);
}

interface PackageBytes extends Pick<Package, "manifest"> {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly same: SameContent;
}

async function sendPackage(
  repository: Repository,
  { bytes, digest, manifest, same }: PackageBytes,
  sending: Sending,
  signal: AbortSignal,
): Promise<string> {
  const blobs = [manifest.config, ...manifest.layers];
  const before = await versionFor(repository, { digest, same }, signal);
  // also of a release that is there: a blob of it may have been lost or cut short since
  await sendBlobs(repository, blobs, sending, signal);
  if (before.isReleased) return before.version;
  throwIfAborted(signal);
  const { mediaType } = manifest;
  return tagRelease(repository, { bytes, mediaType, digest, version: before.version }, signal);
}

/** Sends the blobs that the repository lacks. */
async function sendBlobs(
  repository: Repository,
  descriptors: readonly Descriptor[],
  sending: Sending,
  signal: AbortSignal,
): Promise<void> {
  const { store, host, sent } = sending;
  const blobs = [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
  let done = 0;
  await forEachParallel(blobs, PARALLEL_BLOBS, async (descriptor) => {
    throwIfAborted(signal);
    if (await repository.hasBlob(descriptor, signal)) {
      count(sending.reused, repository, [descriptor]);
    } else {
      if (!(await store.has(descriptor.digest, descriptor.size)))
        throw missing(descriptor.digest, "the workspace's store");
      await repository.putBlob(descriptor, { path: store.path(descriptor.digest) }, signal);
      count(sent, repository, [descriptor]);
    }
    done += 1;
    host.progress.report(done / blobs.length, repository.name);
  });
}

function count(sizes: Map<string, number>, { name }: Repository, descriptors: readonly Descriptor[]): void {
  for (const { digest, size } of descriptors) sizes.set(`${name}@${digest}`, size);
}

function missing(digest: Digest, where: string): SlipwayError {
  return new SlipwayError("verification", "BLOB_MISSING", `The blob ${digest} is missing in ${where}.`, {
    hint: "Run: slipway snapshot PIPELINE, then slipway validate PIPELINE",
  });
}
