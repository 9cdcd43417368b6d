import { expect, test } from "vitest";
import { mapLines } from "../../../src/core/extract/sourceMap";

const origin = (cell: number, ...lines: readonly string[]) => ({ cell, cellLine: 1, text: lines.join("\n") });

test("statements of a step are matched with their origins, however many lines they have", () => {
  const module = [
    'TEXT = """',
    "def load(): not this one",
    '"""',
    "",
    "",
    "def load(",
    "    data,",
    ") -> None:  # cell 1",
    '    """Read the data."""',
    "    # a note",
    "    rows = read(",
    "        data,",
    "    )",
    "    if rows:",
    "        use(rows)",
    "        # and no more",
    "    elif data:",
    "        raise ValueError",
    "    @cached",
    "    def inner():",
    "",
    "        return rows",
    "    return rows",
  ].join("\n");
  const origins = [
    origin(1, "rows = read(", "    data,", ")"),
    origin(2, "if rows:", "    use(rows)", "    # and no more", "elif data:", "    raise ValueError"),
    origin(3, "@cached", "def inner():", "", "    return rows"),
  ];
  const lines = mapLines(module, new Map([["load", [undefined, ...origins, undefined]]]));
  const byCell = (cell: number): readonly number[] => lines.filter((one) => one.cell === cell).map(({ line }) => line);
  expect(byCell(1)).toEqual([11, 12, 13]);
  expect(byCell(2)).toEqual([14, 15, 16, 17, 18]);
  expect(byCell(3)).toEqual([19, 20, 21, 22]);
  expect(lines.every(({ line, cell, cellLine }) => line - cellLine === (byCell(cell)[0] ?? 0) - 1)).toBe(true);
});

test("a helper is mapped as a whole, from the line of its name on", () => {
  const text = "class Mean:\n    def fit(self):\n        return self";
  const module = `@wraps(\n    one,\n)\n${text}\n\n\n# behind\nx = 1\n`;
  expect(mapLines(module, new Map([["def Mean", [{ cell: 4, cellLine: 3, text }]]]))).toEqual([
    { line: 4, cell: 4, cellLine: 3 },
    { line: 5, cell: 4, cellLine: 4 },
    { line: 6, cell: 4, cellLine: 5 },
  ]);
});
