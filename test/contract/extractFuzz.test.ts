import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlipwayError } from "../../src/core/errors";
import type { Cell } from "../../src/core/notebook/notebook";
import { readNotebook } from "../../src/core/notebook/read";
import { extractNotebook, notebookOf, type CellDraft } from "../support/pythonNotebook";
import { pythonNotebook } from "../support/workspace";

/** How the extraction of cells ends: with a module, or with an error that is meant for people. Anything else is thrown. */
async function outcome(...cells: readonly CellDraft[]): Promise<string> {
  const spent = processorTime();
  try {
    const { module } = await extractNotebook(notebookOf(...cells), { model: "x" });
    return module.path;
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    expect(error.message).not.toBe("");
    return error.code;
  } finally {
    expect(spent(), "milliseconds").toBeLessThan(HANG_MS);
  }
}

/** What takes longer is a hang; other work on the machine does not count. */
const HANG_MS = 5000;

/** Gives the milliseconds of processor time since now. */
function processorTime(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}

const TOKENS = [
  ...Array.from("()[]{}:,.=+-*/%@!?#\\'\"~`$&|^<>;\n\t 019eExXjf_"),
  ...'\'\'\'|"""|f"{|}|\n    |\n\t|\r\n|\\\n|\0|\u2028|é|🐧|\u202e'.split("|"),
  ..."if else elif for in while try except finally with as def class return yield lambda import from global nonlocal del".split(
    " ",
  ),
  ..."match case type async await None x y f(x) x.fit(y) %time %%bash !ls pass print".split(" "),
];

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(fc.constantFrom(...TOKENS), { maxLength: 60 }).map((tokens) => tokens.join(" ")),
  fc.array(fc.constantFrom(...TOKENS), { maxLength: 60 }).map((tokens) => tokens.join("")),
);

describe("any text in a cell gives a module or an error for people", () => {
  test("alone", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        await outcome(source);
      }),
      { numRuns: 300 },
    );
  });

  test("before, between and behind code that is needed", async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, async (before, between, behind) => {
        await outcome(before, "y = [1, 2]", between, `x = sum(y)\n${behind}`);
      }),
      { numRuns: 150 },
    );
  });

  test("as part of a line", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (part) => {
        await outcome(`y = 1\nx = y + f(${part}\nz = x`);
        await outcome(`x = 1 ${part}`);
      }),
      { numRuns: 150 },
    );
  });
});

test("any bytes are a notebook, or refused in words", () => {
  const valid = pythonNotebook("x = 1", "y = 2");
  const damaged = fc
    .tuple(fc.nat(valid.length), fc.nat(40), fc.string({ maxLength: 10 }))
    .map(([at, length, inserted]) => valid.slice(0, at) + inserted + valid.slice(at + length));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((json) => new TextEncoder().encode(json)),
    damaged.map((notebook) => new TextEncoder().encode(notebook)),
  );
  fc.assert(
    fc.property(bytes, (content) => {
      try {
        expect(readNotebook("fuzz.ipynb", content).cells.length).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof SlipwayError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

describe("large things take no more than their time", () => {
  test.each([
    ["a line of a million characters", `x = "${"a".repeat(1_000_000)}"`],
    ["a list of 50,000 numbers", `x = [${"1, ".repeat(50_000)}]`],
    ["a sum of 3,000 terms", `x = ${"1 + ".repeat(3_000)}1`],
    ["2,000 open brackets", `x = ${"(".repeat(2_000)}`],
    ["1,000 brackets", `x = ${"(".repeat(1_000)}1${")".repeat(1_000)}`],
    ["90 nested blocks", Array.from({ length: 90 }, (_, depth) => `${" ".repeat(depth)}if x:`).join("\n")],
    ["a chain of 1,000 calls", `x = y${".f()".repeat(1_000)}`],
    ["10,000 statements", Array.from({ length: 10_000 }, (_, index) => `x = ${index}`).join("\n")],
    ["10,000 lines of a string", `x = """${"line\n".repeat(10_000)}"""`],
    ["10,000 quotes", `x = ${"'\"".repeat(5_000)}`],
    ["10,000 magics", "%time x = 1\n!ls\n".repeat(5_000)],
  ])("%s", async (_, source) => {
    expect(await outcome("y = 1", source)).toMatch(/^(pipeline\.py|[A-Z_]+)$/);
  });

  test("2,000 cells that depend on each other", async () => {
    const cells = Array.from({ length: 2_000 }, (_, index) => `x${index + 1} = x${index} + 1`);
    expect(await outcome("x0 = 1", ...cells, "x = x2000")).toBe("pipeline.py");
  });

  test("an output of 10 MB", async () => {
    const output = { output_type: "stream", name: "stdout", text: "n".repeat(10_000_000) };
    const cell: Partial<Cell> = { source: "x = 1", outputs: [output] };
    expect(await outcome(cell)).toBe("pipeline.py");
    const file = JSON.parse(pythonNotebook("x = 1"));
    file.cells[0].outputs = [output];
    const spent = processorTime();
    expect(readNotebook("big.ipynb", new TextEncoder().encode(JSON.stringify(file))).cells).toHaveLength(1);
    expect(spent()).toBeLessThan(HANG_MS);
  });
});
