/** What a text imports: by declarations, by `import(…)`, in types. */
import { ts } from "ts-morph";

/** A specifier with its place, quotes included. */
export interface Specifier {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The specifiers of a text, in their order; those that are computed are left out. */
export function specifiersIn(source: string, name = "/file.ts"): readonly Specifier[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.ESNext, true);
  const found: Specifier[] = [];
  const visit = (node: ts.Node): void => {
    const literal = specifierOf(node);
    if (literal !== undefined && ts.isStringLiteralLike(literal))
      found.push({ text: literal.text, start: literal.getStart(file), end: literal.end });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The node that names the module, where `node` imports one. */
export function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  const isImport = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport ? node.arguments[0] : undefined;
}

/** True for a file: one that is named from where it is imported, or from the root of the file system. */
export function isFileSpecifier(specifier: string): boolean {
  return /^(\.{0,2}\/|\.{1,2}$|file:)/.test(specifier);
}

/** The package that a specifier names; `undefined` for a file and for what Node brings along. */
export function packageOf(specifier: string): string | undefined {
  return isFileSpecifier(specifier) || specifier.startsWith("node:") ? undefined : specifier;
}
