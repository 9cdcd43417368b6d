/** Imports that nothing names and that load what is reached by way of another one: `PIL.Image` of `import PIL`. */
import { qualifiedName, type Bindings } from "../python/calls";
import { moduleOf, type ImportedName } from "../python/imports";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { nodesOf } from "../python/syntax";

/** An import that is there for what it loads, and how it is written where nothing uses the name that it binds. */
export interface LoadingImport {
  readonly name: ImportedName;
  readonly written: ImportedName;
}

/** Those of the `unused` imports that load a module which statements reach by its dotted name, and that no `used` one loads. */
export function loadingImports(
  unused: readonly ImportedName[],
  used: readonly ImportedName[],
  statements: readonly Statement[],
  bindings: Bindings,
): readonly LoadingImport[] {
  if (unused.length === 0) return [];
  const reached = reachedNames(statements, bindings);
  const loaded = new Set(used.flatMap(loadedBy));
  // Of what `from a import b` gives, only what is looked into may be a module.
  const isLookedInto = (name: string): boolean => [...reached].some((one) => one.startsWith(`${name}.`));
  const taken = new Map(used.map(({ local, qualified }) => [local, qualified]));
  return unused.flatMap((name) => {
    // `from datetime import datetime` is no module where `datetime` is one.
    if ((taken.get(name.local) ?? name.qualified) !== name.qualified) return [];
    const needed = loadedBy(name).filter((module) => reached.has(module) && !loaded.has(module));
    const module = needed.findLast((one) => one !== name.qualified || isModule(name));
    if (module === undefined && !needed.some(isLookedInto)) return [];
    for (const one of needed) loaded.add(one);
    return [{ name, written: module === undefined || isModule(name) ? name : importOf(module) }];
  });
}

/** `import scipy.stats` */
function importOf(module: string): ImportedName {
  const [head = module] = module.split(".");
  return { local: head, qualified: head, statement: `import ${module}` };
}

/** The dotted names that statements use, each with those that lead to it. */
function reachedNames(statements: readonly Statement[], bindings: Bindings): ReadonlySet<string> {
  const attributes = statements.flatMap(({ node }) => nodesOf(node, KIND.attribute));
  return new Set(attributes.flatMap((node) => qualifiedName(node, bindings) ?? []));
}

function isModule({ statement }: ImportedName): boolean {
  return statement.startsWith("import ");
}

/** What is loaded besides the packages that load all that they have by themselves. */
function loadedBy(one: ImportedName): readonly string[] {
  const parts = moduleOf(one.statement).split(".");
  const modules = parts.slice(1).map((_, index) => parts.slice(0, index + 2).join("."));
  return [...modules, ...(isModule(one) ? [] : [one.qualified])].filter((module) => !LOADED_ANYWAY.test(module));
}

/** Of these, the package itself has loaded what is one level below. */
const LOADED_ANYWAY = /^(os\.path|(keras|nltk|numpy|pandas|torch)\.\w+|tensorflow\.[\w.]+)$/;
