import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import * as z from "zod";
import { inputError } from "../core/errors";
import { isDigest, type Digest } from "../core/digest";
import { MAX_BASE } from "../core/extract/base";
import { observedSchema } from "../core/extract/observed";
import type { Host } from "../core/host";
import { describeIssues } from "../core/issues";
import { codeText } from "../core/package/changes";
import { MODULE_FILE, type PipelineLock, type Signature } from "../core/pipeline";
import { signatureSchema } from "../core/signature";
import { isSafePlace } from "../core/snapshot/place";

/** Where Slipway keeps what is not committed, under the workspace. */
export const STATE_FOLDER = ".slipway";
/** The folder that is the registry of a workspace which names no other. */
export const DEFAULT_REGISTRY = `${STATE_FOLDER}/registry`;
/** Where generated pipelines go, under the workspace. */
export const PIPELINES_FOLDER = "pipelines";
/** The lock file of a pipeline folder. */
export const LOCK_FILE = "pipeline.lock.json";

/** The typed client of the model, in a pipeline folder; there only if there is a model in ONNX. */
export const SCORING_FILE = "scoring.ts";

/** A pipeline folder on disk. */
export interface Pipeline {
  readonly name: string;
  readonly folder: string;
  readonly lock: PipelineLock;
  readonly modulePath: string;
}

/** `path` from the workspace, with forward slashes, as it goes into files that are committed. */
export function workspacePath(workspace: string, path: string): string {
  return relative(workspace, resolve(workspace, path)).split(sep).join("/");
}

/** The name of a notebook's pipeline: the file's name, in lower case, with dashes. */
export function pipelineName(notebookPath: string): string {
  const stem = basename(notebookPath).replace(/\.[^.]+$/, "");
  const name = stem
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "pipeline" : name;
}

/** The folder of the pipeline that `argument` names: its name, its folder, or a file in it. */
export function pipelineFolder(workspace: string, argument: string): string {
  if (!/[\\/.]/.test(argument)) return join(workspace, PIPELINES_FOLDER, argument);
  const path = isAbsolute(argument) ? argument : resolve(workspace, argument);
  return /\.(py|ts|md|json|toml)$/.test(path) ? dirname(path) : path;
}

/** Reads a pipeline folder; throws an input error that says what to do if it is none. */
export async function loadPipeline(workspace: string, argument: string, host: Pick<Host, "files">): Promise<Pipeline> {
  const folder = pipelineFolder(workspace, argument);
  const path = join(folder, LOCK_FILE);
  const text = await host.files.readText(path);
  if (text === undefined) {
    throw inputError(
      "PIPELINE_MISSING",
      `${workspacePath(workspace, folder)} is not a pipeline: it has no ${LOCK_FILE}.`,
      {
        place: { file: path },
        hint: "Run: slipway extract NOTEBOOK",
      },
    );
  }
  const lock = parseLock(text, path);
  return { name: lock.pipeline, folder, lock, modulePath: join(folder, MODULE_FILE[lock.language]) };
}

/** Keeps the state out of git, as other tools do with their caches. A file that is there already is the user's, and stays. */
export async function ignoreState(workspace: string, host: Pick<Host, "files">): Promise<void> {
  const path = join(workspace, STATE_FOLDER, ".gitignore");
  if ((await host.files.stat(path)) === undefined) await host.files.write(path, "*\n");
}

/** The text of all code of a pipeline as it is on disk: its module and the user's own modules; `undefined` if there is no module. */
export async function pipelineCode(
  { folder, lock, modulePath }: Pick<Pipeline, "folder" | "lock" | "modulePath">,
  { files }: Pick<Host, "files">,
): Promise<string | undefined> {
  const module = await files.readText(modulePath);
  const paths = Object.keys(lock.modules ?? {});
  const texts = await Promise.all(paths.map((path) => files.readText(join(folder, path))));
  return module === undefined
    ? undefined
    : codeText(
        module,
        paths.map((path, index) => ({ path, text: texts[index] ?? "" })),
      );
}

/**
 * Text of a lock file: stable key order, one line for each function with observed types and each entry of the line map, so that
 * diffs stay small; the base comes last.
 */
export function formatLock(lock: PipelineLock): string {
  const { lines, base, types, ...head } = lock;
  const body = JSON.stringify(head, null, 2).replace(/\n\}$/, "");
  const functions = Object.entries(types ?? {}).map(([name, one]) => `${JSON.stringify(name)}: ${JSON.stringify(one)}`);
  const seen = types === undefined ? "" : `,\n  "types": {${indented(functions)}}`;
  const last = base === undefined ? "" : `,\n  "base": ${JSON.stringify(base)}`;
  return `${body}${seen},\n  "lines": [${indented(lines.map((origin) => JSON.stringify(origin)))}]${last}\n}\n`;
}

function indented(entries: readonly string[]): string {
  return entries.length === 0 ? "" : `\n${entries.map((entry) => `    ${entry}`).join(",\n")}\n  `;
}

/** What later stages find, for the lock. */
interface FoundFacts extends Pick<PipelineLock, "snapshot" | "environment"> {
  /** `undefined` removes the one that is there. */
  readonly signature?: Signature | undefined;
}

/** A lock with the facts that a later stage found in the place of those that it has. */
export function completedLock(lock: PipelineLock, facts: FoundFacts): PipelineLock {
  const { signature, ...rest } = { ...lock, ...facts };
  return { ...rest, ...(signature !== undefined && { signature }) };
}

/** Writes the facts that a later stage found into a pipeline's lock. */
export async function updateLock(pipeline: Pipeline, facts: FoundFacts, host: Pick<Host, "files">): Promise<Pipeline> {
  const lock = completedLock(pipeline.lock, facts);
  await host.files.write(join(pipeline.folder, LOCK_FILE), formatLock(lock));
  return { ...pipeline, lock };
}

const digest = z.custom<Digest>((value) => typeof value === "string" && isDigest(value), "not a sha256 digest");

const lockSchema = z.object({
  version: z.literal(1),
  pipeline: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  language: z.enum(["python", "typescript"]),
  notebook: z.object({ path: z.string(), digest }),
  model: z.string().exactOptional(),
  module: digest,
  companions: z.record(z.string().refine(isSafePlace), digest),
  modules: z.record(z.string().refine(isSafePlace), z.string().refine(isSafePlace)).exactOptional(),
  snapshot: digest.exactOptional(),
  environment: digest.exactOptional(),
  signature: signatureSchema.exactOptional(),
  types: observedSchema.exactOptional(),
  lines: z.array(z.object({ line: z.int(), cell: z.int(), cellLine: z.int() })),
  base: z.string().max(MAX_BASE).exactOptional(),
});

function parseLock(text: string, path: string): PipelineLock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw inputError("LOCK_INVALID", `${LOCK_FILE} is not JSON.`, {
      place: { file: path },
      hint: "Extract the notebook again.",
      cause,
    });
  }
  const parsed = lockSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw inputError("LOCK_INVALID", `${LOCK_FILE} is not valid: ${describeIssues(parsed.error)}`, {
    place: { file: path },
    hint: "Extract the notebook again.",
  });
}
