/**
 * Which names a statement reads and binds, by Python's scoping rules (Language Reference 4.2): functions, lambdas, classes and
 * comprehensions have scopes of their own; a function's free names are looked up when it is called, not when it is defined.
 */
import { importsOf, type ImportedName } from "./imports";
import { namesInText } from "./namesInText";
import {
  argumentsOf,
  childOf,
  childrenOf,
  findNode,
  parameterNames,
  remembered,
  rootName,
  walk,
  type SyntaxNode,
} from "./syntax";

/** The names of one statement of a cell. */
export interface NameFacts {
  /** Read when the statement runs, unless the statement itself bound them before. */
  readonly reads: ReadonlySet<string>;
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

interface Scope {
  readonly kind: "module" | "function" | "class" | "comprehension";
  readonly parent: Scope | undefined;
  readonly reads: Set<string>;
  readonly bound: Set<string>;
  readonly late: Set<string>;
  readonly lateBinds: Set<string>;
  readonly stores: Set<string>;
  readonly deletes: Set<string>;
  /** Names that `global` takes out of a function's scope. `nonlocal` ones stay within the outermost function. */
  readonly globals: Set<string>;
  readonly imports: ImportedName[];
  readonly stars: string[];
  readonly masked: ReadonlySet<SyntaxNode>;
}

/** The names bound for sure on the path that leads here. */
type Path = Set<string>;

const NOTHING: ReadonlySet<SyntaxNode> = new Set();
const known = new WeakMap<SyntaxNode, NameFacts>();

/** The names of one top-level statement; those in the `masked` parts of it are left out. */
export function nameFacts(statement: SyntaxNode, masked: ReadonlySet<SyntaxNode> = NOTHING): NameFacts {
  return masked.size > 0
    ? findNames(statement, masked)
    : remembered(known, statement, () => findNames(statement, masked));
}

function findNames(statement: SyntaxNode, masked: ReadonlySet<SyntaxNode>): NameFacts {
  const scope = newScope("module", undefined, masked);
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

function newScope(kind: Scope["kind"], parent: Scope | undefined, masked: ReadonlySet<SyntaxNode> = new Set()): Scope {
  return {
    masked: parent?.masked ?? masked,
    kind,
    parent,
    reads: new Set(),
    bound: new Set(),
    late: new Set(),
    lateBinds: new Set(),
    stores: new Set(),
    deletes: new Set(),
    globals: new Set(),
    imports: [],
    stars: [],
  };
}

type Visitor = (node: SyntaxNode, scope: Scope, path: Path) => void;

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

function visitField(node: SyntaxNode, field: string, scope: Scope, path: Path): void {
  for (const child of childrenOf(node, field)) visit(child, scope, path);
}

function read(name: string, scope: Scope, path: Path): void {
  if (!path.has(name)) scope.reads.add(name);
}

function bind(name: string, scope: Scope, path: Path): void {
  if (scope.globals.has(name)) {
    scope.lateBinds.add(name);
    scope.reads.add(name);
    return;
  }
  scope.bound.add(name);
  path.add(name);
}

/** Binds what stands left of `=`, after `for`, after `as`. */
function bindTarget(node: SyntaxNode, scope: Scope, path: Path): void {
  if (node.type === "identifier") {
    bind(node.text, scope, path);
    return;
  }
  if (node.type !== "subscript" && node.type !== "attribute") {
    for (const child of node.children) bindTarget(child, scope, path);
    return;
  }
  store(node, scope);
  visit(node, scope, path);
}

/** `vars(x)["n"] = 1` stores into what the function is given. */
function store(node: SyntaxNode, scope: Scope): void {
  const root = rootName(node);
  if (root !== undefined) scope.stores.add(root.text);
  for (let part = childOf(node, "value") ?? childOf(node, "object"); part !== undefined;) {
    const given = part.type === "call" ? argumentsOf(part).map(rootName) : [];
    for (const name of given) if (name !== undefined) scope.stores.add(name.text);
    part = childOf(part, "value") ?? childOf(part, "object") ?? childOf(part, "function");
  }
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

function visitFor(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "right", scope, path);
  const inside = new Set(path);
  const left = childOf(node, "left");
  if (left !== undefined) bindTarget(left, scope, inside);
  visitField(node, "body", scope, inside);
  dropDeleted(node, scope, inside);
  visitField(node, "alternative", scope, new Set(path));
}

/** `for …: model = fit(…); del model`: what each turn of a loop deletes in the end is not there behind it. */
function dropDeleted(loop: SyntaxNode, scope: Scope, inside: Path): void {
  const body = childOf(loop, "body");
  if (scope.kind !== "module" || body === undefined || leavesEarly(body)) return;
  const first = body.children.findIndex(({ type }) => type === "delete_statement");
  const later = new Set<string>();
  for (const statement of first < 0 ? [] : body.children.slice(first).reverse()) {
    const texts = walk(statement).map(({ text }) => text);
    const deleted = statement.type === "delete_statement" ? texts : [];
    for (const text of deleted.filter((one) => !inside.has(one) && !later.has(one))) {
      if (scope.deletes.delete(text)) scope.bound.delete(text);
    }
    for (const text of texts) later.add(text);
  }
}

function leavesEarly(body: SyntaxNode): boolean {
  return findNode(body, ({ type }) => type === "break_statement" || type === "continue_statement") !== undefined;
}

/** `if` and `while`: a name is bound for sure where every branch binds it, and there is an `else`. */
function visitBranches(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "condition", scope, path);
  const ends: Path[] = [];
  const body = new Set(path);
  visitField(node, node.type === "if_statement" ? "consequence" : "body", scope, body);
  ends.push(body);
  let exhaustive = false;
  for (const clause of childrenOf(node, "alternative")) {
    const branch = new Set(path);
    for (const child of clause.children) visit(child, scope, branch);
    ends.push(branch);
    exhaustive ||= clause.type === "else_clause" && node.type === "if_statement";
  }
  if (exhaustive) addCommon(ends, path);
}

/** `try`: what the body, with its `else`, binds is sure only where every handler binds it too. */
function visitTry(node: SyntaxNode, scope: Scope, path: Path): void {
  const body = new Set(path);
  visitField(node, "body", scope, body);
  const ends: Path[] = [body];
  const isLast = ({ type }: SyntaxNode): boolean => type === "finally_clause";
  for (const clause of node.children.filter((child) => child.field !== "body" && !isLast(child))) {
    const isElse = clause.type === "else_clause";
    const branch = isElse ? body : new Set(path);
    for (const child of clause.children) visit(child, scope, branch);
    if (!isElse) ends.push(branch);
  }
  const before = new Set(path);
  addCommon(ends, path);
  for (const clause of node.children.filter(isLast)) visitFinally(clause, scope, { before, path });
}

/** Behind an error that nothing handles, `finally` finds what stood above the `try`, if there was such a name. */
function visitFinally(
  clause: SyntaxNode,
  scope: Scope,
  { before, path }: { readonly before: ReadonlySet<string>; readonly path: Path },
): void {
  for (const { type, text } of walk(clause))
    if (type === "identifier" && path.has(text) && !before.has(text)) scope.late.add(text);
  for (const child of clause.children) visit(child, scope, path);
}

function addCommon(ends: readonly Path[], path: Path): void {
  const [first, ...rest] = ends;
  for (const name of first ?? []) if (rest.every((end) => end.has(name))) path.add(name);
}

function visitAs(node: SyntaxNode, scope: Scope, path: Path): void {
  for (const child of node.children) {
    if (child.field === "alias") bindTarget(child, scope, path);
    else visit(child, scope, path);
  }
}

function visitMatch(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "subject", scope, path);
  const clauses = childrenOf(node, "body").flatMap(({ children }) => children);
  for (const { children } of clauses) {
    const branch = new Set(path);
    for (const child of children) (child.type === "case_pattern" ? bindPattern : visit)(child, scope, branch);
  }
}

/** A bare name in a `case` pattern is bound; a dotted one is compared. */
function bindPattern(node: SyntaxNode, scope: Scope, path: Path): void {
  if (node.type === "dotted_name" && node.children.length === 1 && node.children[0] !== undefined) {
    if (node.children[0].text !== "_") bind(node.children[0].text, scope, path);
    return;
  }
  const children = node.type === "keyword_pattern" ? node.children.slice(1) : node.children;
  for (const child of children) {
    if (child.type === "identifier") bind(child.text, scope, path);
    else if (child.type === "dotted_name" && node.type === "class_pattern") visit(child, scope, path);
    else bindPattern(child, scope, path);
  }
}

/** Defaults and annotations are evaluated where the function is defined. */
function visitParameters(node: SyntaxNode, scope: Scope, path: Path): void {
  for (const parameter of childOf(node, "parameters")?.children ?? []) {
    visitField(parameter, "value", scope, path);
    visitField(parameter, "type", scope, path);
  }
}

/** A definition with type parameters (PEP 695) has a scope for them around it. */
function generic(visitor: Visitor): Visitor {
  return (node, scope, path) => {
    const parameters = typeParameters(node);
    if (parameters === undefined) {
      visitor(node, scope, path);
      return;
    }
    const inner = newScope("function", scope);
    const own = new Set(parameters.children.flatMap((child) => rootIdentifier(child) ?? []));
    const inside: Path = new Set(own);
    visit(parameters, inner, inside);
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

function visitFunction(node: SyntaxNode, scope: Scope, path: Path): void {
  visitParameters(node, scope, path);
  visitField(node, "return_type", scope, path);
  const free = functionScope(node, scope);
  for (const name of free.names) scope.late.add(name);
  for (const name of free.lateBinds) scope.lateBinds.add(name);
  const name = childOf(node, "name");
  if (name !== undefined) bind(name.text, scope, path);
}

function visitLambda(node: SyntaxNode, scope: Scope, path: Path): void {
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
  const inner = newScope("function", parent);
  for (const name of parameterNames(node)) inner.bound.add(name);
  visitField(node, "body", inner, new Set());
  const used = [...inner.reads, ...inner.late];
  return { names: new Set(used.filter((name) => !inner.bound.has(name))), lateBinds: inner.lateBinds };
}

function visitClass(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "superclasses", scope, path);
  const inner = newScope("class", scope);
  visitField(node, "body", inner, new Set());
  for (const name of inner.reads) read(name, scope, path);
  for (const name of inner.late) scope.late.add(name);
  for (const name of inner.lateBinds) scope.lateBinds.add(name);
  const name = childOf(node, "name");
  if (name !== undefined) bind(name.text, scope, path);
}

function visitComprehension(node: SyntaxNode, scope: Scope, path: Path): void {
  const inner = newScope("comprehension", scope);
  const inside: Path = new Set();
  const clauses = node.children.filter(({ field }) => field !== "body");
  clauses.forEach((clause, index) => {
    if (clause.type !== "for_in_clause") {
      visit(clause, inner, inside);
      return;
    }
    for (const source of childrenOf(clause, "right")) {
      if (index === 0) visit(source, scope, path);
      else visit(source, inner, inside);
    }
    const left = childOf(clause, "left");
    if (left !== undefined) bindTarget(left, inner, inside);
  });
  visitField(node, "body", inner, inside);
  for (const name of inner.reads) if (!inner.bound.has(name)) read(name, scope, path);
  for (const name of inner.late) if (!inner.bound.has(name)) scope.late.add(name);
  for (const name of inner.stores) if (!inner.bound.has(name)) scope.stores.add(name);
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

function rootIdentifier(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined || node.type === "identifier") return node?.text;
  return rootIdentifier(node.children[0]);
}
