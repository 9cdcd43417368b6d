import type { Gate } from "../report";

/** What `predict` of the module did with the raw rows. */
export interface PathMeasurement {
  /** True if extraction writes a `predict`. */
  readonly isWritten: boolean;
  /** Why it does not. */
  readonly obstacle?: string;
  /** Absent where it was not called. */
  readonly found?: { readonly ok: boolean; readonly text: string; readonly seconds: number } | null;
}

const RULE = {
  id: "model.raw-rows",
  title: "predict scores raw rows as the notebook scores prepared ones",
  threshold: "every row of the fit, and 20 of them alone",
} as const;

/** Whether the module's `predict` prepares rows as the notebook does. */
export function scoringPath({ isWritten, obstacle, found }: PathMeasurement): Gate {
  if (found === undefined || found === null) {
    const message = obstacle ?? (isWritten ? NOT_CALLED : "The module has no predict.");
    return { ...RULE, status: "skipped", measured: "predict was not called", message, seconds: 0 };
  }
  const { ok, text, seconds } = found;
  return { ...RULE, status: ok ? "passed" : "failed", measured: text, message: ok ? EQUAL : DIFFERENT, seconds };
}

const NOT_CALLED = "predict was taken out of the module, or the notebook or the module did not run to its end.";
const EQUAL = "Rows are prepared for scoring as they were for the training.";
const DIFFERENT =
  "A service that calls predict would answer otherwise than the notebook. Mend predict in pipeline.py by hand, or delete it; extract keeps your edit.";
