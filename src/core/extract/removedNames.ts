/** Kept code that uses what libraries removed, where nothing of today can be put in its place. */
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { keyOf } from "../python/oldEdits";
import removedNames from "../python/removedNames.json";
import { argumentsOf, nodesOf, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";

/** When a name was removed, and what stands for it. */
interface Removed {
  readonly release: string;
  readonly day: string;
  readonly instead?: string;
  /** By the package and the last part of the name: `sklearn.load_boston`, `sklearn.OneHotEncoder(sparse=)`. */
  readonly uses?: readonly string[];
}

// SAFETY: an entry without a key lacks it, which the compiler reads as one that holds undefined.
const entries = removedNames as readonly Removed[];
const removed = new Map(entries.flatMap((one) => (one.uses ?? []).map((use) => [use, one])));

/** Says of each removed name that the kept code calls, where it first does. */
export function removedFindings(kept: readonly Statement[], knowledge: Knowledge): readonly Diagnostic[] {
  const first = new Map<string, Diagnostic>();
  const used = kept.flatMap(({ node, cell }) =>
    nodesOf(node, KIND.call).flatMap((call) => usesIn(call, knowledge).map((use) => ({ use, cell, line: call.line }))),
  );
  for (const { use, ...place } of used) {
    const found = removed.get(use);
    if (found !== undefined && !first.has(use)) first.set(use, finding(use, found, place));
  }
  return [...first.values()];
}

/** What a call uses of a library: its function, and each argument that it names. */
function usesIn(call: SyntaxNode, knowledge: Knowledge): readonly string[] {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "library") return [];
  const use = `${callee.qualified.split(".")[0] ?? ""}.${callee.name}`;
  return [use, ...argumentsOf(call).map((argument) => `${use}(${keyOf(argument)}=)`)];
}

function finding(
  use: string,
  { release, day, instead }: Removed,
  place: Pick<Diagnostic, "cell" | "line">,
): Diagnostic {
  const older = "take the packages of a day before it: asOf in slipway.yaml.";
  return {
    code: "notebook.removed-name",
    severity: "warning",
    ...place,
    message: `${use.slice(use.indexOf(".") + 1)} is gone since ${release} of ${day}: with the libraries of today the module fails there.`,
    hint: instead === undefined ? `T${older.slice(1)}` : `Write ${instead}, or ${older}`,
  };
}
