import { moduleOf, type ImportedName } from "../python/imports";
import { isStandardModule } from "../python/standardLibrary";

/** Import lines: standard library, third party, the user's own, each sorted as ruff's isort rules sort them. */
export function importBlock(
  imports: readonly ImportedName[],
  stars: readonly string[],
  isOwn: (module: string) => boolean,
): string {
  const plain = new Set<string>();
  const from = new Map<string, Set<string>>();
  for (const { statement } of imports) {
    const match = /^from (\S+) import (.+)$/.exec(statement);
    if (match === null) plain.add(statement);
    else from.set(match[1] ?? "", (from.get(match[1] ?? "") ?? new Set()).add(match[2] ?? ""));
  }
  const lines = [
    ...[...plain].map((statement) => ({ module: moduleOf(statement), isFrom: 0, text: statement })),
    ...[...from].map(([module, names]) => ({
      module,
      isFrom: 1,
      text: `from ${module} import ${[...names].sort(byName).join(", ")}`,
    })),
    ...[...new Set(stars)].map((module) => ({ module, isFrom: 1, text: `from ${module} import *` })),
  ];
  const sorted = lines.sort((a, b) => a.isFrom - b.isFrom || compare(a.module.toLowerCase(), b.module.toLowerCase()));
  const section = ({ module }: { module: string }): number => {
    if (module.startsWith(".")) return 3;
    return isOwn(module) ? 2 : isStandardModule(module) ? 0 : 1;
  };
  const sections = [0, 1, 2, 3].map((number) => sorted.filter((line) => section(line) === number));
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(({ text }) => text).join("\n"))
    .join("\n\n");
}

/** isort's order of names: constants, classes, functions. */
function byName(a: string, b: string): number {
  return rank(a) - rank(b) || compare(a.toLowerCase(), b.toLowerCase());
}

function rank(name: string): number {
  if (/^[A-Z0-9_]{2,}( |$)/.test(name)) return 0;
  return /^[A-Z]/.test(name) ? 1 : 2;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Names of the third-party packages that are imported: the first part of each module's name. */
export function thirdParty(modules: readonly string[]): readonly string[] {
  const heads = modules
    .map((module) => module.split(".")[0] ?? "")
    .filter((head) => head !== "" && !isStandardModule(head));
  return [...new Set(heads)].sort();
}
