import { inputError, SlipwayError, throwIfAborted } from "../core/errors";
import type { Http, HttpContent } from "../core/host";

const NOT_MODIFIED = 304;

/** The web, through Node's `fetch`. */
export const nodeHttp: Http = { get };

async function get(url: string, etag: string | undefined, signal: AbortSignal): Promise<HttpContent | "unchanged"> {
  const host = hostOf(url);
  const headers = etag === undefined ? {} : { "if-none-match": etag };
  const response = await reached(host, signal, () => fetch(url, { headers, signal }));
  if (etag !== undefined && response.status === NOT_MODIFIED) return "unchanged";
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw inputError("URL_FAILED", `${host} answered ${`${response.status} ${response.statusText}`.trim()}.`);
  }
  return { etag: response.headers.get("etag") ?? undefined, body: readBody(response.body, host, signal) };
}

function hostOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && /^https?:$/.test(parsed.protocol)) return parsed.host;
  throw inputError("URL_FAILED", "Only http and https URLs can be fetched.");
}

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  host: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next: IteratorResult<Uint8Array, unknown> = await reached(host, signal, () => chunks.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

async function reached<T>(host: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(host, signal, error);
  }
}

/** An abort is told by its reason: the user's, or a time limit's. */
function failure(host: string, signal: AbortSignal, cause: unknown): unknown {
  if (signal.aborted && isTimeout(signal.reason)) {
    return inputError("URL_TIMEOUT", `${host} did not send the data in time.`, { cause });
  }
  throwIfAborted(signal);
  if (!(cause instanceof TypeError) || cause instanceof SlipwayError) return cause;
  return inputError("URL_FAILED", `${host} could not be reached, or broke off: ${reasonOf(cause)}.`, { cause });
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

/** `fetch` says only "fetch failed"; what failed is its cause. */
function reasonOf(error: Error): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === "" && "code" in cause ? String(cause.code) : cause.message;
}
