import { setFlagsFromString } from "node:v8";

/**
 * When V8 optimizes a function: after it has run this many bytes of its bytecode (V8's own: 67,584 to 135,168). Extraction is a lot of
 * code that runs for a moment. V8's own figure spends a quarter of the processor's time on optimizing functions that have done
 * most of their work, and on taking half of that back.
 */
export const LATE_OPTIMIZING = "--interrupt-budget=1000000";

/** Has V8 optimize later, in the whole process: for the processes that extract. */
export function optimizeLate(): void {
  setFlagsFromString(LATE_OPTIMIZING);
}
