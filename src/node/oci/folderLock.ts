import { open, readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError, throwIfAborted } from "../../core/errors";
import { isAlive } from "../leftovers";
import { codeOf } from "../systemError";

/** A lock is held for milliseconds; an older one was left by a process that died on another machine. */
const STALE_MS = 30_000;
const PATIENCE_MS = 60_000;
const OWNER = `${process.pid} ${hostname()}`;

/** Runs `work` while this process alone holds the lock file at `path`. Works between machines on a shared folder. */
export async function withLock<T>(path: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await tryLock(path))) {
    throwIfAborted(signal);
    if (Date.now() > deadline) throw busy(path);
    if (await isStale(path)) await removeStale(path);
    else await sleep(5 + Math.random() * 20);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    // the file is the lock; on a full disk it has no name of an owner, and is known to be stale by its age alone
    await file.writeFile(OWNER).catch(() => undefined);
    await file.close();
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** One at a time, and looked at again: another may have removed it, and a third one may hold the new one. */
async function removeStale(path: string): Promise<void> {
  const removing = `${path}.stale`;
  if (!(await tryLock(removing))) {
    if (await isStale(removing)) await rm(removing, { force: true });
    return;
  }
  try {
    if (await isStale(path)) await rm(path, { force: true });
  } finally {
    await rm(removing, { force: true });
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const [pid, host] = (await readFile(path, "utf8")).split(" ");
    if (host === hostname() && !isAlive(Number(pid))) return true;
    return Date.now() - (await stat(path)).mtimeMs > STALE_MS;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false; // just released
    throw error;
  }
}

function busy(path: string): SlipwayError {
  return new SlipwayError(
    "registry",
    "REGISTRY_BUSY",
    `Another program has been writing to the registry for a minute.`,
    {
      place: { file: path },
      hint: "Try again; if no other program is at work, remove this file.",
    },
  );
}
