/** Requests to one registry: login, redirects, repetition, refusals. */
import { setTimeout as sleep } from "node:timers/promises";
import { throwIfAborted, type SlipwayError } from "../../core/errors";
import { isLoopback, registryHost } from "../../core/oci/reference";
import { backOff, isTransientStatus, MAX_ATTEMPTS, parseRetryAfter } from "../../core/oci/retry";
import type { FindCredentials } from "./credentials";
import { exchange, readAll, type HttpAnswer, type HttpRequest } from "./exchange";
import { createLogin, type Login } from "./login";
import { insecure, invalidAnswer, messageFrom, refused, Transient, unauthorized } from "./registryErrors";

const MAX_REDIRECTS = 5;
/** A registry may be silent for longer after an upload: it puts a large blob in its place. */
const COMMIT_FACTOR = 5;
const MAX_ERROR_BYTES = 64 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A request as the distribution specification describes it. */
export interface RegistryRequest {
  readonly method: HttpRequest["method"];
  /** From the root of the registry, or absolute where the registry gave it. */
  readonly url: string | URL;
  /** What the request is for, in words that complete "refused to …". */
  readonly purpose: string;
  /** Scope of a token: `repository:NAME:pull`. */
  readonly scope: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpRequest["body"];
  /** Statuses that the caller understands; every other is an error. */
  readonly expect: readonly number[];
  /** True if the answer's body is a blob, which may take as long as it flows. */
  readonly long?: boolean;
}

/** How a registry is reached. */
export interface ClientOptions {
  /** With its port, if it has one. */
  readonly host: string;
  readonly credentials: FindCredentials;
  /** Allows plain HTTP to hosts other than this machine. */
  readonly insecure: boolean;
  /** Milliseconds of silence after which an exchange is given up. */
  readonly idleMs: number;
}

/** A registry over HTTP. */
export interface RegistryClient {
  readonly host: string;
  /** Sends one request once; throws `Transient` where it may be repeated. */
  sendOnce(request: RegistryRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Sends one request, repeated as needed. */
  send(request: RegistryRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Sends one request, repeated as needed, and reads its answer of at most `limit` bytes. */
  fetch(request: RegistryRequest, limit: number, signal: AbortSignal): Promise<FetchedAnswer>;
}

/** An answer with its whole body. */
export interface FetchedAnswer {
  readonly status: number;
  readonly headers: HttpAnswer["headers"];
  readonly body: Uint8Array;
}

/** Opens a registry. Nothing is sent before the first request. */
export function createClient(options: ClientOptions): RegistryClient {
  const { host } = options;
  const login = createLogin(options);
  const sendOnce: RegistryClient["sendOnce"] = async (request, signal) => {
    const answer = await authorized(request, { ...options, login }, signal);
    if (request.expect.includes(answer.statusCode)) return answer;
    throw await refusal(request, host, answer);
  };
  return {
    host,
    sendOnce,
    send: (request, signal) => withRetry(() => sendOnce(request, signal), signal),
    fetch: (request, limit, signal) =>
      withRetry(async () => {
        const answer = await sendOnce(request, signal);
        const body = await readAll(answer, limit, host);
        return { status: answer.statusCode, headers: answer.headers, body };
      }, signal),
  };
}

/** Repeats `work` with growing pauses as long as it throws `Transient`; then throws what people see. */
export async function withRetry<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof Transient)) throw error;
      if (attempt === MAX_ATTEMPTS) throw error.error;
      await pause(backOff(attempt, error.retryAfterMs, Math.random()), signal);
    }
  }
}

/** Waits, and throws the interruption error once `signal` was aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}

type Session = ClientOptions & { readonly login: Login };

/** Sends a request and, where the registry asks for a login, once more with it. */
async function authorized(request: RegistryRequest, session: Session, signal: AbortSignal): Promise<HttpAnswer> {
  const first = await redirected(request, session, signal);
  if (!first.wantsLogin) return first.answer;
  await session.login.answerTo(first.answer, request.scope, signal);
  const second = await redirected(request, session, signal);
  if (!second.wantsLogin) return second.answer;
  const hasLogin = (await session.credentials(session.host)) !== undefined; // a token is given to nobody in particular, too
  throw unauthorized(session.host, hasLogin, await messageOf(second.answer, session.host));
}

interface Arrived {
  readonly answer: HttpAnswer;
  /** The registry itself asks for a login, and not a storage to which it pointed. */
  readonly wantsLogin: boolean;
}

/** Sends a request and follows redirects. The login goes to the registry and to nobody else. */
async function redirected(request: RegistryRequest, session: Session, signal: AbortSignal): Promise<Arrived> {
  const { method, body } = request;
  const home = originOf(session);
  const limits = limitsOf(request, session.idleMs);
  let url = new URL(request.url, home);
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    requireSafe(url, session);
    const isHome = url.origin === home;
    const headers = { ...request.headers, ...(isHome ? authorization(session.login, request.scope) : {}) };
    const options = { method, url, headers, ...limits, ...(body === undefined ? {} : { body }) };
    const answer = await exchange(options, signal);
    const { location } = answer.headers;
    if (!REDIRECTS.has(answer.statusCode) || location === undefined || body !== undefined) {
      return { answer, wantsLogin: answer.statusCode === 401 && isHome };
    }
    answer.resume();
    url = resolveLocation(location, url, session.host);
  }
  throw invalidAnswer(session.host, "it redirects without end");
}

/** What is small has to come soon; what is large may flow for as long as it does flow. */
function limitsOf({ body, long }: RegistryRequest, idleMs: number): Pick<HttpRequest, "idleMs" | "deadlineMs"> {
  if (body !== undefined) return { idleMs: idleMs * COMMIT_FACTOR };
  return long === true ? { idleMs } : { idleMs, deadlineMs: idleMs * 2 };
}

function authorization(login: Login, scope: string): Record<string, string> {
  const value = login.header(scope);
  return value === undefined ? {} : { authorization: value };
}

/** An address that the registry gave, which may be relative. */
export function resolveLocation(location: string, base: URL, host: string): URL {
  if (!URL.canParse(location, base.href)) throw invalidAnswer(host, "it points to an address that is not valid");
  return new URL(location, base);
}

/** The address of the registry itself. This machine is spoken to without encryption, as docker does. */
export function originOf({ host, insecure: allowed }: Pick<ClientOptions, "host" | "insecure">): string {
  return new URL(`${allowed || isLoopback(host) ? "http" : "https"}://${registryHost(host)}`).origin;
}

function requireSafe(url: URL, session: Session): void {
  if (url.protocol === "https:") return;
  if (url.protocol !== "http:") throw invalidAnswer(session.host, `it points to ${url.protocol}`);
  if (!session.insecure && !isLoopback(url.host)) throw insecure(url.host);
}

async function refusal(request: RegistryRequest, host: string, answer: HttpAnswer): Promise<SlipwayError | Transient> {
  const error = refused(host, request.purpose, answer.statusCode, await messageOf(answer, host));
  if (!isTransientStatus(answer.statusCode)) return error;
  return new Transient(error, parseRetryAfter(answer.headers["retry-after"], Date.now()));
}

async function messageOf(answer: HttpAnswer, host: string): Promise<string> {
  return messageFrom(Buffer.from(await readAll(answer, MAX_ERROR_BYTES, host)).toString());
}
