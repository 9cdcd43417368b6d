import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Ends a process and all that it started, at once: those in process groups of their own too. */
export async function killTree(pid: number): Promise<void> {
  if (process.platform === "win32") {
    await run("taskkill", ["/pid", String(pid), "/T", "/F"]).catch(ignoreEnded);
    return;
  }
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="]);
  for (const id of descendants(pid, parseProcesses(stdout))) {
    try {
      process.kill(id, "SIGKILL");
    } catch (error) {
      ignoreEnded(error);
    }
  }
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
}

function parseProcesses(text: string): readonly ProcessEntry[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, parent };
    });
}

/** `root` and everything below it, parents first. */
function descendants(root: number, processes: readonly ProcessEntry[]): readonly number[] {
  const children = processes.filter((entry) => entry.parent === root);
  return [root, ...children.flatMap((child) => descendants(child.pid, processes))];
}

/** A process that ended by itself meanwhile is what was wanted. */
function ignoreEnded(error: unknown): void {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const NOT_FOUND_WINDOWS = 128;
  if (code !== "ESRCH" && code !== NOT_FOUND_WINDOWS) throw error;
}
