import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pipelineFingerprint } from "../../src/app/fingerprint";
import { formatLock, loadPipeline } from "../../src/app/workspace";
import { digestOf } from "../../src/core/digest";
import { changesSince, fingerprintAnnotations } from "../../src/core/package/changes";
import type { Language, PipelineLock } from "../../src/core/pipeline";
import { nodeFiles } from "../../src/node/files";
import { openStore } from "../../src/node/oci/store";
import { makeWorkspace, removeWorkspace } from "../support/workspace";

let workspace: string;
beforeEach(() => {
  workspace = makeWorkspace({ "pipelines/tides/pipeline.ts": "", "pipelines/tides/pipeline.py": "" });
});
afterEach(() => removeWorkspace(workspace));

/** The fingerprint of a pipeline whose environment has this lock. */
async function fingerprint(language: Language, file: string, text: string) {
  const folder = join(workspace, "pipelines", "tides");
  const digest = digestOf("");
  const notebook = { path: "tides.ipynb", digest };
  const lock: PipelineLock = {
    version: 1,
    pipeline: "tides",
    language,
    notebook,
    module: digest,
    companions: {},
    lines: [],
  };
  await nodeFiles.write(join(folder, "pipeline.lock.json"), formatLock(lock));
  await nodeFiles.write(join(folder, file), text);
  const host = { files: nodeFiles, store: () => openStore(join(workspace, ".slipway", "store")) };
  return pipelineFingerprint(workspace, await loadPipeline(workspace, folder, host), host);
}

test.each<[Language, string, string, string]>([
  ["typescript", "deno.lock", `{"specifiers":{"npm:ml-regression@6":"6.1.3"}}`, `{"specifiers":{}}`],
  [
    "python",
    "requirements.lock",
    "# Python 3.11, for numpy\nnumpy==1.26.4\n",
    "# Python 3.12, for numpy\nnumpy==1.26.4\n",
  ],
])("the environment of a %s pipeline changes with its lock", async (language, file, before, after) => {
  const release = fingerprintAnnotations(await fingerprint(language, file, before));
  expect(changesSince(release, await fingerprint(language, file, before))).toEqual([]);
  expect(changesSince(release, await fingerprint(language, file, after))).toEqual(["environment"]);
});
