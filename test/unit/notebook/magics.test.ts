import { describe, expect, test } from "vitest";
import { plainPython } from "../../../src/core/notebook/magics";

/** What Python is left with, without the comments that only tell what stood there. */
const code = (source: string) =>
  plainPython(source)
    .source.split("\n")
    .map((line) => line.replace(/ {2}# .*$/, ""));
const kinds = (source: string) => plainPython(source).magics.map(({ kind, line }) => [kind, line]);

describe("cell magics", () => {
  test.each(["%%time", "%%timeit -n 3", "%%capture out", "\n%%time"])(
    "%j is taken off the Python that it wraps",
    (magic) => {
      const { source, foreign } = plainPython(`${magic}\ndef f():\n    return 1`);
      expect(foreign).toBeUndefined();
      expect(source.trim()).toBe("def f():\n    return 1");
      expect(source.split("\n")).toHaveLength(magic.split("\n").length + 2);
    },
  );

  test.each(["bash", "html", "javascript", "sql", "R", "writefile"])("%%%%%s holds no Python", (name) => {
    const { source, foreign, magics } = plainPython(`%%${name} x\nls -l\nx = 1`);
    expect({ source, foreign }).toEqual({ source: "\n\n", foreign: name });
    expect(magics).toEqual([{ kind: "cell", text: `%%${name} x`, line: 1 }]);
  });

  test("a second one in the body of the first is a magic of its own", () => {
    expect(code("%%time\n%matplotlib inline\nx = 1")).toEqual(["", "pass", "x = 1"]);
  });
});

describe("line magics", () => {
  test.each([
    ["%matplotlib inline", "pass"],
    ["%time x = f(1)", "x = f(1)"],
    ["%timeit -n 10 -r3 x = f(1)", "x = f(1)"],
    ["x = %timeit -o f(1)", "x = None"],
    ["files = !ls *.csv", "files = None"],
    ["self.files = !ls", "self.files = None"],
    ["!wget https://example.org/a.csv", "pass"],
    ["!pip install -q {package}", "pass"],
    ["pip install watermark", "pass"],
    ["df?", "pass"],
    ["df.head??", "pass"],
    ["?df.head", "pass"],
    ["%%", "pass"],
  ])("%j leaves %j", (line, plain) => {
    expect(code(`a = 1\n${line}\nb = 2`)).toEqual(["a = 1", plain, "b = 2"]);
    expect(plainPython(`a = 1\n${line}`).magics).toMatchObject([{ line: 2 }]);
  });

  test("one that is the only body of a block leaves the block valid", () => {
    expect(code("if IN_COLAB:\n    %pip install -q urlextract\nelse:\n    !ls")).toEqual([
      "if IN_COLAB:",
      "    pass",
      "else:",
      "    pass",
    ]);
  });

  test("%cd stays in effect", () => {
    expect(code("%cd data/raw")).toEqual(['__import__("os").chdir("data/raw")']);
    expect(code("%cd -q 'my data'")).toEqual(['__import__("os").chdir("my data")']);
  });

  test("every magic keeps its line", () => {
    expect(kinds("%load_ext x\n\nx = 1\n!ls\nx?")).toEqual([
      ["line", 1],
      ["shell", 4],
      ["help", 5],
    ]);
  });
});

describe("lines that are Python", () => {
  test.each([
    ["a modulo over two lines", 'print("words: %d"\n% len(words))'],
    ["a modulo behind a backslash", 'text = "words: %d" \\\n% count'],
    ["a modulo in brackets", "x = (a\n%b\n)"],
    ["text of a string", 's = """\n%time x\n!ls\nwhat?\n"""'],
    ["text of another string", "s = '''\n%%bash\n'''"],
    ["a quote in a comment", "# it's\nx = 1"],
    ["quotes in a string", "s = '\"'\nt = \"'''\"\nx = 1 % 2"],
    ["an escaped quote", "s = 'it\\'s (' \nx = 5"],
    ["a comparison", "ok = x != y"],
    ["a bracket in a comment", "x = [1, # (\n  2]\ny = 3"],
    ["an empty string before a triple quote", "s = '' '''\n%x\n'''"],
    ["a string that goes on behind a backslash", "s = 'a\\\n%b'"],
    ["a decorator", "@property\ndef f(self): pass"],
  ])("%s stays", (_, source) => {
    expect(plainPython(source)).toEqual({ source, foreign: undefined, magics: [] });
  });

  test("a magic behind a string that ends is one again", () => {
    expect(code('s = """\n%x\n"""\n%time y = 1')).toEqual(['s = """', "%x", '"""', "y = 1"]);
  });

  test("a shell line that goes on is left out whole", () => {
    expect(code("!pip install a \\\n    b \\\n    c\nx = 1")).toEqual(["pass", "# b \\", "# c", "x = 1"]);
    expect(kinds("!pip install a \\\n    b\nx = 1")).toEqual([
      ["shell", 1],
      ["shell", 2],
    ]);
  });

  test("IPython takes the indentation of the first line off every line", () => {
    expect(code("    for key in sums:\n        print(key)\n    x = 1")).toEqual([
      "for key in sums:",
      "    print(key)",
      "x = 1",
    ]);
    expect(code("\n\tx = 1\n\ty = 2")).toEqual(["", "x = 1", "y = 2"]);
  });
});
