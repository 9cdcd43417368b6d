import { join } from "node:path";
import { inputError } from "../core/errors";
import type { Host } from "../core/host";
import { fingerprintOf, type Fingerprint } from "../core/package/changes";
import { readSnapshotConfig } from "./snapshot";
import { workspacePath, type Pipeline } from "./workspace";

/** Pins the packages of a Python pipeline, in its folder. Its first line names what was asked for, and for which Python. */
export const REQUIREMENTS_FILE = "requirements.lock";

/** The fingerprint of a pipeline as it is on disk, with the data of its last snapshot. */
export async function pipelineFingerprint(
  workspace: string,
  { folder, lock, modulePath }: Pipeline,
  host: Pick<Host, "files" | "store">,
): Promise<Fingerprint> {
  const code = await host.files.readText(modulePath);
  if (code === undefined) {
    throw inputError("PIPELINE_MISSING", `${workspacePath(workspace, modulePath)} is missing.`, {
      place: { file: modulePath },
      hint: "Run: slipway extract NOTEBOOK",
    });
  }
  const requirements = (await host.files.readText(join(folder, REQUIREMENTS_FILE))) ?? "";
  const data =
    lock.snapshot === undefined ? [] : (await readSnapshotConfig(host.store(workspace), lock.snapshot)).files;
  return fingerprintOf({ code, data, requirements: [firstLine(requirements)], runtime: lock.language });
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
