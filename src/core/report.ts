import type { Digest } from "./digest";

/** How much a finding matters: an `error` stops the command. */
export type Severity = "error" | "warning" | "info";

/** One thing that was noticed about a notebook. `code` is stable and documented: `notebook.hidden-state`. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** Counts every cell from 1; 0 where the finding is about the whole notebook. */
  readonly cell: number;
  /** Line in the cell, from 1; 0 where the finding is about the whole cell. */
  readonly line: number;
  /** Path of the file that holds the cell, where it is not the notebook's own: the notebook runs it. */
  readonly file?: string;
  /** Line of the file, from 1, where the notebook is text. */
  readonly fileLine?: number;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A message and what to do about it, as one text. A message may end with a line of code, which is no end of a sentence. */
export function withHint(message: string, hint: string | undefined): string {
  if (hint === undefined) return message;
  return `${message}${/[.!?…]$/.test(message) ? "" : "."} ${hint}`;
}

/** `skipped`: does not apply here (the message says why); never used for "could not be run". */
export type GateStatus = "passed" | "failed" | "skipped";

/** One check with its measured value, its threshold and its verdict. */
export interface Gate {
  /** Stable id: `run.equals-notebook`. */
  readonly id: string;
  readonly title: string;
  readonly status: GateStatus;
  /** What was measured, with its unit, as a person reads it. */
  readonly measured: string;
  readonly threshold: string;
  /** What the verdict means and, where it failed, what to do. */
  readonly message: string;
  /** Seconds it took. */
  readonly seconds: number;
  /** Rows that explain the verdict: a target and its difference, a line and its type error. */
  readonly details?: readonly GateDetail[];
}

/** One row of a gate's explanation. */
export interface GateDetail {
  readonly subject: string;
  readonly value: string;
  readonly ok: boolean;
}

/** All gates of one validation. Measured times live here and never in the package, which must not depend on the clock. */
export interface Report {
  readonly pipeline: string;
  readonly ok: boolean;
  readonly gates: readonly Gate[];
  readonly metrics: Readonly<Record<string, number>>;
  /** What was validated; equal digests mean that nothing has to be run again. */
  readonly subject: ReportSubject;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** The inputs of a validation, by digest. */
export interface ReportSubject {
  readonly code: Digest;
  readonly notebook: Digest;
  readonly snapshot: Digest | undefined;
  readonly environment: Digest;
}
