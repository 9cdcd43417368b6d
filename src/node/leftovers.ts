/** What is not complete yet, or needed only for a while. It is named for the process that made it, so that what a killed one left is known. */
import { createHash, randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** `PID-MACHINE-…` */
const OWNER = /^([0-9]+)-([0-9a-f]{8})-/;
const MACHINE = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
/** An older file was left, by whatever machine: none is written for so long without a change of its times. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

const swept = new Set<string>();

/** What the names of this process begin with, after `prefix`. */
export function ownPrefix(prefix: string): string {
  return `${prefix}${process.pid}-${MACHINE}-`;
}

/** A new name for a file of this process. */
export function ownName(prefix: string): string {
  return `${ownPrefix(prefix)}${randomUUID()}`;
}

/** Removes what killed processes left in `folder` under names that begin with `prefix`; this process does so once. */
export async function sweep(folder: string, prefix: string): Promise<void> {
  const key = join(folder, prefix);
  if (swept.has(key)) return;
  swept.add(key);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !(await isAbandoned(join(folder, name), name.slice(prefix.length)))) continue;
    // another user's, perhaps: it is only in the way
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isAbandoned(path: string, owner: string): Promise<boolean> {
  const [, pid, machine] = OWNER.exec(owner) ?? [];
  if (pid === undefined) return false;
  if (machine === MACHINE) return !isAlive(Number(pid));
  const facts = await stat(path).catch(() => undefined); // just finished
  // a second link to an older file has its times, but for that of its change
  return facts?.isFile() === true && Date.now() - facts.ctimeMs > ABANDONED_MS;
}

/** True if a process of this machine has this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
