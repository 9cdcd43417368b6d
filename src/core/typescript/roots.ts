/** Where objects come from: which variables hold the object that an expression gives, or parts of it. */
import { Node, SyntaxKind, type CallExpression, type Type } from "ts-morph";
import type { Scope } from "./scope";

/**
 * Where an object comes from. `level` 0: it is the object that the variable holds; above: a part of it; below: a new container
 * that shares its parts.
 */
export interface Root {
  /** A variable of the notebook, by name, or a parameter of the function that is looked at. */
  readonly origin: string | Node;
  readonly level: number;
}

const PART_METHODS = new Set("at find findLast get pop shift next values entries".split(" "));
const SAME_METHODS = new Set("sort reverse fill splice set add then".split(" "));
const FRESH_METHODS = new Set("filter slice concat flat toSorted toReversed toSpliced with".split(" "));
const ITERATING_METHODS = new Set(
  "forEach map filter flatMap some every find findIndex findLast sort toSorted".split(" "),
);
const DEEPEST = 20;

/** An expression that gives the same object, or one that shares with it; the number is added to the level. */
type Part = readonly [node: Node | undefined, shift: number];

/** Makes the function that finds the roots of an expression. */
export function createRoots(scope: Scope): (expression: Node | undefined) => readonly Root[] {
  const roots = (expression: Node | undefined, depth: number): readonly Root[] => {
    if (expression === undefined || depth > DEEPEST) return [];
    const through = (parts: readonly Part[]) =>
      parts.flatMap(([node, shift]) =>
        roots(node, depth + 1).map(({ origin, level }) => ({ origin, level: level + shift })),
      );
    if (!Node.isIdentifier(expression)) return through(partsOf(expression));
    if (scope.meaning(expression) === "notebook") return [{ origin: expression.getText(), level: 0 }];
    const declaration = scope.localDeclaration(expression);
    if (declaration === undefined) return [];
    const parts = localParts(declaration, 0);
    return parts === undefined ? [{ origin: declaration, level: 0 }] : through(parts);
  };
  return (expression) => roots(expression, 0);
}

function partsOf(expression: Node): readonly Part[] {
  if (Node.isPropertyAccessExpression(expression) || Node.isElementAccessExpression(expression)) {
    return isPrimitive(expression.getType()) ? [] : [[expression.getExpression(), 1]];
  }
  if (Node.isCallExpression(expression)) return callParts(expression);
  if (Node.isNewExpression(expression)) return expression.getArguments().map((each) => [each, -1]);
  if (Node.isArrayLiteralExpression(expression)) return expression.getElements().map((each) => [each, -1]);
  if (Node.isObjectLiteralExpression(expression)) {
    return expression.getProperties().flatMap((each) => propertyValue(each).map((value): Part => [value, -1]));
  }
  return passedThrough(expression).map((each) => [each, 0]);
}

function callParts(call: CallExpression): readonly Part[] {
  const callee = call.getExpression();
  // A function of the notebook may give back what it got.
  if (!Node.isPropertyAccessExpression(callee)) return call.getArguments().map((each) => [each, 0]);
  const [method, object] = [callee.getName(), callee.getExpression()];
  if (SAME_METHODS.has(method)) return [[object, 0]];
  if (PART_METHODS.has(method)) return [[object, 1]];
  if (FRESH_METHODS.has(method)) return [[object, -1], ...call.getArguments().map((each): Part => [each, -1])];
  if (/^Object\.(assign|freeze)$/.test(callee.getText())) return call.getArguments().map((each) => [each, 0]);
  const sharesParts = /^(Object\.(values|entries)|Array\.(from|of))$/.test(callee.getText());
  return sharesParts ? call.getArguments().map((each) => [each, -1]) : [];
}

/** The value of a property in an object literal, as a list of one; none for methods and accessors. */
export function propertyValue(property: Node): readonly Node[] {
  if (Node.isPropertyAssignment(property)) return [property.getInitializer()].filter((each) => each !== undefined);
  if (Node.isShorthandPropertyAssignment(property)) return [property.getNameNode()];
  return Node.isSpreadAssignment(property) ? [property.getExpression()] : [];
}

const CHOOSING = new Set([
  SyntaxKind.BarBarToken,
  SyntaxKind.QuestionQuestionToken,
  SyntaxKind.AmpersandAmpersandToken,
]);
const LAST_ONLY = new Set([SyntaxKind.EqualsToken, SyntaxKind.CommaToken]);

function passedThrough(node: Node): readonly Node[] {
  if (Node.isConditionalExpression(node)) return [node.getWhenTrue(), node.getWhenFalse()];
  if (Node.isBinaryExpression(node)) {
    const operator = node.getOperatorToken().getKind();
    if (CHOOSING.has(operator)) return [node.getLeft(), node.getRight()];
    return LAST_ONLY.has(operator) ? [node.getRight()] : [];
  }
  const wraps = Node.isExpressioned(node) || Node.isUnaryExpressioned(node);
  return wraps && WRAPPING.has(node.getKind()) ? [node.getExpression()] : [];
}

/** Kinds of what gives the value of the expression in it. */
export const WRAPPING: ReadonlySet<SyntaxKind> = new Set<SyntaxKind>([
  SyntaxKind.ParenthesizedExpression,
  SyntaxKind.AsExpression,
  SyntaxKind.SatisfiesExpression,
  SyntaxKind.NonNullExpression,
  SyntaxKind.AwaitExpression,
  SyntaxKind.SpreadElement,
]);

/**
 * What a local variable holds: its initializer, an element of what its loop runs over, an element that is handed to a callback;
 * `undefined` for a parameter that anything may be handed to.
 */
function localParts(declaration: Node, shift: number): readonly Part[] | undefined {
  if (Node.isParameterDeclaration(declaration)) return parameterParts(declaration, shift);
  if (Node.isBindingElement(declaration)) {
    const owner = declaration.getFirstAncestor(
      (node) => Node.isVariableDeclaration(node) || Node.isParameterDeclaration(node),
    );
    return owner === undefined ? [] : localParts(owner, shift + 1);
  }
  if (!Node.isVariableDeclaration(declaration)) return [];
  const loop = declaration.getParent().getParent();
  return Node.isForOfStatement(loop) ? [[loop.getExpression(), shift + 1]] : [[declaration.getInitializer(), shift]];
}

function parameterParts(parameter: Node, shift: number): readonly Part[] | undefined {
  const call = parameter.getParent()?.getParent();
  const callee = Node.isCallExpression(call) ? call.getExpression() : undefined;
  if (!Node.isPropertyAccessExpression(callee)) return undefined;
  const iterates = ITERATING_METHODS.has(callee.getName()) || callee.getName().startsWith("reduce");
  return iterates ? [[callee.getExpression(), shift + 1]] : undefined;
}

/** True if a function is handed to a method that calls it at once and forgets it: `rows.map(…)`. */
export function isCalledAtOnce(node: Node): boolean {
  const call = node.getParent();
  const callee = Node.isCallExpression(call) && call.getExpression() !== node ? call.getExpression() : undefined;
  if (!Node.isPropertyAccessExpression(callee)) return false;
  return (
    ITERATING_METHODS.has(callee.getName()) || /^(reduce|reduceRight|replace|replaceAll|from)$/.test(callee.getName())
  );
}

/** True for values that are copied, never shared. */
export function isPrimitive(type: Type): boolean {
  return (
    type.isNumber() ||
    type.isString() ||
    type.isBoolean() ||
    type.isLiteral() ||
    type.isUndefined() ||
    type.isNull() ||
    type.isBigInt()
  );
}
