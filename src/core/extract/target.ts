/** Which model the notebook is about: the one that was saved, else the one that was evaluated last, else the one fitted last. */
import { isBuiltin } from "../python/builtins";
import { inputError } from "../errors";
import { assignmentsIn, calleeOf, callsIn, constructedClass, elementsOf, noteHeld, type Callee } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { isStream } from "../python/random";
import { evaluates } from "./evaluation";
import { learnOptimizers, trainedAlong, type Optimizers } from "./gradients";
import type { Ranking } from "./rivals";
import { savedNames } from "./savers";
import { learnTrainerObjects, trainedByObject, type TrainerObjects } from "./trainerObjects";
import { fittedReturns, type FittedReturn } from "./trainers";

import { KIND } from "../python/kinds";
import {
  argumentAt,
  childOf,
  findNode,
  nodesOf,
  parameterNames,
  remembered,
  rootName,
  type SyntaxNode,
} from "../python/syntax";

/** A variable that holds a fitted model, and the statement that fitted it last. */
export interface Candidate {
  readonly name: string;
  readonly statement: Statement;
  /** The class that made it, if it can be seen. */
  readonly className: string | undefined;
  /** The call that fitted it, where it is a method call with the data as arguments. */
  readonly fit: SyntaxNode | undefined;
}

/** Everything that the choice looks at. */
export interface Analysed {
  readonly notebook: string;
  readonly statements: readonly Statement[];
  readonly knowledge: Knowledge;
  readonly flow: Flow;
}

/** Candidates that are as good as each other, the best first, and what they have in common. */
export type Choice = Ranking<Candidate>;

/** Ranks the models of a notebook; `undefined` if it fits none. With `takes` "any", a scaler or an encoder will do. */
export function chooseModel(analysed: Analysed, takes: "models" | "any" = "models"): Choice | undefined {
  const all = findCandidates(analysed);
  const models = all.filter(
    ({ className }) =>
      takes === "any" || className === undefined || !analysed.knowledge.library.isPreprocessor(className),
  );
  const last = models.at(-1)?.statement.cell;
  if (last === undefined) return undefined;
  const saved = savedCandidate(analysed, all);
  if (saved !== undefined) return { candidates: [saved], what: "saved" };
  const evaluated = ranked(lastEvaluated(analysed, latestOfEach(models)), analysed);
  if (evaluated !== undefined) return { candidates: evaluated, what: "evaluated" };
  const fitted = latestOfEach(models).filter(({ statement }) => statement.cell === last);
  const candidates = ranked(withoutSources(fitted, analysed), analysed);
  return candidates && { candidates, what: "fitted" };
}

/**
 * The model that the user names; or, where nothing shows that it is one, the statement that makes the variable. Throws an input
 * error if there is none.
 */
export function namedModel(analysed: Analysed, wanted: string): Candidate | Statement {
  const all = findCandidates(analysed);
  const candidate = all.filter(({ name }) => name === wanted).at(-1);
  if (candidate !== undefined) return candidate;
  const statement = lastMade(analysed, wanted);
  if (statement !== undefined) {
    const isModel = predicts(analysed, wanted);
    return isModel ? { name: wanted, statement, className: undefined, fit: undefined } : statement;
  }
  const { notebook } = analysed;
  const known = [...new Set(all.map(({ name }) => name))];
  throw inputError("EXTRACT_NO_MODEL", `${notebook} has no variable named ${wanted}.`, {
    place: { file: notebook },
    hint: known.length === 0 ? "It fits no model." : `It fits: ${known.join(", ")}.`,
  });
}

/** True if the notebook predicts with what a variable holds. */
function predicts({ statements, knowledge }: Analysed, name: string): boolean {
  const callees = statements.flatMap(({ node }) => callsIn(node).map((call) => calleeOf(call, knowledge)));
  return callees.some(
    (one) => one.kind === "method" && one.root === name && knowledge.library.has("predictMethods", one.name),
  );
}

/** The statement that binds a variable last or, if that is later, changes its object. */
function lastMade({ statements, flow }: Analysed, name: string): Statement | undefined {
  const binder = statements.filter(({ names }) => names.binds.has(name) || names.mayBind.has(name)).at(-1);
  const found = flow.behind(statements.length - 1, [name]);
  return statements[Math.max(-1, ...found.keys())] ?? binder;
}

/** What a notebook fits and what it takes out of fitted collections, in the order in which it is run. */
export function findCandidates({
  statements,
  knowledge,
}: Pick<Analysed, "statements" | "knowledge">): readonly Candidate[] {
  return withPicks(findFits({ statements, knowledge }), statements, knowledge);
}

const fits = new WeakMap<readonly Statement[], readonly Candidate[]>();

/** Every fit of a notebook, in the order in which it is run. */
export function findFits({ statements, knowledge }: Pick<Analysed, "statements" | "knowledge">): readonly Candidate[] {
  return remembered(fits, statements, () => lookForFits(statements, knowledge));
}

function lookForFits(statements: readonly Statement[], knowledge: Knowledge): readonly Candidate[] {
  const classes = new Map<string, string>();
  const optimizers: Optimizers = new Map();
  const trainers: TrainerObjects = new Map();
  const found: Candidate[] = [];
  for (const statement of statements) {
    learnOptimizers(statement, knowledge, optimizers);
    learnTrainerObjects(statement.node, knowledge, trainers);
    noteHeld(classes, statement.node, (made) => constructedClass(made, knowledge) ?? formulaModel(made, knowledge));
    const fitted = fitsOf(statement, knowledge, { classes, trainers });
    const along = [...trainedAlong(statement, knowledge, optimizers)].filter((name) => !knowledge.imports.has(name));
    const others = along.filter((name) => fitted.every((one) => one.name !== name));
    found.push(...fitted.flatMap(ofVariable).filter((one) => !isGone(one)));
    found.push(...others.map((name) => ({ name, statement, className: classes.get(name), fit: undefined })));
  }
  return found;
}

/** What only a comprehension has a name for is reached through what that runs over: `models` of `for name, m in models.items()`. */
function ofVariable(candidate: Candidate): readonly Candidate[] {
  const { name, statement, fit } = candidate;
  const { node, names } = statement;
  const isKnown = (one: string): boolean =>
    [names.reads, names.binds, names.mayBind, names.stores].some((some) => some.has(one));
  if (fit === undefined || isKnown(name)) return [candidate];
  const clause = nodesOf(node, KIND.for_in_clause).find((one) => countsWith(one, name));
  const collection = clause === undefined ? undefined : rootName(childOf(clause, "right") ?? clause)?.text;
  const isThere = collection !== undefined && isKnown(collection) && !isBuiltin(collection);
  return isThere ? [{ name: collection, statement, className: undefined, fit: undefined }] : [];
}

/** True for what a loop fits and deletes again. */
function isGone({ name, statement: { names, node } }: Candidate): boolean {
  if (names.binds.has(name) || names.mayBind.has(name)) return false;
  const deletes = findNode(node, ({ type, children }) => {
    return type === "delete_statement" && children.some((child) => elementsOf(child).some(({ text }) => text === name));
  });
  return deletes !== undefined;
}

/** Where a notebook fits a collection of models and then takes one out, that one counts instead of the loop's variable. */
function withPicks(
  found: readonly Candidate[],
  statements: readonly Statement[],
  knowledge: Knowledge,
): readonly Candidate[] {
  const members = statements.flatMap((statement) => fittedMembers(statement, knowledge));
  const picks = statements.flatMap((statement) =>
    assignmentsIn(statement.node).flatMap(({ left, right }) => {
      const from = right.type === "subscript" ? rootName(right)?.text : undefined;
      const isPick = members.some(({ collection, index }) => collection === from && index < statement.index);
      return left.type === "identifier" && isPick ? [{ name: left.text, from, statement }] : [];
    }),
  );
  const replaced = members.filter(({ collection }) => picks.some(({ from }) => from === collection));
  const kept = found.flatMap(keptInLoop);
  const chosen = [...kept, ...picks].map(({ name, statement }) => ({
    name,
    statement,
    className: undefined,
    fit: undefined,
  }));
  const isReplaced = ({ name, statement }: Candidate): boolean =>
    replaced.some((member) => member.variable === name && member.index === statement.index) ||
    kept.some((one) => one.of === name && one.statement === statement);
  return [...found.filter((one) => !isReplaced(one)), ...chosen].sort((a, b) => a.statement.index - b.statement.index);
}

/** `if score > best: best, best_model = score, model`: what a loop keeps of the models that it fits. */
function keptInLoop({ name, statement }: Candidate) {
  if (!/^(for|while)_statement$/.test(statement.node.type)) return [];
  return assignmentsIn(statement.node).flatMap(({ left, right }) => {
    const values = elementsOf(right);
    return elementsOf(left).flatMap((target, index) => {
      const isKept = values[index]?.type === "identifier" && values[index].text === name && target.text !== name;
      return isKept && target.type === "identifier" ? [{ name: target.text, of: name, statement }] : [];
    });
  });
}

interface Member {
  readonly collection: string;
  readonly variable: string | undefined;
  readonly index: number;
}

/** What a statement fits of collections: `for model in models: model.fit(…)`, `models[name].fit(…)`. */
function fittedMembers({ node, index }: Statement, knowledge: Knowledge): readonly Member[] {
  return callsIn(node).flatMap((call): readonly Member[] => {
    const callee = calleeOf(call, knowledge);
    const root =
      callee.kind === "method" && knowledge.library.has("fitMethods", callee.name)
        ? rootName(callee.object)
        : undefined;
    if (callee.kind !== "method" || root === undefined) return [];
    if (callee.object.type === "subscript") return [{ collection: root.text, variable: undefined, index }];
    const stored = storedIn(node, root.text);
    if (stored !== undefined) return [{ collection: stored, variable: root.text, index }];
    const loop = nodesOf(node, KIND.for_statement).find((one) => countsWith(one, root.text));
    const iterated = loop === undefined ? undefined : rootName(childOf(loop, "right") ?? loop);
    return iterated === undefined ? [] : [{ collection: iterated.text, variable: root.text, index }];
  });
}

/** `models[name] = model`: the collection that keeps what a loop fits. */
function storedIn(node: SyntaxNode, name: string): string | undefined {
  const store = assignmentsIn(node).find(({ left, right }) => left.type === "subscript" && right.text === name);
  return store === undefined ? undefined : rootName(store.left)?.text;
}

function countsWith(loop: SyntaxNode, name: string): boolean {
  return findNode(childOf(loop, "left") ?? loop, ({ text }) => text === name) !== undefined;
}

/** What variables hold at one point of a notebook. */
interface Held {
  readonly classes: ReadonlyMap<string, string>;
  readonly trainers: TrainerObjects;
}

function fitsOf(statement: Statement, knowledge: Knowledge, { classes, trainers }: Held): readonly Candidate[] {
  const given = assignmentsIn(statement.node).flatMap(({ left, right }) =>
    modelsGiven(right, knowledge, classes).flatMap(({ position, className }): readonly Candidate[] => {
      const target = elementsOf(left)[position];
      if (target?.type !== "identifier") return [];
      return [{ name: target.text, statement, className, fit: fitCall(right) }];
    }),
  );
  const fitted = callsIn(statement.node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    const trained = callee.kind === "method" ? trainedByObject(call, callee, trainers) : undefined;
    if (trained !== undefined) return [{ name: trained, statement, className: classes.get(trained), fit: undefined }];
    const fit = callee.kind === "method" ? call : undefined;
    return fittedNames(call, callee, knowledge).map((name) => ({ name, statement, className: classes.get(name), fit }));
  });
  const isKnown = ({ name, fit }: Candidate): boolean =>
    given.some((one) => one.name === name || (fit !== undefined && one.fit === fit));
  const byName = new Map(fitted.filter((one) => !isKnown(one)).map((one) => [one.name, one]));
  return [...given, ...byName.values()];
}

/** The class of what `xgb.train(…)` and its like give. */
export const BOOSTER = "Booster";
const TRAINERS = /^(xgboost|lightgbm|catboost)\.(train|cv)$/;
const RETURNING_FIT =
  /^(OLS|WLS|GLS|GLM|RLM|GEE|Logit|Probit|MNLogit|Poisson|NegativeBinomial|QuantReg|ARIMA|SARIMAX|VAR|AutoReg|MixedLM|ExponentialSmoothing|Holt|PHReg)$/i;

/** `smf.ols("y ~ x", df)`: the function of statsmodels that stands for a class. */
function formulaModel(node: SyntaxNode, knowledge: Knowledge): string | undefined {
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  return callee?.kind === "library" && callee.qualified.startsWith("statsmodels.formula.") ? callee.name : undefined;
}

/** The fitted models that an expression gives: which element of it, and the class that made it, if it can be seen. */
function modelsGiven(
  node: SyntaxNode,
  knowledge: Knowledge,
  classes: ReadonlyMap<string, string>,
): readonly FittedReturn[] {
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  if (callee?.kind === "notebook") return fittedReturns(callee.name, knowledge);
  if (!givesModel(node, knowledge, classes)) return [];
  if (callee?.kind === "library") return [{ position: 0, className: BOOSTER }];
  return [{ position: 0, className: constructedClass(node, knowledge) ?? classes.get(rootName(node)?.text ?? "") }];
}

/** True for expressions whose value is a fitted model: `SVC().fit(…)`, `grid.best_estimator_`, `xgb.train(…)`. */
function givesModel(node: SyntaxNode, knowledge: Knowledge, classes: ReadonlyMap<string, string>): boolean {
  if (node.type !== "call") return childOf(node, "attribute")?.text === "best_estimator_";
  const callee = calleeOf(node, knowledge);
  if (callee.kind === "library") return TRAINERS.test(callee.qualified);
  return callee.kind === "method" && /^fit(_regularized)?$/.test(callee.name) && givesFitted(callee, classes);
}

/** `SVC().fit(…)` can only be reached by what it gives; statsmodels leaves its object as it was. */
function givesFitted(
  { object, root }: Extract<Callee, { kind: "method" }>,
  classes: ReadonlyMap<string, string>,
): boolean {
  return object.type === "call" || RETURNING_FIT.test(classes.get(root ?? "") ?? "");
}

function fitCall(node: SyntaxNode): SyntaxNode | undefined {
  return node.type === "call" && childOf(node, "function")?.type === "attribute" ? node : undefined;
}

/** Variables whose objects a call fits: `model.fit(…)`, and `train(model)` where the notebook's `train` fits its parameter. */
function fittedNames(call: SyntaxNode, callee: Callee, knowledge: Knowledge): readonly string[] {
  if (callee.kind === "method") {
    return knowledge.library.has("fitMethods", callee.name) &&
      callee.object.type === "identifier" &&
      callee.root !== undefined
      ? [callee.root]
      : [];
  }
  if (callee.kind !== "notebook") return [];
  const definition = knowledge.definitions.get(callee.name)?.at(-1);
  if (definition?.type !== "function_definition") return [];
  const parameters = parameterNames(definition);
  const fitted = parameters.filter((name) => fitsParameter(definition, name, homeOf(callee.name, knowledge)));
  return fitted.flatMap((name) => {
    const argument = argumentAt(call, parameters.indexOf(name), name);
    return argument?.type === "identifier" ? [argument.text] : [];
  });
}

function fitsParameter(definition: SyntaxNode, parameter: string, knowledge: Knowledge): boolean {
  return (
    nodesOf(definition, KIND.call).find((call) => {
      const callee = calleeOf(call, knowledge);
      return (
        callee.kind === "method" && knowledge.library.has("fitMethods", callee.name) && callee.object.text === parameter
      );
    }) !== undefined
  );
}

/** The candidate that the notebook writes to a file last. */
function savedCandidate({ statements, knowledge }: Analysed, all: readonly Candidate[]): Candidate | undefined {
  const saved = statements.flatMap((statement) =>
    savedNames(statement.node, knowledge).map((name) => ({ name, statement })),
  );
  const candidates = saved.reverse().flatMap(({ name, statement }) => {
    return all.filter((one) => one.name === name && one.statement.index <= statement.index).slice(-1);
  });
  return candidates.find(({ className }) => !knowledge.library.isPreprocessor(className ?? "")) ?? candidates[0];
}

function latestOfEach(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...new Map(candidates.map((candidate) => [candidate.name, candidate])).values()];
}

/** The candidates that the last cell with an evaluation evaluates; those that only feed another candidate are left out. */
function lastEvaluated(analysed: Analysed, candidates: readonly Candidate[]): readonly Candidate[] {
  const rated = candidates.map((candidate) => ({ candidate, cell: lastEvaluation(analysed, candidate) }));
  const last = Math.max(-1, ...rated.map(({ cell }) => cell));
  const best = rated.filter(({ cell }) => cell === last && last >= 0).map(({ candidate }) => candidate);
  return withoutSources(best, analysed);
}

/** Candidates that no other one is made from. */
function withoutSources(candidates: readonly Candidate[], { flow }: Analysed): readonly Candidate[] {
  const feeds = (one: Candidate, other: Candidate): boolean =>
    other !== one && dependsOn(flow, other.statement.index).has(one.statement.index);
  return candidates.filter((one) => !candidates.some((other) => feeds(one, other)));
}

/** Run-order index of the last statement of the cell that evaluates the candidate last, or shows what was measured; or -1. */
function lastEvaluation(analysed: Analysed, { statement }: Candidate): number {
  const { statements, knowledge, flow } = analysed;
  const own = dependentsOf([statement.index], analysed);
  const metrics = new Set(own.filter((one) => evaluates(one, knowledge)).map(({ index }) => index));
  const shows = (one: Statement): boolean =>
    flow.effects[one.index]?.displays === true && dependsOnAny(one, metrics, flow);
  const cell = own.filter((one) => metrics.has(one.index) || shows(one)).at(-1)?.cell;
  return cell === undefined ? -1 : Math.max(...statements.filter((one) => one.cell === cell).map(({ index }) => index));
}

/** The statements with these run-order indexes, and all that depend on one of them, directly or not. */
export function dependentsOf(
  origins: Iterable<number>,
  { statements, flow }: Pick<Analysed, "statements" | "flow">,
): readonly Statement[] {
  const found = new Set(origins);
  // What a statement depends on stands above it.
  for (const one of statements) if (dependsOnAny(one, found, flow)) found.add(one.index);
  return statements.filter(({ index }) => found.has(index));
}

function dependsOnAny({ index }: Statement, others: ReadonlySet<number>, flow: Flow): boolean {
  return madeOf(flow, index).some((other) => others.has(other));
}

/** All statements that something of is in what a statement makes, directly or not. */
export function dependsOn(flow: Flow, index: number): ReadonlySet<number> {
  const all = new Set(madeOf(flow, index));
  for (const next of all) for (const deeper of madeOf(flow, next)) all.add(deeper);
  return all;
}

/** What was drawn before is needed to draw the same, and is no part of what is made. */
function madeOf({ dependencies }: Flow, index: number): readonly number[] {
  return [...(dependencies[index] ?? [])].flatMap(([other, names]) => ([...names].every(isStream) ? [] : [other]));
}

/** One that is named as the model goes alone; else those whose predictions are saved, and the last ones, come first. */
function ranked(candidates: readonly Candidate[], analysed: Analysed): Choice["candidates"] | undefined {
  const named = candidates.filter(({ name }) => /^(model|best|final)(_|$)/i.test(name));
  const places = candidates.map((candidate) => ({ candidate, place: placeOf(candidate, analysed) }));
  places.sort((a, b) => b.place - a.place || b.candidate.statement.index - a.candidate.statement.index);
  const [first, ...others] = named.length === 1 ? named : places.map(({ candidate }) => candidate);
  return first === undefined ? undefined : [first, ...others];
}

/** Run-order index of the last statement that evaluates or writes to a file what a candidate gives; files count for more. */
function placeOf({ statement }: Candidate, analysed: Analysed): number {
  const { knowledge, statements } = analysed;
  const own = dependentsOf([statement.index], analysed);
  const written = own.filter(({ node }) => callsIn(node).some((call) => writes(calleeOf(call, knowledge)))).at(-1);
  const evaluated = own.filter((one) => evaluates(one, knowledge)).at(-1);
  return written === undefined ? (evaluated ?? statement).index : statements.length + written.index;
}

function writes(callee: Callee): boolean {
  return callee.kind === "method" && has("frameWriters", callee.name);
}
