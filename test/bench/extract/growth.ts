import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { median } from "../measure";
import type { Growth, Judged } from "./figures";
import { runOne, type RunOptions } from "./run";

const TIMES = 100;
const ROUNDS = 9;
/** Cells of the notebook whose cells all build on each other, before it is made larger. */
const DEPENDENT = 15;

interface CodeCell {
  readonly cell_type: string;
  readonly source: string;
}

/**
 * A middling notebook of the folder with all its cells a hundred times over: as they are, so that each copy binds the names of the
 * one before, and with the assigned names numbered, so that each copy has its own. Besides, one whose cells all build on each other.
 */
export async function measureGrowth(
  judged: readonly Judged[],
  options: RunOptions,
  out: string,
): Promise<readonly Growth[]> {
  const chosen = middling(judged);
  return [...(chosen === undefined ? [] : await copiesOf(chosen, options, out)), await growthOfDependent(options, out)];
}

async function copiesOf(chosen: Judged, options: RunOptions, out: string): Promise<readonly Growth[]> {
  const cells = codeCells(join(options.folder, chosen.path));
  const repeated = Array.from({ length: TIMES }, () => cells).flat();
  const renamed = Array.from({ length: TIMES }, (_, copy) => numbered(cells, copy)).flat();
  const once = await timeOf(cells, ROUNDS, options, out);
  const growth = (name: string, many: number): Growth => ({
    figure: `time of ${TIMES} x the cells, ${name}`,
    path: chosen.path,
    once,
    many,
  });
  return [
    growth("repeated", await timeOf(repeated, 2, options, out)),
    growth("names of their own", await timeOf(renamed, 2, options, out)),
  ];
}

async function growthOfDependent(options: RunOptions, out: string): Promise<Growth> {
  return {
    figure: `time of ${TIMES} x the cells, all dependent`,
    path: `${DEPENDENT} cells`,
    once: await timeOf(dependentCells(DEPENDENT), ROUNDS, options, out),
    many: await timeOf(dependentCells(DEPENDENT * TIMES), 2, options, out),
  };
}

/** Cells that each go on with the table and the number of the one before, and a model at the end that needs all of them. */
export function dependentCells(count: number): readonly CodeCell[] {
  const first = `import pandas as pd
from sklearn.linear_model import LinearRegression
def helper(x):
    return x * 0.5 + 1
df = pd.read_csv("data.csv")
df["f0"] = df["a"]
x0 = df["a"].mean()`;
  const inner = Array.from({ length: count - 2 }, (_, cell) => {
    return `df["f${cell + 1}"] = df["f${cell}"] * 2 + x${cell}\nx${cell + 1} = helper(x${cell})`;
  });
  const last = `X = df.drop(columns=["y"])
model = LinearRegression().fit(X, df["y"] * x${count - 2})
print(model.score(X, df["y"]))`;
  return [first, ...inner, last].map((source) => ({ cell_type: "code", source }));
}

/** Of the notebooks that fit a model and were extracted, the one of the middle size. */
function middling(judged: readonly Judged[]): Judged | undefined {
  const good = judged.filter(({ fits, broken, compileError }) => fits && broken?.length === 0 && compileError === null);
  const sorted = good.sort((a, b) => (a.codeLines ?? 0) - (b.codeLines ?? 0));
  return sorted[Math.floor(sorted.length / 2)];
}

interface NotebookCell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
}

function codeCells(path: string): readonly CodeCell[] {
  const cells: readonly NotebookCell[] = JSON.parse(readFileSync(path, "utf8")).cells;
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  return code.map(({ cell_type, source }) => ({ cell_type, source: [source].flat().join("") }));
}

/** The names that a line assigns, with a number behind them wherever they stand for themselves. */
function numbered(cells: readonly CodeCell[], copy: number): readonly CodeCell[] {
  const assigned = cells.flatMap(({ source }) =>
    [...source.matchAll(/^([A-Za-z_]\w*)\s*=(?!=)/gm)].map(([, name]) => name),
  );
  if (assigned.length === 0) return cells;
  const names = new RegExp(`(?<![\\w.])(${[...new Set(assigned)].join("|")})(?!\\w|\\s*=[^=\\n]*[,)])`, "g");
  return cells.map(({ cell_type, source }) => ({ cell_type, source: source.replace(names, `$1_${copy}`) }));
}

/** Processor milliseconds of the extraction in a process that has done it before. */
async function timeOf(cells: readonly CodeCell[], rounds: number, options: RunOptions, out: string): Promise<number> {
  const folder = join(out, "growth");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `cells-${cells.length}.ipynb`);
  const full = cells.map((cell) => ({ ...cell, metadata: {}, outputs: [], execution_count: null }));
  writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: full }));
  const outcomes = await runOne(basename(path), rounds, { ...options, folder });
  return median(outcomes.slice(1).map(({ cpuMs }) => cpuMs));
}
