import { dirname, isAbsolute, join, posix, relative, resolve } from "node:path";
import picomatch from "picomatch";
import { inputError, SlipwayError, throwIfAborted, type Place } from "../core/errors";
import type { FileStat, Host } from "../core/host";
import type { Reference } from "../core/pipeline";
import { isSafePlace } from "../core/snapshot/place";
import { attempt, type Failure } from "./alternatives";

const MAX_FILES = 100_000;
/** What tools leave in data folders and nobody reads. */
const NOT_DATA = new Set([".git", ".slipway", ".ipynb_checkpoints", "__pycache__", ".DS_Store"]);

/** A file on disk that a snapshot will hold. */
export interface Source {
  /** Absolute. */
  readonly path: string;
  /** Path in the snapshot. */
  readonly place: string;
  readonly size: number;
  /** Where the notebook reads it. */
  readonly origin: Place;
}

/** Where a notebook's references are looked for. */
export interface Origin {
  readonly workspace: string;
  /** Path of the notebook from the workspace, or absolute. */
  readonly notebook: string;
}

/** The place in the notebook that an error about `reference` names. */
export function placeOf({ workspace, notebook }: Origin, { cell, line }: Reference): Place {
  return { file: resolve(workspace, notebook), cell, line };
}

/** The files that were found, and what was not, where another branch of the notebook reads something else instead. */
export interface FoundSources {
  readonly sources: readonly Source[];
  readonly failures: readonly Failure[];
}

/**
 * The files that `references` (all but URLs) read, each place once: a folder stands for all files below it. Throws an input error
 * with cell and line for what is missing or cannot be stored.
 */
export async function findSources(
  references: readonly Reference[],
  origin: Origin,
  host: Pick<Host, "files" | "progress">,
  signal: AbortSignal,
): Promise<FoundSources> {
  const sources = new Map<string, Source>();
  const failures: Failure[] = [];
  for (const reference of references) {
    const place = placeOf(origin, reference);
    await attempt(reference, failures, async () => {
      for await (const source of atPlace(place, () => sourcesOf(reference, place, host))) {
        throwIfAborted(signal);
        addSource(sources, source);
      }
    });
  }
  return { sources: [...sources.values()], failures };
}

function addSource(sources: Map<string, Source>, source: Source): void {
  const { path, place, origin } = source;
  if (!isSafePlace(place)) {
    throw inputError("DATA_NAME", `The name of ${JSON.stringify(path)} cannot be used on every system.`, {
      place: origin,
      hint: "Rename the file: no backslash, and at most 255 bytes.",
    });
  }
  const other = sources.get(place)?.path;
  if (other !== undefined && other !== path) {
    throw inputError("DATA_CONFLICT", `${other} and ${path} would both be ${place} in the snapshot.`, {
      place: origin,
    });
  }
  if (sources.size === MAX_FILES) {
    throw inputError("DATA_TOO_MANY", `The notebook reads more than ${MAX_FILES} files.`, { place: origin });
  }
  sources.set(place, source);
}

/** What the file system refuses is told with the cell that asked for it. */
async function* atPlace<T>(place: Place, work: () => AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* work();
  } catch (error) {
    throw blamed(error, place);
  }
}

/** An error about a file or URL that the notebook reads, told with the cell that reads it; any other error as it is. */
export function blamed(error: unknown, place: Place): unknown {
  if (!(error instanceof SlipwayError) || !/^(FILE|URL)_/.test(error.code)) return error;
  const { code, message, hint, cause } = error;
  return inputError(code, message, { place, cause, ...(hint === undefined ? {} : { hint }) });
}

async function* sourcesOf(
  reference: Reference,
  origin: Place,
  host: Pick<Host, "files" | "progress">,
): AsyncGenerator<Source> {
  if (reference.kind === "pattern") {
    yield* matchingFiles(reference, origin, host);
    return;
  }
  const path = resolve(dirname(origin.file), reference.path);
  const stat = await host.files.stat(path);
  if (stat === undefined) throw missing(reference, path, origin);
  if (stat.kind === "directory") {
    const root = (await host.files.realPath(path)) ?? path;
    let isEmpty = reference.kind === "file"; // a folder that is read as one may well be empty
    for await (const source of filesBelow(
      { path, place: reference.place, real: root, above: [] },
      { root, origin, host },
    )) {
      isEmpty = false;
      yield source;
    }
    if (isEmpty) throw emptyFolder(reference, path, origin);
  } else if (stat.kind === "file") {
    yield { path, place: reference.place, size: stat.size, origin };
  } else {
    throw inputError("DATA_NOT_A_FILE", `${path} is neither a file nor a folder.`, { place: origin });
  }
}

/** The files that a pattern of Python's `glob` stands for: `*`, `?`, `[…]`, and `**` for any folders. */
async function* matchingFiles(
  reference: Reference,
  origin: Place,
  host: Pick<Host, "files" | "progress">,
): AsyncGenerator<Source> {
  const { base, glob } = picomatch.scan(reference.path);
  const folder = picomatch.scan(reference.place).base;
  const matches = picomatch(glob, { nobrace: true, noextglob: true, nonegate: true });
  const path = resolve(dirname(origin.file), base);
  const stat = await host.files.stat(path);
  const root = (await host.files.realPath(path)) ?? path;
  let count = 0;
  if (stat?.kind === "directory") {
    for await (const source of filesBelow({ path, place: "", real: root, above: [] }, { root, origin, host })) {
      const name = source.place.slice(1);
      if (!matches(name)) continue;
      count += 1;
      yield { ...source, place: posix.join(folder, name) };
    }
  }
  if (count === 0) throw missing(reference, path, origin);
}

function missing(reference: Reference, path: string, place: Place): SlipwayError {
  return inputError("DATA_MISSING", `${reference.reader} reads ${reference.path}, but there is no ${path}.`, {
    place,
    hint: "Put the file there, or correct the path in the cell.",
  });
}

function emptyFolder(reference: Reference, path: string, place: Place): SlipwayError {
  return inputError(
    "DATA_EMPTY",
    `${reference.reader} reads ${reference.path}, but ${path} is a folder without files.`,
    {
      place,
      hint: "Put the data there, or correct the path in the cell.",
    },
  );
}

interface Folder {
  readonly path: string;
  readonly place: string;
  /** The path with all links resolved. */
  readonly real: string;
  /** Real paths of the folders it was reached through: a link back to one of them is a loop. */
  readonly above: readonly string[];
}

interface Walk {
  readonly root: string;
  readonly origin: Place;
  readonly host: Pick<Host, "files" | "progress">;
}

async function* filesBelow(folder: Folder, walk: Walk): AsyncGenerator<Source> {
  const above = [...folder.above, folder.real];
  for (const name of await walk.host.files.list(folder.path)) {
    if (NOT_DATA.has(name)) continue;
    const path = join(folder.path, name);
    const place = `${folder.place}/${name}`;
    const { real, stat, obstacle } = await examine(path, above, walk);
    if (obstacle !== undefined) walk.host.progress.note(`Left out ${JSON.stringify(path)}: ${obstacle}.`);
    else if (stat?.kind === "directory") yield* filesBelow({ path, place, real, above }, walk);
    else if (stat?.kind === "file") yield { path, place, size: stat.size, origin: walk.origin };
  }
}

interface Examined {
  readonly real: string;
  readonly stat: FileStat | undefined;
  /** Why the entry is left out. */
  readonly obstacle?: string;
}

async function examine(path: string, above: readonly string[], { root, host }: Walk): Promise<Examined> {
  const real = await host.files.realPath(path);
  if (real === undefined)
    return { real: path, stat: undefined, obstacle: "it is a broken link, or its name is not UTF-8" };
  if (!isInside(root, real)) return { real, stat: undefined, obstacle: "it is a link that leads out of the folder" };
  if (above.includes(real)) return { real, stat: undefined, obstacle: "it is a link to a folder that it lies in" };
  const stat = await host.files.stat(real);
  return stat?.kind === "other" ? { real, stat, obstacle: "it is neither a file nor a folder" } : { real, stat };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}
