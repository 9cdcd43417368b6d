/** One HTTP exchange by node:http(s), which streams uploads in bounded memory; fetch holds them whole. */
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SlipwayError, throwIfAborted } from "../../core/errors";
import type { BlobSource } from "../../core/oci/store";
import { codeOf } from "../systemError";
import { readChunks } from "./blobFile";
import { brokeOff, invalidAnswer, Transient, unreachable, untrusted } from "./registryErrors";

/** A request, ready to be sent. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: { readonly source: BlobSource; readonly size: number };
  /** Milliseconds without any byte in either direction after which the exchange is given up. */
  readonly idleMs: number;
  /** Milliseconds for the whole exchange, where its answer is small: a slow trickle of bytes must not hold it for ever. */
  readonly deadlineMs?: number;
}

/** An answer whose body is not read yet. */
export type HttpAnswer = IncomingMessage & { statusCode: number };

const agents = {
  http: new HttpAgent({ keepAlive: true, maxSockets: 8 }),
  https: new HttpsAgent({ keepAlive: true, maxSockets: 8 }),
};

/** A connection that was made and lost. */
const CUT = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "ERR_STREAM_PREMATURE_CLOSE"]);
/** A connection that may be made a moment later. */
const DOWN = new Set(["ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);

/** The other side took too long: that is not tried again, because it took so long. */
const SLOW = "SLOW";

/** Sends a request and gives its answer, whatever its status. Throws `Transient` where the network failed. */
export async function exchange(options: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  throwIfAborted(signal);
  const { url, method, body, idleMs, deadlineMs } = options;
  const headers = { ...options.headers, "user-agent": "slipway", "accept-encoding": "identity", ...lengthOf(options) };
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const agent = url.protocol === "https:" ? agents.https : agents.http;
  const request = send(url, { method, headers, agent, signal });
  request.setTimeout(idleMs, () => request.destroy(tooSlow("it was silent", idleMs)));
  if (deadlineMs !== undefined) setDeadline(request, deadlineMs);
  try {
    const answer = answerTo(request);
    const upload = body === undefined ? request.end() : sendBody(request, body.source);
    // An answer may come before the upload is through: a refusal. Only the source's own failure is of interest then.
    return await Promise.race([answer, Promise.resolve(upload).then(() => answer)]);
  } catch (error) {
    request.destroy();
    throwIfAborted(signal);
    throw classify(url.host, error);
  }
}

function lengthOf({ method, body }: HttpRequest): Record<string, string> {
  if (body !== undefined) return { "content-length": String(body.size) };
  return method === "POST" || method === "PUT" ? { "content-length": "0" } : {};
}

function answerTo(request: ClientRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    request.on("response", (answer) => {
      answer.once("close", () => {
        if (!request.writableFinished) request.destroy(); // refused before it was sent: the rest is not wanted
      });
      // SAFETY: an answer to a client has a status code (node:http, `message.statusCode`).
      resolve(answer as HttpAnswer);
    });
    request.on("error", reject);
  });
}

async function sendBody(request: ClientRequest, source: BlobSource): Promise<void> {
  await pipeline("bytes" in source ? Readable.from([source.bytes]) : readChunks(source.path), request);
}

function setDeadline(request: ClientRequest, deadlineMs: number): void {
  const timer = setTimeout(() => request.destroy(tooSlow("it had not answered", deadlineMs)), deadlineMs);
  request.once("close", () => clearTimeout(timer));
}

function tooSlow(what: string, ms: number): Error {
  return Object.assign(new Error(`${what} for ${ms / 1000} seconds`), { code: SLOW });
}

/** Turns a failure of the network into an error for people; a failure of the file that was sent stays what it is. */
export function classify(host: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SlipwayError) return error;
  const code = codeOf(error);
  if (CUT.has(code)) return new Transient(brokeOff(host, error));
  if (DOWN.has(code)) return new Transient(unreachable(host, error));
  if (code === SLOW) return brokeOff(host, error);
  if (code === "" || isOfFile(error)) return error;
  if (code.startsWith("HPE_")) return invalidAnswer(host, "it is not HTTP");
  return untrusted(host, error) ?? unreachable(host, error);
}

function isOfFile(error: Error): boolean {
  return "syscall" in error && (error.syscall === "open" || error.syscall === "read");
}

/** The body of an answer, as text, if it has at most `limit` bytes; else an error, and the connection is given up. */
export async function readAll(answer: HttpAnswer, limit: number, host: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const chunks: AsyncIterable<Uint8Array> = answer;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limit) throw invalidAnswer(host, `it is larger than ${limit} bytes`);
      parts.push(chunk);
    }
  } catch (error) {
    throw classify(host, error);
  }
  return Buffer.concat(parts, size);
}
