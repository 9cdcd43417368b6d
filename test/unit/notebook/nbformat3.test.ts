import { expect, test } from "vitest";
import { readNotebook } from "../../../src/core/notebook/read";

/** A cell of nbformat 3. */
const code = (input: unknown, more: object = {}) => ({
  cell_type: "code",
  language: "python",
  collapsed: false,
  metadata: {},
  prompt_number: 4,
  outputs: [],
  input,
  ...more,
});

const read = (...worksheets: readonly (readonly unknown[])[]) =>
  readNotebook(
    "old.ipynb",
    new TextEncoder().encode(
      JSON.stringify({
        nbformat: 3,
        nbformat_minor: 0,
        metadata: { name: "" },
        worksheets: worksheets.map((cells) => ({ cells, metadata: {} })),
      }),
    ),
  );

test("the cells of all worksheets follow each other, with their text and their counts", () => {
  const { cells, language } = read([code(["a = 1\n", "b = 2"])], [code("c = 3", { prompt_number: undefined })]);
  expect(language).toBe("python");
  expect(cells.map(({ number, source, executionCount }) => [number, source, executionCount])).toEqual([
    [1, "a = 1\nb = 2", 4],
    [2, "c = 3", undefined],
  ]);
});

test("lines without their ends are joined as lines", () => {
  expect(read([code(["a = 1", "b = 2"])]).cells[0]?.source).toBe("a = 1\nb = 2");
});

test("a heading becomes Markdown of its level on one line", () => {
  const heading = { cell_type: "heading", level: 3, metadata: {}, source: ["Fit\n", "the model"] };
  const { cells } = read([heading, { ...heading, level: "x" }, { cell_type: "html", source: "<b>" }, code("x")]);
  expect(cells.slice(0, 3)).toMatchObject([
    { kind: "markdown", source: "### Fit the model" },
    { kind: "markdown", source: "# Fit the model" },
    { kind: "markdown", source: "<b>" },
  ]);
});

test("outputs take the form of nbformat 4", () => {
  const outputs = [
    { output_type: "pyout", prompt_number: 4, text: ["1\n", "2"], html: "<p>", metadata: {} },
    { output_type: "display_data", png: "aGk=" },
    { output_type: "stream", stream: "stderr", text: "late" },
    { output_type: "stream", text: ["a", "b"] },
    { output_type: "pyerr", ename: "E", evalue: "v", traceback: [] },
  ];
  expect(read([code("x", { outputs })]).cells[0]?.outputs).toEqual([
    {
      output_type: "execute_result",
      execution_count: 4,
      metadata: {},
      data: { "text/plain": "1\n2", "text/html": "<p>" },
    },
    { output_type: "display_data", metadata: {}, data: { "image/png": "aGk=" } },
    { output_type: "stream", name: "stderr", text: "late" },
    { output_type: "stream", name: "stdout", text: "a\nb" },
    { output_type: "error", ename: "E", evalue: "v", traceback: [] },
  ]);
});

test("the language is that of the cells", () => {
  expect(() => read([code("x <- 1", { language: "R" })])).toThrow("is written in R");
});
