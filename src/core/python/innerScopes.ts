/** Functions, lambdas, classes, comprehensions and type parameters: what their own scopes look up outside of them. */
import { bind, bindTarget, innerScope, read, visitField, type Path, type Scope, type Visitor } from "./nameScope";
import { childOf, childrenOf, parameterNames, type SyntaxNode } from "./syntax";

/** Defaults and annotations are evaluated where the function is defined. */
function visitParameters(node: SyntaxNode, scope: Scope, path: Path): void {
  for (const parameter of childOf(node, "parameters")?.children ?? []) {
    visitField(parameter, "value", scope, path);
    visitField(parameter, "type", scope, path);
  }
}

/** A definition with type parameters (PEP 695) has a scope for them around it. */
export function generic(visitor: Visitor): Visitor {
  return (node, scope, path) => {
    const parameters = typeParameters(node);
    if (parameters === undefined) {
      visitor(node, scope, path);
      return;
    }
    const inner = innerScope("function", scope);
    const own = new Set(parameters.children.flatMap((child) => rootIdentifier(child) ?? []));
    const inside: Path = new Set(own);
    inner.visit(parameters, inner, inside);
    visitor(node, inner, inside);
    for (const name of inner.reads) read(name, scope, path);
    for (const name of inner.late) if (!own.has(name)) scope.late.add(name);
    for (const name of inner.lateBinds) scope.lateBinds.add(name);
    for (const name of inner.bound) bind(name, scope, path);
  };
}

/** What stands in the brackets of `def f[T]`, `class C[T]`, `type A[T]`. */
function typeParameters(node: SyntaxNode): SyntaxNode | undefined {
  const alias = childOf(node, "left")?.children[0];
  return childOf(node, "type_parameters") ?? alias?.children.find(({ type }) => type === "type_parameter");
}

/** A function binds its name; what its body looks up, it looks up when it is called. */
export function visitFunction(node: SyntaxNode, scope: Scope, path: Path): void {
  visitParameters(node, scope, path);
  visitField(node, "return_type", scope, path);
  const free = functionScope(node, scope);
  for (const name of free.names) scope.late.add(name);
  for (const name of free.lateBinds) scope.lateBinds.add(name);
  const name = childOf(node, "name");
  if (name !== undefined) bind(name.text, scope, path);
}

/** A lambda looks up what its body reads when it is called, and that may be at once. */
export function visitLambda(node: SyntaxNode, scope: Scope, path: Path): void {
  visitParameters(node, scope, path);
  const { names } = functionScope(node, scope);
  for (const name of names) {
    scope.late.add(name);
    // A lambda that is handed on is called at once, as far as anybody can tell.
    if (node.field !== "right") read(name, scope, path);
  }
}

/** Free names of a function's body, and the globals that it binds. */
function functionScope(
  node: SyntaxNode,
  parent: Scope,
): { names: ReadonlySet<string>; lateBinds: ReadonlySet<string> } {
  const inner = innerScope("function", parent);
  for (const name of parameterNames(node)) inner.bound.add(name);
  visitField(node, "body", inner, new Set());
  const used = [...inner.reads, ...inner.late];
  return { names: new Set(used.filter((name) => !inner.bound.has(name))), lateBinds: inner.lateBinds };
}

/** The body of a class runs where it stands; its methods look up what they read when they are called. */
export function visitClass(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "superclasses", scope, path);
  const inner = innerScope("class", scope);
  visitField(node, "body", inner, new Set());
  for (const name of inner.reads) read(name, scope, path);
  for (const name of inner.late) scope.late.add(name);
  for (const name of inner.lateBinds) scope.lateBinds.add(name);
  const name = childOf(node, "name");
  if (name !== undefined) bind(name.text, scope, path);
}

/** The first iterable is read in the scope around a comprehension, all else in its own. */
export function visitComprehension(node: SyntaxNode, scope: Scope, path: Path): void {
  const inner = innerScope("comprehension", scope);
  const inside: Path = new Set();
  const clauses = node.children.filter(({ field }) => field !== "body");
  clauses.forEach((clause, index) => {
    if (clause.type !== "for_in_clause") {
      inner.visit(clause, inner, inside);
      return;
    }
    for (const source of childrenOf(clause, "right")) {
      if (index === 0) scope.visit(source, scope, path);
      else inner.visit(source, inner, inside);
    }
    const left = childOf(clause, "left");
    if (left !== undefined) bindTarget(left, inner, inside);
  });
  visitField(node, "body", inner, inside);
  for (const name of inner.reads) if (!inner.bound.has(name)) read(name, scope, path);
  for (const name of inner.late) if (!inner.bound.has(name)) scope.late.add(name);
  for (const name of inner.stores) if (!inner.bound.has(name)) scope.stores.add(name);
}

/** The name that a target or a type parameter begins with. */
export function rootIdentifier(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined || node.type === "identifier") return node?.text;
  return rootIdentifier(node.children[0]);
}
