import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { median } from "../measure";
import type { Growth, Judged } from "./figures";
import { runOne, type RunOptions } from "./run";

const TIMES = 100;
const ROUNDS = 9;

interface CodeCell {
  readonly cell_type: string;
  readonly source: string;
}

/**
 * A middling notebook of the folder with all its cells a hundred times over: as they are, so that each copy binds the names of the
 * one before, and with the assigned names numbered, so that each copy has its own.
 */
export async function measureGrowth(
  judged: readonly Judged[],
  options: RunOptions,
  out: string,
): Promise<readonly Growth[]> {
  const chosen = middling(judged);
  if (chosen === undefined) return [];
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
