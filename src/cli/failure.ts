import { isAbsolute, relative } from "node:path";
import { SlipwayError, type ErrorKind, type Place } from "../core/errors";
import type { Colors } from "./terminal";

/** What the shell is told. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

const EXIT_CODES: Readonly<Record<ErrorKind, ExitCode>> = {
  verification: 1,
  input: 2,
  environment: 3,
  registry: 4,
  interrupted: 130,
};

/** A command that did not end well, in the forms in which people, programs and shells are told. */
export interface Failure {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly place: Place | undefined;
  /** Where a defect was noticed; absent for errors that are meant. */
  readonly stack: string | undefined;
}

/** Anything that was thrown, as a failure. What is no `SlipwayError` is a defect of ours, and is called one. */
export function toFailure(error: unknown): Failure {
  if (error instanceof SlipwayError) {
    const { code, message, hint, place } = error;
    return { exitCode: EXIT_CODES[error.kind], code, message, hint, place, stack: error.stack };
  }
  const thrown = error instanceof Error ? error : new Error(String(error));
  return {
    exitCode: 1,
    code: "INTERNAL",
    message: `Internal error, a defect of Slipway: ${thrown.message}`,
    hint: "Run the command again with --verbose, and report what it prints.",
    place: undefined,
    stack: thrown.stack,
  };
}

/** How a failure is told to people. */
export interface FailureStyle {
  /** Paths inside are shown from here. */
  readonly cwd: string;
  /** With the stack. */
  readonly verbose: boolean;
}

/** The failure as text for people: place, message, hint. */
export function describeFailure(failure: Failure, colors: Colors, { cwd, verbose }: FailureStyle): string {
  const where = failure.place === undefined ? "" : describePlace(failure.place, cwd);
  const isSaid = failure.message.startsWith(where);
  const lines = [`${colors.red("error")} ${isSaid ? "" : `${where}: `}${failure.message}`];
  if (failure.hint !== undefined) lines.push(`${colors.cyan("hint")}  ${failure.hint}`);
  if (verbose && failure.stack !== undefined) lines.push(colors.dim(failure.stack));
  return lines.join("\n");
}

/** The failure as the one JSON document of `--json`. */
export function failureJson({ code, message, hint, place }: Failure): object {
  return { error: { code, message, hint, place } };
}

function describePlace(place: Place, cwd: string): string {
  const fromHere = relative(cwd, place.file);
  const file = isAbsolute(place.file) && !fromHere.startsWith("..") ? fromHere : place.file;
  const cell = place.cell === undefined || place.cell === 0 ? "" : `, cell ${place.cell}`;
  const line = place.line === undefined || place.line === 0 ? "" : `, line ${place.line}`;
  return `${file}${cell}${line}`;
}
