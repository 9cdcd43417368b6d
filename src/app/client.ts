/** The scoring client of a pipeline that is extracted: what text and data show of it, until the validation has seen the values. */
import { join } from "node:path";
import { digestOf } from "../core/digest";
import type { ClientWriter, Host } from "../core/host";
import type { Extraction, GeneratedFile, PipelineLock, Signature } from "../core/pipeline";
import type { Diagnostic } from "../core/report";
import { isScoringClient } from "../core/typescript/scoringClient";
import { SCORING_FILE } from "./workspace";

/** For which pipeline folder a client is planned. */
export interface ClientTask {
  readonly folder: string;
  readonly extraction: Extraction;
  /** The lock that lies in the folder. */
  readonly lock: PipelineLock | undefined;
  /** True if files that something else wrote may go. */
  readonly force: boolean;
  /** Absent: the validation that follows writes the client. */
  readonly writer: ClientWriter | undefined;
}

/** What is to be done. */
export interface ClientPlan {
  readonly files: readonly GeneratedFile[];
  /** True if the client in the folder is that of an earlier model, and there is no other. */
  readonly isStale: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** What a person should know of it. */
  readonly notes: readonly string[];
}

const NOTHING: ClientPlan = { files: [], isStale: false, diagnostics: [], notes: [] };
const STALE: ClientPlan = {
  ...NOTHING,
  isStale: true,
  notes: [`Removed ${SCORING_FILE}: it was for an earlier model.`],
};

/**
 * Says which client goes into the folder. That of a validation of the same module has seen the values, and stays. A file of that
 * name which Slipway did not write stays, too.
 */
export async function planClient(task: ClientTask, { files }: Pick<Host, "files">): Promise<ClientPlan> {
  const { folder, extraction, lock, writer } = task;
  const present = await files.readText(join(folder, SCORING_FILE));
  const same = lock?.module === digestOf(extraction.module.text) ? lock : undefined;
  if (same !== undefined && stays(same, present, writer)) return NOTHING;
  const signature = signatureOf(same, extraction);
  if (signature === undefined || writer === undefined) return withoutClient(task, present);
  if (isForeignFile(present, task))
    return { ...NOTHING, notes: [`Kept ${SCORING_FILE}: it was not written by Slipway.`] };
  const seen = hasValidated(same) ? "training" : "data";
  const text = await writer.write({ pipeline: extraction.pipeline, signature, seen });
  return { ...NOTHING, files: [{ path: SCORING_FILE, text }] };
}

/** What a validation of this module has seen, or else what text and data show. */
function signatureOf(same: PipelineLock | undefined, { client }: Extraction): Signature | undefined {
  return hasValidated(same) ? same.signature : client?.signature;
}

/** A validation leaves the digest of its environment. */
function hasValidated(lock: PipelineLock | undefined): lock is PipelineLock {
  return lock?.environment !== undefined;
}

function withoutClient(task: ClientTask, present: string | undefined): ClientPlan {
  const diagnostics = task.writer === undefined ? [] : missing(task.extraction);
  const isStale = present !== undefined && !isForeignFile(present, task);
  return { ...(isStale ? STALE : NOTHING), diagnostics };
}

/** True if what is there, or is not, is right for the same module: a validation has seen the values, or will. */
function stays(lock: PipelineLock, present: string | undefined, writer: ClientWriter | undefined): boolean {
  if (!hasValidated(lock)) return writer === undefined;
  return present !== undefined || lock.signature === undefined;
}

function isForeignFile(present: string | undefined, { force }: ClientTask): boolean {
  return present !== undefined && !isScoringClient(present) && !force;
}

/** Why there is no client yet. */
function missing({ client, language, targets, pipeline }: Extraction): readonly Diagnostic[] {
  const model = targets.find(({ kind }) => kind === "model");
  // There is a client of ONNX models alone.
  if (model === undefined || language !== "python") return [];
  if (client?.obstacle === undefined) return [];
  const { reason, ...place } = client.obstacle;
  return [
    {
      ...place,
      code: "scoring.unknown",
      severity: "info",
      message: `${SCORING_FILE} is not written yet, because the text does not show the model's inputs: ${reason}.`,
      hint: `slipway validate ${pipeline} writes it, once it has seen the values.`,
    },
  ];
}
