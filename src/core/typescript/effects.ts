/** Which objects a piece of code changes: through assignment to properties, through methods, through functions it calls. */
import { Node, SyntaxKind, type CallExpression, type Symbol as TypeSymbol } from "ts-morph";
import { createRoots, propertyValue, type Root } from "./roots";
import type { FunctionNode, Scope } from "./scope";

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
const CHANGING_STATICS =
  /^(Object\.(assign|defineProperty|defineProperties|setPrototypeOf)|Reflect\.(set|defineProperty)|crypto\.getRandomValues)$/;

/** Finds what code changes. One for each notebook: what a function does to its parameters is kept. */
export interface Effects {
  roots(expression: Node | undefined): readonly Root[];
  changes(node: Node): readonly Change[];
}

/** Makes the finder. */
export function createEffects(scope: Scope): Effects {
  const roots = createRoots(scope);
  const summaries = new Map<FunctionNode, ReadonlySet<number>>();

  /** What a call changes of its own accord; what its function does to notebook variables is kept apart. */
  const callChanges = (call: CallExpression): readonly Root[] => {
    const callee = call.getExpression();
    const called = calledFunction(callee);
    if (called !== undefined) {
      const changed = [...changedParameters(called)].map((index) => call.getArguments()[index]);
      const isImported = called.getSourceFile() !== call.getSourceFile();
      return [...changed, ...(isImported && changesFile(called, scope) ? [leftmost(callee)] : [])].flatMap(roots);
    }
    if (Node.isPropertyAccessExpression(callee)) return receiverOf(call).flatMap(roots);
    if (!Node.isIdentifier(callee)) return [];
    const mayChange =
      scope.meaning(callee) === "notebook" && isDiscarded(call) && !SHOWING_NAMES.test(callee.getText());
    return mayChange ? call.getArguments().flatMap(roots) : [];
  };

  const calledFunction = (callee: Node): FunctionNode | undefined => {
    if (Node.isIdentifier(callee)) return scope.functionOf(callee);
    return Node.isPropertyAccessExpression(callee) ? scope.declaredFunction(callee.getNameNode()) : undefined;
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
      const found = Node.isCallExpression(each) ? callChanges(each) : writtenPlaces(each).flatMap(roots);
      return found.map((root) => ({ root, node: each }));
    });

  return { roots, changes };
}

/** True if a function changes a variable of the file that it stands in, itself or through functions that it calls. */
function changesFile(called: FunctionNode, scope: Scope, seen = new Set<FunctionNode>()): boolean {
  if (seen.has(called)) return false;
  seen.add(called);
  return called.getDescendants().some((node) => {
    const callee = Node.isCallExpression(node) ? node.getExpression() : undefined;
    const inner = Node.isIdentifier(callee) ? scope.declaredFunction(callee) : undefined;
    if (inner !== undefined) return changesFile(inner, scope, seen);
    const places = Node.isCallExpression(node) ? receiverOf(node) : assignedTargets(node);
    return places.some((place) => place !== undefined && isOfFile(leftmost(place)));
  });
}

/** `rows` of `rows[0].depth` */
function leftmost(place: Node): Node {
  const isAccess = Node.isPropertyAccessExpression(place) || Node.isElementAccessExpression(place);
  return isAccess ? leftmost(place.getExpression()) : place;
}

function isOfFile(name: Node): boolean {
  const [declaration] = name.getSymbol()?.getDeclarations() ?? [];
  return Node.isVariableDeclaration(declaration) && Node.isSourceFile(declaration.getVariableStatement()?.getParent());
}

/** The object that a method call changes, as a list of one. */
function receiverOf(call: CallExpression): readonly (Node | undefined)[] {
  const callee = call.getExpression();
  if (!Node.isPropertyAccessExpression(callee)) return [];
  if (CHANGING_STATICS.test(callee.getText())) return [call.getArguments()[0]];
  const changes = changesReceiver(call, callee.getName(), callee.getNameNode().getSymbol());
  return changes ? [callee.getExpression()] : [];
}

/** The objects whose properties or elements a node assigns to, changes or deletes. */
function writtenPlaces(node: Node): readonly Node[] {
  return assignedTargets(node).flatMap((target) =>
    Node.isPropertyAccessExpression(target) || Node.isElementAccessExpression(target) ? [target.getExpression()] : [],
  );
}

/** What a node assigns to: the targets of `=`, `+=`, `++`, `delete` and destructuring, and of the head of a loop. */
export function assignedTargets(node: Node): readonly Node[] {
  if (Node.isBinaryExpression(node))
    return isAssignment(node.getOperatorToken().getKind()) ? leaves(node.getLeft()) : [];
  if (Node.isDeleteExpression(node)) return [node.getExpression()];
  if (Node.isPrefixUnaryExpression(node) || Node.isPostfixUnaryExpression(node)) {
    return STEPPING.has(node.getOperatorToken()) ? [node.getOperand()] : [];
  }
  if (!Node.isForOfStatement(node) && !Node.isForInStatement(node)) return [];
  const head = node.getInitializer();
  return Node.isVariableDeclarationList(head) ? [] : leaves(head);
}

const STEPPING = new Set<SyntaxKind>([SyntaxKind.PlusPlusToken, SyntaxKind.MinusMinusToken]);

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
  return Node.isBinaryExpression(target) ? leaves(target.getLeft()) : [target];
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
    const isCalled = Node.isCallExpression(parent) && parent.getExpression() === place;
    if (!isCalled) return assignedTargets(parent).includes(place);
    return !Node.isPropertyAccessExpression(place) || !isPureName(place.getName());
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
