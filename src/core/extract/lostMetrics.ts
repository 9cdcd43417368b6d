/** What is said of numbers that a notebook computes of its model in ways that are not followed. */
import { assignmentsIn, calleeOf, callsIn, elementsOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { has, measuredForm } from "../python/knowledge";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { childOf, nodesOf, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";
import { copiedBy, isCopier } from "./copies";
import { measures } from "./evaluation";
import { findFits, type Candidate } from "./fits";
import { Inside, runsInside } from "./inside";
import { sumsOf } from "./loops";
import type { Measure } from "./measures";
import type { Scope } from "./measureScope";
import { measureOf } from "./measuring";
import { scopeBehind } from "./metrics";
import { namesMeasure } from "./metricNames";
import { originsOf } from "./modelOrigins";
import { findOthersOf } from "./otherModels";
import type { Value } from "./pipelineValues";
import { dependentIndexes, dependentsOf, dependsOn, type Analysed } from "./target";

/** Said of cross-validations of a model above its fit of which nothing that the module gives is made. */
export function lostValidations(
  analysed: Analysed,
  model: Candidate,
  values: readonly Value[],
  severity: Diagnostic["severity"],
): readonly Diagnostic[] {
  const { flow, knowledge, statements } = analysed;
  const given = values.map(({ statement }) => statement.index);
  const used = new Set([...given, ...dependsOn(flow, ...given)]);
  const trained = model.loadedFrom?.statement.index;
  const above = [...originsOf(analysed, model).keys()].filter(
    (index) => index < model.statement.index && index !== trained,
  );
  const lost = above.filter((index) => !used.has(index)).flatMap((index) => statements[index] ?? []);
  const inside = validationsInside(analysed, model, values);
  return [...lost.filter((one) => measures(one.node, knowledge)), ...inside].map(({ cell, line }) => ({
    code: "notebook.metric-left-out",
    severity,
    cell,
    line,
    message: `What becomes of this cross-validation of ${model.name} is not followed to one number, so the module does not give it.`,
    hint: "Give the mean of the folds a name: score = scores.mean().",
  }));
}

/** `model, accuracy, scores = fit_model(X, y)`: what a function of the notebook gives of a cross-validation beside others. */
function validationsInside(analysed: Analysed, model: Candidate, values: readonly Value[]): readonly Statement[] {
  const { flow, knowledge } = analysed;
  const inside = new Inside(false);
  const validates = (call: SyntaxNode): boolean => runsInside(call, knowledge, inside, isValidation);
  const given = new Set([model.statement, ...values.map(({ statement }) => statement)]);
  const validating = [...given].filter(({ node }) => callsIn(node).some(validates));
  if (validating.length === 0) return [];
  const { measures: known } = scopeBehind(analysed, model);
  return validating.filter(({ node, index }) => {
    const isUsed = (name: string): boolean =>
      values.some((one) => one.name === name || flow.dependencies[one.statement.index]?.get(index)?.has(name) === true);
    const targets = assignmentsIn(node).flatMap(({ left }) => elementsOf(left));
    return targets.some(({ type, text }) => type === "identifier" && isScores(known.get(text)) && !isUsed(text));
  });
}

/** True for one number a fold. */
function isScores(measure: Measure | undefined): boolean {
  return measure?.kind === "scores" || (measure?.kind === "record" && measure.rest?.kind === "scores");
}

function isValidation(call: SyntaxNode, home: Knowledge): boolean {
  const callee = calleeOf(call, home);
  return callee.kind === "library" && /^(scores|folds)$/.test(measuredForm(callee.name) ?? "");
}

/** Said of sums of measures that the loop which fits a model makes in each turn, and shows: `print(score / folds)`. */
export function lostSums(
  model: Candidate,
  knowledge: Knowledge,
  severity: Diagnostic["severity"],
): readonly Diagnostic[] {
  const { cell, shown } = model.statement;
  const sums = sumsOf(model, knowledge).filter((name) => namesMeasure(name));
  return [...new Set(sums)].flatMap((name): readonly Diagnostic[] => {
    const place = shown.find((one) => nameFacts(one).reads.has(name));
    if (place === undefined) return [];
    const message = `${name} is a sum over the turns of a loop, and what is shown of it is in no variable, so the module does not give it.`;
    const hint = `Give what is shown a name, or divide the sum itself: ${name} /= turns.`;
    return [{ code: "notebook.metric-left-out", severity, cell, line: place.line, message, hint }];
  });
}

/** Loops below the fit that show what they count of the model turn by turn, and of which the module gives no number. */
export function lostCounts(analysed: Analysed, model: Candidate, values: readonly Value[]): readonly Statement[] {
  const { flow, knowledge } = analysed;
  const given = values.map(({ statement }) => statement.index);
  const used = new Set([...given, ...dependsOn(flow, ...given)]);
  const loops = dependentsOf([model.statement.index], analysed).filter(
    ({ node, index }) => /^(for|while)_/.test(node.type) && index > model.statement.index && !used.has(index),
  );
  const counting = loops.filter(({ node, shown }) => shown.length > 0 && !measures(node, knowledge));
  if (counting.length === 0) return [];
  const [whose, scope] = [findOthersOf(analysed, model), scopeBehind(analysed, model)];
  return counting.filter((one) => whose(one.node, one) === "own" && one.shown.some((part) => holdsNumber(part, scope)));
}

/** True if a number that was measured stands in a node. */
function holdsNumber(node: SyntaxNode, scope: Scope): boolean {
  return measureOf(node, scope)?.kind === "number" || node.children.some((child) => holdsNumber(child, scope));
}

/** Said of the last number that measures a model before it is fitted once more, as it is or made anew. */
export function measuredBefore(analysed: Analysed, model: Candidate): readonly Diagnostic[] {
  const { knowledge } = analysed;
  const { name, className, statement } = model;
  const fits = findFits(analysed).filter((one) => one.name === name && one.statement.index < statement.index);
  const before = fits.at(-1) ?? boundBefore(analysed, model);
  if (before === undefined || before === model.loadedFrom || before.className !== className) return [];
  const ofModel = dependentsOf([before.statement.index], analysed);
  const whose = findOthersOf(analysed, before);
  // What cross-validates it measures no fit of its own.
  const validations = originsOf(analysed, model);
  const isAbove = ({ index }: Statement): boolean => index < statement.index && !validations.has(index);
  const last = ofModel.findLast(
    (one) => isAbove(one) && measures(one.node, knowledge) && whose(one.node, one) === "own",
  );
  if (last === undefined) return [];
  const { cell, line } = last;
  const message = `This measures ${name} before its last fit, that of cell ${statement.cell}, so it is no metric of the ${name} that is shipped.`;
  const hint = "Keep some rows out of the last fit, and measure it on these once more.";
  return [{ code: "notebook.metric-left-out", severity: "warning", cell, line, message, hint }];
}

/** What the variable of a model holds before its last fit, where that is not seen to be fitted: `best = models[0]`. */
function boundBefore({ flow, statements }: Analysed, { name, className, statement }: Candidate): Candidate | undefined {
  const above = [...(flow.binders[statement.index]?.get(name) ?? [])].filter((index) => index < statement.index);
  const [binder] = above.length === 1 ? above.flatMap((index) => statements[index] ?? []) : [];
  return binder && { name, className, statement: binder, fit: undefined };
}

/** Said of what measures copies of a model: of each search or vote that it is given to, the first number. */
export function metricsOfCopies(
  analysed: Analysed,
  model: Candidate,
  severity: Diagnostic["severity"],
): readonly Diagnostic[] {
  const { flow, knowledge } = analysed;
  const { name, statement } = model;
  const ofModel = dependentsOf([statement.index], analysed);
  const isGiven = (call: SyntaxNode): boolean =>
    isCopier(call, knowledge) && copiedBy(call, knowledge).some(({ text }) => text === name);
  const copiers = ofModel.filter(({ node }) => callsIn(node).some(isGiven));
  if (copiers.length === 0) return [];
  const whose = findOthersOf(analysed, model);
  const tells = ({ node }: Statement): boolean => measures(node, knowledge) || readsMeasure(node);
  const measuring = ofModel.filter((one) => tells(one) && whose(one.node, one) === "other");
  const firsts = copiers.flatMap(({ index }) => {
    const own = dependentIndexes([index], flow);
    return measuring.find((one) => own.has(one.index)) ?? [];
  });
  return [...new Set(firsts)].map(({ cell, line }) => ({
    code: "notebook.metric-left-out",
    severity,
    cell,
    line,
    message: `This measures copies of ${name} that were fitted anew, so it is no metric of the ${name} that is shipped.`,
    hint: "To ship what it measures, name that one with --model.",
  }));
}

/** `search.best_score_` */
function readsMeasure(node: SyntaxNode): boolean {
  return nodesOf(node, KIND.attribute).some((one) => has("measuredAttributes", childOf(one, "attribute")?.text ?? ""));
}
