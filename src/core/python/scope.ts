/**
 * Which names a statement reads and binds, by Python's scoping rules (Language Reference 4.2): functions, lambdas, classes and
 * comprehensions have scopes of their own; a function's free names are looked up when it is called, not when it is defined.
 */
import { visitBranches, visitFor, visitMatch, visitTry } from "./branchNames";
import { importsOf, type ImportedName } from "./imports";
import { generic, rootIdentifier, visitClass, visitComprehension, visitFunction, visitLambda } from "./innerScopes";
import { bind, bindTarget, newScope, read, store, visitField, type Path, type Scope, type Visitor } from "./nameScope";
import { namesInText } from "./namesInText";
import { NodeMemory, remembered } from "./memory";
import { childOf, type SyntaxNode } from "./syntax";

/** The names of one statement of a cell. */
export interface NameFacts {
  /** Read when the statement runs, unless the statement itself bound them before. */
  readonly reads: ReadonlySet<string>;
  /** Those of them that are read before anything in the statement may have bound them. */
  readonly early: ReadonlySet<string>;
  /** Bound on every path. */
  readonly binds: ReadonlySet<string>;
  /** Bound on some paths only. */
  readonly mayBind: ReadonlySet<string>;
  /** Read later, when a function or class that the statement defines is used. */
  readonly late: ReadonlySet<string>;
  /** Bound later through `global`, when a function that the statement defines is called. */
  readonly lateBinds: ReadonlySet<string>;
  /** Objects that are stored into: `x[…] = `, `x.a = `, `del x[…]`. */
  readonly stores: ReadonlySet<string>;
  /** Taken away by a `del` that is the statement; one inside of a block counts as a binding that may be. */
  readonly deletes: ReadonlySet<string>;
  readonly imports: readonly ImportedName[];
  /** Modules of `from m import *`. */
  readonly stars: readonly string[];
}

/** True if a statement binds a name, be it on some paths only. */
export function mayBindName({ binds, mayBind }: Pick<NameFacts, "binds" | "mayBind">, name: string): boolean {
  return binds.has(name) || mayBind.has(name);
}

const NOTHING: ReadonlySet<SyntaxNode> = new Set();

const known = new NodeMemory<NameFacts>();

/** The names of one top-level statement; those in the `masked` parts of it are left out. */
export function nameFacts(statement: SyntaxNode, masked: ReadonlySet<SyntaxNode> = NOTHING): NameFacts {
  return masked.size > 0
    ? findNames(statement, masked)
    : remembered(known, statement, () => findNames(statement, masked));
}

function findNames(statement: SyntaxNode, masked: ReadonlySet<SyntaxNode>): NameFacts {
  const scope = newScope("module", { masked, visit });
  const path: Path = new Set();
  visit(statement, scope, path);
  // Only a `del` of its own takes the name away for sure.
  const isDelete = statement.type === "delete_statement";
  const mayBind = new Set([...scope.bound, ...(isDelete ? [] : scope.deletes)].filter((name) => !path.has(name)));
  return { ...scope, binds: path, mayBind, deletes: isDelete ? scope.deletes : new Set() };
}

/** Free names of a function, a lambda or a class: what it looks up outside of itself. */
export function freeNames(definition: SyntaxNode): ReadonlySet<string> {
  const facts = nameFacts(definition);
  const own = childOf(definition, "name")?.text;
  return new Set([...facts.reads, ...facts.late].filter((name) => name !== own));
}

const VISITORS: Readonly<Record<string, Visitor>> = {
  identifier: (node, scope, path) => read(node.text, scope, path),
  attribute: (node, scope, path) => visitField(node, "object", scope, path),
  call: visitCall,
  keyword_argument: (node, scope, path) => visitField(node, "value", scope, path),
  assignment: visitAssignment,
  augmented_assignment: visitAugmented,
  named_expression: visitWalrus,
  for_statement: visitFor,
  while_statement: visitBranches,
  if_statement: visitBranches,
  try_statement: visitTry,
  with_item: (node, scope, path) => node.children.forEach((child) => visit(child, scope, path)),
  as_pattern: visitAs,
  match_statement: visitMatch,
  function_definition: generic(visitFunction),
  class_definition: generic(visitClass),
  lambda: visitLambda,
  list_comprehension: visitComprehension,
  set_comprehension: visitComprehension,
  dictionary_comprehension: visitComprehension,
  generator_expression: visitComprehension,
  import_statement: visitImport,
  import_from_statement: visitImport,
  future_import_statement: () => undefined,
  delete_statement: visitDelete,
  global_statement: visitGlobal,
  nonlocal_statement: () => undefined,
  type_alias_statement: generic(visitTypeAlias),
  comment: () => undefined,
};

function visit(node: SyntaxNode, scope: Scope, path: Path): void {
  if (scope.masked.has(node)) return;
  const visitor = VISITORS[node.type];
  if (visitor !== undefined) {
    visitor(node, scope, path);
    return;
  }
  for (const child of node.children) visit(child, scope, path);
}

function visitCall(node: SyntaxNode, scope: Scope, path: Path): void {
  for (const child of node.children) visit(child, scope, path);
  for (const name of namesInText(node)) read(name, scope, path);
}

function visitAssignment(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "right", scope, path);
  visitField(node, "type", scope, path);
  const left = childOf(node, "left");
  if (left !== undefined && childOf(node, "right") !== undefined) bindTarget(left, scope, path);
}

function visitAugmented(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "right", scope, path);
  visitField(node, "left", scope, path);
  const left = childOf(node, "left");
  if (left === undefined) return;
  // `x += y` changes a list or an array in place and binds x again.
  if (left.type === "identifier") scope.stores.add(left.text);
  bindTarget(left, scope, path);
}

function visitWalrus(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "value", scope, path);
  const name = childOf(node, "name");
  if (name === undefined) return;
  let target = scope;
  while (target.kind === "comprehension" && target.parent !== undefined) target = target.parent;
  bind(name.text, target, target === scope ? path : new Set());
}

function visitAs(node: SyntaxNode, scope: Scope, path: Path): void {
  for (const child of node.children) {
    if (child.field === "alias") bindTarget(child, scope, path);
    else visit(child, scope, path);
  }
}

function visitImport(node: SyntaxNode, scope: Scope, path: Path): void {
  const { names, stars } = importsOf(node);
  scope.stars.push(...stars);
  scope.imports.push(...names);
  for (const { local } of names) bind(local, scope, path);
}

function visitDelete(node: SyntaxNode, scope: Scope, path: Path): void {
  for (const target of node.children.flatMap((child) =>
    child.type === "expression_list" ? child.children : [child],
  )) {
    if (target.type === "identifier") {
      read(target.text, scope, path);
      if (scope.kind === "module") scope.deletes.add(target.text);
      else scope.bound.add(target.text);
      path.delete(target.text);
    } else {
      store(target, scope);
      visit(target, scope, path);
    }
  }
}

function visitGlobal(node: SyntaxNode, scope: Scope): void {
  if (scope.kind !== "function") return;
  for (const { text } of node.children) scope.globals.add(text);
}

function visitTypeAlias(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "right", scope, path);
  const [target] = childOf(node, "left")?.children ?? [];
  const name = rootIdentifier(target);
  // The grammar takes `type(a).n = 1` for an alias, too.
  if (target !== undefined && /^(attribute|subscript)$/.test(target.type)) bindTarget(target, scope, path);
  else if (name !== undefined) bind(name, scope, path);
}
