import type { Digest } from "../digest";

/** A reference to content, as the OCI image specification 1.1 defines it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Where the bytes of a blob come from. A stream can be opened again, so that a broken upload can be repeated. */
export type BlobSource =
  | { readonly bytes: Uint8Array }
  /** `path`: a file that already holds exactly these bytes and will not change. */
  | { readonly path: string };

/** Content by digest. Every write is verified and atomic; a blob that is there is never written again. */
export interface BlobStore {
  /** True if the whole blob is there: what was cut short is not (`size`: its bytes, where that is known), nor what was changed. */
  has(digest: Digest, size?: number): Promise<boolean>;
  /** Streams a blob; throws a verification error if it is missing or its bytes do not have the digest. */
  read(digest: Digest): AsyncIterable<Uint8Array>;
  /** The whole of a small blob (at most 4 MiB), verified. */
  readSmall(digest: Digest): Promise<Uint8Array>;
  /** The file that holds a blob, for programs that want a path. Read-only. */
  path(digest: Digest): string;
  /** Stores bytes and says their digest and size, and whether they were new. */
  put(data: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number; stored: boolean }>;
}
