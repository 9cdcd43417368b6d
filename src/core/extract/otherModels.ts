/** What other models than the one that is shipped give: their predictions, and the columns and metrics made of these alone. */
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { isFile } from "../python/files";
import { KIND } from "../python/kinds";
import { isStream } from "../python/random";
import { mayBindName, nameFacts } from "../python/scope";
import { remembered } from "../python/memory";
import { childOf, childrenOf, nodesOf, type SyntaxNode } from "../python/syntax";
import { keyOf, literalText } from "../python/values";
import { isCopier, takenBy } from "./copies";
import { insideOf, lookedUp, reachedInside } from "./insideBlocks";
import { findFits, type Candidate } from "./fits";
import { movedAlong } from "./gradients";
import { isMadeAnew } from "./loops";
import { savedNames } from "./savers";
import { dependentIndexes, dependentsOf, dependsOn, type Analysed } from "./target";

/** Whose a value is: the model's, as far as is known; that of other models only; that of the model with others; or that of none. */
type Origin = "own" | "other" | "shared" | "plain";

/** Tells whose an expression of a statement is. */
type WhoseIs = (node: SyntaxNode, statement: Statement) => Origin;

/** Whose an expression of a statement is, and what a block leaves in a variable; what it fits the model in is all its own. */
interface Owners {
  readonly ofExpression: WhoseIs;
  readonly ofVariable: (name: string, block: Statement) => Origin;
}

/** True for an expression of a statement that is not the model's. */
type IsOfOthers = (node: SyntaxNode, statement: Statement) => boolean;

/** The names and columns that an expression reads. */
interface Leaf {
  readonly name: string;
  readonly column?: string;
}

/** A model, and what of a notebook is of it. */
interface Owned {
  readonly model: Candidate;
  /**
   * Run-order indexes of the statements that fit and validate the model, each with the name that it has there; none where it is made
   * anew in the same way.
   */
  readonly origins: ReadonlyMap<number, string | undefined>;
  /** The statements that depend on one of these. */
  readonly ofModel: Iterable<Statement>;
}

interface Search extends Pick<Analysed, "flow" | "knowledge" | "statements">, Pick<Owned, "model" | "origins"> {
  /** The statements that depend on the model. */
  readonly ofModel: ReadonlySet<number>;
  /** Variables that hold another model behind a statement, by its index. */
  readonly fitted: ReadonlyMap<number, ReadonlySet<string>>;
  /** The statement of the model, if it saves one of the models that it fits. */
  readonly choosing: number | undefined;
  /** What each plain assignment writes to. */
  readonly targets: Map<number, Leaf>;
  /** Whose it is what those assignments and fits give. */
  readonly given: Map<number, Origin>;
  /** Whose it is what other statements make of their names. */
  readonly inside: Map<string, Origin>;
  /** Whose it is what statements write to files. */
  readonly saved: Map<number, Origin>;
}

/** Tells apart what is of other models, where `ofModel` are the statements that depend on the model. */
export function findOthers(analysed: Analysed, { model, origins, ofModel }: Owned): Owners {
  const { flow, knowledge, statements } = analysed;
  const search: Search = {
    flow,
    knowledge,
    statements,
    model,
    origins,
    choosing: choosesSaved(model, knowledge) ? model.statement.index : undefined,
    ofModel: new Set([...ofModel].map(({ index }) => index)),
    fitted: otherFits(analysed, model),
    targets: new Map(),
    given: new Map(),
    inside: new Map(),
    saved: new Map(),
  };
  for (const statement of statements) note(statement, search);
  return {
    ofExpression: (node, statement) => originOf(node, statement, search),
    ofVariable: (name, { index }) => (origins.has(index) ? "own" : originBy(index, name, search)),
  };
}

const whoseOfFits = new WeakMap<Flow, WeakMap<Candidate, WhoseIs>>();

/** The same where only what depends on the model's own fit is of it; all that is said of its metrics asks this. */
export function findOthersOf(analysed: Analysed, model: Candidate): WhoseIs {
  const known = remembered(whoseOfFits, analysed.flow, () => new WeakMap<Candidate, WhoseIs>());
  return remembered(known, model, () => {
    const { index } = model.statement;
    return findOthers(analysed, {
      model,
      origins: new Map([[index, model.name]]),
      ofModel: dependentsOf([index], analysed),
    }).ofExpression;
  });
}

/** Tells what has something in it of what the statements below the model give its name to, where these do not depend on it. */
export function findNamesakes(
  { statements, flow }: Analysed,
  { name, statement }: Candidate,
  ofModel: ReadonlySet<Statement>,
): IsOfOthers {
  const others = statements.filter(
    (one) => one.index > statement.index && mayBindName(one.names, name) && !ofModel.has(one),
  );
  if (others.length === 0) return () => false;
  const ofOthers = dependentIndexes(
    others.map(({ index }) => index),
    flow,
  );
  return (node, { index: at }) => {
    const { reads, late } = nameFacts(node);
    return [...flow.behind(at, new Set([...reads, ...late])).keys()].some((index) => ofOthers.has(index));
  };
}

/** Fits that the model is not made of. */
function otherFits(analysed: Analysed, model: Candidate): ReadonlyMap<number, ReadonlySet<string>> {
  const needed = dependsOn(analysed.flow, model.statement.index);
  const found = new Map<number, Set<string>>();
  for (const fit of findFits(analysed)) {
    const { name, className, statement } = fit;
    const isOther =
      statement === model.statement
        ? isBeside(fit, model, analysed)
        : statement.node.type === "expression_statement" &&
          !areOne(fit, model, analysed) &&
          (!needed.has(statement.index) || sharesParts(fit, { ...analysed, needed, model }));
    if (isOther && !analysed.knowledge.library.isPreprocessor(className ?? ""))
      found.set(statement.index, (found.get(statement.index) ?? new Set()).add(name));
  }
  return found;
}

/** True after `same = model`, or the other way round: what is fitted by the one name is fitted by the other. */
function areOne(
  one: Candidate,
  other: Candidate,
  { flow, statements }: Pick<Analysed, "flow" | "statements">,
): boolean {
  const isNameOf = ({ name, statement: { index } }: Candidate, of: Candidate): boolean =>
    [...(flow.binders[index]?.get(name) ?? [])]
      .flatMap((maker) => statements[maker] ?? [])
      .flatMap(({ node }) => assignmentsIn(node))
      .some(({ left, right }) => left.text === name && right.text === of.name);
  return isNameOf(one, other) || isNameOf(other, one);
}

/**
 * True for a fit that the model depends on, and whose variable nothing names in between: both are made with one part, as two pipelines
 * are with one scaler.
 */
function sharesParts({ name, statement: { index } }: Candidate, { needed, model, flow, statements }: Sharing): boolean {
  const { dependencies, binders } = flow;
  const between = [...needed, model.statement.index];
  if (between.some((one) => dependencies[one]?.get(index)?.has(name) === true)) return false;
  return [...(binders[index]?.get(name) ?? [])].every((one) => statements[one]?.names.reads.has(model.name) === false);
}

interface Sharing extends Pick<Analysed, "flow" | "statements">, Pick<Owned, "model"> {
  /** What the model depends on. */
  readonly needed: ReadonlySet<number>;
}

/** True for what the model's own statement fits besides, if neither has something of the other: two that a loop compares. */
function isBeside(one: Candidate, model: Candidate, { flow, knowledge, statements }: Analysed): boolean {
  if (one.fit === undefined || model.fit === undefined || one.name === model.name) return false;
  const { index } = model.statement;
  const isInside = (maker: number, a: string, b: string): boolean =>
    reachedInside(a, insideOf(statements[maker]?.node ?? model.statement.node, knowledge).possible).has(b);
  const isMadeOf = (a: string, b: string): boolean => {
    const [own, others] = [a, b].map((name) => flow.binders[index]?.get(name) ?? new Set<number>());
    const needed = dependsOn(flow, ...(own ?? []));
    const isAbove = [...(others ?? [])].some(
      (maker) => needed.has(maker) || (own?.has(maker) === true && isInside(maker, a, b)),
    );
    return isAbove || isInside(index, a, b);
  };
  return !isMadeOf(one.name, model.name) && !isMadeOf(model.name, one.name);
}

function note(statement: Statement, search: Search): void {
  const { node, index } = statement;
  const target = written(node, search.knowledge);
  if (target !== undefined) search.targets.set(index, target);
  const isFit = search.fitted.has(index);
  const source = isFit ? node : target?.right;
  if (source === undefined || search.origins.has(index)) return;
  const origin = originOf(source, statement, search);
  search.given.set(index, isFit && origin === "plain" ? "other" : origin);
}

/** `prediction = …`, `table["forest"] = …`: what a plain assignment writes, and where to. */
function written(node: SyntaxNode, knowledge: Knowledge): (Leaf & { readonly right: SyntaxNode }) | undefined {
  const [assigned, ...others] = /^(expression|with)_statement$/.test(node.type) ? assignmentsIn(node) : [];
  if (assigned === undefined || others.length > 0 || writesMore(node, knowledge)) return undefined;
  const { left, right } = assigned;
  if (left.type === "identifier") return { name: left.text, right };
  const [table, column] = left.type === "subscript" ? [childOf(left, "value"), keyOf(left)] : [];
  return table?.type === "identifier" && column !== undefined ? { name: table.text, column, right } : undefined;
}

/** `correct += …`; a function of the notebook may write anything. */
function writesMore(node: SyntaxNode, knowledge: Knowledge): boolean {
  const isOwn = (call: SyntaxNode): boolean => calleeOf(call, knowledge).kind === "notebook";
  return nodesOf(node, KIND.augmented_assignment).length > 0 || callsIn(node).some(isOwn);
}

function originOf(node: SyntaxNode, statement: Statement, search: Search): Origin {
  const unseen = unseenIn(statement, search);
  if (unseen.includes("own") || isAgain(statement, search) || movesModel(node, search)) return "own";
  const late = [...nameFacts(node).late, ...lateOf(node, statement, search)].map((name) => ({ name }));
  const origins = [
    ...[...leavesOf(node, search.knowledge), ...late].map((leaf) => originOfLeaf(leaf, statement, search)),
    ...filesOf(statement, search).map((index) => savedBy(index, search)),
    ...unseen,
  ];
  return together(origins);
}

/** `loss = train(9)`, where that moves tensors of the model. */
function movesModel(node: SyntaxNode, { model: { tensors }, knowledge }: Search): boolean {
  return tensors !== undefined && movedAlong(node, knowledge).some((name) => tensors.includes(name));
}

function isAgain({ index }: Statement, { origins }: Search): boolean {
  return origins.has(index) && origins.get(index) === undefined;
}

/** Whose it is what is made of several. */
function together(origins: readonly Origin[]): Origin {
  return origins.includes("own") && origins.includes("other") ? "shared" : strongest(origins);
}

/** What a statement looks up in the functions that an expression of it calls. */
function lateOf(node: SyntaxNode, { index, names }: Statement, { flow, knowledge }: Search): readonly string[] {
  const called = callsIn(node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "notebook" ? [callee.name] : [];
  });
  if (called.length === 0) return [];
  const needed = [...(flow.dependencies[index]?.values() ?? [])].flatMap((why) => [...why]);
  const inside = new Set(called.flatMap((name) => [...lookedUp(name, knowledge)]));
  return [...new Set(needed)].filter((name) => names.late.has(name) || inside.has(name));
}

const STRENGTH: readonly Origin[] = ["shared", "own", "other"];

/** Which of them counts, where it is not known which of several values is meant. */
function strongest(origins: readonly Origin[]): Origin {
  return STRENGTH.find((one) => origins.includes(one)) ?? "plain";
}

/** Whose it is what a statement has of the model by names that are not in it: what it calls looks them up, or holds the same objects. */
function unseenIn({ index, names }: Statement, search: Search): readonly Origin[] {
  const isUnseen = (name: string): boolean =>
    !names.reads.has(name) && !names.late.has(name) && !isStream(name) && !isFile(name);
  return ofModelAbove(index, search).flatMap(([other, why]) =>
    [...why].filter(isUnseen).map((name) => originBy(other, name, search)),
  );
}

/** The statements that have something of the model and write files which a statement reads. */
function filesOf({ index }: Statement, search: Search): readonly number[] {
  return ofModelAbove(index, search).flatMap(([other, why]) => ([...why].some(isFile) ? [other] : []));
}

/** What a statement depends on of what has something of the model. Of all that it depends on, that may be little. */
function ofModelAbove(index: number, { flow, ofModel }: Search): readonly (readonly [number, ReadonlySet<string>])[] {
  const found: (readonly [number, ReadonlySet<string>])[] = [];
  for (const [other, why] of flow.dependencies[index] ?? []) if (ofModel.has(other)) found.push([other, why]);
  return found;
}

/** Whose it is what a statement writes to a file. */
function savedBy(index: number, search: Search): Origin {
  const known = search.saved.get(index) ?? originOfSaved(index, search);
  search.saved.set(index, known);
  return known;
}

function originOfSaved(index: number, search: Search): Origin {
  const statement = search.statements[index];
  if (statement === undefined) return "plain";
  if (index === search.choosing) return "shared";
  if (search.origins.has(index)) return "own";
  const origin = originOf(statement.node, statement, search);
  return search.fitted.has(index) && origin === "plain" ? "other" : origin;
}

/** True for a loop that makes a model in each turn and saves those that are better than the ones before. */
function choosesSaved(model: Candidate, knowledge: Knowledge): boolean {
  const choices = isMadeAnew(model, knowledge) ? nodesOf(model.statement.node, KIND.if_statement) : [];
  return choices.some((choice) => savedNames(choice, knowledge).includes(model.name));
}

function originOfLeaf({ name, column }: Leaf, { index }: Statement, search: Search): Origin {
  if (search.origins.get(index) === name) return "own";
  if (isPartner(index, name, search)) return "other";
  const makers = makersOf(name, index, search);
  const whose = (some: readonly number[]): Origin => strongest(some.map((maker) => originBy(maker, name, search)));
  if (column === undefined) return whose(makers);
  const columnBy = (maker: number): string | undefined => {
    const target = search.targets.get(maker);
    return target?.name === name ? target.column : undefined;
  };
  const rest = whose(makers.filter((maker) => columnBy(maker) === undefined));
  const writers = makers.filter((maker) => columnBy(maker) === column);
  return rest === "own" || writers.length === 0 ? rest : whose([Math.max(...writers)]);
}

/** What makes a variable as a statement finds it; what changed the objects it is made of above is in what it is assigned. */
function makersOf(name: string, index: number, { flow, targets }: Search): readonly number[] {
  const makers: number[] = [];
  for (const [maker, why] of flow.dependencies[index] ?? []) if (why.has(name)) makers.push(maker);
  const isAssigned = (maker: number): boolean => {
    const target = targets.get(maker);
    return target?.name === name && target.column === undefined;
  };
  const last = Math.max(...makers.filter(isAssigned), -1);
  return makers.filter((maker) => maker >= last);
}

/** True for another model that the model's own statement fits. */
function isPartner(index: number, name: string, { model, fitted }: Search): boolean {
  return index === model.statement.index && fitted.get(index)?.has(name) === true;
}

/** True for another model that the fit of the model changes without naming it: they have a part in common. */
function isShared(maker: number, name: string, { model, fitted, statements }: Search): boolean {
  if (maker !== model.statement.index || model.name === name) return false;
  const isOther = [...fitted].some(([index, names]) => index !== maker && names.has(name));
  return isOther && statements[maker]?.names.reads.has(name) === false;
}

/** Whose it is what a statement makes of a variable. */
function originBy(maker: number, name: string, search: Search): Origin {
  if (isPartner(maker, name, search) || isShared(maker, name, search)) return "other";
  const { ofModel, fitted, targets, given } = search;
  const isSeen = fitted.get(maker)?.has(name) === true || targets.get(maker)?.name === name;
  if (isSeen) return given.get(maker) ?? (ofModel.has(maker) ? "own" : "plain");
  return ofModel.has(maker) ? originInside(maker, name, search) : "plain";
}

/** Statements whose names are followed one by one. */
const FOLLOWED = /^(expression|for|while|if|with|try)_statement$/;

/** The same of a statement that depends on the model, and in which the variable is one of several. */
function originInside(maker: number, name: string, search: Search): Origin {
  const key = `${maker} ${name}`;
  const known = search.inside.get(key);
  if (known !== undefined) return known;
  const statement = search.statements[maker];
  const found =
    statement === undefined || !isFollowed(name, statement, search) ? "own" : madeInside(name, statement, search);
  search.inside.set(key, found);
  return found;
}

/** False where it is not written in a statement what the model, or the variable, has to do with it. */
function isFollowed(name: string, { index, node, names }: Statement, { origins }: Search): boolean {
  const model = origins.get(index);
  const isThere = (one: string): boolean => mayBindName(names, one) || names.reads.has(one) || names.stores.has(one);
  return FOLLOWED.test(node.type) && isThere(name) && (model === undefined || isThere(model));
}

function madeInside(name: string, statement: Statement, search: Search): Origin {
  const { seen, possible } = insideOf(statement.node, search.knowledge);
  const whose = (one: string): Origin => originOfLeaf({ name: one }, statement, search);
  const found = together([...reachedInside(name, seen)].map(whose));
  const isPossible = found !== "shared" && [...reachedInside(name, possible)].some((one) => whose(one) === "own");
  return isPossible ? "own" : found;
}

/** Attributes that give all of a table. */
const WHOLE = /^(values|array|data|T|i?loc|i?at|ix)$/;

/**
 * What an expression reads: `table["a"]` and `table.a` are columns, other names are read as a whole. What is only copied, to be fitted
 * elsewhere, gives nothing of what it learned: a search measures models of its own.
 */
function leavesOf(node: SyntaxNode, knowledge: Knowledge): readonly Leaf[] {
  if (node.type === "identifier") return [{ name: node.text }];
  if (node.type === "call" && isCopier(node, knowledge))
    return takenBy(node, knowledge).flatMap((one) => leavesOf(one, knowledge));
  const columns = columnsOf(node);
  if (columns.length > 0) return columns;
  const inner = node.children.filter(({ field }) => field !== "attribute");
  const values = node.type === "keyword_argument" ? childrenOf(node, "value") : inner;
  return values.flatMap((child) =>
    child.field === "function" ? calledLeaves(child, knowledge) : leavesOf(child, knowledge),
  );
}

/** `table.mean()` reads all of the table. */
function calledLeaves(target: SyntaxNode, knowledge: Knowledge): readonly Leaf[] {
  return leavesOf((target.type === "attribute" ? childOf(target, "object") : undefined) ?? target, knowledge);
}

function columnsOf(node: SyntaxNode): readonly Leaf[] {
  const table = childOf(node, node.type === "attribute" ? "object" : "value");
  if (table?.type !== "identifier") return [];
  return namedColumns(node).map((column) => ({ name: table.text, column }));
}

function namedColumns(node: SyntaxNode): readonly string[] {
  if (node.type === "attribute") {
    const name = childOf(node, "attribute")?.text;
    return name === undefined || WHOLE.test(name) ? [] : [name];
  }
  const [key, ...others] = node.type === "subscript" ? childrenOf(node, "subscript") : [];
  if (key === undefined || others.length > 0) return [];
  const keys = key.type === "list" ? key.children.filter(({ type }) => type !== "comment") : [key];
  const texts = keys.flatMap((one) => literalText(one) ?? []);
  return texts.length === keys.length ? texts : [];
}
