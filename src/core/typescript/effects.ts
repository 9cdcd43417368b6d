/** Which objects a piece of code changes: through assignment to properties, through methods, through functions it calls. */
import { Node, SyntaxKind, type CallExpression, type Identifier, type Symbol as TypeSymbol, type Type } from "ts-morph";
import type { FunctionNode, Scope } from "./scope";

/**
 * Where an object comes from. `level` 0: it is the object that the variable holds; above: a part of it; below: a new container
 * that shares its parts.
 */
export interface Root {
  readonly origin: Origin;
  readonly level: number;
}

/** A variable of the notebook, by name, or a parameter of the function that is looked at. */
export type Origin = string | Node;

/** An assignment to a variable. `certain` is false where it may not be reached, or reads the old value too. */
export interface Assignment {
  readonly name: string;
  readonly target: Identifier;
  readonly reads: boolean;
  readonly node: Node;
}

/** A change of an object in place. */
export interface Change {
  readonly root: Root;
  readonly node: Node;
}

const CHANGING_METHODS = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append".split(" "),
);
/** For objects of unknown type, such as those of npm packages. */
const CHANGING_NAMES =
  /^(fit|train|learn|add|append|set|push|insert|remove|drop|update|load|init|compile|register|configure|use|enable|disable|reset|clear|delete|sort|write|put)($|[A-Z_])/;
const SHOWING_NAMES = /^(head|tail|describe|show|print|log|plot|info|summary|table|display|toString|render)($|[A-Z_])/;
const PART_METHODS = new Set("at find findLast get pop shift next values entries".split(" "));
const SAME_METHODS = new Set("sort reverse fill splice set add then".split(" "));
const FRESH_METHODS = new Set("filter slice concat flat toSorted toReversed toSpliced with".split(" "));
const ITERATING_METHODS = new Set(
  "forEach map filter flatMap some every find findIndex findLast sort toSorted".split(" "),
);
const CHANGING_STATICS =
  /^(Object\.(assign|defineProperty|defineProperties|setPrototypeOf)|Reflect\.(set|defineProperty)|crypto\.getRandomValues)$/;

/** Finds what code changes. One for each notebook: what a function does to its parameters is kept. */
export interface Effects {
  roots(expression: Node | undefined): readonly Root[];
  changes(node: Node): readonly Change[];
}

/** Makes the finder. */
export function createEffects(scope: Scope): Effects {
  const summaries = new Map<FunctionNode, ReadonlySet<number>>();

  const roots = (expression: Node | undefined, depth = 0): readonly Root[] => {
    if (expression === undefined || depth > 20) return [];
    const inner = (node: Node | undefined, shift = 0) =>
      roots(node, depth + 1).map(({ origin, level }) => ({ origin, level: level + shift }));
    if (Node.isIdentifier(expression)) return identifierRoots(expression, inner);
    if (Node.isThisExpression(expression)) return [{ origin: "this", level: 0 }];
    if (Node.isPropertyAccessExpression(expression) || Node.isElementAccessExpression(expression)) {
      return isPrimitive(expression.getType()) ? [] : inner(expression.getExpression(), 1);
    }
    if (Node.isCallExpression(expression)) return callRoots(expression, inner);
    if (Node.isNewExpression(expression)) return expression.getArguments().flatMap((each) => inner(each, -1));
    if (Node.isArrayLiteralExpression(expression)) return expression.getElements().flatMap((each) => inner(each, -1));
    if (Node.isObjectLiteralExpression(expression)) {
      return expression.getProperties().flatMap((each) => propertyValue(each).flatMap((value) => inner(value, -1)));
    }
    return passedThrough(expression).flatMap((each) => inner(each));
  };

  const identifierRoots = (
    identifier: Identifier,
    inner: (node: Node | undefined, shift?: number) => readonly Root[],
  ): readonly Root[] => {
    if (scope.meaning(identifier) === "notebook") return [{ origin: identifier.getText(), level: 0 }];
    const declaration = scope.localDeclaration(identifier);
    return declaration === undefined ? [] : localRoots(declaration, inner);
  };

  /** What this call changes of its own accord; what its function does to notebook variables is kept apart. */
  const callChanges = (call: CallExpression): readonly Root[] => {
    const callee = call.getExpression();
    const found: Root[] = [];
    if (Node.isPropertyAccessExpression(callee)) {
      if (CHANGING_STATICS.test(callee.getText())) found.push(...roots(call.getArguments()[0]));
      else if (changesReceiver(call, callee.getName(), callee.getNameNode().getSymbol())) {
        found.push(...roots(callee.getExpression()));
      }
    }
    const called = Node.isIdentifier(callee) ? scope.functionOf(callee) : undefined;
    if (called !== undefined) {
      for (const index of changedParameters(called)) found.push(...roots(call.getArguments()[index]));
    } else if (Node.isIdentifier(callee) && scope.meaning(callee) === "notebook" && isDiscarded(call)) {
      found.push(...call.getArguments().flatMap((each) => roots(each)));
    }
    return found;
  };

  const changedParameters = (called: FunctionNode): ReadonlySet<number> => {
    const known = summaries.get(called);
    if (known !== undefined) return known;
    summaries.set(called, new Set());
    const parameters = called.getParameters();
    const changed = new Set<number>();
    for (const { root } of changes(called)) {
      const index = parameters.findIndex((parameter) => parameter === root.origin);
      if (index >= 0 && root.level >= 0) changed.add(index);
    }
    summaries.set(called, changed);
    return changed;
  };

  const changes = (node: Node): readonly Change[] =>
    [node, ...node.getDescendants()].flatMap((each) => {
      if (Node.isCallExpression(each)) return callChanges(each).map((root) => ({ root, node: each }));
      return writtenPlaces(each).flatMap((place) => roots(place).map((root) => ({ root, node: each })));
    });

  return { roots: (expression) => roots(expression), changes };
}

/** The property or element accesses that a node assigns to, changes or deletes; without their last step. */
function writtenPlaces(node: Node): readonly Node[] {
  return assignedTargets(node).flatMap((target) =>
    Node.isPropertyAccessExpression(target) || Node.isElementAccessExpression(target) ? [target.getExpression()] : [],
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

/** True if a function is handed to a method that calls it at once and forgets it: `rows.map(…)`. */
export function isCalledAtOnce(node: Node): boolean {
  const call = node.getParent();
  const callee = Node.isCallExpression(call) && call.getExpression() !== node ? call.getExpression() : undefined;
  return (
    Node.isPropertyAccessExpression(callee) &&
    (ITERATING_METHODS.has(callee.getName()) || /^(reduce|reduceRight|replace|replaceAll|from)$/.test(callee.getName()))
  );
}

/** What a node assigns to: the targets of `=`, `+=`, `++`, `delete` and destructuring, and of the head of a loop. */
export function assignedTargets(node: Node): readonly Node[] {
  if (Node.isBinaryExpression(node) && isAssignment(node.getOperatorToken().getKind())) return leaves(node.getLeft());
  if (Node.isDeleteExpression(node)) return [node.getExpression()];
  if (Node.isPrefixUnaryExpression(node) || Node.isPostfixUnaryExpression(node)) {
    const operator = node.getOperatorToken();
    const steps = operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken;
    return steps ? [node.getOperand()] : [];
  }
  if (Node.isForOfStatement(node) || Node.isForInStatement(node)) {
    const head = node.getInitializer();
    return Node.isVariableDeclarationList(head) ? [] : leaves(head);
  }
  return [];
}

function isAssignment(kind: SyntaxKind): boolean {
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
}

/** The targets of a destructuring assignment. */
function leaves(target: Node): readonly Node[] {
  if (Node.isParenthesizedExpression(target)) return leaves(target.getExpression());
  if (Node.isArrayLiteralExpression(target)) return target.getElements().flatMap(leaves);
  if (Node.isSpreadElement(target)) return leaves(target.getExpression());
  if (Node.isObjectLiteralExpression(target)) {
    return target.getProperties().flatMap((each) => propertyValue(each).flatMap(leaves));
  }
  if (Node.isBinaryExpression(target)) return leaves(target.getLeft());
  return [target];
}

function propertyValue(property: Node): readonly Node[] {
  if (Node.isPropertyAssignment(property)) return [property.getInitializer()].filter((each) => each !== undefined);
  if (Node.isShorthandPropertyAssignment(property)) return [property.getNameNode()];
  return Node.isSpreadAssignment(property) ? [property.getExpression()] : [];
}

function passedThrough(node: Node): readonly Node[] {
  if (Node.isConditionalExpression(node)) return [node.getWhenTrue(), node.getWhenFalse()];
  if (Node.isBinaryExpression(node)) {
    const kind = node.getOperatorToken().getKind();
    const logical = [SyntaxKind.BarBarToken, SyntaxKind.QuestionQuestionToken, SyntaxKind.AmpersandAmpersandToken];
    if (logical.includes(kind)) return [node.getLeft(), node.getRight()];
    return kind === SyntaxKind.EqualsToken || kind === SyntaxKind.CommaToken ? [node.getRight()] : [];
  }
  const wraps =
    Node.isParenthesizedExpression(node) ||
    Node.isAsExpression(node) ||
    Node.isSatisfiesExpression(node) ||
    Node.isNonNullExpression(node) ||
    Node.isAwaitExpression(node) ||
    Node.isSpreadElement(node);
  return wraps ? [node.getExpression()] : [];
}

type Inner = (node: Node | undefined, shift?: number) => readonly Root[];

function callRoots(call: CallExpression, inner: Inner): readonly Root[] {
  const callee = call.getExpression();
  if (!Node.isPropertyAccessExpression(callee)) {
    // A function of the notebook may give back what it got.
    return call.getArguments().flatMap((each) => inner(each));
  }
  const method = callee.getName();
  if (SAME_METHODS.has(method)) return inner(callee.getExpression());
  if (PART_METHODS.has(method)) return inner(callee.getExpression(), 1);
  if (FRESH_METHODS.has(method)) return inner(callee.getExpression(), -1);
  if (/^Object\.(values|entries|assign|freeze)$|^Array\.from$/.test(callee.getText())) {
    return call.getArguments().flatMap((each) => inner(each, /assign|freeze/.test(method) ? 0 : -1));
  }
  return [];
}

/** What a local variable holds: its initializer, an element of what its loop runs over, an element handed to a callback. */
function localRoots(declaration: Node, inner: Inner): readonly Root[] {
  if (Node.isParameterDeclaration(declaration)) return parameterRoots(declaration, inner);
  if (Node.isBindingElement(declaration)) {
    const owner = declaration.getFirstAncestor(
      (node) => Node.isVariableDeclaration(node) || Node.isParameterDeclaration(node),
    );
    return owner === undefined ? [] : localRoots(owner, (node, shift = 0) => inner(node, shift + 1));
  }
  if (!Node.isVariableDeclaration(declaration)) return [];
  const loop = declaration.getParent().getParent();
  if (Node.isForOfStatement(loop)) return inner(loop.getExpression(), 1);
  return inner(declaration.getInitializer());
}

function parameterRoots(parameter: Node, inner: Inner): readonly Root[] {
  const owner = parameter.getParent();
  const call = owner?.getParent();
  const callee = Node.isCallExpression(call) ? call.getExpression() : undefined;
  const iterates = Node.isPropertyAccessExpression(callee) && ITERATING_METHODS.has(callee.getName());
  if (iterates) return inner(callee.getExpression(), 1);
  if (Node.isPropertyAccessExpression(callee) && /^reduce/.test(callee.getName()))
    return inner(callee.getExpression(), 1);
  return [{ origin: parameter, level: 0 }];
}

function changesReceiver(call: CallExpression, method: string, symbol: TypeSymbol | undefined): boolean {
  const declaration = symbol?.getDeclarations()[0];
  if (declaration === undefined) {
    return CHANGING_NAMES.test(method) || (isDiscarded(call) && !SHOWING_NAMES.test(method));
  }
  if (Node.isMethodDeclaration(declaration)) return changesThis(declaration);
  if (!declaration.getSourceFile().getFilePath().includes("/lib.")) return false;
  return CHANGING_METHODS.has(method) || /^set[A-Z]/.test(method);
}

/** True if a method of a class assigns to a property of its object, or calls something that may. */
function changesThis(method: Node): boolean {
  return method.getDescendantsOfKind(SyntaxKind.ThisKeyword).some((self) => {
    let place: Node = self;
    let parent = place.getParent();
    while (Node.isPropertyAccessExpression(parent) || Node.isElementAccessExpression(parent)) {
      place = parent;
      parent = place.getParent();
    }
    if (parent === undefined) return false;
    if (Node.isCallExpression(parent) && parent.getExpression() === place) {
      return !Node.isPropertyAccessExpression(place) || !isPureName(place.getName());
    }
    return assignedTargets(parent).includes(place);
  });
}

function isPureName(method: string): boolean {
  return !CHANGING_METHODS.has(method) && !CHANGING_NAMES.test(method);
}

/** True if nobody looks at what a call gives: it is there for what it does. */
function isDiscarded(call: Node): boolean {
  const parent = call.getParent();
  return Node.isExpressionStatement(parent) || (Node.isAwaitExpression(parent) && isDiscarded(parent));
}
