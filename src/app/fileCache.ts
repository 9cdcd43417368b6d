/** What was learned of files, so that unchanged ones are not read again: `.slipway/cache/files.json`. It may be lost at any time. */
import { extname, join } from "node:path";
import * as z from "zod";
import { canonicalJson, type Digest } from "../core/digest";
import type { FileStat, Host } from "../core/host";
import { digestSchema } from "../core/oci/manifest";
import { tableProfileSchema, type TableProfile } from "../core/snapshot/profile";
import { STATE_FOLDER } from "./workspace";

/** Raise it when a profile of the same bytes would come out differently. */
const VERSION = 1;
/** File times are coarse: a file changed so shortly before it was read may change again and keep its time. */
const RACY_MS = 2000;

const fileEntry = z.object({
  size: z.number(),
  modified: z.number(),
  inode: z.number(),
  digest: digestSchema,
  /** False if the file was too new when it was read: its digest is known to the profiles only. */
  settled: z.boolean(),
});
const urlEntry = z.object({ etag: z.string(), digest: digestSchema, size: z.number() });

const cacheSchema = z.object({
  version: z.literal(VERSION),
  files: z.record(z.string(), fileEntry),
  urls: z.record(z.string(), urlEntry),
  profiles: z.record(z.string(), tableProfileSchema.nullable()),
});

/** The content of a cache; changed in place, then saved. */
export interface FileCache {
  /** By absolute path. */
  readonly files: Map<string, z.infer<typeof fileEntry>>;
  /** By the digest of the URL, which may hold a secret. */
  readonly urls: Map<string, z.infer<typeof urlEntry>>;
  /** By `profileKey`; `null` for what is no table. */
  readonly profiles: Map<string, TableProfile | null>;
  /** As it was read; empty if there was none. */
  readonly text: string;
}

/** The cache of a workspace: empty if there is none, or none that can be read. */
export async function loadFileCache(workspace: string, host: Pick<Host, "files">): Promise<FileCache> {
  const text = (await host.files.readText(cachePath(workspace))) ?? "";
  const { files, urls, profiles } = parseCache(text);
  return { files: toMap(files), urls: toMap(urls), profiles: toMap(profiles), text };
}

/** Writes the cache if it changed, without the profiles of content that no file has any more. */
export async function saveFileCache(workspace: string, cache: FileCache, host: Pick<Host, "files">): Promise<void> {
  const digests = new Set<string>([...cache.files.values(), ...cache.urls.values()].map(({ digest }) => digest));
  const profiles = [...cache.profiles].filter(([key]) => digests.has(key.split(" ", 1)[0] ?? ""));
  const text = canonicalJson({
    version: VERSION,
    files: Object.fromEntries(cache.files),
    urls: Object.fromEntries(cache.urls),
    profiles: Object.fromEntries(profiles),
  });
  if (text !== cache.text) await host.files.write(cachePath(workspace), text);
}

/** The digest of an unchanged file; `undefined` if it has to be read. */
export function cachedDigest(cache: FileCache, path: string, stat: FileStat): Digest | undefined {
  const entry = cache.files.get(path);
  if (entry?.settled !== true) return undefined;
  const same = entry.size === stat.size && entry.modified === stat.modified && entry.inode === stat.inode;
  return same ? entry.digest : undefined;
}

/** Remembers what was read from a file. `readAt`: when reading began, in milliseconds since 1970. */
export function rememberFile(
  cache: FileCache,
  path: string,
  found: { stat: FileStat; digest: Digest; readAt: number },
): void {
  const { size, modified, inode } = found.stat;
  cache.files.set(path, { size, modified, inode, digest: found.digest, settled: modified < found.readAt - RACY_MS });
}

/** The key of a profile: the format of a table is told by its name. */
export function profileKey(digest: Digest, name: string): string {
  return `${digest} ${extname(name).toLowerCase()}`;
}

function cachePath(workspace: string): string {
  return join(workspace, STATE_FOLDER, "cache", "files.json");
}

function parseCache(text: string): Pick<z.infer<typeof cacheSchema>, "files" | "urls" | "profiles"> {
  const parsed = cacheSchema.safeParse(parseOrNothing(text));
  return parsed.success ? parsed.data : { files: {}, urls: {}, profiles: {} };
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a cache that is no JSON is as good as none
  }
}

function toMap<T>(record: Readonly<Record<string, T>>): Map<string, T> {
  return new Map(Object.entries(record));
}
