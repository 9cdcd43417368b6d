import { spawnSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { readNotebook } from "../../src/core/notebook/read";
import { nodePython } from "../../src/node/python";
import { never } from "../support/pipelines";

const python = nodePython();
let path = "";
beforeAll(async () => {
  const lock = await python.lock({ requirements: ["jupytext==1.19.6"], constraints: [] }, never);
  ({ path } = await python.environment(lock, never));
});

const cellsSchema = z.array(z.tuple([z.string(), z.string(), z.array(z.string())]));

const ASK = `
import json, jupytext, sys
document = json.load(sys.stdin)
notebook = jupytext.reads(document["text"], fmt=document["format"])
json.dump([[cell.cell_type, cell.source, cell.metadata.get("tags", [])] for cell in notebook.cells], sys.stdout)
`;

/** The cells as jupytext reads them. */
function ask(name: string, text: string): z.infer<typeof cellsSchema> {
  const format = name.endsWith(".py") ? "py:percent" : text.includes("{code-cell}") ? "md:myst" : "md";
  const input = JSON.stringify({ text, format });
  const result = spawnSync(path, ["-W", "ignore", "-c", ASK], { input, encoding: "utf8" });
  expect(result.stderr).toBe("");
  return cellsSchema.parse(JSON.parse(result.stdout));
}

const HEADER = `# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---
`;

const MARKDOWN = HEADER.replace(/^# /gm, "")
  .replace("format_name: percent", "format_name: markdown")
  .replace(".py", ".md");
const MYST =
  "---\njupytext:\n  text_representation:\n    format_name: myst\nkernelspec:\n  name: python3\n  display_name: Python\n---\n";

test.each([
  [
    "a.py",
    `${HEADER}\n# %%\nimport os\n\n\nx = 1\n\n# %% [markdown]\n# # Title\n#\n# text\n\n# %% tags=["parameters"]\nseed = 7\n`,
  ],
  ["a.py", `${HEADER}\n# %% Title {"tags": ["a", "b"]}\n# %matplotlib inline\n# !ls\n# x = !ls\nif x:\n    y = 2\n`],
  [
    "a.py",
    `${HEADER}\n# %% [markdown]\n"""\n# Title\ntext\n"""\n\n# %%\ns = """\n# %%\n"""\n\n# %%\n# %%time\ny = 1\n`,
  ],
  ["a.py", "import os\n\n# %% first\na = 1\n# %%\nb = 2\n# %%% deeper\nc = 3\n"],
  ["a.py", "#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\na = 1\n\n# In[ ]:\n\nb = 2\n"],
  ["a.py", `${HEADER}\n# %% [raw]\n# text\n\n# %%\n# %%bash\n# ls -l\n# cat x\n\n# %%\nz = 1\n`],
  [
    "a.md",
    `${MARKDOWN}\n# Title\n\ntext\n\n\`\`\`python\na = 1\n\`\`\`\n\n\`\`\`python tags=["parameters"]\nb = 2\n\nc = 3\n\`\`\`\n\nlast\n`,
  ],
  [
    "a.md",
    `${MYST}\n# Title\n\n\`\`\`{code-cell} ipython3\na = 1\n\`\`\`\n\n\`\`\`{code-cell} ipython3\n:tags: [parameters]\n\nb = 2\n\`\`\`\n\n\`\`\`{code-cell}\n---\ntags: [x, y]\n---\nc = 3\n\`\`\`\n`,
  ],
])("%s with %j has the cells that jupytext reads", (name, text) => {
  const { cells } = readNotebook(name, new TextEncoder().encode(text));
  const ours = cells.map(({ kind, source, tags }) => [kind, source.trim(), tags]);
  // The lines above the first cell may be an empty cell there.
  const theirs = ask(name, text).filter(([, source]) => source.trim() !== "");
  expect(ours).toEqual(theirs.map(([kind, source, tags]) => [kind, source.trim(), tags]));
});

const CONVERT = `
import json, nbformat, sys
notebook = nbformat.convert(nbformat.reads(sys.stdin.read(), as_version=3), 4)
json.dump([[cell.cell_type, cell.source, cell.get("execution_count"), cell.get("outputs", [])] for cell in notebook.cells], sys.stdout)
`;

test("nbformat 3 is upgraded as nbformat upgrades it", () => {
  const outputs = [
    { output_type: "pyout", prompt_number: 3, text: ["1\n", "2"], html: ["<p>"], metadata: {} },
    { output_type: "display_data", png: "aGk=\n", svg: ["<svg>\n", "</svg>"], metadata: {} },
    { output_type: "stream", stream: "stderr", text: ["a\n", "b\n"] },
    { output_type: "pyerr", ename: "E", evalue: "v", traceback: ["t"] },
  ];
  const code = { cell_type: "code", language: "python", collapsed: false, metadata: {}, prompt_number: 3 };
  const cells = [
    { cell_type: "heading", level: 2, metadata: {}, source: ["One\n", "line"] },
    { cell_type: "markdown", metadata: {}, source: ["# a\n", "b"] },
    { ...code, input: ["x = 1\n", "y = 2"], outputs },
    { ...code, input: "z = 3", outputs: [] },
    { cell_type: "raw", metadata: {}, source: ["r"] },
  ];
  const text = JSON.stringify({
    nbformat: 3,
    nbformat_minor: 0,
    metadata: { name: "" },
    worksheets: [{ cells, metadata: {} }],
  });
  const result = spawnSync(path, ["-W", "ignore", "-c", CONVERT], { input: text, encoding: "utf8" });
  const theirs = z
    .array(z.tuple([z.string(), z.string(), z.unknown(), z.array(z.unknown())]))
    .parse(JSON.parse(result.stdout));
  const ours = readNotebook("old.ipynb", new TextEncoder().encode(text)).cells;
  expect(
    ours.map(({ kind, source, executionCount, outputs }) => [kind, source, executionCount ?? null, outputs]),
  ).toEqual(theirs);
});
