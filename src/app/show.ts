import type { Digest } from "../core/digest";
import type { Host } from "../core/host";
import { MAX_MANIFEST_BYTES, parseJson } from "../core/oci/manifest";
import { parseReference } from "../core/oci/reference";
import type { Registry } from "../core/oci/registry";
import { SIGNATURE_FILE, type PackageFacts, type PackageFile } from "../core/package/modelpack";
import type { Signature } from "../core/pipeline";
import { signatureSchema } from "../core/signature";
import { findRelease, type Release } from "./release";
import { readRemoteSnapshot, readWhole } from "./remoteData";

/** What is shown. */
export interface ShowOptions {
  readonly ref: string;
  readonly registry: string;
}

/** What a release says about itself. */
export interface ShownRelease extends Omit<PackageFacts, "snapshot"> {
  readonly ref: string;
  readonly digest: Digest;
  readonly layers: readonly (PackageFile & { readonly mediaType: string })[];
  /** Bytes of all layers. */
  readonly size: number;
  /** Absent where there is no ONNX model. */
  readonly signature?: Signature;
  /** Absent where the pipeline reads no outside data. */
  readonly snapshot?: { readonly repository: string; readonly digest: Digest; readonly files: readonly ShownFile[] };
}

/** A file of the data. */
export interface ShownFile extends PackageFile {
  /** Absent if the file is no table. */
  readonly rows?: number;
}

/** Reads what a release says about itself: its manifest, its signature, the list of its data. */
export async function show(
  options: ShowOptions,
  host: Pick<Host, "openRegistry">,
  signal: AbortSignal,
): Promise<ShownRelease> {
  const registry = host.openRegistry(options.registry);
  const release = await findRelease(registry, parseReference(options.ref), signal);
  const { snapshot, ...facts } = release.facts;
  const signature = await readSignature(registry, release, signal);
  return {
    ref: release.ref,
    digest: release.digest,
    ...facts,
    layers: release.files.map(({ path, digest, size, layer }) => ({ path, digest, size, mediaType: layer.mediaType })),
    size: release.files.reduce((sum, { size }) => sum + size, 0),
    ...(signature === undefined ? {} : { signature }),
    ...(snapshot === undefined
      ? {}
      : { snapshot: { ...snapshot, files: await snapshotFiles(registry, snapshot, signal) } }),
  };
}

async function readSignature(
  registry: Registry,
  release: Release,
  signal: AbortSignal,
): Promise<Signature | undefined> {
  const file = release.files.find(({ path, size }) => path === SIGNATURE_FILE && size <= MAX_MANIFEST_BYTES);
  if (file === undefined) return undefined;
  const bytes = await readWhole(registry.repository(release.name), file.layer, signal);
  const form = { subject: SIGNATURE_FILE, form: "a model's signature", code: "SIGNATURE_INVALID" };
  return parseJson(bytes, signatureSchema, form);
}

async function snapshotFiles(
  registry: Registry,
  snapshot: NonNullable<PackageFacts["snapshot"]>,
  signal: AbortSignal,
): Promise<readonly ShownFile[]> {
  const { config } = await readRemoteSnapshot(registry, snapshot, signal);
  return config.files.map(({ path, size, digest, profile }) => {
    return { path, size, digest, ...(profile === undefined ? {} : { rows: profile.rows }) };
  });
}
