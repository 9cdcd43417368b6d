/** The longest time limit of a run: eleven days. A timer of Node takes 24, and a run that waits for another has the double. */
export const MAX_TIMEOUT_SECONDS = 1_000_000;
