import { throwIfAborted } from "../core/errors";

/** Work that can be told to stop. */
export type Task<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Does all at once. If one fails, the others are aborted, and the failure is thrown once all have ended: nothing runs on
 * behind the caller's back.
 */
export async function together<A, B>(
  tasks: readonly [Task<A>, Task<B>],
  signal: AbortSignal,
): Promise<readonly [A, B]> {
  throwIfAborted(signal);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  signal.addEventListener("abort", stop, { once: true });
  const failures: unknown[] = [];
  const guarded = async <T>(task: Task<T>): Promise<T> => {
    try {
      return await task(controller.signal);
    } catch (error) {
      failures.push(error);
      controller.abort();
      throw error;
    }
  };
  try {
    const [first, second] = await Promise.allSettled([guarded(tasks[0]), guarded(tasks[1])]);
    if (first.status === "fulfilled" && second.status === "fulfilled") return [first.value, second.value];
    throw failures[0];
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
