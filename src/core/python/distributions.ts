/** What is known of the packages of PyPI, and of the names that none of them has. */
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

const folders = new Set(table.own.folders);
const numbered = new RegExp(table.own.numbered, "i");

/** True for what is named as people name the folders of a project or of a course: `utils.load`, `tasks.week_3`. */
export function looksOwn(module: string): boolean {
  const [head = "", ...others] = module.split(".");
  return folders.has(head) || [head, ...others].some((part) => numbered.test(part));
}
