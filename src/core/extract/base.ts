/** The texts that were generated last, small enough to travel in the lock: a folder may be edited on another machine. */
import { deflateSync, inflateSync } from "fflate";
import * as z from "zod";
import type { GeneratedFile } from "../pipeline";

/** Longest packed base, in characters, and longest text in it, in bytes: a lock is hostile until it is read. */
export const MAX_BASE = 1_000_000;
const MAX_TEXT = 16_000_000;

const baseSchema = z.record(z.string(), z.string());

/**
 * The texts by path as JSON, deflated, in base64; `undefined` if they are too long to be kept. Not zlib: its bytes depend on the
 * processor, and the lock is committed.
 */
export function packBase(files: readonly GeneratedFile[]): string | undefined {
  const json = JSON.stringify(Object.fromEntries(files.map(({ path, text }) => [path, text])));
  const packed = Buffer.from(deflateSync(Buffer.from(json), { level: 9 })).toString("base64");
  return packed.length > MAX_BASE ? undefined : packed;
}

/** The text of a file; `undefined` if the base is damaged or has none. Its digest in the lock has to prove it. */
export function textInBase(packed: string, path: string): string | undefined {
  try {
    // With a buffer to fill, nothing larger is made; what does not fit is no JSON.
    const json = inflateSync(Buffer.from(packed, "base64"), { out: new Uint8Array(MAX_TEXT) });
    return new Map(Object.entries(baseSchema.parse(JSON.parse(Buffer.from(json).toString("utf8"))))).get(path);
  } catch {
    return undefined;
  }
}
