import { digestOf } from "../core/digest";
import { inputError, type SlipwayError } from "../core/errors";
import type { Host } from "../core/host";
import type { BlobStore } from "../core/oci/store";
import { isLfsPointer } from "../core/snapshot/lfsPointer";
import type { SnapshotFile } from "../core/snapshot/manifest";
import { shownUrl } from "../core/snapshot/url";
import { within } from "./deadline";
import type { FileCache } from "./fileCache";

/** How long one URL may take, and how much it may send. */
export interface UrlLimits {
  readonly seconds: number;
  readonly bytes: number;
}

const LIMITS: UrlLimits = { seconds: 600, bytes: 4 * 1024 ** 3 };

/** Where the content of a URL goes. */
export interface UrlContext {
  readonly host: Pick<Host, "http">;
  readonly sink: Pick<BlobStore, "has" | "put">;
  readonly cache: FileCache;
  readonly signal: AbortSignal;
  /** Default: 10 minutes, 4 GiB. */
  readonly urlLimits?: UrlLimits;
}

/** A URL's content, where it went. */
export interface FetchedBlob {
  readonly blob: Awaited<ReturnType<BlobStore["put"]>>;
  readonly origin: NonNullable<SnapshotFile["origin"]>;
}

/** Reads what a URL gives, or finds by its ETag that it is known. */
export async function fetchBlob(url: string, context: UrlContext): Promise<FetchedBlob> {
  const { host, sink, cache, urlLimits = LIMITS } = context;
  const key = digestOf(url);
  const entry = cache.urls.get(key);
  const known = entry !== undefined && (await sink.has(entry.digest, entry.size)) ? entry : undefined;
  return within(urlLimits.seconds, context.signal, async (signal) => {
    const content = await host.http.get(url, known?.etag, signal);
    if (content === "unchanged") {
      if (known === undefined) throw new Error("A server said that nothing changed, but was not asked.");
      const { digest, size, etag } = known;
      return { blob: { digest, size, stored: false }, origin: { url: shownUrl(url), etag } };
    }

    const blob = await sink.put(limited(content.body, url, urlLimits.bytes));
    const { etag } = content;
    if (etag === undefined) return { blob, origin: { url: shownUrl(url) } };
    cache.urls.set(key, { etag, digest: blob.digest, size: blob.size });
    return { blob, origin: { url: shownUrl(url), etag } };
  });
}

async function* limited(body: AsyncIterable<Uint8Array>, url: string, most: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) throw inputError("URL_TOO_LARGE", `${shownUrl(url)} sends more than ${most} bytes.`);
    if (size === chunk.length && isLfsPointer(chunk)) throw lfsPointer(url);
    yield chunk;
  }
}

function lfsPointer(url: string): SlipwayError {
  return inputError("URL_LFS_POINTER", `${shownUrl(url)} gives a pointer of Git LFS and not the data.`, {
    hint: "GitHub gives the data itself at https://media.githubusercontent.com/media/OWNER/REPOSITORY/BRANCH/PATH.",
  });
}
