/** The data of several runs: large data is laid out once, and shared by them for as long as none of them writes into it. */
import { join } from "node:path";
import type { FileStat, Host } from "../core/host";
import type { SnapshotFile } from "../core/snapshot/manifest";
import type { RunsTask } from "./measure";
import { readSnapshotConfig, restoreSnapshot } from "./snapshot";

/** Lays the data of a pipeline out in the folder of a run. */
export type LayOut = (folder: string, signal: AbortSignal) => Promise<unknown>;

/** Up to here every run has a copy of its own: that takes no time, and may be written into. */
const SMALL_BYTES = 16e6;

/**
 * Does `work`, whose runs get the data by `layOut`. Where they share a file and one of them wrote into it, the others may have read
 * what it wrote: then all of `work` is done again, with a copy for each.
 */
export async function withRunData<T>(
  { workspace, pipeline }: RunsTask,
  host: Pick<Host, "files" | "store" | "progress">,
  signal: AbortSignal,
  work: (layOut: LayOut) => Promise<T>,
): Promise<T> {
  const digest = pipeline.lock.snapshot;
  if (digest === undefined) return work(() => Promise.resolve());
  const copied: LayOut = (folder, stop) => restoreSnapshot({ workspace, digest, folder }, host, stop);
  const { files } = await readSnapshotConfig(host.store(workspace), digest);
  if (files.reduce((sum, { size }) => sum + size, 0) <= SMALL_BYTES) return work(copied);

  const { result, isUntouched } = await host.files.withTempDir(async (base) => {
    await copied(base, signal);
    const before = await statesOf(files, base, host);
    const result = await work(async (folder) => {
      for (const { path } of files) await host.files.share(join(base, path), join(folder, path));
    });
    return { result, isUntouched: isSame(before, await statesOf(files, base, host)) };
  });
  if (isUntouched) return result;
  host.progress.note("A run wrote into its data: all run again, each with a copy of its own.");
  return work(copied);
}

type States = readonly (FileStat | undefined)[];

function statesOf(list: readonly SnapshotFile[], folder: string, { files }: Pick<Host, "files">): Promise<States> {
  return Promise.all(list.map(({ path }) => files.stat(join(folder, path))));
}

function isSame(before: States, after: States): boolean {
  return before.every((state, index) => {
    const now = after[index];
    return now?.size === state?.size && now?.modified === state?.modified;
  });
}
