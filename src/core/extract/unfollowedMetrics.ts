/** What is said of numbers that are called measures, and of which it is not known whether they measure the model. */
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import { childOf, isLoop, isWithin, type SyntaxNode, walk } from "../python/syntax";
import { keyIn } from "../python/values";
import type { Diagnostic } from "../report";
import { measures } from "./evaluation";
import type { Candidate } from "./fits";
import { insideOf, reachedInside } from "./insideBlocks";
import { namesLacking } from "./lacking";
import { namesMeasure } from "./metricNames";
import { findOthersOf } from "./otherModels";
import type { Value } from "./pipelineValues";
import { dependentsOf, dependsOn, type Analysed } from "./target";

/** Said of what is called a measure and is not followed; where others are `given`, only of what the notebook's own functions compute. */
export function calledMetrics(analysed: Analysed, model: Candidate, given: readonly Value[]): readonly Diagnostic[] {
  const { flow, knowledge } = analysed;
  const ofModel = dependentsOf([model.statement.index], analysed);
  const whose = findOthersOf(analysed, model);
  const told = new Set(given.flatMap(({ statement: { index } }) => [index, ...dependsOn(flow, index)]));
  const below = ofModel.filter(
    (one) => one.index > model.statement.index && !told.has(one.index) && whose(one.node, one) === "own",
  );
  const called = below.flatMap((statement): readonly Diagnostic[] => {
    const names = given.length === 0 ? namedIn(statement) : [];
    const own = given.length > 0 && measures(statement.node, knowledge) ? [] : calledIn(statement, knowledge);
    const found = [...names, ...own].find((one) => namesMeasure(one) && !/^(draw|plot|print|show)/.test(one));
    return found === undefined ? [] : [notFollowed(found, statement, model, statement.line)];
  });
  return [...calledInBlock(model, given, knowledge), ...called];
}

function notFollowed(called: string, { cell }: Statement, { name }: Candidate, line: number): Diagnostic {
  const message = `${called} is computed in a way that is not followed, so it is not known whether it measures ${name}, and the module does not give it.`;
  const hint = "Compute it from the predictions by a function of a library: accuracy = accuracy_score(y, predicted).";
  return { code: "notebook.metric-left-out", severity: "info", cell, line, message, hint };
}

/** `if TRAIN: model = …; f1 = Metric().f1(y, model.predict(X))`: what the block of the model's fit calls a measure of it. */
function calledInBlock(model: Candidate, given: readonly Value[], knowledge: Knowledge): readonly Diagnostic[] {
  const { statement, name } = model;
  const { node } = statement;
  if (!/^(if|with|try)_statement$/.test(node.type) || measures(node, knowledge)) return [];
  const { possible } = insideOf(node, knowledge);
  const loops = walk(node).filter(isLoop);
  return assignmentsIn(node).flatMap(({ left, right }) => {
    const isOnce = left.type === "identifier" && !loops.some((loop) => isWithin(left, loop));
    const isCalled = isOnce && namesMeasure(left.text) && callsIn(right).length > 0;
    const isGiven = given.some((one) => one.name === left.text);
    if (!isCalled || isGiven || left.text === name || !reachedInside(left.text, possible).has(name)) return [];
    return [notFollowed(left.text, statement, model, left.line)];
  });
}

/** Said of entries beside a metric in one dictionary, which functions of the notebook compute of the model as well. */
export function lostEntries(analysed: Analysed, model: Candidate, given: readonly Value[]): readonly Diagnostic[] {
  const { knowledge } = analysed;
  const whose = findOthersOf(analysed, model);
  const metrics = given.filter(({ kind }) => kind === "metric");
  return [...new Set(metrics.map(({ statement }) => statement))].flatMap((statement) => {
    const names = metrics
      .filter((one) => one.statement === statement)
      .flatMap(({ name, entry }) => [name, entry?.keys[0]]);
    const isLost = ({ key, value }: Entry): boolean =>
      !names.includes(key) && callsOwn(value, knowledge) && whose(value, statement) === "own";
    return entriesIn(statement)
      .filter(isLost)
      .map(({ variable, key, value }) => notFollowed(`${variable}["${key}"]`, statement, model, value.line));
  });
}

/** An entry of a dictionary that a variable is assigned. */
interface Entry {
  readonly variable: string;
  readonly key: string;
  readonly value: SyntaxNode;
}

function entriesIn({ node }: Statement): readonly Entry[] {
  return assignmentsIn(node).flatMap(({ left, right }) =>
    left.type !== "identifier" || right.type !== "dictionary"
      ? []
      : right.children.flatMap((pair): readonly Entry[] => {
          const [key, value] = [keyIn(pair), childOf(pair, "value")];
          return key === undefined || value === undefined ? [] : [{ variable: left.text, key, value }];
        }),
  );
}

function callsOwn(node: SyntaxNode, knowledge: Knowledge): boolean {
  return callsIn(node).some((call) => calleeOf(call, knowledge).kind === "notebook");
}

/** Said of the first that is called a measure, is not `given`, and needs a name that no cell defines. */
export function undefinedMetrics(analysed: Analysed, given: readonly Value[]): readonly Diagnostic[] {
  const said = new Set<string>();
  const isGiven = (one: Statement): boolean => given.some(({ statement }) => statement === one);
  return analysed.statements.flatMap((statement): readonly Diagnostic[] => {
    const { cell, line, index } = statement;
    const name = isGiven(statement) ? undefined : namedIn(statement).find(namesMeasure);
    const needed = name === undefined ? [] : [index, ...dependsOn(analysed.flow, index)];
    const [lacked] = namesLacking(needed, analysed);
    if (name === undefined || lacked === undefined || said.has(lacked)) return [];
    said.add(lacked);
    const message = `${name} is computed of ${lacked}, which no cell defines, so the module does not give it.`;
    const hint = `Define ${lacked} in a cell above.`;
    return [{ code: "notebook.metric-left-out", severity: "info", cell, line, message, hint }];
  });
}

/** The variables that a plain statement assigns. */
function namedIn({ node }: Statement): readonly string[] {
  if (node.type !== "expression_statement") return [];
  return assignmentsIn(node).flatMap(({ left }) => (left.type === "identifier" ? [left.text] : []));
}

/** The functions of the notebook that a statement, or a block, calls. */
function calledIn({ node }: Statement, knowledge: Knowledge): readonly string[] {
  if (node.type.endsWith("definition")) return [];
  return callsIn(node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "notebook" ? [callee.name] : [];
  });
}
