import type { Extraction } from "../core/pipeline";
import { analyse, analysePipeline, type AnalyseHost } from "./analyse";
import { takeSnapshot, type SnapshotHost, type SnapshotResult } from "./snapshot";
import { loadPipeline, updateLock, type Pipeline } from "./workspace";

/** What is stored by name. */
export interface SnapshotTarget {
  readonly workspace: string;
  /** A pipeline's name, its folder or a file in it; or the path of a notebook. */
  readonly target: string;
}

/** Stores the data that a pipeline or a notebook reads. A notebook need not have a pipeline yet. */
export async function snapshot(
  { workspace, target }: SnapshotTarget,
  host: SnapshotHost & AnalyseHost,
  signal: AbortSignal,
): Promise<SnapshotResult> {
  if (target.endsWith(".ipynb")) {
    const { notebook, references } = await analyse({ workspace, notebook: target }, host, signal);
    return takeSnapshot({ workspace, notebook, references }, host, signal);
  }
  const pipeline = await loadPipeline(workspace, target, host);
  const extraction = await analysePipeline(workspace, pipeline, host, signal);
  return (await snapshotPipeline({ workspace, pipeline, extraction }, host, signal)).snapshot;
}

/** Whose data is stored. */
export interface PipelineSnapshotOptions {
  readonly workspace: string;
  readonly pipeline: Pipeline;
  readonly extraction: Pick<Extraction, "notebook" | "references">;
}

/** Stores the data that a pipeline reads, and notes it in the pipeline's lock. */
export async function snapshotPipeline(
  { workspace, pipeline, extraction }: PipelineSnapshotOptions,
  host: SnapshotHost,
  signal: AbortSignal,
): Promise<{ readonly snapshot: SnapshotResult; readonly pipeline: Pipeline }> {
  const { notebook, references } = extraction;
  const snapshot = await takeSnapshot({ workspace, notebook, references }, host, signal);
  const isKnown = references.length === 0 || pipeline.lock.snapshot === snapshot.digest;
  return { snapshot, pipeline: isKnown ? pipeline : await updateLock(pipeline, { snapshot: snapshot.digest }, host) };
}
