/** Files of the user's own that a notebook imports, with what they import in turn, and where they lie in a pipeline's folder. */
import { posix } from "node:path";
import { ts } from "ts-morph";
import type { FoundModule, Refusal } from "../extract/localModules";
import type { ModuleSource } from "../pipeline";
import { edited } from "../python/edits";
import type { SourceCell } from "./cells";
import { isFileSpecifier, packageOf, specifiersIn } from "./specifiers";

/** Opens a file by its path from the workspace; `undefined` if it is not there. */
export type FindFile = (path: string) => Promise<FoundModule | undefined>;

/** One file. */
export interface LocalFile {
  /** From the workspace. */
  readonly path: string;
  readonly text: string;
  /** The files that it imports, from the workspace, those that are refused among them. */
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

/** All files that a notebook imports. */
export interface LocalFiles {
  /** Folder of the notebook, from the workspace. */
  readonly folder: string;
  /** By their paths from the workspace. */
  readonly files: ReadonlyMap<string, LocalFile>;
  readonly refused: ReadonlyMap<string, Refusal>;
}

/** More than anybody writes beside a notebook: a whole library was found. */
const MAX_FILES = 256;
/** Names of the pipeline's own files. */
const OWN = new Set(["pipeline.ts", "pipeline_test.ts", "scoring.ts", "deno.json", "deno.lock", "pipeline.lock.json"]);
/** What Node's kernels find where a specifier has no ending. */
const ENDINGS = ["", ".ts", ".js", ".mjs", ".json", "/index.ts", "/index.js"];

interface Finding {
  readonly folder: string;
  readonly find: FindFile;
  readonly files: Map<string, LocalFile>;
  readonly refused: Map<string, Refusal>;
}

/** Finds them, and gives the cells with the endings that Node's kernels leave out. Without `find` there are none. */
export async function findLocalFiles(
  notebook: string,
  cells: readonly SourceCell[],
  { find, endings }: { readonly find: FindFile | undefined; readonly endings: boolean },
): Promise<{ readonly cells: readonly SourceCell[]; readonly local: LocalFiles }> {
  const folder = posix.dirname(notebook);
  const finding: Finding = {
    folder,
    find: find ?? (() => Promise.resolve(undefined)),
    files: new Map(),
    refused: new Map(),
  };
  if (find === undefined) return { cells, local: finding };
  const ended: SourceCell[] = [];
  for (const cell of cells) {
    const source = endings ? await withEndings(cell.source, finding) : cell.source;
    for (const { text } of specifiersIn(source)) if (isFileSpecifier(text)) await load(text, folder, finding);
    ended.push({ ...cell, source });
  }
  return { cells: ended, local: finding };
}

/** `./clean` as `./clean.ts`, which Deno finds. Lines stay what they are. */
async function withEndings(source: string, { folder, find }: Finding): Promise<string> {
  const edits = [];
  for (const { text, start, end } of specifiersIn(source)) {
    const ending = text.startsWith(".") ? await endingOf(posix.join(folder, text), find) : undefined;
    if (ending !== undefined) edits.push({ start, end, text: JSON.stringify(text + ending) });
  }
  return edited(source, { start: 0, end: source.length }, edits);
}

/** What a path lacks to be that of a file; nothing if it is one. */
async function endingOf(path: string, find: FindFile): Promise<string | undefined> {
  for (const ending of ENDINGS) if ((await find(path + ending)) !== undefined) return ending;
  return undefined;
}

/** Where a file lies, from the workspace. */
export function fileAt(specifier: string, folder: string): string {
  return specifier.startsWith(".") ? posix.join(folder, specifier) : specifier;
}

async function load(specifier: string, folder: string, finding: Finding): Promise<void> {
  const { files, refused } = finding;
  const path = fileAt(specifier, folder);
  if (files.has(path) || refused.has(path)) return;
  const file = await open(specifier, path, finding);
  if ("why" in file) {
    refused.set(path, file);
    return;
  }
  files.set(path, file);
  for (const inner of specifiersOf(file)) await load(inner, posix.dirname(path), finding);
}

function specifiersOf({ path, text }: Pick<LocalFile, "path" | "text">): readonly string[] {
  return specifiersIn(text, `/${path}`).flatMap((one) => (isFileSpecifier(one.text) ? [one.text] : []));
}

async function open(specifier: string, path: string, { find, files, folder }: Finding): Promise<LocalFile | Refusal> {
  if (!specifier.startsWith(".")) {
    return { why: "it is named by its place on this machine", hint: "Import it by its path from the notebook." };
  }
  const found = await find(path);
  if (found === undefined) {
    const ending = await endingOf(path, find);
    if (ending === undefined)
      return { why: `there is no file ${path}`, hint: "Add the file, or take the import away." };
    return { why: "Deno finds no file without its ending", hint: `Write: ${specifier}${ending}` };
  }
  if (found.kind === "refused") return found;
  const text = found.kind === "folder" ? "" : found.text;
  const refusal = refusalOf(path, text, files.size, folder);
  if (refusal !== undefined) return refusal;
  return {
    path,
    text,
    files: specifiersOf({ path, text }).map((one) => fileAt(one, posix.dirname(path))),
    packages: specifiersIn(text, `/${path}`).flatMap((one) => packageOf(one.text) ?? []),
  };
}

function refusalOf(path: string, text: string, count: number, folder: string): Refusal | undefined {
  const isAbove = !posix.relative(posix.dirname(path), folder).startsWith("..");
  if (isAbove && OWN.has(posix.basename(path))) {
    return { why: `${path} has the name of a file that the pipeline has itself`, hint: "Rename the module." };
  }
  const problem = path.endsWith(".json") ? undefined : problemIn(path, text);
  if (problem !== undefined) return { why: problem, hint: "Mend that line." };
  if (/\.[jt]sx?$/.test(path) && isCommonJs(text)) {
    return {
      why: `${path} is a CommonJS module, which Deno does not import`,
      hint: "Write it with import and export.",
    };
  }
  if (count < MAX_FILES) return undefined;
  return { why: `it loads more than ${MAX_FILES} files of the workspace`, hint: "Publish them as a package." };
}

function problemIn(path: string, text: string): string | undefined {
  const options = { reportDiagnostics: true, fileName: `/${path}`, compilerOptions: { jsx: ts.JsxEmit.Preserve } };
  const [problem] = ts.transpileModule(text, options).diagnostics ?? [];
  if (problem === undefined) return undefined;
  const line = text.slice(0, problem.start).split("\n").length;
  return `line ${line} of ${path} is not TypeScript: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`;
}

function isCommonJs(text: string): boolean {
  return /^\s*(module\.)?exports\b/m.test(text) && !/^\s*(import|export)\b/m.test(text);
}

/** Files beside each other as their imports find them: below one folder, which is that of the notebook if it can be. */
export interface Layout {
  /** The files, by their paths in the layout. */
  readonly files: readonly ModuleSource[];
  /** Folder of the notebook in the layout; empty if it is the layout's own. */
  readonly folder: string;
  /** The path in the layout of a file of the workspace. */
  readonly place: (path: string) => string;
}

/** Lays some of the files out. */
export function layOut({ folder, files }: LocalFiles, paths: Iterable<string>): Layout {
  const taken = [...paths].flatMap((path) => files.get(path) ?? []);
  const base = taken.reduce((common, { path }) => commonFolder(common, posix.dirname(path)), folder);
  const place = (path: string): string => posix.relative(base, path);
  return {
    files: taken
      .map(({ path, text }) => ({ path: place(path), text, source: path }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    folder: place(folder),
    place,
  };
}

function commonFolder(first: string, second: string): string {
  const names = second.split("/");
  const differs = first.split("/").findIndex((name, index) => name !== names[index]);
  if (differs < 0) return first;
  return names.slice(0, differs).join("/") || ".";
}

/** The files that some files load, themselves included, those that are refused among them. */
export function loadedFiles(paths: Iterable<string>, { files, refused }: LocalFiles): ReadonlySet<string> {
  const loaded = new Set([...paths].filter((path) => files.has(path) || refused.has(path)));
  for (const path of loaded) for (const inner of files.get(path)?.files ?? []) loaded.add(inner);
  return loaded;
}
