/** `npm run bench:extract`: the figures of extraction over a folder of notebooks, each beside the one to reach. */
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../places";
import { table } from "../table";
import { figuresOf, type Figure, type Judged } from "./figures";
import { measureGrowth } from "./growth";
import { judge } from "./judge";
import { findNotebooks } from "./notebooks";
import type { Outcome } from "./record";
import { runAll, type RunOptions } from "./run";

const USAGE = "npm run bench:extract -- FOLDER [--json] [--no-format] [--every N] [--out FOLDER]\n";

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      "no-format": { type: "boolean", default: false },
      every: { type: "string", default: "1" },
      out: { type: "string", default: join(ROOT, ".cache/bench/extract") },
    },
  });
  const [place] = positionals;
  if (place === undefined || values.help) {
    (values.help ? process.stdout : process.stderr).write(`Usage: ${USAGE}`);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const { folder, paths: all, duplicates } = findNotebooks(resolve(place));
  const out = resolve(values.out);
  const paths = all.filter((_, index) => index % Number(values.every) === 0);
  const options = {
    folder,
    format: !values["no-format"],
    worker: join(__dirname, "extract-worker.cjs"),
    stopAfter: 30_000,
  };
  const { judged, memories } = await extractAndJudge(paths, options, out);
  const growth = await measureGrowth(judged, options, out);
  const figures = figuresOf(judged, memories, growth);
  const result = { folder, duplicates, figures, notebooks: judged, memories, growth };
  process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : report(figures, duplicates, out));
}

async function extractAndJudge(paths: readonly string[], options: RunOptions, out: string) {
  const records = join(out, "records.jsonl");
  const modules = join(out, "modules");
  rmSync(records, { force: true });
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  const outcomes: Omit<Outcome, "cells" | "module">[] = [];
  const memories = await runAll(paths, options, (outcome) => {
    const { cells: _cells, module: _module, ...short } = outcome;
    outcomes.push(short);
    appendFileSync(records, `${JSON.stringify(outcome)}\n`);
    if (outcome.module !== undefined)
      writeFileSync(join(modules, `${outcome.path.replaceAll("/", "__")}.py`), outcome.module.text);
    if (outcomes.length % 100 === 0) process.stderr.write(`${outcomes.length} of ${paths.length} notebooks\n`);
  });
  const verdicts = judge(records, join(ROOT, "test/bench/extract/judge.py"), process.env.PYFLAKES ?? "");
  const judged = outcomes.map((outcome, index): Judged => ({ ...outcome, ...verdicts[index] }));
  return { judged, memories };
}

function report(figures: readonly Figure[], duplicates: number, out: string): string {
  const mark = ({ reached }: Figure): string => (reached === undefined ? "" : reached ? "yes" : "NO");
  const rows = figures.map((figure) => [figure.figure, figure.measured, figure.reach, mark(figure)]);
  const lists = figures
    .filter(({ missing }) => missing.length > 0)
    .map(({ figure, missing }) => `\n${figure}:\n${missing.map((line) => `  ${line}\n`).join("")}`);
  const head = table([["figure", "measured", "to reach", "reached"], ...rows]);
  return `${head}\n\n${duplicates} notebooks whose code another one has were left out. The modules are in ${out}/modules\n${lists.join("")}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 2;
});
