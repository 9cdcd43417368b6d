import * as z from "zod";
import { SlipwayError } from "../../core/errors";
import { codeOf } from "../systemError";

/** A failure after which the same request may succeed: carries the error that people see if it does not. */
export class Transient extends Error {
  constructor(
    readonly error: SlipwayError,
    readonly retryAfterMs?: number,
  ) {
    super(error.message, { cause: error });
  }
}

/** The connection could not be made. */
export function unreachable(host: string, cause: Error): SlipwayError {
  const hint = codeOf(cause) === "EPROTO" ? plainHint(host) : `Check the address, and the network: curl -v ${host}/v2/`;
  return registryError("REGISTRY_UNREACHABLE", `The registry ${host} could not be reached: ${reasonOf(cause)}.`, {
    hint,
    cause,
  });
}

/** The registry is not known to be the one that it says it is; `undefined` if `cause` is something else. */
export function untrusted(host: string, cause: Error): SlipwayError | undefined {
  const code = codeOf(cause);
  const [why, hint] = CERTIFICATES[code] ?? (/CERT|ISSUER|LEAF_SIGNATURE/.test(code) ? UNKNOWN_AUTHORITY : []);
  if (why === undefined) return undefined;
  return registryError("REGISTRY_UNTRUSTED", `The certificate of the registry ${host} is not trusted: ${why}.`, {
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}

const UNKNOWN_AUTHORITY = [
  "it was not issued by an authority that this machine knows",
  "Set the environment variable NODE_EXTRA_CA_CERTS to the file (PEM) with the authority's certificate.",
] as const;

/** By the codes of OpenSSL and Node. */
const CERTIFICATES: Readonly<Record<string, readonly [string, string?]>> = {
  CERT_HAS_EXPIRED: ["it has expired", "Ask those who run the registry to renew it."],
  CERT_NOT_YET_VALID: ["it is not valid yet", "Check the clock of this machine."],
  ERR_TLS_CERT_ALTNAME_INVALID: ["it was issued for another host", "Name the registry as its certificate does."],
};

/** The connection was made and then lost. */
export function brokeOff(host: string, cause: Error): SlipwayError {
  return registryError("REGISTRY_BROKE_OFF", `The registry ${host} broke off the connection: ${reasonOf(cause)}.`, {
    hint: "Run the command again: what was sent is not sent twice.",
    cause,
  });
}

/** The login was refused, or there is none. */
export function unauthorized(host: string, hasLogin: boolean, message = ""): SlipwayError {
  const what = hasLogin ? "refused the login" : "asks for a login";
  return registryError(
    "REGISTRY_UNAUTHORIZED",
    `The registry ${host} ${what}${message === "" ? "" : `: ${message}`}.`,
    {
      hint: `Run: docker login ${host}`,
    },
  );
}

/** The registry said no, in its own words. */
export function refused(host: string, what: string, status: number, message: string): SlipwayError {
  const words = message === "" ? "" : `: ${message}`;
  return registryError("REGISTRY_REFUSED", `The registry ${host} refused to ${what} (HTTP ${status})${words}.`, {
    ...(status === 403 && { hint: `Log in as somebody who may do that: docker login ${host}` }),
  });
}

/** The answer is not what the distribution specification demands. */
export function invalidAnswer(host: string, why: string): SlipwayError {
  return registryError("REGISTRY_INVALID", `The registry ${host} gave a wrong answer: ${why}.`);
}

/** The address would send data, perhaps a password, over the network in the clear. */
export function insecure(host: string): SlipwayError {
  return registryError("REGISTRY_INSECURE", `The registry would have Slipway talk to ${host} without encryption.`);
}

const errorBody = z.object({
  errors: z.array(z.object({ code: z.string().exactOptional(), message: z.string().exactOptional() })),
});

/** The registry's own message in the body of an error (distribution specification, "Error codes"), safe for a terminal. */
export function messageFrom(body: string): string {
  try {
    const parsed = errorBody.safeParse(JSON.parse(body));
    if (parsed.success)
      return printable(parsed.data.errors.map(({ code, message }) => message ?? code ?? "").join("; "));
  } catch {
    // not JSON: a proxy's page; its beginning says most
  }
  return printable(body.replace(/<[^>]*>/g, " "));
}

function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- a foreign message must not steer the user's terminal
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ");
  return plain.trim().slice(0, 300).replace(/\.$/, "");
}

function registryError(
  code: string,
  message: string,
  details: { readonly hint?: string; readonly cause?: unknown } = {},
): SlipwayError {
  return new SlipwayError("registry", code, message, details);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name could not be looked up",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no network",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ETIMEDOUT: "it did not answer in time",
  EPROTO: "it does not speak HTTPS",
};

function plainHint(host: string): string {
  return `If it has no encryption, name it in slipway.yaml: insecure: ["${host}"]`;
}

function reasonOf(cause: Error): string {
  const code = codeOf(cause);
  return REASONS[code] ?? printable(cause.message === "" ? code : cause.message);
}
