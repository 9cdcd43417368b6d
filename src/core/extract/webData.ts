/** Kept code that asks the web: what it is answered is no part of the snapshot. */
import { calleeOf, lastName } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { liesIn } from "../python/knowledge";
import type { Statement } from "../python/program";
import { nodesOf } from "../python/syntax";
import type { Diagnostic } from "../report";

/** A warning for each kept statement, or function, that asks the web. */
export function webFindings(kept: readonly Statement[], knowledge: Knowledge): readonly Diagnostic[] {
  return kept.flatMap(({ node, cell }) => {
    for (const call of nodesOf(node, KIND.call)) {
      const callee = calleeOf(call, knowledge);
      if (callee.kind === "library" && liesIn("webFunctions", callee.qualified))
        return [webFinding(callee.qualified, cell, call.line)];
    }
    return [];
  });
}

function webFinding(qualified: string, cell: number, line: number): Diagnostic {
  const [module = ""] = qualified.split(".");
  return {
    code: "data.web",
    severity: "warning",
    cell,
    line,
    message: `${module}.${lastName(qualified)} asks the web whenever the module runs: what it is answered is not part of the snapshot.`,
    hint: "Save the answer to a file in a notebook of its own, and read that file.",
  };
}
