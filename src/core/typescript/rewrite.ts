/** The text of a unit as the module has it. */
import { Node, SymbolFlags, type Identifier, type ParameterDeclaration } from "ts-morph";
import { inputError } from "../errors";
import type { Edit } from "../python/edits";
import { READERS } from "./calls";
import { DIRECTIVE_LINES } from "./cells";
import { bindingNames, lineAt, type Unit } from "./units";
import { functionNode, type FunctionNode, type Scope } from "./scope";
import { contains, type Plan } from "./plan";

/** Lines of the module, each with the place in the notebook that it came from. */
export interface Line {
  readonly text: string;
  readonly origin: { readonly cell: number; readonly line: number } | undefined;
}

/** What texts are rewritten by. */
export interface Rewriting {
  readonly plan: Plan;
  readonly scope: Scope;
  /** The type of a captured variable, setting or path. */
  readonly typeOf: (name: string) => string;
  /** The module's name of a variable, at a mention or in its declaration. */
  readonly nameOf: (name: string, unit: Unit) => string;
}

/** The lines of a unit, with the comments above it and behind it. */
export function unitLines(unit: Unit, rewriting: Rewriting): readonly Line[] {
  const { node, statement } = unit;
  const file = node.getSourceFile().getFullText();
  const isPart = node !== statement;
  const comments = isPart ? [] : node.getLeadingCommentRanges();
  const start = Math.min(node.getStart(), ...comments.map((range) => range.getPos()));
  const end = Math.max(
    node.getEnd(),
    ...(isPart ? [] : node.getTrailingCommentRanges().map((range) => range.getEnd())),
  );
  let text = applied(file, { start, end }, editsOf(unit, rewriting)).replace(DIRECTIVE_LINES, "");
  if (isPart && Node.isVariableStatement(statement)) text = `${statement.getDeclarationKind()} ${text};`;
  return originLines(text, unit, start);
}

/** The lines of a metric that the notebook only shows: `const NAME = EXPRESSION;`. */
export function shownLines(expression: Node, name: string, unit: Unit, rewriting: Rewriting): readonly Line[] {
  const file = expression.getSourceFile().getFullText();
  const range = { start: expression.getStart(), end: expression.getEnd() };
  return originLines(`const ${name} = ${applied(file, range, editsOf(unit, rewriting))};`, unit, range.start);
}

function originLines(text: string, unit: Unit, start: number): readonly Line[] {
  const first = unit.kind === "import" ? unit.line : lineAt(unit.cell, start);
  return text
    .split("\n")
    .map((line, index) => ({ text: line, origin: { cell: unit.cell.number, line: first + index } }));
}

function applied(file: string, { start, end }: { start: number; end: number }, edits: readonly Edit[]): string {
  let text = "";
  let at = start;
  const inside = edits.filter((edit) => edit.start >= start && edit.end <= end);
  for (const edit of [...inside].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) continue;
    text += file.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + file.slice(at, end);
}

function editsOf(unit: Unit, rewriting: Rewriting): readonly Edit[] {
  const { plan } = rewriting;
  return [
    ...plan.settings.flatMap(({ literal, variable, name }) =>
      variable === undefined && contains(unit, literal) ? [replace(literal, name)] : [],
    ),
    ...plan.references.references.flatMap(({ node, variable, name, reader }) =>
      variable === undefined && contains(unit, node)
        ? [replace(node, reader === "fetch" ? fileUrl(node, name) : name)]
        : [],
    ),
    ...plan.local.edits,
    ...shownOnly(unit),
    ...captureEdits(unit, rewriting),
    ...unit.facts.mentions.flatMap((mention) => mentionEdits(mention, unit, rewriting)),
    ...declarationEdits(unit, rewriting),
  ];
}

function replace(node: Node, text: string): Edit {
  return { start: node.getStart(), end: node.getEnd(), text };
}

/** `fetch` takes a file only as a URL; an address stays what it is. */
function fileUrl(node: Node, name: string): string {
  const call = node.getParent();
  const isFetch = Node.isCallExpression(call) && READERS.test(call.getExpression().getText());
  return `new URL(${name}, \`file://\${Deno.cwd()}/\`)${isFetch ? "" : ".href"}`;
}

/** Prints inside of functions, loops and branches are for the author's eyes: the module's output is its result. */
function shownOnly(unit: Unit): readonly Edit[] {
  return unit.node.getDescendants().flatMap((node) => {
    if (!Node.isExpressionStatement(node) || !Node.isBlock(node.getParent())) return [];
    const call = node.getExpression();
    const isPrint = Node.isCallExpression(call) && /^console\.\w+$/.test(call.getExpression().getText());
    const isPlain =
      isPrint && !/\+\+|--|[^=!<>]=[^=>]|\bawait\b|\.(push|pop|shift|set|delete|next)\(/.test(call.getText());
    return isPlain ? [replace(node, "")] : [];
  });
}

/** The captured variables as first parameters. */
function captureEdits(unit: Unit, { plan, typeOf, nameOf }: Rewriting): readonly Edit[] {
  const names = plan.captures.get(unit) ?? [];
  const node = unit.declaration === undefined ? unit.node : functionNode(unit.declaration);
  if (names.length === 0 || node === undefined) return [];
  const extra = names.map((name) => `${nameOf(name, unit)}: ${typeOf(name)}`).join(", ");
  const open = openParenthesis(node);
  // SAFETY: units with captures are functions.
  const [first] = (node as FunctionNode).getParameters();
  if (open !== undefined) return [insert(open, first === undefined ? extra : `${extra}, `)];
  return first === undefined ? [] : [replace(first, `(${extra}, ${first.getText()})`)];
}

/** Offset behind the parenthesis that opens a function's parameters or a call's arguments. */
function openParenthesis(node: Node): number | undefined {
  return node
    .getChildren()
    .find((child) => child.getText() === "(")
    ?.getEnd();
}

function insert(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

function mentionEdits(mention: Identifier, unit: Unit, rewriting: Rewriting): readonly Edit[] {
  const name = rewriting.nameOf(mention.getText(), unit);
  const called = rewriting.scope.functionOf(mention);
  const captured = called === undefined ? [] : capturedBy(called, mention, unit, rewriting);
  if (called === undefined || captured.length === 0) return name === mention.getText() ? [] : [renamed(mention, name)];
  const call = mention.getParent();
  const isCall = Node.isCallExpression(call) && call.getExpression() === mention;
  const open = isCall ? openParenthesis(call) : undefined;
  if (!isCall || open === undefined) return [renamed(mention, forwarding(name, captured, called.getParameters()))];
  const separator = call.getArguments().length === 0 ? "" : ", ";
  return [replace(mention, name), insert(open, `${captured.join(", ")}${separator}`)];
}

/** The arguments that a function with captures gets where `unit` mentions it. */
function capturedBy(
  called: FunctionNode,
  mention: Identifier,
  unit: Unit,
  { plan, nameOf }: Rewriting,
): readonly string[] {
  const owner = [...plan.captures.keys()].find((each) => contains(each, called));
  const names = owner === undefined ? [] : (plan.captures.get(owner) ?? []);
  const shadowed = names.find((name) => isShadowed(name, mention, unit));
  if (shadowed === undefined) return names.map((name) => nameOf(name, unit));
  throw inputError(
    "EXTRACT_SHADOWED",
    `${mention.getText()} reads the notebook's ${shadowed}, and is used here where ${shadowed} is something else.`,
    {
      place: { file: plan.notebook, cell: unit.cell.number, line: lineAt(unit.cell, mention.getStart()) },
      hint: `Give the inner ${shadowed} another name.`,
    },
  );
}

/** True if `name` means something of the unit's own where `mention` stands. */
function isShadowed(name: string, mention: Identifier, unit: Unit): boolean {
  if (unit.facts.declares.has(name)) return false;
  const symbol = mention.getSymbolsInScope(SymbolFlags.Value).find((each) => each.getName() === name);
  return symbol?.getDeclarations().some((declaration) => contains(unit, declaration)) === true;
}

function renamed(mention: Identifier, text: string): Edit {
  const isShorthand = Node.isShorthandPropertyAssignment(mention.getParent());
  return replace(mention, isShorthand ? `${mention.getText()}: ${text}` : text);
}

/** `(reading) => basis(epoch, reading)`: a function with captures, handed on as a value. */
function forwarding(name: string, captured: readonly string[], parameters: readonly ParameterDeclaration[]): string {
  const plain = parameters.map((parameter, index) => {
    const isNamed = Node.isIdentifier(parameter.getNameNode());
    return `${parameter.isRestParameter() ? "..." : ""}${isNamed ? parameter.getName() : `value${index + 1}`}`;
  });
  const typed = parameters.map((parameter, index) => {
    const type = parameter.getTypeNode()?.getText();
    return type === undefined || parameter.hasInitializer() ? plain[index] : `${plain[index] ?? ""}: ${type}`;
  });
  return `(${typed.join(", ")}) => ${name}(${[...captured, ...plain].join(", ")})`;
}

/** New names in the unit's own declaration. */
function declarationEdits(unit: Unit, { nameOf }: Rewriting): readonly Edit[] {
  const binding = unit.declaration?.getNameNode() ?? (Node.hasName(unit.node) ? unit.node.getNameNode() : undefined);
  if (binding === undefined || bindingNames(binding).every((name) => nameOf(name, unit) === name)) return [];
  const identifiers = Node.isIdentifier(binding) ? [binding] : binding.getDescendants().filter(Node.isIdentifier);
  return identifiers.flatMap((identifier) => {
    const parent = identifier.getParent();
    const name = nameOf(identifier.getText(), unit);
    if (name === identifier.getText()) return [];
    if (!Node.isBindingElement(parent)) return [replace(identifier, name)];
    if (parent.getNameNode() !== identifier) return [];
    const isShort = parent.getPropertyNameNode() === undefined && Node.isObjectBindingPattern(parent.getParent());
    return [replace(identifier, isShort ? `${identifier.getText()}: ${name}` : name)];
  });
}
