import { importsOf } from "./imports";
import { catchesErrors, type SyntaxNode } from "./syntax";

/** An import, wherever in a file or a statement it stands. */
export interface ModuleImport {
  /** Dotted; relative ones begin with dots. */
  readonly module: string;
  /** Of `from module import a, b`: each may be a module of its own. */
  readonly names: readonly string[];
  readonly line: number;
  /** True if something else is done where it cannot be had. */
  readonly tried: boolean;
}

/** Every import below a node, also those in functions. */
export function moduleImports(node: SyntaxNode): readonly ModuleImport[] {
  return importsBelow(node, false);
}

function importsBelow(node: SyntaxNode, tried: boolean): readonly ModuleImport[] {
  if (/^import(_from)?_statement$/.test(node.type)) return importsIn(node, tried);
  const isTry = catchesErrors(node);
  return node.children.flatMap((child) => importsBelow(child, tried || (isTry && child.field === "body")));
}

function importsIn(node: SyntaxNode, tried: boolean): readonly ModuleImport[] {
  const { names, stars } = importsOf(node);
  const { line } = node;
  const named = names.map(({ statement }) => {
    const [kind, module = "", , name = ""] = statement.split(" ");
    return { module, names: kind === "from" ? [name] : [], line, tried };
  });
  return [...named, ...stars.map((module) => ({ module, names: [], line, tried }))];
}

/** The absolute name of a module that is imported in `package_`; `undefined` if it leads above every package. */
export function absoluteName(module: string, package_: string): string | undefined {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  if (dots === 0) return module;
  const parts = package_ === "" ? [] : package_.split(".");
  if (dots > parts.length) return undefined;
  const rest = module.slice(dots);
  return [...parts.slice(0, parts.length - dots + 1), ...(rest === "" ? [] : [rest])].join(".");
}

/** The modules that an import in `package_` may load, outermost first: `a`, `a.b` and `a.b.c` of `from a.b import c`. */
export function loadedModules(
  { module, names }: Pick<ModuleImport, "module" | "names">,
  package_: string,
): readonly string[] {
  const full = absoluteName(module, package_);
  if (full === undefined || full === "") return [];
  const parts = full.split(".");
  return [...parts.map((_, index) => parts.slice(0, index + 1).join(".")), ...names.map((name) => `${full}.${name}`)];
}
