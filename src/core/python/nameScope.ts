/** A scope of Python's: the names that are read and bound in it, while its statements are visited. */
import type { ImportedName } from "./imports";
import { argumentsOf, childOf, childrenOf, rootName, type SyntaxNode } from "./syntax";

/** The names of a scope, as far as it is visited. */
export interface Scope {
  readonly kind: "module" | "function" | "class" | "comprehension";
  readonly parent: Scope | undefined;
  readonly reads: Set<string>;
  /** Those of them that nothing in the scope, as far as it was visited, had bound. */
  readonly early: Set<string>;
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
  /** Visits whatever stands in the scope. */
  readonly visit: Visitor;
}

/** The names bound for sure on the path that leads here. */
export type Path = Set<string>;

/** Notes what a part of a statement reads and binds. */
export type Visitor = (node: SyntaxNode, scope: Scope, path: Path) => void;

/** A scope in which nothing was visited yet. */
export function newScope(
  kind: Scope["kind"],
  { masked, visit }: Pick<Scope, "masked" | "visit">,
  parent?: Scope,
): Scope {
  return {
    masked,
    visit,
    kind,
    parent,
    reads: new Set(),
    early: new Set(),
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

/** A scope inside of another. */
export function innerScope(kind: Scope["kind"], parent: Scope): Scope {
  return newScope(kind, parent, parent);
}

/** Visits the children of a node that stand in one field of it. */
export function visitField(node: SyntaxNode, field: string, scope: Scope, path: Path): void {
  for (const child of childrenOf(node, field)) scope.visit(child, scope, path);
}

/** A name is read, and looked up outside of the statement if the path does not bind it. */
export function read(name: string, scope: Scope, path: Path): void {
  if (path.has(name)) return;
  scope.reads.add(name);
  if (!scope.bound.has(name)) scope.early.add(name);
}

/** A name is bound: in the scope, or with `global` in that of the module. */
export function bind(name: string, scope: Scope, path: Path): void {
  if (scope.globals.has(name)) {
    scope.lateBinds.add(name);
    read(name, scope, new Set());
    return;
  }
  scope.bound.add(name);
  path.add(name);
}

/** Binds what stands left of `=`, after `for`, after `as`. */
export function bindTarget(node: SyntaxNode, scope: Scope, path: Path): void {
  if (node.type === "identifier") {
    bind(node.text, scope, path);
    return;
  }
  if (node.type !== "subscript" && node.type !== "attribute") {
    for (const child of node.children) bindTarget(child, scope, path);
    return;
  }
  store(node, scope);
  scope.visit(node, scope, path);
}

/** `vars(x)["n"] = 1` stores into what the function is given. */
export function store(node: SyntaxNode, scope: Scope): void {
  const root = rootName(node);
  if (root !== undefined) scope.stores.add(root.text);
  for (let part = childOf(node, "value") ?? childOf(node, "object"); part !== undefined;) {
    const given = part.type === "call" ? argumentsOf(part).map(rootName) : [];
    for (const name of given) if (name !== undefined) scope.stores.add(name.text);
    part = childOf(part, "value") ?? childOf(part, "object") ?? childOf(part, "function");
  }
}
