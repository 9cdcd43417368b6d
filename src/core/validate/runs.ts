/** One run of the notebook's own code, or of the module. */
export interface RunMeasurement {
  readonly seconds: number;
  readonly limitSeconds: number;
  readonly failure?: RunFailure;
  /** False if programs that the run started could have used the network. */
  readonly isolated?: boolean;
  /** What else to say where the notebook failed. */
  readonly advice?: string;
  /** Statements that failed although nothing that is shipped needs them. */
  readonly skipped: readonly RunFailure[];
}

/** Where and why a run ended. */
export interface RunFailure {
  /** Cell from 1; absent if it was not in a cell. */
  readonly cell?: number;
  readonly line?: number;
  /** The exception as Python shows it, or what else ended the run. */
  readonly message: string;
  /** Import name of the package for want of which it failed. */
  readonly missing?: string;
}

/** One value of two runs. */
export interface Comparison {
  readonly name: string;
  readonly ok: boolean;
  /** What was compared, and how it differs. */
  readonly text: string;
}

/** The module's second run, and both runs compared with what was there before. */
export interface CheckMeasurement {
  readonly seconds: number;
  /** Why there is no second run. */
  readonly failure?: RunFailure;
  /** The notebook's targets beside the module's; absent if either did not run. */
  readonly equal?: readonly Comparison[];
  /** The module's targets of two runs; absent if either did not run. */
  readonly repeated?: readonly Comparison[];
  /** The module's metrics that are NaN or infinite, with the text of each. */
  readonly notFinite?: Readonly<Record<string, string>>;
}

/** `cell 4, line 2`, or what is known of it. */
export function placeText({ cell, line }: Pick<RunFailure, "cell" | "line">): string {
  const parts = [...(cell === undefined ? [] : [`cell ${cell}`]), ...(line === undefined ? [] : [`line ${line}`])];
  return parts.join(", ");
}

/** The exception with its place: `cell 4, line 2: KeyError: 'age'`. */
export function failureText(failure: RunFailure): string {
  const place = placeText(failure);
  return place === "" ? failure.message : `${place}: ${failure.message}`;
}

/** Seconds as a person reads them. */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}
