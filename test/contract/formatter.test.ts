import { describe, expect, it } from "vitest";
import { createFormatter } from "../../src/node/formatter";

const formatter = createFormatter();

describe("formatter", () => {
  it("formats Python with double quotes and lines of at most 100 columns", async () => {
    const call = `train(${Array.from({ length: 12 }, (_, index) => `feature_${index}='x'`).join(", ")})`;
    const text = await formatter.python(`x = { 'island':1 }\n${call}\n`);
    expect(text).toContain('x = {"island": 1}\n');
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text).toContain('    feature_0="x",\n');
  });

  it("leaves formatted text as it is", async () => {
    const once = await formatter.python("def load( path ):\n  return path\n");
    expect(await formatter.python(once)).toBe(once);
  });

  it("refuses text that is not Python with an input error", async () => {
    await expect(formatter.python("def (:\n")).rejects.toMatchObject({ kind: "input", code: "FORMAT_NOT_PYTHON" });
  });
});
