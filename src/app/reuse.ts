import { join } from "node:path";
import { canonicalJson, digestOf } from "../core/digest";
import type { Host } from "../core/host";
import { modelPortable } from "../core/validate/modelPortable";
import { modelSpeed } from "../core/validate/modelSpeed";
import type { Thresholds } from "../core/validate/thresholds";
import type { Validation } from "../core/validate/validation";
import { changedModule } from "./edits";
import { environmentFile } from "./environment";
import { readValidation, subjectOf } from "./validations";
import { SCORING_FILE, type Pipeline } from "./workspace";

/** What is asked for again. */
export interface ReuseQuestion {
  readonly workspace: string;
  readonly pipeline: Pipeline;
  readonly thresholds: Thresholds;
}

/** A validation that passed, of just what is there now, by the thresholds of now; `undefined` if there is none. */
export async function reusableValidation(
  { workspace, pipeline, thresholds }: ReuseQuestion,
  host: Pick<Host, "files" | "store">,
): Promise<Validation | undefined> {
  const subject = await subjectOf(pipeline, host);
  const known = subject === undefined ? undefined : await readValidation(workspace, subject, host);
  if (!known?.report.ok || !isJudgedBy(known, thresholds)) return undefined;
  const { environment, notebook } = known.report.subject;
  const found = await Promise.all([
    digestOfFile(join(pipeline.folder, environmentFile(pipeline.lock.language)), host).then(
      (digest) => digest === environment,
    ),
    digestOfFile(join(workspace, pipeline.lock.notebook.path), host).then((digest) => digest === notebook),
    changedModule(workspace, pipeline.lock, host).then((changed) => changed === undefined),
    known.model === undefined || host.store(workspace).has(known.model.digest, known.model.size),
    hasItsClient(known, pipeline, host),
  ]);
  return found.every(Boolean) ? known : undefined;
}

/** False where a validation of other data left the client of another model. */
async function hasItsClient(
  { signature }: Validation,
  { folder, lock }: Pipeline,
  { files }: Pick<Host, "files">,
): Promise<boolean> {
  if (canonicalJson(signature ?? null) !== canonicalJson(lock.signature ?? null)) return false;
  return signature === undefined || (await files.stat(join(folder, SCORING_FILE))) !== undefined;
}

function isJudgedBy({ report }: Validation, thresholds: Thresholds): boolean {
  const now = [modelPortable({ kind: "none", reason: "" }, thresholds), modelSpeed(undefined, thresholds)];
  return now.every(({ id, threshold }) => report.gates.some((gate) => gate.id === id && gate.threshold === threshold));
}

async function digestOfFile(path: string, { files }: Pick<Host, "files">): Promise<string | undefined> {
  const bytes = await files.read(path);
  return bytes === undefined ? undefined : digestOf(bytes);
}
