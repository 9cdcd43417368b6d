/** Follows measures of a model through a notebook: from predictions through formulas, dictionaries and functions. */
import { assignmentOf, calleeOf, elementsOf, type Callee } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { DEFINITION, KIND } from "../python/kinds";
import { has } from "../python/knowledge";
import {
  argumentAt,
  argumentsOf,
  calledName,
  childOf,
  childrenOf,
  methodsIn,
  nodesOf,
  parameterNames,
  positionalsOf,
  type SyntaxNode,
} from "../python/syntax";
import { isLiteral, keyOf, literalText } from "../python/values";
import { compiledInFunctions, evaluated, learnCompiled, type Compiled } from "./compiled";
import {
  combined,
  elementAt,
  elementwise,
  entryOf,
  frameWith,
  gathered,
  measuredBy,
  NUMBER,
  partOf,
  PLAIN,
  predicted,
  PREDICTIONS,
  reduced,
  scored,
  SCORES,
  type Entries,
  type Keyed,
  type Measure,
} from "./measures";
import { returnsOf } from "./returns";
import { givesShare } from "./shares";
import { lateTypes, type LateTypes } from "./types";

/** The names that are known at one point of a notebook, or inside of one of its functions. */
export interface Scope {
  readonly knowledge: Knowledge;
  readonly measures: Map<string, Measure>;
  readonly types: LateTypes;
  /** What the `evaluate` of Keras models gives. */
  readonly compiled: Compiled;
  /** The notebook's own names, seen from inside of a function. */
  readonly outer?: Scope;
  /** How many functions deep. */
  readonly depth: number;
}

/** A scope in which nothing is known but the model's name, if there is one. */
export function notebookScope(knowledge: Knowledge, model: string | undefined): Scope {
  const measures = new Map<string, Measure>(model === undefined ? [] : [[model, { kind: "model" }]]);
  return { knowledge, measures, types: lateTypes(knowledge), compiled: compiledInFunctions(knowledge), depth: 0 };
}

/** Learns what a statement, or the body of a function, binds, in the order in which it stands there. */
export function learnMeasures(node: SyntaxNode, scope: Scope): void {
  for (const inner of nodesOf(node, KIND.assignment | KIND.augmented_assignment | KIND.call, DEFINITION))
    LEARNERS[inner.type]?.(inner, scope);
  scope.types.pass(node);
}

const LEARNERS: Readonly<Record<string, (node: SyntaxNode, scope: Scope) => void>> = {
  assignment: (node, scope) => {
    const assigned = assignmentOf(node);
    if (assigned !== undefined) assign(assigned.left, measureOf(assigned.right, scope), scope);
  },
  augmented_assignment: augment,
  call: (call, scope) => {
    append(call, scope);
    learnCompiled(call, scope.knowledge, scope.compiled);
  },
};

function assign(target: SyntaxNode, measure: Measure | undefined, scope: Scope): void {
  const targets = elementsOf(target);
  if (targets.length > 1) {
    targets.forEach((one, index) => {
      assign(one, elementAt(measure, index), scope);
    });
  } else if (target.type === "identifier") bind(target.text, measure, scope);
  else if (target.type === "subscript") enter(target, measure, scope);
}

function bind(name: string, measure: Measure | undefined, { measures }: Scope): void {
  // `net = Net()`, `net = net.to(device)`: the variable is asked about because it holds the model.
  if (measure === undefined && measures.get(name)?.kind === "model") return;
  if (measure === undefined) measures.delete(name);
  else measures.set(name, measure);
}

/** `scores["svm"] = …`, `df["predicted"] = …`: what is not known to be a dictionary is a frame. */
function enter(target: SyntaxNode, measure: Measure | undefined, scope: Scope): void {
  const value = childOf(target, "value");
  if (value?.type !== "identifier" || measure === undefined) return;
  const before = measureOf(value, scope);
  const key = keyOf(target);
  if (before?.kind !== "record") {
    if (key !== undefined) bind(value.text, frameWith(before, new Map([[key, measure]])), scope);
    return;
  }
  const entries = key === undefined ? before.entries : new Map([...before.entries, [key, measure]]);
  bind(value.text, { ...before, entries, ...(key === undefined ? { rest: measure } : {}) }, scope);
}

/** `correct += (predicted == y).sum()` */
function augment(node: SyntaxNode, scope: Scope): void {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left?.type !== "identifier" || right === undefined) return;
  bind(left.text, combined(measuresOf([left, right], scope)), scope);
}

/** `scores.append(accuracy_score(…))` */
function append(call: SyntaxNode, scope: Scope): void {
  const callee = calleeOf(call, scope.knowledge);
  if (callee.kind !== "method" || callee.name !== "append" || callee.object.type !== "identifier") return;
  const [value] = positionalsOf(call).map((one) => measureOf(one, scope));
  if (value?.kind === "number") bind(callee.object.text, SCORES, scope);
  if (value?.kind === "rows") bind(callee.object.text, value, scope);
}

/** What is known of the value of an expression; `undefined` if it tells nothing of a model. */
export function measureOf(node: SyntaxNode, scope: Scope): Measure | undefined {
  const known = READERS[node.type]?.(node, scope);
  if (known !== undefined) return known;
  return (isLiteral(node) && !isText(node)) || countsRows(node) ? PLAIN : undefined;
}

/** `len(labels)`, `labels.size(0)`, `labels.shape[0]`, `labels.size` */
function countsRows(node: SyntaxNode): boolean {
  if (node.type === "attribute") return childOf(node, "attribute")?.text === "size";
  if (node.type === "subscript") return childOf(childOf(node, "value") ?? node, "attribute")?.text === "shape";
  return node.type === "call" && positionalsOf(node).length === 1 && /^(len|size)$/.test(calledName(node));
}

/**
 * What is known of values that are put together. Whether one is just a number matters beside what was measured alone, and only then
 * its type is looked for.
 */
function measuresOf(nodes: readonly SyntaxNode[], scope: Scope): readonly (Measure | undefined)[] {
  const measures = nodes.map((one) => measureOf(one, scope));
  const isMeasured = measures.some((one) => one !== undefined && MEASURED.has(one.kind));
  return isMeasured ? measures.map((one, index) => one ?? plainNumber(nodes[index], scope)) : measures;
}

const MEASURED: ReadonlySet<Measure["kind"]> = new Set(["rows", "scores", "number", "counts"]);

function plainNumber(node: SyntaxNode | undefined, scope: Scope): Measure | undefined {
  if (node === undefined) return undefined;
  const type = scope.types.typeOf(node) ?? (node.type === "identifier" ? scope.outer?.types.typeOf(node) : undefined);
  return type === "float" || type === "int" ? PLAIN : undefined;
}

type Reader = (node: SyntaxNode, scope: Scope) => Measure | undefined;

const first: Reader = (node, scope) => {
  const [inner] = node.children.filter(({ type }) => type !== "comment");
  return inner === undefined ? undefined : measureOf(inner, scope);
};

const ofOperands: Reader = ({ children }, scope) => {
  const operands = children.filter(({ field }) => !field?.startsWith("operator"));
  // `"MAE %.2f" % mae` is a text.
  return operands.some(isText) ? undefined : combined(measuresOf(operands, scope));
};

/** Rows are compared to hits; whether one number is above another is none. */
const ofComparison: Reader = ({ children }, scope) => {
  const operands = children.filter(({ field }) => !field?.startsWith("operator"));
  const texts = operands.filter(isText).map(() => PLAIN);
  const others = operands.filter((one) => !isText(one));
  const measure = combined([...texts, ...measuresOf(others, scope)]);
  return measure?.kind === "rows" || measure?.kind === "scores" ? measure : undefined;
};

function isText({ type }: SyntaxNode): boolean {
  return type === "string" || type === "concatenated_string";
}

const ofElements: Reader = ({ children }, scope) => ({
  kind: "tuple",
  elements: measuresOf(
    children.filter(({ type }) => type !== "comment"),
    scope,
  ),
});

const ofBody: Reader = (node, scope) => {
  const body = childOf(node, "body");
  const each = body === undefined ? undefined : measureOf(body, scope);
  return each?.kind === "number" ? SCORES : undefined;
};

const READERS: Readonly<Record<string, Reader>> = {
  identifier: ({ text }, { measures, outer }) => measures.get(text) ?? outer?.measures.get(text),
  parenthesized_expression: first,
  unary_operator: ofOperands,
  binary_operator: ofOperands,
  comparison_operator: ofComparison,
  named_expression: (node, scope) => first({ ...node, children: childrenOf(node, "value") }, scope),
  conditional_expression: ({ children }, scope) => {
    const [yes, no] = [children[0], children[2]].map((one) => one && measureOf(one, scope));
    return yes?.kind === no?.kind ? yes : undefined;
  },
  tuple: ofElements,
  list: ofElements,
  expression_list: ofElements,
  list_comprehension: ofBody,
  generator_expression: ofBody,
  dictionary: dictionaryMeasure,
  dictionary_comprehension: (node, scope) => {
    const value = childOf(childOf(node, "body") ?? node, "value");
    const rest = value === undefined ? undefined : measureOf(value, scope);
    return rest === undefined ? undefined : { kind: "record", entries: new Map(), rest };
  },
  subscript: subscriptMeasure,
  attribute: attributeMeasure,
  call: callMeasure,
};

function dictionaryMeasure({ children }: SyntaxNode, scope: Scope): Measure {
  const entries = new Map<string, Measure | undefined>();
  for (const pair of children) {
    const [key, value] = [childOf(pair, "key"), childOf(pair, "value")];
    const name = key === undefined ? undefined : literalText(key);
    if (name !== undefined && value !== undefined) entries.set(name, measureOf(value, scope));
  }
  return { kind: "record", entries };
}

function subscriptMeasure(node: SyntaxNode, scope: Scope): Measure | undefined {
  const value = childOf(node, "value");
  const measure = value === undefined ? undefined : measureOf(value, scope);
  if (measure === undefined) return undefined;
  const keys = childrenOf(node, "subscript");
  const isSlice = keys.some(({ type }) => type === "slice");
  return partOf(measure, { key: keyOf(node), index: indexOf(keys[0]), isSlice, count: keys.length });
}

function indexOf(key: SyntaxNode | undefined): number | undefined {
  if (key?.type === "unary_operator") return -Number(childOf(key, "argument")?.text);
  return key?.type === "integer" ? Number(key.text) : undefined;
}

function attributeMeasure(node: SyntaxNode, scope: Scope): Measure | undefined {
  const [object, name] = [childOf(node, "object"), childOf(node, "attribute")?.text ?? ""];
  if (object === undefined) return undefined;
  if (has("measuredAttributes", name)) return isDictionary(name, object, scope) ? undefined : NUMBER;
  return attributeOf(measureOf(object, scope), name);
}

function attributeOf(measure: Measure | undefined, name: string): Measure | undefined {
  if (measure?.kind === "frame") return measure.entries.get(name);
  return measure?.kind === "rows" && /^(values|data|T)$/.test(name) ? measure : undefined;
}

/** The `best_score_` of LightGBM and CatBoost, that of every set and metric. */
function isDictionary(name: string, object: SyntaxNode, { types }: Scope): boolean {
  return name === "best_score_" && /^(lightgbm|catboost)\./.test(types.typeOf(object) ?? "");
}

function callMeasure(call: SyntaxNode, scope: Scope): Measure | undefined {
  const target = childOf(call, "function");
  const called = target?.type === "identifier" ? measureOf(target, scope)?.kind : undefined;
  if (called === "model") return PREDICTIONS;
  if (called === "loss") return combined(measuresOf(positionalsOf(call), scope)) && NUMBER;
  const callee = calleeOf(call, scope.knowledge);
  if (callee.kind === "method") return methodMeasure(call, callee, scope);
  if (callee.kind === "notebook") return functionMeasure(call, callee.name, scope);
  return callee.kind === "library" ? libraryMeasure(call, callee, scope) : undefined;
}

function libraryMeasure(
  call: SyntaxNode,
  { name, qualified }: Extract<Callee, { kind: "library" }>,
  scope: Scope,
): Measure | undefined {
  const measured = measuredBy(call, name, scope.knowledge);
  if (measured !== undefined) return measured;
  if (/^[A-Z].*Loss$/.test(name)) return { kind: "loss" };
  const values = measuresOf(positionalsOf(call), scope);
  if (has("comparingFunctions", qualified)) return combined(values);
  if (has("elementwiseFunctions", qualified)) return elementwise(name, values);
  if (has("reducingFunctions", qualified)) return reduced(call, name, values);
  if (qualified === "dict") return { kind: "record", entries: keywordEntries(call, scope) };
  const [columns] = qualified === "pandas.DataFrame" ? values : [];
  return columns?.kind === "record" ? frameWith(undefined, columns.entries) : undefined;
}

function keywordEntries(call: SyntaxNode, scope: Scope): Entries {
  const entries = new Map<string, Measure | undefined>();
  for (const argument of argumentsOf(call)) {
    const [name, value] = [childOf(argument, "name")?.text, childOf(argument, "value")];
    if (argument.type === "keyword_argument" && name !== undefined && value !== undefined)
      entries.set(name, measureOf(value, scope));
  }
  return entries;
}

function methodMeasure(
  call: SyntaxNode,
  { name, object }: Extract<Callee, { kind: "method" }>,
  scope: Scope,
): Measure | undefined {
  const own = ownMethodMeasure(call, { name, object }, scope);
  if (own !== undefined) return own;
  if (scope.knowledge.library.has("predictMethods", name)) return predictedBy(call, { name, object }, scope);
  if (name === "assign") return frameWith(measureOf(object, scope), keywordEntries(call, scope));
  const values = measuresOf([object, ...positionalsOf(call)], scope);
  const [measure] = values;
  if (name === "corr") return isCompared(combined(values)) ? NUMBER : undefined;
  // `scaler.inverse_transform(predictions)`
  if (name === "inverse_transform") return values[1]?.kind === "rows" ? values[1] : undefined;
  return measure === undefined ? undefined : ownMethod(call, name, [measure, ...values.slice(1)], scope);
}

/** What a method gives of an object of which something is known. */
function ownMethod(
  call: SyntaxNode,
  name: string,
  values: readonly [Measure, ...(Measure | undefined)[]],
  scope: Scope,
): Measure | undefined {
  const [measure] = values;
  if (measure.kind === "plain") return undefined;
  if (measure.kind === "record" || measure.kind === "frame") return keyedMethod(call, name, measure);
  return numericMethod(call, name, values, scope);
}

/** What `predict` and its like give. Spark's evaluators give one number, where the `evaluate` of a model may give several. */
function predictedBy(
  call: SyntaxNode,
  { name, object }: Pick<Extract<Callee, { kind: "method" }>, "name" | "object">,
  { types, compiled }: Scope,
): Measure | undefined {
  if (name === "score") return scored(call, types.typeOf(object));
  if (name !== "evaluate") return predicted(name);
  if (/^pyspark\.ml\..*Evaluator$/.test(types.typeOf(object) ?? "")) return NUMBER;
  return evaluated(call, object, compiled) ?? predicted(name);
}

function isCompared(measure: Measure | undefined): boolean {
  return measure?.kind === "rows" && measure.compared;
}

function numericMethod(
  call: SyntaxNode,
  name: string,
  values: readonly (Measure | undefined)[],
  { knowledge: { library } }: Scope,
): Measure | undefined {
  if (values[0]?.kind === "loss") return library.has("selfReturningMethods", name) ? values[0] : undefined;
  if (has("comparingMethods", name)) return combined(values);
  if (name === "item") return values[0]?.kind === "rows" ? undefined : NUMBER;
  if (has("elementwiseMethods", name)) return elementwise(name, values.slice(0, 1));
  return has("reducingMethods", name) ? reduced(call, name, values) : undefined;
}

function keyedMethod(call: SyntaxNode, name: string, keyed: Keyed): Measure | undefined {
  const [key] = positionalsOf(call);
  if (name === "get") return entryOf(keyed, key === undefined ? undefined : literalText(key));
  if (has("elementwiseMethods", name) || keyed.kind === "frame") return keyed;
  const values = [...keyed.entries.values(), ...(keyed.rest === undefined ? [] : [keyed.rest])];
  return name === "values" ? gathered({ kind: "tuple", elements: values }) : undefined;
}

/** How many functions deep a value is followed. */
const MAX_DEPTH = 4;

/** The scope of a function: one of another file does not see the notebook's variables. Of a method, `self` is of a known class. */
function scopeInside(name: string, scope: Scope, self?: string): Scope {
  const knowledge = homeOf(name, scope.knowledge);
  const notebook = scope.depth === 0 ? scope : scope.outer;
  const outer = knowledge === scope.knowledge && notebook !== undefined ? { outer: notebook } : {};
  return {
    knowledge,
    measures: new Map(),
    types: lateTypes(knowledge, self === undefined ? [] : [[self, name]]),
    compiled: scope.compiled,
    ...outer,
    depth: scope.depth + 1,
  };
}

/** What a function of the notebook gives back for the arguments of a call. */
function functionMeasure(call: SyntaxNode, name: string, scope: Scope): Measure | undefined {
  const definition = scope.knowledge.definitions.get(name)?.at(-1);
  if (definition?.type !== "function_definition") return undefined;
  return givenBack(call, { definition, parameters: parameterNames(definition) }, scope, () => scopeInside(name, scope));
}

/** `engine.test(X, y)`: the same of a method of a class of the notebook, if it tells anything of a model. */
function ownMethodMeasure(
  call: SyntaxNode,
  { name, object }: Pick<Extract<Callee, { kind: "method" }>, "name" | "object">,
  scope: Scope,
): Measure | undefined {
  const { definitions } = scope.knowledge;
  const className = definitions.has(name) ? scope.types.typeOf(object) : undefined;
  const owner = className === undefined ? undefined : definitions.get(className)?.at(-1);
  const methods = owner?.type === "class_definition" ? methodsIn(owner) : [];
  const definition = methods.find((one) => childOf(one, "name")?.text === name);
  if (className === undefined || definition === undefined) return undefined;
  const [self, ...parameters] = parameterNames(definition);
  const given = givenBack(call, { definition, parameters }, scope, () => scopeInside(className, scope, self));
  return given?.kind === "plain" ? undefined : given;
}

/** A function, and the parameters that a call gives something to. */
interface Called {
  readonly definition: SyntaxNode;
  readonly parameters: readonly string[];
}

function givenBack(call: SyntaxNode, called: Called, scope: Scope, inside: () => Scope): Measure | undefined {
  const body = childOf(called.definition, "body") ?? called.definition;
  const returns = scope.depth >= MAX_DEPTH ? [] : returnsOf(body);
  if (returns.length === 0) return undefined;
  const inner = inside();
  const passed = pass(call, called.parameters, scope, inner);
  learnMeasures(body, inner);
  const result = together(returns.map((one) => first(one, inner)));
  if (result !== undefined && result.kind !== "plain") return result;
  return isShare(call, body, passed, scope) ? NUMBER : result;
}

/** Binds the parameters of a function to what a call gives it. */
function pass(
  call: SyntaxNode,
  parameters: readonly string[],
  scope: Scope,
  inner: Scope,
): readonly (Measure | undefined)[] {
  const given = parameters.flatMap((parameter, index) => {
    const argument = argumentAt(call, index, parameter);
    return argument === undefined ? [] : [{ parameter, argument }];
  });
  const passed = measuresOf(
    given.map(({ argument }) => argument),
    scope,
  );
  given.forEach(({ parameter }, index) => {
    bind(parameter, passed[index], inner);
  });
  return passed;
}

function isShare(
  call: SyntaxNode,
  body: SyntaxNode,
  passed: readonly (Measure | undefined)[],
  { types }: Scope,
): boolean {
  return comparesRows(passed) && givesShare(body) && types.typeOf(call) === "float";
}

function together(results: readonly (Measure | undefined)[]): Measure | undefined {
  return results.every((one) => one?.kind === results[0]?.kind) ? results[0] : undefined;
}

/** True for predictions beside something else that is known of the rows. */
function comparesRows(passed: readonly (Measure | undefined)[]): boolean {
  const isLabels = (one: Measure | undefined): boolean => one === undefined || one.kind === "tuple";
  return passed.some((one) => one?.kind === "rows") && passed.some(isLabels);
}
