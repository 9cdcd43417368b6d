import { isAbsolute, join, resolve } from "node:path";
import { inputError, SlipwayError, throwIfAborted } from "../core/errors";
import type { TableText } from "../core/extract/frames/tables";
import type { ObservedTypes } from "../core/extract/observed";
import { extractPython } from "../core/extract/python";
import type { Host } from "../core/host";
import type { Notebook } from "../core/notebook/notebook";
import { toldInFiles } from "../core/notebook/places";
import { readNotebook } from "../core/notebook/read";
import type { Extraction, Reference } from "../core/pipeline";
import { createParser, type ParsePython } from "../core/python/syntax";
import { readConfig } from "./config";
import { fileFinder, moduleFinder } from "./localModules";
import { followRuns } from "./runFiles";
import { tableText } from "./tableText";
import { loadPipeline, pipelineName, PIPELINES_FOLDER, workspacePath, type Pipeline } from "./workspace";

/** Which notebook to analyse. */
export interface AnalyseOptions {
  readonly workspace: string;
  /** Path of the notebook, absolute or from the workspace. */
  readonly notebook: string;
  /** The variable to ship, where there are several; overrides `slipway.yaml`. */
  readonly model?: string;
  /** Of models that are equally good, takes the first and says so; otherwise they are refused. */
  readonly ranked?: boolean;
  /** Gives the reasons for every statement. */
  readonly explain?: boolean;
  /** Folder of the pipeline; default: `pipelines/<name>`. */
  readonly out?: string;
  /** What a run showed of types; else what the lock of the pipeline says of them. */
  readonly observed?: ObservedTypes;
}

/** The ports that extraction uses. */
export type AnalyseHost = Pick<Host, "files" | "formatter" | "grammar" | "progress">;

/** Largest notebook that is read, in bytes: outputs are held in memory while it is parsed. */
const MAX_NOTEBOOK = 256 * 1024 * 1024;

/** Extracts the pipeline of a notebook in memory: nothing is run and nothing is written. */
export async function analyse(options: AnalyseOptions, host: AnalyseHost, signal: AbortSignal): Promise<Extraction> {
  const notebook = await openNotebook(options.workspace, options.notebook, host);
  throwIfAborted(signal);
  return analyseNotebook(notebook, options, host);
}

/** Extracts the pipeline of a notebook that was read, and looks into the tables that it reads. */
async function analyseNotebook(notebook: Notebook, options: AnalyseOptions, host: AnalyseHost): Promise<Extraction> {
  const { notebooks, effects, asOf } = await readConfig(options.workspace, host);
  const settings = notebooks?.[notebook.path];
  const pipeline = settings?.pipeline ?? pipelineName(notebook.path);
  const model = options.model ?? settings?.model;
  const wanted = {
    pipeline,
    folder: workspacePath(options.workspace, pipelineFolderOf(options.workspace, { pipeline }, options.out)),
    ...(model === undefined ? {} : { model }),
    ranked: options.ranked === true,
    explain: options.explain === true,
  };
  return toldInFiles(notebook, async () => {
    if (notebook.language === "typescript") {
      const { extractTypeScript } = await import("../core/typescript/extract");
      return extractTypeScript(notebook, wanted, fileFinder(options.workspace, host));
    }
    const parse = await pythonParser(host);
    const format = (text: string): Promise<string> => host.formatter.python(text);
    const file = resolve(options.workspace, notebook.path);
    const table = (reference: Reference): Promise<TableText> => tableText(file, reference, host);
    const find = moduleFinder(options.workspace, host);
    const observed =
      options.observed ?? (await lockedTypes(pipelineFolderOf(options.workspace, wanted, options.out), notebook, host));
    return extractPython(
      notebook,
      { ...wanted, effects, observed, asOf: settings?.asOf ?? asOf },
      { parse, format, table, find },
    );
  });
}

/** What a run showed of the types of a notebook's pipeline, if there is one in the folder whose lock can be read. */
async function lockedTypes(folder: string, { path }: Notebook, host: AnalyseHost): Promise<ObservedTypes | undefined> {
  try {
    const { lock } = await loadPipeline(folder, folder, host);
    return lock.notebook.path === path ? lock.types : undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}

/** Extracts the pipeline again, as it was asked for when its folder was written. */
export function analysePipeline(
  { workspace, pipeline, observed }: PipelineAnalysis,
  host: AnalyseHost,
  signal: AbortSignal,
): Promise<Extraction> {
  const { notebook, model, types = {} } = pipeline.lock;
  const wanted = { workspace, notebook: notebook.path, out: pipeline.folder, observed: observed ?? types };
  return analyse({ ...wanted, ...(model === undefined ? {} : { model }) }, host, signal);
}

/** Which pipeline is extracted again. */
export interface PipelineAnalysis extends Pick<AnalyseOptions, "workspace" | "observed"> {
  readonly pipeline: Pick<Pipeline, "lock" | "folder">;
}

/** Reads a notebook file of the workspace, with the cells of the files that it runs. */
export async function openNotebook(workspace: string, path: string, host: Pick<Host, "files">): Promise<Notebook> {
  const file = isAbsolute(path) ? path : resolve(workspace, path);
  const shown = workspacePath(workspace, file);
  const stat = await host.files.stat(file);
  if (stat === undefined)
    throw inputError("NOTEBOOK_MISSING", `There is no notebook at ${shown}.`, { place: { file: shown } });
  if (stat.kind !== "file")
    throw inputError("NOTEBOOK_INVALID", `${shown} is a folder, not a notebook.`, { place: { file: shown } });
  if (stat.size > MAX_NOTEBOOK) {
    throw inputError("NOTEBOOK_TOO_LARGE", `${shown} is larger than ${MAX_NOTEBOOK / 1024 / 1024} MB.`, {
      place: { file: shown },
      hint: `Clear its outputs: jupyter nbconvert --clear-output --inplace "${shown}"`,
    });
  }
  const notebook = readNotebook(shown, (await host.files.read(file)) ?? new Uint8Array());
  return followRuns(notebook, workspace, host);
}

let parser: Promise<ParsePython> | undefined;

/** The Python parser, made once a process. */
function pythonParser({ grammar }: Pick<Host, "grammar">): Promise<ParsePython> {
  parser ??= Promise.all([grammar.runtime(), grammar.python()]).then(([runtime, python]) =>
    createParser({ runtime, python }),
  );
  return parser;
}

/** The folder that a notebook's pipeline is written to. */
export function pipelineFolderOf(workspace: string, extraction: Pick<Extraction, "pipeline">, out?: string): string {
  return out === undefined ? join(workspace, PIPELINES_FOLDER, extraction.pipeline) : resolve(workspace, out);
}
