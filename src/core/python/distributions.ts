import table from "./distributions.json";

const names = new Map<string, readonly string[]>(Object.entries(table.imports));

const others = new Set(table.others);

/** True for what is known to be a package of PyPI, by the name that it is imported by. */
export function isPackage(module: string): boolean {
  return names.has(module) || others.has(module);
}

/** The name under which PyPI has the package that is imported as `module`: `scikit-learn` for `sklearn`. */
export function distributionOf(module: string): string {
  return names.get(module)?.[0] ?? module;
}
