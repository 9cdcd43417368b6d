import { join } from "node:path";
import { digestOf } from "../core/digest";
import { throwIfAborted } from "../core/errors";
import { packBase } from "../core/extract/base";
import { movedLines } from "../core/extract/merge";
import type { ClientWriter, Host } from "../core/host";
import type { Extraction, GeneratedFile, PipelineLock } from "../core/pipeline";
import { analyse, pipelineFolderOf, type AnalyseHost, type AnalyseOptions } from "./analyse";
import { planClient } from "./client";
import { mergeDiagnostics, mergedFiles, noteOf, settleAll, type MergedFile } from "./edits";
import { formatLock, loadPipeline, LOCK_FILE, SCORING_FILE, workspacePath } from "./workspace";

/** What to extract, and where to. */
export interface ExtractOptions extends AnalyseOptions {
  /** Writes over files that were edited by hand, or that something else wrote. */
  readonly force?: boolean;
}

/** A pipeline on disk. */
export interface Extracted {
  readonly extraction: Extraction;
  readonly folder: string;
  /** Names of the files whose content changed. */
  readonly written: readonly string[];
  /** The files in which edits by hand met what is generated now; the extraction has findings of them. */
  readonly merged: readonly MergedFile[];
}

/** What extraction needs of the host. */
export type ExtractHost = AnalyseHost & Pick<Host, "clients">;

/** Extracts the pipeline of a notebook and writes its folder: all of it, or nothing. Edits by hand are merged. */
export async function extract(options: ExtractOptions, host: ExtractHost, signal: AbortSignal): Promise<Extracted> {
  host.progress.stage("Extracting the pipeline");
  // Loading what writes a client takes as long as the extraction: both at once. Some notebooks will not need it.
  const writer = host.clients.open();
  try {
    const extraction = await analyse(options, host, signal);
    throwIfAborted(signal);
    return await writeExtraction(extraction, options, host, writer);
  } finally {
    await writer.close();
  }
}

/**
 * Writes the folder of a pipeline that was extracted in memory, as `extract` does. Edits by hand are merged with what is generated
 * now; where they cannot be, or where somebody else's files lie, it throws an input error. Without a writer the scoring client is
 * left to the validation.
 */
export async function writeExtraction(
  extraction: Extraction,
  options: ExtractOptions,
  host: Pick<Host, "files" | "progress">,
  writer?: ClientWriter,
): Promise<Extracted> {
  const { workspace, force = false } = options;
  const folder = pipelineFolderOf(workspace, extraction, options.out);
  const lock = await existingLock(folder, host);
  const generated = [extraction.module, ...extraction.companions];
  const settled = await settleAll(generated, { workspace, folder, lock, force }, host);
  const client = await planClient({ folder, extraction, lock, force, writer }, host);
  for (const note of [...settled.flatMap(noteOf), ...client.notes]) host.progress.note(note);
  const lines = movedLines(extraction.map, extraction.module.text, settled[0]?.text ?? "");
  const next = { ...lockFor(extraction, lock, options.model ?? extraction.chosen), lines };
  const files = [...settled, ...client.files, { path: LOCK_FILE, text: formatLock(next) }].map(({ path, text }) => ({
    path: join(folder, path),
    data: text,
  }));
  const changed = await changedFiles(files, host);
  await host.files.writeAll(changed);
  if (client.isStale) await host.files.remove(join(folder, SCORING_FILE));
  await removeStale(folder, lock, generated, host);
  const merged = mergedFiles(settled, workspacePath(workspace, folder));
  const diagnostics = [...extraction.diagnostics, ...client.diagnostics, ...merged.flatMap(mergeDiagnostics)];
  const written = changed.map(({ path }) => workspacePath(folder, path));
  return { extraction: { ...extraction, diagnostics }, folder, written, merged };
}

async function existingLock(folder: string, host: Pick<Host, "files">): Promise<PipelineLock | undefined> {
  const stat = await host.files.stat(join(folder, LOCK_FILE));
  return stat === undefined ? undefined : (await loadPipeline(folder, folder, host)).lock;
}

/** The lock of a new extraction. What later stages found stays as long as it is about the same notebook and module. */
function lockFor(extraction: Extraction, before: PipelineLock | undefined, model: string | undefined): PipelineLock {
  const module = digestOf(extraction.module.text);
  const { snapshot, environment, signature } = before?.module === module ? before : {};
  const base = packBase([extraction.module, ...extraction.companions]);
  return {
    version: 1,
    pipeline: extraction.pipeline,
    language: extraction.language,
    notebook: { path: extraction.notebook, digest: extraction.notebookDigest },
    ...(model === undefined ? {} : { model }),
    module,
    companions: Object.fromEntries(extraction.companions.map(({ path, text }) => [path, digestOf(text)])),
    ...(extraction.modules !== undefined && { modules: extraction.modules }),
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(environment === undefined ? {} : { environment }),
    ...(signature === undefined ? {} : { signature }),
    ...(extraction.types !== undefined && { types: extraction.types }),
    lines: extraction.map,
    ...(base === undefined ? {} : { base }),
  };
}

/** Removes the user's modules that are no longer imported, unless somebody edited them there. */
async function removeStale(
  folder: string,
  lock: PipelineLock | undefined,
  generated: readonly GeneratedFile[],
  { files }: Pick<Host, "files">,
): Promise<void> {
  const stays = new Set(generated.map(({ path }) => path));
  for (const path of Object.keys(lock?.modules ?? {}).filter((one) => !stays.has(one))) {
    const text = await files.readText(join(folder, path));
    if (text !== undefined && digestOf(text) === lock?.companions[path]) await files.remove(join(folder, path));
  }
}

async function changedFiles(
  files: readonly { readonly path: string; readonly data: string }[],
  host: Pick<Host, "files">,
): Promise<readonly { readonly path: string; readonly data: string }[]> {
  const present = await Promise.all(files.map(async ({ path }) => host.files.readText(path)));
  return files.filter(({ data }, index) => present[index] !== data);
}
