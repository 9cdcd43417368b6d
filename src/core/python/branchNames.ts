/** Which names branches, loops and handlers bind: on every path through them, or on some. */
import { bind, bindTarget, visitField, type Path, type Scope } from "./nameScope";
import { childOf, childrenOf, findNode, walk, type SyntaxNode } from "./syntax";

/** What the body of a loop binds may not be there behind it: it may run for nothing. */
export function visitFor(node: SyntaxNode, scope: Scope, path: Path): void {
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
export function visitBranches(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "condition", scope, path);
  const ends: Path[] = [];
  const body = new Set(path);
  visitField(node, node.type === "if_statement" ? "consequence" : "body", scope, body);
  ends.push(body);
  let exhaustive = false;
  for (const clause of childrenOf(node, "alternative")) {
    const branch = new Set(path);
    for (const child of clause.children) scope.visit(child, scope, branch);
    ends.push(branch);
    exhaustive ||= clause.type === "else_clause" && node.type === "if_statement";
  }
  if (exhaustive) addCommon(ends, path);
}

/** `try`: what the body, with its `else`, binds is sure only where every handler binds it too. */
export function visitTry(node: SyntaxNode, scope: Scope, path: Path): void {
  const body = new Set(path);
  visitField(node, "body", scope, body);
  const ends: Path[] = [body];
  const isLast = ({ type }: SyntaxNode): boolean => type === "finally_clause";
  for (const clause of node.children.filter((child) => child.field !== "body" && !isLast(child))) {
    const isElse = clause.type === "else_clause";
    const branch = isElse ? body : new Set(path);
    for (const child of clause.children) scope.visit(child, scope, branch);
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
  for (const child of clause.children) scope.visit(child, scope, path);
}

function addCommon(ends: readonly Path[], path: Path): void {
  const [first, ...rest] = ends;
  for (const name of first ?? []) if (rest.every((end) => end.has(name))) path.add(name);
}

/** What a `case` binds is bound on some paths only. */
export function visitMatch(node: SyntaxNode, scope: Scope, path: Path): void {
  visitField(node, "subject", scope, path);
  const clauses = childrenOf(node, "body").flatMap(({ children }) => children);
  for (const { children } of clauses) {
    const branch = new Set(path);
    for (const child of children) (child.type === "case_pattern" ? bindPattern : scope.visit)(child, scope, branch);
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
    else if (child.type === "dotted_name" && node.type === "class_pattern") scope.visit(child, scope, path);
    else bindPattern(child, scope, path);
  }
}
