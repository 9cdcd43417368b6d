import { spawnSync } from "node:child_process";
import { openSync, closeSync } from "node:fs";

/** What Python says about a notebook and its module. What is absent could not be judged. */
export interface Verdict {
  /** Cells that Python cannot parse. */
  readonly broken?: readonly number[];
  /** Cells that Python parses and that the extraction could not read. */
  readonly unread?: readonly number[];
  /** True if a cell calls `.fit(`. */
  readonly fits?: boolean;
  /** Why Python does not compile a file of the pipeline. */
  readonly compileError?: string | null;
  /** Names that the notebook binds before its last target and that the module does not, with the line. */
  readonly undefined?: readonly (readonly [string, number])[];
  /** Seed calls before the target, where the module fits something. */
  readonly seeds?: number;
  readonly lostSeeds?: readonly string[];
  /** Code lines of the notebook up to its last target, and those of them that were not left out. */
  readonly codeLines?: number;
  readonly keptLines?: number;
}

/** Has all records of a file judged by one Python process. `pyflakes` is the folder that has it. */
export function judge(records: string, script: string, pyflakes: string): readonly Verdict[] {
  const input = openSync(records, "r");
  try {
    const { status, stdout, stderr } = spawnSync("python3", [script], {
      stdio: [input, "pipe", "pipe"],
      encoding: "utf8",
      maxBuffer: 2 ** 30,
      env: { ...process.env, PYTHONPATH: pyflakes },
    });
    if (status !== 0) throw new Error(`Python could not judge the modules: ${stderr}`);
    return stdout.split("\n").flatMap((line): readonly Verdict[] => (line === "" ? [] : [JSON.parse(line)]));
  } finally {
    closeSync(input);
  }
}
