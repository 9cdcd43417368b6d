/** Edits by hand in a pipeline folder: what becomes of them when its files are generated again. */
import { join, posix } from "node:path";
import { digestOf, type Digest } from "../core/digest";
import { inputError, type SlipwayError } from "../core/errors";
import { textInBase } from "../core/extract/base";
import { conflictLines, mergeEdits } from "../core/extract/merge";
import type { Host } from "../core/host";
import { MODULE_FILE, type GeneratedFile, type PipelineLock } from "../core/pipeline";
import type { Diagnostic } from "../core/report";
import { workspacePath, type Pipeline } from "./workspace";

/** A folder whose files are generated again; without a lock, Slipway did not write it. */
export interface EditedFolder {
  readonly folder: string;
  readonly lock: PipelineLock | undefined;
}

/** A generated file as it is to lie in the folder. */
export interface SettledFile extends GeneratedFile {
  /**
   * `generated`: nobody edited it. `kept`: somebody did, and what is generated is the same. `merged`: both changed. Else its text is
   * that of the file. `unresolved`: conflicts of an earlier merge are in it. `unknown`: what it was generated as is not known.
   */
  readonly state: "generated" | "kept" | "merged" | "unresolved" | "unknown";
}

/** A file whose edits were merged. */
export interface MergedFile {
  /** From the workspace. */
  readonly path: string;
  /** Lines of the file, from 1, at which a conflict begins. */
  readonly conflicts: readonly { readonly line: number }[];
}

/** What a file is to hold: what is generated now, with the edits that were made of what was generated last. */
export async function settle(
  file: GeneratedFile,
  { folder, lock }: EditedFolder,
  { files }: Pick<Host, "files">,
): Promise<SettledFile> {
  const present = await files.readText(join(folder, file.path));
  const last = digestIn(lock, file.path);
  const isEdited = present !== undefined && present !== file.text && digestOf(present) !== last;
  if (!isEdited) return { ...file, state: "generated" };
  if (conflictLines(present).length > 0) return { ...file, text: present, state: "unresolved" };
  if (digestOf(file.text) === last) return { ...file, text: present, state: "kept" };
  const base = textInBase(lock?.base ?? "", file.path);
  if (base === undefined || digestOf(base) !== last) return { ...file, text: present, state: "unknown" };
  return { ...file, text: mergeEdits({ base, edited: present, generated: file.text }), state: "merged" };
}

/** The digest of a file's text as it was generated last. */
function digestIn(lock: PipelineLock | undefined, path: string): Digest | undefined {
  if (lock === undefined) return undefined;
  return path === MODULE_FILE[lock.language] ? lock.module : new Map(Object.entries(lock.companions)).get(path);
}

/** Settles the module, which comes first, and its companions; throws an input error where that would lose what is there. */
export async function settleAll(
  generated: readonly GeneratedFile[],
  folder: EditedFolder & { readonly workspace: string; readonly force: boolean },
  host: Pick<Host, "files">,
): Promise<readonly SettledFile[]> {
  if (folder.force) return generated.map((file) => ({ ...file, state: "generated" }));
  const settled = await Promise.all(generated.map((file) => settle(file, folder, host)));
  settled.forEach(({ path, text, state }, index) => {
    const file = workspacePath(folder.workspace, join(folder.folder, path));
    if (state === "unresolved") throw conflictError(file, text);
    if (state === "unknown" && folder.lock === undefined) throw foreignError(file);
    if (state === "unknown" && index === 0) throw editedError(file);
  });
  return settled;
}

/** What a person should know of a file that stays. */
export function noteOf({ path, state }: SettledFile): readonly string[] {
  return state === "kept" || state === "unknown" ? [`Kept ${path}: it was edited by hand.`] : [];
}

/** The files whose edits were merged, with their conflicts. */
export function mergedFiles(settled: readonly SettledFile[], folder: string): readonly MergedFile[] {
  return settled
    .filter(({ state }) => state === "merged")
    .map(({ path, text }) => ({
      path: posix.join(folder, path),
      conflicts: conflictLines(text).map((line) => ({ line })),
    }));
}

/** One finding a conflict, at its line; that a file was merged, where there is none. */
export function mergeDiagnostics({ path, conflicts }: MergedFile): readonly Diagnostic[] {
  const place = { cell: 0, line: 0, file: path };
  if (conflicts.length === 0) {
    const message = "Your edits were merged with what the notebook gives now.";
    return [{ ...place, code: "edits.merged", severity: "info", fileLine: 1, message }];
  }
  return conflicts.map(({ line }) => ({
    ...place,
    code: "edits.conflict",
    severity: "error",
    fileLine: line,
    message: "You and the notebook both changed this.",
    hint: RESOLVE,
  }));
}

/** A module of the user's own that is no longer what a pipeline's folder was given of it, by its path from the workspace. */
export async function changedModule(
  workspace: string,
  { modules = {}, companions, notebook }: PipelineLock,
  { files }: Pick<Host, "files">,
): Promise<string | undefined> {
  for (const [path, source] of Object.entries(modules)) {
    const text = source === notebook.path ? undefined : await files.readText(join(workspace, source));
    if (text !== undefined && digestOf(text) !== companions[path]) return source;
  }
  return undefined;
}

/** Refuses a pipeline in which a merge has left conflicts. */
export async function checkResolved(
  workspace: string,
  { folder, lock }: Pipeline,
  { files }: Pick<Host, "files">,
): Promise<void> {
  for (const path of [MODULE_FILE[lock.language], ...Object.keys(lock.companions)]) {
    const text = (await files.readText(join(folder, path))) ?? "";
    if (conflictLines(text).length > 0) throw conflictError(workspacePath(workspace, join(folder, path)), text);
  }
}

const RESOLVE = "Choose what stays, and remove the lines <<<<<<<, ======= and >>>>>>>.";

function conflictError(file: string, text: string): SlipwayError {
  const lines = conflictLines(text);
  const where = lines.length === 1 ? "a conflict at line" : `${lines.length} conflicts at the lines`;
  const named = new Intl.ListFormat("en").format(lines.map(String));
  return inputError(
    "EXTRACT_CONFLICT",
    `${file} has ${where} ${named}: both you and the notebook changed what is there.`,
    {
      place: { file, fileLine: lines[0] ?? 1 },
      hint: RESOLVE,
    },
  );
}

function foreignError(file: string): SlipwayError {
  return inputError("EXTRACT_FOREIGN", `${file} is there already, and Slipway did not write it.`, {
    place: { file },
    hint: "Choose another folder with --out, or write over it with --force.",
  });
}

/** The lock of an older version, or a damaged one. */
function editedError(file: string): SlipwayError {
  return inputError(
    "EXTRACT_EDITED",
    `${file} was edited by hand, the notebook gives another module now, and the lock does not hold the text that was edited: to extract would lose the edits.`,
    { place: { file }, hint: "Move the edits into the notebook, or write over them with --force." },
  );
}
