/** Third-party packages: what the code imports, and what its libraries import only when they are used. */
import type { Extraction } from "../pipeline";
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { moduleOf } from "../python/imports";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { NodeMemory, remembered } from "../python/memory";
import { nodesOf } from "../python/syntax";
import { thirdParty } from "./imports";
import { filesOf, isLocal } from "./localFiles";
import type { LocalModules } from "./localModules";
import type { Plan } from "./plan";
import type { Analysed } from "./target";

/** The packages that the module needs, and those that the notebook needs besides. `kept` are the statements of the module. */
export function importsOf(
  plan: Plan,
  kept: readonly Statement[],
  { statements, knowledge }: Pick<Analysed, "statements" | "knowledge">,
  local: LocalModules,
): Extraction["imports"] {
  const packagesOf = (loading: readonly Statement[], imported: readonly string[]): readonly string[] => {
    const own = imported.filter((module) => !isLocal(module, local));
    const needed = loading.flatMap((statement) => readerPackages(statement, knowledge));
    return thirdParty([...own, ...needed, ...filesOf(loading, local).packages]);
  };
  const preamble = plan.preamble.flatMap(({ names }) => names.imports);
  const module = packagesOf(kept, [
    ...[...plan.imports, ...preamble].map(({ statement }) => moduleOf(statement)),
    ...plan.stars,
  ]);
  const imported = statements.flatMap(({ names }) => [
    ...names.imports.map(({ statement }) => moduleOf(statement)),
    ...names.stars,
  ]);
  const notebook = packagesOf(statements, imported).filter((name) => !module.includes(name));
  return { module, notebook, ...(local.missing.size > 0 && { absent: [...local.missing.keys()] }) };
}

const packages = new NodeMemory<readonly string[]>();

/** Packages that readers import only when they are called: `openpyxl` for `pd.read_excel`. */
function readerPackages({ node, source }: Statement, knowledge: Knowledge): readonly string[] {
  return remembered(packages, node, () =>
    nodesOf(node, KIND.call).flatMap((call) => {
      const callee = calleeOf(call, knowledge);
      if (callee.kind !== "library") return [];
      const needs = knowledge.library.readerOf(callee.qualified)?.needs ?? [];
      const isOldExcel = needs.includes("openpyxl") && /\.xls["']/.test(source.slice(call.start, call.end));
      return isOldExcel ? ["xlrd"] : needs;
    }),
  );
}
