import { createHash } from "node:crypto";

/** A content digest as OCI writes it: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`;

const PATTERN = /^sha256:[0-9a-f]{64}$/;

/** True if `text` is a well-formed sha256 digest. */
export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** The sha256 digest of `data` (text is hashed as UTF-8). */
export function digestOf(data: Uint8Array | string): Digest {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}

/** The hexadecimal part of a digest: a blob's file name. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}

/**
 * JSON with sorted keys and no white space (the idea of RFC 8785, for the values used here): the same value gives the same
 * bytes, so its digest can be compared.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isPlainObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
