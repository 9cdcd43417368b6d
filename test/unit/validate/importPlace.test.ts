import { describe, expect, it } from "vitest";
import { importPlace } from "../../../src/core/validate/importPlace";

const cells = [
  { cell: 1, source: "import tidesheet\nimport numpy as np, tides.tables" },
  { cell: 3, source: "x = 1\nif x:\n    from harbour.pilots import rota" },
];

describe("the place of an import", () => {
  it.each([
    ["numpy", { cell: 1, line: 2 }],
    ["tides", { cell: 1, line: 2 }],
    ["harbour", { cell: 3, line: 3 }],
    ["pilots", undefined],
  ])("of %s", (name, place) => {
    expect(importPlace({ cells }, name)).toEqual(place);
  });
});
