/** Imports of modules that lie where only the notebook's own changes of `sys.path` lead: these have to run first. */
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import type { PlanInput } from "./plan";

/** Statements that stand below the other imports, in their order, and names that are imported in a step. */
interface Late {
  readonly statements: ReadonlySet<Statement>;
  readonly local: ReadonlySet<string>;
}

/** Puts the changes of the path and what needs them to the top of the module; into steps, where one needs a variable. */
export function lateImports({ kept, flow, knowledge, settings, references }: PlanInput): Late {
  const importing = kept.filter((one) => importsMissing(one, knowledge));
  if (importing.length === 0) return { statements: new Set(), local: new Set() };
  const changing = kept.filter(
    ({ index, names }) => names.imports.length === 0 && flow.effects[index]?.sets.has("<path>") === true,
  );
  // What has fields of `Data` and of `Params` in it needs what its step is given.
  const withFields = new Set([...references, ...settings.buried].map(({ statement }) => statement));
  const isFree = (one: Statement): boolean =>
    one.names.binds.size === 0 &&
    !withFields.has(one) &&
    [...one.names.reads].every((name) => knowledge.imports.has(name));
  if (changing.every(isFree)) return { statements: new Set([...changing, ...importing]), local: new Set() };
  return { statements: new Set(), local: new Set(importing.flatMap(({ names }) => [...names.binds])) };
}

/** `from helpers import clean`, `from helpers import *`, where `helpers` is not there. */
function importsMissing({ node, names }: Statement, { missing }: Knowledge): boolean {
  if (missing === undefined || !node.type.startsWith("import")) return false;
  const modules = [...names.imports.map(({ qualified }) => qualified), ...names.stars];
  return modules.some((module) => missing.has(module.split(".")[0] ?? ""));
}
