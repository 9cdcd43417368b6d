import { describe, expect, it } from "vitest";
import { instrument } from "../../../src/core/typescript/instrument";
import type { RunnerProgram } from "../../../src/core/validate/program";

function program(...sources: readonly string[]): RunnerProgram {
  return {
    notebook: "tides.ipynb",
    cells: sources.map((source, index) => ({ cell: index + 1, source, optional: [] })),
    captures: [{ as: "target:rmse", kind: "metric", expression: "rmse", cell: 2, line: 2 }],
  };
}

describe("instrument", () => {
  it("says where it is and keeps values, without moving a line", () => {
    const { text, lines } = instrument(
      program('import { a } from "npm:a";\nvar x = [\n  1,\n] // list', "var rmse = 1 // first\n\nrmse\nvar later = 2"),
    );
    expect(text.split("\n")).toEqual([
      'import { a } from "npm:a";',
      "__at(1, 2);var x = [",
      "  1,",
      "]; // list",
      '__at(2, 1);var rmse = 1;__keep("target:rmse", () => (rmse)); // first',
      "",
      "__at(2, 3);rmse;",
      "__at(2, 4);var later = 2;",
    ]);
    expect(lines[4]).toEqual({ cell: 2, line: 1 });
    expect(lines).toHaveLength(8);
  });
});
