import type { Digest } from "../digest";
import type { BlobSource, Descriptor } from "./store";

/** A place for releases: an OCI registry over HTTP, or a folder of OCI image layouts. Both behave alike. */
export interface Registry {
  /** As the user named it. */
  readonly location: string;
  repository(name: string): Repository;
  /** Names of the repositories, sorted; `undefined` if the registry does not tell. */
  repositories(signal: AbortSignal): Promise<readonly string[] | undefined>;
}

/** A manifest with the exact bytes it has in the registry. */
export interface StoredManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * One repository: blobs, manifests and tags. Failures are `SlipwayError`s of the kind `registry`, or `verification` where bytes
 * are missing or do not have their digest.
 */
export interface Repository {
  readonly name: string;
  hasBlob(descriptor: Descriptor, signal: AbortSignal): Promise<boolean>;
  /** Sends a blob; the registry checks the digest. */
  putBlob(descriptor: Descriptor, source: BlobSource, signal: AbortSignal): Promise<void>;
  /** Streams a blob; fails if the bytes do not have the digest and size. */
  readBlob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** By tag or digest; `undefined` if there is none. The bytes are verified against a digest that was asked for. */
  manifest(reference: string, signal: AbortSignal): Promise<StoredManifest | undefined>;
  /** Stores a manifest, and moves the tag to it if one is given. Its blobs must be there before. */
  putManifest(bytes: Uint8Array, mediaType: string, tag: string | undefined, signal: AbortSignal): Promise<Digest>;
  /**
   * Gives a manifest, whose blobs are there, a tag that is free. The digest that the tag has afterwards is another's if somebody
   * was quicker; the manifest may be stored all the same.
   */
  claimTag(
    tag: string,
    manifest: { readonly bytes: Uint8Array; readonly mediaType: string },
    signal: AbortSignal,
  ): Promise<Digest>;
  /** All tags, sorted; empty if the repository does not exist. */
  tags(signal: AbortSignal): Promise<readonly string[]>;
}
