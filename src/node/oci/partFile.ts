/** Files that are not complete yet. Each is named for the process that writes it, so that what a killed one left is known. */
import { createHash, randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

const PREFIX = ".part-";
/** `.part-PID-MACHINE-…` */
const NAME = /^\.part-([0-9]+)-([0-9a-f]{8})-/;
const MACHINE = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
/** What is older was left, by whatever machine: no file is written for so long without a change of its times. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

const swept = new Set<string>();

/** A new name in `folder` for a file that is not complete. */
export function partPath(folder: string): string {
  return join(folder, `${PREFIX}${process.pid}-${MACHINE}-${randomUUID()}`);
}

/** Removes what killed processes left in `folder`; this process does so once. */
export async function sweepParts(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(PREFIX) || !(await isAbandoned(folder, name))) continue;
    await rm(join(folder, name), { force: true }).catch(() => undefined); // another user's, perhaps: it is only in the way
  }
}

async function isAbandoned(folder: string, name: string): Promise<boolean> {
  const [, pid, machine] = NAME.exec(name) ?? [];
  if (machine === MACHINE && !isAlive(Number(pid))) return true;
  const facts = await stat(join(folder, name)).catch(() => undefined); // just finished
  // a second link to an older file has its times, but for that of its change
  return facts !== undefined && Date.now() - facts.ctimeMs > ABANDONED_MS;
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
