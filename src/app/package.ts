import { join } from "node:path";
import type { Digest } from "../core/digest";
import { inputError, SlipwayError, throwIfAborted } from "../core/errors";
import type { Host } from "../core/host";
import { formatReference } from "../core/oci/reference";
import type { BlobStore } from "../core/oci/store";
import { modelCard } from "../core/package/card";
import {
  CARD_FILE,
  formatPackage,
  parsePackage,
  MODEL_FILE,
  SIGNATURE_FILE,
  snapshotRepository,
  type Package,
  type PackageFacts,
  type PackageFile,
} from "../core/package/modelpack";
import { lockedVersions } from "../core/validate/requirements";
import type { Validation } from "../core/validate/validation";
import { REQUIREMENTS_LOCK } from "./environment";
import { pipelineFingerprint } from "./fingerprint";
import { versionFor } from "./release";
import { readSnapshotConfig } from "./snapshot";
import { readValidation, subjectOf } from "./validations";
import { loadPipeline, SCORING_FILE, type Pipeline } from "./workspace";

/** What of a pipeline's folder goes into its package, where it is there. Results that somebody left there do not. */
const FOLDER_FILES = [
  "pipeline.py",
  "pipeline.ts",
  SCORING_FILE,
  "test_pipeline.py",
  "pipeline_test.ts",
  "pyproject.toml",
  "deno.json",
  "deno.lock",
  "pipeline.lock.json",
  REQUIREMENTS_LOCK,
];

/** What is packed. */
export interface PackageOptions {
  readonly workspace: string;
  /** A pipeline's name, its folder, or a file in it. */
  readonly pipeline: string;
  /** The registry whose releases decide the version. */
  readonly registry: string;
}

/** What packing needs of the host. */
export type PackageHost = Pick<Host, "files" | "store" | "openRegistry" | "progress">;

/** A package in the workspace's store. */
export interface BuiltPackage {
  readonly name: string;
  /** `NAME@DIGEST`. */
  readonly ref: string;
  readonly digest: Digest;
  /** The version that it has in the registry, or will get there. */
  readonly version: string;
  readonly layers: readonly PackageLayer[];
}

/** One file of a package. */
export interface PackageLayer extends PackageFile {
  readonly mediaType: string;
}

/** Builds the package of a validated pipeline in the workspace's store: the same inputs give the same digest. */
export async function buildPackage(
  options: PackageOptions,
  host: PackageHost,
  signal: AbortSignal,
): Promise<BuiltPackage> {
  host.progress.stage("Packing");
  const { workspace } = options;
  const pipeline = await loadPipeline(workspace, options.pipeline, host);
  const validation = await requireValidation(workspace, pipeline, host);
  throwIfAborted(signal);

  const packing: Packing = { workspace, pipeline, validation, store: host.store(workspace), files: host.files };
  const files = await storeFiles(packing);
  const card = await storeFile(CARD_FILE, await cardText(packing, files), packing.store);
  const documents = formatPackage(
    [...files, card],
    factsOf(pipeline, validation),
    await pipelineFingerprint(workspace, pipeline, host),
  );
  await packing.store.put(documents.config);
  const { digest } = await packing.store.put(documents.manifest);

  const { name } = pipeline;
  const ref = formatReference({ name, digest });
  const repository = host.openRegistry(options.registry).repository(name);
  const { version } = await versionFor(repository, { digest, same: "the newest release" }, signal);
  return { name, ref, digest, version, layers: parsePackage(documents.manifest, ref).files.map(toLayer) };
}

function toLayer({ path, digest, size, layer }: Package["files"][number]): PackageLayer {
  return { path, digest, size, mediaType: layer.mediaType };
}

interface Packing {
  readonly workspace: string;
  readonly pipeline: Pipeline;
  readonly validation: Validation;
  readonly store: BlobStore;
  readonly files: Host["files"];
}

async function requireValidation(
  workspace: string,
  pipeline: Pipeline,
  host: Pick<Host, "files">,
): Promise<Validation> {
  const subject = await subjectOf(pipeline, host);
  const validation = subject === undefined ? undefined : await readValidation(workspace, subject, host);
  if (validation === undefined) {
    throw inputError("VALIDATION_MISSING", `The pipeline ${pipeline.name} was not validated as it is now.`, {
      hint: `Run: slipway validate ${pipeline.name}`,
    });
  }
  if (!validation.report.ok) throw failedGates(pipeline.name, validation);
  return validation;
}

function failedGates(name: string, { report }: Validation): SlipwayError {
  const failed = report.gates.filter(({ status }) => status === "failed").map(({ title }) => title);
  const gates = failed.length === 1 ? "this gate" : "these gates";
  return new SlipwayError("verification", "VALIDATION_FAILED", `${name} did not pass ${gates}: ${failed.join("; ")}.`, {
    hint: `Run: slipway validate ${name}`,
  });
}

async function storeFiles(packing: Packing): Promise<readonly PackageFile[]> {
  const { pipeline, validation, store, files } = packing;
  const found: PackageFile[] = [];
  const { model, signature } = validation;
  for (const path of [...FOLDER_FILES, ...Object.keys(pipeline.lock.modules ?? {})]) {
    const content = await files.read(join(pipeline.folder, path));
    const isForOther = path === SCORING_FILE && signature === undefined;
    if (content !== undefined && !isForOther) found.push(await storeFile(path, content, store));
  }
  if (signature !== undefined) {
    found.push(await storeFile(SIGNATURE_FILE, `${JSON.stringify(signature, null, 2)}\n`, store));
  }
  if (model !== undefined) {
    await requireModel(model, packing);
    found.push({ path: MODEL_FILE, ...model });
  }
  return found;
}

async function requireModel(
  { digest, size }: NonNullable<Validation["model"]>,
  { store, pipeline }: Packing,
): Promise<void> {
  if (await store.has(digest, size)) return;
  throw inputError("VALIDATION_MISSING", `The model of ${pipeline.name} is no longer whole in the store.`, {
    hint: `Run: slipway validate ${pipeline.name}`,
  });
}

async function storeFile(path: string, content: Uint8Array | string, store: BlobStore): Promise<PackageFile> {
  const { digest, size } = await store.put(typeof content === "string" ? new TextEncoder().encode(content) : content);
  return { path, digest, size };
}

function factsOf({ name, lock }: Pipeline, { report }: Validation): PackageFacts {
  return {
    pipeline: name,
    language: lock.language,
    notebook: lock.notebook,
    metrics: report.metrics,
    ...(lock.snapshot === undefined
      ? {}
      : { snapshot: { repository: snapshotRepository(name), digest: lock.snapshot } }),
  };
}

async function cardText(packing: Packing, packed: readonly PackageFile[]): Promise<string> {
  const { pipeline, validation, store, files } = packing;
  const { snapshot } = pipeline.lock;
  const lock = (await files.readText(join(pipeline.folder, REQUIREMENTS_LOCK))) ?? "";
  return modelCard({
    ...factsOf(pipeline, validation),
    signature: validation.signature,
    data: snapshot === undefined ? [] : (await readSnapshotConfig(store, snapshot)).files,
    // the lock's first line says for which Python it was made
    runtime: /^# (Python [0-9.]+)/.exec(lock)?.[1],
    packages: lockedVersions(lock),
    files: packed.map(({ path }) => path),
  });
}
