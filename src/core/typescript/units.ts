import { Node, SyntaxKind, type Identifier, type Statement, type Type, type VariableDeclaration } from "ts-morph";
import type { AssembledCell, Assembly, SourceCell } from "./cells";
import { assignedTargets, type Change, type Effects } from "./effects";
import { NO_FILES, type FileFacts } from "./fileAccess";
import { isCalledAtOnce, isPrimitive, type Root } from "./roots";
import { functionNode, isReference, type Scope } from "./scope";

/** What a unit is, which decides where it may stand in the module. */
export type UnitKind = "import" | "type" | "function" | "class" | "variable" | "statement";

/** A statement of a cell, or one declaration of a statement that has several. */
export interface Unit {
  /** Position in the order in which the notebook is run. */
  readonly index: number;
  readonly kind: UnitKind;
  readonly cell: SourceCell;
  /** First and last line in the cell, from 1. */
  readonly line: number;
  readonly endLine: number;
  readonly statement: Statement;
  /** Set where the unit is a variable. */
  readonly declaration: VariableDeclaration | undefined;
  /** The statement, or the declaration where the statement has several. */
  readonly node: Node;
  readonly facts: Facts;
}

/** What a unit does with the notebook's variables. Names stand for whatever they hold when the unit is run. */
export interface Facts {
  /** Declared here, or assigned by a statement that is always reached: what was there before is gone. */
  readonly defines: ReadonlySet<string>;
  readonly declares: ReadonlySet<string>;
  /** Done when the unit is run. */
  readonly now: Accesses;
  /** Done when a function that the unit defines is called. */
  readonly later: Accesses;
  /** Objects that a variable of this unit shares with another variable. */
  readonly shares: readonly Share[];
  /** Every mention of a notebook variable. */
  readonly mentions: readonly Identifier[];
  /** Names that stand for nothing that is known. */
  readonly missing: readonly Identifier[];
}

/** Reads, assignments and changes in place. */
export interface Accesses {
  readonly uses: ReadonlySet<string>;
  readonly assigns: ReadonlySet<string>;
  /** Names, each with how deep in its object the change is: 0 for the object itself. */
  readonly changes: ReadonlyMap<string, number>;
}

/** `name` was made from `root`. */
export interface Share {
  readonly name: string;
  readonly root: string;
  readonly level: number;
}

/**
 * The notebook as units, in the order in which they are run; within a cell imports, types and functions come first, and types that
 * are asked of variables (`typeof columns`) last.
 */
export function unitsOf(
  assembly: Assembly,
  scope: Scope,
  effects: Effects,
  files: FileFacts = NO_FILES,
): readonly Unit[] {
  const imports = assembly.file.getImportDeclarations().map((statement, index) => ({
    cell: assembly.imports[index]?.cell,
    line: assembly.imports[index]?.line ?? 1,
    statement,
  }));
  const drafts: Draft[] = [];
  for (const cell of assembly.cells) {
    const own = imports.filter((each) => each.cell?.number === cell.number);
    drafts.push(
      ...own.map(({ statement, line }) => ({
        cell,
        line,
        endLine: line,
        statement,
        declaration: undefined,
        node: statement,
      })),
    );
    const statements = cellStatements(cell, assembly.cells.at(-1) === cell).flatMap((each) => draftsOf(each, cell));
    drafts.push(...[0, 1, 2].flatMap((turn) => statements.filter(({ statement }) => turnOf(statement) === turn)));
  }
  return drafts.map((draft, index) => ({
    ...draft,
    index,
    kind: draft.declaration === undefined ? kindOf(draft.statement) : variableKind(draft.declaration),
    facts: factsOf(draft, { scope, effects, files }),
  }));
}

/** When the statements of a cell are there, in three turns. */
function turnOf(statement: Statement): 0 | 1 | 2 {
  const kind = kindOf(statement);
  if (kind === "type") return statement.getDescendantsOfKind(SyntaxKind.TypeQuery).length > 0 ? 2 : 0;
  return kind === "variable" || kind === "statement" || Node.isClassDeclaration(statement) ? 1 : 0;
}

type Draft = Omit<Unit, "index" | "kind" | "facts">;

function cellStatements(cell: AssembledCell, isLast: boolean): readonly Statement[] {
  const statements = cell.block.getStatements();
  return (isLast ? statements : statements.slice(0, -1)).filter((each) => !Node.isEmptyStatement(each));
}

function draftsOf(statement: Statement, cell: AssembledCell): readonly Draft[] {
  const place = (node: Node) => ({
    cell,
    line: lineAt(cell, node.getStart()),
    endLine: lineAt(cell, node.getEnd()),
    statement,
  });
  if (!Node.isVariableStatement(statement)) return [{ ...place(statement), declaration: undefined, node: statement }];
  const declarations = statement.getDeclarations();
  return declarations.map((declaration) => {
    const node = declarations.length === 1 ? statement : declaration;
    return { ...place(node), declaration, node };
  });
}

/** Line in the cell of an offset in the file. */
export function lineAt(cell: SourceCell, offset: number): number {
  // SAFETY: every cell that has statements was assembled.
  const { start, source } = cell as AssembledCell;
  return source.slice(0, offset - start).split("\n").length;
}

function kindOf(statement: Statement): UnitKind {
  if (Node.isImportDeclaration(statement)) return "import";
  if (Node.isFunctionDeclaration(statement)) return "function";
  if (Node.isClassDeclaration(statement) || Node.isEnumDeclaration(statement)) return "class";
  if (Node.isInterfaceDeclaration(statement) || Node.isTypeAliasDeclaration(statement)) return "type";
  return Node.isVariableStatement(statement) ? "variable" : "statement";
}

/** A `const` that holds an arrow or a function expression is a function, wherever it stands. */
function variableKind(declaration: VariableDeclaration): UnitKind {
  const isConst = declaration.getVariableStatement()?.getDeclarationKind() !== "let";
  return isConst && functionNode(declaration) !== undefined ? "function" : "variable";
}

class AccessesDraft implements Accesses {
  readonly uses = new Set<string>();
  readonly assigns = new Set<string>();
  readonly changes = new Map<string, number>();
}

interface FactsContext {
  readonly scope: Scope;
  readonly effects: Effects;
  readonly files: FileFacts;
}

function factsOf(draft: Draft, { scope, effects, files }: FactsContext): Facts {
  const { node, statement, declaration } = draft;
  const now = new AccessesDraft();
  const later = new AccessesDraft();
  const into = timing(draft, now, later);
  const declares = new Set(declaredBy(statement, declaration));
  const defines = new Set(declares);
  const written = new Set<Node>();
  const all = [node, ...node.getDescendants()];
  for (const each of all) {
    const isPlain = isPlainAssignment(each);
    for (const target of assignedTargets(each).filter(Node.isIdentifier)) {
      if (scope.meaning(target) !== "notebook") continue;
      if (isPlain) written.add(target);
      if (isPlain && isWholeStatement(each, statement)) defines.add(target.getText());
      else into(target).forEach(({ assigns }) => assigns.add(target.getText()));
    }
  }
  addSharedFiles(node, files, into);
  const references = all.filter(Node.isIdentifier).filter((each) => isReference(each) && !isComputed(each, files));
  const mentions = references.filter((each) => scope.meaning(each) === "notebook");
  for (const each of mentions) {
    if (!written.has(each)) into(each).forEach(({ uses }) => uses.add(each.getText()));
  }
  for (const change of effects.changes(node)) addChange(change, into(change.node));
  const missing = references.filter((each) => scope.meaning(each) === "missing");
  return { declares, defines, now, later, mentions, missing, shares: sharesOf(node, declaration, effects) };
}

/** What is imported of one module shares its state. */
function importedShares([first, ...others]: readonly string[]): readonly Share[] {
  return first === undefined ? [] : others.map((name) => ({ name, root: first, level: 0 }));
}

function addSharedFiles(node: Node, { shared }: FileFacts, into: (place: Node) => readonly AccessesDraft[]): void {
  for (const [call, { name, writes }] of shared) {
    if (isInside(call, node)) into(call).forEach(({ uses, assigns }) => (writes ? assigns : uses).add(name));
  }
}

function isComputed(name: Node, { computed }: FileFacts): boolean {
  return computed.some((path) => isInside(name, path));
}

function isInside(node: Node, whole: Node): boolean {
  return node.getPos() >= whole.getPos() && node.getEnd() <= whole.getEnd();
}

/** Says when what stands at a place is done: at once, when a function is called, or perhaps both. */
function timing(
  { node, statement, declaration }: Draft,
  now: AccessesDraft,
  later: AccessesDraft,
): (place: Node) => readonly AccessesDraft[] {
  const isFunction =
    declaration === undefined ? Node.isFunctionDeclaration(statement) : functionNode(declaration) !== undefined;
  const escapes = declaration === undefined || mayHoldFunctions(declaration.getType(), node.getSourceFile());
  return (place) => {
    const how = functionAround(place, node);
    if (how === undefined) return [now];
    if (isFunction) return [later];
    return escapes && how === "kept" ? [now, later] : [now];
  };
}

function addChange({ root: { origin, level } }: Change, into: readonly AccessesDraft[]): void {
  if (typeof origin !== "string" || origin === "this" || level < 0) return;
  for (const { changes } of into) changes.set(origin, Math.max(changes.get(origin) ?? 0, level));
}

/** Whether a place stands in a function of its unit, and if so in one that may be called later. */
function functionAround(place: Node, top: Node): "kept" | "called" | undefined {
  let found: "called" | undefined;
  for (let node: Node | undefined = place; node !== undefined; node = node.getParent()) {
    const isFunction =
      Node.isFunctionLikeDeclaration(node) || Node.isFunctionExpression(node) || Node.isArrowFunction(node);
    if (isFunction && !isCalledAtOnce(node)) return "kept";
    if (isFunction) found = "called";
    if (node === top) return found;
  }
  return found;
}

/** False if no value of a type can hold a function of the notebook, in itself or in its parts. */
function mayHoldFunctions(type: Type, file: Node, depth = 0): boolean {
  if (type.isAny() || type.isUnknown() || depth > 3) return true;
  if (isPrimitive(type)) return false;
  if (type.isUnion()) return type.getUnionTypes().some((each) => mayHoldFunctions(each, file, depth + 1));
  if (type.getCallSignatures().length > 0) return true;
  const parts = [...type.getTypeArguments(), ...type.getAliasTypeArguments()];
  if (parts.some((part) => mayHoldFunctions(part, file, depth + 1))) return true;
  return type.getProperties().some((property) => {
    const declaration = property.getDeclarations()[0];
    const isOwn = declaration?.getSourceFile() === file;
    return isOwn && mayHoldFunctions(property.getTypeAtLocation(file), file, depth + 1);
  });
}

function isPlainAssignment(node: Node): boolean {
  return Node.isBinaryExpression(node) && node.getOperatorToken().getKind() === SyntaxKind.EqualsToken;
}

/** True if an assignment is all that a statement does. */
function isWholeStatement(node: Node, statement: Statement): boolean {
  let parent = node.getParent();
  while (Node.isParenthesizedExpression(parent)) parent = parent.getParent();
  return parent === statement && Node.isExpressionStatement(statement);
}

function declaredBy(statement: Statement, declaration: VariableDeclaration | undefined): readonly string[] {
  if (declaration !== undefined) return bindingNames(declaration.getNameNode());
  if (Node.isImportDeclaration(statement)) return importedNames(statement);
  const hasName =
    Node.isFunctionDeclaration(statement) ||
    Node.isClassDeclaration(statement) ||
    Node.isInterfaceDeclaration(statement) ||
    Node.isTypeAliasDeclaration(statement) ||
    Node.isEnumDeclaration(statement);
  const name = hasName ? statement.getName() : undefined;
  return name === undefined ? [] : [name];
}

function importedNames(statement: Statement): readonly string[] {
  return statement
    .getDescendantsOfKind(SyntaxKind.Identifier)
    .filter((identifier) => {
      const parent = identifier.getParent();
      if (Node.isImportSpecifier(parent)) return (parent.getAliasNode() ?? parent.getNameNode()) === identifier;
      return Node.isImportClause(parent) || Node.isNamespaceImport(parent);
    })
    .map((identifier) => identifier.getText());
}

/** The names that a binding binds. */
export function bindingNames(name: Node): readonly string[] {
  if (Node.isIdentifier(name)) return [name.getText()];
  return name
    .getDescendantsOfKind(SyntaxKind.BindingElement)
    .map((element) => element.getNameNode())
    .filter(Node.isIdentifier)
    .map((identifier) => identifier.getText());
}

/** `const b = a`, `b = a`, and what else makes two variables hold one object or parts of it. */
function sharesOf(node: Node, declaration: VariableDeclaration | undefined, effects: Effects): readonly Share[] {
  if (Node.isImportDeclaration(node)) return importedShares(importedNames(node));
  return [
    ...(declaration === undefined ? [] : declaredShares(declaration, effects)),
    ...[node, ...node.getDescendants()].flatMap((each) => assignedShares(each, effects)),
    ...pushed(node, effects),
  ];
}

function declaredShares(declaration: VariableDeclaration, effects: Effects): readonly Share[] {
  if (isPrimitive(declaration.getType())) return [];
  const name = declaration.getNameNode();
  const roots = effects.roots(declaration.getInitializer());
  return bindingNames(name).flatMap((bound) => shared(bound, roots, Node.isIdentifier(name) ? 0 : 1));
}

function assignedShares(node: Node, effects: Effects): readonly Share[] {
  if (!Node.isBinaryExpression(node) || !isPlainAssignment(node) || isPrimitive(node.getRight().getType())) return [];
  const values = effects.roots(node.getRight());
  return effects
    .roots(node.getLeft())
    .flatMap(({ origin, level }) => (typeof origin === "string" ? shared(origin, values, -level) : []));
}

function shared(name: string, roots: readonly Root[], shift: number): readonly Share[] {
  return roots.flatMap(({ origin, level }) =>
    typeof origin === "string" && origin !== name ? [{ name, root: origin, level: level + shift }] : [],
  );
}

/** `list.push(item)`: the list now shares the item. */
function pushed(node: Node, effects: Effects): readonly Share[] {
  return node.getDescendantsOfKind(SyntaxKind.CallExpression).flatMap((call) => {
    const callee = call.getExpression();
    if (!Node.isPropertyAccessExpression(callee) || !/^(push|unshift|set|add)$/.test(callee.getName())) return [];
    const lists = effects.roots(callee.getExpression());
    const items = call
      .getArguments()
      .filter((each) => !isPrimitive(each.getType()))
      .flatMap((each) => effects.roots(each));
    return lists.flatMap(({ origin: name }) =>
      items.flatMap(({ origin: root, level }) =>
        typeof name === "string" && typeof root === "string" && name !== root ? [{ name, root, level: level - 1 }] : [],
      ),
    );
  });
}
