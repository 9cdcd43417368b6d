/** What is left of columns where only some rows are: chosen by what they hold, where each row is known, or by chance. */
import { MAX_VALUES } from "../../snapshot/csvTable";
import {
  areFew,
  isOf,
  withCells,
  type Cells,
  type Column,
  type Frame,
  type Mask,
  type Series,
  type Unknown,
} from "./values";

/** Chance takes all rows with a value as good as never. */
const NEVER = 1e-5;
/** That a value may be missing is told sooner: a model that takes missing values takes them whether it has seen one or not. */
const RARELY = 0.1;

/** The rows that a comparison chooses; `why` it may not be known what they hold. */
export function chosenRows(columns: readonly Column[], by: Series, why: Unknown): readonly Column[] {
  const { cells, rows } = by.column;
  const left = {};
  return columns.map((column) => {
    const isKnown = cells !== undefined && column.cells !== undefined && column.rows === rows;
    if (!isKnown) return someRows(column, why, by.mask?.get(column.name ?? ""));
    const kept = column.cells.filter((_, row) => cells[row] === true);
    return { ...withCells(column, kept, why), rows: left };
  });
}

/** Some of the rows, whatever they hold. `how`: what they were chosen for in this column. */
export function someRows(column: Column, why: Unknown, how?: "present" | "missing" | "chosen"): Column {
  const { cells: _, rows: __, range, ...rest } = column;
  const nullable = how === "present" ? false : rest.nullable && why;
  return { ...rest, nullable, values: why, ...(range !== undefined && how === undefined ? { range } : {}) };
}

/** The column of truths that says which rows have something in all of these columns. */
export function presence({ columns, open }: Frame, names: readonly string[] | undefined): Series {
  const looked = columns.filter(({ name = "" }) => names?.includes(name) ?? true);
  const doubtful = looked.filter(({ nullable }) => nullable !== false);
  const [first] = doubtful;
  const all = doubtful.flatMap(({ cells, rows }) => (cells !== undefined && rows === first?.rows ? [cells] : []));
  const isKnown = open === undefined && all.length === doubtful.length;
  const cells = isKnown ? first?.cells?.map((_, row) => all.every((one) => one[row] !== null)) : undefined;
  const mask: Mask = new Map(looked.map(({ name = "" }) => [name, "present"]));
  return { kind: "series", column: truths(cells, first?.rows), mask };
}

/** The column of truths that says which rows are the first of their kind; without cells where that is not known. */
export function firsts(columns: readonly Column[]): Column {
  const [first] = columns;
  const all = columns.flatMap(({ cells, rows }) => (cells !== undefined && rows === first?.rows ? [cells] : []));
  if (all.length < columns.length) return truths(undefined, undefined);
  const seen = new Set<string>();
  const cells = first?.cells?.map((_, row) => seen.size < seen.add(JSON.stringify(all.map((one) => one[row]))).size);
  return truths(cells, first?.rows);
}

function truths(cells: Cells | undefined, rows: object | undefined): Column {
  const known = { ...(cells === undefined ? {} : { cells }), ...(rows === undefined ? {} : { rows }) };
  return { type: "boolean", nullable: false, values: [false, true], ...known };
}

/** Rows that chance takes; `lost` is the share that it leaves out, absent where that is not known. */
export function randomRows(column: Column, lost: number | undefined, why: Unknown): Column {
  const { cells, rows: _, ...rest } = column;
  if (cells === undefined || lost === undefined) return someRows(column, why);
  const missing = cells.filter((cell) => cell === null).length;
  const nullable = missing > 0 && lost ** missing >= RARELY ? why : missing > 0;
  return { ...rest, nullable, values: keepsValues(column, cells, lost) ? column.values : why };
}

/** True if all values, or of many so many that they are not listed, are among rows that chance takes. */
function keepsValues(column: Column, cells: Cells, lost: number): boolean {
  const counts = new Map<Cells[number], number>();
  for (const cell of cells) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const sure = [...counts.values()].filter((count) => lost ** count < NEVER).length;
  if (areFew(column.values)) return sure === counts.size;
  return !isOf(column, "string") || sure > MAX_VALUES || counts.size - lost * cells.length > MAX_VALUES;
}
