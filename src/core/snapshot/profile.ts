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
