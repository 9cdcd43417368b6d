import type { Knowledge } from "../python/effects";
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import { has, metricName } from "../python/knowledge";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode, walk } from "../python/syntax";
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

/** What is known of the notebook's names, with the variables that hold the scores of a cross-validation. */
interface Scored extends Knowledge {
  readonly scores: ReadonlySet<string>;
}

function withScores(statements: readonly Statement[], knowledge: Knowledge): Scored {
  const scored = { ...knowledge, scores: new Set<string>() };
  for (const { node } of statements) {
    for (const { left, right } of assignmentsIn(node)) {
      if (left.type === "identifier" && right.type === "call" && isCrossValidation(right, scored))
        scored.scores.add(left.text);
    }
  }
  return scored;
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
  if (statement.node.type !== "expression_statement") return [];
  const assigned = [...assignmentsIn(statement.node)];
  const [first] = assigned;
  if (first !== undefined) {
    const isNamed = first.left.type === "identifier" && isNumber(first.right, knowledge);
    return isNamed ? [{ name: first.left.text, kind: "metric", statement, expression: undefined }] : [];
  }
  return shownMetrics(statement.node, knowledge).map((expression) => ({
    name: shortName(expression, knowledge),
    kind: "metric",
    statement,
    expression,
  }));
}

/** Metric expressions that a statement only shows: the largest ones, outside of lambdas and comprehensions. */
function shownMetrics(node: SyntaxNode, knowledge: Scored): readonly SyntaxNode[] {
  if (/^(lambda|.*_comprehension|generator_expression)$/.test(node.type)) return [];
  if (isNumber(node, knowledge)) return [node];
  return node.children.flatMap((child) => shownMetrics(child, knowledge));
}

const WRAPPERS = /^(numpy\.(sqrt|round|mean|abs)|math\.sqrt|round|float|abs)$/;

/** True if an expression is one number that a metric function gives, perhaps rounded, rooted or scaled. */
function isNumber(node: SyntaxNode, knowledge: Scored): boolean {
  if (node.type === "parenthesized_expression") return node.children.some((child) => isNumber(child, knowledge));
  if (node.type === "call") return isMetricCall(node, knowledge);
  if (node.type !== "binary_operator") return false;
  const sides = node.children.filter(({ field }) => field === "left" || field === "right");
  return sides.some((side) => isNumber(side, knowledge)) && sides.every((side) => isScalar(side, knowledge));
}

function isMetricCall(call: SyntaxNode, knowledge: Scored): boolean {
  const callee = calleeOf(call, knowledge);
  const positionals = positionalsOf(call);
  if (callee.kind === "method") {
    if (/^(mean|std)$/.test(callee.name)) return isCrossValidation(callee.object, knowledge);
    return callee.name === "score" && positionals.length >= 2;
  }
  if (callee.kind !== "library") return false;
  if (metricName(callee.name) !== undefined) return !argumentsOf(call).some(givesArray);
  const isWrapper = WRAPPERS.test(callee.qualified);
  return isWrapper && positionals.some((one) => isNumber(one, knowledge) || isCrossValidation(one, knowledge));
}

function isScalar(node: SyntaxNode, knowledge: Scored): boolean {
  return /^(integer|float)$/.test(node.type) || isNumber(node, knowledge);
}

function isCrossValidation(node: SyntaxNode, knowledge: Scored): boolean {
  if (node.type === "identifier") return knowledge.scores.has(node.text);
  if (node.type !== "call") return false;
  const callee = calleeOf(node, knowledge);
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

/** `base`, or `base_2`, `base_3`, … whichever is free. */
export function freshName(base: string, isTaken: (name: string) => boolean): string {
  let name = base;
  for (let number = 2; isTaken(name); number++) name = `${base}_${number}`;
  return name;
}

/** Every name that the notebook uses at its top level. */
export function namesOf(statements: readonly Statement[]): ReadonlySet<string> {
  return new Set(statements.flatMap(({ names }) => [...names.reads, ...names.binds, ...names.mayBind, ...names.late]));
}

/** What a notebook without a model is about: the tables and objects that it saves. */
export function savedValues({ statements, knowledge }: Analysed): readonly Value[] {
  const found = new Map<string, Value>();
  for (const statement of statements) {
    for (const call of callsIn(statement.node)) {
      const callee = calleeOf(call, knowledge);
      const saved =
        callee.kind === "method" && has("frameWriters", callee.name)
          ? callee.object
          : callee.kind === "library" && /(^|\.)(dump|save|savetxt)$/.test(callee.qualified)
            ? savedArgument(call, callee.qualified)
            : undefined;
      if (saved?.type !== "identifier" || nameFacts(saved).reads.size === 0) continue;
      found.set(saved.text, { name: saved.text, kind: "value", statement, expression: undefined });
    }
  }
  return [...found.values()];
}

/** `np.save(path, array)` names the file first, `json.dump(value, file)` the value. */
function savedArgument(call: SyntaxNode, qualified: string): SyntaxNode | undefined {
  return positionalsOf(call)[qualified.startsWith("numpy.") ? 1 : 0];
}
