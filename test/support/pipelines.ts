import { createHost } from "../../src/node/host";
import { extract } from "../../src/app/extract";
import { snapshot } from "../../src/app/snapshot";
import { loadPipeline, type Pipeline } from "../../src/app/workspace";
import type { Host, Progress } from "../../src/core/host";
import { makeWorkspace } from "./workspace";

/** A signal that is never aborted. */
export const never = new AbortController().signal;

/** Progress that nobody looks at. */
export const silent: Progress = { stage: () => undefined, report: () => undefined, note: () => undefined };

/** The real adapters. */
export function realHost(progress: Progress = silent): Host {
  return createHost({ progress });
}

/** A workspace with an extracted pipeline whose data is stored: ready to be validated. */
export async function makePipeline(
  notebook: string,
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly workspace: string; readonly pipeline: Pipeline }> {
  const workspace = makeWorkspace({ "study.ipynb": notebook, ...files });
  const host = realHost();
  const { folder } = await extract({ workspace, notebook: "study.ipynb" }, host, never);
  await snapshot({ workspace, target: folder }, host, never);
  return { workspace, pipeline: await loadPipeline(workspace, folder, host) };
}
