/** Numbers, tables and findings as people read them. */
import type { Place } from "../core/errors";
import { withHint, type Diagnostic } from "../core/report";
import type { Colors } from "./terminal";

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"];

/** `1.5 MB`: three digits at most, powers of 1000. */
export function bytes(count: number): string {
  const power = count < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} ${BYTE_UNITS[power] ?? ""}`;
}

/** `0.3 s`, `42 s`, `3 min 5 s`. */
export function seconds(count: number): string {
  if (count < 10) return `${count.toFixed(1)} s`;
  if (count < 60) return `${Math.floor(count)} s`;
  return `${Math.floor(count / 60)} min ${Math.floor(count % 60)} s`;
}

/** `1 cell`, `3 cells`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Columns of equal width, two spaces apart; the last column is as wide as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  }
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

/** `study.ipynb, cell 3, line 2`; of a notebook that is text, as editors and terminals know places: `study.py:7`. */
export function describePlace({ file, cell: number = 0, line: lineNumber = 0, fileLine }: Place): string {
  if (fileLine !== undefined) return `${file}:${fileLine}`;
  const cell = number === 0 ? "" : `, cell ${number}`;
  const line = lineNumber === 0 ? "" : `, line ${lineNumber}`;
  return `${file}${cell}${line}`;
}

/** One line a finding, with its place and what to do about it. */
export function describeDiagnostics(
  diagnostics: readonly Diagnostic[],
  notebook: string,
  colors: Colors,
): readonly string[] {
  return diagnostics.map(({ severity, message, hint, ...place }) => {
    const label =
      severity === "error" ? colors.red(severity) : severity === "warning" ? colors.yellow(severity) : severity;
    return `${label} ${describePlace({ file: notebook, ...place })}: ${withHint(message, hint)}`;
  });
}
