import type { Host } from "../core/host";
import { changesSince, type Change } from "../core/package/changes";
import { analysePipeline } from "./analyse";
import { currentData } from "./data";
import { currentFingerprint } from "./fingerprint";
import { newestRelease } from "./release";
import type { ReleaseName } from "./ship";
import { loadPipeline } from "./workspace";

/** Which pipeline is compared, and with the releases of which registry. */
export interface StatusOptions {
  readonly workspace: string;
  /** A pipeline's name, its folder, or a file in it. */
  readonly pipeline: string;
  readonly registry: string;
}

/** What changed since the newest release. */
export interface Status {
  readonly pipeline: string;
  /** Everything, if there is no release yet. */
  readonly changed: readonly Change[];
  readonly release?: ReleaseName;
}

/** Compares a pipeline's notebook, data and environment, as they are now, with its newest release. Runs and stores nothing. */
export async function status(options: StatusOptions, host: Host, signal: AbortSignal): Promise<Status> {
  const { workspace, registry } = options;
  host.progress.stage("Comparing with the last release");
  const pipeline = await loadPipeline(workspace, options.pipeline, host);
  const extraction = await analysePipeline({ workspace, pipeline }, host, signal);
  const { notebook, references } = extraction;
  const data = await currentData({ workspace, notebook, references }, host, signal);
  const [fingerprint, release] = await Promise.all([
    currentFingerprint({ workspace, pipeline, extraction, data }, host, signal),
    newestRelease(host.openRegistry(registry), pipeline.name, signal),
  ]);
  const changed = changesSince(release?.manifest.annotations, fingerprint);
  return { pipeline: pipeline.name, changed, ...(release === undefined ? {} : { release }) };
}
