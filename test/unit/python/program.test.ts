import { expect, test } from "vitest";
import { KIND } from "../../../src/core/python/kinds";
import { readProgram, reorderProgram, type Program } from "../../../src/core/python/program";
import { nodesOf, writtenText } from "../../../src/core/python/syntax";
import { notebookOf, prose, pythonParser, shown, type CellDraft } from "../../support/pythonNotebook";

const read = async (...cells: readonly CellDraft[]): Promise<Program> =>
  readProgram(notebookOf(...cells), await pythonParser());

test("statements keep their cell and lines, and are counted through all cells", async () => {
  const { statements } = await read("a = 1\n\nif a:\n    b = 2\n\n# end", prose("# Next"), "c = (\n  3\n)");
  expect(statements.map(({ index, cell, line, endLine }) => [index, cell, line, endLine])).toEqual([
    [0, 1, 1, 1],
    [1, 1, 3, 4],
    [2, 3, 1, 3],
  ]);
});

test("a comment belongs to one statement: above it, or behind it", async () => {
  const { statements } = await read("# far\n\n# one\n# two\na = 1  # behind\nb = 2\nc = 3; d = 4  # both\n# last");
  expect(
    statements.map(({ leading, trailing }) => [leading.map(({ text }) => text).join(" "), trailing?.text]),
  ).toEqual([
    ["# one # two", "# behind"],
    ["", undefined],
    ["", undefined],
    ["", "# both"],
  ]);
});

test("the last expression of a cell is shown only where the notebook shows a value of it", async () => {
  const { statements } = await read(shown("x\ny"), "z");
  expect(statements.map(({ displayed }) => displayed)).toEqual([false, true, false]);
});

test.each([
  ["an open bracket", "ok = 1\nx = (1, 2", 2, false],
  ["prose", "remember the milk today", 1, false],
  ["Python 2", 'print "x"', 1, true],
  ["a gap to be filled in", "x = # your code", 1, false],
  ["an argument behind keywords", "\nf(x=1, y)", 2, false],
  ["a function of a comment", "x = 1\ndef f(y):\n    # your code\nx = f(x)", 2, false],
  ["a loop of nothing", "for y in range(3):", 1, false],
  ["a branch of a comment", "if x:\n    y = 1\nelse:\n    # nothing", 3, false],
  ["a class whose method is empty", "class A:\n    y = 1\n    def f(self):\n        # later\n\n    z = 1", 3, false],
])("%s breaks its cell, and no other", async (_, source, line, python2) => {
  const { broken, statements } = await read("a = 1", source, "b = 2");
  expect(broken).toMatchObject([{ cell: 2, line, python2 }]);
  expect(statements.map(({ cell }) => cell)).toEqual([1, 3]);
});

test.each([
  ["an operator", "y = (x +\nx)"],
  ["a comment", "y = (x +  # more)\n# (and\n\nx)"],
  ["a word", "y = f(x if x else\nnot\nx)"],
  ["a backslash", "y = (x + \\\nx *\nx)"],
  ["a string of several lines", 'y = f("""(\n# no\n""" +\nx)'],
])("a line in brackets may be indented less than its block, behind %s", async (_, text) => {
  const [first = "", ...more] = text.split("\n");
  const { broken, statements } = await read([`if x:\n    ${first}`, ...more, "    z = y", "w = z"].join("\n"));
  expect(broken).toEqual([]);
  expect(statements.map(({ line, endLine }) => [line, endLine])).toEqual([
    [1, more.length + 3],
    [more.length + 4, more.length + 4],
  ]);
  const [, block] = statements[0]?.node.children ?? [];
  expect(block?.children.map(({ line }) => line)).toEqual([2, more.length + 3]);
});

test("a string of several lines stays as it is, where lines in brackets are joined", async () => {
  const { statements } = await read('if x:\n    y = f("""a\n  # b\n""" +\nx)');
  const strings = statements.flatMap(({ node }) => nodesOf(node, KIND.string));
  expect(strings.map(writtenText)).toEqual(["a\n  # b\n"]);
});

test("a chain of operators may be of any length, and what it reads is known", async () => {
  const chain = Array.from({ length: 3000 }, (_, index) => (index % 2 === 0 ? "[0]" : `[n] * f(${index})`)).join(" + ");
  const { broken, statements } = await read(`first = ${chain}`, "second = 1");
  expect(broken).toEqual([]);
  expect(statements).toHaveLength(2);
  expect([...(statements[0]?.names.reads ?? [])].sort()).toEqual(["f", "n"]);
});

test("what is nested too deeply breaks its cell, also at the end of a chain", async () => {
  const nested = `${"(".repeat(1500)}1${")".repeat(1500)}`;
  const { broken } = await read(`x = ${nested}`, `x = ${nested}${" + 1".repeat(1500)}`);
  expect(broken).toMatchObject([{ cell: 1 }, { cell: 2 }]);
});

test.each([
  "print('a'); exec('b')",
  "print\nprint (1)",
  "x = 2_000_000 + 0x_ff",
  "z = a @ b",
  "first, *rest = [1, *other]",
  "@dataclass\nclass A:\n    n: int",
  "x = array[..., 1:2, ::3]",
  "s = f'''{x!r:>{width}}'''",
  "match = 1\ncase = match\ntype = case",
  "async def f():\n    async with a as b:\n        return [x async for x in b]",
  "def f(a, /, *, b=1, **c): pass",
  "try:\n    pass\nexcept* ValueError:\n    pass",
  "with (open(a) as f, open(b) as g):\n    pass",
  "lambda *a, k=1, **b: (yield)",
  "x = 'é' + \"日本\" + '🐧'\ny = x",
  "f(**a, b=1, *c)",
  "f(a=1, \\\n  b=2, \\\n  c=3)",
])("%j is Python", async (source) => {
  expect((await read(source)).broken).toEqual([]);
});

test("offsets count as JavaScript does, whatever stands before them", async () => {
  const { statements } = await read("s = '🐧é'\nname = s");
  const second = statements[1];
  expect(second?.source.slice(second.node.start, second.node.end)).toBe("name = s");
});

test("a broken cell says what it would bind, as far as it can be read", async () => {
  const { broken } = await read("good = 1\ntotal = f(good\n");
  expect([...(broken[0]?.names ?? [])]).toContain("good");
});

test("a cell in another language is told from one that is broken", async () => {
  const { foreign, broken, statements } = await read("%%bash\nls -l | wc", "x = 1");
  expect({ foreign, broken }).toEqual({ foreign: [{ cell: 1, magic: "bash" }], broken: [] });
  expect(statements).toHaveLength(1);
});

test("the plain text of the cells has the lines of the notebook", async () => {
  const { cells } = await read("%%time\nx = 1", "!ls\ny = 2");
  expect(cells).toEqual([
    { cell: 1, source: "\nx = 1" },
    { cell: 2, source: "pass  # !ls\ny = 2" },
  ]);
});

test("another order moves whole cells and counts the statements anew", async () => {
  const program = await read("a = 1\nb = 2", "c = 3");
  const { statements, cells } = reorderProgram(program, [2, 1]);
  expect(statements.map(({ index, cell, line }) => [index, cell, line])).toEqual([
    [0, 2, 1],
    [1, 1, 1],
    [2, 1, 2],
  ]);
  expect(cells.map(({ cell }) => cell)).toEqual([2, 1]);
});

test.each([
  ["rows = [1, 2", ["rows"]],
  ["a, b = f(1\n", ["a", "b"]],
  ["def load(path:\n    return 1", ["load"]],
  ["class Model(\n    x = 1", ["Model"]],
])("the broken cell %j binds %j", async (source, names) => {
  const { broken } = await read(source);
  expect([...(broken[0]?.names ?? [])]).toEqual(expect.arrayContaining(names));
});

test.each([
  ["3.6", "x: int = 1_000\nf'{x!r:>{10}}'\nasync def f():\n    return {i async for i in a()}"],
  ["3.8", "if (n := 3) > 2:\n    print(f'{n=}')\ndef f(a, /, b): pass"],
  ["3.9", "@a[0].b\ndef f(): pass\nx = {} | {}"],
  [
    "3.10",
    "match x:\n    case {'a': [1, *rest], **more} if rest:\n        y = 1\n    case A(b=2) | None:\n        pass",
  ],
  ["3.11", "try:\n    pass\nexcept* (A, B) as group:\n    raise\nx[*a]"],
  [
    "3.12",
    "def f[T: int](a: T) -> T: return a\nclass A[*Ts, **P]: pass\ntype B[T] = list[T]\nx = f'{a['b']} {'\\n'.join(c)}'",
  ],
  ["3.14", "try:\n    pass\nexcept A, B:\n    pass\nx = t'{a}'"],
])("Python %s is read", async (_, source) => {
  expect((await read(source)).broken).toEqual([]);
});

test.each([
  'print "x"',
  "print x, y",
  "print >>f, x",
  'exec "x = 1"',
  "try:\n    pass\nexcept ValueError, e:\n    print e",
  "raise ValueError, 'x'",
  "try:\n    pass\nexcept ValueError, e:\n    pass",
  "x = 0777",
  "x = 10L",
  "x = a <> b",
  "x = `a`",
  "x = ur'a'",
  "def f(a, (b, c)): pass",
])("%j is told as Python 2", async (source) => {
  expect((await read("a = 1", source)).broken).toMatchObject([{ cell: 2, python2: true }]);
});
