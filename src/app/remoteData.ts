/** The data of a release, read from its registry and verified. */
import { createHash } from "node:crypto";
import type { Digest } from "../core/digest";
import { SlipwayError } from "../core/errors";
import { MAX_MANIFEST_BYTES } from "../core/oci/manifest";
import type { Registry, Repository } from "../core/oci/registry";
import type { Descriptor } from "../core/oci/store";
import type { PackageFacts } from "../core/package/modelpack";
import {
  parseSnapshotConfig,
  parseSnapshotManifest,
  SNAPSHOT_PART,
  type SnapshotConfig,
  type SnapshotFile,
} from "../core/snapshot/manifest";

/** A snapshot in a registry. */
export interface RemoteSnapshot {
  readonly repository: Repository;
  readonly config: SnapshotConfig;
}

/** Reads the list of a snapshot's files; throws a verification error if it is missing or not what it should be. */
export async function readRemoteSnapshot(
  registry: Registry,
  { repository: name, digest }: NonNullable<PackageFacts["snapshot"]>,
  signal: AbortSignal,
): Promise<RemoteSnapshot> {
  const repository = registry.repository(name);
  const stored = await repository.manifest(digest, signal);
  if (stored === undefined) {
    throw new SlipwayError("verification", "SNAPSHOT_MISSING", `The data ${digest} is missing in ${name}.`);
  }
  const manifest = parseSnapshotManifest(stored.bytes, digest);
  const config = await readWhole(repository, manifest.config, signal);
  return { repository, config: parseSnapshotConfig(config, manifest.config.digest) };
}

/** The whole of a document: a blob of at most 4 MiB. */
export async function readWhole(
  repository: Repository,
  descriptor: Descriptor,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (descriptor.size > MAX_MANIFEST_BYTES) {
    throw new SlipwayError("verification", "BLOB_TOO_LARGE", `The document ${descriptor.digest} is larger than 4 MiB.`);
  }
  const parts: Uint8Array[] = [];
  for await (const chunk of repository.readBlob(descriptor, signal)) parts.push(chunk);
  return Buffer.concat(parts);
}

/** Streams a file of a snapshot; throws a verification error, after the last chunk, if it is not what the list says. */
export async function* readSnapshotFile(
  { repository }: RemoteSnapshot,
  file: SnapshotFile,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  for (const { digest, size } of file.parts) {
    for await (const chunk of repository.readBlob({ mediaType: SNAPSHOT_PART, digest, size }, signal)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const digest: Digest = `sha256:${hash.digest("hex")}`;
  if (digest === file.digest) return;
  throw new SlipwayError("verification", "SNAPSHOT_CORRUPT", `The parts of ${file.path} do not make up the file.`);
}
