import { expect, test } from "vitest";
import { figuresOf } from "../../bench/extract/figures";
import { dependentCells } from "../../bench/extract/growth";
import { extractNotebook, notebookOf } from "../../support/pythonNotebook";

test("of the cells that all build on each other, every one is needed for the model", async () => {
  const cells = dependentCells(15).map(({ source }) => source);
  expect(cells).toHaveLength(15);
  const { targets, dropped, steps } = await extractNotebook(notebookOf(...cells));
  expect(targets.map(({ name }) => name)).toEqual(["model", "score"]);
  expect(dropped.map(({ text }) => text)).toEqual(['print(model.score(X, df["y"]))']);
  expect(new Set(steps.flatMap((step) => step.cells))).toEqual(new Set(cells.map((_, index) => index + 1)));
});

test.each([
  [1200, true],
  [1201, false],
])("a notebook of 100 times the cells may take 120 times as long: %d ms after 10 ms", (many, reached) => {
  const growth = [{ figure: "growth", path: "15 cells", once: 10, many }];
  const found = figuresOf([], [], growth).find(({ figure }) => figure === "growth");
  expect(found?.reached).toBe(reached);
  expect(found?.missing).toEqual(reached ? [] : ["15 cells: 10.0 ms, then 1201 ms"]);
});
