/** What goes wrong in a notebook, as places in its cells. Knows no `vscode`, so that it can be tested without it. */
import type { Place, SlipwayError } from "../core/errors";
import { withHint, type Diagnostic, type Severity } from "../core/report";

/** Lines and cells count from 0 here, as the editor counts them. */
export interface Problem {
  /** Path of the file that holds it, where that is not the notebook. */
  readonly file?: string;
  /** Line of the file, where that is text. */
  readonly fileLine?: number;
  readonly cell: number;
  readonly line: number;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

/** A finding about the whole notebook is shown on its first line. */
export function problemOfDiagnostic({ severity, code, message, hint, file, ...at }: Diagnostic): Problem {
  return { ...positionOf(at), ...(file !== undefined && { file }), severity, code, message: withHint(message, hint) };
}

/** `undefined` where the error is not about a cell. */
export function problemOfError({ place, code, message, hint }: SlipwayError): Problem | undefined {
  if (!isInCell(place)) return undefined;
  return { ...positionOf(place), severity: "error", code, message: withHint(message, hint) };
}

function positionOf({
  cell = 0,
  line = 0,
  fileLine,
}: Omit<Place, "file">): Pick<Problem, "cell" | "line" | "fileLine"> {
  return {
    cell: fromZero(cell),
    line: fromZero(line),
    ...(fileLine !== undefined && { fileLine: fromZero(fileLine) }),
  };
}

function isInCell(place: Place | undefined): place is Place & { readonly cell: number } {
  return place?.cell !== undefined;
}

function fromZero(count: number): number {
  return Math.max(0, count - 1);
}
