/** What is said where the predictions that a notebook saves are those of another fit than the one that is shipped. */
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { calledName } from "../python/syntax";
import type { Diagnostic } from "../report";
import { sourcesOfTable } from "./filledGaps";
import { findFits, type Candidate } from "./fits";
import { findOthersOf } from "./otherModels";
import type { Value } from "./pipelineValues";
import { savedValues } from "./saved";
import { dependentIndexes, dependsOn, type Analysed } from "./target";

/** Said of the last such table, where none that is saved holds what the model predicts. */
export function otherPredictions(analysed: Analysed, model: Candidate): readonly Diagnostic[] {
  const values = savedValues(analysed);
  const blend = values.findLast(({ statement }) => isBlend(statement, analysed, model));
  return blend === undefined ? ofOthers(values, analysed, model) : [sharedWith(blend, model)];
}

/** True for what is saved of the model and of another one that predicts for it, too. */
function isBlend(saved: Statement, analysed: Analysed, model: Candidate): boolean {
  if (findOthersOf(analysed, model)(saved.node, saved) !== "shared") return false;
  const { statements, flow, knowledge } = analysed;
  const needed = sourcesOfTable(saved, analysed);
  // What is predicted for the model to be made of is in the model.
  const above = dependsOn(flow, model.statement.index);
  const parts = statements.filter((one) => one === saved || (needed.has(one.index) && !above.has(one.index)));
  const others = new Set(findFits(analysed).flatMap(({ name }) => (name === model.name ? [] : [name])));
  return [...others].some((name) => parts.some((one) => predicts(one, name, knowledge)));
}

function sharedWith({ name, statement: { cell, line } }: Value, model: Candidate): Diagnostic {
  return {
    code: "notebook.several-models",
    severity: "warning",
    cell,
    line,
    message: `${name}, which is saved here, is made of what several models predict, and what is shipped is one of them, the ${model.name} of cell ${model.statement.cell}.`,
    hint: "To ship them together, make one model of them: VotingRegressor, VotingClassifier, a class of your own.",
  };
}

function ofOthers(values: readonly Value[], analysed: Analysed, model: Candidate): readonly Diagnostic[] {
  const saved = values.flatMap(({ name, statement }) => {
    const other = predictedBy(statement, analysed);
    return other === undefined ? [] : [{ name, statement, other }];
  });
  const last = saved.at(-1);
  if (last === undefined || saved.some(({ statement }) => isOf(model, statement, analysed))) return [];
  const { name, statement, other } = last;
  return [
    {
      code: "notebook.several-models",
      severity: "warning",
      cell: statement.cell,
      line: statement.line,
      message: `${name}, which is saved here, is predicted by the ${other.name} that cell ${other.statement.cell} ${other.isLoaded ? "loads" : "fits"}, and what is shipped is the ${model.name} of cell ${model.statement.cell}.`,
      hint: whatToDo(other, model),
    },
  ];
}

function whatToDo({ name, isLoaded }: Predicting, model: Candidate): string {
  if (isLoaded) return `Predict with the ${model.name} that is fitted, or fit in the notebook what is loaded.`;
  return name === model.name
    ? "Give each of the two a name of its own, and say which one to ship: --model NAME"
    : `To ship the other one: --model ${name}`;
}

/** A model whose predictions are saved. */
interface Predicting extends Pick<Candidate, "name" | "statement"> {
  readonly isLoaded: boolean;
}

function isOf({ statement: { index } }: Candidate, saved: Statement, { flow }: Analysed): boolean {
  return dependentIndexes([index], flow).has(saved.index);
}

/** The last fit of a model whose predictions are in what a statement saves; where there is none, what it was loaded by. */
function predictedBy(saved: Statement, analysed: Analysed): Predicting | undefined {
  const { statements, flow, knowledge } = analysed;
  const needed = sourcesOfTable(saved, analysed);
  const parts = statements.filter((one) => one === saved || needed.has(one.index));
  const isPredicting = ({ name, statement: { index } }: Pick<Candidate, "name" | "statement">): boolean => {
    if (!needed.has(index)) return false;
    const own = dependentIndexes([index], flow);
    return parts.some((one) => own.has(one.index) && predicts(one, name, knowledge));
  };
  const fit = findFits(analysed).findLast(isPredicting);
  if (fit !== undefined) return { ...fit, isLoaded: false };
  const loaded = statements.flatMap(loadedIn).findLast(isPredicting);
  return loaded && { ...loaded, isLoaded: true };
}

/** `predictor = TabularPredictor.load("models")` */
function loadedIn(statement: Statement): readonly Pick<Candidate, "name" | "statement">[] {
  if (statement.node.type !== "expression_statement") return [];
  return assignmentsIn(statement.node).flatMap(({ left, right }) =>
    left.type === "identifier" && right.type === "call" && has("loadMethods", calledName(right))
      ? [{ name: left.text, statement }]
      : [],
  );
}

function predicts({ node }: Statement, name: string, knowledge: Knowledge): boolean {
  // In a function the name may be a parameter's.
  if (node.type.endsWith("definition")) return false;
  return callsIn(node).some((call) => {
    const callee = calleeOf(call, knowledge);
    const isPrediction = callee.kind === "method" && callee.root === name;
    return isPrediction && knowledge.library.has("predictMethods", callee.name) && callee.name.includes("predict");
  });
}
