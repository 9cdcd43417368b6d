/** How often one request is made before Slipway gives up. */
export const MAX_ATTEMPTS = 5;
const BASE_MS = 200;
const MAX_WAIT_MS = 30_000;

/** Answers after which the same request may succeed later. */
export function isTransientStatus(status: number): boolean {
  return status === 429 || status === 500 || status === 502 || status === 503 || status === 504;
}

/**
 * Milliseconds to wait after failure number `attempt` (from 1): doubling, half of it random so that many clients do not come
 * back at once; at least what the registry asked for, at most 30 s.
 */
export function backOff(attempt: number, retryAfterMs: number | undefined, random: number): number {
  const doubled = BASE_MS * 2 ** (attempt - 1);
  return Math.min(Math.max(doubled * (0.5 + random / 2), retryAfterMs ?? 0), MAX_WAIT_MS);
}

/** Milliseconds of a `Retry-After` header: seconds or a date (RFC 9110, 10.2.3); `undefined` if it says neither. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^[0-9]{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
