/** How much memory a program and all that it started use. Linux and macOS; elsewhere nothing is watched. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { promisify } from "node:util";

/** What one run may use where nobody says how much: this share of the machine's memory, or of the container's. */
const DEFAULT_SHARE = 0.75;
/** Between two looks; and so many times what a look takes, so that looking costs next to nothing. */
const PAUSE_MS = 250;
const PAUSE_FACTOR = 20;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Absent where it is read when it is needed. */
  readonly bytes?: number;
}

/** Bytes that one run may use by default. */
export function defaultMemoryBytes(): number {
  const container = process.constrainedMemory() || Infinity;
  return Math.floor(Math.min(container, totalmem()) * DEFAULT_SHARE);
}

/** Calls `onExceeded`, once, when the process group of `leader` uses more than `limit` bytes. Gives what ends the watch. */
export function watchMemory(leader: number | undefined, limit: number | undefined, onExceeded: () => void): () => void {
  if (leader === undefined || limit === undefined || process.platform === "win32") return () => undefined;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const begun = performance.now();
    const used = await usedBy(leader, limit).catch(() => 0); // what is measured may end meanwhile
    if (isOver) return;
    if (used > limit) onExceeded();
    else timer = setTimeout(() => void look(), Math.max(PAUSE_MS, (performance.now() - begun) * PAUSE_FACTOR));
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Pages that processes share count for each of them, unless that alone is what is above `limit`. */
async function usedBy(leader: number, limit: number): Promise<number> {
  const family = familyOf(leader, await (process.platform === "linux" ? fromProc() : fromPs()));
  const used = sum(family.map(({ pid, bytes }) => bytes ?? fieldsOf(pid, "status", /^Vm(?:RSS|Swap):/)));
  if (used <= limit || process.platform !== "linux") return used;
  return sum(family.map(({ pid }) => fieldsOf(pid, "smaps_rollup", /^(?:Swap)?Pss:/)));
}

/** The group of `leader`, and what its members started that left the group. */
function familyOf(leader: number, all: readonly Process[]): readonly Process[] {
  const family = new Set<number>([leader]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent, group } of all) if (group === leader || family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid }) => family.has(pid));
}

/** proc(5): `PID (COMMAND) STATE PARENT GROUP …`, where the command may be anything. */
function fromProc(): readonly Process[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((name) => {
    const text = textOf(`/proc/${name}/stat`);
    const [, , parent, group] = text.slice(text.lastIndexOf(")")).split(" ");
    return { pid: Number(name), parent: Number(parent), group: Number(group) };
  });
}

async function fromPs(): Promise<readonly Process[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,pgid=,rss="]);
  return stdout.split("\n").map((line) => {
    const [pid = 0, parent = 0, group = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, group, bytes: kilobytes * 1024 };
  });
}

/** Sum of the fields of a file of /proc, in bytes; they are in kB there. */
function fieldsOf(pid: number, file: string, name: RegExp): number {
  const lines = textOf(`/proc/${pid}/${file}`).split("\n");
  return sum(lines.filter((line) => name.test(line)).map((line) => Number(/\d+/.exec(line)?.[0] ?? 0) * 1024));
}

/** Empty for a process that has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
