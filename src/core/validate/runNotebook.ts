import type { Gate } from "../report";
import { failureText, secondsText, type RunMeasurement } from "./runs";

/** Whether the notebook's own code runs, from top to bottom, with the snapshot as its only data. */
export function runNotebook({ seconds, limitSeconds, failure, advice, skipped, isolated }: RunMeasurement): Gate {
  const details = skipped.map((one) => ({ subject: "left out", value: failureText(one), ok: true }));
  return {
    id: "run.notebook",
    title: "The notebook's own code runs",
    status: failure === undefined ? "passed" : "failed",
    measured: failure === undefined ? `ran in ${secondsText(seconds)}` : failureText(failure),
    threshold: `without an error, within ${secondsText(limitSeconds)}`,
    message:
      failure === undefined
        ? passedText(skipped.length, isolated)
        : [FAILED, ...(advice === undefined ? [] : [advice]), `What failed: ${failureText(failure)}`].join(" "),
    seconds,
    ...(details.length > 0 && { details }),
  };
}

const FAILED = "Restart the kernel, run all cells, mend what fails or takes too long, and extract again.";

const NETWORK = " This machine cannot keep programs that it starts off the network.";

function passedText(skipped: number, isolated = true): string {
  const rest = skipped === 0 ? "" : ` ${skipped} statements failed that the pipeline does not need.`;
  return `The notebook ran in a clean folder that holds the data snapshot and nothing else.${isolated ? "" : NETWORK}${rest}`;
}
