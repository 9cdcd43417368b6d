/** Models that cannot be had: what they need is a name that no cell defines. */
import { isBuiltin } from "../python/builtins";
import { mayBindName } from "../python/scope";
import type { Analysed } from "./target";

/**
 * The names that some statements need at once, and nothing in the notebook defines; none where an import may give any name. What a
 * function needs may never be asked for.
 */
export function namesLacking(
  indexes: readonly number[],
  { statements, flow }: Pick<Analysed, "statements" | "flow">,
): readonly string[] {
  if (statements.some(({ names }) => names.stars.length > 0)) return [];
  const openIn = (index: number): readonly string[] =>
    [...(flow.unbound[index] ?? [])].filter((name) => statements[index]?.names.reads.has(name));
  const open = new Set(indexes.flatMap(openIn));
  const isDefined = (name: string): boolean =>
    isBuiltin(name) ||
    statements.some(({ names }) => mayBindName(names, name) || names.imports.some(({ local }) => local === name));
  return [...open].filter((name) => !isDefined(name));
}
