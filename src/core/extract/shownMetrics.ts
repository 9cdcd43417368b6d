/** Metrics that an expression only shows, or hands on: no assignment names them. */
import { assignmentsIn, calleeOf, elementsOf, type Assignment } from "../python/calls";
import { drawsInFigure } from "../python/figures";
import type { Statement } from "../python/program";
import { calledName, childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";
import { holdsNumbers, isRecord, numbersIn } from "./heldNumbers";
import { isKnown } from "./knownNumbers";
import { learnMeasures } from "./learnedMeasures";
import type { Scope } from "./measureScope";
import { measureOf } from "./measuring";
import { isHundred, nameOf } from "./metricNames";
import { identifier } from "./names";
import { kindOf, type Value } from "./pipelineValues";
import { canBeTaken } from "./takenOnce";
import { isRepeatable } from "./pureCalls";

/** Metrics that an expression only shows, or hands on: those that no assignment of the statement names. */
export function shownIn(statement: Statement, scope: Scope): readonly Value[] {
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
    .filter(({ expression }) => canBeTaken(expression, statement, scope.knowledge))
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
