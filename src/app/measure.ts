import type { Extraction, Signature } from "../core/pipeline";
import type { Measurements } from "../core/validate/gates";
import type { TypedModule } from "./observedTypes";
import type { Pipeline } from "./workspace";

/** What is measured. */
export interface RunsTask {
  readonly workspace: string;
  readonly pipeline: Pipeline;
  readonly extraction: Extraction;
  readonly timeoutSeconds: number;
  /** What one run and all that it starts may use, in GB; absent: a share of the machine's memory. */
  readonly memoryGigabytes?: number;
}

/** The measurements, and what was made on the way. */
export interface RunsResult {
  readonly measurements: Measurements;
  /** Text that pins the environment. */
  readonly environmentLock: string;
  readonly signature?: Signature;
  /** True if the model's inputs are the raw columns. */
  readonly takesRaw?: boolean;
  /** Bytes of the ONNX model. */
  readonly model?: Uint8Array;
  /** The module that all this is about, where it was generated again. */
  readonly typed?: TypedModule;
}

/** Seconds since `started`, a time of `performance.now()`. */
export function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
