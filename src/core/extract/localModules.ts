/** Modules of the user's own that a notebook imports: found as Python finds them, from the notebook's folder. */
import { posix } from "node:path";
import type { Cell, Notebook } from "../notebook/notebook";
import { writtenFile } from "../notebook/writtenModules";
import { collectBindings } from "../python/calls";
import type { Library } from "../python/knowledge";
import { absoluteName, loadedModules, moduleImports, type ModuleImport } from "../python/moduleImports";
import { markOf, problemIn, readStatements, type Statement } from "../python/program";
import { isPackage, looksOwn } from "../python/distributions";
import { isStandardModule } from "../python/standardLibrary";
import type { ParsePython, SyntaxNode } from "../python/syntax";
import { union } from "../python/sets";
import { foldersAbove, searchPath, type Folders } from "./searchPath";

/** What Python would import under a name from one folder. Paths are from the workspace. */
export type FoundModule =
  | { readonly kind: "module" | "package"; readonly path: string; readonly text: string }
  /** A folder without `__init__.py`: its modules can be imported, if no other folder has a module of its name. */
  | { readonly kind: "folder" }
  /** What cannot be taken along; `why` is a sentence about it. */
  | { readonly kind: "refused"; readonly why: string; readonly hint: string };

/** No module: a file whose name differs in upper and lower case only, which Python minds. */
export interface Lookalike {
  readonly kind: "lookalike";
  readonly path: string;
}

/** Looks into one folder for what `name` stands for. */
export type FindModule = (folder: string, name: string) => Promise<FoundModule | Lookalike | undefined>;

/** One file. */
export interface LocalModule {
  /** As it is imported: `helpers.features`. */
  readonly name: string;
  /** The package that its relative imports start from. */
  readonly package_: string;
  /** Its path in a pipeline's folder: `helpers/features.py`. */
  readonly path: string;
  /** The file that it comes from, from the workspace; the notebook, where a cell writes it. */
  readonly source: string;
  readonly text: string;
  readonly root: SyntaxNode;
  readonly imports: readonly ModuleImport[];
}

/** Why a module cannot go with the pipeline, as a sentence, and what to do. */
export interface Refusal {
  readonly why: string;
  readonly hint: string;
}

/** All that a notebook imports of the user's own. */
export interface LocalModules {
  /** By their names. */
  readonly modules: ReadonlyMap<string, LocalModule>;
  readonly refused: ReadonlyMap<string, Refusal>;
  /** Files whose names differ from those of modules that were not found in upper and lower case only, by these modules' names. */
  readonly lookalikes: ReadonlyMap<string, string>;
  /** Modules that are the user's own by all that is seen, and are not there: no packages to install. By their names, how it is seen. */
  readonly missing: ReadonlyMap<string, string>;
  /** The marks of statements that only say where these modules lie, or lead to no other folder, and why they are left out. */
  readonly additions: ReadonlyMap<string, string>;
}

/** More than anybody writes beside a notebook: a whole library was found. */
const MAX_MODULES = 256;
/** Names of the pipeline's own files. */
const OWN = new Set(["pipeline", "test_pipeline"]);

interface Finding {
  readonly notebook: string;
  readonly parse: ParsePython;
  readonly find: FindModule;
  readonly modules: Map<string, LocalModule>;
  readonly refused: Map<string, Refusal>;
  readonly lookalikes: Map<string, string>;
  /** Modules that are not there, and what was imported where only libraries can be meant. */
  readonly missing: Map<string, string>;
  readonly libraries: Set<string>;
  /** The folders that the modules of a package lie in. */
  readonly packages: Map<string, readonly string[]>;
  /** What cells have written so far, by its path from the workspace. */
  readonly written: Map<string, string>;
  readonly library: Library;
  /** The lines of the notebook that install packages. */
  readonly installs: string;
  /** Those of the statement that is followed. */
  folders: Folders;
  /** What was found in a folder that is guessed: modules, and folders without `__init__.py`. */
  readonly guessed: Set<string>;
  /** The folders that the modules add themselves. */
  readonly added: { readonly first: string[]; readonly last: string[] };
}

/** What they are found with. */
interface FindingTools {
  readonly parse: ParsePython;
  readonly library: Library;
  readonly find?: FindModule;
}

/** Finds them, with what they import in turn. Without `find` only what cells write is known. */
export async function findLocalModules(
  { path: notebook, cells }: Notebook,
  statements: readonly Statement[],
  { parse, library, find = () => Promise.resolve(undefined) }: FindingTools,
): Promise<LocalModules> {
  const folder = posix.dirname(notebook);
  const { folders, additions, guesses, passed } = searchPath(statements, folder, collectBindings(statements, library));
  const finding: Finding = {
    notebook,
    parse,
    find,
    modules: new Map(),
    refused: new Map(),
    lookalikes: new Map(),
    missing: new Map(),
    libraries: new Set(),
    packages: new Map(),
    written: new Map(),
    library,
    installs: installsIn(cells),
    folders: { working: folder, searched: [], guessed: [], leaves: false },
    guessed: new Set(),
    added: { first: [], last: [] },
  };
  const position = new Map(cells.map(({ number }, index) => [number, index]));
  let next = 0;
  for (const [index, { node, source, cell }] of statements.entries()) {
    finding.folders = folders[index] ?? finding.folders;
    for (const above of cells.slice(next, position.get(cell))) await write(above, finding);
    next = Math.max(next, position.get(cell) ?? 0);
    if (!/\bimport\b/.test(source)) continue;
    for (const one of moduleImports(node)) await load(one, "", finding);
  }
  const isGuessed = [...finding.modules.keys()].some((name) => finding.guessed.has(name.split(".")[0] ?? ""));
  const left = isGuessed ? union(additions, guesses) : additions;
  const marked = (some: ReadonlySet<Statement>, why: string) => [...some].map((one) => [markOf(one), why] as const);
  const why = "the modules that lie there go with the pipeline";
  return { ...finding, additions: new Map([...marked(left, why), ...marked(passed, "the notebook lies elsewhere")]) };
}

async function write(cell: Cell, { written, find, folders: { working } }: Finding): Promise<void> {
  const file = writtenFile(cell);
  if (file === undefined) return;
  const path = posix.join(working, file.path);
  const present = (): ReturnType<FindModule> => find(posix.dirname(path), posix.basename(path, ".py"));
  const before = file.appends ? (written.get(path) ?? textOf(await present())) : "";
  written.set(path, before + file.text);
}

function textOf(found: Awaited<ReturnType<FindModule>>): string {
  return found?.kind === "module" ? found.text : "";
}

/** Follows one import of a file in `package_`. */
async function load(one: ModuleImport, package_: string, finding: Finding): Promise<void> {
  const module = absoluteName(one.module, package_) ?? "";
  for (const name of loadedModules(one, package_)) {
    const isFound = finding.modules.has(name) || finding.refused.has(name) || (await isLocated(name, finding));
    // What `from module import name` names may be a variable of the module.
    const isModule = name === module || module.startsWith(`${name}.`);
    if (isFound || one.tried || !isModule) continue;
    if (package_ === "") noteMissing(name, module, finding);
    await miss(name, package_, finding);
  }
}

async function isLocated(name: string, finding: Finding): Promise<boolean> {
  return (await locate(name, finding)) || (await locateInSources(name, finding));
}

/** Notes what is no known library, where it is imported behind a change of the path that leads out of the workspace, or named as folders are. */
function noteMissing(name: string, module: string, finding: Finding): void {
  const isOwn = looksOwn(module) && !finding.installs.includes(name);
  if (!finding.folders.leaves && !isOwn) finding.libraries.add(name);
  if (isLibrary(name, finding) || isSeen(name, finding) || name.includes(".")) return;
  finding.missing.set(name, isOwn ? `${module} is named like a folder of your own` : BEHIND);
}

function isLibrary(name: string, { library, libraries }: Finding): boolean {
  return libraries.has(name) || isStandardModule(name) || library.knows(name) || isPackage(name);
}

/** True for what was found, be it under another name, and for what was noted before. */
function isSeen(name: string, { packages, lookalikes, missing }: Finding): boolean {
  return packages.has(name) || lookalikes.has(name) || missing.has(name);
}

const BEHIND = "it is imported behind a change of sys.path that leads out of the workspace";

/** The lines of a notebook that install packages. */
function installsIn(cells: readonly Cell[]): string {
  return cells
    .flatMap(({ source }) => source.match(/^.*\b(?:pip3?|conda|mamba|uv)\b.*\binstall\b.*$/gm) ?? [])
    .join("\n");
}

/** Refuses what is not there, if it is no library. */
async function miss(name: string, package_: string, finding: Finding): Promise<void> {
  const { modules, refused, packages } = finding;
  const parent = modules.get(parentOf(name));
  if (packages.has(name)) return;
  if (parent !== undefined) {
    const why = `${parent.source} is there, but there is no module ${name}`;
    refused.set(name, { why, hint: "Add the file, or take the import away." });
  } else if (await liesBeside(name, package_, finding)) {
    const why = `it is imported in the package ${package_}, where Python 3 does not look for it`;
    refused.set(name, { why, hint: `Write: from . import ${name}` });
  }
}

/** True for what only Python 2 imports: a module of the same package by its bare name. It may be a stranger's in a package index. */
async function liesBeside(name: string, package_: string, finding: Finding): Promise<boolean> {
  const folders = name.includes(".") || isStandardModule(name) ? [] : (finding.packages.get(package_) ?? []);
  const found = await Promise.all(folders.map((folder) => lookInto(folder, name, finding)));
  return found.some((one) => one?.kind === "module" || one?.kind === "package");
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

/** Looks for a module where Python would; true if there is one. */
async function locate(name: string, finding: Finding): Promise<boolean> {
  const own = name.slice(name.lastIndexOf(".") + 1);
  const parts: string[] = [];
  for (const folder of foldersFor(name, finding)) {
    const found = await lookInto(folder, own, finding);
    if (found !== undefined && isGuess(folder, finding)) finding.guessed.add(name);
    if (found?.kind === "folder") parts.push(posix.join(folder, own));
    else if (found?.kind === "lookalike") finding.lookalikes.set(name, found.path);
    else if (found !== undefined) {
      await add(name, found, finding);
      return true;
    }
  }
  if (parts.length > 0) finding.packages.set(name, parts);
  return false;
}

/** A project of the user's own keeps its packages in `src`, where only its installation finds them: `pip install -e .` */
async function locateInSources(name: string, finding: Finding): Promise<boolean> {
  if (name.includes(".") || isStandardModule(name) || finding.packages.has(name)) return false;
  for (const folder of foldersAbove(finding.folders.working, "src")) {
    const found = await lookInto(folder, name, finding);
    if (found?.kind !== "package" && found?.kind !== "module") continue;
    finding.lookalikes.delete(name);
    await add(name, found, finding);
    return true;
  }
  return false;
}

function isGuess(folder: string, { folders: { guessed, searched } }: Finding): boolean {
  return guessed.includes(folder) && !searched.includes(folder);
}

/** The folders that a module may lie in; a standard one lies in none of them. */
function foldersFor(name: string, { folders: { searched, guessed }, added, packages }: Finding): readonly string[] {
  const parent = parentOf(name);
  if (parent !== "") return packages.get(parent) ?? [];
  return isStandardModule(name) ? [] : [...added.first, ...searched, ...added.last, ...guessed];
}

/** What cells have written counts as if it lay there. */
async function lookInto(folder: string, name: string, { find, written }: Finding): ReturnType<FindModule> {
  const base = posix.join(folder, name);
  const inPackage = written.get(`${base}/__init__.py`);
  if (inPackage !== undefined) return { kind: "package", path: `${base}/__init__.py`, text: inPackage };
  const found = await find(folder, name);
  const inModule = found?.kind === "package" ? undefined : written.get(`${base}.py`);
  if (inModule !== undefined) return { kind: "module", path: `${base}.py`, text: inModule };
  const isFolder = [...written.keys()].some((path) => path.startsWith(`${base}/`));
  return found ?? (isFolder ? { kind: "folder" } : undefined);
}

async function add(name: string, found: Exclude<FoundModule, { kind: "folder" }>, finding: Finding): Promise<void> {
  const { modules, refused, packages } = finding;
  const module =
    found.kind === "refused" ? found : (refusalOf(name, found.path, modules.size) ?? read(name, found, finding));
  if ("why" in module) {
    refused.set(name, module);
    return;
  }
  modules.set(name, module);
  addFolders(module, finding);
  if (found.kind === "package") packages.set(name, [posix.dirname(found.path)]);
  for (const one of module.imports) await load(one, module.package_, finding);
}

/** Notes what a module adds to the search path when it is loaded, from the working folder: `import path_setup`. */
function addFolders({ text }: LocalModule, { parse, library, folders: { working }, added }: Finding): void {
  if (!text.includes("sys.path")) return;
  const statements = readStatements(0, text, parse);
  const searched = searchPath(statements, working, collectBindings(statements, library)).folders.at(-1)?.searched ?? [];
  added.first.unshift(...searched.slice(0, searched.indexOf(working)));
  added.last.push(...searched.slice(searched.indexOf(working) + 1));
}

function read(
  name: string,
  { kind, text, path }: Extract<FoundModule, { path: string }>,
  { parse, written, notebook }: Finding,
): LocalModule | Refusal {
  const parsed = parse(text);
  const problem = problemIn(parsed, text);
  if (problem !== undefined) {
    return { why: `line ${problem.line} of ${path} is not Python: ${problem.text}`, hint: "Mend that line." };
  }
  const isPackage = kind === "package";
  return {
    name,
    package_: isPackage ? name : parentOf(name),
    path: `${name.replaceAll(".", "/")}${isPackage ? "/__init__" : ""}.py`,
    source: written.has(path) ? notebook : path,
    text,
    root: parsed.root,
    imports: moduleImports(parsed.root),
  };
}

function refusalOf(name: string, path: string, count: number): Refusal | undefined {
  if (OWN.has(name)) {
    return { why: `${path} has the name of a file that the pipeline has itself`, hint: "Rename the module." };
  }
  if (count < MAX_MODULES) return undefined;
  return { why: `it loads more than ${MAX_MODULES} files of the workspace`, hint: "Install them as a package." };
}

/** A module that statements load, with the first line of a cell that leads to it. */
export interface LoadedModule {
  readonly cell: number;
  readonly line: number;
}

/** The modules that statements load, directly or not, in the order in which they are reached; those that are refused or not there, too. */
export function loadedBy(
  statements: readonly Statement[],
  { modules, refused, lookalikes, missing }: LocalModules,
): ReadonlyMap<string, LoadedModule> {
  const loaded = new Map<string, LoadedModule>();
  const found = new Set([...modules.keys(), ...refused.keys(), ...lookalikes.keys(), ...missing.keys()]);
  const follow = (one: ModuleImport, package_: string, place: LoadedModule): void => {
    for (const name of loadedModules(one, package_)) {
      const module = modules.get(name);
      if (loaded.has(name) || !found.has(name)) continue;
      loaded.set(name, place);
      for (const inner of module?.imports ?? []) follow(inner, module?.package_ ?? "", place);
    }
  };
  for (const { node, source, cell } of found.size === 0 ? [] : statements) {
    if (!/\bimport\b/.test(source)) continue;
    for (const one of moduleImports(node)) follow(one, "", { cell, line: one.line });
  }
  return loaded;
}
