import { constants, createReadStream, realpathSync, type Stats } from "node:fs";
import {
  copyFile,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inputError } from "../core/errors";
import type { FileStat, Files } from "../core/host";
import { ownName, ownPrefix, sweep } from "./leftovers";
import { codeOf, explain } from "./systemError";
import { tempDirs } from "./tempDirs";

const CHUNK_BYTES = 1024 * 1024;

type Content = Uint8Array | string;

/** A file whose new content lies beside it, under another name, until all of its group can be put in place. */
interface Staged {
  /** Where the content goes: the end of the chain, if the path is a symbolic link. */
  readonly path: string;
  readonly temporary: string;
  /** The old content under a second name; absent if there was no file. */
  readonly backup: string | undefined;
  /** The topmost folder that had to be made for it, if any. */
  readonly madeFolder: string | undefined;
}

/** The file system, as the use cases see it. */
export const nodeFiles: Files = {
  read: (path) => orUndefined(path, "read", () => readFile(path)),
  readText,
  stream,
  stat: (path) => orUndefined(path, "read", async () => toFileStat(await stat(path))),
  realPath: (path) => orUndefined(path, "read", () => realpath(path)),
  list: async (path) => (await orUndefined(path, "read", async () => (await readdir(path)).sort())) ?? [],
  write: (path, data) => replaceAll([{ path, fill: (temporary, mode) => writeDurably(temporary, data, mode) }]),
  writeAll: (files) =>
    replaceAll(
      files.map(({ path, data }) => ({ path, fill: (temporary, mode) => writeDurably(temporary, data, mode) })),
    ),
  writeStream: (path, chunks) => replaceAll([{ path, fill: (temporary) => writeChunks(temporary, chunks) }]),
  copy: (from, to) => replaceAll([{ path: to, fill: (temporary) => copyDurably(from, temporary) }]),
  share: (from, to) => guarded(to, "write", () => share(from, to)),
  move: (from, to) => guarded(to, "write", () => rename(from, to)),
  remove: (path) => guarded(path, "remove", () => rm(path, { recursive: true, force: true })),
  withTempDir,
};

const TEMP_DIR = "slipway-";
/** A file beside another, whose content it will be or was. */
const TEMP_FILE = ".slipway-";

async function withTempDir<T>(use: (path: string) => Promise<T>): Promise<T> {
  const parent = realpathSync(tmpdir());
  const path = await guarded(parent, "write", async () => {
    await sweep(parent, TEMP_DIR);
    return mkdtemp(join(parent, ownPrefix(TEMP_DIR)));
  });
  tempDirs.add(path);
  try {
    return await use(path);
  } finally {
    await guarded(path, "remove", () => rm(path, { recursive: true, force: true, maxRetries: 3 }));
    tempDirs.delete(path);
  }
}

async function readText(path: string): Promise<string | undefined> {
  const bytes = await nodeFiles.read(path);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw inputError("FILE_NOT_TEXT", `${path} is not UTF-8 text.`, { place: { file: path }, cause });
  }
}

async function* stream(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
  } catch (cause) {
    throw toSlipwayError(cause, path, "read");
  }
}

interface Replacement {
  readonly path: string;
  readonly fill: (temporary: string, mode: number | undefined) => Promise<void>;
}

/** Everything that can fail for want of room or rights is done before the first file is put in place. */
async function replaceAll(replacements: readonly Replacement[]): Promise<void> {
  const staged: Staged[] = [];
  let placed = 0;
  try {
    for (const replacement of replacements) {
      await guarded(replacement.path, "write", () => stage(replacement, staged));
    }
    for (const file of staged) {
      await guarded(file.path, "write", () => rename(file.temporary, file.path));
      placed += 1;
    }
  } catch (error) {
    await rollBack(staged, placed);
    throw error;
  }
  for (const { backup } of staged) if (backup !== undefined) await rm(backup, { force: true });
}

/** Adds to `staged` before it writes, so that a failure halfway is cleared away as well. */
async function stage({ path, fill }: Replacement, staged: Staged[]): Promise<void> {
  const real = (await nodeFiles.realPath(path)) ?? path;
  const old = await orUndefined(real, "read", () => stat(real));
  const folder = dirname(real);
  const madeFolder = await mkdir(folder, { recursive: true });
  await sweep(folder, TEMP_FILE);
  const temporary = join(folder, temporaryName());
  const backup = old?.isFile() === true ? join(folder, temporaryName()) : undefined;
  staged.push({ path: real, temporary, backup, madeFolder });
  await fill(temporary, old === undefined ? undefined : old.mode & 0o7777);
  if (backup !== undefined) await secondName(real, backup);
}

async function rollBack(staged: readonly Staged[], placed: number): Promise<void> {
  for (const [index, { path, temporary, backup }] of staged.entries()) {
    if (index < placed) await (backup === undefined ? rm(path, { force: true }) : rename(backup, path));
    await rm(temporary, { force: true });
    if (backup !== undefined) await rm(backup, { force: true });
  }
  for (const { path, madeFolder } of [...staged].reverse()) {
    if (madeFolder !== undefined) await removeEmptyFolders(dirname(path), madeFolder);
  }
}

/** Removes `folder` and its parents up to `top`, as far as they are empty. */
async function removeEmptyFolders(folder: string, top: string): Promise<void> {
  try {
    for (let path = folder; path.length >= top.length; path = dirname(path)) await rmdir(path);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(codeOf(error))) throw error;
  }
}

/** Not every file system has hard links; a copy does as well. */
async function secondName(path: string, name: string): Promise<void> {
  try {
    await link(path, name);
  } catch {
    await copyFile(path, name, constants.COPYFILE_EXCL);
  }
}

async function writeDurably(path: string, data: Content, mode: number | undefined): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(data);
    if (mode !== undefined) await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeChunks(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, "wx");
  try {
    for await (const chunk of chunks) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  if ((await nodeFiles.stat(from)) === undefined) {
    throw inputError("FILE_MISSING", `Could not copy ${from}: there is no such file.`, { place: { file: from } });
  }
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  const file = await open(to, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A clone that is copied when it is written to, else a second name, else a copy. */
async function share(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
  } catch {
    await secondName(from, to);
  }
}

function temporaryName(): string {
  return `${ownName(TEMP_FILE)}.tmp`;
}

function toFileStat(stats: Stats): FileStat {
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other";
  return { kind, size: stats.size, modified: stats.mtimeMs, inode: stats.ino };
}

async function orUndefined<T>(path: string, action: Action, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw toSlipwayError(error, path, action);
  }
}

async function guarded<T>(path: string, action: Action, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toSlipwayError(error, path, action);
  }
}

type Action = "read" | "write" | "remove";

/** What the system reports as an error becomes one for people; whatever else was thrown stays what it is. */
function toSlipwayError(error: unknown, path: string, action: Action): unknown {
  const code = codeOf(error);
  if (!(error instanceof Error) || code === "" || !("syscall" in error)) return error;
  const known = explain(error);
  return inputError(known.code, `Could not ${action} ${path}: ${known.reason}.`, {
    place: { file: path },
    cause: error,
    ...(known.hint === undefined ? {} : { hint: known.hint }),
  });
}
