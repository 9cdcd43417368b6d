/** A package in the form of the CNCF ModelPack specification v1 (github.com/modelpack/model-spec, docs/spec.md and config.md). */
import * as z from "zod";
import { canonicalJson, digestOf, isDigest, type Digest } from "../digest";
import { SlipwayError } from "../errors";
import { digestSchema, parseJson, parseManifest, type Manifest } from "../oci/manifest";
import { OCI_MANIFEST } from "../oci/mediaTypes";
import { isRepositoryName } from "../oci/reference";
import type { Descriptor } from "../oci/store";
import type { Language } from "../pipeline";
import { isSafePlace } from "../snapshot/place";
import { fingerprintAnnotations, type Fingerprint } from "./changes";

/** The artifact type of a model. */
export const MODEL_ARTIFACT = "application/vnd.cncf.model.manifest.v1+json";
/** The media type of a model's config. */
export const MODEL_CONFIG = "application/vnd.cncf.model.config.v1+json";
/** The ONNX model's path in a package. */
export const MODEL_FILE = "model.onnx";
/** The model card's path in a package. */
export const CARD_FILE = "README.md";
/** The path of the model's inputs and output in a package. */
export const SIGNATURE_FILE = "signature.json";

const WEIGHT = "application/vnd.cncf.model.weight.v1.raw";
const WEIGHT_CONFIG = "application/vnd.cncf.model.weight.config.v1.raw";
const CODE = "application/vnd.cncf.model.code.v1.raw";
const DOC = "application/vnd.cncf.model.doc.v1.raw";
/** Layers in this order: what a package is for comes first. */
const ORDER = [WEIGHT, WEIGHT_CONFIG, CODE, DOC];
const OWN_TYPES: Readonly<Record<string, string>> = {
  [MODEL_FILE]: WEIGHT,
  [SIGNATURE_FILE]: WEIGHT_CONFIG,
  [CARD_FILE]: DOC,
};

/** Path of a layer's file (specification, docs/annotations.md). */
const FILE_PATH = "org.cncf.model.filepath";
/** By this annotation ORAS names the file of a layer. */
const TITLE = "org.opencontainers.image.title";
const PIPELINE = "dev.slipway.pipeline";
const LANGUAGE = "dev.slipway.language";
const METRICS = "dev.slipway.metrics";
const NOTEBOOK_PATH = "dev.slipway.notebook.path";
const NOTEBOOK_DIGEST = "dev.slipway.notebook.digest";
const SNAPSHOT_DIGEST = "dev.slipway.snapshot.digest";
const SNAPSHOT_REPOSITORY = "dev.slipway.snapshot.repository";

/** A file of a package. */
export interface PackageFile {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

/** What a package says about itself. It has no time, user or version: a version is a tag. */
export interface PackageFacts {
  readonly pipeline: string;
  readonly language: Language;
  readonly notebook: { readonly path: string; readonly digest: Digest };
  readonly metrics: Readonly<Record<string, number>>;
  /** The data, in a repository of the same registry. */
  readonly snapshot?: { readonly repository: string; readonly digest: Digest };
}

/** The two documents of a package, as they are stored. */
export interface PackageDocuments {
  readonly config: Uint8Array;
  readonly manifest: Uint8Array;
}

/** The repository that holds the data of a pipeline's releases. */
export function snapshotRepository(pipeline: string): string {
  return `data/${pipeline}`;
}

/** Writes the documents of a package: the same files and facts give the same bytes. */
export function formatPackage(
  files: readonly PackageFile[],
  facts: PackageFacts,
  fingerprint: Fingerprint,
): PackageDocuments {
  const layers = files.map(toLayer).sort(byOrder);
  const config = encode(configOf(layers, facts));
  const manifest = encode({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: MODEL_ARTIFACT,
    config: { mediaType: MODEL_CONFIG, digest: digestOf(config), size: config.length },
    layers,
    annotations: { ...factAnnotations(facts), ...fingerprintAnnotations(fingerprint) },
  } satisfies Manifest);
  return { config, manifest };
}

function toLayer({ path, digest, size }: PackageFile): Descriptor {
  return { mediaType: OWN_TYPES[path] ?? CODE, digest, size, annotations: { [FILE_PATH]: path, [TITLE]: path } };
}

function byOrder(a: Descriptor, b: Descriptor): number {
  const kinds = ORDER.indexOf(a.mediaType) - ORDER.indexOf(b.mediaType);
  return kinds === 0 ? ((layerPath(a) ?? "") < (layerPath(b) ?? "") ? -1 : 1) : kinds;
}

function configOf(layers: readonly Descriptor[], { pipeline, snapshot }: PackageFacts): ModelConfig {
  const hasModel = layers.some(({ mediaType }) => mediaType === WEIGHT);
  return {
    descriptor: {
      name: pipeline,
      ...(snapshot === undefined ? {} : { datasetsURL: [`${snapshot.repository}@${snapshot.digest}`] }),
    },
    modelfs: { type: "layers", diffIds: layers.map(({ digest }) => digest) },
    // a table goes in and a label comes out: the specification calls both "other"
    config: hasModel ? { format: "onnx", capabilities: { inputTypes: ["other"], outputTypes: ["other"] } } : {},
  };
}

function factAnnotations({ pipeline, language, notebook, metrics, snapshot }: PackageFacts): Record<string, string> {
  return {
    [PIPELINE]: pipeline,
    [LANGUAGE]: language,
    [NOTEBOOK_PATH]: notebook.path,
    [NOTEBOOK_DIGEST]: notebook.digest,
    [METRICS]: canonicalJson(metrics),
    ...(snapshot === undefined
      ? {}
      : { [SNAPSHOT_REPOSITORY]: snapshot.repository, [SNAPSHOT_DIGEST]: snapshot.digest }),
  };
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

interface ModelConfig {
  readonly descriptor: { readonly name?: string; readonly datasetsURL?: readonly string[] };
  readonly modelfs: { readonly type: "layers"; readonly diffIds: readonly string[] };
  readonly config: {
    readonly format?: string;
    readonly capabilities?: { readonly inputTypes: readonly string[]; readonly outputTypes: readonly string[] };
  };
}

const modelConfigSchema = z.looseObject({
  descriptor: z.looseObject({ name: z.string().min(1).exactOptional() }),
  modelfs: z.object({ type: z.literal("layers"), diffIds: z.array(digestSchema).min(1) }),
  config: z.looseObject({ format: z.string().exactOptional() }),
});

/** A package as it was read: its manifest, its files, what it says about itself. */
export interface Package {
  readonly manifest: Manifest;
  readonly files: readonly (PackageFile & { readonly layer: Descriptor })[];
  readonly facts: PackageFacts;
}

/** Parses the manifest of a package, which is hostile until then; throws a verification error that says what is wrong. */
export function parsePackage(bytes: Uint8Array, subject: string): Package {
  const manifest = parseManifest(bytes, subject);
  if (manifest.artifactType !== MODEL_ARTIFACT || manifest.config.mediaType !== MODEL_CONFIG) {
    throw invalid(subject, "it is another kind of artifact");
  }
  const files = manifest.layers.map((layer) => ({
    path: safePath(layer, subject),
    digest: layer.digest,
    size: layer.size,
    layer,
  }));
  if (new Set(files.map(({ path }) => path.toLowerCase())).size !== files.length) {
    throw invalid(subject, "two of its files have the same path");
  }
  return { manifest, files, facts: parseFacts(manifest.annotations ?? {}, subject) };
}

/** Checks the config of a package against its manifest; throws a verification error. */
export function checkConfig(bytes: Uint8Array, { manifest }: Package): void {
  const subject = manifest.config.digest;
  const config = parseJson(bytes, modelConfigSchema, { subject, form: "a model's config", code: "CONFIG_INVALID" });
  const layers = manifest.layers.map(({ digest }) => digest);
  if (canonicalJson(config.modelfs.diffIds) === canonicalJson(layers)) return;
  throw new SlipwayError("verification", "CONFIG_INVALID", `${subject} lists other files than the manifest.`);
}

function layerPath(layer: Descriptor): string | undefined {
  return layer.annotations?.[FILE_PATH];
}

function safePath(layer: Descriptor, subject: string): string {
  const path = layerPath(layer);
  if (path === undefined) throw invalid(subject, `its layer ${layer.digest} has no path`);
  if (!isSafePlace(path)) throw invalid(subject, `the path of its layer ${layer.digest} leads out of the folder`);
  return path;
}

const metricsSchema = z.record(z.string(), z.number());

function parseFacts(annotations: Readonly<Record<string, string>>, subject: string): PackageFacts {
  const text = (name: string): string => {
    const value = annotations[name];
    if (value === undefined) throw invalid(subject, `it lacks the annotation ${name}`);
    return value;
  };
  const digest = (name: string): Digest => {
    const value = text(name);
    if (!isDigest(value)) throw invalid(subject, `its annotation ${name} is not a digest`);
    return value;
  };
  const repository = annotations[SNAPSHOT_REPOSITORY];
  if (repository !== undefined && !isRepositoryName(repository)) throw invalid(subject, "its data is nowhere");
  return {
    pipeline: text(PIPELINE),
    language: text(LANGUAGE) === "typescript" ? "typescript" : "python",
    notebook: { path: text(NOTEBOOK_PATH), digest: digest(NOTEBOOK_DIGEST) },
    metrics: parseJson(new TextEncoder().encode(text(METRICS)), metricsSchema, {
      subject: `${METRICS} of ${subject}`,
      form: "a table of metrics",
      code: "PACKAGE_INVALID",
    }),
    ...(repository === undefined ? {} : { snapshot: { repository, digest: digest(SNAPSHOT_DIGEST) } }),
  };
}

function invalid(subject: string, why: string): SlipwayError {
  return new SlipwayError("verification", "PACKAGE_INVALID", `${subject} is not a package of Slipway: ${why}.`);
}
