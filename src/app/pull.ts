import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Digest } from "../core/digest";
import { inputError, SlipwayError, throwIfAborted } from "../core/errors";
import type { Files, Host } from "../core/host";
import { parseReference } from "../core/oci/reference";
import type { Registry } from "../core/oci/registry";
import { checkConfig } from "../core/package/modelpack";
import { findRelease, type Release } from "./release";
import { readRemoteSnapshot, readSnapshotFile, readWhole } from "./remoteData";

/** Files lie here, inside of the folder that is filled, until all are there and verified. */
const STAGE_PREFIX = ".slipway-pull-";

/** What is pulled, and where to. */
export interface PullOptions {
  readonly ref: string;
  readonly registry: string;
  /** Absolute path of a folder that is empty, or not there yet. */
  readonly out: string;
}

/** What lies in the folder now. */
export interface Pulled {
  readonly ref: string;
  readonly digest: Digest;
  readonly out: string;
  /** Paths in the folder: those of the pipeline, then those of the data. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/** Writes a release's pipeline and its data into an empty folder: all of it, verified, or nothing. */
export async function pull(
  options: PullOptions,
  host: Pick<Host, "files" | "openRegistry" | "progress">,
  signal: AbortSignal,
): Promise<Pulled> {
  host.progress.stage("Pulling");
  const { out } = options;
  const registry = host.openRegistry(options.registry);
  const release = await findRelease(registry, parseReference(options.ref), signal);
  const files = await planFiles(registry, release, signal);
  requireTree(files, release.ref);
  if (!(await holds(out, files, host.files))) await fill(out, files, host, signal);
  return {
    ref: release.ref,
    digest: release.digest,
    out,
    files: files.map(({ path }) => path),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

interface PlannedFile {
  readonly path: string;
  readonly size: number;
  readonly digest: Digest;
  /** Streams the content and fails at its end if it is not what it should be. */
  open(): AsyncIterable<Uint8Array>;
}

async function planFiles(registry: Registry, release: Release, signal: AbortSignal): Promise<readonly PlannedFile[]> {
  const repository = registry.repository(release.name);
  checkConfig(await readWhole(repository, release.manifest.config, signal), release);
  const own = release.files.map(({ path, size, digest, layer }) => {
    return { path, size, digest, open: () => repository.readBlob(layer, signal) };
  });
  if (release.facts.snapshot === undefined) return own;
  const snapshot = await readRemoteSnapshot(registry, release.facts.snapshot, signal);
  const data = snapshot.config.files.map((file) => ({ ...file, open: () => readSnapshotFile(snapshot, file, signal) }));
  return [...own, ...data];
}

/** Each part has paths of its own; together they might not. File systems may take `A` and `a` for the same. */
function requireTree(files: readonly PlannedFile[], ref: string): void {
  const paths = files.map(({ path }) => path.toLowerCase());
  const taken = new Set(paths);
  const isBelow = (path: string): boolean =>
    path.split("/").some((_, end, names) => end > 0 && taken.has(names.slice(0, end).join("/")));
  if (taken.size === paths.length && !paths.some(isBelow)) return;
  throw new SlipwayError("verification", "PACKAGE_INVALID", `${ref} has two files for the same path.`);
}

/** True if the folder has every file already; throws an input error if it has something else. */
async function holds(out: string, files: readonly PlannedFile[], disk: Files): Promise<boolean> {
  const stat = await disk.stat(out);
  const names = await disk.list(out);
  if (stat !== undefined && stat.kind !== "directory") throw occupied(out, "is a file");
  if (names.every(isStage)) return false;
  for (const file of files) {
    if (!(await isSame(join(out, file.path), file, disk))) throw occupied(out, "is not empty");
  }
  return true;
}

async function isSame(path: string, { size, digest }: PlannedFile, disk: Files): Promise<boolean> {
  const stat = await disk.stat(path);
  if (stat?.kind !== "file" || stat.size !== size) return false;
  const hash = createHash("sha256");
  for await (const chunk of disk.stream(path)) hash.update(chunk);
  return `sha256:${hash.digest("hex")}` === digest;
}

function isStage(name: string): boolean {
  return name.startsWith(STAGE_PREFIX);
}

function occupied(out: string, why: string): SlipwayError {
  return inputError("OUT_NOT_EMPTY", `${out} ${why}.`, {
    place: { file: out },
    hint: "Name an empty folder, or one that does not exist yet.",
  });
}

async function fill(
  out: string,
  files: readonly PlannedFile[],
  host: Pick<Host, "files" | "progress">,
  signal: AbortSignal,
): Promise<void> {
  const disk = host.files;
  const existed = (await disk.stat(out)) !== undefined;
  for (const name of (await disk.list(out)).filter(isStage)) await disk.remove(join(out, name)); // of a killed pull
  const stage = join(out, `${STAGE_PREFIX}${randomUUID()}`);
  const placed: string[] = [];
  try {
    for (const [index, file] of files.entries()) {
      throwIfAborted(signal);
      host.progress.report(index / files.length, file.path);
      await disk.writeStream(join(stage, file.path), file.open());
    }
    for (const name of await disk.list(stage)) {
      placed.push(name);
      await disk.move(join(stage, name), join(out, name));
    }
    await disk.remove(stage);
  } catch (error) {
    for (const name of placed) await disk.remove(join(out, name));
    await disk.remove(existed ? stage : out);
    throw error;
  }
}
