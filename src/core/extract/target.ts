/** Which model the notebook is about: the one that was saved, else the one that was evaluated last, else the one fitted last. */
import { inputError } from "../errors";
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import { writtenTable } from "../python/files";
import type { Statement } from "../python/program";
import { areStreams } from "../python/random";
import { remembered } from "../python/memory";
import { childOf, isLoop, type SyntaxNode } from "../python/syntax";
import { findCandidates } from "./candidates";
import { unconditional } from "./conditional";
import { evaluates, measures } from "./evaluation";
import { countsWith, findFits, type Candidate } from "./fits";
import { namesLacking } from "./lacking";
import { isUsed } from "./madeOf";
import type { Ranking } from "./rivals";
import { savedNames } from "./savers";
import { mayBindName, nameFacts } from "../python/scope";

/** Everything that the choice looks at. */
export interface Analysed {
  readonly notebook: string;
  readonly statements: readonly Statement[];
  readonly knowledge: Knowledge;
  readonly flow: Flow;
}

/** Candidates that are as good as each other, the best first, and what they have in common. */
export type Choice = Ranking<Candidate>;

/**
 * Ranks the models of a notebook; `undefined` if it fits none. With `takes` "any", a scaler or an encoder will do. One that needs what
 * nothing defines is taken only where there is no other one.
 */
export function chooseModel(analysed: Analysed, takes: "models" | "any" = "models"): Choice | undefined {
  const all = findCandidates(analysed);
  const choice = choiceAmong(all, analysed, takes);
  const [first] = choice?.candidates ?? [];
  const lackedBy = ({ statement: { index } }: Candidate): readonly string[] =>
    namesLacking([...dependsOn(analysed.flow, index), index], analysed);
  const lacks = first === undefined ? [] : lackedBy(first);
  if (first === undefined || lacks.length === 0) return choice;
  const able = all.filter((one) => lackedBy(one).length === 0);
  const other = choiceAmong(able, analysed, takes);
  return other === undefined ? choice : { ...other, lacking: { ...first, lacks } };
}

function choiceAmong(all: readonly Candidate[], analysed: Analysed, takes: "models" | "any"): Choice | undefined {
  const fitted = all.filter(
    ({ className }) =>
      takes === "any" || className === undefined || !analysed.knowledge.library.isPreprocessor(className),
  );
  const models = unconditional(fitted, analysed);
  const last = models.at(-1)?.statement.cell;
  if (last === undefined) return undefined;
  const saved = savedChoice(analysed, all);
  if (saved !== undefined) return saved;
  const evaluated = ranked(settled(evaluatedLast(analysed, latestOfEach(models)), models, analysed), analysed);
  if (evaluated !== undefined) return { candidates: evaluated, what: "evaluated" };
  const latest = latestOfEach(models).filter(({ statement }) => statement.cell === last);
  const candidates = ranked(withoutSources(latest, analysed), analysed);
  return candidates && { candidates, what: "fitted" };
}

/**
 * The model that the user names; or, where nothing shows that it is one, the statement that makes the variable. Throws an input
 * error if there is none.
 */
export function namedModel(analysed: Analysed, wanted: string): Candidate | Statement {
  const all = findCandidates(analysed);
  const candidate = [...findFits(analysed), ...all].findLast(({ name }) => name === wanted);
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
  const binder = statements.filter(({ names }) => mayBindName(names, name)).at(-1);
  const found = flow.behind(statements.length - 1, [name]);
  return statements[Math.max(-1, ...found.keys())] ?? binder;
}

/**
 * Of the candidates that the notebook writes to files the one that it evaluates last, else the one that it writes last. They are as good
 * as each other only where one cell evaluates them all, and one cell writes them all.
 */
function savedChoice(analysed: Analysed, all: readonly Candidate[]): Choice | undefined {
  const saved = savedCandidates(analysed, all);
  const models = withoutSources([...saved.keys()], analysed);
  const evaluated = evaluatedLast(analysed, models);
  const last = evaluated.length === 0 ? models.slice(0, 1) : evaluated;
  const [first, ...equal] = namedAlone(last) ?? last;
  if (first === undefined) return undefined;
  const isRival = (one: Candidate): boolean => one.statement !== first.statement && saved.get(one) === saved.get(first);
  const candidates = [first, ...(equal.every(isRival) ? equal : [])] as const;
  const others = [...saved.keys()].filter((one) => !candidates.includes(one) && !isPart(one, models, analysed));
  return { candidates, what: "saved", others };
}

/** True for what a model is made of, and so is no other one. */
function isPart({ name, statement }: Candidate, models: readonly Candidate[], analysed: Analysed): boolean {
  const { statements, flow, knowledge } = analysed;
  const own = dependentIndexes([statement.index], flow);
  return models.some((model) => {
    const needed = new Set([...dependsOn(flow, model.statement.index), model.statement.index]);
    const below = statements.filter(({ index }) => index !== statement.index && own.has(index) && needed.has(index));
    return isUsed(name, below, knowledge);
  });
}

/**
 * The latest fit of each variable that the notebook writes to files, with the cell that does; what it writes last comes first. What
 * only its training saves on the way is one of them where another model is saved.
 */
function savedCandidates(
  { statements, knowledge }: Analysed,
  all: readonly Candidate[],
): ReadonlyMap<Candidate, number> {
  const found = new Map<string, readonly [Candidate, number]>();
  let isTold = false;
  for (const statement of [...statements].reverse()) {
    const told = savedNames(statement.node, knowledge)
      .toReversed()
      .flatMap((name) => all.findLast((fit) => fit.name === name && fit.statement.index <= statement.index) ?? [])
      .map((fit) => (fit.statement === statement ? loadedOf(fit, all) : fit));
    isTold ||= told.length > 0;
    for (const one of [...told, ...checkpointed(statement, all, knowledge)])
      if (!found.has(one.name)) found.set(one.name, [one, statement.cell]);
  }
  const saved = isTold ? [...found.values()] : [];
  const models = saved.filter(([{ className }]) => !knowledge.library.isPreprocessor(className ?? ""));
  return new Map(models.length > 0 ? models : saved.slice(0, 1));
}

/** The models that the fits of a statement write to files by a `ModelCheckpoint`. */
function checkpointed(
  statement: Statement,
  all: readonly Candidate[],
  { checkpoints }: Knowledge,
): readonly Candidate[] {
  const fits = all.filter((one) => one.statement === statement && one.fit !== undefined && checkpoints.has(one.fit));
  return fits.map((fit) => loadedOf(fit, all));
}

/** What is loaded of the file that a fit writes or, where nothing is, what it fits. */
function loadedOf(fit: Candidate, all: readonly Candidate[]): Candidate {
  return all.find(({ loadedFrom }) => loadedFrom === fit) ?? fit;
}

function latestOfEach(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...new Map(candidates.map((candidate) => [candidate.name, candidate])).values()];
}

/** Those that are evaluated last; a loop that compares models below one that is called the best, or final, does not count. */
function evaluatedLast(analysed: Analysed, candidates: readonly Candidate[]): readonly Candidate[] {
  const last = lastEvaluated(analysed, candidates);
  if (!last.every(isCounted)) return last;
  const named = candidates.filter(({ name }) => /^(best|final)(_|$)/i.test(name));
  const best = named.length === 0 ? [] : lastEvaluated(analysed, named);
  return best.length === 0 ? last : best;
}

/** True for what a loop goes through and fits in each turn, or for the collection that it does so with. */
function isCounted({ name, statement: { node }, isCollection }: Candidate): boolean {
  return node.type === "for_statement" && (isCollection === true || countsWith(node, name));
}

/** The candidates that the last cell with an evaluation evaluates; those that only feed another candidate are left out. */
function lastEvaluated(analysed: Analysed, candidates: readonly Candidate[]): readonly Candidate[] {
  const sources = dependsOn(analysed.flow, ...candidates.map(({ statement }) => statement.index));
  const rated = candidates.map((candidate) => ({ candidate, cell: lastEvaluation(analysed, candidate, sources) }));
  const last = Math.max(-1, ...rated.map(({ cell }) => cell));
  const best = rated.filter(({ cell }) => cell === last && last >= 0).map(({ candidate }) => candidate);
  return withoutSources(best, analysed);
}

/** Instead of what a loop tries, the model of the same class that is made below by what was found out. */
function settled(
  candidates: readonly Candidate[],
  models: readonly Candidate[],
  { flow }: Analysed,
): readonly Candidate[] {
  return candidates.map((tried) => {
    const { statement, className } = tried;
    if (!isLoop(statement.node) || className === undefined) return tried;
    const own = dependentIndexes([statement.index], flow);
    const isMadeBy = (one: Candidate): boolean =>
      one.className === className && one.statement.index > statement.index && own.has(one.statement.index);
    return models.findLast(isMadeBy) ?? tried;
  });
}

/** Candidates that no other one is made from. */
function withoutSources(candidates: readonly Candidate[], { flow }: Analysed): readonly Candidate[] {
  const sources = dependsOn(flow, ...candidates.map(({ statement }) => statement.index));
  return candidates.filter(({ statement }) => !sources.has(statement.index));
}

/**
 * Run-order index of the last statement of the cell that evaluates the candidate last, or shows what was measured; or -1. What is
 * predicted for another one to be fitted on, among `sources`, is no evaluation.
 */
function lastEvaluation(analysed: Analysed, { name, statement }: Candidate, sources: ReadonlySet<number>): number {
  const { statements, knowledge, flow } = analysed;
  const own = lookedAt(dependentIndexes([statement.index], flow), analysed);
  const isEvaluation = (one: Statement): boolean =>
    (evaluates(one, knowledge) || (one !== statement && isCalled(name, one))) &&
    (!sources.has(one.index) || measures(one.node, knowledge));
  const metrics = new Set(own.filter(isEvaluation).map(({ index }) => index));
  const shows = (one: Statement): boolean =>
    flow.effects[one.index]?.displays === true &&
    !showsForm(one) &&
    (makings(flow).of[one.index] ?? []).some((other) => metrics.has(other));
  const cell = own.filter((one) => metrics.has(one.index) || shows(one)).at(-1)?.cell;
  return statements.findLast((one) => one.cell === cell)?.index ?? -1;
}

/** `predicted.shape`, `len(predicted)`: how much there is tells nothing of how good it is. */
function showsForm({ node: { type, children } }: Statement): boolean {
  const [shown, ...others] = type === "expression_statement" ? children : [];
  if (shown === undefined || others.length > 0) return false;
  const name = shown.type === "call" ? childOf(shown, "function")?.text : childOf(shown, "attribute")?.text;
  return name !== undefined && /^(shape|size|ndim|dtypes?|len|type)$/.test(name);
}

/** `net(rows)`: a network predicts where it is called. */
function isCalled(model: string, { node }: Statement): boolean {
  return callsIn(node).some((call) => childOf(call, "function")?.text === model);
}

/** Statements with these run-order indexes, and those that only show something of what they make. */
function lookedAt(own: ReadonlySet<number>, analysed: Analysed): readonly Statement[] {
  const shows = shownSources(analysed);
  return analysed.statements.filter(
    ({ index }) => own.has(index) || shows[index]?.some((one) => own.has(one)) === true,
  );
}

const sourcesOfShown = new WeakMap<Flow, readonly (readonly number[])[]>();

/** By the index of each statement, those that what is only shown inside of it is made from. */
function shownSources({ statements, flow }: Analysed): readonly (readonly number[])[] {
  return remembered(sourcesOfShown, flow, () =>
    statements.map(({ index, names, shown }) => {
      const facts = shown.map((node) => nameFacts(node));
      const own = [names, ...facts];
      const read = facts.flatMap(({ reads }) => [...reads]);
      const others = read.filter((name) => !own.some((one) => mayBindName(one, name)));
      return [...flow.behind(index, others).keys()];
    }),
  );
}

/** The statements with these run-order indexes, and all that depend on one of them, directly or not. */
export function dependentsOf(
  origins: Iterable<number>,
  { statements, flow }: Pick<Analysed, "statements" | "flow">,
): readonly Statement[] {
  const found = [...dependentIndexes(origins, flow)].sort((a, b) => a - b);
  return found.flatMap((index) => statements[index] ?? []);
}

/** The same by their run-order indexes, in no order. */
export function dependentIndexes(origins: Iterable<number>, flow: Flow): ReadonlySet<number> {
  return reached(origins, makings(flow).by);
}

/** All statements that something of is in what these statements make, directly or not. */
export function dependsOn(flow: Flow, ...indexes: readonly number[]): ReadonlySet<number> {
  const { of } = makings(flow);
  return reached(
    indexes.flatMap((index) => of[index] ?? []),
    of,
  );
}

function reached(origins: Iterable<number>, next: Making["of"]): ReadonlySet<number> {
  const all = new Set(origins);
  // A statement may be reached from every other one: to ask the set each time would take longer.
  const seen = new Uint8Array(next.length);
  for (const one of all) {
    for (const further of next[one] ?? []) {
      if (seen[further] !== 1) all.add(further);
      seen[further] = 1;
    }
  }
  return all;
}

/** By the index of each statement, those that something of is in what it makes, and those in which something of it is. */
interface Making {
  readonly of: readonly (readonly number[])[];
  readonly by: readonly (readonly number[])[];
}

const makingsOfFlows = new WeakMap<Flow, Making>();

/** What was drawn before is needed to draw the same, and is no part of what is made. */
function makings(flow: Flow): Making {
  return remembered(makingsOfFlows, flow, () => {
    const of: number[][] = flow.dependencies.map(() => []);
    const by: number[][] = flow.dependencies.map(() => []);
    flow.dependencies.forEach((needed, index) => {
      for (const [other, names] of needed) {
        if (areStreams(names)) continue;
        of[index]?.push(other);
        by[other]?.push(index);
      }
    });
    return { of, by };
  });
}

/**
 * Those whose predictions are saved, and the last ones, come first. One that is named as the model goes alone, unless predictions of
 * another one alone are saved.
 */
function ranked(candidates: readonly Candidate[], analysed: Analysed): Choice["candidates"] | undefined {
  const places = candidates.map((candidate) => ({ candidate, place: placeOf(candidate, analysed) }));
  const inBlock = ({ candidate }: (typeof places)[number]): number => placeInBlock(candidate, analysed);
  places.sort(
    (a, b) => b.place - a.place || b.candidate.statement.index - a.candidate.statement.index || inBlock(b) - inBlock(a),
  );
  const saved = places.filter(({ place }) => place >= analysed.statements.length);
  const among = saved.length > 0 ? saved : places;
  const named = namedAlone(among.map(({ candidate }) => candidate));
  const [first, ...others] = named ?? places.map(({ candidate }) => candidate);
  return first === undefined ? undefined : [first, ...others];
}

/** Where the `with` that fits a candidate fits or evaluates it last; what such a block holds is done one after the other. */
function placeInBlock({ name, statement: { node } }: Candidate, { knowledge }: Analysed): number {
  const own =
    node.type !== "with_statement" ? [] : callsIn(node).filter((call) => concernsModel(call, name, knowledge));
  return Math.max(-1, ...own.map(({ start }) => start));
}

function concernsModel(call: SyntaxNode, model: string, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "method" || callee.root !== model) return false;
  const { library } = knowledge;
  return library.has("fitMethods", callee.name) || library.has("predictMethods", callee.name);
}

/** The one that is named as the model, if no other is. */
function namedAlone(candidates: readonly Candidate[]): readonly Candidate[] | undefined {
  const named = candidates.filter(({ name }) => /^(model|best|final)(_|$)/i.test(name));
  return named.length === 1 ? named : undefined;
}

/** Run-order index of the last statement that evaluates or writes to a file what a candidate gives; files count for more. */
function placeOf({ statement }: Candidate, analysed: Analysed): number {
  const { knowledge, statements, flow } = analysed;
  const own = lookedAt(dependentIndexes([statement.index], flow), analysed);
  const written = own.findLast((one) => writesTable(one, knowledge));
  const evaluated = own.filter((one) => evaluates(one, knowledge)).at(-1);
  return written === undefined ? (evaluated ?? statement).index : statements.length + written.index;
}

function writesTable({ node }: Statement, knowledge: Knowledge): boolean {
  return callsIn(node).some((call) => writtenTable(call, calleeOf(call, knowledge)) !== undefined);
}
