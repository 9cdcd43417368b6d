/** A registry over HTTP: the OCI distribution specification 1.1, as far as releases need it. */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { Digest } from "../../core/digest";
import { inputError, throwIfAborted } from "../../core/errors";
import { isRepositoryName, isTag, repositoryPath } from "../../core/oci/reference";
import type { Registry, Repository } from "../../core/oci/registry";
import { MAX_ATTEMPTS } from "../../core/oci/retry";
import type { BlobSource, Descriptor } from "../../core/oci/store";
import { corruptBlob, digestFrom, missingBlob } from "./blobFile";
import { classify, type HttpAnswer } from "./exchange";
import {
  createClient,
  originOf,
  resolveLocation,
  withRetry,
  type ClientOptions,
  type FetchedAnswer,
  type RegistryClient,
} from "./httpClient";
import { claimTag, pull, push, putManifest, readManifest, type Remote } from "./httpManifests";
import { brokeOff, invalidAnswer, Transient } from "./registryErrors";

const MAX_LIST_BYTES = 4 * 1024 * 1024;
const MAX_PAGES = 100;

const tagList = z.looseObject({ tags: z.array(z.string()).nullish() });
const catalog = z.looseObject({ repositories: z.array(z.string()).nullish() });

/** Opens the registry at `host`; `namespace` comes before every repository's name. Nothing is sent before it is used. */
export function openHttpRegistry(namespace: string, options: ClientOptions): Registry {
  const client = createClient(options);
  const origin = originOf(options);
  const prefix = namespace === "" ? "" : `${namespace}/`;
  return {
    location: `oci://${options.host}${namespace === "" ? "" : `/${namespace}`}`,
    repository: (name) => {
      const path = repositoryPath({ host: options.host, namespace }, name);
      if (!isRepositoryName(path)) throw inputError("REFERENCE_INVALID", `"${name}" is no repository's name.`);
      return openRepository(name, { client, origin, path });
    },
    repositories: (signal) => listRepositories(client, prefix, signal),
  };
}

function openRepository(name: string, remote: Remote): Repository {
  return {
    name,
    hasBlob: (descriptor, signal) => hasBlob(remote, descriptor, signal),
    putBlob: (descriptor, source, signal) => putBlob(remote, { descriptor, source }, signal),
    readBlob: (descriptor, signal) => readBlob(remote, descriptor, signal),
    manifest: (reference, signal) => readManifest(remote, reference, signal),
    putManifest: (bytes, mediaType, tag, signal) => putManifest(remote, { bytes, mediaType, tag }, signal),
    claimTag: (tag, manifest, signal) => claimTag(remote, { ...manifest, tag }, signal),
    tags: (signal) => listTags(remote, signal),
  };
}

async function hasBlob(remote: Remote, { digest }: Descriptor, signal: AbortSignal): Promise<boolean> {
  const answer = await remote.client.send(
    {
      method: "HEAD",
      url: `/v2/${remote.path}/blobs/${digest}`,
      purpose: "look for a blob",
      scope: push(remote),
      expect: [200, 404],
    },
    signal,
  );
  answer.resume();
  return answer.statusCode === 200;
}

interface Upload {
  readonly descriptor: Descriptor;
  readonly source: BlobSource;
}

/** Opens an upload and sends all in one request; a broken one is begun anew. */
async function putBlob(remote: Remote, { descriptor, source }: Upload, signal: AbortSignal): Promise<void> {
  const { client, path, origin } = remote;
  const purpose = "take a blob";
  const scope = push(remote);
  await withRetry(async () => {
    const opened = await client.sendOnce(
      { method: "POST", url: `/v2/${path}/blobs/uploads/`, purpose, scope, expect: [202] },
      signal,
    );
    opened.resume();
    const { location } = opened.headers;
    if (location === undefined) throw invalidAnswer(client.host, "it opened an upload and did not say where");
    const url = resolveLocation(location, new URL(`${origin}/v2/${path}/blobs/uploads/`), client.host);
    url.searchParams.set("digest", descriptor.digest);
    const headers = { "content-type": "application/octet-stream" };
    const body = { source, size: descriptor.size };
    const done = await client.sendOnce(
      { method: "PUT", url, purpose, scope, headers, body, expect: [201, 204] },
      signal,
    );
    done.resume();
  }, signal);
}

/** Streams a blob and verifies it. */
async function* readBlob(
  remote: Remote,
  descriptor: Descriptor,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of readOn(remote, descriptor, signal)) {
    size += chunk.length;
    if (size > descriptor.size) break;
    hash.update(chunk);
    yield chunk;
  }
  if (size !== descriptor.size || digestFrom(hash) !== descriptor.digest) {
    throw corruptBlob(descriptor.digest, remote.path);
  }
}

/** A connection that is cut is made again, and goes on where the last one ended. */
async function* readOn(
  remote: Remote,
  { digest, size }: Descriptor,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let offset = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      for await (const chunk of readFrom(remote, { digest, offset }, signal)) {
        offset += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof Transient)) throw error;
      if (offset >= size) return;
      if (attempt === MAX_ATTEMPTS) throw error.error;
    }
  }
}

/** The bytes of a blob from `offset` on; throws `Transient` if the connection is cut. */
async function* readFrom(
  remote: Remote,
  { digest, offset }: { readonly digest: Digest; readonly offset: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const answer = await remote.client.send(
    {
      method: "GET",
      url: `/v2/${remote.path}/blobs/${digest}`,
      purpose: "give a blob",
      scope: pull(remote),
      headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
      expect: [200, 206, 404],
      long: true,
    },
    signal,
  );
  if (answer.statusCode === 404) {
    answer.resume();
    throw missingBlob(digest, remote.path);
  }
  let skip = answer.statusCode === 206 ? 0 : offset; // a registry need not know ranges
  for await (const chunk of chunksOf(answer, remote.client.host)) {
    const known = Math.min(skip, chunk.length);
    skip -= known;
    if (known < chunk.length) yield chunk.subarray(known);
  }
}

async function* chunksOf(answer: HttpAnswer, host: string): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks: AsyncIterable<Uint8Array> = answer;
  try {
    yield* chunks;
  } catch (error) {
    throw classify(host, error);
  }
  if (!answer.complete) throw new Transient(brokeOff(host, new Error("the answer was cut short")));
}

async function listTags(remote: Remote, signal: AbortSignal): Promise<readonly string[]> {
  const first = `/v2/${remote.path}/tags/list?n=1000`;
  const pages = await readPages(remote.client, { url: first, scope: pull(remote), absent: [404] }, signal);
  const tags = (pages ?? []).flatMap((page) => parsePage(remote.client, page, tagList).tags ?? []);
  return [...new Set(tags.filter(isTag))].sort();
}

async function listRepositories(
  client: RegistryClient,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const scope = "registry:catalog:*";
  // many registries have no catalogue, or keep it from most users
  const pages = await readPages(client, { url: "/v2/_catalog?n=1000", scope, absent: [403, 404, 405] }, signal);
  const names = pages?.flatMap((page) => parsePage(client, page, catalog).repositories ?? []);
  return names
    ?.filter((name) => name.startsWith(prefix) && isRepositoryName(name))
    .map((name) => name.slice(prefix.length))
    .sort();
}

interface List {
  readonly url: string;
  readonly scope: string;
  /** Statuses that say that there is no such list. */
  readonly absent: readonly number[];
}

/** Reads a list page by page; `undefined` if the registry has none. */
async function readPages(
  client: RegistryClient,
  { url: first, scope, absent }: List,
  signal: AbortSignal,
): Promise<readonly Uint8Array[] | undefined> {
  const pages: Uint8Array[] = [];
  let url: string | undefined = first;
  while (url !== undefined) {
    const answer = await client.fetch(
      { method: "GET", url, purpose: "list what it has", scope, expect: [200, ...absent] },
      MAX_LIST_BYTES,
      signal,
    );
    if (answer.status !== 200) return undefined;
    if (pages.push(answer.body) > MAX_PAGES) throw invalidAnswer(client.host, "its list has no end");
    url = nextPage(answer, url);
  }
  return pages;
}

/** RFC 8288, as the distribution specification uses it. Only the path counts: a list does not lead to another host. */
function nextPage(answer: FetchedAnswer, current: string): string | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(String(answer.headers.link ?? ""))?.[1];
  if (target === undefined) return undefined;
  const next = new URL(target, new URL(current, "http://registry.invalid"));
  return next.pathname + next.search;
}

function parsePage<T>(client: RegistryClient, page: Uint8Array, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(page).toString()));
  } catch {
    throw invalidAnswer(client.host, "its list is not in the form of the distribution specification");
  }
}
