import { isAbsolute, relative, sep } from "node:path";
import { SlipwayError, type ErrorKind, type Place } from "../core/errors";
import { describePlace } from "./format";
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
export function toFailure(error: unknown, workspace: string): Failure {
  if (error instanceof SlipwayError) {
    const { code, message, hint } = error;
    const place = error.place && { ...error.place, file: fromWorkspace(error.place.file, workspace) };
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

/** A file of the workspace as its notebooks are named: from there, with forward slashes. Any other as it is. */
function fromWorkspace(file: string, workspace: string): string {
  const way = relative(workspace, file);
  return isAbsolute(file) && way !== "" && !way.startsWith("..") && !isAbsolute(way) ? way.split(sep).join("/") : file;
}

/** How a failure is told to people. */
export interface FailureStyle {
  /** With the stack. */
  readonly verbose: boolean;
}

/** The failure as text for people: place, message, hint. */
export function describeFailure(failure: Failure, colors: Colors, { verbose }: FailureStyle): string {
  const where = failure.place === undefined ? "" : describePlace(failure.place);
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
