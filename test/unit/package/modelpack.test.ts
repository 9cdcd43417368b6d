import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { canonicalJson, digestOf } from "../../../src/core/digest";
import { fingerprintOf } from "../../../src/core/package/changes";
import {
  checkConfig,
  formatPackage,
  parsePackage,
  type PackageFacts,
  type PackageFile,
} from "../../../src/core/package/modelpack";

const file = (path: string): PackageFile => ({ path, digest: digestOf(path), size: path.length });
const files = ["README.md", "pipeline.py", "model.onnx", "signature.json", "requirements.lock"].map(file);
const facts: PackageFacts = {
  pipeline: "penguins",
  language: "python",
  notebook: { path: "notebooks/penguins.ipynb", digest: digestOf("notebook") },
  metrics: { f1: 0.9, accuracy: 0.95 },
  snapshot: { repository: "data/penguins", digest: digestOf("data") },
};
const fingerprint = fingerprintOf({ code: "", data: [], requirements: ["numpy"], runtime: "python 3.11" });
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- documents are taken apart and bent out of shape here */
const decode = (bytes: Uint8Array): any => JSON.parse(Buffer.from(bytes).toString());
const schemaFile = join(import.meta.dirname, "../../fixtures/modelpack/config-schema.json");
const schema = z.fromJSONSchema(decode(readFileSync(schemaFile)) as Parameters<typeof z.fromJSONSchema>[0]);

describe("a package's documents", () => {
  test("have the form of the ModelPack specification", () => {
    const { config, manifest } = formatPackage(files, facts, fingerprint);
    expect(schema.safeParse(decode(config)).error).toBeUndefined();
    expect(decode(manifest)).toMatchObject({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      artifactType: "application/vnd.cncf.model.manifest.v1+json",
      config: { mediaType: "application/vnd.cncf.model.config.v1+json", digest: digestOf(config), size: config.length },
      layers: [
        {
          mediaType: "application/vnd.cncf.model.weight.v1.raw",
          annotations: { "org.cncf.model.filepath": "model.onnx" },
        },
        { mediaType: "application/vnd.cncf.model.weight.config.v1.raw" },
        { mediaType: "application/vnd.cncf.model.code.v1.raw" },
        { mediaType: "application/vnd.cncf.model.code.v1.raw" },
        { mediaType: "application/vnd.cncf.model.doc.v1.raw" },
      ],
      annotations: {
        "dev.slipway.snapshot.digest": digestOf("data"),
        "dev.slipway.snapshot.repository": "data/penguins",
        "dev.slipway.notebook.digest": digestOf("notebook"),
        "dev.slipway.code.digest": fingerprint.code,
        "dev.slipway.data.digest": fingerprint.data,
        "dev.slipway.environment.digest": fingerprint.environment,
      },
    });
  });

  test("break the specification's schema where they should: the check can fail", () => {
    const config = decode(formatPackage(files, facts, fingerprint).config);
    expect(schema.safeParse({ ...config, modelfs: { type: "layers", diffIds: [] } }).success).toBe(false);
    expect(schema.safeParse({ ...config, extra: 1 }).success).toBe(false);
  });

  test("are the same whatever the order of files and metrics, and say nothing of time or version", () => {
    const { manifest, config } = formatPackage(files, facts, fingerprint);
    const turned = { ...facts, metrics: { accuracy: 0.95, f1: 0.9 } };
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
        expect(formatPackage(shuffled, turned, fingerprint)).toEqual({ manifest, config });
      }),
    );
    expect(canonicalJson([decode(manifest), decode(config)])).not.toMatch(/created|version":"/i);
  });

  test("are read again as they were written", () => {
    const { manifest, config } = formatPackage(files, facts, fingerprint);
    const parsed = parsePackage(manifest, "penguins:1.0.0");
    expect(parsed.facts).toEqual(facts);
    expect(parsed.files.map(({ path }) => path).sort()).toEqual(files.map(({ path }) => path).sort());
    expect(() => checkConfig(config, parsed)).not.toThrow();
  });
});

describe("a foreign package is refused", () => {
  const change = (edit: (manifest: ReturnType<typeof decode>) => void): Uint8Array => {
    const manifest = decode(formatPackage(files, facts, fingerprint).manifest);
    edit(manifest);
    return Buffer.from(JSON.stringify(manifest));
  };

  test.each<[string, (manifest: ReturnType<typeof decode>) => void]>([
    ["another artifact type", (manifest) => (manifest.artifactType = "application/vnd.other+json")],
    ["another config", (manifest) => (manifest.config.mediaType = "application/vnd.oci.image.config.v1+json")],
    ["a path out of the folder", (manifest) => (manifest.layers[0].annotations["org.cncf.model.filepath"] = "../x")],
    ["an absolute path", (manifest) => (manifest.layers[0].annotations["org.cncf.model.filepath"] = "/etc/passwd")],
    ["a path with a drive", (manifest) => (manifest.layers[0].annotations["org.cncf.model.filepath"] = "C:\\x")],
    ["no path", (manifest) => delete manifest.layers[0].annotations],
    ["one path twice", (manifest) => void Object.assign(manifest.layers[1], manifest.layers[0])],
    [
      "paths that differ in case",
      (manifest) => (manifest.layers[1].annotations["org.cncf.model.filepath"] = "MODEL.onnx"),
    ],
    ["data that is nowhere", (manifest) => (manifest.annotations["dev.slipway.snapshot.repository"] = "../data")],
    ["data without a digest", (manifest) => delete manifest.annotations["dev.slipway.snapshot.digest"]],
    ["metrics that are no numbers", (manifest) => (manifest.annotations["dev.slipway.metrics"] = `{"a":"b"}`)],
  ])("with %s", (_what, edit) => {
    expect(() => parsePackage(change(edit), "x")).toThrow(
      expect.objectContaining({ kind: "verification", code: "PACKAGE_INVALID" }),
    );
  });

  test("whose config lists other files", () => {
    const { config } = formatPackage(files.slice(1), facts, fingerprint);
    const parsed = parsePackage(formatPackage(files, facts, fingerprint).manifest, "x");
    expect(() => checkConfig(config, parsed)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });
});
