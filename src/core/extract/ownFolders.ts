/** Kept code that names a folder of one machine, where no field of `Data` stands in its place: what it writes there, or hands on. */
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { isWithin, nodesOf, writtenText } from "../python/syntax";
import type { Diagnostic } from "../report";
import type { FoundReference } from "./references";

/** A folder of somebody's computer, or of a service that lends one: Colab, Kaggle. */
const ONE_MACHINE = /^(\/(content|gdrive|kaggle|home|Users|root|mnt|media|Volumes)\/.|[A-Za-z]:[\\/])/;

/** A warning for each such path, where it stands first. */
export function folderFindings(
  kept: readonly Statement[],
  references: readonly FoundReference[],
): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const statement of kept) {
    const fields = references.flatMap((one) => (one.statement === statement ? [one.reference.literal] : []));
    for (const node of nodesOf(statement.node, KIND.string)) {
      const path = writtenText(node) ?? "";
      const isField = [...fields, ...statement.shown].some((part) => isWithin(part, node) || isWithin(node, part));
      if (ONE_MACHINE.test(path) && !isField && !found.has(path))
        found.set(path, folderFinding(path, statement.cell, node.line));
    }
  }
  return [...found.values()];
}

function folderFinding(path: string, cell: number, line: number): Diagnostic {
  return {
    code: "data.absolute",
    severity: "warning",
    cell,
    line,
    message: `The module uses ${path} as it stands here, and other machines have no such folder.`,
    hint: "Write the path from the notebook's folder.",
  };
}
