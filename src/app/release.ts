/** Releases of a registry: which there are, which version a package gets. */
import type { Digest } from "../core/digest";
import { inputError, SlipwayError } from "../core/errors";
import type { Reference } from "../core/oci/reference";
import { formatReference } from "../core/oci/reference";
import type { Registry, Repository } from "../core/oci/registry";
import { parsePackage, type Package } from "../core/package/modelpack";
import { nextVersion, sortVersions } from "../core/package/version";

/** So often another version is tried, where several ship the same pipeline at once. */
const MAX_CLAIMS = 10;

/** A package in a registry. */
export interface Release extends Package {
  /** `NAME:VERSION`, or `NAME@DIGEST` where the package was named by its digest. */
  readonly ref: string;
  readonly name: string;
  readonly digest: Digest;
  /** Absent where the package was named by its digest. */
  readonly version?: string;
}

/** Which releases of the same content are taken for the one that is asked for. */
export type SameContent = "the newest release" | "any release";

/**
 * The version that a package has in a repository, or will get there. What was released before the newest release and comes back
 * is a release anew, unless `same` says otherwise: the newest release is always the one that was shipped last.
 */
export async function versionFor(
  repository: Repository,
  { digest, same }: { readonly digest: Digest; readonly same: SameContent },
  signal: AbortSignal,
): Promise<{ readonly version: string; readonly isReleased: boolean }> {
  const tags = await repository.tags(signal);
  const versions = sortVersions(tags);
  for (const version of same === "any release" ? versions : versions.slice(0, 1)) {
    const release = await unlessCorrupt(repository.manifest(version, signal));
    if (release?.descriptor.digest === digest) return { version, isReleased: true };
  }
  return { version: nextVersion(tags), isReleased: false };
}

/** What is read of a registry in order to write there: what is missing or corrupt counts as none, and is written anew. */
export async function unlessCorrupt<T>(reading: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SlipwayError && error.kind === "verification") return undefined;
    throw error;
  }
}

/** The newest release of a pipeline; `undefined` if there is none. */
export async function newestRelease(
  registry: Registry,
  name: string,
  signal: AbortSignal,
): Promise<Release | undefined> {
  const [version] = sortVersions(await registry.repository(name).tags(signal));
  return version === undefined ? undefined : readRelease(registry, { name, version }, signal);
}

/** Finds the release that `reference` names, the newest if it says no version; throws an input error if there is none. */
export async function findRelease(registry: Registry, reference: Reference, signal: AbortSignal): Promise<Release> {
  const isNewest = reference.version === undefined && reference.digest === undefined;
  const release = isNewest
    ? await newestRelease(registry, reference.name, signal)
    : await readRelease(registry, reference, signal);
  if (release !== undefined) return release;
  const versions = sortVersions(await registry.repository(reference.name).tags(signal));
  const has = versions.length === 0 ? `no release of ${reference.name}` : versions.slice(0, 5).join(", ");
  throw inputError(
    "RELEASE_MISSING",
    `There is no ${formatReference(reference)} in ${registry.location}: it has ${has}.`,
    { hint: `Run: slipway list --registry "${registry.location}"` },
  );
}

async function readRelease(
  registry: Registry,
  reference: Reference,
  signal: AbortSignal,
): Promise<Release | undefined> {
  const { name, version, digest } = reference;
  const stored = await registry.repository(name).manifest(digest ?? version ?? "", signal);
  if (stored === undefined) return undefined;
  const ref = formatReference(reference);
  return {
    ...parsePackage(stored.bytes, ref),
    ref,
    name,
    digest: stored.descriptor.digest,
    ...(version === undefined ? {} : { version }),
  };
}

/** A package on its way to become a release. */
export interface NewRelease {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly digest: Digest;
}

/** Gives a package, whose blobs are there, `version` or, if others were quicker, the next one that is free. */
export async function tagRelease(
  repository: Repository,
  release: NewRelease & { readonly version: string },
  signal: AbortSignal,
): Promise<string> {
  const { digest } = release;
  let { version } = release;
  for (let tries = 0; tries < MAX_CLAIMS; tries += 1) {
    if ((await repository.claimTag(version, release, signal)) === digest) return version;
    ({ version } = await versionFor(repository, { digest, same: "the newest release" }, signal));
  }
  throw new SlipwayError("registry", "RELEASE_TAKEN", `Others release ${repository.name} again and again.`, {
    hint: "Run the command again.",
  });
}
