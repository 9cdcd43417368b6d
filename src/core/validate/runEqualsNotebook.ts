import type { Gate } from "../report";
import { failureText, type CheckMeasurement, type Comparison, type RunMeasurement } from "./runs";

/** The module's run and the comparison of every target with the notebook's. */
export interface EqualsMeasurement {
  readonly notebook: RunMeasurement;
  readonly module: RunMeasurement;
  readonly check: Pick<CheckMeasurement, "equal" | "notFinite">;
  readonly seconds: number;
}

/** Whether every target of the module equals the notebook's own. */
export function runEqualsNotebook(measurement: EqualsMeasurement): Gate {
  const { seconds } = measurement;
  const { equal: comparisons = [], notFinite = {} } = measurement.check;
  const different = comparisons.filter(({ ok }) => !ok);
  const obstacle = obstacleOf(measurement);
  const broken = Object.entries(notFinite).map(([name, text]) => `${name} is ${text}`);
  const failed = obstacle !== undefined || different.length > 0 || broken.length > 0;
  return {
    id: "run.equals-notebook",
    title: "The module gives the notebook's results",
    status: failed ? "failed" : "passed",
    measured:
      obstacle ??
      [`${comparisons.length - different.length} of ${comparisons.length} targets equal`, ...broken].join(", "),
    threshold: "every target equal; numbers within 1e-9 of their size",
    message: failed
      ? failedText(obstacle, different, broken)
      : "Models were compared by their predictions on the same rows.",
    seconds,
    ...(comparisons.length > 0 && {
      details: comparisons.map(({ name, ok, text }) => ({ subject: name, value: text, ok })),
    }),
  };
}

function obstacleOf({ notebook, module, check: { equal: comparisons } }: EqualsMeasurement): string | undefined {
  if (notebook.failure !== undefined) return "not compared: the notebook did not run";
  if (module.failure !== undefined) return `the module failed: ${failureText(module.failure)}`;
  if (comparisons === undefined) return "not compared: the module's second run failed";
  return comparisons.length === 0 ? "not compared: the pipeline has no target" : undefined;
}

function failedText(obstacle: string | undefined, different: readonly Comparison[], broken: readonly string[]): string {
  if (obstacle !== undefined) return `Nothing proves that the module does what the notebook does: ${obstacle}.`;
  if (different.length === 0) {
    return `${broken.join(", ")}, in the notebook too. A metric has to be a finite number: mend the cell that computes it.`;
  }
  const names = different.map(({ name }) => name).join(", ");
  return `${names} differ. If the notebook sets no seed, set one (random_state, np.random.seed); if the module was edited, see whether the edit means to change the result.`;
}
