import { dirname, join } from "node:path";
import { inputError, SlipwayError, type Place } from "../core/errors";
import type { Host } from "../core/host";
import type { Extraction, Language } from "../core/pipeline";
import {
  candidatesOf,
  lockedVersions,
  missedOf,
  requirementsOf,
  type Requirements,
} from "../core/validate/requirements";
import { importPlace } from "../core/validate/importPlace";
import { readConfig } from "./config";
import type { Pipeline } from "./workspace";

/** Pins the packages of a Python pipeline, in its folder. Its first line names what was asked for, and for which Python. */
export const REQUIREMENTS_LOCK = "requirements.lock";

/** The file of a pipeline folder that pins its packages. */
export function environmentFile(language: Language): string {
  return language === "python" ? REQUIREMENTS_LOCK : "deno.lock";
}

/** Whose packages are pinned. */
export interface EnvironmentTask {
  readonly workspace: string;
  readonly pipeline: Pick<Pipeline, "folder">;
  readonly extraction: Extraction;
  /** Import names that were missed in a run since the pipeline's lock was made. */
  readonly missed?: readonly string[];
}

/**
 * Text of the lock of a pipeline's environment: the pipeline's own, if it still serves, else a new one. Nothing is written.
 * Throws an environment error if a package cannot be had.
 */
export async function requirementsLock(
  task: EnvironmentTask,
  host: Pick<Host, "files" | "python">,
  signal: AbortSignal,
): Promise<string> {
  await refuseLocalModules(task, host);
  const wishes = await requirements(task, host, signal);
  if (wishes.lock !== undefined) return wishes.lock;
  try {
    const pins = wishes.requirements.length === 0 ? "" : await pinned(wishes, host, signal);
    return `${wishes.mark}\n${pins}`;
  } catch (error) {
    throw atImport(error, task.extraction);
  }
}

/** The packages of a day are pinned first; what Slipway needs besides is what goes with them, whenever it was published. */
async function pinned(
  { requirements, constraints, dated }: Requirements,
  { python }: Pick<Host, "python">,
  signal: AbortSignal,
): Promise<string> {
  if (dated === undefined) return python.lock({ requirements, constraints }, signal);
  const versions = Object.entries(lockedVersions(await python.lock(dated, signal)));
  return python.lock({ requirements, constraints: versions.map(([name, version]) => `${name}==${version}`) }, signal);
}

/**
 * Makes the environment of a pipeline before anything of it is written, so that a package that cannot be had leaves nothing behind.
 * Where the pipeline's own lock still serves, that was done before.
 */
export async function prepareEnvironment(
  task: EnvironmentTask,
  host: Pick<Host, "files" | "python" | "progress">,
  signal: AbortSignal,
): Promise<void> {
  if (task.extraction.language !== "python") return;
  host.progress.stage("Preparing the environment");
  const lock = await requirementsLock(task, host, signal);
  if (lock === (await host.files.readText(join(task.pipeline.folder, REQUIREMENTS_LOCK)))) return;
  await host.python.environment(lock, signal);
}

/** An error about the package of one import, told with the cell that imports it; any other error as it is. */
function atImport(error: unknown, extraction: Extraction): unknown {
  if (!(error instanceof SlipwayError) || error.code !== "PACKAGE_UNAVAILABLE") return error;
  const { kind, code, message, hint, cause } = error;
  const name = /\(import ([^)]+)\)/.exec(message)?.[1]; // the reason that the requirement has
  const place = placeOfImport(extraction, name);
  return new SlipwayError(kind, code, message, { place, cause, ...(hint === undefined ? {} : { hint }) });
}

function placeOfImport({ notebook, program }: Extraction, name: string | undefined): Place {
  return { file: notebook, ...(name === undefined ? {} : importPlace(program, name)) };
}

/** The first line of the pipeline's lock if it still serves, else another text. Nothing is resolved or installed. */
export async function requirementsMark(
  task: EnvironmentTask,
  host: Pick<Host, "files" | "python">,
  signal: AbortSignal,
): Promise<string> {
  const wishes = await requirements(task, host, signal);
  return wishes.lock === undefined ? `${wishes.mark} as ${wishes.requirements.join(", ")}` : wishes.mark;
}

async function requirements(
  { workspace, pipeline, extraction, missed: more = [] }: EnvironmentTask,
  { files, python }: Pick<Host, "files" | "python">,
  signal: AbortSignal,
): Promise<Requirements> {
  const lock = await files.readText(join(pipeline.folder, REQUIREMENTS_LOCK));
  const missed = [...new Set([...missedOf(lock ?? ""), ...more])];
  const config = await readConfig(workspace, { files });
  const asOf = config.notebooks?.[extraction.notebook]?.asOf ?? config.asOf;
  return requirementsOf({
    extraction,
    missed,
    ...(asOf === undefined ? {} : { asOf }),
    interpreter: await python.find(signal),
    installed: await python.installed(candidatesOf({ extraction, missed }), signal),
    lock,
    declared: await files.readText(join(workspace, dirname(extraction.notebook), "requirements.txt")),
  });
}

/** A module that a run misses and that lies beside the notebook must not be looked for in a package index, where it may be a stranger's. */
async function refuseLocalModules(
  { workspace, extraction, missed = [] }: EnvironmentTask,
  { files }: Pick<Host, "files">,
): Promise<void> {
  const folder = join(workspace, dirname(extraction.notebook));
  for (const name of missed) {
    const places = [`${name}.py`, `${name}/__init__.py`];
    const found = await Promise.all(places.map((place) => files.stat(join(folder, place))));
    const place = places.find((_, index) => found[index] !== undefined);
    if (place === undefined) continue;
    throw inputError(
      "LOCAL_MODULE",
      `A run imports ${name} from ${place} beside the notebook by a name that it computes.`,
      {
        place: placeOfImport(extraction, name),
        hint: `Import it by name: import ${name}`,
      },
    );
  }
}
