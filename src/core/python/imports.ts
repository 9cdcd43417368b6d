import { childOf, childrenOf, type SyntaxNode } from "./syntax";

/** A name that an import binds: `np` for `numpy`, `Pipeline` for `sklearn.pipeline.Pipeline`. */
export interface ImportedName {
  readonly local: string;
  /** What it stands for, dotted; relative imports begin with dots. */
  readonly qualified: string;
  /** The source text that imports this one name. */
  readonly statement: string;
}

/** The names that an import statement binds, and the modules of `from m import *`. */
export function importsOf(node: SyntaxNode): {
  readonly names: readonly ImportedName[];
  readonly stars: readonly string[];
} {
  const module = dotted(childOf(node, "module_name"));
  const names = childrenOf(node, "name").map((item) => {
    const name = dotted(item.type === "aliased_import" ? childOf(item, "name") : item);
    return importedName(module, name, childOf(item, "alias")?.text);
  });
  return { names, stars: node.children.some(({ type }) => type === "wildcard_import") ? [module] : [] };
}

/** The module that the text of an import names. */
export function moduleOf(statement: string): string {
  return statement.split(/\s+/)[1] ?? "";
}

function importedName(module: string, name: string, alias: string | undefined): ImportedName {
  const as = alias === undefined || alias === name ? "" : ` as ${alias}`;
  if (module !== "") {
    const qualified = module.endsWith(".") ? `${module}${name}` : `${module}.${name}`;
    return { local: alias ?? name, qualified, statement: `from ${module} import ${name}${as}` };
  }
  const head = name.split(".")[0] ?? name;
  return { local: alias ?? head, qualified: alias === undefined ? head : name, statement: `import ${name}${as}` };
}

function dotted(node: SyntaxNode | undefined): string {
  if (node === undefined) return "";
  if (node.children.length === 0) return node.text;
  return node.type === "relative_import"
    ? node.children.map(dotted).join("")
    : node.children.map(({ text }) => text).join(".");
}
