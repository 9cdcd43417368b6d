import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainPython } from "../../../src/core/notebook/magics";

/** What Python is left with, without the comments that only tell what stood there. */
const code = (source: string) =>
  plainPython(source)
    .source.split("\n")
    .map((line) => line.replace(/ {2}# .*$/, ""));
const kinds = (source: string) => plainPython(source).magics.map(({ kind, line }) => [kind, line]);

describe("cell magics", () => {
  test.each(["%%time", "%%timeit -n 3", "%%capture out", "\n%%time", "%%capture\n%%time"])(
    "%j is taken off the Python that it wraps",
    (magic) => {
      const { source, foreign } = plainPython(`${magic}\nf(x)\ny[0] == 1`);
      expect(foreign).toBeUndefined();
      expect(source.trim()).toBe("f(x)\ny[0] == 1");
      expect(source.split("\n")).toHaveLength(magic.split("\n").length + 2);
    },
  );

  test.each(["bash", "html", "javascript", "sql", "R", "writefile"])("%%%%%s holds no Python", (name) => {
    const { source, foreign, magics } = plainPython(`%%${name} x\nls -l\nx = 1`);
    expect({ source, foreign }).toEqual({ source: "\n\n", foreign: name });
    expect(magics).toEqual([{ kind: "cell", text: `%%${name} x`, line: 1 }]);
  });

  test.each(["x = f()", "import os", "def f():\n    return 1", "a, b = 1, 2"])(
    "%%%%timeit binds nothing, so %j is left out",
    (body) => {
      expect(plainPython(`%%timeit\n${body}`).foreign).toBe("timeit");
      expect(plainPython(`%%time\n${body}`).foreign).toBeUndefined();
    },
  );

  test("a second one in the body of the first is a magic of its own", () => {
    expect(code("%%time\n%matplotlib inline\nx = 1")).toEqual(["", "pass", "x = 1"]);
  });
});

describe("line magics", () => {
  test.each([
    ["%matplotlib inline", "pass"],
    ["%time x = f(1)", "x = f(1)"],
    ["%timeit -n 10 -r3 f(x)", "f(x)"],
    ["%timeit -n 10 -r3 x = f(1)", "pass"],
    ["%prun -s cumulative -l 5 x = f(1)", "x = f(1)"],
    ["%lprun -f f x = f(1)", "x = f(1)"],
    ["%time", "pass"],
    ["x = %timeit -o f(1)", "x = None"],
    ["x = %time f(1)", "x = f(1)"],
    ["x = %pwd", 'x = __import__("os").getcwd()'],
    ["x = %env HOME", 'x = __import__("os").environ["HOME"]'],
    ["a, b = !ls", "a, b = None"],
    ["%env SEED=7", 'import os; os.environ["SEED"] = "7"'],
    ["%set_env TF_LOG 3", 'import os; os.environ["TF_LOG"] = "3"'],
    ["%env KEY={key}", 'import os; os.environ["KEY"] = f"{key}"'],
    ["%env HOME", "pass"],
    ["%env", "pass"],
    [
      "%pylab --no-import-all",
      "import numpy; import matplotlib; import numpy as np; import matplotlib.pyplot as plt; from matplotlib import mlab, pylab, pyplot",
    ],
    ["%reset -f", "pass"],
    ["%run helpers.py", "pass"],
    ["!!ls", "pass"],
    ["/f a b", "f(a, b)"],
    [",f a b", 'f("a", "b")'],
    [";f a b", 'f("a b")'],
    ["df.columns[0]?", "pass"],
    ["%time?", "pass"],
    ["?", "pass"],
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

  test.each([
    ["!mkdir out", 'import os; os.makedirs("out", exist_ok=True)  # !mkdir out'],
    ["%mkdir -p out", 'import os; os.makedirs("out", exist_ok=True)  # %mkdir -p out'],
    [
      "!mkdir -p a 'b/c' # two",
      'import os; os.makedirs("a", exist_ok=True); os.makedirs("b/c", exist_ok=True)  # !mkdir -p a \'b/c\' # two',
    ],
    ["!mkdir $out", "import os; os.makedirs(out, exist_ok=True)  # !mkdir $out"],
    ["!mkdir {out}/a", 'import os; os.makedirs(f"{out}/a", exist_ok=True)  # !mkdir {out}/a'],
    ["if new:\n  !mkdir out", 'if new:\n  __import__("os").makedirs("out", exist_ok=True)  # !mkdir out'],
    ["!mkdir ~/.x", "pass  # !mkdir ~/.x"],
    ["!mkdir $HOME/x", "pass  # !mkdir $HOME/x"],
    ["!mkdir a && cd a", "pass  # !mkdir a && cd a"],
    ["!mkdir -m 700 a", "pass  # !mkdir -m 700 a"],
    ["!mkdir", "pass  # !mkdir"],
  ])("%j makes folders as %j", (line, plain) => {
    expect(plainPython(line).source).toBe(plain);
  });

  test("a folder that no code names is not made", () => {
    expect(plainPython("!mkdir out", undefined, () => false).source).toBe("pass  # !mkdir out");
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

  test("a line that goes on is one magic, and its lines stay in their places", () => {
    expect(code("!pip install a \\\n    b \\\n    c\nx = 1")).toEqual(["pass", "# b \\", "# c", "x = 1"]);
    expect(plainPython("!pip install a \\\n    b\nx = 1").magics).toEqual([
      { kind: "shell", text: "!pip install a b", line: 1 },
    ]);
    expect(code("%time x = f(1, \\\n  2)\ny = 3")).toEqual(["x = f(1, 2)", "# 2)", "y = 3"]);
  });

  test("IPython takes the indentation of the first line off every line", () => {
    expect(code("    for key in sums:\n        print(key)\n    x = 1")).toEqual([
      "for key in sums:",
      "    print(key)",
      "x = 1",
    ]);
    expect(code("\n\tx = 1\n\ty = 2")).toEqual(["", "x = 1", "y = 2"]);
  });

  test.each([
    [">>> x = 1\n>>> if x:\n...     y = 2\n3", "x = 1\nif x:\n    y = 2\n3"],
    ["In [1]: x = 1\n   ...: y = 2", "x = 1\ny = 2"],
  ])("prompts that were pasted are taken off %j", (source, plain) => {
    expect(plainPython(source).source).toBe(plain);
  });

  test.each(['"what?"', "# what?", "f(a)?", "x = [1, # why?\n2]", "5?"])("%j asks for no help", (source) => {
    expect(plainPython(source).magics).toEqual([]);
  });
});

describe("lines without their percent sign", () => {
  test.each(["ls", "ls -la", "cd data", "cd ..", "pwd", "pip install x", "matplotlib inline", "time", "who"])(
    "%j alone in its cell is a magic",
    (line) => {
      expect(plainPython(`\n${line}\n`).magics).toMatchObject([{ kind: "line", text: line, line: 2 }]);
    },
  );

  test("they mean what the magic means", () => {
    expect(code("cd data/raw")).toEqual(['__import__("os").chdir("data/raw")']);
    expect(code("time x = f()")).toEqual(["x = f()"]);
  });

  test.each(["pip install x", "cd ..", "cd data", "matplotlib inline", "run helpers.py", "ls ../input"])(
    "%j among other lines is no Python, so it is a magic too",
    (line) => {
      expect(plainPython(`x = 1\n${line}`).magics).toMatchObject([{ line: 2 }]);
    },
  );

  test.each([
    "ls",
    "ls -la",
    "env",
    "ls = 1",
    "time = 5",
    "ls in names",
    "load if x else y",
    "rm, cp = 1, 2",
    "hist /= 2",
    "hist /rows",
    "save .5",
  ])("%j among other lines is Python", (line) => {
    expect(plainPython(`x = 1\n${line}`).magics).toEqual([]);
  });

  test("a name that a cell above binds is a variable", () => {
    expect(plainPython("ll", (name) => name === "ll").magics).toEqual([]);
    expect(plainPython("ll = 1").magics).toEqual([]);
  });
});

test("the plain text of a cell has the lines of the cell, whatever stands in it", () => {
  const parts =
    '%time x = f()|!ls|x = !ls|%%time|%%bash|%cd a|pass|    y|QQQ|"|(|)|#|\\|?|x?|ls|pip install a|>>> a|In [1]: b|%env A=b| |,f a|/f a';
  const line = fc.array(fc.constantFrom(...parts.replace("QQQ", "'''").split("|")), { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (drafts) => {
      const lines = drafts.map((draft) => draft.join(""));
      const { source, magics } = plainPython(lines.join("\n"));
      expect(source.split("\n")).toHaveLength(lines.length);
      for (const { line, text } of magics) expect(lines[line - 1]).toContain(text.split(" ")[0]);
    }),
  );
});
