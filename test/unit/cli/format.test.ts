import { describe, expect, it } from "vitest";
import { bytes, describePlace, plural, seconds, table } from "../../../src/cli/format";

describe("format", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1500, "1.5 kB"],
    [45_000, "45 kB"],
    [123_456_789, "123 MB"],
    [2e15, "2000 TB"],
  ])("writes %d bytes as %s", (count, text) => expect(bytes(count)).toBe(text));

  it.each([
    [0.04, "0.0 s"],
    [9.94, "9.9 s"],
    [59.9, "59 s"],
    [185, "3 min 5 s"],
  ])("writes %d seconds as %s", (count, text) => expect(seconds(count)).toBe(text));

  it("counts things", () => expect([plural(1, "cell"), plural(0, "cell")]).toEqual(["1 cell", "0 cells"]));

  it("lines up the columns of a table, without trailing blanks", () => {
    expect(
      table([
        ["load", "cell 3", "penguins"],
        ["train", "cells 9, 12", ""],
      ]),
    ).toBe("load   cell 3       penguins\ntrain  cells 9, 12");
  });
});

it.each([
  [{ file: "a.ipynb" }, "a.ipynb"],
  [{ file: "a.ipynb", cell: 3 }, "a.ipynb, cell 3"],
  [{ file: "a.ipynb", cell: 3, line: 2 }, "a.ipynb, cell 3, line 2"],
  [{ file: "a.py", cell: 3, line: 2, fileLine: 7 }, "a.py:7"],
])("says the place %j as %s", (place, text) => expect(describePlace(place)).toBe(text));
