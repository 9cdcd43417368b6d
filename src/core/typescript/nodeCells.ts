/** Cells of Node's kernels (tslab, ijavascript), as a module says the same: imports, declared variables, Deno's way to show things. */
import { ts } from "ts-morph";
import { edited, type Edit } from "../python/edits";
import { boundNames, declaredNames } from "./declarations";

/** True if a kernel of this name finds packages as Node does. */
export function isNodeKernel(kernel: string | undefined): boolean {
  return /^(tslab|jslab|javascript|nodejs)$/i.test(kernel ?? "");
}

/** The sources of all cells of a notebook. Lines stay where they are. */
export function asModuleCells(sources: readonly string[]): readonly string[] {
  const files = sources.map((source) => ts.createSourceFile("/cell.ts", source, ts.ScriptTarget.ESNext, true));
  const declared = new Set(files.flatMap((file) => file.statements.flatMap(declaredNames)));
  return files.map((file) => {
    const edits = [...file.statements.flatMap((one) => statementEdits(one, declared)), ...shownEdits(file)];
    return edited(file.text, { start: 0, end: file.text.length }, edits);
  });
}

function statementEdits(statement: ts.Statement, declared: Set<string>): readonly Edit[] {
  if (ts.isImportDeclaration(statement)) return importEdits(statement);
  const required = requiredIn(statement);
  if (required !== undefined) return [replacement(statement, required.map(importText).join(" "))];
  const name = assignedName(statement);
  if (name === undefined || declared.has(name)) return [];
  declared.add(name);
  const start = statement.getStart();
  return [{ start, end: start, text: "var " }];
}

/** A statement's new text on its first line; the lines that it had stay. */
function replacement(statement: ts.Statement, text: string): Edit {
  const start = statement.getStart();
  return { start, end: statement.end, text: text + statement.getText().replace(/[^\n]/g, "") };
}

/** What shows something in a kernel; there is nothing to be had of it elsewhere. */
const DISPLAY_PACKAGE = "tslab";
const DENO_DISPLAY = "Deno.jupyter";

function importEdits(statement: ts.ImportDeclaration): readonly Edit[] {
  const { moduleSpecifier: specifier, importClause } = statement;
  if (!ts.isStringLiteral(specifier)) return [];
  if (specifier.text === DISPLAY_PACKAGE) {
    const names = importClause === undefined ? [] : importedNames(importClause);
    return [replacement(statement, names.map((name) => `const ${name} = ${DENO_DISPLAY};`).join(" "))];
  }
  return [{ start: specifier.getStart(), end: specifier.end, text: JSON.stringify(moduleOf(specifier.text)) }];
}

function importedNames({ name, namedBindings }: ts.ImportClause): readonly string[] {
  const named =
    namedBindings === undefined ? [] : ts.isNamespaceImport(namedBindings) ? [namedBindings] : namedBindings.elements;
  return [...(name === undefined ? [] : [name.text]), ...named.map((one) => one.name.text)];
}

/** A `require` at the top of a cell. */
interface Required {
  readonly module: string;
  /** `fs`, or `{ join, sep: separator }`; absent: for its effect. */
  readonly binding: ts.BindingName | undefined;
  /** `require("path").join` */
  readonly member: string | undefined;
}

/** The `require`s that a statement is made of; `undefined` if it does anything else. */
function requiredIn(statement: ts.Statement): readonly Required[] | undefined {
  if (ts.isExpressionStatement(statement)) {
    const required = requireOf(statement.expression);
    return required === undefined ? undefined : [{ ...required, binding: undefined }];
  }
  if (!ts.isVariableStatement(statement)) return undefined;
  const found = statement.declarationList.declarations.map(({ name, initializer }) => {
    const required = initializer === undefined ? undefined : requireOf(initializer);
    return required === undefined || !isImportable(name, required.member) ? undefined : { ...required, binding: name };
  });
  const all = found.filter((one) => one !== undefined);
  return all.length === found.length ? all : undefined;
}

/** `import` knows no patterns in patterns, and no defaults. */
function isImportable(name: ts.BindingName, member: string | undefined): boolean {
  if (ts.isIdentifier(name)) return true;
  const isPlain = ({ name: local, initializer, dotDotDotToken }: ts.BindingElement) =>
    ts.isIdentifier(local) && initializer === undefined && dotDotDotToken === undefined;
  return ts.isObjectBindingPattern(name) && member === undefined && name.elements.every(isPlain);
}

function requireOf(expression: ts.Expression): Omit<Required, "binding"> | undefined {
  if (ts.isPropertyAccessExpression(expression)) {
    const required = requireOf(expression.expression);
    return required?.member === undefined && required !== undefined
      ? { ...required, member: expression.name.text }
      : undefined;
  }
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== "require") return undefined;
  const [argument] = expression.arguments;
  return argument !== undefined && ts.isStringLiteralLike(argument)
    ? { module: argument.text, member: undefined }
    : undefined;
}

function importText({ module, binding, member }: Required): string {
  if (module === DISPLAY_PACKAGE) {
    return binding === undefined
      ? ""
      : boundNames(binding)
          .map((name) => `const ${name} = ${DENO_DISPLAY};`)
          .join(" ");
  }
  const from = JSON.stringify(moduleOf(module));
  if (binding === undefined) return `import ${from};`;
  if (ts.isIdentifier(binding)) {
    const local = binding.text;
    return `import ${member === undefined ? local : `{ ${member === local ? local : `${member} as ${local}`} }`} from ${from};`;
  }
  const names = binding.elements.map((element) => {
    if (ts.isOmittedExpression(element)) return "";
    const local = element.name.getText();
    return element.propertyName === undefined ? local : `${element.propertyName.getText()} as ${local}`;
  });
  return `import { ${names.join(", ")} } from ${from};`;
}

/** Modules that Node brings along. */
const BUILTINS: ReadonlySet<string> = new Set(
  (
    "assert buffer child_process constants crypto dns events fs fs/promises http http2 https module net os path path/posix " +
    "path/win32 perf_hooks process punycode querystring readline readline/promises stream stream/promises string_decoder timers " +
    "timers/promises tls tty url util v8 vm worker_threads zlib"
  ).split(" "),
);

/** `fs` as `node:fs`, `lodash` as `npm:lodash`; files and what names its kind stay. */
function moduleOf(specifier: string): string {
  if (/^([a-z]+:|\.|\/)/.test(specifier)) return specifier;
  return BUILTINS.has(specifier) ? `node:${specifier}` : `npm:${specifier}`;
}

/** The variable that a statement assigns to, which in a kernel need not be declared. */
function assignedName(statement: ts.Statement): string | undefined {
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return undefined;
  const { left, operatorToken } = statement.expression;
  const isPlain = operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isIdentifier(left);
  return isPlain ? left.text : undefined;
}

/** `$$.html(…)` of ijavascript. */
function shownEdits(file: ts.SourceFile): readonly Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === "$$")
      edits.push({ start: node.getStart(), end: node.end, text: DENO_DISPLAY });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}
