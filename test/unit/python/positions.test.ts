import fc from "fast-check";
import { expect, test } from "vitest";
import { toldInFiles } from "../../../src/core/notebook/places";
import { readNotebook } from "../../../src/core/notebook/read";
import { readProgram } from "../../../src/core/python/program";
import { extractNotebook, notebookOf, pythonParser } from "../../support/pythonNotebook";

/** Statements, magics and what lies between them; whole, so that every cell can be read. */
const PARTS = [
  "x = 1",
  "y = x + \\\n  2",
  "if x:\n    y = 2\n    %cd data\nelse:\n    !ls",
  "def f(a,\n      b=1):\n    '''text\n%time no\n'''\n    return a",
  "%time z = f(x)",
  "!wget https://example.org/a \\\n  -q",
  "names = !ls",
  "# note",
  "",
  "s = '''\n!ls\n'''",
  "rows = [\n  1,\n  # two\n  2]",
  "x?",
  "%env A=b",
  "é = '🐧'; w = é",
];

const cell = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 6 }).map((parts) => parts.join("\n"));
const magic = fc.constantFrom("", "", "%%time\n", "\n\n%%capture\n");
const cells = fc.array(
  fc.tuple(magic, cell).map((parts) => parts.join("")),
  { minLength: 1, maxLength: 4 },
);

test("every statement stands on the lines of its cell", async () => {
  const parse = await pythonParser();
  fc.assert(
    fc.property(cells, (sources) => {
      const { statements, broken, magics } = readProgram(notebookOf(...sources), parse);
      expect(broken).toEqual([]);
      const taken = new Set(magics.map(({ cell, line }) => `${cell} ${line}`));
      for (const { cell, line, endLine, node, source } of statements) {
        const own = source.slice(node.start, node.end).trimEnd().split("\n");
        expect(endLine - line + 1).toBe(own.length);
        own.forEach((text, index) => {
          const written = (sources[cell - 1] ?? "").split("\n")[line - 1 + index] ?? "";
          if (!taken.has(`${cell} ${line + index}`) && !text.startsWith("#")) expect(written).toContain(text.trim());
        });
      }
    }),
  );
});

test("so does everything that extraction says, and the same of a script on the lines of its file", async () => {
  await fc.assert(
    fc.asyncProperty(cells, async (sources) => {
      const text = [...sources, "total = 1\nif total:\n    total = total + 1"]
        .map((source) => `# %%\n${source}`)
        .join("\n");
      const notebook = readNotebook("study.py", new TextEncoder().encode(text));
      const { diagnostics, dropped, map, targets, program } = await extractNotebook(notebook, { model: "total" });
      const lines = text.split("\n");
      const fileLine = (number: number, line: number): string | undefined => {
        const { source = "", fileLine: start = 0 } = notebook.cells[number - 1] ?? {};
        const own = source.split("\n")[line - 1];
        expect(own).toBe(lines[start + line - 2]);
        return own;
      };
      for (const one of dropped) expect(fileLine(one.cell, one.line)).toBeDefined();
      for (const { cell, cellLine } of map) expect(fileLine(cell, cellLine)).toContain("total");
      for (const one of [...diagnostics, ...targets])
        if (one.line > 0) expect(fileLine(one.cell, one.line)).toBeDefined();
      for (const one of program.cells) expect(one.fileLine).toBe(notebook.cells[one.cell - 1]?.fileLine);
    }),
    { numRuns: 40 },
  );
});

test("what stands in the way of a scoring client is told at the line of the script", async () => {
  const text = "# %%\nfrom sklearn.svm import SVC\n# %%\nfor c in (1, 2):\n    svm = SVC(C=c)\n    svm.fit(rows, y)\n";
  const notebook = readNotebook("study.py", new TextEncoder().encode(text));
  const { client } = await toldInFiles(notebook, () => extractNotebook(notebook));
  expect(client?.obstacle).toMatchObject({ cell: 2, line: 1, fileLine: 4 });
});

test("what a cell magic that nbconvert wrote holds is told at its one line", async () => {
  const call = `get_ipython().run_cell_magic('time', '', 'n = 1\\ndf = pd.read_csv(input())\\ndf.to_csv("b.csv")')`;
  const text = `# In[1]:\nimport pandas as pd\n# In[2]:\n\n${call}\n`;
  const notebook = readNotebook("study.py", new TextEncoder().encode(text));
  const { diagnostics } = await toldInFiles(notebook, () => extractNotebook(notebook));
  expect(diagnostics.find(({ code }) => code === "data.unresolved")).toMatchObject({ cell: 2, line: 3, fileLine: 5 });
});
