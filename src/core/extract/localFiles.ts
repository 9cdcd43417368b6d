/** What becomes of the user's own modules: files of the pipeline, packages that they need, findings. */
import { inputError, type SlipwayError } from "../errors";
import type { ModuleSource } from "../pipeline";
import type { Diagnostic } from "../report";
import { calleeOf, callsIn, collectBindings } from "../python/calls";
import { fileAccess } from "../python/files";
import type { Library } from "../python/knowledge";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import type { SyntaxNode } from "../python/syntax";
import { thirdParty } from "./imports";
import { loadedBy, type LoadedModule, type LocalModule, type LocalModules, type Refusal } from "./localModules";
import type { Analysed } from "./target";

/** Of the user's own modules, those that some statements load. */
export interface LoadedFiles {
  readonly files: readonly ModuleSource[];
  /** Third-party import names that they need. */
  readonly packages: readonly string[];
}

/** True for a module of the user's own, and for what lies in a package of theirs. */
export function isLocal(module: string, { modules, refused, missing }: LocalModules): boolean {
  const head = module.split(".")[0] ?? "";
  if (missing.has(head)) return true;
  return [...modules.keys(), ...refused.keys()].some((name) => name === head || name.startsWith(`${head}.`));
}

/** The files of the modules that the kept statements load. Throws an input error where one of them cannot go with the pipeline. */
export function filesOfPipeline(notebook: string, kept: readonly Statement[], local: LocalModules): LoadedFiles {
  for (const [name, { cell, line }] of loadedBy(kept, local)) {
    const refusal = local.refused.get(name);
    if (refusal === undefined) continue;
    throw cannotGo(name, refusal, { file: notebook, cell, line });
  }
  return filesOf(kept, local);
}

/** The error of a module that is needed and cannot go with the pipeline. */
export function cannotGo(name: string, { why, hint }: Refusal, place: LoadedModule & { file: string }): SlipwayError {
  return inputError("LOCAL_MODULE", `${place.file} imports ${name}, which cannot go with it: ${why}.`, { place, hint });
}

/** The files of the modules that statements load; what is refused is left out. */
export function filesOf(statements: readonly Statement[], local: LocalModules): LoadedFiles {
  const loaded = loadedBy(statements, local);
  const modules = [...loaded.keys()].flatMap((name) => local.modules.get(name) ?? []);
  const needed = modules.flatMap(({ imports }) => imports.filter(({ tried }) => !tried).map(({ module }) => module));
  const outside = needed.filter((module) => !module.startsWith(".") && !isLocal(module, local));
  return {
    files: modules.map(({ path, text, source }) => ({ path, text, source })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    packages: thirdParty(outside),
  };
}

/** What is said of the modules that go with the pipeline, and of those that the notebook has to do without when it is run. */
export function localFindings(
  { notebook, knowledge: { library } }: Pick<Analysed, "notebook" | "knowledge">,
  kept: readonly Statement[],
  all: readonly Statement[],
  local: LocalModules,
): readonly Diagnostic[] {
  const loaded = loadedBy(kept, local);
  const modules = [...loaded].flatMap(([name, place]) => {
    const module = local.modules.get(name);
    return module === undefined ? [] : [taken(module, notebook, place), ...worksAtImport(module, place, library)];
  });
  const alike = [...loaded].flatMap(([name, place]) => looksAlike(name, local.lookalikes.get(name), place));
  const absent = [...loaded].flatMap(([name, place]) => {
    const why = local.missing.get(name);
    return why === undefined ? [] : [isAbsent(name, why, place)];
  });
  const missed = [...loadedBy(all, local)].flatMap(([name, place]): readonly Diagnostic[] => {
    const refusal = local.refused.get(name);
    if (refusal === undefined) return [];
    const message = `${name} is left out, so what uses it is not run: ${refusal.why}.`;
    return [{ code: "notebook.local-module", severity: "warning", ...place, message, hint: refusal.hint }];
  });
  return [...modules, ...alike, ...absent, ...missed];
}

/** A package of that name would be a stranger's. */
function isAbsent(name: string, why: string, place: LoadedModule): Diagnostic {
  const message = `${name} is taken for a module of your own that is not there: ${why}.`;
  const hint = `Put it beside the notebook. If it is a package to install, import it above any change of sys.path, and let a cell install it: %pip install ${name}.`;
  return { code: "notebook.local-module", severity: "warning", ...place, message, hint };
}

/** A package of that name may be anybody's. */
function looksAlike(name: string, path: string | undefined, place: LoadedModule): readonly Diagnostic[] {
  if (path === undefined) return [];
  const message = `${name} is taken for a package to install: ${path} is another name to Python, which minds upper and lower case.`;
  const hint = "If the file is meant, give both the same name.";
  return [{ code: "notebook.local-module", severity: "warning", ...place, message, hint }];
}

function taken({ path, source }: LocalModule, notebook: string, place: LoadedModule): Diagnostic {
  return source === notebook
    ? said(`What the notebook writes to ${path} goes with the pipeline.`, place)
    : goes(source, place);
}

/** Said of a file of the user's own that goes with the pipeline. */
export function goes(source: string, place: LoadedModule): Diagnostic {
  return said(`${source} goes with the pipeline.`, place);
}

function said(message: string, place: LoadedModule): Diagnostic {
  return { code: "notebook.local-module", severity: "info", ...place, message };
}

/** Said of a file whose line `line` does something as soon as it is imported. */
export function works(source: string, line: number, does: string, place: LoadedModule): Diagnostic {
  const message = `Line ${line} of ${source} ${does} as soon as it is imported, and so does the pipeline.`;
  const hint = "Move that into a function.";
  return { code: "notebook.local-work", severity: "warning", ...place, message, hint };
}

/** The first statement of a module that reads, writes or trains when it is imported. */
function worksAtImport(
  { root, text, source }: LocalModule,
  place: LoadedModule,
  library: Library,
): readonly Diagnostic[] {
  const statements = root.children.map((node) => ({ node, names: nameFacts(node) }));
  const bindings = collectBindings(statements, library);
  const isGuard = ({ type, start, end }: SyntaxNode): boolean =>
    type === "if_statement" && text.slice(start, end).includes("__name__");
  for (const { node } of statements.filter(({ node }) => !isGuard(node))) {
    for (const call of callsIn(node)) {
      const callee = calleeOf(call, bindings);
      const trains = callee.kind === "method" && library.has("fitMethods", callee.name);
      const access = fileAccess(call, callee, bindings);
      const does = trains ? "trains" : access && `${access} a file`;
      if (does === undefined) continue;
      return [works(source, call.line, does, place)];
    }
  }
  return [];
}
