/** What a pipeline has to reach; every one can be set in `slipway.yaml`. */
export interface Thresholds {
  /** Largest difference between the ONNX model and Python's: of a probability, or of a number relative to its size. */
  readonly modelDifference: number;
  /** Largest share of rows whose predictions disagree, 0 to 1. */
  readonly modelDisagreement: number;
  /** Milliseconds that 95 of 100 predictions of one row may take at most. */
  readonly modelMilliseconds: number;
  /** Whether a model that cannot be exported to ONNX holds back the release. */
  readonly modelRequired: boolean;
}

/** Used where `slipway.yaml` says nothing. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  modelDifference: 1e-4,
  modelDisagreement: 0.001,
  modelMilliseconds: 50,
  modelRequired: true,
};
