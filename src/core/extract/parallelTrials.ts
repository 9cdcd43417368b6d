/** Searches whose trials run side by side: what their sampler suggests depends on which of them ends first, whatever its seed. */
import { assignmentOf, calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { argumentAt, nodesOf, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";

/** `study.optimize(…, n_jobs=-1)` of a study that Optuna makes. */
export function parallelTrials(kept: readonly Statement[], knowledge: Knowledge): readonly Diagnostic[] {
  const studies = new Set(kept.flatMap(({ node }) => studiesIn(node, knowledge)));
  if (studies.size === 0) return [];
  return kept.flatMap(({ node, cell }) =>
    nodesOf(node, KIND.call).flatMap((call): readonly Diagnostic[] => {
      const callee = calleeOf(call, knowledge);
      if (callee.kind !== "method" || callee.name !== "optimize" || !studies.has(callee.object.text)) return [];
      return runsSideBySide(call) ? [notRepeated(callee.object.text, cell, call.line)] : [];
    }),
  );
}

/** The variables that a study is assigned to. */
function studiesIn(node: SyntaxNode, knowledge: Knowledge): readonly string[] {
  return nodesOf(node, KIND.assignment).flatMap((one) => {
    const { left, right } = assignmentOf(one) ?? {};
    const callee = right?.type === "call" ? calleeOf(right, knowledge) : undefined;
    const isStudy = callee?.kind === "library" && has("studyMakers", callee.qualified);
    return isStudy && left?.type === "identifier" ? [left.text] : [];
  });
}

/** True for a number of jobs that is written there, and is not one. */
function runsSideBySide(call: SyntaxNode): boolean {
  const jobs = argumentAt(call, 3, "n_jobs");
  return jobs !== undefined && /^(integer|unary_operator)$/.test(jobs.type) && jobs.text !== "1";
}

function notRepeated(study: string, cell: number, line: number): Diagnostic {
  return {
    code: "notebook.unseeded",
    severity: "warning",
    cell,
    line,
    message: `${study}.optimize runs its trials side by side, so what it suggests depends on which ends first, whatever its seed: every run gives other results.`,
    hint: "Give it n_jobs=1.",
  };
}
