/** Imports of modules that lie where only the notebook's own changes of `sys.path` lead: these have to run first. */
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import type { PlanInput } from "./plan";
import type { Startup } from "./startup";

/** The names of such imports that are made in a step, because a change of the path that is not at the top of the module is. */
export function lateImports({ kept, flow, knowledge }: PlanInput, startup: Startup): readonly string[] {
  const changing = kept.filter(
    ({ index, names }) => names.imports.length === 0 && flow.effects[index]?.sets.has("<path>") === true,
  );
  if (changing.every((one) => startup.statements.includes(one))) return [];
  return kept.filter((one) => importsMissing(one, knowledge)).flatMap(({ names }) => [...names.binds]);
}

/** `from helpers import clean`, `from helpers import *`, where `helpers` is not there. */
function importsMissing({ node, names }: Statement, { missing }: Knowledge): boolean {
  if (missing === undefined || !node.type.startsWith("import")) return false;
  const modules = [...names.imports.map(({ qualified }) => qualified), ...names.stars];
  return modules.some((module) => missing.has(module.split(".")[0] ?? ""));
}
