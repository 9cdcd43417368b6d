/** What is said of the metrics that a pipeline gives, or does not give. */
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { childOf, isLoop, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";
import { isMetric, measures, measuringCalls } from "./evaluation";
import type { Candidate } from "./fits";
import { valueText, type Value } from "./pipelineValues";
import { lostCounts, lostSums, lostValidations, measuredBefore, metricsOfCopies } from "./lostMetrics";
import { turnTotalsOf } from "./metrics";
import { findLacking } from "./lackingNames";
import { nameOf } from "./metricNames";
import { shownInside } from "./shownInside";
import { calledMetrics, lostEntries, undefinedMetrics } from "./unfollowedMetrics";
import { findOthersOf } from "./otherModels";
import { dependentsOf, type Analysed } from "./target";

/** Says what of the metrics stays inside of a loop or a function, or that there are none. */
export function metricFindings(
  analysed: Analysed,
  model: Candidate,
  values: readonly Value[],
  kept: readonly Statement[],
): readonly Diagnostic[] {
  const { knowledge } = analysed;
  const hasMetrics = values.some(({ kind, statement }) => kind === "metric" || measures(statement.node, knowledge));
  const given = new Set(values.map(({ statement }) => statement));
  const severity = hasMetrics ? "info" : "warning";
  const inModule = new Set(kept);
  const named = new Set([
    ...[...given].flatMap(({ node, source }) => assignmentsIn(node).map(({ right }) => cut(right, source))),
    ...values.map(valueText),
  ]);
  const isTold = (one: Statement): boolean =>
    given.has(one) ||
    isGivenBelow(one, values) ||
    (inModule.has(one) && !callsOwn(one, knowledge)) ||
    showsAgain(one, named, knowledge);
  const totals = new Set(turnTotalsOf(analysed, model).map(({ statement }) => statement));
  const ofAll = [...totals].map((one) => leftOut(one, ofAllTurns(model.name), severity));
  const measuring = measuringOnes(analysed, model).filter(({ statement }) => !totals.has(statement));
  const counting = lostCounts(analysed, model, values)
    .filter((one) => !totals.has(one))
    .map((statement) => ({ statement, isShared: false, naming: EXAMPLE }));
  const isMeasured = hasMetrics || measuring.length + counting.length > 0;
  const elsewhere = isMeasured ? [] : measuredBefore(analysed, model);
  const unfollowed = [...elsewhere, ...ofAll, ...unfollowedOnes(analysed, model, values, { severity, isMeasured })];
  if (!isMeasured) return unfollowed.length === 0 ? unmeasured(model, knowledge) : unfollowed;
  const lost = measuring.filter(({ statement }) => !isTold(statement));
  // Where there is no metric at all, that is told of statements that the module runs, too.
  const said = lost.length === 0 && !hasMetrics ? measuring : lost;
  const others = [...said, ...counting].map((one) => leftOut(one.statement, whyLeftOut(one, model.name), severity));
  return [...others, ...unfollowed];
}

/** Said of numbers of a model that become none of its metrics, whatever else is given. */
function unfollowedOnes(
  analysed: Analysed,
  model: Candidate,
  values: readonly Value[],
  { severity, isMeasured }: { readonly severity: Diagnostic["severity"]; readonly isMeasured: boolean },
): readonly Diagnostic[] {
  const isGiven = severity === "info";
  return [
    ...lostValidations(analysed, model, values, severity),
    ...(isGiven || !isMeasured ? calledMetrics(analysed, model, isGiven ? values : []) : []),
    ...lostEntries(analysed, model, values),
    ...undefinedMetrics(analysed, values),
    ...metricsOfCopies(analysed, model, severity),
    ...lostSums(model, analysed.knowledge, severity),
  ];
}

/** A statement that measures the model. */
interface Measuring {
  readonly statement: Statement;
  /** True if it measures what the model and others give together: the mean of their predictions. */
  readonly isShared: boolean;
  /** How its measure may be given a name. */
  readonly naming: string;
}

/** What is said of a measure that the module does not give. */
function leftOut({ cell, line }: Statement, why: Why, severity: Diagnostic["severity"]): Diagnostic {
  return { code: "notebook.metric-left-out", severity, cell, line, ...why };
}

type Why = Pick<Diagnostic, "message" | "hint">;

/** It is not the model's alone, has no name, or may be no number. */
function whyLeftOut(measuring: Measuring, model: string): Why {
  return measuring.isShared ? sharedWith(model) : namelessOrNoNumber(measuring, model);
}

function ofAllTurns(model: string): Why {
  return {
    message: `This is a number of the models of all turns of the loop, and ${model} is that of the last one, so it is no metric of ${model}.`,
    hint: "Keep the model that you want in a variable of its own, and measure that one behind the loop.",
  };
}

function sharedWith(model: string): Why {
  return {
    message: `This measures what ${model} and other models give together, so it is no metric of ${model} alone.`,
    hint: "To ship them together, make one model of them: VotingRegressor, VotingClassifier, a class of your own.",
  };
}

function namelessOrNoNumber({ statement: { node }, naming }: Measuring, model: string): Why {
  if (isLoop(node))
    return {
      message: `What this loop measures of ${model}, turn by turn, is no one number, so the module does not give it.`,
      hint: `Measure it behind the loop, and give that a name: ${EXAMPLE}.`,
    };
  const [assigned] = node.type === "expression_statement" ? assignmentsIn(node) : [];
  const name = assigned?.left.type === "identifier" ? assigned.left.text : undefined;
  return name === undefined || name === model
    ? {
        message: "What this measures of the model is in no variable, so the module does not give it.",
        hint: `Give it a name at the top level of a cell: ${naming}.`,
      }
    : {
        message: `What this measures of the model may be more than one number, so the module does not give ${name}.`,
        hint: `Give the number a name of its own: accuracy = ${name}[1].`,
      };
}

/** The statements, from the one that fits the model on, that measure the model or what is made from it. */
function measuringOnes(analysed: Analysed, model: Candidate): readonly Measuring[] {
  const { statements, knowledge } = analysed;
  const own = new Set(dependentsOf([model.statement.index], analysed));
  const whose = findOthersOf(analysed, model);
  const ofModel = new Set([model.name]);
  const isLacking = findLacking(analysed, model);
  const measuring = statements.slice(model.statement.index).filter((one) => {
    const isOfModel = own.has(one);
    if (isOfModel) for (const name of one.names.binds) ofModel.add(name);
    // What a block only shows is none of its dependencies any more.
    const showsIt = one.shown.some((node) => [...nameFacts(node).reads].some((name) => ofModel.has(name)));
    if ((!isOfModel && !showsIt) || !measures(one.node, knowledge) || isLacking(one)) return false;
    const origin = whoseMeasured(one, whose, knowledge);
    return origin !== "other" && (origin !== "plain" || showsIt || one === model.statement);
  });
  return measuring.map((statement) => {
    const calls = metricCalls(statement, knowledge);
    const isShared = calls.length > 0 && calls.every((call) => whose(call, statement) === "shared");
    const own = calls.find((call) => whose(call, statement) !== "other") ?? calls[0];
    return { statement, isShared, naming: namingOf(own, statement, knowledge) };
  });
}

/**
 * Whose it is what a statement measures: `fig.add_trace(Scatter(name=str(f1_score(y, other.predict(X)))))` measures what others give, in
 * a figure that has something of the model. In a block the names may stand for something else than above it.
 */
function whoseMeasured(statement: Statement, whose: WhoseIs, knowledge: Knowledge): ReturnType<WhoseIs> {
  const { node } = statement;
  const calls = node.type === "expression_statement" ? measuringCalls(node, knowledge) : [];
  const isOthers = calls.length > 0 && calls.every((call) => whose(call, statement) === "other");
  return isOthers ? "other" : whose(node, statement);
}

type WhoseIs = ReturnType<typeof findOthersOf>;

const EXAMPLE = "accuracy = accuracy_score(…)";

/** `roc_auc = roc_auc_score(…)`; of what a function of the notebook measures, an example. */
function namingOf(call: SyntaxNode | undefined, statement: Statement, knowledge: Knowledge): string {
  const callee = call && childOf(call, "function");
  if (call === undefined || callee === undefined) return EXAMPLE;
  return `${nameOf(call, statement, knowledge)} = ${cut(callee, statement.source)}(…)`;
}

/** True for a number whose name a later one has, which the module gives. */
function isGivenBelow({ node, index }: Statement, values: readonly Value[]): boolean {
  const names = assignmentsIn(node).map(({ left }) => left.text);
  return values.some(({ name, statement }) => statement.index > index && names.includes(name));
}

/** True for the bare call of a function of the notebook: it may be there for what it fits, and what it shows goes nowhere. */
function callsOwn({ node }: Statement, knowledge: Knowledge): boolean {
  const [call] = node.type === "expression_statement" ? node.children : [];
  return call?.type === "call" && calleeOf(call, knowledge).kind === "notebook";
}

/** True if every metric of a statement is computed by the same text as one that has a name. */
function showsAgain(one: Statement, named: ReadonlySet<string>, knowledge: Knowledge): boolean {
  const texts = metricCalls(one, knowledge).map((call) => cut(call, one.source));
  return texts.length > 0 && texts.every((text) => named.has(text));
}

function metricCalls({ node }: Statement, knowledge: Knowledge): readonly SyntaxNode[] {
  return callsIn(node).filter((call) => isMetric(call, calleeOf(call, knowledge), knowledge));
}

function cut({ start, end }: SyntaxNode, source: string): string {
  return source.slice(start, end);
}

function unmeasured(model: Candidate, knowledge: Knowledge): readonly Diagnostic[] {
  const shown = shownInside(model, knowledge);
  if (shown.length > 0) return shown;
  const { name, statement } = model;
  return [
    {
      code: "notebook.no-metric",
      severity: "info",
      cell: statement.cell,
      line: statement.line,
      message: `The notebook gives no number that measures ${name}, so no release can be compared with the one before.`,
      hint: "Measure it on rows that it was not fitted on.",
    },
  ];
}
