import { afterEach, expect, test } from "vitest";
import { nodeModels } from "../../src/node/models";
import { FERRY_COLUMNS } from "../support/signatures";

const machine = { platform: process.platform, arch: process.arch };
afterEach(() => pretend(machine));

/** What the runtime asks when it looks for its library. */
function pretend(facts: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(facts)) Object.defineProperty(process, name, { value });
}

test("a machine that the ONNX runtime has no library for is told as one", async () => {
  pretend({ platform: "darwin", arch: "x64" });
  const predicting = nodeModels.predict("model.onnx", FERRY_COLUMNS, [], new AbortController().signal);
  await expect(predicting).rejects.toMatchObject({
    kind: "environment",
    code: "MODEL_RUNTIME_MISSING",
    message: expect.stringContaining("cannot be loaded on darwin-x64: Cannot find module"),
    hint: expect.stringContaining("Intel"),
  });
});
