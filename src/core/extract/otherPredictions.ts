/** What is said where the predictions that a notebook saves are those of another fit than the one that is shipped. */
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import type { Diagnostic } from "../report";
import { findFits, type Candidate } from "./fits";
import { savedValues } from "./saved";
import { dependentIndexes, dependsOn, type Analysed } from "./target";

/** Said of the last such table, where none that is saved holds what the model predicts. */
export function otherPredictions(analysed: Analysed, model: Candidate): readonly Diagnostic[] {
  const saved = savedValues(analysed).flatMap(({ name, statement }) => {
    const fit = predictedBy(statement, analysed);
    return fit === undefined ? [] : [{ name, statement, fit }];
  });
  const last = saved.at(-1);
  if (last === undefined || saved.some(({ statement }) => isOf(model, statement, analysed))) return [];
  const { name, statement, fit } = last;
  return [
    {
      code: "notebook.several-models",
      severity: "warning",
      cell: statement.cell,
      line: statement.line,
      message: `${name}, which is saved here, is predicted by the ${fit.name} that cell ${fit.statement.cell} fits, and what is shipped is the ${model.name} of cell ${model.statement.cell}.`,
      hint:
        fit.name === model.name
          ? "Give each of the two a name of its own, and say which one to ship: --model NAME"
          : `To ship the other one: --model ${fit.name}`,
    },
  ];
}

function isOf({ statement: { index } }: Candidate, saved: Statement, { flow }: Analysed): boolean {
  return dependentIndexes([index], flow).has(saved.index);
}

/** The last fit of a model whose predictions are in what a statement saves. */
function predictedBy(saved: Statement, analysed: Analysed): Candidate | undefined {
  const { statements, flow, knowledge } = analysed;
  const needed = dependsOn(flow, saved.index);
  const parts = statements.filter((one) => one === saved || needed.has(one.index));
  return findFits(analysed).findLast((fit) => {
    if (!needed.has(fit.statement.index)) return false;
    const own = dependentIndexes([fit.statement.index], flow);
    return parts.some((one) => own.has(one.index) && predicts(one, fit.name, knowledge));
  });
}

function predicts({ node }: Statement, name: string, knowledge: Knowledge): boolean {
  return callsIn(node).some((call) => {
    const callee = calleeOf(call, knowledge);
    const isPrediction = callee.kind === "method" && callee.root === name;
    return isPrediction && knowledge.library.has("predictMethods", callee.name) && callee.name.includes("predict");
  });
}
