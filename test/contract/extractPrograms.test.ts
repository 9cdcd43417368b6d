import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cells, SETUP, target } from "../support/pythonPrograms";
import { extractNotebook, extractValue, notebookOf } from "../support/pythonNotebook";
import { startRunner, type PythonRunner } from "../support/pythonRunner";

const RUNS = Number(process.env.RUNS ?? 160);

let runner: PythonRunner;
beforeAll(async () => {
  runner = await startRunner();
});
afterAll(() => runner.close());

test("a module gives the variable the value that the whole notebook gives it, as often as it is run", async () => {
  await fc.assert(
    fc.asyncProperty(cells, target, async (sources, name) => {
      const extraction = await extractValue(name, SETUP, ...sources);
      const { program, module } = await runner.run(extraction, name);
      expect(program, "the program itself must run").toEqual(expect.any(String));
      expect(module, extraction.module.text).toEqual([program, program]);
    }),
    { numRuns: RUNS },
  );
});

test("extraction is pure: the same notebook gives the same pipeline", async () => {
  await fc.assert(
    fc.asyncProperty(cells, target, async (sources, model) => {
      const notebook = notebookOf(SETUP, ...sources);
      expect(await extractNotebook(notebook, { model })).toEqual(await extractNotebook(notebook, { model }));
    }),
    { numRuns: RUNS / 10 },
  );
});

test("a slice of a slice is the slice: what was kept is all needed", async () => {
  await fc.assert(
    fc.asyncProperty(cells, target, async (sources, name) => {
      const first = await extractValue(name, SETUP, ...sources);
      const kept = first.program.cells.map(({ cell, source }) => {
        const lines = source.split("\n");
        for (const { line, endLine } of first.dropped.filter((one) => one.cell === cell)) {
          // A block is never empty.
          const instead = lines[line - 1]?.replace(/\S.*/, lines[line - 1]?.startsWith(" ") === true ? "pass" : "");
          lines.fill("", line - 1, endLine).splice(line - 1, 1, instead ?? "");
        }
        return lines.join("\n");
      });
      const second = await extractValue(name, ...kept);
      expect(second.dropped).toEqual([]);
    }),
    { numRuns: RUNS / 5 },
  );
});
