import { describe, expect, test } from "vitest";
import { SlipwayError } from "../../../src/core/errors";
import { readNotebook } from "../../../src/core/notebook/read";

const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value, undefined, 1));

const codeCell = (source: unknown, more: object = {}) => ({
  cell_type: "code",
  metadata: {},
  execution_count: null,
  outputs: [],
  source,
  ...more,
});

const notebook = (cells: readonly unknown[], metadata: object = {}) => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata,
  cells,
});

const read = (value: unknown) => readNotebook("work/study.ipynb", bytes(value));
const sources = (value: unknown) => read(value).cells.map(({ source }) => source);

function refusal(value: unknown): SlipwayError {
  try {
    read(value);
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error("the notebook was not refused");
}

describe("what is no notebook", () => {
  test.each([
    ["an empty file", "", "NOTEBOOK_EMPTY", "is empty"],
    ["white space", " \n\n", "NOTEBOOK_EMPTY", "is empty"],
    ["a web page", "<!DOCTYPE html>\n<html></html>", "NOTEBOOK_INVALID", "it is a web page (HTML)"],
    ["text", "import pandas as pd\n", "NOTEBOOK_INVALID", "it is not JSON"],
    ["half of a notebook", JSON.stringify(notebook([codeCell("x = 1")])).slice(0, 60), "NOTEBOOK_INVALID", "not JSON"],
    ["a JSON list", "[1, 2]", "NOTEBOOK_INVALID", "it is JSON, but no object"],
    ["null", "null", "NOTEBOOK_INVALID", "it is JSON, but no object"],
    ["another JSON file", { name: "slipway" }, "NOTEBOOK_INVALID", "no nbformat 4 cells"],
    ["nbformat 5", { ...notebook([codeCell("x = 1")]), nbformat: 5 }, "NOTEBOOK_INVALID", "no nbformat 4 cells"],
    ["cells that are no list", { nbformat: 4, cells: "x = 1" }, "NOTEBOOK_INVALID", "no nbformat 4 cells"],
    ["nbformat 3 without worksheets", { nbformat: 3, cells: [] }, "NOTEBOOK_INVALID", "no nbformat 3 worksheets"],
    ["a cell without a type", notebook([{ source: "x = 1" }]), "NOTEBOOK_INVALID", "its cell 1 has no cell_type"],
    ["no cells", notebook([]), "NOTEBOOK_EMPTY", "has no code in it"],
    ["prose alone", notebook([{ cell_type: "markdown", source: "# Title" }]), "NOTEBOOK_EMPTY", "has no code in it"],
    ["blank code cells", notebook([codeCell(" \n"), codeCell([])]), "NOTEBOOK_EMPTY", "has no code in it"],
  ])("%s is refused, and the message says why", (_, value, code, why) => {
    const error = refusal(value);
    expect(error).toMatchObject({ kind: "input", code, place: { file: "work/study.ipynb" } });
    expect(error.message).toContain("work/study.ipynb");
    expect(error.message).toContain(why);
  });

  test.each([1, 2])("nbformat %d is refused with the command that converts it", (version) => {
    const error = refusal({ nbformat: version, metadata: {}, worksheets: [] });
    expect(error.code).toBe("NOTEBOOK_OLD_FORMAT");
    expect(error.hint).toContain('jupyter nbconvert --to notebook --nbformat 4 --inplace "work/study.ipynb"');
  });

  test("a notebook in another language is refused by its name", () => {
    const error = refusal(notebook([codeCell("x <- 1")], { kernelspec: { name: "ir", language: "R" } }));
    expect(error).toMatchObject({ code: "NOTEBOOK_LANGUAGE" });
    expect(error.message).toContain("is written in R");
  });
});

describe("odd sources", () => {
  test("a source is a text or a list of lines that keep their ends", () => {
    expect(sources(notebook([codeCell("a = 1\nb = 2"), codeCell(["a = 1\n", "b = 2"])]))).toEqual([
      "a = 1\nb = 2",
      "a = 1\nb = 2",
    ]);
  });

  test("lines that lost their ends stay one line, as the kernel would see them", () => {
    expect(sources(notebook([codeCell(["import pickle", "x = 1"])]))).toEqual(["import picklex = 1"]);
  });

  test("line ends of Windows and of old Macs become \\n", () => {
    expect(sources(notebook([codeCell("a = 1\r\nb = 2\rc = 3\n")]))).toEqual(["a = 1\nb = 2\nc = 3\n"]);
  });

  test("a byte order mark is no part of the notebook", () => {
    expect(sources(`\uFEFF${JSON.stringify(notebook([codeCell("a = 1")]))}`)).toEqual(["a = 1"]);
  });

  test.each([null, 7, { text: "x" }, undefined])("a source that is %j is an empty cell", (source) => {
    expect(sources(notebook([codeCell(source), codeCell("x = 1")]))).toEqual(["", "x = 1"]);
  });

  test("items of a source that are no text are left out", () => {
    expect(sources(notebook([codeCell(["x = ", 5, null, "1"])]))).toEqual(["x = 1"]);
  });
});

describe("cells", () => {
  test("every cell is counted from 1, prose included", () => {
    const { cells } = read(notebook([{ cell_type: "markdown", source: "# A" }, codeCell("x = 1")]));
    expect(cells.map(({ number, kind }) => [number, kind])).toEqual([
      [1, "markdown"],
      [2, "code"],
    ]);
  });

  test("execution counts, tags and known outputs are read; what has another form is left out", () => {
    const result = { output_type: "execute_result", execution_count: 3, metadata: {}, data: { "text/plain": "1" } };
    const odd = codeCell("x", {
      execution_count: 3,
      metadata: { tags: ["parameters", 5] },
      outputs: [result, { output_type: "telegram" }, null, "text"],
    });
    const [first, second] = read(notebook([odd, codeCell("y", { execution_count: "7", outputs: "none" })])).cells;
    expect(first).toMatchObject({ executionCount: 3, tags: ["parameters"], outputs: [result] });
    expect(second).toMatchObject({ executionCount: undefined, tags: [], outputs: [] });
  });

  test("the digest is that of the bytes", () => {
    const value = notebook([codeCell("x = 1")]);
    expect(read(value).digest).toBe(read(value).digest);
    expect(read(value).digest).not.toBe(read(notebook([codeCell("x = 2")])).digest);
  });
});

describe("the language", () => {
  const languageOf = (metadata: object) => read(notebook([codeCell("x = 1")], metadata)).language;

  test.each([
    [{}],
    [{ kernelspec: { name: "python3", language: "python" } }],
    [{ kernelspec: { name: "conda-root-py", display_name: "Python [conda root]" } }],
    [{ kernelspec: { name: "py36" }, language_info: { name: "python" } }],
    [{ kernelspec: { name: "my-python-env" } }],
    [{ kernelspec: "broken" }],
  ])("%j is Python", (metadata) => {
    expect(languageOf(metadata)).toBe("python");
  });

  test.each([
    [{ kernelspec: { name: "deno" } }],
    [{ kernelspec: { name: "tslab", language: "typescript" } }],
    [{ kernelspec: { name: "javascript", language: "javascript" } }],
  ])("%j is TypeScript", (metadata) => {
    expect(languageOf(metadata)).toBe("typescript");
  });
});
