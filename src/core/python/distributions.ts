import table from "./distributions.json";

const names = new Map<string, readonly string[]>(Object.entries(table.imports));

/** The name under which PyPI has the package that is imported as `module`: `scikit-learn` for `sklearn`. */
export function distributionOf(module: string): string {
  return names.get(module)?.[0] ?? module;
}
