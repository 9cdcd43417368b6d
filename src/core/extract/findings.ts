/** What is said of a notebook: names that nothing defines, cells and lines that are left out, names that cannot be followed. */
import type { Diagnostic } from "../report";
import { callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import type { Program, Statement } from "../python/program";
import { childOf, type SyntaxNode } from "../python/syntax";
import { downloadedPicture, filesOfScript, makesFiles } from "./fetches";
import { hiddenName, isUnfollowed, rememberedName } from "./hiddenState";
import { isEval, lookUpsIn } from "./namesByText";
import { namesMadeIn } from "./namesMade";
import { mayBindName } from "../python/scope";
import { parallelTrials } from "./parallelTrials";
import { unseeded } from "./unseeded";

/** A name that is needed and that nothing above binds, and the statement that reads it. */
export interface OpenName extends Pick<Statement, "cell" | "line" | "index"> {
  readonly name: string;
}

/** What the findings are about. */
export interface Looked {
  readonly kept: readonly Statement[];
  /** Those, and the ones that show a value which is given. */
  readonly run: readonly Statement[];
  readonly all: readonly Statement[];
  readonly open: readonly OpenName[];
  readonly knowledge: Knowledge;
  readonly flow: Flow;
  readonly program: Program;
}

/** All findings, for the whole notebook. */
export function findings(looked: Looked): readonly Diagnostic[] {
  const { broken, foreign, magics, oldNames } = looked.program;
  return [
    ...undefinedNames(looked),
    ...unseeded({ ...looked, kept: looked.run }),
    ...parallelTrials(looked.run, looked.knowledge),
    ...looked.all.flatMap(dynamicNames),
    ...namesLookedUp(looked),
    ...oldNames.map(oldName),
    ...broken.map(brokenCell),
    ...foreign.map(foreignCell),
    ...magics.filter((magic) => makesNeededFiles(magic, looked.kept)).map(shellLine),
    ...magics.filter(({ kind, text }) => kind === "help" && PROSE.test(text)).map(prose),
    ...magics.filter((magic) => magic.kind === "output" && isKept(magic, looked.kept)).map(lostOutput),
  ];
}

/** Words and no code: IPython takes the last one for a question about a name. */
const PROSE = /^(?!from\b|import\b)(?:[\p{L}\d'’,:;-]+\s+){2,}[\p{L}\d'’-]+\s*\?+$/u;

function prose({ cell, line, text }: Program["magics"][number]): Diagnostic {
  return {
    code: "notebook.syntax",
    severity: "warning",
    cell,
    line,
    message: `This is not Python, so the line is left out: ${text.slice(0, 80)}`,
    hint: "Mark the cell as Markdown, or make the line a comment.",
  };
}

/** A picture whose name, and whose kind, stand nowhere in what is kept is not needed, nor what a script makes without its name there. */
function makesNeededFiles({ kind, text }: Program["magics"][number], kept: readonly Statement[]): boolean {
  if (!/^(shell|output)$/.test(kind)) return false;
  if (!makesFiles(text)) return nameAny(kept, filesOfScript(text));
  const parts = downloadedPicture(text)?.split(/\.(?=\w+$)/);
  return parts === undefined || nameAny(kept, parts);
}

function nameAny(kept: readonly Statement[], parts: readonly string[]): boolean {
  const isNamed = (code: string): boolean => parts.some((part) => code.includes(part));
  return parts.length > 0 && kept.some(({ node, source }) => isNamed(source.slice(node.start, node.end)));
}

function shellLine({ cell, line, text }: Program["magics"][number]): Diagnostic {
  return {
    code: "notebook.shell",
    severity: "warning",
    cell,
    line,
    message: `The shell line is left out, so what it makes must be there before: ${text.slice(0, 80)}`,
    hint: "Run it once, and let the notebook read the file that it makes.",
  };
}

function isKept({ cell, line }: Program["magics"][number], kept: readonly Statement[]): boolean {
  return kept.some((statement) => statement.cell === cell && statement.line <= line && line <= statement.endLine);
}

function lostOutput({ cell, line, text }: Program["magics"][number]): Diagnostic {
  return {
    code: "notebook.shell",
    severity: "warning",
    cell,
    line,
    message: `The command is not run, so the variable that takes what it prints is None: ${text.slice(0, 80)}`,
    hint: "Work the value out in Python.",
  };
}

function oldName({ cell, line, old, now }: Program["oldNames"][number]): Diagnostic {
  return {
    code: "notebook.old-name",
    severity: "info",
    cell,
    line,
    message: `${old} is gone from today's libraries: it is read as ${now}.`,
    hint: "Change it in the notebook, too.",
  };
}

function brokenCell({ cell, line, text, python2 }: Program["broken"][number]): Diagnostic {
  return {
    code: "notebook.syntax",
    severity: "warning",
    cell,
    line,
    message: `${python2 ? "This is Python 2" : "This is not Python"}, so the cell is left out: ${text}`,
    hint: "Mend it if the model depends on it.",
  };
}

const LEFT_OUT: Readonly<Record<string, string>> = {
  timeit: "what %%timeit binds is lost",
  writefile: "it writes a file",
  file: "it writes a file",
};

function foreignCell({ cell, magic }: Program["foreign"][number]): Diagnostic {
  const message = `The cell is left out: ${LEFT_OUT[magic] ?? `%%${magic} is not Python`}.`;
  return { code: "notebook.foreign-cell", severity: "info", cell, line: 1, message };
}

/** Needed names that nothing binds. A star import may bring any name. */
function undefinedNames(looked: Looked): readonly Diagnostic[] {
  const { open, all, program } = looked;
  if (all.some(({ names }) => names.stars.length > 0)) return [];
  const run = program.magics.find(isUnfollowed);
  const first = open.filter(({ name }, index) => open.findIndex((other) => other.name === name) === index);
  return [...first.map((one) => undefinedName(one, binderBelow(one, all), run)), ...rememberedNames(looked)];
}

/** Needed names that are taken from a statement further down. */
function rememberedNames({ kept, all, flow, program }: Looked): readonly Diagnostic[] {
  const places = new Map(program.cells.map(({ cell }, place) => [cell, place]));
  const isBelow = (one: Statement, other: Statement): boolean =>
    (places.get(one.cell) ?? 0) - (places.get(other.cell) ?? 0) > 0 ||
    (one.cell === other.cell && one.line > other.line);
  return kept.flatMap((reader) =>
    [...(flow.binders[reader.index] ?? [])].flatMap(([name, binders]) => {
      const below = [...binders].flatMap((index) => all[index] ?? []).find((one) => isBelow(one, reader));
      return below === undefined ? [] : [rememberedName(name, reader, below.cell)];
    }),
  );
}

function binderBelow({ name, index }: OpenName, all: readonly Statement[]): Statement | undefined {
  return all.find(({ names, index: other }) => other > index && mayBindName(names, name));
}

function undefinedName(
  { name, cell, line }: OpenName,
  below: Statement | undefined,
  run: Program["magics"][number] | undefined,
): Diagnostic {
  const finding = hiddenName(name, { cell, line }, below?.cell);
  if (below !== undefined || run === undefined) return finding;
  return {
    ...finding,
    message: `${name} is used here, and no cell defines it. It may come from ${run.text} in cell ${run.cell}, which is not followed.`,
    hint: "Copy the code of that file into a cell.",
  };
}

/** `globals()[name] = …`, `exec(…)`: variables whose names are only known when the notebook runs. */
function dynamicNames({ node, cell, names, source }: Statement): readonly Diagnostic[] {
  if (!/\b(globals|locals|exec)\b/.test(source.slice(node.start, node.end))) return [];
  const runs = !names.binds.has("exec") && callsIn(node).some((call) => childOf(call, "function")?.text === "exec");
  if (namesMadeIn(node).length === 0 && !runs) return [];
  return [
    {
      code: "notebook.dynamic-names",
      severity: "warning",
      cell,
      line: node.line,
      message: `The names that this makes are known only when it runs, so what uses them is not found: ${firstLine(node, source)}`,
      hint: "Assign to variables, or to the keys of a dictionary.",
    },
  ];
}

/** `globals()[name]`: of a variable that is looked up, and whose name nothing tells. */
function namesLookedUp({ kept, all }: Looked): readonly Diagnostic[] {
  if (all.some(({ node }) => namesMadeIn(node).length > 0)) return [];
  return kept.flatMap(({ node, cell, source }) => {
    const [found] = /\b(globals|locals|vars)\(\)|__name__\]/.test(source.slice(node.start, node.end))
      ? lookUpsIn(node).filter(({ place }) => !isEval(place))
      : [];
    if (found === undefined) return [];
    const text = source.slice(found.place.start, found.key.end).split("\n")[0]?.slice(0, 80);
    return [
      {
        code: "notebook.dynamic-names",
        severity: "warning",
        cell,
        line: found.place.line,
        message: `Which variable this looks up is known only when it runs, and the steps of the module have theirs for themselves: it may not be found there. ${text}`,
        hint: "Keep such values in a dictionary, and look them up there.",
      } as const,
    ];
  });
}

function firstLine({ start, end }: SyntaxNode, source: string): string {
  return source.slice(start, end).split("\n")[0]?.slice(0, 80) ?? "";
}
