import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../src/core/digest";
import { MAX_MANIFEST_BYTES, parseIndex, parseManifest } from "../../../src/core/oci/manifest";
import { OCI_INDEX, OCI_MANIFEST } from "../../../src/core/oci/mediaTypes";

const descriptor = { mediaType: "application/octet-stream", digest: digestOf("x"), size: 1 };
const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptor, layers: [descriptor] };

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const refusal = (code: string): unknown => expect.objectContaining({ kind: "verification", code });

describe("a manifest", () => {
  test("is parsed with its annotations", () => {
    const annotated = { ...manifest, artifactType: "application/vnd.x+json", annotations: { "a.b": "c" } };
    expect(parseManifest(bytes(annotated), "it")).toEqual(annotated);
  });

  test.each([
    ["no schema version", { ...manifest, schemaVersion: 1 }],
    ["an index's media type", { ...manifest, mediaType: OCI_INDEX }],
    ["no config", { ...manifest, config: undefined }],
    ["another digest algorithm", { ...manifest, config: { ...descriptor, digest: "md5:00" } }],
    ["a digest in capitals", { ...manifest, config: { ...descriptor, digest: descriptor.digest.toUpperCase() } }],
    ["a negative size", { ...manifest, layers: [{ ...descriptor, size: -1 }] }],
    ["a fractional size", { ...manifest, layers: [{ ...descriptor, size: 1.5 }] }],
    ["an absurd size", { ...manifest, layers: [{ ...descriptor, size: 2 ** 60 }] }],
    ["a media type with a line break", { ...manifest, layers: [{ ...descriptor, mediaType: "a/b\r\nx: y" }] }],
    ["an annotation that is no text", { ...manifest, annotations: { a: 1 } }],
  ])("with %s is refused", (_what, value) => {
    expect(() => parseManifest(bytes(value), "penguins:1.0.0")).toThrow(refusal("MANIFEST_INVALID"));
    expect(() => parseManifest(bytes(value), "penguins:1.0.0")).toThrow("penguins:1.0.0");
  });

  test("that is too large, no JSON or no UTF-8 is refused", () => {
    for (const data of [Buffer.alloc(MAX_MANIFEST_BYTES + 1, " "), Buffer.from("{"), Buffer.from([0x22, 0xff, 0x22])]) {
      expect(() => parseManifest(data, "it")).toThrow(refusal("MANIFEST_INVALID"));
    }
  });

  test("any JSON gives a manifest or a verification error", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.jsonValue().map((layers) => ({ ...manifest, layers })),
        ),
        (value) => {
          try {
            expect(parseManifest(bytes(value), "it").schemaVersion).toBe(2);
          } catch (error) {
            expect(error).toMatchObject({ kind: "verification" });
          }
        },
      ),
    );
  });
});

test("an index keeps what other tools wrote into it", () => {
  const index = {
    schemaVersion: 2,
    manifests: [
      { ...descriptor, platform: { os: "linux" }, annotations: { "org.opencontainers.image.ref.name": "1" } },
    ],
    annotations: { tool: "other" },
  };
  expect(parseIndex(bytes(index), "index.json")).toEqual(index);
});
