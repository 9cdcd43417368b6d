/** What went wrong, by whom it can be mended: decides the exit code of the command line. */
export type ErrorKind =
  | "verification" // a gate or a check failed: 1
  | "input" // wrong use or bad input: 2
  | "environment" // Python or a package is missing: 3
  | "registry" // the registry refused or could not be reached: 4
  | "interrupted"; // Ctrl-C, Cancel: 130

/** A place in a notebook or a file. Cells and lines count from 1; `cell` counts every cell, prose included. */
export interface Place {
  readonly file: string;
  readonly cell?: number;
  readonly line?: number;
  /** Line of the file, from 1, where the notebook is text. */
  readonly fileLine?: number;
}

/** Details of a `SlipwayError` besides its message. */
export interface ErrorDetails {
  readonly place?: Place;
  /** What the user can do, as one sentence or a command. */
  readonly hint?: string;
  /** What the user may choose from, where the choice is theirs: the values of the option that the hint names. */
  readonly candidates?: readonly string[];
  readonly cause?: unknown;
}

/**
 * The one error that Slipway shows to people. `code` is stable (`EXTRACT_NO_TARGET`), the message says what happened and why,
 * the hint what to do. Anything else that is thrown is a defect.
 */
export class SlipwayError extends Error {
  readonly place: Place | undefined;
  readonly hint: string | undefined;
  readonly candidates: readonly string[];

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = "SlipwayError";
    this.place = details.place;
    this.hint = details.hint;
    this.candidates = details.candidates ?? [];
  }
}

/** Bad input: the notebook, an option, a file of the user's. */
export function inputError(code: string, message: string, details: ErrorDetails = {}): SlipwayError {
  return new SlipwayError("input", code, message, details);
}

/** Throws the interruption error if `signal` was aborted. Call it between units of work. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new SlipwayError("interrupted", "INTERRUPTED", "Interrupted.");
}
