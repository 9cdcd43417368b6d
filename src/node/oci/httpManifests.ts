/** Manifests and tags of one repository over HTTP (OCI distribution specification 1.1, "Pulling manifests", "Pushing manifests"). */
import { digestOf, isDigest, type Digest } from "../../core/digest";
import { inputError, SlipwayError } from "../../core/errors";
import { MAX_MANIFEST_BYTES } from "../../core/oci/manifest";
import { OCI_INDEX, OCI_MANIFEST } from "../../core/oci/mediaTypes";
import { isTag } from "../../core/oci/reference";
import type { StoredManifest } from "../../core/oci/registry";
import { corruptBlob } from "./blobFile";
import { readAll, type HttpAnswer } from "./exchange";
import { pause, withRetry, type RegistryClient } from "./httpClient";
import { invalidAnswer } from "./registryErrors";

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** A registry gives a manifest only in a form that the client says it takes. */
const MANIFESTS = [OCI_MANIFEST, OCI_INDEX].join(", ");
/** A tag is looked at again after so many times what it took to look whether it is free and to take it. */
const SETTLE_FACTOR = 4;
const MIN_SETTLE_MS = 1000;
const MAX_SETTLE_MS = 5000;

/** What every request of one repository needs. */
export interface Remote {
  readonly client: RegistryClient;
  readonly origin: string;
  /** The name with its namespace. */
  readonly path: string;
}

/** The scope of a token to read. */
export const pull = ({ path }: Remote): string => `repository:${path}:pull`;
/** The scope of a token to write. */
export const push = ({ path }: Remote): string => `repository:${path}:pull,push`;

/** The manifest under a tag or digest; `undefined` if there is none. */
export async function readManifest(
  remote: Remote,
  reference: string,
  signal: AbortSignal,
): Promise<StoredManifest | undefined> {
  requireReference(reference);
  const { client, path } = remote;
  const url = `/v2/${path}/manifests/${reference}`;
  const answer = await client.fetch(
    {
      method: "GET",
      url,
      purpose: "give a manifest",
      scope: pull(remote),
      headers: { accept: MANIFESTS },
      expect: [200, 404],
    },
    MAX_MANIFEST_BYTES,
    signal,
  );
  if (answer.status === 404) return undefined;
  const digest = digestOf(answer.body);
  if (isDigest(reference) && digest !== reference) throw corruptBlob(reference, path);
  const said = saidDigest(answer.headers);
  if (said !== undefined && said !== digest) throw corruptBlob(said, path);
  const mediaType = (answer.headers["content-type"] ?? "").replace(/;.*$/, "").trim();
  return { descriptor: { mediaType, digest, size: answer.body.length }, bytes: answer.body };
}

interface NewManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly tag: string | undefined;
}

/** Stores a manifest, and moves the tag to it if one is given. */
export function putManifest(remote: Remote, manifest: NewManifest, signal: AbortSignal): Promise<Digest> {
  return withRetry(() => putOnce(remote, manifest, signal), signal);
}

async function putOnce(remote: Remote, { bytes, mediaType, tag }: NewManifest, signal: AbortSignal): Promise<Digest> {
  const { client, path } = remote;
  const digest = digestOf(bytes);
  const reference = tag ?? digest;
  requireReference(reference);
  const answer = await client.sendOnce(
    {
      method: "PUT",
      url: `/v2/${path}/manifests/${reference}`,
      purpose: "take a manifest",
      scope: push(remote),
      headers: { "content-type": mediaType },
      body: { source: { bytes }, size: bytes.length },
      expect: [201],
    },
    signal,
  );
  await readAll(answer, MAX_ANSWER_BYTES, client.host);
  const said = saidDigest(answer.headers);
  if (said !== undefined && said !== digest) throw invalidAnswer(client.host, `it names ${said} what is ${digest}`);
  return digest;
}

/**
 * Gives a manifest a tag that is free. No registry takes a tag only if it is free, so two may find it so and the later one has it:
 * it is looked at again once the other must be through, and each request that is repeated looks first. One that is under way for
 * longer than that still takes the tag of the other. (The specification has no condition for a request to be made on:
 * https://github.com/opencontainers/distribution-spec/pull/251. What is sound without one leaves a tag or a blob behind each claim.)
 */
export async function claimTag(
  remote: Remote,
  manifest: NewManifest & { readonly tag: string },
  signal: AbortSignal,
): Promise<Digest> {
  const lookUp = async (): Promise<Digest | undefined> =>
    (await readManifest(remote, manifest.tag, signal))?.descriptor.digest;
  let tookMs = 0;
  await withRetry(async () => {
    const begun = performance.now();
    // Who has it now may have put it at this very moment, and somebody else over it.
    if ((await lookUp()) !== undefined) return;
    await putOnce(remote, manifest, signal).catch(async (error: unknown) => {
      // where tags cannot be moved, the one who comes second is refused
      if (!(error instanceof SlipwayError) || (await lookUp()) === undefined) throw error;
    });
    tookMs = performance.now() - begun;
  }, signal);
  await pause(Math.min(Math.max(tookMs * SETTLE_FACTOR, MIN_SETTLE_MS), MAX_SETTLE_MS), signal);
  const kept = await lookUp();
  if (kept === undefined)
    throw invalidAnswer(remote.client.host, `it took the tag ${manifest.tag} and does not have it`);
  return kept;
}

function requireReference(reference: string): void {
  if (!isTag(reference) && !isDigest(reference)) {
    throw inputError("REFERENCE_INVALID", `"${reference}" is neither a tag nor a digest.`);
  }
}

/** The digest of what a registry gave or took, where it says it. */
function saidDigest(headers: HttpAnswer["headers"]): Digest | undefined {
  const said = String(headers["docker-content-digest"] ?? "");
  return isDigest(said) ? said : undefined;
}
