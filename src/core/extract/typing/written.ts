/** How the module writes types: by the names that it imports classes under, and with the imports that only types need. */
import { moduleOf, type ImportedName } from "../../python/imports";
import { isBuiltin } from "../../python/builtins";
import { argumentsOfType, classOf, membersOf, NONE, NOTHING, UNKNOWN } from "./text";

/** What a module has of its own. */
export interface ModuleNames {
  readonly imports: readonly ImportedName[];
  /** Functions and classes of the notebook at the top of the module. */
  readonly helpers: readonly string[];
  /** Every other name that the module uses. */
  readonly taken: ReadonlySet<string>;
  /** Classes that a run had, whatever brought them. */
  readonly seen: ReadonlySet<string>;
}

/** Writes types for one module. */
export interface TypeWriter {
  /** A type as an annotation; `Any` where nothing is known, or where the module has no name for it. */
  readonly write: (type: string | undefined) => string;
  /** Imports that the annotations written so far need: of modules that are imported anyway, and others for type checkers alone. */
  readonly imports: () => { readonly plain: readonly string[]; readonly checking: readonly string[] };
}

/** Packages that come with others. */
const BROUGHT_BY: Readonly<Record<string, readonly string[]>> = { scipy: ["sklearn", "statsmodels"] };
/** Where the scaffolding imports a package that the notebook does not. */
const USUAL: Readonly<Record<string, string>> = { pandas: "pd", numpy: "np", pathlib: "" };

/** The writer of a module with these names. */
export function typeWriter(names: ModuleNames): TypeWriter {
  const needed = new Map<string, string>();
  const roots = new Set(names.imports.map(({ qualified, statement }) => packageOf(qualified || moduleOf(statement))));
  const locals = new Set([...names.imports.map(({ local }) => local), ...names.helpers, ...names.taken]);
  const found = new Map<string, string | undefined>();

  const importClass = (qualified: string): string | undefined => {
    const dot = qualified.lastIndexOf(".");
    const [module, name] = [qualified.slice(0, dot), qualified.slice(dot + 1)];
    const root = packageOf(qualified);
    const isThere =
      roots.has(root) ||
      root === "collections" ||
      names.seen.has(qualified) ||
      BROUGHT_BY[root]?.some((one) => roots.has(one));
    if (!isThere || locals.has(name)) return undefined;
    locals.add(name);
    needed.set(`from ${module} import ${name}`, module);
    return name;
  };
  const className = (qualified: string): string | undefined => {
    // What has no public name has none here.
    if (/(^|\.)_/.test(qualified)) return undefined;
    if (!found.has(qualified)) found.set(qualified, nameIn(qualified, names) ?? importClass(qualified));
    return found.get(qualified);
  };
  const write = (type: string | undefined): string => (type === undefined ? UNKNOWN : writeUnion(type, className));
  const modules = new Set(names.imports.map(({ statement }) => moduleOf(statement)));
  const imports = (isPlain: boolean): readonly string[] =>
    [...needed].flatMap(([statement, module]) => (modules.has(module) === isPlain ? statement : [])).sort();
  return { write, imports: () => ({ plain: imports(true), checking: imports(false) }) };
}

function packageOf(qualified: string): string {
  return qualified.split(".")[0] ?? "";
}

/** The name of a class in the module, as it is. */
function nameIn(qualified: string, { imports, helpers }: ModuleNames): string | undefined {
  if (!qualified.includes(".")) return helpers.includes(qualified) || isBuiltin(qualified) ? qualified : undefined;
  const exact = imports.find((one) => one.qualified === qualified);
  if (exact !== undefined) return exact.local;
  const [module] = imports
    .filter((one) => one.qualified !== "" && qualified.startsWith(`${one.qualified}.`))
    .sort((a, b) => b.qualified.length - a.qualified.length);
  if (module !== undefined) return module.local + qualified.slice(module.qualified.length);
  const usual = USUAL[packageOf(qualified)];
  if (usual === undefined || imports.some(({ local }) => local === usual)) return undefined;
  const inPackage = qualified.slice(packageOf(qualified).length + 1);
  return usual === "" ? inPackage : `${usual}.${inPackage}`;
}

type ClassName = (qualified: string) => string | undefined;

function writeUnion(type: string, className: ClassName): string {
  const members = membersOf(type).map((member) => writeOne(member, className));
  return members.includes(UNKNOWN) ? UNKNOWN : members.join(" | ");
}

/** Only Python's own classes say in brackets what they hold. */
function writeOne(type: string, className: ClassName): string {
  if (type === NONE || type === "...") return type;
  if (type === UNKNOWN || type === NOTHING) return UNKNOWN;
  const name = className(classOf(type));
  if (name === undefined) return UNKNOWN;
  const of = argumentsOfType(type);
  const isGeneric = of.length > 0 && (isBuiltin(classOf(type)) || classOf(type).startsWith("collections."));
  return isGeneric ? `${name}[${of.map((one) => writeUnion(one, className)).join(", ")}]` : name;
}
