/** Every fit of a notebook: which variable holds what is fitted. */
import { networksIn } from "../python/applied";
import { isBuiltin } from "../python/builtins";
import {
  assignmentsIn,
  calleeOf,
  callsIn,
  constructedClass,
  elementsOf,
  lastName,
  noteHeld,
  variableGiven,
  type Callee,
} from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { remembered } from "../python/memory";
import {
  argumentAt,
  argumentsOf,
  calledName,
  childOf,
  findNode,
  isLoop,
  nodesOf,
  parameterNames,
  rootName,
  type SyntaxNode,
} from "../python/syntax";
import { canPredict, isPipeline } from "./frames/estimators";
import { learnOptimizers, movedAlong, trainedAlong, type Optimizers } from "./gradients";
import { isPutOff } from "./lazyFits";
import { learnTrainerObjects, trainedByObject, type TrainerObjects } from "./trainerObjects";
import { collectedPreparing, countedPreparing, isCollection, preparingClass } from "./preparing";
import { storesIn } from "./stores";
import { BOOSTER, fittedReturns, trainedBy, type FittedReturn } from "./trainers";
import { freeNames, mayBindName } from "../python/scope";
import { trainsUnseen } from "../python/unknownObjects";

/** Statements, and what is known of their names. */
export interface Known {
  readonly statements: readonly Statement[];
  readonly knowledge: Knowledge;
}

/** A variable that holds a fitted model, and the statement that fitted it last. */
export interface Candidate {
  readonly name: string;
  readonly statement: Statement;
  /** The class that made it, if it can be seen. */
  readonly className: string | undefined;
  /** The call that fitted it, where it is a method call with the data as arguments. */
  readonly fit: SyntaxNode | undefined;
  /** True for a list or a dictionary of models. */
  readonly isCollection?: true;
  /** The variables whose tensors the notebook trains by its own hand, where that is the model. */
  readonly tensors?: readonly string[];
  /** The fit that wrote the file which it is loaded from. */
  readonly loadedFrom?: Candidate;
}

/** The fits of a notebook; what the block that fits it deletes again is not there behind it. */
interface Fits {
  readonly there: readonly Candidate[];
  readonly deleted: readonly Candidate[];
}

const fits = new WeakMap<readonly Statement[], Fits>();

/** Every fit of a notebook, in the order in which it is run. */
export function findFits(known: Known): readonly Candidate[] {
  return fitsIn(known).there;
}

/** The fits of what the same loop deletes again. */
export function deletedFits(known: Known): readonly Candidate[] {
  return fitsIn(known).deleted;
}

function fitsIn({ statements, knowledge }: Known): Fits {
  return remembered(fits, statements, () => {
    const found = lookForFits(statements, knowledge);
    return { there: found.filter((one) => !isGone(one)), deleted: found.filter(isGone) };
  });
}

function lookForFits(statements: readonly Statement[], knowledge: Knowledge): readonly Candidate[] {
  const classes = new Map<string, string>();
  const unchanged = new Map<string, string>();
  const collections = new Map<string, SyntaxNode>();
  const optimizers: Optimizers = new Map();
  const trainers: TrainerObjects = new Map();
  const found: Candidate[] = [];
  for (const statement of statements) {
    learnOptimizers(statement, knowledge, optimizers);
    learnTrainerObjects(statement.node, knowledge, trainers);
    noteHeld(unchanged, statement.node, (made) => unchangedClass(made, knowledge));
    noteHeld(
      classes,
      statement.node,
      (made) =>
        preparingClass(made, classes, knowledge) ??
        constructedClass(made, knowledge) ??
        unchangedClass(made, knowledge),
    );
    const preparing = [
      ...countedPreparing(statement, collections, classes, knowledge),
      ...collectedPreparing(statement, classes, knowledge),
    ];
    for (const [name, one] of preparing) classes.set(name, one);
    noteHeld(collections, statement.node, (made) => (isCollection(made) ? made : undefined));
    const fitted = fitsOf(statement, knowledge, { classes, unchanged, trainers }).map((one) =>
      keptAs(one, statements, knowledge),
    );
    const along = [...trainedAlong(statement, knowledge, optimizers)].filter((name) => !knowledge.imports.has(name));
    const others = along.filter((name) => fitted.every((one) => one.name !== name));
    found.push(...fitted.flatMap((one) => (isGone(one) ? [one] : ofVariable(one))));
    found.push(...others.map((name) => ({ name, statement, className: classes.get(name), fit: undefined })));
    if (fitted.length + others.length === 0) addTensors(found, statement, knowledge);
  }
  return found;
}

/** Adds the tensors that a statement moves: together with those of its cell they are one model, which the first of them stands for. */
function addTensors(found: Candidate[], statement: Statement, knowledge: Knowledge): void {
  const moved = movedAlong(statement.node, knowledge).filter((one) => !knowledge.imports.has(one));
  if (moved.length === 0) return;
  const last = found.at(-1);
  const isOfCell = last?.tensors !== undefined && last.statement.cell === statement.cell;
  const tensors = [...new Set([...(isOfCell ? (found.pop()?.tensors ?? []) : []), ...moved])];
  found.push({ name: tensors[0] ?? "", statement, className: undefined, fit: undefined, tensors });
}

/** `model = pipeline.fit(X, y)`, where the notebook goes on with `model`: what is fitted gives itself or, in Spark, a model. */
function keptAs(candidate: Candidate, statements: readonly Statement[], { imports }: Knowledge): Candidate {
  const { name, className = "", statement } = candidate;
  const kept = fitTarget(candidate);
  const gives =
    canPredict(className) || isPipeline({ name: className }) || imports.get(className)?.startsWith("pyspark.");
  if (kept === undefined || gives !== true) return candidate;
  const below = statements.slice(statements.indexOf(statement) + 1);
  return isUsed(kept, below) && !isUsed(name, below) ? { ...candidate, name: kept } : candidate;
}

/** `model` of `model = pipeline.fit(X, y)`. */
function fitTarget({ statement, fit }: Candidate): string | undefined {
  if (fit === undefined || calledName(fit) !== "fit") return undefined;
  return variableGiven(fit, statement.node)?.text;
}

/** True if the first of some statements that has to do with a variable does not bind it anew. */
function isUsed(name: string, statements: readonly Statement[]): boolean {
  const reads = ({ names }: Statement): boolean =>
    names.reads.has(name) || names.late.has(name) || names.stores.has(name);
  const first = statements.find((one) => reads(one) || one.names.binds.has(name));
  return first !== undefined && reads(first);
}

/** What only a comprehension has a name for is reached through what that runs over: `models` of `for name, m in models.items()`. */
function ofVariable(candidate: Candidate): readonly Candidate[] {
  const { name, statement, fit, isCollection } = candidate;
  const { node, names } = statement;
  const isKnown = (one: string): boolean =>
    [names.reads, names.binds, names.mayBind, names.stores].some((some) => some.has(one));
  if ((fit === undefined && isCollection !== true) || isKnown(name)) return [candidate];
  const holder = goneThroughFor(name, node, isKnown) ?? gatheredAs(fit, node);
  return holder === undefined ? [] : [collectionOf(holder, statement)];
}

/** `models` of `for name, m in models.items()` in a comprehension. */
function goneThroughFor(name: string, node: SyntaxNode, isKnown: (name: string) => boolean): string | undefined {
  const clause = nodesOf(node, KIND.for_in_clause).find((one) => countsWith(one, name));
  const collection = clause === undefined ? undefined : rootName(childOf(clause, "right") ?? clause)?.text;
  return collection !== undefined && isKnown(collection) && !isBuiltin(collection) ? collection : undefined;
}

/** `fitted` of `fitted = [model.fit(X, y) for model in [Ridge(), Lasso()]]` */
function gatheredAs(fit: SyntaxNode | undefined, node: SyntaxNode): string | undefined {
  const gathers = (made: SyntaxNode | undefined): boolean => made !== undefined && childOf(made, "body") === fit;
  const [assigned] = assignmentsIn(node);
  if (fit === undefined || assigned?.left.type !== "identifier") return undefined;
  const { left, right } = assigned;
  const isList = /^(list|tuple)$/.test(calledName(right));
  return gathers(right) || (isList && gathers(childOf(right, "arguments"))) ? left.text : undefined;
}

function collectionOf(name: string, statement: Statement, className?: string): Candidate {
  return { name, statement, className, fit: undefined, isCollection: true };
}

/** True for what a loop fits and deletes again. */
function isGone({ name, statement: { names, node } }: Candidate): boolean {
  if (mayBindName(names, name)) return false;
  const deletes = nodesOf(node, KIND.delete_statement);
  return deletes.some(({ children }) => children.flatMap(elementsOf).some(({ text }) => text === name));
}

/** What variables hold at one point of a notebook. */
interface Held {
  readonly classes: ReadonlyMap<string, string>;
  /** The classes of those that their `fit` leaves as they were. */
  readonly unchanged: ReadonlyMap<string, string>;
  readonly trainers: TrainerObjects;
}

function fitsOf(statement: Statement, knowledge: Knowledge, held: Held): readonly Candidate[] {
  const { classes, trainers } = held;
  const renamed = new Set<string>();
  const given = assignmentsIn(statement.node).flatMap(({ left, right }) =>
    modelsGiven(right, knowledge, held).flatMap(({ position, className, isPart, argument }): readonly Candidate[] => {
      const target = elementsOf(left)[position];
      // What is in one tuple with others, or thrown away, is no variable's.
      if (target?.type !== "identifier" || target.text === "_" || (isPart && target === left)) return [];
      if (argument !== undefined) renamed.add(argument);
      return [{ name: target.text, statement, className, fit: fitCall(right) }];
    }),
  );
  const fitted = callsIn(statement.node).flatMap((call) => {
    if (isPutOff(call, statement.node)) return [];
    const callee = calleeOf(call, knowledge);
    const trained = callee.kind === "method" ? trainedByObject(call, callee, trainers, knowledge) : undefined;
    if (trained !== undefined) return [{ name: trained, statement, className: classes.get(trained), fit: undefined }];
    const collection = fittedCollection(callee, statement.node, held, knowledge);
    if (collection !== undefined) return [collectionOf(collection, statement, classes.get(collection))];
    const fit = callee.kind === "method" ? call : undefined;
    if (fit !== undefined && givesData(fit, statement.node)) return [];
    return fittedNames(call, callee, knowledge).map((name) => ({ name, statement, className: classes.get(name), fit }));
  });
  const kept = keptModels(statement, knowledge, held);
  const isKnown = ({ name, fit }: Candidate): boolean =>
    renamed.has(name) || given.some((one) => one.name === name || (fit !== undefined && one.fit === fit));
  const byName = new Map(fitted.filter((one) => !isKnown(one)).map((one) => [one.name, one]));
  return [...given, ...byName.values(), ...kept];
}

/** `models[key] = Ridge().fit(X, y)`, `models.append(train(X, y))` in a loop: the collections that keep what it fits and nothing else names. */
function keptModels(statement: Statement, knowledge: Knowledge, held: Held): readonly Candidate[] {
  if (!isLoop(statement.node)) return [];
  const kept = storesIn(statement.node, knowledge).flatMap(({ collection, value }) => {
    const [given] = value.type === "identifier" ? [] : modelsGiven(value, knowledge, held);
    const isWhole = given !== undefined && given.isPart !== true && !mayBindName(statement.names, collection.text);
    return isWhole ? [collectionOf(collection.text, statement, given.className)] : [];
  });
  return [...new Map(kept.map((one) => [one.name, one])).values()];
}

const VALIDATORS = /^(xgboost|lightgbm|catboost)\.cv$/;
/** Where it cannot be seen that they are classes of statsmodels. */
const RETURNING_FIT =
  /^(OLS|WLS|GLS|GLM|RLM|GEE|Logit|Probit|MNLogit|Poisson|NegativeBinomial|QuantReg|ARIMA|SARIMAX|VAR|AutoReg|MixedLM|ExponentialSmoothing|Holt|PHReg)$/i;
/** What a `fit` of these gives is an object of its own, with what was found out; the model stays as it was. */
const RESULT_LIBRARIES = /^(statsmodels|linearmodels|arch|lmfit)\./;

/** The class of what `sm.OLS(y, X)`, `smf.ols("y ~ x", df)`, `arch_model(…)`, `IV2SLS.from_formula(…)` make, or the function's name. */
function unchangedClass(node: SyntaxNode, knowledge: Knowledge): string | undefined {
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  if (callee?.kind !== "library" || !RESULT_LIBRARIES.test(callee.qualified)) return undefined;
  return lastName(callee.qualified.replace(/\.from_formula$/, ""));
}

/** A fitted model that an expression gives. */
interface Given extends FittedReturn {
  /** The variable that it was handed in by: from then on, it has two names. */
  readonly argument?: string | undefined;
}

/** The fitted models that an expression gives: which element of it, and the class that made it, if it can be seen. */
function modelsGiven(node: SyntaxNode, knowledge: Knowledge, held: Held): readonly Given[] {
  const callee = node.type === "call" ? calleeOf(node, knowledge) : undefined;
  if (callee?.kind === "notebook") {
    // What a function makes itself has a class of its own there; else it is what the notebook made.
    return fittedReturns(callee.name, knowledge).map((one) => {
      const argument = handedAs(one.root, node, callee.name, knowledge);
      return { ...one, argument, className: one.className ?? held.classes.get(argument ?? one.root ?? "") };
    });
  }
  return givesModel(node, knowledge, held)
    ? [{ position: 0, className: classGiven(node, callee, knowledge, held) }]
    : [];
}

/** The variable that a call hands to a parameter of the notebook's function. */
function handedAs(
  parameter: string | undefined,
  call: SyntaxNode,
  name: string,
  { definitions }: Knowledge,
): string | undefined {
  const definition = definitions.get(name)?.at(-1);
  const index = definition === undefined ? -1 : parameterNames(definition).indexOf(parameter ?? "");
  const argument = index < 0 ? undefined : argumentAt(call, index, parameter ?? "");
  return argument?.type === "identifier" ? argument.text : undefined;
}

function classGiven(
  node: SyntaxNode,
  callee: Callee | undefined,
  knowledge: Knowledge,
  held: Held,
): string | undefined {
  if (callee?.kind === "library") return trainedBy(callee) ?? BOOSTER;
  return constructedClass(node, knowledge) ?? held.classes.get(rootName(node)?.text ?? "");
}

/** True for expressions whose value is a fitted model: `SVC().fit(…)`, `grid.best_estimator_`, `xgb.train(…)`. */
function givesModel(node: SyntaxNode, knowledge: Knowledge, held: Held): boolean {
  if (node.type !== "call") return childOf(node, "attribute")?.text === "best_estimator_";
  const callee = calleeOf(node, knowledge);
  if (callee.kind === "library") return trainedBy(callee) !== undefined || VALIDATORS.test(callee.qualified);
  return callee.kind === "method" && /^fit(_regularized)?$/.test(callee.name) && givesFitted(callee, held);
}

/** `SVC().fit(…)` can only be reached by what it gives; statsmodels leaves its object as it was. */
function givesFitted(
  { object, root = "" }: Extract<Callee, { kind: "method" }>,
  { classes, unchanged }: Held,
): boolean {
  return object.type === "call" || unchanged.has(root) || RETURNING_FIT.test(classes.get(root) ?? "");
}

function fitCall(node: SyntaxNode): SyntaxNode | undefined {
  return node.type === "call" && childOf(node, "function")?.type === "attribute" ? node : undefined;
}

/** `train, test = loader.fit()`: what takes nothing, and of which several values are taken, is no training. */
function givesData(fit: SyntaxNode, node: SyntaxNode): boolean {
  const isUnpacked = assignmentsIn(node).some(({ left, right }) => right === fit && elementsOf(left).length > 1);
  return isUnpacked && argumentsOf(fit).length === 0;
}

/** True for a loop, or where a comprehension goes through something. */
function isRepeated(node: SyntaxNode): boolean {
  return isLoop(node) || nodesOf(node, KIND.for_in_clause).length > 0;
}

/** `models` of `models[i].fit(…)`; what stands between brackets behind a pipeline is a part of it. */
function fittedCollection(
  callee: Callee,
  node: SyntaxNode,
  { classes }: Held,
  { library }: Knowledge,
): string | undefined {
  if (callee.kind !== "method" || callee.object.type !== "subscript") return undefined;
  if (!library.has("fitMethods", callee.name) || !isRepeated(node)) return undefined;
  const name = collectionName(callee.object);
  return name === undefined || isPipeline({ name: classes.get(name) ?? "" }) ? undefined : name;
}

/** `models` of `models["a"][0]`. */
function collectionName(node: SyntaxNode): string | undefined {
  let value: SyntaxNode | undefined = node;
  while (value?.type === "subscript") value = childOf(value, "value");
  return value?.type === "identifier" ? value.text : undefined;
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
  if (callee.kind === "notebook") return fittedArguments(call, callee.name, knowledge);
  const isUnseen = callee.kind === "library" && trainsUnseen(callee.qualified, knowledge);
  return isUnseen ? networksGiven(call, knowledge) : [];
}

/** What a function of the notebook fits: its arguments, and what it looks up. */
function fittedArguments(call: SyntaxNode, name: string, knowledge: Knowledge): readonly string[] {
  const definition = knowledge.definitions.get(name)?.at(-1);
  if (definition?.type !== "function_definition") return [];
  const home = homeOf(name, knowledge);
  const parameters = parameterNames(definition);
  const free = home === knowledge ? freeNames(definition) : new Set<string>();
  return [...fittedIn(definition, home)].flatMap((one) => {
    const index = parameters.indexOf(one);
    if (index < 0) return free.has(one) && !knowledge.imports.has(one) ? [one] : [];
    const argument = argumentAt(call, index, one);
    return argument?.type === "identifier" ? [argument.text] : [];
  });
}

/** The variables among the arguments of a call that are known to hold networks. */
function networksGiven(call: SyntaxNode, knowledge: Knowledge): readonly string[] {
  const networks = networksIn(knowledge);
  return argumentsOf(call).flatMap((one) => {
    const { type, text } = childOf(one, "value") ?? one;
    return type === "identifier" && networks.has(text) ? [text] : [];
  });
}

/** The names whose objects a function fits. */
function fittedIn(definition: SyntaxNode, knowledge: Knowledge): ReadonlySet<string> {
  const fitted = nodesOf(definition, KIND.call).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    const isFit = callee.kind === "method" && knowledge.library.has("fitMethods", callee.name);
    return isFit && callee.object.type === "identifier" ? [callee.object.text] : [];
  });
  return new Set(fitted);
}

/** True if a loop binds a variable in each turn. */
export function countsWith(loop: SyntaxNode, name: string): boolean {
  return findNode(childOf(loop, "left") ?? loop, ({ text }) => text === name) !== undefined;
}
