import { join, resolve } from "node:path";
import { digestOf } from "../core/digest";
import { inputError, throwIfAborted } from "../core/errors";
import type { ClientWriter, Host } from "../core/host";
import type { Extraction, GeneratedFile, PipelineLock } from "../core/pipeline";
import { analyseNotebook, openNotebook, pipelineFolderOf, type AnalyseHost, type AnalyseOptions } from "./analyse";
import { planClient } from "./client";
import { tableText } from "./tableText";
import { formatLock, loadPipeline, LOCK_FILE, SCORING_FILE, workspacePath } from "./workspace";

/** What to extract, and where to. */
export interface ExtractOptions extends AnalyseOptions {
  /** Folder for the pipeline; default: `pipelines/<name>`. */
  readonly out?: string;
  /** Writes over a module that was edited by hand. */
  readonly force?: boolean;
}

/** A pipeline on disk. */
export interface Extracted {
  readonly extraction: Extraction;
  readonly folder: string;
  /** Names of the files whose content changed. */
  readonly written: readonly string[];
}

/** What extraction needs of the host. */
export type ExtractHost = AnalyseHost & Pick<Host, "clients">;

/** Extracts the pipeline of a notebook and writes its folder: all of it, or nothing. Edits by hand are not written over. */
export async function extract(options: ExtractOptions, host: ExtractHost, signal: AbortSignal): Promise<Extracted> {
  host.progress.stage("Extracting the pipeline");
  // Loading what writes a client takes as long as the extraction: both at once. Some notebooks will not need it.
  const writer = host.clients.open();
  try {
    const notebook = await openNotebook(options.workspace, options.notebook, host);
    throwIfAborted(signal);
    const file = resolve(options.workspace, notebook.path);
    const extraction = await analyseNotebook(notebook, options, host, (table) => tableText(file, table, host));
    throwIfAborted(signal);
    return await writeExtraction(extraction, options, host, writer);
  } finally {
    await writer.close();
  }
}

/**
 * Writes the folder of a pipeline that was extracted in memory, as `extract` does. Files that were edited by hand stay; where the
 * module cannot, because the notebook changed, or where somebody else's files lie, it throws an input error. Without a writer the
 * scoring client is left to the validation.
 */
export async function writeExtraction(
  extraction: Extraction,
  options: ExtractOptions,
  host: Pick<Host, "files" | "progress">,
  writer?: ClientWriter,
): Promise<Extracted> {
  const folder = pipelineFolderOf(options.workspace, extraction, options.out);
  const lock = await existingLock(folder, host);
  const generated = [extraction.module, ...extraction.companions];
  const force = options.force === true;
  const edited = force ? [] : await editedFiles(folder, generated, lock, host);
  if (lock === undefined && edited[0] !== undefined) throw foreign(options.workspace, folder, edited[0]);
  if (edited.includes(extraction.module) && lock?.notebook.digest !== extraction.notebookDigest)
    throw editedModule(options.workspace, folder, extraction);
  const client = await planClient({ folder, extraction, lock, force, writer }, host);
  const kept = edited.map(({ path }) => `Kept ${path}: it was edited by hand.`);
  for (const note of [...kept, ...client.notes]) host.progress.note(note);
  const files = [
    ...generated.filter((file) => !edited.includes(file)),
    ...client.files,
    { path: LOCK_FILE, text: formatLock(lockFor(extraction, lock, options.model ?? extraction.chosen)) },
  ].map(({ path, text }) => ({ path: join(folder, path), data: text }));
  const changed = await changedFiles(files, host);
  await host.files.writeAll(changed);
  if (client.isStale) await host.files.remove(join(folder, SCORING_FILE));
  const diagnostics = [...extraction.diagnostics, ...client.diagnostics];
  const written = changed.map(({ path }) => workspacePath(folder, path));
  return { extraction: { ...extraction, diagnostics }, folder, written };
}

async function existingLock(folder: string, host: Pick<Host, "files">): Promise<PipelineLock | undefined> {
  const stat = await host.files.stat(join(folder, LOCK_FILE));
  return stat === undefined ? undefined : (await loadPipeline(folder, folder, host)).lock;
}

/** The files whose text on disk is neither what was generated last nor what is to be written now. */
async function editedFiles(
  folder: string,
  generated: readonly GeneratedFile[],
  lock: PipelineLock | undefined,
  host: Pick<Host, "files">,
): Promise<readonly GeneratedFile[]> {
  const before = new Map(Object.entries(lock?.companions ?? {}));
  const isEdited = await Promise.all(
    generated.map(async ({ path, text }, index) => {
      const present = await host.files.readText(join(folder, path));
      const last = index === 0 ? lock?.module : before.get(path);
      return present !== undefined && present !== text && digestOf(present) !== last;
    }),
  );
  return generated.filter((_, index) => isEdited[index]);
}

function foreign(workspace: string, folder: string, { path }: GeneratedFile): Error {
  const file = workspacePath(workspace, join(folder, path));
  return inputError("EXTRACT_FOREIGN", `${file} is there already, and Slipway did not write it.`, {
    place: { file },
    hint: "Choose another folder with --out, or write over it with --force.",
  });
}

function editedModule(workspace: string, folder: string, { module }: Extraction): Error {
  const file = workspacePath(workspace, join(folder, module.path));
  return inputError(
    "EXTRACT_EDITED",
    `${file} was edited by hand, and the notebook has changed since: to extract would lose the edits.`,
    {
      place: { file },
      hint: "Move the edits into the notebook, or write over them with --force.",
    },
  );
}

/** The lock of a new extraction. What later stages found stays as long as it is about the same notebook and module. */
function lockFor(extraction: Extraction, before: PipelineLock | undefined, model: string | undefined): PipelineLock {
  const module = digestOf(extraction.module.text);
  const { snapshot, environment, signature } = before?.module === module ? before : {};
  return {
    version: 1,
    pipeline: extraction.pipeline,
    language: extraction.language,
    notebook: { path: extraction.notebook, digest: extraction.notebookDigest },
    ...(model === undefined ? {} : { model }),
    module,
    companions: Object.fromEntries(extraction.companions.map(({ path, text }) => [path, digestOf(text)])),
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(environment === undefined ? {} : { environment }),
    ...(signature === undefined ? {} : { signature }),
    lines: extraction.map,
  };
}

async function changedFiles(
  files: readonly { readonly path: string; readonly data: string }[],
  host: Pick<Host, "files">,
): Promise<readonly { readonly path: string; readonly data: string }[]> {
  const present = await Promise.all(files.map(async ({ path }) => host.files.readText(path)));
  return files.filter(({ data }, index) => present[index] !== data);
}
