import type { Digest } from "../core/digest";
import { SlipwayError, throwIfAborted } from "../core/errors";
import type { Host } from "../core/host";
import { parseReference } from "../core/oci/reference";
import type { Registry } from "../core/oci/registry";
import { checkConfig } from "../core/package/modelpack";
import { forEachParallel } from "./parallel";
import { findRelease, type Release } from "./release";
import { readRemoteSnapshot, readSnapshotFile, readWhole } from "./remoteData";

const PARALLEL_READS = 3;

/** What is verified. */
export interface VerifyOptions {
  readonly ref: string;
  readonly registry: string;
}

/** One thing that was read again, and whether it is what it should be. */
export interface Check {
  /** The manifest, the config, or the path of a file. */
  readonly subject: string;
  readonly ok: boolean;
  readonly message: string;
}

/** The outcome: `ok` only if every check is. */
export interface Verified {
  readonly ok: boolean;
  readonly ref: string;
  /** Absent if not even the manifest could be read. */
  readonly digest?: Digest;
  readonly checks: readonly Check[];
}

/** Reads every byte of a release and of its data again. What is missing or corrupt is named; nothing is left out. */
export async function verify(
  options: VerifyOptions,
  host: Pick<Host, "openRegistry" | "progress">,
  signal: AbortSignal,
): Promise<Verified> {
  host.progress.stage("Verifying");
  const registry = host.openRegistry(options.registry);
  const checks: Check[] = [];
  const release = await check(checks, "manifest", async () => {
    const found = await findRelease(registry, parseReference(options.ref), signal);
    return { value: found, message: found.digest };
  });
  if (release === undefined) return { ok: false, ref: options.ref, checks };
  await checkPackage(registry, release, checks, signal);
  await checkData(registry, release, { checks, host, signal });
  return { ok: checks.every(({ ok }) => ok), ref: release.ref, digest: release.digest, checks };
}

/** Runs one check. A verification error is its result; every other error ends the verification. */
async function check<T>(
  checks: Check[],
  subject: string,
  work: () => Promise<{ readonly value: T; readonly message: string }>,
): Promise<T | undefined> {
  try {
    const { value, message } = await work();
    checks.push({ subject, ok: true, message });
    return value;
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.kind !== "verification") throw error;
    checks.push({ subject, ok: false, message: error.message });
    return undefined;
  }
}

async function checkPackage(registry: Registry, release: Release, checks: Check[], signal: AbortSignal): Promise<void> {
  const repository = registry.repository(release.name);
  const { config } = release.manifest;
  await check(checks, "config", async () => {
    checkConfig(await readWhole(repository, config, signal), release);
    return { value: true, message: config.digest };
  });
  await forEachParallel(release.files, PARALLEL_READS, async ({ path, layer }) => {
    await check(checks, path, () => readThrough(repository.readBlob(layer, signal), layer.digest, signal));
  });
}

interface Checking {
  readonly checks: Check[];
  readonly host: Pick<Host, "progress">;
  readonly signal: AbortSignal;
}

async function checkData(registry: Registry, { facts }: Release, checking: Checking): Promise<void> {
  const { checks, host, signal } = checking;
  const { snapshot } = facts;
  if (snapshot === undefined) return;
  const data = await check(checks, "snapshot", async () => {
    return { value: await readRemoteSnapshot(registry, snapshot, signal), message: snapshot.digest };
  });
  if (data === undefined) return;
  let done = 0;
  await forEachParallel(data.config.files, PARALLEL_READS, async (file) => {
    await check(checks, file.path, () => readThrough(readSnapshotFile(data, file, signal), file.digest, signal));
    done += 1;
    host.progress.report(done / data.config.files.length, file.path);
  });
}

async function readThrough(
  chunks: AsyncIterable<Uint8Array>,
  digest: Digest,
  signal: AbortSignal,
): Promise<{ value: true; message: string }> {
  for await (const _ of chunks) throwIfAborted(signal);
  return { value: true, message: digest };
}
