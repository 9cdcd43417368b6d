/** What becomes of the files that a notebook imports: files of the pipeline, packages that they need, findings. */
import { posix } from "node:path";
import { ts } from "ts-morph";
import { cannotGo, goes, works } from "../extract/localFiles";
import type { LoadedModule } from "../extract/localModules";
import type { ModuleSource } from "../pipeline";
import type { Diagnostic } from "../report";
import type { Edit } from "../python/edits";
import { fileAt, layOut, loadedFiles, type LocalFile, type LocalFiles } from "./localFiles";
import { READERS, WRITERS } from "./calls";
import { isFileSpecifier, packageOf, specifierOf } from "./specifiers";
import { lineAt, type Unit } from "./units";

/** The files that go with the module. */
export interface ModuleFiles {
  readonly files: readonly ModuleSource[];
  /** What makes the imports of the kept units find them. */
  readonly edits: readonly Edit[];
}

/** The import of a file in a unit: its specifier, quotes included, and the file, from the workspace. */
interface LocalImport extends Pick<Edit, "start" | "end"> {
  readonly path: string;
  readonly place: LoadedModule;
}

/** The files that the kept units load. Throws an input error where one of them cannot go with the pipeline. */
export function filesOfModule(notebook: string, kept: readonly Unit[], local: LocalFiles): ModuleFiles {
  const loaded = loadedBy(kept, local);
  for (const [path, place] of loaded) {
    const refusal = local.refused.get(path);
    if (refusal !== undefined) throw cannotGo(path, refusal, { file: notebook, ...place });
  }
  const { files, place } = layOut(local, loaded.keys());
  const edits = localImports(kept, local)
    .filter(({ path }) => local.files.has(path))
    .map(({ start, end, path }) => ({ start, end, text: JSON.stringify(`./${place(path)}`) }));
  return { files, edits };
}

/** The packages that units need, by their imports and by those of the files that they load. */
export function packagesOf(units: readonly Unit[], local: LocalFiles): readonly string[] {
  const own = units.filter(({ kind }) => kind === "import").flatMap((unit) => specifiersOf(unit));
  const others = [...loadedBy(units, local).keys()].flatMap((path) => local.files.get(path)?.packages ?? []);
  return [...new Set([...own.flatMap(({ text }) => packageOf(text) ?? []), ...others])].sort();
}

/** What is said of the files that go with the pipeline, and of those without which the notebook cannot be run. */
export function localFindings(kept: readonly Unit[], all: readonly Unit[], local: LocalFiles): readonly Diagnostic[] {
  const files = [...loadedBy(kept, local)].flatMap(([path, place]) => {
    const file = local.files.get(path);
    return file === undefined ? [] : [goes(path, place), ...worksAtImport(file, place)];
  });
  const missed = [...loadedBy(all, local)].flatMap(([path, place]): readonly Diagnostic[] => {
    const refusal = local.refused.get(path);
    if (refusal === undefined) return [];
    const message = `${path} is left out, and the notebook cannot be run without it: ${refusal.why}.`;
    return [{ code: "notebook.local-module", severity: "warning", ...place, message, hint: refusal.hint }];
  });
  return [...files, ...missed];
}

/** The files that units load, directly or not, each with the first place of a cell that leads to it. */
function loadedBy(units: readonly Unit[], local: LocalFiles): ReadonlyMap<string, LoadedModule> {
  const loaded = new Map<string, LoadedModule>();
  for (const { path, place } of localImports(units, local)) {
    for (const one of loadedFiles([path], local)) if (!loaded.has(one)) loaded.set(one, place);
  }
  return loaded;
}

function localImports(units: readonly Unit[], { folder }: LocalFiles): readonly LocalImport[] {
  return units.flatMap((unit) =>
    specifiersOf(unit)
      .filter(({ text }) => isFileSpecifier(text))
      .map(({ text, start, end }) => ({
        start,
        end,
        path: fileAt(text, folder),
        place: { cell: unit.cell.number, line: unit.kind === "import" ? unit.line : lineAt(unit.cell, start) },
      })),
  );
}

function specifiersOf({ node }: Unit): readonly Edit[] {
  return [node, ...node.getDescendants()].flatMap(({ compilerNode }) => {
    const literal = specifierOf(compilerNode);
    if (literal === undefined || !ts.isStringLiteralLike(literal)) return [];
    return [{ text: literal.text, start: literal.getStart(), end: literal.end }];
  });
}

/** The first call of a file that reads or writes when it is imported. */
function worksAtImport({ path, text }: LocalFile, place: LoadedModule): readonly Diagnostic[] {
  const file = ts.createSourceFile(`/${posix.basename(path)}`, text, ts.ScriptTarget.ESNext, true);
  const found: Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    if (found.length > 0 || ts.isFunctionLike(node) || isMainOnly(node)) return;
    const callee = ts.isCallExpression(node) ? node.expression.getText() : "";
    const does = WRITERS.test(callee) ? "writes a file" : READERS.test(callee) ? "reads a file" : undefined;
    if (does === undefined) ts.forEachChild(node, visit);
    else found.push(works(path, file.getLineAndCharacterOfPosition(node.getStart()).line + 1, does, place));
  };
  visit(file);
  return found;
}

/** `if (import.meta.main)` */
function isMainOnly(node: ts.Node): boolean {
  return ts.isIfStatement(node) && node.expression.getText().includes("import.meta.main");
}
