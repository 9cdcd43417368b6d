import type { Gate } from "../report";
import { failureText, type CheckMeasurement, type Comparison, type RunFailure, type RunMeasurement } from "./runs";

/** The module's first run, and the second with its comparison. */
export interface RepeatMeasurement {
  readonly module: RunMeasurement;
  readonly check: CheckMeasurement;
}

/** Whether the module, run twice, gives the same. */
export function runRepeatable({ module, check }: RepeatMeasurement): Gate {
  const failure = module.failure ?? check.failure;
  const { repeated: comparisons = [], seconds } = check;
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
  return `${names} differ between two runs: something draws random numbers without a seed, goes through a set, or reads the clock. Set random_state, seed the generator, or sort the set, in the notebook.`;
}
