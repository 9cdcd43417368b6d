/** The metrics of a model: every number that measures it, by the notebook's name or by one that is made. */
import { assignmentsIn, calleeOf, callsIn, elementsOf } from "../python/calls";
import { namesOf, type Statement } from "../python/program";
import { childOf, type SyntaxNode } from "../python/syntax";
import { keyIn, keyOf } from "../python/values";
import { measuresBaseline } from "./baselines";
import { findBlockmates } from "./blockFits";
import type { Candidate } from "./fits";
import { findOtherTurns } from "./keptTurns";
import { findLacking } from "./lackingNames";
import { learnMeasures } from "./learnedMeasures";
import { gathersOf, isMadeAnew } from "./loops";
import type { Scope } from "./measureScope";
import { notebookScope } from "./measuring";
import { originsOf } from "./modelOrigins";
import { namedIn } from "./namedMetrics";
import { findNamesakes, findOthers } from "./otherModels";
import { distinctNames, type Gathered, type Value } from "./pipelineValues";
import { withEarlier } from "./reboundMetrics";
import { reportedBy } from "./reports";
import { shownIn } from "./shownMetrics";
import { dependentsOf, type Analysed } from "./target";
import { findTurnTotals } from "./turnTotals";

/** The metrics of a model: every number that measures it, named, entered in a dictionary, or only shown. */
export function metricsOf(analysed: Analysed, model: Candidate): readonly Value[] {
  const { statements, knowledge } = analysed;
  const origins = originsOf(analysed, model);
  const ofModel = new Set(dependentsOf(origins.keys(), analysed));
  const { numbers, scope } = numbersOf(analysed, model, ofModel);
  const isOfAllTurns = findTurnTotals(analysed, model);
  const isOfOtherTurn = findOtherTurns(model, knowledge);
  const { ofExpression, ofVariable } = findOthers(analysed, { model, origins, ofModel });
  const isOfNamesakes = findNamesakes(analysed, model, ofModel);
  const isOfBlockmates = findBlockmates(analysed, model);
  const isLacking = findLacking(analysed, model);
  const isOwn = (value: Value): boolean =>
    !isOfAllTurns(value) &&
    !isOfOtherTurn(value) &&
    !isLacking(value.statement) &&
    !isOfNamesakes(value.expression ?? value.statement.node, value.statement) &&
    !isOfBlockmates(value) &&
    !isLeftOfOthers(value, ofVariable) &&
    sourcesOf(value).every((source) => ofExpression(source, value.statement) === "own");
  const measuring = statements.filter((one) => ofModel.has(one));
  const ways = [() => numbers, () => gatheredBy(model, scope), () => reportedBy(measuring, knowledge)];
  const own = ways.reduce<readonly Value[]>((found, way) => (found.length > 0 ? found : way().filter(isOwn)), []);
  return distinctNames(withEarlier(own, analysed.flow), namesOf(statements));
}

/** The numbers that are of the models of all turns of a loop, of which the model is but the last. */
export function turnTotalsOf(analysed: Analysed, model: Candidate): readonly Value[] {
  if (!isMadeAnew(model, analysed.knowledge)) return [];
  const ofModel = new Set(dependentsOf(originsOf(analysed, model).keys(), analysed));
  const isOfAllTurns = findTurnTotals(analysed, model);
  // What is only shown was told of where it is computed.
  return numbersOf(analysed, model, ofModel).numbers.filter(
    (value) => value.expression?.type !== "identifier" && isOfAllTurns(value),
  );
}

/** What is known of the notebook's names behind it, as far as it measures a model. */
export function scopeBehind(analysed: Analysed, model: Candidate): Scope {
  const ofModel = new Set(dependentsOf(originsOf(analysed, model).keys(), analysed));
  return numbersOf(analysed, model, ofModel).scope;
}

/** The numbers in what depends on a model, and what is known of the notebook's names behind it. */
function numbersOf({ statements, knowledge }: Analysed, model: Candidate, ofModel: ReadonlySet<Statement>) {
  const scope = notebookScope(knowledge, model);
  const numbers: Value[] = [];
  const bound = new Set<string>();
  for (const statement of statements) {
    const measuresIt = ofModel.has(statement);
    // What is shown is looked at with what was known before the statement, what is named with what is known behind it.
    const shown = measuresIt ? shownIn(statement, scope) : [];
    if (!statement.node.type.endsWith("definition")) learnMeasures(statement.node, scope);
    if (measuresIt) numbers.push(...namedIn(statement, bound, model, scope), ...shown);
    for (const name of statement.names.binds) bound.add(name);
  }
  return { numbers, scope };
}

/** True for what a block leaves in a variable, if that has something of other models: the best of a loop over the weights of a blend. */
function isLeftOfOthers(
  { name, statement, expression, entry, gathered }: Value,
  ofVariable: ReturnType<typeof findOthers>["ofVariable"],
): boolean {
  const isPart = expression !== undefined || entry !== undefined || gathered !== undefined;
  if (isPart || statement.node.type === "expression_statement") return false;
  return /^(other|shared)$/.test(ofVariable(name, statement));
}

/** The expression that computes a value in a plain statement, where it can be told which. */
function sourcesOf({ name, statement: { node }, expression, entry, gathered }: Value): readonly SyntaxNode[] {
  if (node.type !== "expression_statement" || gathered !== undefined) return [];
  if (expression !== undefined) return [expression];
  const [key] = entry?.keys ?? [];
  return assignmentsIn(node).flatMap(({ left, right }) => {
    const targets = elementsOf(left);
    const place = targets.findIndex((target) =>
      target.type === "subscript" ? entry !== undefined && isEntryOf(target, entry) : target.text === name,
    );
    if (key !== undefined && targets[place]?.type !== "subscript")
      return right.children.flatMap((pair) => (keyIn(pair) === key ? (childOf(pair, "value") ?? []) : []));
    const values = targets.length === 1 ? [right] : elementsOf(right);
    return values.length === targets.length ? (values[place] ?? []) : [];
  });
}

/** `results["mae"]` */
function isEntryOf(target: SyntaxNode, { variable, keys }: NonNullable<Value["entry"]>): boolean {
  return childOf(target, "value")?.text === variable && keyOf(target) === keys[0];
}

/** What the loop that fits a model gathers in lists: of each the mean of the folds, or the score of the last turn. */
function gatheredBy(model: Candidate, { knowledge, measures }: Scope): readonly Value[] {
  const found = new Map<string, Value>();
  for (const call of callsIn(model.statement.node)) {
    const callee = calleeOf(call, knowledge);
    if (callee.kind !== "method" || callee.name !== "append") continue;
    const list = callee.object.text;
    const takes = measures.get(list)?.kind === "scores" ? gathersOf(call, list, model, knowledge) : undefined;
    if (takes !== undefined) found.set(list, gatheredValue({ list, takes }, model.statement));
  }
  return [...found.values()];
}

function gatheredValue(gathered: Gathered, statement: Statement): Value {
  const { list, takes } = gathered;
  return { name: `${list}_${takes}`, kind: "metric", statement, expression: undefined, gathered };
}

/** Every number of a notebook that measures some model, where none can be had itself: its functions keep them. */
export function metricsAnywhere({ statements, knowledge }: Analysed): readonly Value[] {
  const scope = notebookScope(knowledge);
  const found = statements.flatMap((statement) => {
    const shown = shownIn(statement, scope);
    if (!statement.node.type.endsWith("definition")) learnMeasures(statement.node, scope);
    return [...namedIn(statement, new Set(), undefined, scope), ...shown];
  });
  const isBaseline = (value: Value): boolean => sourcesOf(value).some((one) => measuresBaseline(one, knowledge));
  return distinctNames(
    found.filter((value) => !isBaseline(value)),
    namesOf(statements),
  );
}
