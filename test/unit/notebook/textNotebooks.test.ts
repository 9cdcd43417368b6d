import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlipwayError } from "../../../src/core/errors";
import { readNotebook } from "../../../src/core/notebook/read";
import { showsCells } from "../../../src/core/notebook/textNotebook";

const read = (path: string, text: string) => readNotebook(path, new TextEncoder().encode(text));
const script = (...lines: readonly string[]) => read("study.py", lines.join("\n"));
const markdown = (...lines: readonly string[]) => read("study.md", lines.join("\n"));
const cellsOf = ({ cells }: ReturnType<typeof read>) =>
  cells.map(({ number, kind, source, fileLine }) => [number, kind, source, fileLine]);

test.each([
  ["a.py", "x = 1\n# %%\n", true],
  ["a.py", "# ---\n# jupyter:\n#   jupytext:\n#     a: b\n# ---\n", true],
  ["a.py", "x = 1\n", false],
  ["a.md", "---\njupytext:\n---\n", true],
  ["a.md", "```{code-cell}\n```", true],
  ["a.md", "# Read me\n```python\n```", false],
  ["a.txt", "# %%", false],
])("%s with %j shows that it is a notebook: %j", (path, text, shows) => {
  expect(showsCells(path, text)).toBe(shows);
});

describe("scripts", () => {
  test("cells begin below their markers, and know their line in the file", () => {
    const notebook = script(
      "import os",
      "# %%",
      "a = 1",
      "",
      "# %% [markdown]",
      "# # Fit",
      "#",
      "# it",
      "# %% Fit",
      "b = 2",
    );
    expect(cellsOf(notebook)).toEqual([
      [1, "code", "import os", 1],
      [2, "code", "a = 1\n", 3],
      [3, "markdown", "# Fit\n\nit", 6],
      [4, "code", "b = 2", 10],
    ]);
  });

  test.each([
    "# %%",
    "#%%",
    "# %% A title",
    "# %%% a cell in a cell",
    '# %% {"tags": []}',
    "# In[ ]:",
    "# In[12]:",
    "# In [3]",
    "# <codecell>",
  ])("%j begins a cell", (marker) => {
    expect(cellsOf(script("a = 1", marker, "b = 2"))).toEqual([
      [1, "code", "a = 1", 1],
      [2, "code", "b = 2", 3],
    ]);
  });

  test.each(["# %%time", "    # %%", "x = 1  # %%", "# 100 %%", "#%s", "# In[1]: x"])("%j begins none", (line) => {
    expect(script("a = 1", line, "b = 2").cells).toHaveLength(1);
  });

  test("a marker inside of a string is text", () => {
    expect(script("a = '''", "# %%", "'''", "# %%", "b = 1").cells.map(({ source }) => source)).toEqual([
      "a = '''\n# %%\n'''",
      "b = 1",
    ]);
  });

  test("quotes in prose open no string", () => {
    expect(script("# %% [markdown]", "it's '''so", "# %%", "b = 1").cells).toHaveLength(2);
  });

  test("prose may be a string, and keeps its lines", () => {
    const { cells } = script(
      "# %% [markdown]",
      '"""',
      "# Fit",
      "the model",
      '"""',
      "# %% [md]",
      '"""One line"""',
      "# %%",
      "x",
    );
    expect(cells.slice(0, 2).map(({ kind, source }) => [kind, source])).toEqual([
      ["markdown", "\n# Fit\nthe model\n"],
      ["markdown", "One line"],
    ]);
  });

  test.each([
    ['# %% tags=["parameters", "b"]', ["parameters", "b"]],
    ['# %% Settings {"tags": ["parameters"]}', ["parameters"]],
    ["# %% Settings", []],
  ])("%j has the tags %j", (marker, tags) => {
    expect(script(marker, "a = 1").cells[0]?.tags).toEqual(tags);
  });

  test("jupytext's header names the kernel and is no cell", () => {
    const notebook = script(
      "#!/usr/bin/env python",
      "# -*- coding: utf-8 -*-",
      "# ---",
      "# jupyter:",
      "#   jupytext:",
      "#     text_representation:",
      "#       format_name: percent",
      "#   kernelspec:",
      "#     display_name: Python 3 (ipykernel)",
      "#     language: python",
      "#     name: conda-env-x",
      "# ---",
      "",
      "# %%",
      "a = 1",
    );
    expect(notebook).toMatchObject({ kernel: "conda-env-x", language: "python" });
    expect(cellsOf(notebook)).toEqual([[1, "code", "a = 1", 15]]);
  });

  test("the first lines of nbconvert are no cell", () => {
    expect(cellsOf(script("#!/usr/bin/env python", "# coding: utf-8", "", "# In[1]:", "", "a = 1"))).toEqual([
      [1, "code", "\na = 1", 5],
    ]);
  });

  test("the calls that nbconvert writes for IPython's own lines are those lines again", () => {
    const { cells } = script(
      "# In[1]:",
      "",
      "get_ipython().run_line_magic('cd', 'data')",
      "get_ipython().magic('matplotlib inline')",
      "get_ipython().system('ls \"a b\"')",
      "files = get_ipython().getoutput('ls')",
      "x = get_ipython().user_ns",
      "# In[2]:",
      "",
      "get_ipython().run_cell_magic('time', '', 'a = 1\\nb = \\'\\\\t\\'\\n')",
      "",
      "# In[3]:",
      "c = 1",
      "get_ipython().run_cell_magic('time', '', 'd = 1\\ne = 2')",
      "f = 3",
    );
    expect(cells.map(({ source }) => source)).toEqual([
      '%cd data\n%matplotlib inline\n!ls "a b"\nfiles = !ls\nx = get_ipython().user_ns',
      "%%time\na = 1\nb = '\\t'\n",
      "c = 1\nd = 1\ne = 2\nf = 3",
    ]);
    expect(cells.map(({ fileLines }) => fileLines)).toEqual([
      [3, 4, 5, 6, 7],
      [10, 10, 10, 11],
      [13, 14, 14, 15],
    ]);
  });

  test("magics that jupytext made comments are magics again; other people's comments are not", () => {
    const lines = [
      "# %% ",
      "# %matplotlib inline",
      "# !ls",
      "# x = !ls",
      "# %d items",
      "if a:",
      "    # %cd data",
      "# note",
    ];
    const header = ["# ---", "# jupytext:", "#   formats: ipynb,py", "# ---"];
    expect(script(...lines).cells[0]?.source).toBe(lines.slice(1).join("\n"));
    expect(script(...header, ...lines).cells[0]?.source).toBe(
      "%matplotlib inline\n!ls\nx = !ls\n%d items\nif a:\n    %cd data\n# note",
    );
    expect(script(...header, "# %%", "# %%bash", "# ls", "# %%", "x = 1").cells[0]?.source).toBe("%%bash\nls");
  });

  test("a cell in another language is one of its cell magic", () => {
    expect(cellsOf(script('# %% language="bash"', "# ls", "# %%", "x = 1"))[0]).toEqual([1, "code", "%%bash\n# ls", 1]);
  });

  test.each([
    ["# -*- coding: latin-1 -*-", [0x63, 0xe9], "cé"],
    ["#!/usr/bin/env python\n# vim: set fileencoding=cp1251 :", [0xe9], "й"],
    ["# -*- coding: utf_8 -*-", [0xc3, 0xa9], "é"],
    ["a = 1", [0xc3, 0xa9], "é"],
  ])("a script below %j is read in that encoding", (head, letters, text) => {
    const bytes = Uint8Array.from([...new TextEncoder().encode(`${head}\n# %%\nname = "`), ...letters, 0x22]);
    expect(readNotebook("study.py", bytes).cells.at(-1)?.source).toBe(`name = "${text}"`);
  });

  test.each([
    ["a = 1", "study.py is not text in utf-8."],
    ["# coding: klingon", "study.py is not text in klingon."],
  ])("a script whose bytes are not of its encoding is refused: %j", (head, message) => {
    const bytes = Uint8Array.from([...new TextEncoder().encode(`${head}\nname = "`), 0xe9, 0x22]);
    expect(() => readNotebook("study.py", bytes)).toThrow(message);
  });

  test("a script without a marker is one cell", () => {
    expect(cellsOf(script("import os", "", "x = 1"))).toEqual([[1, "code", "import os\n\nx = 1", 1]]);
  });

  test("line ends of Windows count as one, and a byte order mark as none", () => {
    expect(cellsOf(read("study.py", "\uFEFF# %%\r\na = 1\r\n# %%\r\nb = 2"))).toEqual([
      [1, "code", "a = 1", 2],
      [2, "code", "b = 2", 4],
    ]);
  });
});

describe("Markdown", () => {
  const HEADER = ["---", "jupyter:", "  kernelspec:", "    name: python3", "---"];

  test("fences of code are cells, and what is between them is prose", () => {
    const notebook = markdown(
      ...HEADER,
      "",
      "# Fit",
      "",
      "```python",
      "a = 1",
      "```",
      "",
      "```bash",
      "ls",
      "```",
      "```python",
      "b = 2",
      "```",
    );
    expect(notebook.kernel).toBe("python3");
    expect(cellsOf(notebook)).toEqual([
      [1, "markdown", "\n# Fit\n", 6],
      [2, "code", "a = 1", 10],
      [3, "markdown", "\n```bash\nls\n```", 12],
      [4, "code", "b = 2", 17],
    ]);
  });

  test("tags stand behind the language, and .noeval makes an example of a fence", () => {
    const { cells } = markdown(
      ...HEADER,
      '```python tags=["parameters"]',
      "a = 1",
      "```",
      "```python .noeval",
      "b",
      "```",
    );
    expect(cells.map(({ kind, tags }) => [kind, tags])).toEqual([
      ["code", ["parameters"]],
      ["markdown", []],
    ]);
  });

  test("MyST's cells begin behind their options", () => {
    const myst = ["```{code-cell} ipython3", ":tags: [parameters, b]", ":other: 1", "a = 1", "```"];
    const yaml = ["```{code-cell}", "---", "tags:", "- parameters", "---", "b = 1", "```"];
    const { cells } = markdown("---", "kernelspec:", "  name: x", "  language: python", "---", ...myst, ...yaml);
    expect(cells.map(({ source, tags, fileLine }) => [source, tags, fileLine])).toEqual([
      ["a = 1", ["parameters", "b"], 9],
      ["b = 1", ["parameters"], 16],
    ]);
  });

  test("longer fences hold shorter ones, and a fence that is never closed ends with the file", () => {
    const { cells } = markdown(...HEADER, "````", "```python", "no", "```", "````", "```python", "a = 1");
    expect(cells.map(({ kind, source }) => [kind, source])).toEqual([
      ["markdown", "````\n```python\nno\n```\n````"],
      ["code", "a = 1"],
    ]);
  });

  test.each(["region", "md", "raw"])("what jupytext puts between comments of %s is prose, fences and all", (name) => {
    const prose = [`<!-- #${name} -->`, "Not so:", "```python", "no", "```", `<!-- #end${name} -->`];
    const { cells } = markdown(...HEADER, ...prose, "", "```python", "a = 1", "```");
    expect(cells.map(({ kind, fileLine }) => [kind, fileLine])).toEqual([
      ["markdown", 6],
      ["code", 14],
    ]);
    expect(cells[0]?.source).toBe(`${prose.join("\n")}\n`);
  });

  test("Markdown that is no notebook is refused", () => {
    expect(() => markdown("# Read me", "```python", "a = 1", "```")).toThrow(
      "study.md is not a notebook: it is Markdown without the header of a notebook",
    );
  });
});

test("the line of a cell in the file, and the lines behind it, are those of the file", () => {
  const line = fc.constantFrom(
    "a = 1",
    "",
    "# %%",
    "# %% [markdown]",
    "# note",
    '"""',
    "x = '",
    "```python",
    "```",
    "---",
    "```{code-cell}",
    ":tags: [a]",
    "text",
  );
  const newline = fc.constantFrom("\n", "\r\n");
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), newline, fc.constantFrom(".py", ".md"), (lines, end, extension) => {
      const file = ["---", "jupytext:", "---", ...lines];
      const all = extension === ".md" ? file : file.map((one, index) => (index < 3 ? `# ${one}` : one));
      let last = 0;
      try {
        for (const { kind, source, fileLine = 0 } of read(`x${extension}`, all.join(end)).cells) {
          expect(fileLine).toBeGreaterThan(last);
          last = fileLine + source.split("\n").length - 1;
          if (kind === "code" && source !== "") expect(all.slice(fileLine - 1, last)).toEqual(source.split("\n"));
        }
      } catch (error) {
        if (!(error instanceof SlipwayError)) throw error;
      }
    }),
  );
});
