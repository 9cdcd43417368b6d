/** The form of a data snapshot: an OCI manifest whose config lists the files. No clock and no path of the machine goes in. */
import * as z from "zod";
import { canonicalJson, digestOf, type Digest } from "../digest";
import { inputError, SlipwayError } from "../errors";
import { digestSchema, MAX_MANIFEST_BYTES, parseJson, parseManifest, type Manifest } from "../oci/manifest";
import { OCI_MANIFEST } from "../oci/mediaTypes";
import type { Descriptor } from "../oci/store";
import { isSafePlace } from "./place";
import { tableProfileSchema, type TableProfile } from "./profile";

/** `artifactType` of a snapshot's manifest. */
export const SNAPSHOT_ARTIFACT = "application/vnd.slipway.snapshot.v1+json";
/** Media type of its config. */
export const SNAPSHOT_CONFIG = "application/vnd.slipway.snapshot.config.v1+json";
/** Media type of its layers. */
export const SNAPSHOT_PART = "application/vnd.slipway.snapshot.part.v1";

/** A blob that holds a piece of a file. */
export interface SnapshotPart {
  readonly digest: Digest;
  readonly size: number;
}

/** One file of a snapshot: its parts, in order, are its content; an empty file has none. */
export interface SnapshotFile {
  /** Safe and relative, with forward slashes: the reference's `place`, or a path below it. */
  readonly path: string;
  readonly size: number;
  readonly digest: Digest;
  readonly parts: readonly SnapshotPart[];
  /** Absent if the file is no table. */
  readonly profile?: TableProfile;
  /** Where it was fetched, if it came from the web. */
  readonly origin?: { readonly url: string; readonly etag?: string };
}

/** The config of a snapshot's manifest. */
export interface SnapshotConfig {
  readonly version: 1;
  /** Sorted by path. */
  readonly files: readonly SnapshotFile[];
}

/** The two documents of a snapshot, as they are stored. */
export interface SnapshotDocuments {
  readonly config: Uint8Array;
  readonly manifest: Uint8Array;
}

/** Writes the documents of a snapshot of `files`, in any order: the same files give the same bytes. */
export function formatSnapshot(files: readonly SnapshotFile[]): SnapshotDocuments {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const config = encode({ version: 1, files: sorted } satisfies SnapshotConfig);
  const manifest = encode({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: SNAPSHOT_ARTIFACT,
    config: { mediaType: SNAPSHOT_CONFIG, digest: digestOf(config), size: config.length },
    layers: partLayers(sorted),
  } satisfies Manifest);
  if (Math.max(config.length, manifest.length) > MAX_MANIFEST_BYTES) throw tooMany(files.length);
  parseSnapshotConfig(config, digestOf(config)); // what is written can be read
  return { config, manifest };
}

/** One layer for each distinct part, in the order of the files. */
function partLayers(files: readonly SnapshotFile[]): readonly Descriptor[] {
  const parts = new Map(files.flatMap((file) => file.parts).map((part) => [part.digest, part]));
  return [...parts.values()].map(({ digest, size }) => ({ mediaType: SNAPSHOT_PART, digest, size }));
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

function tooMany(count: number): SlipwayError {
  return inputError(
    "SNAPSHOT_TOO_LARGE",
    `The notebook reads ${count} files: their list is larger than a registry takes.`,
    {
      hint: "Put them into one archive or one Parquet file.",
    },
  );
}

const part = z.object({ digest: digestSchema, size: z.int().min(1) });

const file = z
  .object({
    path: z.string().refine(isSafePlace, "not a safe relative path"),
    size: z.int().min(0),
    digest: digestSchema,
    parts: z.array(part),
    profile: tableProfileSchema.exactOptional(),
    origin: z.object({ url: z.url({ protocol: /^https?$/ }), etag: z.string().exactOptional() }).exactOptional(),
  })
  .refine(({ size, parts }) => parts.reduce((sum, { size }) => sum + size, 0) === size, "its parts are not its size");

const configSchema = z.object({
  version: z.literal(1),
  files: z.array(file).refine((files) => isTree(files.map(({ path }) => path)), "two files have the same path"),
});

/** True if every path can be a file in the same folder: none is given twice, and none lies below another. */
function isTree(paths: readonly string[]): boolean {
  const files = new Set(paths);
  const parents = paths.flatMap((path) => path.split("/").map((_, end, names) => names.slice(0, end).join("/")));
  return files.size === paths.length && !parents.some((parent) => files.has(parent));
}

/** Parses a snapshot's config, which is hostile until then; throws a verification error. */
export function parseSnapshotConfig(bytes: Uint8Array, digest: Digest): SnapshotConfig {
  return parseJson(bytes, configSchema, {
    subject: digest,
    form: "the config of a data snapshot",
    code: "SNAPSHOT_INVALID",
  });
}

/** Parses a snapshot's manifest; throws a verification error if it is something else's. */
export function parseSnapshotManifest(bytes: Uint8Array, digest: Digest): Manifest {
  const manifest = parseManifest(bytes, digest);
  const ours = manifest.artifactType === SNAPSHOT_ARTIFACT && manifest.config.mediaType === SNAPSHOT_CONFIG;
  if (ours) return manifest;
  throw new SlipwayError("verification", "SNAPSHOT_INVALID", `${digest} is not a data snapshot.`);
}

/** What became of a file between two snapshots. */
export interface FileChange {
  readonly path: string;
  readonly change: "added" | "removed" | "changed";
}

/** The files that differ in content between two snapshots, sorted by path. */
export function changedFiles(before: SnapshotConfig, after: SnapshotConfig): readonly FileChange[] {
  const old = new Map(before.files.map(({ path, digest }) => [path, digest]));
  const now = new Map(after.files.map(({ path, digest }) => [path, digest]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .sort()
    .map((path) => ({ path, change: !old.has(path) ? "added" : !now.has(path) ? "removed" : "changed" }));
}
