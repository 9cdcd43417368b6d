import { Node, SyntaxKind, type Block, type Identifier, type ParameterDeclaration, type SourceFile } from "ts-morph";
import { PLATFORM_NAMES } from "./ambient";

/** What an identifier stands for. `missing`: nothing that is known by that name at that place. */
export type Meaning = "notebook" | "local" | "global" | "missing";

/** Says what identifiers stand for. */
export interface Scope {
  meaning(identifier: Identifier): Meaning;
  /** The declaration of a local variable or parameter, if `identifier` names one. */
  localDeclaration(identifier: Identifier): Node | undefined;
  /** The notebook's function that `identifier` names: its declaration, or the arrow that a variable holds. */
  functionOf(identifier: Identifier): FunctionNode | undefined;
  /** The function that an identifier is declared as, also in a file of the user's own. */
  declaredFunction(identifier: Node): FunctionNode | undefined;
}

/** A function with a body that can be looked into. */
export type FunctionNode = Node & {
  getParameters(): ParameterDeclaration[];
  getBody(): Node | undefined;
};

/** `blocks` are those of the cells: what they declare belongs to the notebook. `names` are all names that cells define. */
export function createScope(file: SourceFile, blocks: ReadonlySet<Block>, names: ReadonlySet<string>): Scope {
  const functions = new Map<string, FunctionNode>();
  for (const block of blocks) collectFunctions(block, functions);
  const meaning = (identifier: Identifier): Meaning => {
    const declarations = declarationsOf(identifier);
    const [first] = declarations;
    if (first === undefined || isGlobalThis(identifier)) return unresolved(identifier.getText(), names);
    if (first.getSourceFile() !== file)
      return first.getSourceFile() === identifier.getSourceFile() ? "local" : "global";
    return isNotebookLevel(first, blocks) ? "notebook" : "local";
  };
  return {
    meaning,
    localDeclaration: (identifier) => (meaning(identifier) === "local" ? declarationsOf(identifier)[0] : undefined),
    functionOf: (identifier) => {
      return (
        declaredFunction(identifier) ??
        (meaning(identifier) === "notebook" ? functions.get(identifier.getText()) : undefined)
      );
    },
    declaredFunction,
  };
}

function declaredFunction(identifier: Node): FunctionNode | undefined {
  const symbol = identifier.getSymbol();
  const declarations = [...declarationsOf(identifier), ...(symbol?.getAliasedSymbol()?.getDeclarations() ?? [])];
  return declarations.map(functionNode).find((node) => node !== undefined);
}

function unresolved(name: string, names: ReadonlySet<string>): Meaning {
  if (names.has(name)) return "notebook";
  return PLATFORM_NAMES.has(name) ? "global" : "missing";
}

function isGlobalThis(identifier: Identifier): boolean {
  return identifier.getText() === "globalThis";
}

function declarationsOf(identifier: Node): Node[] {
  const parent = identifier.getParent();
  const symbol =
    Node.isShorthandPropertyAssignment(parent) && parent.getNameNode() === identifier
      ? parent.getValueSymbol()
      : identifier.getSymbol();
  return symbol?.getDeclarations() ?? [];
}

/** True if a declaration is one of a cell itself, or an import. */
function isNotebookLevel(declaration: Node, blocks: ReadonlySet<Block>): boolean {
  if (declaration.getFirstAncestor(Node.isImportDeclaration) !== undefined) return true;
  let node: Node | undefined = declaration;
  while (node !== undefined && isPartOfBinding(node)) node = node.getParent();
  const parent = node?.getParent();
  const isDeclaration = node === declaration || Node.isVariableStatement(node);
  return isDeclaration && Node.isBlock(parent) && blocks.has(parent);
}

function isPartOfBinding(node: Node): boolean {
  return (
    Node.isBindingElement(node) ||
    Node.isObjectBindingPattern(node) ||
    Node.isArrayBindingPattern(node) ||
    Node.isVariableDeclaration(node) ||
    Node.isVariableDeclarationList(node)
  );
}

function collectFunctions(block: Block, functions: Map<string, FunctionNode>): void {
  for (const statement of block.getStatements()) {
    if (Node.isFunctionDeclaration(statement)) functions.set(statement.getName() ?? "", statement);
    if (!Node.isVariableStatement(statement)) continue;
    for (const declaration of statement.getDeclarations()) {
      const node = functionNode(declaration);
      if (node !== undefined) functions.set(declaration.getName(), node);
    }
  }
}

/** The function that a declaration declares, if it declares one. */
export function functionNode(declaration: Node): FunctionNode | undefined {
  if (Node.isFunctionDeclaration(declaration)) return declaration;
  if (!Node.isVariableDeclaration(declaration)) return undefined;
  const initializer = declaration.getInitializer();
  return Node.isArrowFunction(initializer) || Node.isFunctionExpression(initializer) ? initializer : undefined;
}

/** True if an identifier reads or writes a variable or names a type, and is no property, label or declaration. */
export function isReference(identifier: Identifier): boolean {
  const parent = identifier.getParent();
  if (Node.isPropertyAccessExpression(parent)) return parent.getNameNode() !== identifier;
  if (Node.isQualifiedName(parent)) return parent.getRight() !== identifier;
  if (Node.isBindingElement(parent)) return parent.getInitializer() === identifier;
  if (Node.isShorthandPropertyAssignment(parent)) return true;
  if (Node.isPropertyAssignment(parent) || Node.isVariableDeclaration(parent) || Node.isParameterDeclaration(parent)) {
    return parent.getInitializer() === identifier;
  }
  if (Node.isEnumMember(parent) || Node.isPropertyDeclaration(parent)) return parent.getInitializer() === identifier;
  return !isPlainName(identifier, parent);
}

/** True for the name of a declaration or a label, and for the `const` of `as const`. */
function isPlainName(identifier: Identifier, parent: Node): boolean {
  return NAMED.has(parent.getKind()) || (Node.isTypeReference(parent) && identifier.getText() === "const");
}

/** Nodes in which an identifier that is a direct child is a name and no reference. */
const NAMED = new Set<SyntaxKind>([
  SyntaxKind.PropertySignature,
  SyntaxKind.MethodSignature,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ClassDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.EnumDeclaration,
  SyntaxKind.TypeParameter,
  SyntaxKind.ImportSpecifier,
  SyntaxKind.ImportClause,
  SyntaxKind.NamespaceImport,
  SyntaxKind.LabeledStatement,
  SyntaxKind.BreakStatement,
  SyntaxKind.ContinueStatement,
  SyntaxKind.NamedTupleMember,
  SyntaxKind.MetaProperty,
  SyntaxKind.TypePredicate,
]);
