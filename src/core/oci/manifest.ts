import * as z from "zod";
import { isDigest, type Digest } from "../digest";
import { SlipwayError } from "../errors";
import { describeIssues } from "../issues";
import { OCI_INDEX, OCI_MANIFEST } from "./mediaTypes";
import type { Descriptor } from "./store";

/** The largest manifest, index or config that is read: registries take no larger one. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_BLOB_BYTES = 2 ** 50;
const MAX_DESCRIPTORS = 50_000;

/** An image manifest (image specification 1.1, manifest.md). */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: typeof OCI_MANIFEST;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image index, as in a layout's `index.json` (image specification 1.1, image-index.md). */
export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType?: typeof OCI_INDEX;
  readonly manifests: readonly Descriptor[];
}

/** A sha256 digest in foreign JSON. */
export const digestSchema = z.custom<Digest>((value) => typeof value === "string" && isDigest(value), "not a digest");
/** RFC 6838, which the image specification points to. */
const mediaType = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/);
const annotations = z.record(z.string(), z.string());

const descriptor = z.object({
  mediaType,
  digest: digestSchema,
  size: z.int().min(0).max(MAX_BLOB_BYTES),
  artifactType: mediaType.exactOptional(),
  annotations: annotations.exactOptional(),
});

const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(OCI_MANIFEST),
  artifactType: mediaType.exactOptional(),
  config: descriptor,
  layers: z.array(descriptor).max(MAX_DESCRIPTORS),
  annotations: annotations.exactOptional(),
});

const indexSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(OCI_INDEX).exactOptional(),
  // other tools may add facts to an entry (a platform); they are kept when the index is written again
  manifests: z.array(descriptor.loose()).max(MAX_DESCRIPTORS),
});

/** Parses the bytes of an image manifest; `subject` names it in the error. */
export function parseManifest(bytes: Uint8Array, subject: string): Manifest {
  return parseJson(bytes, manifestSchema, { subject, form: "an OCI image manifest", code: "MANIFEST_INVALID" });
}

/** Parses the bytes of an image index; `subject` names it in the error. */
export function parseIndex(bytes: Uint8Array, subject: string): ImageIndex {
  return parseJson(bytes, indexSchema, { subject, form: "an OCI image index", code: "INDEX_INVALID" });
}

/** Parses foreign JSON of a bounded size by a schema; throws a verification error that says what is wrong with it. */
export function parseJson<T>(
  bytes: Uint8Array,
  schema: z.ZodType<T>,
  { subject, form, code }: { readonly subject: string; readonly form: string; readonly code: string },
): T {
  const invalid = (why: string): SlipwayError =>
    new SlipwayError("verification", code, `${subject} is not ${form}: ${why}`);
  if (bytes.length > MAX_MANIFEST_BYTES) throw invalid("it is larger than 4 MiB.");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw invalid("it is not JSON."); // the parser's own words say nothing more to a person
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(describeIssues(parsed.error));
}
