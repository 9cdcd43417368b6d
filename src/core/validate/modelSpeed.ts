import type { Gate } from "../report";
import type { Thresholds } from "./thresholds";

/** Times of single predictions. */
export interface SpeedMeasurement {
  /** Milliseconds, one number a prediction; at least one. */
  readonly latencies: readonly number[];
  readonly seconds: number;
}

const RULE = { id: "model.speed", title: "One prediction is quick" } as const;

/** How long the prediction of one row takes; nothing is measured where there is no ONNX model. */
export function modelSpeed(measurement: SpeedMeasurement | undefined, thresholds: Thresholds): Gate {
  const threshold = `95 of 100 predictions within ${thresholds.modelMilliseconds} ms`;
  if (measurement === undefined) {
    return {
      ...RULE,
      status: "skipped",
      measured: "no ONNX model",
      threshold,
      message: "There is no ONNX model.",
      seconds: 0,
    };
  }
  const { latencies, seconds } = measurement;
  const [median, slow] = [quantile(latencies, 0.5), quantile(latencies, 0.95)];
  const ok = slow <= thresholds.modelMilliseconds;
  return {
    ...RULE,
    status: ok ? "passed" : "failed",
    measured: `p50 ${milliseconds(median)}, p95 ${milliseconds(slow)}`,
    threshold,
    message: ok
      ? `Measured on this machine: ${latencies.length} predictions of one row, one thread, warm.`
      : "Use fewer or shallower trees, fewer neighbours, or set modelMilliseconds in slipway.yaml if the service may take longer.",
    seconds,
  };
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

function milliseconds(value: number): string {
  return `${value.toPrecision(2)} ms`;
}
