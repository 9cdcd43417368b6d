/**
 * Gives work a signal that aborts with the caller's, and with a `TimeoutError` once the time is up. A timer of our own: Node 20 may
 * collect what `AbortSignal.timeout` makes while only `AbortSignal.any` refers to it, and then it never aborts.
 */
export async function within<T>(
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = (): void => {
    controller.abort(signal.reason);
  };
  const timer = setTimeout(() => {
    controller.abort(new DOMException("The time is up.", "TimeoutError"));
  }, seconds * 1000);
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
  }
}
