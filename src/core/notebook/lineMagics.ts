/** What the lines of IPython mean in Python. */
import type { Magic } from "./magics";

/** A line of IPython in Python. */
export interface Meaning {
  readonly kind: Exclude<Magic["kind"], "cell">;
  /** One line of Python. */
  readonly plain: string;
  /** True if `plain` is the user's own code. */
  readonly isItself: boolean;
}

/** Where a statement stands. */
export interface Place {
  readonly inBlock: boolean;
  /** True for a folder whose name stands in the code of the notebook. */
  readonly namesFolder: (folder: string) => boolean;
}

const ANYWHERE: Place = { inBlock: false, namesFolder: () => true };

/** The meaning of a statement; `undefined` if it has none that Python does not know. */
export function meaningOf(text: string, place = ANYWHERE): Meaning | undefined {
  switch (text.charAt(0)) {
    case "%":
      return lineMagic(text.slice(1), place);
    case "!":
      return { kind: "shell", plain: commandInPython(text.slice(1), place) ?? "pass", isItself: false };
    case "?":
      return { kind: "help", plain: "pass", isItself: false };
    case ",":
    case ";":
    case "/":
      return autocall(text);
    default:
      return assignment(text);
  }
}

/** `/f a b` calls `f(a, b)`; `,` hands over each word as text, and `;` all of them as one. */
function autocall(text: string): Meaning | undefined {
  const [, sign, name, rest = ""] = /^([,;/])([A-Za-z_][\w.]*)(?:\s+(.*))?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const words = rest.split(/\s+/).filter((word) => word !== "");
  const args = sign === ";" ? [JSON.stringify(rest)] : sign === "," ? words.map((word) => JSON.stringify(word)) : words;
  return { kind: "line", plain: `${name}(${args.join(", ")})`, isItself: false };
}

function lineMagic(text: string, place: Place): Meaning {
  const [, name = "", args = ""] = /^(\S*)\s*(.*)$/.exec(text) ?? [];
  const statement = statementOf(name, args);
  if (statement !== undefined) return { kind: "line", plain: statement, isItself: true };
  const effect = effectOf(name, args) ?? commandInPython(text, place);
  return { kind: "line", plain: effect ?? "pass", isItself: false };
}

/** A command of the shell that Python has a statement for: one that makes folders which other code names, and may write into. */
function commandInPython(command: string, { inBlock, namesFolder }: Place): string | undefined {
  const [, args] = /^\s*mkdir\s+(.*?)\s*(?:\s#.*)?$/.exec(command) ?? [];
  const words = (args ?? "").split(/\s+/).filter((word) => !/^(|-[pv]+|--parents|--verbose)$/.test(word));
  const folders = words.map(writtenWord);
  if (folders.includes(undefined) || !words.some(namesFolder)) return undefined;
  // A name that a block binds may be bound or not.
  const [first, os] = inBlock ? ["", '__import__("os")'] : ["import os; ", "os"];
  return first + folders.map((folder) => `${os}.makedirs(${folder}, exist_ok=True)`).join("; ");
}

/** A word of the shell in Python, with the variables of the notebook in it; `undefined` for what only the shell can tell. */
function writtenWord(word: string): string | undefined {
  const bare = word.replace(/^(["'])(.*)\1$/, "$2");
  const text = bare.replace(/\$(?:([A-Za-z_]\w*)|(?=\{))/g, (_, name?: string) =>
    name === undefined ? "" : `{${name}}`,
  );
  if (!/^(?!-)(?:[\w./+-]|\{[A-Za-z_]\w*\})+$/.test(text) || /\{(HOME|PWD|TMPDIR|USER)\}/.test(text)) return undefined;
  if (!text.includes("{")) return JSON.stringify(text);
  return /^\{(\w+)\}$/.exec(text)?.[1] ?? `f${JSON.stringify(text)}`;
}

/** Magics that run the statement behind them, with their options that take a value. */
const RUNNERS: Readonly<Record<string, string>> = {
  time: "",
  timeit: "nrp",
  prun: "lsTD",
  memit: "rti",
  lprun: "fmDTu",
  mprun: "fT",
  snakeviz: "f",
};

/** The statement that a magic runs. `%timeit` binds no names, so an assignment is nothing. */
function statementOf(name: string, args: string): string | undefined {
  const valued = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
  const statement = valued === undefined ? "" : withoutOptions(args, valued);
  const isLost = name === "timeit" && /^[\w, ]+=(?!=)/.test(statement);
  return statement === "" || isLost ? undefined : statement;
}

function withoutOptions(args: string, valued: string): string {
  let rest = args;
  for (let option = OPTION.exec(rest); option !== null; option = OPTION.exec(rest)) {
    const [whole, letter = "", value] = option;
    rest = rest.slice(whole.length);
    if (value === "" && valued.includes(letter)) rest = rest.replace(/^\S+\s*/, "");
  }
  return rest;
}

const OPTION = /^-(?:-[\w-]+|([A-Za-z])(\S*))\s*/;

/** What a magic does to the process, in Python. */
function effectOf(name: string, args: string): string | undefined {
  switch (name) {
    case "cd":
      return directory(args);
    case "env":
    case "set_env":
      return environment(args);
    case "pylab":
      return pylab(args);
    default:
      return undefined;
  }
}

/** `%cd` changes where later paths lead; it stays in effect. */
function directory(args: string): string | undefined {
  const path = /^(?:-q\s+)?((['"])[^'"]+\2|[^'"-][^'"]*)\s*$/.exec(args)?.[1]?.trim();
  if (path === undefined) return undefined;
  const variable = /^\$([A-Za-z_]\w*)$/.exec(path)?.[1] ?? /^\{([A-Za-z_]\w*)\}$/.exec(path)?.[1];
  return `__import__("os").chdir(${variable ?? JSON.stringify(path.replace(/^['"]|['"]$/g, ""))})`;
}

/** `%env NAME=value` or `%env NAME value`. */
function environment(args: string): string | undefined {
  const [, name, value = ""] = /^([^\s={}$]+)\s*(?:=|\s)\s*(\S.*)$/.exec(args) ?? [];
  if (name === undefined) return undefined;
  const prefix = /\{\w+\}/.test(value) ? "f" : "";
  return `import os; os.environ[${JSON.stringify(name)}] = ${prefix}${JSON.stringify(value.trim())}`;
}

/** The imports of IPython's `pylab`. */
function pylab(args: string): string {
  const named = "import numpy; import matplotlib; import numpy as np; import matplotlib.pyplot as plt";
  const parts = "from matplotlib import mlab, pylab, pyplot";
  if (args.includes("--no-import-all")) return `${named}; ${parts}`;
  return `${named}; ${parts}; from matplotlib.pylab import *; from numpy import *`;
}

/** `x = %magic …`, `x = !command`. */
function assignment(text: string): Meaning | undefined {
  const [, target, sign, command = ""] = /^([^=!<>'"#(){}]+?=\s*)([!%])\s*(.*)$/.exec(text) ?? [];
  if (target === undefined || (sign === "%" && !/^[A-Za-z_]/.test(command))) return undefined;
  const value = sign === "%" ? valueOf(command) : undefined;
  if (value === undefined) return { kind: "output", plain: `${target}None`, isItself: false };
  return { kind: "line", plain: `${target}${value}`, isItself: false };
}

function valueOf(command: string): string | undefined {
  const [, name = "", args = ""] = /^(\S*)\s*(.*)$/.exec(command) ?? [];
  if (name === "time") return statementOf(name, args);
  if (name === "pwd") return '__import__("os").getcwd()';
  return name === "env" && /^\w+$/.test(args) ? `__import__("os").environ[${JSON.stringify(args)}]` : undefined;
}

/** Line magics that are typed without `%`: those of IPython and its aliases, and the installers of its notebooks. */
const AUTOMAGIC = new Set(
  (
    "alias alias_magic autoawait autocall automagic autoreload bookmark cat cd clear colors conda config cp debug dhist dirs " +
    "doctest_mode ed edit env gui hist history killbgscripts ldir less lf lk ll load load_ext loadpy logoff logon logstart logstate " +
    "logstop ls lsmagic lx macro magic mamba man matplotlib micromamba mkdir more mv notebook page pastebin pdb pdef pdoc pfile pinfo " +
    "pinfo2 pip pip3 popd pprint precision prun psearch psource pushd pwd pycat pylab quickref recall rehashx reload_ext rep rerun " +
    "reset reset_selective rm rmdir run save sc set_env store sx system tb time timeit unalias unload_ext uv who who_ls whos xdel xmode"
  ).split(" "),
);

/** Words that go on a Python expression. */
const OPERATORS = /^(?:in|is|and|or|not|if|else|for|as)\b/;

/**
 * The magic that a line is without its `%`, as IPython takes the only line of a cell; `undefined` if it is none, or a variable.
 * Among other lines it must be one that Python rejects.
 */
export function automagic(text: string, isAlone: boolean, isBound: (name: string) => boolean): string | undefined {
  const [, name = "", rest = ""] = /^(\w+)(?:\s+(.*))?$/.exec(text) ?? [];
  if (!AUTOMAGIC.has(name) || isBound(name) || /^[=,]/.test(rest)) return undefined;
  const isNoPython = /^(?:[A-Za-z$"'{~]|\.{1,2}(?:\/|$))/.test(rest) && !OPERATORS.test(rest);
  return isAlone || isNoPython ? `%${text}` : undefined;
}
