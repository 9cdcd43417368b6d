/** What a pipeline gives besides its model: every number that measures it, by the notebook's name or by one that is made. */
import { assignmentsIn, calleeOf, callsIn, elementsOf, type Assignment } from "../python/calls";
import { edited, type Edit } from "../python/edits";
import type { Knowledge } from "../python/effects";
import { drawsInFigure } from "../python/figures";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { KIND } from "../python/kinds";
import { nameFacts } from "../python/scope";
import { calledName, childOf, nodesOf, positionalsOf, remembered, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";
import { findBlockmates } from "./blockFits";
import { choosesIn, gathersOf, isOfLastTurn } from "./loops";
import { measuresBaseline } from "./baselines";
import type { Measure } from "./measures";
import { keyOf, learnMeasures, measureOf, notebookScope, type Scope } from "./measuring";
import { isHundred, isRounding, nameOf } from "./metricNames";
import { freshName, identifier } from "./names";
import { findNamesakes, findOthers } from "./otherModels";
import { entryEdits, keysText, reportedBy, type Key } from "./reports";
import { findFits, type Candidate } from "./fits";
import { dependentsOf, dependsOn, type Analysed } from "./target";
import { isRepeatable } from "./unused";

/** A value that the pipeline gives besides the model. */
export interface Value {
  /** The notebook's name of it, or one made from the function that computes it. */
  readonly name: string;
  readonly kind: "metric" | "value";
  readonly statement: Statement;
  /** The expression that gives it where the notebook assigns it to no name: it stands in a print, or last in a cell. */
  readonly expression: SyntaxNode | undefined;
  /** The entry of a dictionary that it is, where it is one: `result["mae"]`, `results["svm"]["mae"]`. */
  readonly entry?: { readonly variable: string; readonly keys: readonly Key[] };
  /** The list that it is taken of, where a loop gathers scores and the notebook gives none of them. */
  readonly gathered?: Gathered;
  /** The name of pyplot, where it is pyplot's current figure. */
  readonly current?: string;
  /** The keys of the entry that it is of the report that `expression` prints. */
  readonly report?: readonly string[];
  /** The keys of the entry that it is of the dictionary or the list that `expression` gives. */
  readonly part?: readonly Key[];
}

/** A list of scores, and what of it is the model's. */
interface Gathered {
  readonly list: string;
  readonly takes: "mean" | "last";
}

/** What a variable holds right after a statement, as a value of the pipeline. */
export function variableValue(name: string, statement: Statement): Value {
  return { name, kind: "value", statement, expression: undefined };
}

/** True for a value that a variable of its name holds. */
export function isVariable({ expression, entry, gathered, current }: Value): boolean {
  return (expression ?? entry ?? gathered ?? current) === undefined;
}

/** The source text that gives a value right after its statement. */
export function valueText(value: Value): string {
  const { name, statement, expression, entry, gathered, current } = value;
  if (current !== undefined) return `${current}.gcf()`;
  if (gathered !== undefined) return gatheredText(gathered);
  if (entry !== undefined) return `${entry.variable}${keysText(entry.keys)}`;
  return expression === undefined ? name : edited(statement.source, expression, partEdits(expression, value));
}

/** The edits that make of an expression the entry that a value is of what it gives. */
export function partEdits(expression: SyntaxNode, { report, part }: Pick<Value, "report" | "part">): readonly Edit[] {
  if (report !== undefined) return entryEdits(expression, report);
  return part === undefined ? [] : [{ start: expression.end, end: expression.end, text: keysText(part) }];
}

function gatheredText({ list, takes }: Gathered): string {
  return takes === "mean" ? `sum(${list}) / len(${list})` : `${list}[-1]`;
}

/** The metrics of a model: every number that measures it, named, entered in a dictionary, or only shown. */
export function metricsOf(analysed: Analysed, model: Candidate): readonly Value[] {
  const { statements, knowledge } = analysed;
  const scope = notebookScope(knowledge, model.name);
  const origins = originsOf(analysed, model);
  const ofModel = new Set(dependentsOf(origins.keys(), analysed));
  const found: Value[] = [];
  const bound = new Set<string>();
  for (const statement of statements) {
    const measuresIt = ofModel.has(statement);
    // What is shown is looked at with what was known before the statement, what is named with what is known behind it.
    const shown = measuresIt ? shownIn(statement, scope) : [];
    if (!statement.node.type.endsWith("definition")) learnMeasures(statement.node, scope);
    if (measuresIt) found.push(...namedIn(statement, bound, model, scope), ...shown);
    for (const name of statement.names.binds) bound.add(name);
  }
  if (found.length === 0) found.push(...gatheredBy(model, scope));
  const measuring = statements.filter((one) => ofModel.has(one));
  if (found.length === 0) found.push(...reportedBy(measuring, knowledge));
  const whose = findOthers(analysed, { model, origins, ofModel });
  const isOfNamesakes = findNamesakes(analysed, model, ofModel);
  const isOfBlockmates = findBlockmates(analysed, model);
  const own = found.filter(
    (value) =>
      !isOfNamesakes(value.expression ?? value.statement.node, value.statement) &&
      !isOfBlockmates(value) &&
      sourcesOf(value).every((source) => whose(source, value.statement) === "own"),
  );
  return distinctNames(own, namesOf(statements));
}

/** The expression that computes a value in a plain statement, where it can be told which. */
function sourcesOf({ name, statement: { node }, expression, entry, gathered }: Value): readonly SyntaxNode[] {
  if (node.type !== "expression_statement" || gathered !== undefined) return [];
  if (expression !== undefined) return [expression];
  const [key] = entry?.keys ?? [];
  return assignmentsIn(node).flatMap(({ left, right }) => {
    if (left.type === "subscript") return keyOf(left) === key ? [right] : [];
    if (key !== undefined)
      return right.children.flatMap((pair) => (keyIn(pair) === key ? (childOf(pair, "value") ?? []) : []));
    const values = left.type === "identifier" ? [right] : elementsOf(right);
    const place = elementsOf(left).findIndex(({ text }) => text === name);
    return values.length === elementsOf(left).length ? (values[place] ?? []) : [];
  });
}

/** The key of a pair in a dictionary. */
function keyIn(pair: SyntaxNode): string | undefined {
  const key = childOf(pair, "key");
  return key === undefined ? undefined : literalText(key);
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

/** Where the model begins: its own fit, the fit of what it was taken out of, and the cross-validations of it, with its names there. */
function originsOf(analysed: Analysed, model: Candidate): ReadonlyMap<number, string | undefined> {
  const { statements, flow, knowledge } = analysed;
  const { name, statement } = model;
  const needed = dependsOn(flow, statement.index);
  const source = sourceOf(analysed, model, needed);
  const isOwn = (variable: string, index: number): boolean =>
    [...(flow.binders[index]?.get(variable) ?? [])].some((binder) => binder === statement.index || needed.has(binder));
  const validations = statements.flatMap(({ node, index }): readonly Beginning[] => {
    const models = callsIn(node).flatMap((call) => crossValidated(call, model, knowledge));
    const own = models.find(({ text }) => (text === name || text === source?.name) && isOwn(text, index));
    if (own !== undefined) return [[index, own.text]];
    return models.some((one) => isMadeSo(one, index, model, flow)) ? [[index, undefined]] : [];
  });
  const above: readonly Beginning[] = source === undefined ? [] : [[source.statement.index, source.name]];
  return new Map([...validations, ...above, [statement.index, name]]);
}

/** The index of a statement, and the name that the model has there. */
type Beginning = readonly [number, string | undefined];

/** True for what is made as the model is that is fitted as it is made: `search = GridSearchCV(SVC(), space).fit(X, y)`. */
function isMadeSo(
  node: SyntaxNode,
  index: number,
  { fit, statement }: Candidate,
  { binders }: Analysed["flow"],
): boolean {
  const target = fit === undefined ? undefined : childOf(fit, "function");
  const maker = target === undefined ? undefined : childOf(target, "object");
  if (maker?.type !== "call" || maker.text !== node.text) return false;
  const bindersOf = (name: string, at: number): string => [...(binders[at]?.get(name) ?? [])].join();
  return [...nameFacts(node).reads].every((name) => bindersOf(name, index) === bindersOf(name, statement.index));
}

/** The fit of what a model was taken out of, or loaded from; `undefined` for what its own statement fits. */
function sourceOf(
  analysed: Analysed,
  { statement, fit }: Candidate,
  needed: ReadonlySet<number>,
): Candidate | undefined {
  const fits = findFits(analysed);
  // `best = grid.best_estimator_` fits nothing.
  const isFitted = fits.some((one) => one.statement === statement) && callsIn(statement.node).length > 0;
  if (fit !== undefined || isFitted) return undefined;
  const above = fits.filter((one) => one.fit !== undefined && needed.has(one.statement.index));
  const direct = analysed.flow.dependencies[statement.index];
  return above.findLast((one) => direct?.has(one.statement.index) === true) ?? above.at(-1);
}

/** What a call cross-validates: a variable, or what it makes for the rows that the model is fitted on. */
function crossValidated(call: SyntaxNode, { fit }: Candidate, knowledge: Knowledge): readonly SyntaxNode[] {
  const callee = calleeOf(call, knowledge);
  const isValidation = callee.kind === "library" && callee.name.startsWith("cross_val");
  const [one, rows] = isValidation ? positionalsOf(call) : [];
  const isOnSame = fit !== undefined && positionalsOf(fit)[0]?.text === rows?.text;
  return one !== undefined && (one.type === "identifier" || isOnSame) ? [one] : [];
}

/** Every number of a notebook that measures some model, where none can be had itself: its functions keep them. */
export function metricsAnywhere({ statements, knowledge }: Analysed): readonly Value[] {
  const scope = notebookScope(knowledge, undefined);
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

/** Variables and entries of dictionaries to which a statement assigns a metric. */
function namedIn(
  statement: Statement,
  bound: ReadonlySet<string>,
  model: Candidate | undefined,
  scope: Scope,
): readonly Value[] {
  if (statement.node.type.endsWith("definition")) return [];
  return assignmentsIn(statement.node).flatMap(({ left, right }): readonly Value[] => {
    const targets = elementsOf(left).filter(({ type }) => type === "identifier");
    const sure = targets.filter(
      ({ text }) => !text.startsWith("_") && (isSure(text, statement, bound) || isLast(text, statement, model, scope)),
    );
    const named = sure.flatMap(({ text }) => ofVariable(text, statement, scope.measures.get(text)));
    const again = right.type === "dictionary" ? knownKeys(right, scope) : [];
    const fresh = named.filter(({ entry }) => entry === undefined || !again.includes(entry.keys.join()));
    return [...fresh, ...enteredIn(left, statement, scope), ...comprehended({ left, right }, statement, model, scope)];
  });
}

/** True for what a statement binds in any case, and for what a condition in it may bind anew: the best of a loop. */
function isSure(name: string, { node, names }: Statement, bound: ReadonlySet<string>): boolean {
  return names.binds.has(name) || (bound.has(name) && choosesIn(node, name));
}

/** True for what the last turn leaves of the loop that fits the model. */
function isLast(name: string, statement: Statement, model: Candidate | undefined, { knowledge }: Scope): boolean {
  return model?.statement === statement && isOfLastTurn(name, model, knowledge);
}

function ofVariable(name: string, statement: Statement, measure: Measure | undefined): readonly Value[] {
  if (measure?.kind === "number") return [{ name, kind: kindOf(measure), statement, expression: undefined }];
  if (!holdsNumbers(measure) || statement.node.type !== "expression_statement") return [];
  return numbersIn(measure, []).map((part) => entryValue(name, part, statement));
}

/** What may be a dictionary is given as it is. */
function kindOf(measure: Measure | undefined): Value["kind"] {
  return measure?.kind === "number" && measure.isUnsure === true ? "value" : "metric";
}

/** A number in a dictionary or a list: the keys that lead to it, and what it is called. */
interface Numbered {
  readonly keys: readonly Key[];
  readonly name: string;
}

type Holder = Extract<Measure, { readonly kind: "record" | "tuple" }>;

/** True for what has numbers under keys, or in a list in which each has a name. */
function holdsNumbers(measure: Measure | undefined): measure is Holder {
  return measure?.kind === "record" || (measure?.kind === "tuple" && measure.names !== undefined);
}

/** The numbers of a dictionary and of those in it, or of a list. */
function numbersIn(holder: Holder, above: readonly Key[]): readonly Numbered[] {
  if (holder.kind === "tuple") return (holder.names ?? []).map((name, index) => ({ keys: [...above, index], name }));
  return [...holder.entries].flatMap(([key, one]) => {
    const keys = [...above, key];
    if (one?.kind === "number") return [{ keys, name: identifier(keys.join("_")) }];
    return holdsNumbers(one) ? numbersIn(one, keys) : [];
  });
}

/** The keys of a dictionary under which numbers stand that have a name already. */
function knownKeys({ children }: SyntaxNode, scope: Scope): readonly string[] {
  return children.flatMap((pair) => {
    const [name, value] = [keyIn(pair), childOf(pair, "value")];
    return name === undefined || value === undefined || !isKnown(value, scope) ? [] : [name];
  });
}

function entryValue(variable: string, { keys, name }: Numbered, statement: Statement): Value {
  return { name, kind: "metric", statement, expression: undefined, entry: { variable, keys } };
}

/** `results["mae"] = mean_absolute_error(…)`, where `results` is a dictionary. */
function enteredIn(left: SyntaxNode, statement: Statement, scope: Scope): readonly Value[] {
  const [value, key] = left.type === "subscript" ? [childOf(left, "value"), keyOf(left)] : [];
  if (value?.type !== "identifier" || key === undefined || statement.node.type !== "expression_statement") return [];
  const measure = isRecord(value, scope) ? measureOf(left, scope) : undefined;
  if (measure === undefined) return [];
  return numbersIn({ kind: "record", entries: new Map([[key, measure]]) }, []).map((part) =>
    entryValue(value.text, part, statement),
  );
}

function isRecord(node: SyntaxNode | undefined, scope: Scope): boolean {
  return node !== undefined && measureOf(node, scope)?.kind === "record";
}

/** `{store: mean_absolute_error(…, model.predict(…)) for …}`: a metric a key. */
function comprehended(
  { left, right }: Assignment,
  statement: Statement,
  model: Candidate | undefined,
  scope: Scope,
): readonly Value[] {
  if (left.type !== "identifier" || right.type !== "dictionary_comprehension") return [];
  const measure = measureOf(right, scope);
  const isOfModel = nodesOf(right, KIND.identifier).some(({ text }) => text === model?.name);
  return isOfModel && measure?.kind === "record" && measure.rest?.kind === "number"
    ? [variableValue(left.text, statement)]
    : [];
}

/** Metrics that an expression only shows, or hands on: those that no assignment of the statement names. */
function shownIn(statement: Statement, scope: Scope): readonly Value[] {
  const { node } = statement;
  if (node.type === "expression_statement") return shownBy(node, statement, scope);
  // What a `with` holds always runs, one after the other.
  const body = node.type === "with_statement" ? childOf(node, "body") : undefined;
  return (body?.children ?? []).flatMap((one) => {
    const shown = one.type === "expression_statement" ? shownBy(one, statement, scope) : [];
    if (!one.type.endsWith("definition")) learnMeasures(one, scope);
    return shown;
  });
}

function shownBy(node: SyntaxNode, statement: Statement, scope: Scope): readonly Value[] {
  const [assigned] = assignmentsIn(node);
  const from = assigned === undefined ? [node] : unnamedIn(assigned, scope);
  const parts = from.filter((one) => one.type === "expression_statement").flatMap((one) => partsShown(one, scope));
  const entry = { kind: "metric", statement } as const;
  const named = parts.map(({ expression, name, keys }): Value => ({ ...entry, name, expression, part: keys }));
  const whole: readonly Value[] = from
    .flatMap((one) => shownMetrics(one, { hint: undefined, isDrawn: false }, scope))
    .filter(({ expression }) => callsIn(expression).every((call) => canBeCalledAgain(call, scope)))
    .map(({ expression, hint }) => ({
      name: hint ?? nameOf(expression, statement, scope.knowledge),
      kind: kindOf(measureOf(expression, scope)),
      statement,
      expression,
    }));
  return [...named, ...whole];
}

/** The numbers of a dictionary or a list that a function of the notebook, or Keras' `evaluate`, gives and nothing names. */
function partsShown({ children: [value] }: SyntaxNode, scope: Scope) {
  const shown = value?.type === "call" && calledName(value) === "print" ? positionalsOf(value) : [value];
  return shown.flatMap((expression) => {
    if (expression?.type !== "call" || !isRepeatableCall(expression, scope)) return [];
    const measure = measureOf(expression, scope);
    return holdsNumbers(measure) ? numbersIn(measure, []).map((part) => ({ expression, ...part })) : [];
  });
}

/** True for what the module may call once for each number that it gives. */
function isRepeatableCall(call: SyntaxNode, { knowledge }: Scope): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "notebook") return isRepeatable(callee.name, knowledge);
  return callee.kind === "method" && callee.name === "evaluate";
}

/** False for a method of the notebook's own classes that changes its object: the statement calls it already. */
function canBeCalledAgain(call: SyntaxNode, { knowledge }: Scope): boolean {
  const callee = calleeOf(call, knowledge);
  const isOwn = callee.kind === "method" && knowledge.definitions.has(callee.name);
  return !isOwn || isRepeatable(callee.name, knowledge);
}

/** The parts of an assigned value that get no name by the assignment. */
function unnamedIn({ left, right }: Assignment, scope: Scope): readonly SyntaxNode[] {
  if (elementsOf(left).length > 1) return [];
  const isNamed = left.type === "identifier" || isRecord(childOf(left, "value"), scope);
  if (right.type !== "dictionary") return isNamed && measureOf(right, scope)?.kind === "number" ? [] : [right];
  return right.children.filter((pair) => measureOf(childOf(pair, "value") ?? pair, scope)?.kind !== "number");
}

interface Shown {
  readonly expression: SyntaxNode;
  /** A name that stands beside it: the key of a dictionary. */
  readonly hint: string | undefined;
}

/** Where a measured expression is looked for: what stands beside it, and whether it is what a call draws. */
interface Around {
  readonly hint: string | undefined;
  readonly isDrawn: boolean;
}

/** The largest measured expressions, outside of lambdas and comprehensions. */
function shownMetrics(node: SyntaxNode, around: Around, scope: Scope): readonly Shown[] {
  if (/^(lambda|.*_comprehension|generator_expression)$/.test(node.type)) return [];
  if (measureOf(node, scope)?.kind === "number") {
    // `plt.ylim(scores.min() - 0.01, 1)` and the bar of `1 - r2` are there for the eye.
    const isForEye = around.isDrawn && isFormula(node);
    return isForEye || isKnown(node, scope) ? [] : [{ expression: node, hint: around.hint }];
  }
  const next = { hint: hintIn(node), isDrawn: !isText(node) && (around.isDrawn || isDrawing(node, scope)) };
  return node.children.flatMap((child) => shownMetrics(child, next, scope));
}

/** The key, or the name of the argument, that stands beside a value. */
function hintIn(node: SyntaxNode): string | undefined {
  const key = node.type === "pair" ? childOf(node, "key") : undefined;
  const word = node.type === "keyword_argument" ? childOf(node, "name")?.text : undefined;
  const text = key === undefined ? word : literalText(key);
  return text === undefined ? undefined : identifier(text);
}

function isDrawing(node: SyntaxNode, { knowledge }: Scope): boolean {
  return node.type === "call" && drawsInFigure(node, calleeOf(node, knowledge));
}

/** `f"{a - b}"`, `"{}".format(a - b)`, `"%.2f" % (a - b)` */
function isText(node: SyntaxNode): boolean {
  const isWritten = ({ type }: SyntaxNode): boolean => type === "string" || type === "concatenated_string";
  if (node.type === "call") return calledName(node) === "format";
  return isWritten(node) || (node.type === "binary_operator" && node.children.slice(0, 1).some(isWritten));
}

/** True for a number that is computed of others, and is no percentage. */
function isFormula(node: SyntaxNode): boolean {
  if (node.type === "parenthesized_expression") return node.children.some(isFormula);
  return node.type === "binary_operator" && !node.children.some(isHundred);
}

/** True for a number that has a name already and is only rounded, negated or shown as a percentage. */
function isKnown(node: SyntaxNode, scope: Scope): boolean {
  const again = (one: SyntaxNode | undefined): boolean => one !== undefined && isKnown(one, scope);
  switch (node.type) {
    case "identifier":
      return measureOf(node, scope)?.kind === "number";
    case "parenthesized_expression":
      return node.children.some(again);
    case "unary_operator":
      return again(childOf(node, "argument"));
    case "binary_operator":
      return [childOf(node, "left"), childOf(node, "right")].every((side) => isHundred(side) || again(side));
    case "subscript":
      return isEntry(node, scope);
    case "call":
      return isRounding(node, scope.knowledge)
        ? again(positionalsOf(node)[0])
        : again(unwrapped(node, scope.knowledge));
    default:
      return false;
  }
}

/** `loss` of `loss.item()` and of `loss.detach().cpu()`. */
function unwrapped(call: SyntaxNode, knowledge: Knowledge): SyntaxNode | undefined {
  const callee = calleeOf(call, knowledge);
  const isSame = callee.kind === "method" && (callee.name === "item" || has("elementwiseMethods", callee.name));
  return isSame ? callee.object : undefined;
}

/** `result["mae"]` of a variable whose entries are metrics already. */
function isEntry(node: SyntaxNode, scope: Scope): boolean {
  const [value, key] = [childOf(node, "value"), keyOf(node)];
  const measure = value?.type === "identifier" ? measureOf(value, scope) : undefined;
  return measure?.kind === "record" && key !== undefined && measure.entries.has(key);
}

/** Values with one name each: a later one of the same variable replaces it, a made-up name gets a number. */
function distinctNames(values: readonly Value[], taken: ReadonlySet<string>): readonly Value[] {
  const named = values.filter(isVariable);
  const byName = new Map(named.map((value) => [value.name, value]));
  const texts = new Set(
    named.map(({ statement: { node, source } }) => source.slice(node.start, node.end).replace(/^[^=]*=\s*/, "")),
  );
  const latest = new Map(values.filter((one) => !isVariable(one)).map((value) => [valueText(value), value]));
  for (const [text, value] of latest) {
    // What was computed and named already is only shown once more.
    if (texts.has(text)) continue;
    const name = freshName(value.name, (candidate) => byName.has(candidate) || taken.has(candidate));
    byName.set(name, { ...value, name });
  }
  return [...byName.values()].sort((a, b) => a.statement.index - b.statement.index);
}

const allNames = new WeakMap<readonly Statement[], ReadonlySet<string>>();

/** Every name that the notebook uses at its top level. */
export function namesOf(statements: readonly Statement[]): ReadonlySet<string> {
  return remembered(allNames, statements, () => {
    const all = new Set<string>();
    for (const { names } of statements)
      for (const part of [names.reads, names.binds, names.mayBind, names.late]) for (const name of part) all.add(name);
    return all;
  });
}
