import { availableParallelism } from "node:os";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import * as z from "zod";
import { inputError, throwIfAborted } from "../core/errors";
import type { Tables } from "../core/host";
import { steadyMoments, type ColumnProfile, type TableProfile } from "../core/snapshot/profile";

const MEMORY_LIMIT = "1GB";
const MAX_THREADS = 4;
const INTERRUPT_EVERY_MS = 50;
/** Columns with at most so many distinct values have them counted. */
const FEW_VALUES = 50;
const MAX_TEXT = 200;
/** So many rows are kept in memory for a moment; a smaller table is read just once. */
const SAMPLE_ROWS = 20_000;
/** DuckDB's planner takes time that grows with the square of a query's expressions. */
const GROUP_COLUMNS = 100;
/** The kept rows of a wider table would not fit into memory. */
const MAX_COLUMNS = 2000;

/** What pandas reads as a missing value by default (`pandas.read_csv`, `na_values`), but for legacy spellings of C runtimes. */
const MISSING = ["", "NA", "N/A", "n/a", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "<NA>", "#N/A", "#NA"];

/** A DuckDB table function with its options. The path is always the parameter `$path`. */
interface Reader {
  readonly sources: readonly string[];
  /** Fewer columns or rows than this, and the file is taken for something else. */
  readonly minColumns: number;
  readonly minRows: number;
}

type MakeReader = (compression: "" | ", compression='gzip'") => Reader;

/** Tries in turn: types from the first rows, types from all rows, another encoding. */
function csv(options: string, minColumns: number): MakeReader {
  const nulls = MISSING.map((word) => `'${word}'`).join(", ");
  return (compression) => {
    const first = `$path, nullstr=[${nulls}], hive_partitioning=false${options}${compression}`;
    const ways = ["", ", sample_size=-1", ", sample_size=-1, encoding='latin-1'"];
    return { sources: ways.map((way) => `read_csv(${first}${way})`), minColumns, minRows: 1 };
  };
}

/** A lone object is a document, not a table. */
const json: MakeReader = (compression) => {
  const source = `read_json($path, hive_partitioning=false${compression})`;
  return { sources: [source], minColumns: 1, minRows: 2 };
};

const parquet: MakeReader = () => ({
  sources: ["read_parquet($path, hive_partitioning=false)"],
  minColumns: 1,
  minRows: 0,
});

const table = csv(", header=true", 1);
/** Suffixes that any text may have, and whose tables often come without a header. */
const text = csv("", 2);

const READERS: ReadonlyMap<string, MakeReader> = new Map([
  ["csv", table],
  ["tsv", table],
  ["txt", text],
  ["data", text],
  ["dat", text],
  ["json", json],
  ["jsonl", json],
  ["ndjson", json],
  ["parquet", parquet],
  ["pq", parquet],
]);

/** Profiles tables with DuckDB, which is loaded when the first one is asked for. */
export function createTables(): Tables {
  let instance: Promise<DuckDBInstance> | undefined;
  return {
    profile: async (path, name, signal) => {
      const reader = readerOf(name);
      if (reader === undefined) return undefined;
      const connection = await (await (instance ??= openDatabase())).connect();
      try {
        return await interruptible(connection, signal, () => profileWith(connection, reader, path));
      } finally {
        connection.closeSync();
      }
    },
  };
}

function readerOf(name: string): Reader | undefined {
  const [, suffix, gzip] = /\.([a-z]+)(\.gz)?$/i.exec(name) ?? [];
  return READERS.get(suffix?.toLowerCase() ?? "")?.(gzip === undefined ? "" : ", compression='gzip'");
}

/** In memory, with nothing fetched or spilled: an extension that is missing is an error, not a download. */
async function openDatabase(): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  return DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    memory_limit: MEMORY_LIMIT,
    temp_directory: "",
    threads: String(Math.min(availableParallelism(), MAX_THREADS)),
  });
}

/** An interruption is lost if no query is running at that moment, so it is repeated until `work` gives up. */
async function interruptible<T>(connection: DuckDBConnection, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  throwIfAborted(signal);
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    timer ??= setInterval(interrupt, INTERRUPT_EVERY_MS);
  };
  signal.addEventListener("abort", interrupt);
  try {
    return await work();
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal.removeEventListener("abort", interrupt);
    clearInterval(timer);
  }
}

async function profileWith(
  connection: DuckDBConnection,
  reader: Reader,
  path: string,
): Promise<TableProfile | undefined> {
  for (const source of reader.sources) {
    try {
      const profile = await profileTable(connection, source, escapeGlob(path));
      return profile.columns.length >= reader.minColumns && profile.rows >= reader.minRows ? profile : undefined;
    } catch (error) {
      if (!isAboutContent(error)) throw tableError(path, error);
    }
  }
  return undefined;
}

/** DuckDB expands `*`, `?` and `[` in paths, even in bound ones. */
function escapeGlob(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

/** DuckDB names the kind of an error first. Any other kind is about memory, the disk or the query, not about the file. */
function isAboutContent(error: unknown): boolean {
  return (
    error instanceof Error && /^(Invalid Input|Conversion|Out of Range|Binder) Error|not a GZIP/.test(error.message)
  );
}

function tableError(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const reason = cause.message.split("\n", 1)[0] ?? "";
  return inputError("TABLE_UNREADABLE", reason, { place: { file: path }, cause });
}

const described = z.array(z.object({ column_name: z.string(), column_type: z.string() }));
const counted = z.coerce.number().pipe(z.int());
const shown = z.string().nullable();
const valueCounts = z.array(z.object({ key: z.string(), value: counted })).nullish();
const measured = z.object({
  filled: counted,
  distinct: counted,
  min: shown,
  max: shown,
  mean: z.number().nullish(),
  deviation: z.number().nullish(),
  top: valueCounts,
});
const resultRow = z.record(z.string(), z.unknown());

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Runs a query over some columns, named `v0`, `v1`, … (and `m0`, … where they have moments), and gives its one row. */
type Select = (
  expressions: readonly string[],
  columns: readonly Column[],
  from: string,
) => Promise<Readonly<Record<string, unknown>>>;

/** One pass over the file for each group of columns: for most tables, one. The first rows are kept, to be asked beforehand. */
async function profileTable(connection: DuckDBConnection, source: string, path: string): Promise<TableProfile> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE sample AS FROM ${source} LIMIT ${SAMPLE_ROWS}`, { path });
  const select: Select = async (expressions, columns, from) => {
    const sql = `SELECT ${expressions.join(", ")} FROM (SELECT ${columns.map(cleaned).join(", ")} FROM ${from})`;
    const reader = await connection.runAndReadAll(sql, from === source ? { path } : {});
    return resultRow.parse(reader.getRowObjectsJson()[0]);
  };
  const columns = described
    .parse((await connection.runAndReadAll("DESCRIBE sample")).getRowObjectsJson())
    .map((row): Column => ({ name: row.column_name, type: row.column_type }));
  if (columns.length > MAX_COLUMNS) throw new Error(`it has more than ${MAX_COLUMNS} columns.`);
  const sampled = counted.parse((await select(["count(*) AS rows"], columns.slice(0, 1), "sample")).rows);
  const from = sampled < SAMPLE_ROWS ? "sample" : source;

  const parts: TableProfile[] = [];
  for (let start = 0; start < columns.length; start += GROUP_COLUMNS) {
    parts.push(await profileColumns(columns.slice(start, start + GROUP_COLUMNS), from, select));
  }
  return { rows: parts[0]?.rows ?? 0, columns: parts.flatMap((part) => part.columns) };
}

async function profileColumns(columns: readonly Column[], from: string, select: Select): Promise<TableProfile> {
  const distinct = await select(
    eachOf(columns, (_, index) => `count(DISTINCT v${index})`),
    columns,
    "sample",
  );
  const sampled = columns.map(({ type }, index) => {
    const count = counted.parse(distinct[`c${index}`]);
    return hasFewValues(type, count) ? count : undefined;
  });
  const statistics = eachOf(columns, (column, index) => statisticsOf(column, index, sampled[index] !== undefined));
  const found = await select(["count(*) AS rows", ...statistics], columns, from);
  const rows = counted.parse(found.rows);
  const profiles = columns.map((column, index) => {
    const values = measured.parse(found[`c${index}`]);
    const profile = columnProfile(column, values, rows);
    return values.top?.length === sampled[index] ? withTop(profile, values.top) : profile;
  });
  return { rows, columns: await withLateValues(profiles, from, select) };
}

function eachOf(columns: readonly Column[], expression: (column: Column, index: number) => string): readonly string[] {
  return columns.map((column, index) => `${expression(column, index)} AS c${index}`);
}

/** NaN is missing, as it is in pandas. Infinite values have no moments, and the squares of huge ones do not fit. */
function cleaned({ name, type }: Column, index: number): string {
  const value = quoted(name);
  if (!isFloat(type)) return `${value} AS v${index}`;
  const finite = `CASE WHEN abs(${value}) < 1e150 THEN ${value} END`;
  return `CASE WHEN isnan(${value}) THEN NULL ELSE ${value} END AS v${index}, ${finite} AS m${index}`;
}

/** The statistics of a column as one struct. `areFew`: the values in the sample are counted, all others as one entry. */
function statisticsOf(column: Column, index: number, areFew: boolean): string {
  const value = `v${index}`;
  const measures = isFloat(column.type) ? `m${index}` : value;
  const fields = [
    `'filled': count(${value})`,
    `'distinct': approx_count_distinct(${value})`,
    `'min': left(min(${value})::VARCHAR, ${MAX_TEXT})`,
    `'max': left(max(${value})::VARCHAR, ${MAX_TEXT})`,
    ...(isNumeric(column.type) ? [`'mean': avg(${measures})`, `'deviation': stddev_samp(${measures})`] : []),
    ...(areFew ? [`'top': map_entries(histogram_exact(${value}::VARCHAR, ${sampleValues(column)}))`] : []),
  ];
  return `{${fields.join(", ")}}`;
}

function sampleValues(column: Column): string {
  return `(SELECT list(DISTINCT v0::VARCHAR) FROM (SELECT ${cleaned(column, 0)} FROM sample) WHERE v0 IS NOT NULL)`;
}

function columnProfile({ name, type }: Column, found: z.infer<typeof measured>, rows: number): ColumnProfile {
  const { filled, distinct, min, max, mean, deviation } = found;
  return {
    name,
    type,
    nulls: rows - filled,
    distinct: Math.min(distinct, filled),
    ...(min === null ? {} : { min }),
    ...(max === null ? {} : { max }),
    ...(typeof mean === "number" ? steadyMoments(mean, deviation ?? 0) : {}),
  };
}

/** Counts the values of columns that have few, but some that the first rows do not have: another pass, seldom needed. */
async function withLateValues(
  columns: readonly ColumnProfile[],
  from: string,
  select: Select,
): Promise<readonly ColumnProfile[]> {
  const late = columns.filter(({ type, distinct, top }) => top === undefined && hasFewValues(type, distinct));
  if (late.length === 0) return columns;
  const found = await select(
    eachOf(late, (_, index) => `map_entries(histogram(v${index}::VARCHAR))`),
    late,
    from,
  );
  return columns.map((column) => {
    const index = late.indexOf(column);
    return index < 0 ? column : withTop(column, valueCounts.parse(found[`c${index}`]));
  });
}

function hasFewValues(type: string, distinct: number): boolean {
  return distinct > 0 && distinct <= FEW_VALUES && !isNested(type);
}

function withTop(column: ColumnProfile, counts: z.infer<typeof valueCounts>): ColumnProfile {
  if (counts === undefined || counts === null) return column;
  return { ...column, distinct: counts.length, top: ranked(counts) };
}

function ranked(counts: readonly { key: string; value: number }[]): NonNullable<ColumnProfile["top"]> {
  return counts
    .map(({ key, value }) => ({ value: key.slice(0, MAX_TEXT), count: value }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function isNumeric(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/.test(type);
}

function isFloat(type: string): boolean {
  return type === "FLOAT" || type === "DOUBLE";
}

function isNested(type: string): boolean {
  return /^(STRUCT|MAP|UNION|JSON)|\]$/.test(type);
}
