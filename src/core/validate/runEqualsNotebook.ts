import type { Gate } from "../report";
import { failureText, type Comparison, type RunMeasurement } from "./runs";

/** The module's run and the comparison of every target with the notebook's. */
export interface EqualsMeasurement {
  readonly notebook: RunMeasurement;
  readonly module: RunMeasurement;
  /** Absent where one of the two gave nothing to compare. */
  readonly comparisons: readonly Comparison[] | undefined;
  readonly seconds: number;
}

/** Whether every target of the module equals the notebook's own. */
export function runEqualsNotebook(measurement: EqualsMeasurement): Gate {
  const { comparisons = [], seconds } = measurement;
  const different = comparisons.filter(({ ok }) => !ok);
  const obstacle = obstacleOf(measurement);
  const failed = obstacle !== undefined || different.length > 0;
  return {
    id: "run.equals-notebook",
    title: "The module gives the notebook's results",
    status: failed ? "failed" : "passed",
    measured: obstacle ?? `${comparisons.length - different.length} of ${comparisons.length} targets equal`,
    threshold: "every target equal; numbers within 1e-9 of their size",
    message: failed ? failedText(obstacle, different) : "Models were compared by their predictions on the same rows.",
    seconds,
    ...(comparisons.length > 0 && {
      details: comparisons.map(({ name, ok, text }) => ({ subject: name, value: text, ok })),
    }),
  };
}

function obstacleOf({ notebook, module, comparisons }: EqualsMeasurement): string | undefined {
  if (notebook.failure !== undefined) return "not compared: the notebook did not run";
  if (module.failure !== undefined) return `the module failed: ${failureText(module.failure)}`;
  if (comparisons === undefined) return "not compared: the module's second run failed";
  return comparisons.length === 0 ? "not compared: the pipeline has no target" : undefined;
}

function failedText(obstacle: string | undefined, different: readonly Comparison[]): string {
  if (obstacle !== undefined) return `Nothing proves that the module does what the notebook does: ${obstacle}.`;
  const names = different.map(({ name }) => name).join(", ");
  return `${names} differ. If the notebook sets no seed, set one (random_state, np.random.seed); if the module was edited, see whether the edit means to change the result.`;
}
