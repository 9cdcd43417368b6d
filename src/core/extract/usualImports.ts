/** Imports that a notebook lacks: its author's kernel made them. Names of libraries that everybody writes alike tell which. */
import type { Notebook } from "../notebook/notebook";
import { inRunOrder, readStatements, type Program, type Statement } from "../python/program";
import type { ParsePython } from "../python/syntax";
import type { Diagnostic } from "../report";
import { isUnfollowed } from "./hiddenState";
import type { Ordered } from "./order";

const USUAL: readonly (readonly [name: string, statement: string])[] = [
  ["np", "import numpy as np"],
  ["pd", "import pandas as pd"],
  ["plt", "import matplotlib.pyplot as plt"],
  ["sns", "import seaborn as sns"],
  ["tf", "import tensorflow as tf"],
  ...["json", "math", "os", "random", "re", "sys"].map((name) => [name, `import ${name}`] as const),
];

/** The program with the imports that it lacks, in a cell of their own in front of the others. */
export function withUsualImports({ program, diagnostics }: Ordered, { cells }: Notebook, parse: ParsePython): Ordered {
  const lacking = mayBringAny(program) ? [] : USUAL.flatMap((usual) => firstUse(usual, program));
  if (lacking.length === 0) return { program, diagnostics };
  const cell = Math.max(...cells.map(({ number }) => number)) + 1;
  const source = lacking.map(({ statement }) => `${statement}\n`).join("");
  return {
    program: {
      ...program,
      statements: inRunOrder([...readStatements(cell, source, parse), ...program.statements]),
      cells: [{ cell, source }, ...program.cells],
    },
    diagnostics: [...diagnostics, ...lacking.map(missingImport)],
  };
}

/** True if something that is not read may bring any name. */
function mayBringAny({ statements, magics }: Program): boolean {
  return statements.some(({ names }) => names.stars.length > 0) || magics.some(isUnfollowed);
}

interface Lacking {
  readonly name: string;
  readonly statement: string;
  readonly by: Statement;
}

/** The import, if the name is read and nothing binds it. */
function firstUse([name, statement]: (typeof USUAL)[number], { statements, broken }: Program): readonly Lacking[] {
  const by = statements.find(({ names }) => names.reads.has(name) || names.late.has(name));
  if (by === undefined) return [];
  const isBound =
    broken.some(({ names }) => names.has(name)) ||
    statements.some(({ names: { binds, mayBind, lateBinds } }) =>
      [binds, mayBind, lateBinds].some((bound) => bound.has(name)),
    );
  return isBound ? [] : [{ name, statement, by }];
}

function missingImport({ name, statement, by: { cell, line } }: Lacking): Diagnostic {
  return {
    code: "notebook.missing-import",
    severity: "warning",
    cell,
    line,
    message: `${name} is used here, and no cell imports it: it is read as if \`${statement}\` stood above.`,
    hint: "Write that into the first cell.",
  };
}
