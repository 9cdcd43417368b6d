import type { Host } from "../core/host";
import { changesSince, type Change, type Fingerprint } from "../core/package/changes";
import type { Extraction } from "../core/pipeline";
import { analyse, pipelineFolderOf } from "./analyse";
import { checkResolved } from "./edits";
import { prepareEnvironment } from "./environment";
import { writeExtraction } from "./extract";
import { currentFingerprint, pipelineFingerprint } from "./fingerprint";
import { buildPackage } from "./package";
import { push, type Pushed } from "./push";
import { newestRelease, unlessCorrupt, type Release } from "./release";
import { noteSnapshot, takeSnapshot } from "./snapshot";
import { together } from "./together";
import { validate, type ValidateResult } from "./validate";
import { loadPipeline } from "./workspace";

/** What is shipped, and where to. */
export interface ShipOptions {
  readonly workspace: string;
  /** Path of the notebook, absolute or from the workspace. */
  readonly notebook: string;
  readonly model?: string;
  readonly registry: string;
  /** Writes over files that were edited by hand, or that something else wrote. */
  readonly force?: boolean;
  /** Makes a release only if code, data or environment changed since the last one. */
  readonly ifChanged?: boolean;
  /** Time limit of one run of the notebook or the module. */
  readonly timeoutSeconds?: number;
  /** What one run of the notebook or the module may use. */
  readonly memoryGigabytes?: number;
}

/** A release, by name. */
export type ReleaseName = Pick<Release, "ref" | "digest" | "version">;

/** What came of it. */
export interface Shipped {
  readonly extraction: Extraction;
  /** Absolute path of the pipeline's folder. */
  readonly folder: string;
  /** What differs from the release that was the newest before; everything, if there was none. */
  readonly changed: readonly Change[];
  /** Absent if nothing had to be validated, because nothing changed and only a change was to be shipped. */
  readonly validation?: ValidateResult;
  /** Absent if a gate failed: then nothing is released. */
  readonly release?: ReleaseName;
  /** Absent if nothing was pushed. */
  readonly pushed?: Pick<Pushed, "bytesSent" | "bytesReused">;
}

/** Takes a notebook to a release: extracts, stores the data, validates, packs and pushes. */
export async function ship(options: ShipOptions, host: Host, signal: AbortSignal): Promise<Shipped> {
  const { workspace, registry } = options;
  host.progress.stage("Extracting the pipeline");
  const extraction = await analyseMeanwhile(options, host, signal);
  const { notebook, references } = extraction;
  // Before anything is written to the pipeline's folder: data may be missing, or a package.
  const { digest, files, diagnostics } = await takeSnapshot({ workspace, notebook, references }, host, signal);
  const planned = { folder: pipelineFolderOf(workspace, extraction) };
  await prepareEnvironment({ workspace, pipeline: planned, extraction }, host, signal);
  const { folder, extraction: merged } = await writeExtraction(extraction, options, host);
  const written = await loadPipeline(workspace, folder, host);
  await checkResolved(workspace, written, host);
  const pipeline = await noteSnapshot(written, { references, digest }, host);
  const current = { workspace, pipeline, extraction, data: files };
  const [fingerprint, last] = await Promise.all([
    currentFingerprint(current, host, signal),
    unlessCorrupt(newestRelease(host.openRegistry(registry), pipeline.name, signal)),
  ]);
  const changesTo = (now: Fingerprint): readonly Change[] => changesSince(last?.manifest.annotations, now);
  const changed = changesTo(fingerprint);
  const told = { ...merged, diagnostics: [...merged.diagnostics, ...diagnostics] };
  const shipped = { extraction: told, folder, changed };
  if (options.ifChanged === true && changed.length === 0 && last !== undefined) {
    return { ...shipped, release: last };
  }

  // A record of a validation is about the environment that was locked: another one has to be proved anew.
  const force = fingerprint.environment !== (await pipelineFingerprint(workspace, pipeline, host)).environment;
  const validation = await validate({ ...options, pipeline: folder, force }, host, signal);
  if (!validation.ok) return { ...shipped, validation };
  // Validation may have written types that its runs showed: other data can change the code, too.
  const proven = await pipelineFingerprint(workspace, await loadPipeline(workspace, folder, host), host);
  const built = await buildPackage({ workspace, pipeline: folder, registry }, host, signal);
  const pushed = await push({ workspace, target: built.ref, registry }, host, signal);
  return { ...shipped, changed: changesTo(proven), validation, release: pushed, pushed };
}

/** Analyses the notebook while Python is looked for, which takes as long. That there is none is told where it is needed. */
async function analyseMeanwhile(options: ShipOptions, host: Host, signal: AbortSignal): Promise<Extraction> {
  const [extraction] = await together(
    [(stop) => analyse(options, host, stop), (stop) => host.python.find(stop).catch(() => undefined)],
    signal,
  );
  return extraction;
}
