import * as z from "zod";

/** Schema and statistics of one table. */
export interface TableProfile {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

/** Statistics of one column; what does not apply to its type is absent. */
export interface ColumnProfile {
  readonly name: string;
  /** DuckDB's type: `BIGINT`, `DOUBLE`, `VARCHAR`. */
  readonly type: string;
  readonly nulls: number;
  /** Approximate number of distinct values. */
  readonly distinct: number;
  readonly min?: string;
  readonly max?: string;
  readonly mean?: number;
  readonly deviation?: number;
  /** The most frequent values with their counts, where there are few. */
  readonly top?: readonly { readonly value: string; readonly count: number }[];
}

const count = z.int().min(0);

/** A profile in foreign JSON. */
export const tableProfileSchema: z.ZodType<TableProfile> = z.object({
  rows: count,
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      nulls: count,
      distinct: count,
      min: z.string().exactOptional(),
      max: z.string().exactOptional(),
      mean: z.number().exactOptional(),
      deviation: z.number().exactOptional(),
      top: z.array(z.object({ value: z.string(), count })).exactOptional(),
    }),
  ),
});

/**
 * Mean and deviation to as many digits as do not depend on the order in which threads add, so that the same data gives the
 * same profile: the deviation to six, the mean to a millionth of the deviation, or to nine or ten where it is steadier than that.
 */
export function steadyMoments(mean: number, deviation: number): { readonly mean: number; readonly deviation: number } {
  const steady = toDigits(deviation, 6);
  const scale = magnitude(Math.max(steady, Math.abs(mean) * 1e-3));
  return { mean: toDigits(mean, magnitude(Math.abs(mean)) - scale + 7), deviation: steady };
}

function magnitude(value: number): number {
  return Math.floor(Math.log10(value));
}

function toDigits(value: number, digits: number): number {
  return value === 0 || digits < 1 ? 0 : Number(value.toPrecision(Math.min(digits, 15)));
}
