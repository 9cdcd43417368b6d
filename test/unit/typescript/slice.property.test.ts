import fc from "fast-check";
import { expect, test } from "vitest";
import { extractTypeScript } from "../../../src/core/typescript/extract";
import { runModule, runProgram, typescriptNotebook } from "../../support/typescriptNotebook";

const NUMBERS = ["a", "b", "c"];
const LISTS = ["p", "q", "r"];
const number = fc.constantFrom(...NUMBERS);
const list = fc.constantFrom(...LISTS);

/** One statement of a straight-line program over three numbers and three lists. */
const statement = fc.oneof(
  fc.tuple(number, number, fc.integer({ min: 1, max: 9 })).map(([x, y, n]) => `${x} = ${y} + ${n};`),
  fc.tuple(number, list).map(([x, l]) => `${x} += ${l}.length;`),
  fc.tuple(list, number).map(([l, x]) => `${l}.push(${x});`),
  fc.tuple(list, list).map(([l, m]) => `${l} = ${m};`),
  fc.tuple(list, list).map(([l, m]) => `${l} = ${m}.slice();`),
  fc.tuple(list, list).map(([l, m]) => `${l} = [...${m}, 1];`),
  fc.tuple(list, number).map(([l, x]) => `${l}[0] = ${x};`),
  fc.tuple(number, number).map(([x, y]) => `if (${x} > 5) ${y} = 0;`),
  fc.tuple(list, number).map(([l, x]) => `for (const item of ${l}) ${x} += item;`),
  fc.tuple(list, list).map(([l, m]) => `for (const some of [${l}, ${m}]) some.push(7);`),
  fc.tuple(list, number).map(([l, x]) => `add(${l}, ${x});`),
  number.map((x) => `tick(); ${x} = ticks;`),
);

const SETUP = [
  "let a = 1;\nlet b = 2;\nlet c = 3;\nlet p = [1];\nlet q = [2, 3];\nlet r: number[] = [];\nlet ticks = 0;",
  "function add(into: number[], item: number) {\n  into.push(item);\n}\nfunction tick() {\n  ticks += 1;\n}",
];

test("a slice gives the target the value that the whole notebook gives it", { timeout: 60_000 }, async () => {
  const program = fc.array(fc.array(statement, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 5 });
  const target = fc.constantFrom(...NUMBERS, ...LISTS);
  await fc.assert(
    fc.asyncProperty(program, target, async (cells, name) => {
      const notebook = typescriptNotebook(...SETUP, ...cells.map((lines) => lines.join("\n")));
      const extraction = await extractTypeScript(notebook, { pipeline: "random", model: name });
      expect(await runModule(extraction)).toEqual(await runProgram(extraction, [name]));
    }),
    { numRuns: Number(process.env.RUNS ?? 12) },
  );
});
