import type { Predictions } from "../host";
import type { Gate } from "../report";
import type { Thresholds } from "./thresholds";

/** How the exported model does beside Python's, or why there is none. */
export type PortableMeasurement =
  /** There is nothing that could be exported. */
  | { readonly kind: "none"; readonly reason: string }
  /** There is no ONNX model, and the pipeline has a part in that. */
  | { readonly kind: "obstacle"; readonly message: string; readonly seconds: number }
  | {
      readonly kind: "compared";
      readonly python: Predictions;
      readonly onnx: Predictions;
      /** Bytes of the ONNX model. */
      readonly size: number;
      readonly seconds: number;
      /** Absent where the pipeline has no `predict` that was proven. */
      readonly scope?: ModelScope;
    };

/** What the exported model takes: the raw columns, or what `predict` makes of them first. */
export type ModelScope = { readonly kind: "raw" } | { readonly kind: "prepared"; readonly reason: string };

const RULE = { id: "model.portable", title: "The ONNX model predicts what the Python model predicts" } as const;

/** Whether the ONNX model gives Python's predictions, row by row. */
export function modelPortable(measurement: PortableMeasurement, thresholds: Thresholds): Gate {
  const { modelDifference, modelDisagreement, modelRequired } = thresholds;
  const threshold = `difference ≤ ${modelDifference}, at most ${modelDisagreement * 100} % of rows disagree${modelRequired ? "" : ", if there is an ONNX model"}`;
  if (measurement.kind === "none") {
    return {
      ...RULE,
      status: "skipped",
      measured: "no ONNX model",
      threshold,
      message: measurement.reason,
      seconds: 0,
    };
  }
  if (measurement.kind === "obstacle") {
    const { message, seconds } = measurement;
    return {
      ...RULE,
      status: modelRequired ? "failed" : "skipped",
      measured: "no ONNX model",
      threshold,
      message: modelRequired ? `${message} ${OPTIONAL}` : message,
      seconds,
    };
  }
  return { ...RULE, threshold, ...verdict(measurement, thresholds), seconds: measurement.seconds };
}

const OPTIONAL = "To ship the module without an ONNX model, set thresholds: {modelRequired: false} in slipway.yaml.";

type Compared = Extract<PortableMeasurement, { kind: "compared" }>;

/** The rows whose predictions disagree, with the difference of each. */
export function disagreeingRows(
  { python, onnx }: Compared,
  { modelDifference }: Thresholds,
): readonly { readonly row: number; readonly difference: number }[] {
  return differences({ python, onnx }).flatMap(({ differs, difference }, row) =>
    differs || difference > modelDifference ? [{ row, difference }] : [],
  );
}

function differences({ python, onnx }: Pick<Compared, "python" | "onnx">): readonly RowDifference[] {
  return python.labels.map((label, row) => compareRow(label, onnx.labels[row], probabilitiesOf(python, onnx, row)));
}

/** True if a model gives the predictions of enough rows. */
export function isPortable(measurement: PortableMeasurement, thresholds: Thresholds): boolean {
  if (measurement.kind !== "compared") return false;
  const { python, onnx } = measurement;
  const count = python.labels.length;
  const most = thresholds.modelDisagreement * count;
  return count === onnx.labels.length && disagreeingRows(measurement, thresholds).length <= most;
}

function scopeText(scope: ModelScope | undefined): string {
  if (scope === undefined) return "";
  if (scope.kind === "raw") return " It takes the raw columns: all of predict is in it.";
  return ` It is the model alone, and takes what predict prepares: ${scope.reason}`;
}

function verdict(
  measurement: Compared,
  thresholds: Thresholds,
): Pick<Gate, "status" | "measured" | "message" | "details"> {
  const { python, onnx, size, scope } = measurement;
  const count = python.labels.length;
  const disagreeing = disagreeingRows(measurement, thresholds);
  const largest = differences(measurement).reduce((most, { difference }) => Math.max(most, difference), 0);
  const ok = isPortable(measurement, thresholds);
  return {
    status: ok ? "passed" : "failed",
    measured: `largest difference ${largest.toPrecision(2)}, ${disagreeing.length} of ${count} rows disagree`,
    message: ok
      ? `onnxruntime gives Python's predictions. The model has ${Math.ceil(size / 1024)} KiB.${scopeText(scope)}`
      : "The service would answer otherwise than the notebook. Steps that compute with numbers of a large range, or round, are the usual cause: scale the features, or leave that step out.",
    details: disagreeing.slice(0, 20).map(({ row, difference }) => ({
      subject: `row ${row + 1}`,
      value: `Python ${String(python.labels[row])}, ONNX ${String(onnx.labels[row])}, difference ${difference.toPrecision(2)}`,
      ok: false,
    })),
  };
}

type Label = Predictions["labels"][number];

interface RowDifference {
  readonly differs: boolean;
  /** 0 where there is no number to compare. */
  readonly difference: number;
}

/** Classes have to be the same; numbers without probabilities are compared relative to their size. */
function compareRow(
  expected: Label,
  actual: Label | undefined,
  scores: readonly (readonly [number, number])[] | undefined,
): RowDifference {
  if (scores !== undefined) {
    return { differs: expected !== actual, difference: Math.max(0, ...scores.map(([a, b]) => gap(a, b))) };
  }
  if (typeof expected !== "number" || typeof actual !== "number")
    return { differs: expected !== actual, difference: 0 };
  return { differs: false, difference: gap(expected, actual) / Math.max(1, Math.abs(expected)) };
}

/** A number that is missing is infinitely far from every other. */
function gap(first: number, second: number): number {
  const difference = Math.abs(first - second);
  return Number.isNaN(difference) ? Infinity : difference;
}

function probabilitiesOf(
  python: Predictions,
  onnx: Predictions,
  row: number,
): readonly (readonly [number, number])[] | undefined {
  const expected = python.probabilities?.[row];
  return expected?.map((value, index) => [value, onnx.probabilities?.[row]?.[index] ?? NaN] as const);
}
