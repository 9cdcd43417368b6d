/** What a run showed of types goes into the module, before it is run again. */
import { digestOf } from "../core/digest";
import { packBase } from "../core/extract/base";
import { asBefore, errorsIn, functionsInConflict, newErrors, withOpen, withoutBlamed } from "../core/extract/blame";
import { conflictLines, movedLines } from "../core/extract/merge";
import { withOpenOf, type ObservedTypes } from "../core/extract/observed";
import type { Host } from "../core/host";
import type { Extraction, PipelineLock } from "../core/pipeline";
import type { TypesMeasurement } from "../core/validate/codeTypes";
import { analysePipeline, type AnalyseHost } from "./analyse";
import { settle } from "./edits";
import type { RunsTask } from "./measure";

/** A module that was generated again with types that were seen; nothing of it is written yet. */
export interface TypedModule {
  readonly extraction: Extraction;
  /** The text of its file: edits by hand are in it. */
  readonly text: string;
  /** The text that was run at first: a file that has another one by now stays. */
  readonly replaces: string;
  readonly lock: PipelineLock;
}

/** The same, with what the type checker says of it. */
export interface Typed {
  readonly module: TypedModule;
  readonly types: TypesMeasurement;
}

/** How the module and its text of now are judged. */
export interface TypesTask extends Pick<RunsTask, "workspace" | "pipeline" | "extraction"> {
  readonly check: (text: string) => Promise<TypesMeasurement>;
  /** The text of the module that was run. */
  readonly present: string;
}

/** How often types are left out for what the type checker or the merge says: each time takes seconds. */
const MAX_ROUNDS = 4;

/**
 * The module with the types that a run showed, as far as the type checker accepts them and no edit by hand stands in their way.
 * `undefined` where nothing is to be changed.
 */
export async function typedModule(
  observed: ObservedTypes,
  task: TypesTask,
  host: Pick<Host, "files"> & AnalyseHost,
  signal: AbortSignal,
): Promise<Typed | undefined> {
  if (!(await mayChange(task, host))) return undefined;
  let types = withOpenOf(observed, task.pipeline.lock.types ?? {});
  let known: Promise<TypesMeasurement> | undefined;
  const before = (): Promise<TypesMeasurement> => (known ??= task.check(task.present));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const module = await generatedWith(types, task, host, signal);
    if (module === undefined) return undefined;
    const conflicts = conflictLines(module.text);
    if (conflicts.length > 0) {
      types = asBefore(types, functionsInConflict(module.text, conflicts), task.pipeline.lock.types ?? {});
      continue;
    }
    const said = await task.check(module.text);
    const blamed = await blamedLines(said, before);
    if (blamed.length === 0) return { module, types: said };
    types = withoutBlamed(types, module.text, blamed);
  }
  return undefined;
}

/**
 * The module with those places of its signatures left open that the type checker rejects: what a library promises of its results is
 * not always what the module's text, or its run, shows of them. What an edit by hand brings stays an error. `undefined` where it
 * helps nothing.
 */
export async function openedModule(
  { extraction, text, lock, types }: Checked,
  task: TypesTask,
  host: Pick<Host, "files"> & AnalyseHost,
  signal: AbortSignal,
): Promise<Typed | undefined> {
  const errors = errorsIn(types.problems);
  if (errors.length === 0 || !(await mayChange(task, host))) return undefined;
  const generated = extraction.module.text;
  const said = text === generated ? types : await task.check(generated);
  const blamed = errorsIn(said.problems).map(({ line }) => line);
  const module = await generatedWith(withOpen(lock.types ?? {}, generated, blamed), task, host, signal);
  if (module === undefined || conflictLines(module.text).length > 0) return undefined;
  const opened = { module, types: await task.check(module.text) };
  if (errorsIn(opened.types.problems).length >= errors.length) return undefined;
  return (await openedModule({ ...module, types: opened.types }, task, host, signal)) ?? opened;
}

/** A module, and what the type checker says of its text. */
interface Checked extends Pick<TypedModule, "extraction" | "text" | "lock"> {
  readonly types: TypesMeasurement;
}

/** The lines with errors that the text before had not. */
async function blamedLines(
  { problems }: TypesMeasurement,
  before: () => Promise<TypesMeasurement>,
): Promise<readonly number[]> {
  if (errorsIn(problems).length === 0) return [];
  return newErrors(problems, (await before()).problems).map(({ line }) => line);
}

/**
 * False where something else than types would change, too: another version of Slipway wrote the folder, its data changed, or
 * somebody edits the module right now.
 */
async function mayChange(
  { pipeline, extraction, present }: TypesTask,
  { files }: Pick<Host, "files">,
): Promise<boolean> {
  const { lock, modulePath } = pipeline;
  const { module, companions } = extraction;
  const known = new Map(Object.entries(lock.companions));
  const isAsGenerated =
    digestOf(module.text) === lock.module && companions.every((one) => digestOf(one.text) === known.get(one.path));
  return isAsGenerated && (await files.readText(modulePath)) === present;
}

/** `undefined` if it is what is there, or if it cannot be said what is to become of the edits. */
async function generatedWith(
  observed: ObservedTypes,
  { workspace, pipeline, extraction: last, present }: TypesTask,
  host: Pick<Host, "files"> & AnalyseHost,
  signal: AbortSignal,
): Promise<TypedModule | undefined> {
  const extraction = await analysePipeline({ workspace, pipeline, observed }, host, signal);
  const { module, companions, map, types, notebookDigest } = extraction;
  if (module.text === last.module.text || notebookDigest !== last.notebookDigest) return undefined;
  const { text, state } = await settle(module, pipeline, host);
  if (state === "unresolved" || state === "unknown") return undefined;
  const { types: _, base: __, ...rest } = pipeline.lock;
  const base = packBase([module, ...companions]);
  const lock: PipelineLock = {
    ...rest,
    module: digestOf(module.text),
    ...(types !== undefined && { types }),
    lines: movedLines(map, module.text, text),
    ...(base !== undefined && { base }),
  };
  return { extraction, text, replaces: present, lock };
}
