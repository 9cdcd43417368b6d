import type { Knowledge } from "../python/effects";
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import { metricName } from "../python/knowledge";
import type { Statement } from "../python/program";
import { argumentsOf, childOf, findNode, positionalsOf, rootName, type SyntaxNode, walk } from "../python/syntax";
import { literalText } from "../python/values";
import { freshName, identifier } from "./names";
import { dependsOn, type Analysed, type Candidate } from "./target";

/** A value that the pipeline gives besides the model. */
export interface Value {
  /** The notebook's name of it, or one made from the function that computes it. */
  readonly name: string;
  readonly kind: "metric" | "value";
  readonly statement: Statement;
  /** The expression that gives it where the notebook assigns it to no name: it stands in a print, or last in a cell. */
  readonly expression: SyntaxNode | undefined;
}

/** What a variable holds right after a statement, as a value of the pipeline. */
export function variableValue(name: string, statement: Statement): Value {
  return { name, kind: "value", statement, expression: undefined };
}

/** What is known of the notebook's names, with the variables that hold one score and those that hold several. */
interface Scored extends Knowledge {
  readonly numbers: ReadonlySet<string>;
  readonly scores: ReadonlySet<string>;
}

function withScores(statements: readonly Statement[], knowledge: Knowledge): Scored {
  const book = { ...knowledge, numbers: new Set<string>(), scores: new Set<string>(), others: new Set<string>() };
  for (const { node } of statements) {
    for (const { left, right } of assignmentsIn(node)) noteAssigned(left, right, book);
    for (const call of callsIn(node)) noteAppended(call, book);
  }
  // A name that means something else in another cell is not trusted.
  return { ...book, numbers: new Set([...book.numbers].filter((name) => !book.others.has(name))) };
}

/** Scores while they are gathered; `others` are names that hold something else, at least once. */
interface ScoreBook extends Knowledge {
  readonly numbers: Set<string>;
  readonly scores: Set<string>;
  readonly others: Set<string>;
}

function noteAssigned(left: SyntaxNode, right: SyntaxNode, book: ScoreBook): void {
  const name = rootName(left)?.text ?? "";
  if (left.type === "subscript" && isNumber(right, book)) book.scores.add(name);
  if (left.type !== "identifier") return;
  if (isNumber(right, book)) book.numbers.add(name);
  else if (holdsScores(right, book)) book.scores.add(name);
  else book.others.add(name);
}

/** `scores.append(accuracy_score(…))` */
function noteAppended(call: SyntaxNode, book: ScoreBook): void {
  const callee = calleeOf(call, book);
  if (callee.kind !== "method" || callee.name !== "append" || callee.root === undefined) return;
  if (positionalsOf(call).some((one) => isNumber(one, book))) book.scores.add(callee.root);
}

/** `cross_val_score(…)`, `[accuracy_score(…) for …]`: several numbers. */
function holdsScores(node: SyntaxNode, scored: Scored): boolean {
  if (node.type === "call") return isCrossValidation(node, scored);
  const body = node.type === "list_comprehension" ? childOf(node, "body") : undefined;
  return body !== undefined && isNumber(body, scored);
}

/** The metrics of a model: every number that a metric function gives of it, named or only shown. */
export function metricsOf(analysed: Analysed, model: Candidate): readonly Value[] {
  const { statements, flow } = analysed;
  const knowledge = withScores(statements, analysed.knowledge);
  const found: Value[] = [];
  for (const statement of statements) {
    if (statement.index <= model.statement.index && statement !== model.statement) continue;
    if (statement !== model.statement && !dependsOn(flow, statement.index).has(model.statement.index)) continue;
    found.push(...statementMetrics(statement, knowledge));
  }
  return distinctNames(found, namesOf(statements));
}

function statementMetrics(statement: Statement, knowledge: Scored): readonly Value[] {
  if (statement.node.type.endsWith("definition")) return [];
  const assigned = assignmentsIn(statement.node);
  const named = assigned.flatMap(({ left, right }): readonly Value[] => {
    if (left.type !== "identifier") return [];
    if (right.type === "dictionary") return entries(right, statement, knowledge);
    const isSure = statement.names.binds.has(left.text) && isNumber(right, knowledge);
    return isSure ? [{ name: left.text, kind: "metric", statement, expression: undefined }] : [];
  });
  if (assigned.length > 0 || statement.node.type !== "expression_statement") return named;
  return shownMetrics(statement.node, knowledge).map((expression) => ({
    name: shortName(expression, knowledge),
    kind: "metric",
    statement,
    expression,
  }));
}

/** `{"accuracy": accuracy_score(…)}`: each number has a name. */
function entries(dictionary: SyntaxNode, statement: Statement, knowledge: Scored): readonly Value[] {
  if (statement.node.type !== "expression_statement") return [];
  return dictionary.children.flatMap((pair): readonly Value[] => {
    const [key, expression] = [childOf(pair, "key"), childOf(pair, "value")];
    const name = key === undefined ? undefined : literalText(key);
    if (name === undefined || expression === undefined || !isMeasured(expression, knowledge)) return [];
    return [{ name: identifier(name), kind: "metric", statement, expression }];
  });
}

/** Metric expressions that a statement only shows: the largest ones, outside of lambdas and comprehensions. */
function shownMetrics(node: SyntaxNode, knowledge: Scored): readonly SyntaxNode[] {
  if (/^(lambda|.*_comprehension|generator_expression)$/.test(node.type)) return [];
  if (isMeasured(node, knowledge)) return [node];
  return node.children.flatMap((child) => shownMetrics(child, knowledge));
}

/** True for a number that is measured here; one that was measured before and is rounded or printed is none. */
function isMeasured(node: SyntaxNode, knowledge: Scored): boolean {
  return (
    isNumber(node, knowledge) && findNode(node, (one) => one.type === "call" && measures(one, knowledge)) !== undefined
  );
}

const WRAPPERS = /^(numpy\.(sqrt|round|mean|abs|max|min)|math\.sqrt|round|float|abs|max|min)$/;

/** True if an expression is one number that a metric function gives, perhaps rounded, rooted or scaled. */
function isNumber(node: SyntaxNode, knowledge: Scored): boolean {
  if (node.type === "parenthesized_expression") return node.children.some((child) => isNumber(child, knowledge));
  if (node.type === "identifier") return knowledge.numbers.has(node.text);
  if (node.type === "call") return isMetricCall(node, knowledge);
  if (node.type === "subscript") return isCrossValidation(childOf(node, "value") ?? node, knowledge);
  if (node.type !== "binary_operator") return false;
  const sides = node.children.filter(({ field }) => field === "left" || field === "right");
  return sides.some((side) => isNumber(side, knowledge)) && sides.every((side) => isScalar(side, knowledge));
}

function isMetricCall(call: SyntaxNode, knowledge: Scored): boolean {
  if (measures(call, knowledge)) return true;
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "library" || !WRAPPERS.test(callee.qualified)) return false;
  return positionalsOf(call).some((one) => isNumber(one, knowledge) || isCrossValidation(one, knowledge));
}

/** True for the call of a metric function, and for the mean of a cross-validation. */
function measures(call: SyntaxNode, knowledge: Scored): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "method") {
    if (/^(mean|std)$/.test(callee.name)) return isCrossValidation(callee.object, knowledge);
    return callee.name === "score" && positionalsOf(call).length >= 2;
  }
  return callee.kind === "library" && metricName(callee.name) !== undefined && !argumentsOf(call).some(givesArray);
}

function isScalar(node: SyntaxNode, knowledge: Scored): boolean {
  return /^(integer|float)$/.test(node.type) || isNumber(node, knowledge);
}

function isCrossValidation(node: SyntaxNode, knowledge: Scored): boolean {
  if (node.type === "identifier") return knowledge.scores.has(node.text);
  if (node.type !== "call") return false;
  const callee = calleeOf(node, knowledge);
  if (callee.kind === "method") return callee.name === "values" && isCrossValidation(callee.object, knowledge);
  return callee.kind === "library" && callee.name === "cross_val_score";
}

/** `average=None`, `multioutput="raw_values"`: the metric is an array, one number a class. */
function givesArray(argument: SyntaxNode): boolean {
  if (argument.type !== "keyword_argument") return false;
  const name = childOf(argument, "name")?.text;
  return (name === "average" && childOf(argument, "value")?.type === "none") || name === "multioutput";
}

function shortName(expression: SyntaxNode, knowledge: Scored): string {
  for (const node of walk(expression)) {
    const short = node.type === "call" ? callName(node, knowledge) : undefined;
    if (short !== undefined) return short;
  }
  return "metric";
}

function callName(call: SyntaxNode, knowledge: Scored): string | undefined {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "method") return callee.name === "score" ? "score" : undefined;
  if (callee.kind !== "library") return undefined;
  if (callee.qualified.endsWith("sqrt") && textOf(call).includes("mean_squared_error")) return "rmse";
  return callee.name === "cross_val_score" ? "cross_validation" : metricName(callee.name);
}

function textOf(node: SyntaxNode): string {
  return [...walk(node)].map(({ text }) => text).join(" ");
}

/** Values with one name each: a later one of the same variable replaces it, a made-up name gets a number. */
function distinctNames(values: readonly Value[], taken: ReadonlySet<string>): readonly Value[] {
  const named = values.filter(({ expression }) => expression === undefined);
  const byName = new Map(named.map((value) => [value.name, value]));
  const texts = new Set(
    named.map(({ statement: { node, source } }) => source.slice(node.start, node.end).replace(/^[^=]*=\s*/, "")),
  );
  for (const value of values) {
    const { expression, statement } = value;
    const text = expression === undefined ? undefined : statement.source.slice(expression.start, expression.end);
    // What was computed and named already is only shown once more.
    if (text === undefined || texts.has(text)) continue;
    texts.add(text);
    const name = freshName(value.name, (candidate) => byName.has(candidate) || taken.has(candidate));
    byName.set(name, { ...value, name });
  }
  return [...byName.values()].sort((a, b) => a.statement.index - b.statement.index);
}

/** Every name that the notebook uses at its top level. */
export function namesOf(statements: readonly Statement[]): ReadonlySet<string> {
  return new Set(statements.flatMap(({ names }) => [...names.reads, ...names.binds, ...names.mayBind, ...names.late]));
}
