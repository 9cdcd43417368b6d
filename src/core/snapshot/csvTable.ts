/**
 * The columns of a CSV file, typed as `pandas.read_csv` types them, which is not how DuckDB does: a date is text, a whole number
 * beside a missing one is a float, and `yes` is no boolean.
 */
import Papa from "papaparse";

/** How the file is read; what is absent is pandas' default. */
export interface CsvOptions {
  /** Default: a comma. */
  readonly delimiter?: string;
  /** True if the first line is no header: `names` or numbers name the columns. */
  readonly headerless?: boolean;
  /** Names instead of those of the file. */
  readonly names?: readonly string[];
  /** Words that stand for missing values, besides pandas' own. */
  readonly missing?: readonly string[];
  /** Blanks behind a delimiter are no part of a value. */
  readonly trims?: boolean;
}

/** A column of a file. `type` is absent where pandas might type it in several ways. */
export interface CsvColumn {
  readonly name: string;
  readonly type?: "number" | "integer" | "string" | "boolean";
  readonly nullable: boolean;
  /** All values, sorted; `many` if there are more than 50. */
  readonly values: readonly (string | number | boolean)[] | "many";
  readonly range?: readonly [number, number];
  /** The value of each row, `null` where it is missing; absent where the file has too many. */
  readonly cells?: readonly (string | number | boolean | null)[];
}

/** Cells of larger files are not kept. */
const MAX_CELLS = 2_000_000;

/** The most values of a column that are listed, as the exporter of models has it. */
export const MAX_VALUES = 50;

/** What `pandas.read_csv` takes for missing. `None` is not there: older versions of pandas read it as text. */
const MISSING = new Set(
  ",#N/A,#N/A N/A,#NA,-1.#IND,-1.#QNAN,-NaN,-nan,1.#IND,1.#QNAN,<NA>,N/A,NA,NULL,NaN,n/a,nan,null".split(","),
);
const INTEGER = /^[+-]?\d{1,15}$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$/;
const BOOLEAN = /^(true|True|TRUE|false|False|FALSE)$/;
/** What pandas, or a version of it, may read as something else than text. */
const DOUBTFUL = /^(None|\s+|\s.*\d.*|.*\d.*\s|[+-]?inf(inity)?|[+-]?\d{16,})$/i;
/** pandas types a large file part by part: a column may come out as numbers here and text there. */
const ONE_PART = 256 * 1024;

/** The columns of a CSV text; `undefined` where pandas would refuse it, or shift its columns. */
export function csvColumns(text: string, options: CsvOptions = {}): readonly CsvColumn[] | undefined {
  if (text.includes("\uFFFD")) return undefined;
  const { data, errors } = Papa.parse<readonly string[]>(text, {
    delimiter: options.delimiter ?? ",",
    skipEmptyLines: true,
  });
  const first = data[0];
  if (first === undefined || errors.length > 0) return undefined;
  const names = namesOf(first, options);
  const rows = options.headerless === true ? data : data.slice(1);
  if (names === undefined || rows.some((row) => row.length > names.length)) return undefined;
  const missing = new Set([...MISSING, ...(options.missing ?? [])]);
  const isLarge = text.length > ONE_PART;
  return names.map((name, index) => {
    const cells = rows.map((row) => (options.trims === true ? (row[index] ?? "").trimStart() : (row[index] ?? "")));
    const content = contentOf(cells, missing, isLarge);
    const isKept = content.type !== undefined && rows.length * names.length <= MAX_CELLS;
    return { name, ...content, ...(isKept ? { cells: typed(cells, content.type, missing) } : {}) };
  });
}

function typed(
  cells: readonly string[],
  type: CsvColumn["type"],
  missing: ReadonlySet<string>,
): NonNullable<CsvColumn["cells"]> {
  const read = {
    string: (cell: string) => cell,
    boolean: (cell: string) => /^t/i.test(cell),
    number: Number,
    integer: Number,
  }[type ?? "string"];
  return cells.map((cell) => (missing.has(cell) ? null : read(cell)));
}

function namesOf(first: readonly string[], { headerless, names, trims }: CsvOptions): readonly string[] | undefined {
  if (names !== undefined) return names.length === first.length ? names : undefined;
  if (headerless === true) return first.map((_, index) => String(index));
  const found = first.map((name, index) => {
    const text = trims === true ? name.trimStart() : name;
    return text === "" ? `Unnamed: ${index}` : text;
  });
  return new Set(found).size === found.length ? found : undefined;
}

function contentOf(cells: readonly string[], missing: ReadonlySet<string>, isLarge: boolean): Omit<CsvColumn, "name"> {
  const distinct = new Set(cells);
  const present = [...distinct].filter((cell) => !missing.has(cell));
  const nullable = present.length < distinct.size;
  const unsure = { nullable, values: "many" } as const;
  if (present.length === 0 || present.some((cell) => DOUBTFUL.test(cell))) return unsure;
  const numbers = present.filter((cell) => NUMBER.test(cell)).length;
  if (numbers === present.length) return numeric(present, nullable);
  if (present.every((cell) => BOOLEAN.test(cell))) {
    return { type: "boolean", nullable, values: sorted(new Set(present.map((cell) => /^t/i.test(cell)))) };
  }
  if (numbers > 0 && isLarge) return unsure;
  return { type: "string", nullable, values: present.length > MAX_VALUES ? "many" : present.sort() };
}

function numeric(present: readonly string[], nullable: boolean): Omit<CsvColumn, "name"> {
  const numbers = new Set(present.map(Number));
  const isWhole = !nullable && present.every((cell) => INTEGER.test(cell));
  let [low, high] = [Infinity, -Infinity];
  for (const value of numbers) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const values = numbers.size > MAX_VALUES ? "many" : sorted(numbers);
  return { type: isWhole ? "integer" : "number", nullable, values, range: [low, high] };
}

function sorted<T extends number | boolean>(values: ReadonlySet<T>): readonly T[] {
  return [...values].sort((a, b) => Number(a) - Number(b));
}
