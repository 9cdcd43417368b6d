import { join } from "node:path";
import { digestOf, type Digest } from "../core/digest";
import { inputError } from "../core/errors";
import type { Host } from "../core/host";
import { codeText, fingerprintOf, type Fingerprint } from "../core/package/changes";
import type { Extraction } from "../core/pipeline";
import { settle } from "./edits";
import { environmentFile, requirementsMark } from "./environment";
import { readSnapshotConfig } from "./snapshot";
import { pipelineCode, workspacePath, type Pipeline } from "./workspace";

/** The fingerprint of a pipeline as it is on disk, with the data of its last snapshot. */
export async function pipelineFingerprint(
  workspace: string,
  pipeline: Pipeline,
  host: Pick<Host, "files" | "store">,
): Promise<Fingerprint> {
  const { lock, modulePath } = pipeline;
  const code = await pipelineCode(pipeline, host);
  if (code === undefined) {
    throw inputError("PIPELINE_MISSING", `${workspacePath(workspace, modulePath)} is missing.`, {
      place: { file: modulePath },
      hint: "Run: slipway extract NOTEBOOK",
    });
  }
  const data =
    lock.snapshot === undefined ? [] : (await readSnapshotConfig(host.store(workspace), lock.snapshot)).files;
  const requirements = [await lockedMark(pipeline, host)];
  return fingerprintOf({ code, data, requirements, runtime: lock.language });
}

/** What a pipeline would be made from now. */
export interface Current {
  readonly workspace: string;
  readonly pipeline: Pipeline;
  readonly extraction: Extraction;
  /** The referenced files as they are now. */
  readonly data: readonly { readonly path: string; readonly digest: Digest }[];
}

/** The fingerprint that the pipeline would get if it were shipped now. Nothing is installed. */
export async function currentFingerprint(
  current: Current,
  host: Pick<Host, "files" | "python">,
  signal: AbortSignal,
): Promise<Fingerprint> {
  const { pipeline, extraction, data } = current;
  const { lock } = pipeline;
  const own = extraction.companions.filter(({ path }) => Object.hasOwn(extraction.modules ?? {}, path));
  const [module, ...others] = await Promise.all(
    [extraction.module, ...own].map((file) => settle(file, pipeline, host)),
  );
  const isPython = lock.language === "python";
  return fingerprintOf({
    code: codeText(module?.text ?? "", others),
    data,
    requirements: [isPython ? await requirementsMark(current, host, signal) : await lockedMark(pipeline, host)],
    runtime: lock.language,
  });
}

/** What the environment of a pipeline was locked for; empty if it was not. Deno's lock does not say it apart from what it pins. */
async function lockedMark({ folder, lock: { language } }: Pipeline, host: Pick<Host, "files">): Promise<string> {
  const text = (await host.files.readText(join(folder, environmentFile(language)))) ?? "";
  return language === "python" || text === "" ? (text.split("\n", 1)[0] ?? "") : digestOf(text);
}
