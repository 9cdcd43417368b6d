import { rmSync } from "node:fs";

/** The temporary folders that are in use. They are known here alone, so that the start of a process need not load more. */
export const tempDirs = new Set<string>();

/** Removes every temporary folder that is still in use. For the exit of the process, when nothing can be awaited any more. */
export function removeTempDirsSync(): void {
  for (const path of tempDirs) rmSync(path, { recursive: true, force: true });
  tempDirs.clear();
}
