import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { plainPython } from "../../src/core/notebook/magics";
import { nodePython } from "../../src/node/python";
import { never } from "../support/pipelines";

const python = nodePython();
let path = "";
beforeAll(async () => {
  const lock = await python.lock({ requirements: ["ipython==8.37.0"], constraints: [] }, never);
  ({ path } = await python.environment(lock, never));
});

const answersSchema = z.array(
  z.object({
    /** What IPython took out: kind, then its text. */
    special: z.array(z.tuple([z.enum(["line", "cell", "shell", "output", "help"]), z.string()])),
    /** The lines that it left alone, without blank ones. */
    rest: z.array(z.string()),
  }),
);

/** Has IPython's own transformer read cells, and takes its calls apart again. */
const ASK = String.raw`
import ast, json, re, sys
from IPython.core.inputtransformer2 import TransformerManager

def kind(call, assigned):
    name = call.func.attr
    values = [argument.value for argument in call.args]
    if name == "run_cell_magic":
        return "cell", "%%" + values[0]
    if name == "run_line_magic":
        if values[0] in ("pinfo", "pinfo2", "psearch"):
            return "help", values[1]
        return ("output" if assigned else "line"), "%" + values[0]
    if name == "show_usage":
        return "help", ""
    return ("output" if assigned else "shell"), "!" + " ".join(values[0].split())

def read(line):
    found = re.match(r"\s*(?:(.*?)=\s*)?(get_ipython\(\)\..*)$", line)
    if found is None:
        return None
    return kind(ast.parse(found[2]).body[0].value, found[1] is not None)

answers = []
for cell in json.load(sys.stdin):
    lines = [line for line in TransformerManager().transform_cell(cell).split("\n") if line.strip()]
    special = [read(line) for line in lines]
    answers.append({
        "special": [one for one in special if one is not None],
        "rest": [line for line, one in zip(lines, special) if one is None],
    })
json.dump(answers, sys.stdout)
`;

function ask(cells: readonly string[]): z.infer<typeof answersSchema> {
  const result = spawnSync(path, ["-W", "ignore", "-c", ASK], { input: JSON.stringify(cells), encoding: "utf8" });
  expect(result.stderr).toBe("");
  return answersSchema.parse(JSON.parse(result.stdout));
}

/** The same of our own reading, before what a magic means comes in. */
function ours(cell: string): z.infer<typeof answersSchema>[number] {
  const { source, magics } = plainPython(cell);
  const taken = new Set(magics.flatMap(({ line }) => [line, ...goesOn(cell.split("\n"), line)]));
  const isWrapped = magics[0]?.kind === "cell";
  const lines = source.split("\n").filter((line, index) => !taken.has(index + 1) && line.trim() !== "");
  return {
    special: magics.slice(0, isWrapped ? 1 : undefined).map(({ kind, text }) => [kind, shortened(kind, text)]),
    rest: isWrapped ? [] : lines,
  };
}

/** The lines that a magic goes on in. */
function goesOn(lines: readonly string[], line: number): readonly number[] {
  return lines[line - 1]?.endsWith("\\") === true ? [line + 1, ...goesOn(lines, line + 1)] : [];
}

function shortened(kind: string, text: string): string {
  if (kind === "help") return text.replace(/^\?{1,2}|\?{1,2}\s*$/g, "").replace(/^.*[\s=]/, "");
  const command = kind === "output" ? text.slice(text.indexOf("=") + 1).trim() : text;
  const words = command.startsWith("!") ? command.replace(/^!!?/, "!") : command.replace(/\s.*$/, "");
  return words.replace(/^!\s+/, "!").replace(/\s+/g, " ");
}

const SNIPPETS = [
  "%matplotlib inline",
  "%time x = f(1)",
  "%cd data\n!ls -l\nx = 1",
  "!wget https://example.org/a.csv",
  "!pip install a \\\n  b \\\n  c\nx = 1",
  "%config A.b = 1\n%load_ext x",
  "files = !ls *.csv",
  "self.files = !ls",
  "a, b = !ls",
  "x = %sql select 1",
  "x  =  !ls",
  "if a:\n    %pip install q\nelse:\n    !ls",
  "for x in y:\n    files = !ls {x}\n    z = 1",
  "df?",
  "df.head??",
  "?df.head",
  "??df",
  "?",
  "%time?",
  "df.columns[0]?",
  "np.*load*?",
  "x = df?",
  "what is this?",
  "%%time\nx = 1",
  "\n\n%%bash\nls",
  "%%writefile a.py\nimport os",
  "%%html?\nx = 1",
  "x = 1\n%%time\ny = 2",
  "x = 1 % 2\n% y",
  'print("a %d"\n% b)',
  'print("a %d" \\\n% b)',
  "x = (a\n%b\n)",
  's = """\n%time x\n!ls\nwhat?\n"""\n!ls',
  "s = '''\n%%bash\n'''",
  "# %matplotlib inline",
  "x = 1  # why?",
  "x = 'why?'",
  "x = a != b",
  "@property\ndef f(self): pass",
  "    indented = 1\n    %time x\nz = 1",
  "\t!ls",
  ">>> x = 1\n>>> %time y\n... z",
  "In [12]: x = 1\n    ...: !ls",
  "x = 1; %time y",
  "if x: !ls",
  "x = y = 2\n!ls",
  "x == 1\n!ls",
  "f(x=1)\n!ls",
  "%env A=b c\n%set_env C d",
  "!!ls",
  "!echo 'it''s'",
  '!ls | grep "a" && echo $HOME {x}',
  "def f():\n    !ls\n    return 1\n\n%time f()",
  "[x for x in y\n]?",
  "%run -i a.py b",
  "%",
  "!",
  "x = [\n1,\n!ls\n]",
  "s = 'a\\\n%b'",
  "x = 5 \\\n  % 3",
  "%lsmagic # comment",
  "class A:\n    '''doc\n    %x'''\n    %time y = 1",
];

const LINES = [
  ..."x = 1|%time x|!ls -l|y = !ls|z = %foo a|df?|?df|if x:\n    %bar|if y:\n    w = 2\n    !ls|# note?|x %= 2".split(
    "|",
  ),
  ..."f(a,\nb)|[1,\n%2]|s = '''\n%x\n'''|!ls \\\n  -l|%foo \\\n  a|a = 1 \\\n  % 2|x != y|t = \"a?\"".split("|"),
  "def f():\n    y = %foo b\n    return y",
];

test("cells are read as IPython reads them", () => {
  const drafts = fc.array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 6 }).map((lines) => lines.join("\n"));
  const cells = [...SNIPPETS, ...fc.sample(drafts, { numRuns: 400, seed: 3 })];
  const answers = ask(cells);
  expect(cells.map((cell) => ({ cell, ...ours(cell) }))).toEqual(
    cells.map((cell, index) => ({ cell, ...answers[index] })),
  );
});
