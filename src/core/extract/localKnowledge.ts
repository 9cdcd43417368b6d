/** What the functions and classes of the user's own modules do, by the names that the notebook's imports give them. */
import { collectBindings, type Bindings } from "../python/calls";
import { effectsOf, type FunctionSummary, type Knowledge } from "../python/effects";
import type { Library } from "../python/knowledge";
import { loadedBy, together, type Loading } from "../python/loading";
import { isMainGuard } from "../python/mainGuard";
import { absoluteName, loadedModules } from "../python/moduleImports";
import { nameFacts } from "../python/scope";
import { summarise } from "../python/summaries";
import { childOf, type SyntaxNode } from "../python/syntax";
import type { LocalModule, LocalModules } from "./localModules";

/** The resource that `sys.path.append` changes. */
const PATH = "<path>";

interface Known {
  readonly definitions: Map<string, readonly SyntaxNode[]>;
  readonly functions: Map<string, FunctionSummary>;
  readonly homes: Map<string, Knowledge>;
  readonly loading: Map<string, Loading>;
}

/** The notebook's names with those of the user's own modules: `helpers.clean` is a definition, as the notebook's own are. */
export function withLocal(
  bindings: Bindings,
  { modules, missing }: Pick<LocalModules, "modules" | "missing">,
): Knowledge {
  const known: Known = { definitions: new Map(), functions: new Map(), homes: new Map(), loading: new Map() };
  // Twice: so that a module that is read before one that it calls sees what that one's functions do.
  for (let round = 0; round < Math.min(2, modules.size); round++)
    for (const module of modules.values()) learn(module, known, bindings.library);
  return { ...knowing(bindings, known), missing: new Set(missing.keys()) };
}

function knowing({ definitions, ...bindings }: Bindings, known: Known): Knowledge {
  const all = { ...bindings, definitions: new Map([...known.definitions, ...definitions]) };
  return { ...summarise(all, known.functions), homes: known.homes, loading: known.loading };
}

/** Adds a module's functions and classes, what it hands on of other modules, and the methods of its classes. */
function learn(module: LocalModule, known: Known, library: Library): void {
  const { definitions, functions, homes } = known;
  const home = knowing(bindingsOf(module, library), known);
  known.loading.set(module.name, loadingOf(module, home));
  const summaries = home.functions;
  const own = definitionsIn(module.root);
  const state = own.some(([name]) => summaries.get(name)?.globals.length) ? `<module:${module.name}>` : undefined;
  for (const [local, qualified] of home.imports) {
    const name = `${module.name}.${local}`;
    copy(qualified, name, definitions);
    copy(qualified, name, functions);
    copy(qualified, name, homes);
  }
  for (const [name, node] of own) {
    definitions.set(`${module.name}.${name}`, [node]);
    homes.set(`${module.name}.${name}`, home);
    const summary = summaries.get(name);
    if (summary !== undefined) functions.set(`${module.name}.${name}`, fromOutside(summary, state));
    for (const [method] of node.type === "class_definition" ? definitionsIn(childOf(node, "body") ?? node) : []) {
      const found = summaries.get(method);
      if (found !== undefined) functions.set(method, fromOutside(found, state));
    }
  }
}

/** What the statements at its top do, and what it imports in turn. Where modules lie matters no more: they go with the pipeline. */
function loadingOf({ root, text, imports, package_ }: LocalModule, home: Knowledge): Loading {
  const run = root.children.filter((node) => !isMainGuard(node, text));
  const own = run.map((node) => effectsOf({ node, names: nameFacts(node), displayed: false }, home));
  const loaded = imports.flatMap((one) => loadedModules(one, package_));
  const { sets, ...others } = together([...own, ...loaded.map((name) => loadedBy(name, home))]);
  return { ...others, sets: new Set([...sets].filter((resource) => resource !== PATH)) };
}

function copy<T>(from: string, to: string, map: Map<string, T>): void {
  const value = map.get(from);
  if (value !== undefined) map.set(to, value);
}

function bindingsOf({ root, package_ }: LocalModule, library: Library): Bindings {
  const statements = root.children.map((node) => ({ node, names: nameFacts(node) }));
  const { imports, ...others } = collectBindings(statements, library);
  const absolute = [...imports].map(([local, name]) => [local, absoluteName(name, package_) ?? name] as const);
  return { ...others, imports: new Map(absolute) };
}

/** The functions and classes that a module or a class defines at its top. */
function definitionsIn({ children }: SyntaxNode): readonly (readonly [string, SyntaxNode])[] {
  return children.flatMap((child) => {
    const node = child.type === "decorated_definition" ? childOf(child, "definition") : child;
    const name = node === undefined ? undefined : childOf(node, "name")?.text;
    const isDefinition = node !== undefined && /^(function|class)_definition$/.test(node.type);
    return isDefinition && name !== undefined ? [[name, node] as const] : [];
  });
}

/** A module's own variables are none of the notebook's: together they are a state that its functions share. */
function fromOutside(summary: FunctionSummary, state: string | undefined): FunctionSummary {
  const { uses, sets, globals } = summary;
  if (state === undefined) return summary;
  const changed = globals.length > 0 ? new Set([...sets, state]) : sets;
  return { ...summary, globals: [], uses: new Set([...uses, state]), sets: changed };
}
