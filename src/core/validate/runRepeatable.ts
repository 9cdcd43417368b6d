import type { Gate } from "../report";
import { failureText, type Comparison, type RunFailure } from "./runs";

/** Two runs of the module, compared. */
export interface RepeatMeasurement {
  /** Absent if one of the two runs failed. */
  readonly comparisons: readonly Comparison[] | undefined;
  readonly failure?: RunFailure;
  readonly seconds: number;
}

/** Whether the module, run twice, gives the same. */
export function runRepeatable({ comparisons = [], failure, seconds }: RepeatMeasurement): Gate {
  const different = comparisons.filter(({ ok }) => !ok);
  const failed = failure !== undefined || different.length > 0;
  return {
    id: "run.repeatable",
    title: "Run twice, the module gives the same",
    status: failed ? "failed" : "passed",
    measured:
      failure === undefined
        ? `${comparisons.length - different.length} of ${comparisons.length} targets equal`
        : `not run twice: ${failureText(failure)}`,
    threshold: "every target equal in two runs",
    message: messageOf(different, failure),
    seconds,
    ...(comparisons.length > 0 && {
      details: comparisons.map(({ name, ok, text }) => ({ subject: name, value: text, ok })),
    }),
  };
}

function messageOf(different: readonly Comparison[], failure: RunFailure | undefined): string {
  if (failure !== undefined) return "Whether the module gives the same again is not known: it did not run twice.";
  if (different.length === 0) return "The second run was made by another process in another folder.";
  const names = different.map(({ name }) => name).join(", ");
  return `${names} differ between two runs: something draws random numbers without a seed, or reads the clock. Set random_state, or seed the generator, in the notebook.`;
}
