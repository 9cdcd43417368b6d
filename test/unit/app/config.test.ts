import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "../../../src/app/config";
import { nodeFiles } from "../../../src/node/files";
import { makeWorkspace, removeWorkspace } from "../../support/workspace";

let workspace = "";
afterEach(() => removeWorkspace(workspace));

describe("slipway.yaml is refused on one line, with the place, for", () => {
  it.each([
    ["an unknown key", "python: python3\nregistri: x\n", 2, 'is not valid: unrecognized key: "registri".'],
    ["a value of another type", "\nthresholds:\n  modelRequired: 1\n", 3, "is not valid: thresholds.modelRequired: "],
    ["an item of a list", "insecure:\n  - good:5000\n  - 'http://x'\n", 3, "is not valid: insecure[1]: not HOST or"],
    ["a memory limit of nothing", "memoryGigabytes: 0\n", 1, "is not valid: memoryGigabytes: too small"],
    ["a time limit that is too long", "timeoutSeconds: 1e99\n", 1, "is not valid: timeoutSeconds: too big"],
    ["a function without its library", "effects:\n  readers: { 1st: text }\n", 2, "is not valid: effects.readers"],
    ["positions that are none", "effects:\n  mutatingFunctions: { ours.clean: [-1] }\n", 2, "is not valid: effects."],
    ["what is no mapping", "- a\n", 1, "is not valid: invalid input"],
    ["what is no YAML", "a: b\nc: [\n", undefined, "is not YAML: "],
  ])("%s", async (_what, text, line, message) => {
    workspace = makeWorkspace({ "slipway.yaml": text });
    const error: unknown = await readConfig(workspace, { files: nodeFiles }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining(message) });
    expect(error).toHaveProperty("message", expect.stringMatching(/^slipway\.yaml [^\n✖]*[^.:]\.$/));
    expect(error).toHaveProperty("place.line", line ?? expect.any(Number));
  });
});
