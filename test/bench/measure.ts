/** One measured figure beside its yardstick, both from the same run. */
export interface Row {
  readonly figure: string;
  readonly value: Quantity;
  /** What it is compared with; absent where there is only a figure to reach. */
  readonly yardstick?: Quantity & { readonly name: string };
  /** The figure to reach, in words. */
  readonly reach?: string;
  /** What was measured, or why it could not be. */
  readonly remark?: string;
}

export interface Quantity {
  readonly amount: number;
  readonly unit: "ms" | "MB/s" | "MB" | "";
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

type Work = () => unknown;
/** What is done before a work is not measured. */
type Works<Name extends string> = Readonly<Record<Name, Work | { readonly before: Work; readonly work: Work }>>;

/** Runs the works in turn, `rounds` times each, so that a busy moment hits all of them. Gives the median milliseconds of each. */
export async function alternate<Name extends string>(
  rounds: number,
  works: Works<Name>,
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const entry = works[name];
      const { before, work } = typeof entry === "function" ? { before: () => undefined, work: entry } : entry;
      await before();
      times.get(name)?.push(await timed(work));
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

export const milliseconds = (amount: number): Quantity => ({ amount, unit: "ms" });
export const megabytes = (bytes: number): Quantity => ({ amount: bytes / 1e6, unit: "MB" });
export const rate = (bytes: number, ms: number): Quantity => ({ amount: bytes / 1e3 / ms, unit: "MB/s" });
