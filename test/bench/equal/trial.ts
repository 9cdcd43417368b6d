import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Gate } from "../../../src/core/report";
import { ROOT } from "../places";

const CLI = join(ROOT, "dist/cli.js");
/** What an environment may take to be made, besides the runs. */
const ENVIRONMENT_SECONDS = 900;

/** What can come of a notebook, from the best to the worst. */
export const OUTCOMES = ["releasable", "equal", "not equal", "cannot run", "refused", "stopped", "crash"] as const;

/** What came of one notebook. */
export interface Trial {
  /** From the folder, with forward slashes. */
  readonly path: string;
  readonly outcome: (typeof OUTCOMES)[number];
  /** What stands in the way: the gates that failed, or the error. */
  readonly reason: string;
  readonly targets: readonly string[];
  readonly seconds: number;
}

/** Where notebooks are tried. */
export interface Bench {
  /** A folder that holds the notebooks and their data. Only what Slipway writes is written into it. */
  readonly workspace: string;
  /** Time limit of one run, in seconds. */
  readonly limit: number;
}

interface Said {
  readonly error?: { readonly code: string; readonly message: string; readonly place?: object };
  readonly module?: string;
  readonly targets?: readonly { readonly name: string }[];
  readonly gates?: readonly Gate[];
}

/** Takes one notebook from extraction to its gates, by the command line. */
export function tryNotebook(path: string, bench: Bench): Trial {
  const started = performance.now();
  const end = ([outcome, reason]: Verdict, targets: readonly string[] = []): Trial => {
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    return { path, outcome, reason: reason.replace(/\s+/g, " ").slice(0, 600), targets, seconds };
  };
  const extracted = slipway(["extract", path], bench);
  if (extracted.module === undefined) return end(refusal(extracted));
  const pipeline = dirname(extracted.module);
  const targets = (extracted.targets ?? []).map(({ name }) => name);
  try {
    const stored = slipway(["snapshot", pipeline], bench);
    if (stored.error !== undefined) return end(refusal(stored), targets);
    const validated = slipway(["validate", pipeline, "--timeout", String(bench.limit)], bench);
    return end(validated.gates === undefined ? refusal(validated) : verdict(validated.gates), targets);
  } finally {
    rmSync(join(bench.workspace, pipeline), { recursive: true, force: true });
  }
}

function slipway(args: readonly string[], { workspace, limit }: Bench): Said {
  const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, ...args, "--json", "--cwd", workspace], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: (ENVIRONMENT_SECONDS + 3 * limit) * 1000,
    maxBuffer: 2 ** 30,
  });
  if (status === null) return { error: { code: "STOPPED", message: `${args[0] ?? ""} did not end` } };
  try {
    return JSON.parse(stdout);
  } catch {
    return { error: { code: "INTERNAL", message: `${stdout}${stderr}` } };
  }
}

type Verdict = readonly [Trial["outcome"], string];

function refusal({ error }: Said): Verdict {
  if (error === undefined) return ["crash", "nothing was said"];
  const { code, message, place } = error;
  if (code === "STOPPED") return ["stopped", message];
  const where = Object.entries(place ?? {}).flatMap(([key, value]) => (key === "file" ? [] : [`${key} ${value}`]));
  return [code === "INTERNAL" ? "crash" : "refused", [code, ...where, message].join(" ")];
}

/** The first gate that speaks against equality decides; of a module that is equal, all that hold it back are named. */
function verdict(gates: readonly Gate[]): Verdict {
  const failed = gates.filter(({ status }) => status === "failed");
  const [notebook, equals] = ["run.notebook", "run.equals-notebook"].map((id) => failed.find((gate) => gate.id === id));
  if (notebook !== undefined) return ["cannot run", notebook.measured];
  if (equals !== undefined) return ["not equal", told(equals)];
  return failed.length === 0 ? ["releasable", ""] : ["equal", failed.map(told).join("; ")];
}

function told({ id, measured, details = [] }: Gate): string {
  const wrong = details.filter(({ ok }) => !ok).map(({ subject, value }) => `${subject}: ${value}`);
  return [`${id}: ${measured}`, ...wrong.slice(0, 3)].join(", ");
}
