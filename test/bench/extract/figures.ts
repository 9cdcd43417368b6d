import { median } from "../measure";
import type { Verdict } from "./judge";
import type { Memory, Outcome } from "./record";

/** A figure of the extraction beside what it is to reach. */
export interface Figure {
  readonly figure: string;
  readonly measured: string;
  /** Empty where there is nothing to reach. */
  readonly reach: string;
  /** Absent where there is nothing to reach, or nothing to measure. */
  readonly reached?: boolean;
  /** The notebooks that miss it, each with what was found. */
  readonly missing: readonly string[];
}

/** An outcome without the texts, with Python's verdict on it. */
export type Judged = Omit<Outcome, "cells" | "module"> & Verdict;

const HANG_MS = 5000;
/** Growth of the heap from the 500th notebook to the last that is still noise. */
const FLAT = 0.05;
const FLAT_AFTER = 500;

/** The figures of one run over a folder. */
export function figuresOf(
  judged: readonly Judged[],
  memories: readonly Memory[],
  growth: readonly Growth[],
): readonly Figure[] {
  return [...failures(judged), ...modules(judged), ...times(judged), ...growth.map(grown), memory(memories)];
}

function failures(judged: readonly Judged[]): readonly Figure[] {
  const crashes = judged.filter(({ status }) => status === "crash");
  const hangs = judged.filter(({ status, cpuMs }) => status === "hang" || cpuMs > HANG_MS);
  const codes = new Map<string, number>();
  for (const { status, code = "" } of judged) if (status === "refused") codes.set(code, (codes.get(code) ?? 0) + 1);
  const unexplained = judged.filter(({ status, message = "" }) => status === "refused" && message === "");
  return [
    { figure: "notebooks", measured: String(judged.length), reach: "", missing: [] },
    none("crashes", crashes, ({ message = "" }) => message.split("\n").slice(0, 3).join(" | ")),
    none("hangs over 5 s", hangs, ({ cpuMs }) => `${cpuMs.toFixed(0)} ms`),
    none("refusals without a reason", unexplained, ({ code = "" }) => code),
    ...[...codes].map(([code, count]): Figure => ({
      figure: `refused: ${code}`,
      measured: String(count),
      reach: "",
      missing: [],
    })),
  ];
}

function modules(judged: readonly Judged[]): readonly Figure[] {
  const sound = judged.filter(({ fits, broken }) => fits === true && broken?.length === 0);
  const made = judged.filter(({ compileError }) => compileError !== undefined);
  const compiled = made.filter(({ compileError }) => compileError === null);
  const seeded = compiled.filter(({ seeds = 0 }) => seeds > 0);
  return [
    share("fits a model, all cells parse: module made", 0.99, sound, (one) =>
      one.status === "module" ? undefined : `${one.code ?? one.status}: ${one.message ?? ""}`,
    ),
    share("modules that Python compiles", 1, made, ({ compileError }) => compileError ?? undefined),
    share("modules that keep the seeds before the fit", 1, seeded, ({ lostSeeds = [] }) => listed(lostSeeds)),
    none(
      "modules with an undefined name of the notebook's own",
      compiled.filter((one) => one.undefined?.length),
      (one) => (one.undefined ?? []).map(([name, line]) => `${name} (line ${line})`).join(", "),
    ),
    none(
      "modules of notebooks with a cell that only Python can read",
      made.filter(({ unread }) => unread?.length),
      ({ unread = [] }) => `cells ${unread.join(", ")}`,
    ),
    kept(compiled),
  ];
}

function listed(texts: readonly string[]): string | undefined {
  return texts.length === 0 ? undefined : texts.join(", ");
}

/** nbgather's measure: lines of the slice, of the code lines up to the target. */
function kept(compiled: readonly Judged[]): Figure {
  const shares = compiled
    .filter(({ fits, codeLines = 0 }) => fits === true && codeLines > 0)
    .map(({ keptLines = 0, codeLines = 1 }) => keptLines / codeLines);
  if (shares.length === 0) return unmeasured("code lines kept, mean", "<= 45 %");
  const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  const measured = `${percent(mean)}, median ${percent(median(shares))}`;
  return { figure: "code lines kept, mean", measured, reach: "<= 45 %", reached: mean <= 0.45, missing: [] };
}

function times(judged: readonly Judged[]): readonly Figure[] {
  const sorted = [...judged].sort((a, b) => a.cpuMs - b.cpuMs);
  const cpu = sorted.map(({ cpuMs }) => cpuMs);
  if (cpu.length === 0) return [unmeasured("CPU time, median", "<= 15 ms"), unmeasured("CPU time, p99", "<= 300 ms")];
  const p99 = cpu[Math.ceil(cpu.length * 0.99) - 1] ?? Number.NaN;
  const slowest = sorted.slice(-5).reverse();
  return [
    limit("CPU time, median", median(cpu), 15),
    limit("CPU time, p99", p99, 300),
    {
      figure: "CPU time, max",
      measured: `${(cpu.at(-1) ?? 0).toFixed(0)} ms`,
      reach: "",
      missing: slowest.map(({ path, cpuMs }) => `${path}: ${cpuMs.toFixed(0)} ms`),
    },
  ];
}

/** How much longer a notebook of many times the cells takes. */
export interface Growth {
  readonly figure: string;
  readonly path: string;
  /** Processor milliseconds of the notebook and of the large one. */
  readonly once: number;
  readonly many: number;
}

function grown({ figure, path, once, many }: Growth): Figure {
  const ratio = many / once;
  const missing = ratio <= 120 ? [] : [`${path}: ${once.toFixed(1)} ms, then ${many.toFixed(0)} ms`];
  return { figure, measured: `${ratio.toFixed(0)} x`, reach: "<= 120 x", reached: ratio <= 120, missing };
}

function memory(memories: readonly Memory[]): Figure {
  const figure = `objects in memory, from notebook ${FLAT_AFTER} on`;
  const late = memories.filter(({ notebooks }) => notebooks >= FLAT_AFTER);
  const [first, last] = [late[0], late.at(-1)];
  if (first === undefined || last === undefined || first === last) return unmeasured(figure, "flat");
  const growth = last.objects / first.objects - 1;
  const shown = memories.map(
    ({ notebooks, objects, heap, external, resident }) =>
      `${notebooks}: objects ${mega(objects)}, heap ${mega(heap)}, external ${mega(external)}, resident ${mega(resident)}`,
  );
  const measured = `${growth < 0 ? "" : "+"}${percent(growth)}, ${mega(last.objects)} of a heap of ${mega(last.heap)}, ${mega(last.resident)} resident`;
  const reached = growth <= FLAT;
  return { figure, measured, reach: "flat", reached, missing: reached ? [] : shown };
}

function none(figure: string, those: readonly Judged[], found: (one: Judged) => string): Figure {
  const missing = those.map((one) => `${one.path}: ${found(one)}`);
  return { figure, measured: String(those.length), reach: "0", reached: those.length === 0, missing };
}

/** The share of `those` for which nothing is found. */
function share(
  figure: string,
  reach: number,
  those: readonly Judged[],
  found: (one: Judged) => string | undefined,
): Figure {
  const wanted = `${reach < 1 ? ">= " : ""}${reach * 100} %`;
  if (those.length === 0) return unmeasured(figure, wanted);
  const missing = those.flatMap((one) => {
    const what = found(one);
    return what === undefined ? [] : [`${one.path}: ${what}`];
  });
  const good = those.length - missing.length;
  const measured = `${percent(good / those.length)} (${good} of ${those.length})`;
  return { figure, measured, reach: wanted, reached: good / those.length >= reach, missing };
}

function limit(figure: string, ms: number, most: number): Figure {
  return { figure, measured: `${ms.toFixed(1)} ms`, reach: `<= ${most} ms`, reached: ms <= most, missing: [] };
}

function unmeasured(figure: string, reach: string): Figure {
  return { figure, measured: "-", reach, missing: [] };
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
