/** `npm run bench:equal`: whether the module of each notebook of a folder gives what the notebook gives. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CONFIG_FILE } from "../../../src/app/config";
import { PIPELINES_FOLDER, STATE_FOLDER } from "../../../src/app/workspace";
import { findNotebooks } from "../extract/notebooks";
import { ROOT } from "../places";
import { table } from "../table";
import { OUTCOMES, tryNotebook, type Trial } from "./trial";

const USAGE =
  "npm run bench:equal -- FOLDER [--list FILE] [--again] [--limit SECONDS] [--config FILE] [--out FOLDER] [--json]: see test/README.md\n";

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: "string" },
      again: { type: "boolean", default: false },
      limit: { type: "string", default: "120" },
      config: { type: "string" },
      out: { type: "string", default: join(ROOT, ".cache/bench/equal") },
      json: { type: "boolean", default: false },
    },
  });
  const [place] = positionals;
  if (place === undefined) throw new Error("No folder is named.");
  const out = resolve(values.out);
  const { folder, paths } = findNotebooks(resolve(place));
  const wanted = values.list === undefined ? paths : listed(values.list, folder);
  const { config, again } = values;
  const options = { folder, out, limit: Number(values.limit), again, ...(config !== undefined && { config }) };
  const trials = tryAll(wanted, options);
  process.stdout.write(values.json ? `${JSON.stringify(trials, null, 2)}\n` : report(trials));
}

/** The paths of a file, one a line, from the folder. */
function listed(file: string, folder: string): readonly string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => relative(folder, resolve(folder, line.trim())));
}

interface Options {
  readonly folder: string;
  readonly out: string;
  readonly limit: number;
  /** Path of the `slipway.yaml` to try with. */
  readonly config?: string;
  /** Tries also what there is a record of. */
  readonly again: boolean;
}

/** One trial after the other, each recorded at once, so that a run that was stopped goes on where it was. */
function tryAll(paths: readonly string[], { folder, out, limit, config, again }: Options): readonly Trial[] {
  const records = join(out, "records.jsonl");
  const lines = existsSync(records) ? readFileSync(records, "utf8").split("\n") : [];
  const trials: readonly Trial[] = lines.flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  const known = new Map(again ? [] : trials.map((trial) => [trial.path, trial]));
  const workspace = join(out, "workspace");
  rmSync(workspace, { recursive: true, force: true });
  layOut(folder, workspace);
  if (config !== undefined) copyFileSync(config, join(workspace, CONFIG_FILE));
  try {
    return paths.map((path, index) => {
      const trial = known.get(path) ?? tryNotebook(path, { workspace, limit });
      if (!known.has(path)) appendFileSync(records, `${JSON.stringify(trial)}\n`);
      process.stderr.write(`${index + 1} of ${paths.length}: ${trial.outcome}, ${path}\n`);
      return trial;
    });
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

/** A workspace of hard links to the folder's files: nothing is copied, and what lies in it lies in no other folder. */
function layOut(folder: string, workspace: string): void {
  mkdirSync(workspace, { recursive: true });
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [from, to] = [join(folder, entry.name), join(workspace, entry.name)];
    if (NOT_LAID_OUT.has(entry.name)) continue;
    if (entry.isDirectory()) layOut(from, to);
    else if (entry.isFile()) linkSync(from, to);
  }
}

const NOT_LAID_OUT: ReadonlySet<string> = new Set([STATE_FOLDER, PIPELINES_FOLDER, CONFIG_FILE, ".git"]);

function report(trials: readonly Trial[]): string {
  const count = (...wanted: readonly Trial["outcome"][]): number =>
    trials.filter(({ outcome }) => wanted.includes(outcome)).length;
  const rows = OUTCOMES.flatMap((one) => trials.filter(({ outcome }) => outcome === one)).map(
    ({ path, outcome, seconds, reason }) => [outcome, `${seconds} s`, path, reason],
  );
  const totals = OUTCOMES.map((outcome) => `${count(outcome)} ${outcome}`).join(", ");
  const ran = count("releasable", "equal", "not equal");
  const share = `${count("releasable", "equal")} of the ${ran} notebooks that run have an equal module.`;
  return `${table([["outcome", "time", "notebook", "reason"], ...rows])}\n\n${totals}\n${share}\n`;
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}
