import { expect, test } from "vitest";
import { extractValue } from "../../support/pythonNotebook";

const said = (extraction: { readonly diagnostics: readonly { readonly code: string; readonly message: string }[] }) =>
  extraction.diagnostics.filter(({ code }) => code === "notebook.hidden-state").map(({ message }) => message);

test("what only a cell below defines is worked out first, with what that needs, and is said", async () => {
  const cells = ["total = sum(sizes)", 'sizes = [1, step, "x" == name]', "step = 2", 'name = "x"', "print(total)"];
  const extraction = await extractValue("total", ...cells);
  const { text } = extraction.module;
  expect(text.indexOf("sizes = [")).toBeLessThan(text.indexOf("total = sum(sizes)"));
  expect(text).toContain("step");
  expect(said(extraction)).toEqual([
    expect.stringMatching(/^step is used here, and only cell 3, below, .* The module works it out first\.$/),
    expect.stringMatching(/^name is used here, and only cell 4, below, .* The module works it out first\.$/),
    expect.stringMatching(/^sizes is used here, and only cell 2, below, .* The module works it out first\.$/),
  ]);
});

test.each([
  ["it is made of what reads it", ["total = sum(sizes)", "sizes = [total]"]],
  ["it draws", ["total = sum(sizes)", "import random\nsizes = [random.random()]"]],
  ["a file that is not there may bring it", ["%run settings.py", "total = sum(sizes)", "sizes = [2]"]],
  ["what it would bind was something else", ["size = 1\ntotal = size + more", "size, more = 2, 3"]],
])("what a cell below defines stays there where %s", async (_, cells) => {
  const extraction = await extractValue("total", ...cells);
  expect(extraction.module.text).not.toMatch(/(sizes|more) =/);
  expect(said(extraction).join()).not.toContain("works it out first");
});

test("what a broken cell above defines is not taken from a cell below", async () => {
  await expect(extractValue("total", "sizes = [1\nx y", "total = sum(sizes)", "sizes = [2]")).rejects.toThrow("sizes");
});
