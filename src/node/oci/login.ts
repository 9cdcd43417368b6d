/** Logs in by the registry's challenge: basic, or bearer tokens of a token server (distribution token specification). */
import * as z from "zod";
import { SlipwayError } from "../../core/errors";
import { parseChallenges, type Challenge } from "../../core/oci/challenge";
import { isLoopback } from "../../core/oci/reference";
import type { Credentials, FindCredentials } from "./credentials";
import { exchange, readAll, type HttpAnswer, type HttpRequest } from "./exchange";
import { insecure, invalidAnswer, messageFrom, unauthorized } from "./registryErrors";

const MAX_TOKEN_ANSWER = 256 * 1024;
const DEFAULT_SECONDS = 60;
/** A token is taken for expired a little before it is. */
const MARGIN_SECONDS = 10;

const tokenAnswer = z.looseObject({
  token: z.string().exactOptional(),
  access_token: z.string().exactOptional(),
  expires_in: z.number().exactOptional(),
});

/** What is kept of logins while a registry is open. */
export interface Login {
  /** The value of `Authorization` for requests of this scope, as far as it is known. */
  header(scope: string): string | undefined;
  /** Answers a 401, so that `header` has a new value; throws if the registry wants something that cannot be had. */
  answerTo(refusal: HttpAnswer, scope: string, signal: AbortSignal): Promise<void>;
}

/** What a login needs to know of its registry. */
export interface LoginOptions {
  readonly host: string;
  readonly credentials: FindCredentials;
  /** Plain HTTP is allowed to every host. */
  readonly insecure: boolean;
  readonly idleMs: number;
}

/** A login that asks for credentials only once a registry wants them. */
export function createLogin(options: LoginOptions): Login {
  const known = new Map<string, { readonly value: string; readonly expires: number }>();
  let basic: string | undefined;
  return {
    header: (scope) => {
      const token = known.get(scope);
      return token !== undefined && token.expires > Date.now() ? token.value : basic;
    },
    answerTo: async (refusal, scope, signal) => {
      const message = messageFrom(Buffer.from(await readAll(refusal, MAX_TOKEN_ANSWER, options.host)).toString());
      const [challenge] = parseChallenges(refusal.headers["www-authenticate"] ?? "");
      if (challenge === undefined) throw unauthorized(options.host, false, message);
      const credentials = await options.credentials(options.host);
      if (challenge.scheme === "bearer") {
        known.set(scope, await fetchToken(challenge, { ...options, scope, known: credentials }, signal));
      } else {
        basic = basicHeader(credentials);
        if (basic === undefined) throw unauthorized(options.host, false, message);
      }
    },
  };
}

type Bearer = Extract<Challenge, { scheme: "bearer" }>;
type TokenOptions = LoginOptions & { readonly scope: string; readonly known: Credentials | undefined };

async function fetchToken(
  challenge: Bearer,
  options: TokenOptions,
  signal: AbortSignal,
): Promise<{ value: string; expires: number }> {
  const { host, idleMs, known } = options;
  const answer = await exchange({ ...tokenRequest(challenge, options), idleMs, deadlineMs: idleMs * 2 }, signal);
  const text = Buffer.from(await readAll(answer, MAX_TOKEN_ANSWER, host)).toString();
  if (answer.statusCode !== 200) throw tokenRefused(answer.statusCode, host, known !== undefined, text);
  const parsed = tokenAnswer.safeParse(parseBody(text));
  const token = parsed.data?.token ?? parsed.data?.access_token;
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) throw invalidAnswer(host, "its token server gave no token");
  const seconds = parsed.data?.expires_in ?? DEFAULT_SECONDS;
  const used = Math.max(seconds - MARGIN_SECONDS, seconds / 2);
  return { value: `Bearer ${token}`, expires: Date.now() + used * 1000 };
}

function tokenRequest(challenge: Bearer, options: TokenOptions): Omit<HttpRequest, "idleMs"> {
  const { known } = options;
  const url = tokenServer(challenge.realm, options);
  const query = new URLSearchParams({ scope: challenge.scope ?? options.scope });
  if (challenge.service !== undefined) query.set("service", challenge.service);
  if (known !== undefined && "identityToken" in known) {
    query.set("grant_type", "refresh_token");
    query.set("refresh_token", known.identityToken);
    query.set("client_id", "slipway");
    const bytes = Buffer.from(query.toString());
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { method: "POST", url, headers, body: { source: { bytes }, size: bytes.length } };
  }
  for (const [name, value] of query) url.searchParams.append(name, value);
  const authorization = basicHeader(known);
  return { method: "GET", url, headers: authorization === undefined ? {} : { authorization } };
}

function tokenServer(realm: string, { host, insecure: allowed }: LoginOptions): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url?.protocol === "https:") return url;
  if (url?.protocol !== "http:") throw invalidAnswer(host, "the address of its token server is not valid");
  if (!allowed && !isLoopback(url.host)) throw insecure(url.host);
  return url;
}

function tokenRefused(status: number, host: string, hasLogin: boolean, text: string): SlipwayError {
  if (status === 401 || status === 403) return unauthorized(host, hasLogin, messageFrom(text));
  return new SlipwayError("registry", "REGISTRY_REFUSED", `The token server of ${host} answered HTTP ${status}.`);
}

function basicHeader(credentials: Credentials | undefined): string | undefined {
  if (credentials === undefined || "identityToken" in credentials) return undefined;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller says that there was no token
  }
}
