const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const INTERRUPTED = 130;

/**
 * A signal that is aborted by Ctrl-C (or SIGTERM): the use cases then stop and clean up. A second Ctrl-C
 * ends the process at once, after `abandon`.
 */
export function watchInterrupts(abandon: () => void): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        abandon();
        process.exit(INTERRUPTED);
      }
      controller.abort();
    });
  }
  return controller.signal;
}
