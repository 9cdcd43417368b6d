/** Works out texts that are put together from constants: templates, sums, `join`, `new URL`. */
import { posix } from "node:path";
import {
  Node,
  VariableDeclarationKind,
  type BinaryExpression,
  type CallExpression,
  type Identifier,
  type NewExpression,
  type TemplateExpression,
} from "ts-morph";
import type { Flow } from "./flow";
import { WRAPPING } from "./roots";
import type { Scope } from "./scope";
import type { Unit } from "./units";

/** What texts are worked out with. */
export interface TextContext {
  readonly units: readonly Unit[];
  readonly flow: Flow;
  readonly scope: Scope;
}

type Constant = string | number;

/** How far names are followed. */
const DEEPEST = 12;

/** The text or number that a part of `unit` always is; `undefined` if that cannot be told. */
export function constantOf(node: Node | undefined, unit: Unit, context: TextContext): Constant | undefined {
  return valueOf(node, { ...context, unit, depth: 0 });
}

interface Place extends TextContext {
  readonly unit: Unit;
  readonly depth: number;
}

function valueOf(node: Node | undefined, place: Place): Constant | undefined {
  if (node === undefined || place.depth > DEEPEST) return undefined;
  const inner = { ...place, depth: place.depth + 1 };
  if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) return node.getLiteralText();
  if (Node.isNumericLiteral(node)) return node.getLiteralValue();
  if (Node.isTemplateExpression(node)) return templateText(node, inner);
  if (Node.isIdentifier(node)) return namedValue(node, inner);
  if (Node.isCallExpression(node)) return calledValue(node, inner);
  if (Node.isBinaryExpression(node)) return sumOf(node, inner);
  return partValue(node, inner);
}

function templateText(node: TemplateExpression, place: Place): string | undefined {
  const spans = node.getTemplateSpans();
  const values = spans.map((span) => valueOf(span.getExpression(), place));
  if (values.includes(undefined)) return undefined;
  const texts = spans.map((span, index) => `${values[index] ?? ""}${span.getLiteral().getLiteralText()}`);
  return node.getHead().getLiteralText() + texts.join("");
}

function sumOf(node: BinaryExpression, place: Place): Constant | undefined {
  if (node.getOperatorToken().getText() !== "+") return undefined;
  const [left, right] = [valueOf(node.getLeft(), place), valueOf(node.getRight(), place)];
  if (left === undefined || right === undefined) return undefined;
  return typeof left === "number" && typeof right === "number" ? left + right : `${left}${right}`;
}

function partValue(node: Node, place: Place): Constant | undefined {
  if (Node.isNewExpression(node)) return urlValue(node, place);
  if (Node.isPropertyAccessExpression(node)) return memberValue(node.getExpression(), node.getName(), place);
  return WRAPPING.has(node.getKind()) && Node.isExpressioned(node) ? valueOf(node.getExpression(), place) : undefined;
}

/** `new URL("./x.csv", import.meta.url)` is a path from the notebook; beside another base it is an address. */
function urlValue(node: NewExpression, place: Place): string | undefined {
  const [path, base] = node.getArguments();
  const text = valueOf(path, place);
  if (node.getExpression().getText() !== "URL" || typeof text !== "string") return undefined;
  if (base === undefined) return text;
  if (base.getText() === "import.meta.url") return /^\w+:/.test(text) ? text : posix.normalize(text);
  const address = valueOf(base, place);
  return typeof address === "string" && URL.canParse(text, address) ? new URL(text, address).href : undefined;
}

/** The folder of the notebook, and members of constant objects. */
function memberValue(object: Node, name: string, place: Place): Constant | undefined {
  if (object.getText() === "import.meta") return name === "dirname" ? "." : undefined;
  if (name === "href") return valueOf(object, place);
  const found = Node.isIdentifier(object) ? initializerOf(object, place) : undefined;
  if (!Node.isObjectLiteralExpression(found?.node)) return undefined;
  const property = found.node.getProperty(name);
  return Node.isPropertyAssignment(property) ? valueOf(property.getInitializer(), found.place) : undefined;
}

function calledValue(call: CallExpression, place: Place): Constant | undefined {
  const callee = call.getExpression();
  const name = Node.isPropertyAccessExpression(callee) ? callee.getName() : callee.getText();
  if (callee.getText() === "Deno.cwd" || callee.getText() === "process.cwd") return ".";
  const args = call.getArguments().map((each) => valueOf(each, place));
  const [first] = args;
  if (first === undefined || args.includes(undefined)) return undefined;
  if (/^(fromFileUrl|fileURLToPath|String)$/.test(name)) return String(first);
  return name === "join" && isOfPath(callee, place) ? posix.join(...args.map(String)) : undefined;
}

/** True for what is imported from a module for paths: `node:path`, `jsr:@std/path`. */
function isOfPath(callee: Node, { units }: Place): boolean {
  const root = Node.isPropertyAccessExpression(callee)
    ? callee.getExpression().getText().split(".")[0]
    : callee.getText();
  const source = units.find(({ kind, facts }) => kind === "import" && facts.declares.has(root ?? ""));
  return /[/:@"']path(\/\w+)?(@[^"']*)?(\/[^"']*)?["'];?$/.test(source?.statement.getText() ?? "");
}

interface Found {
  readonly node: Node;
  readonly place: Place;
}

function namedValue(name: Identifier, place: Place): Constant | undefined {
  const found = initializerOf(name, place);
  return found === undefined ? undefined : valueOf(found.node, found.place);
}

/** The expression whose value a name holds where it stands. */
function initializerOf(name: Identifier, place: Place): Found | undefined {
  const { flow, unit, scope } = place;
  const local = scope.localDeclaration(name);
  if (local !== undefined) return localInitializer(local, place);
  const origins = (isLater(name, unit) ? flow.end : flow.before[unit.index])?.get(name.getText()) ?? [];
  const last = origins.at(-1);
  if (last === undefined || scope.meaning(name) !== "notebook") return undefined;
  const node = origins.length === 1 ? declaredValue(last) : isLater(name, unit) ? undefined : assignedText(last, name);
  return node === undefined ? undefined : { node, place: { ...place, unit: last } };
}

function localInitializer(local: Node, place: Place): Found | undefined {
  if (!Node.isVariableDeclaration(local) || !Node.isIdentifier(local.getNameNode())) return undefined;
  const statement = local.getVariableStatement();
  const node = statement?.getDeclarationKind() === VariableDeclarationKind.Const ? local.getInitializer() : undefined;
  return node === undefined ? undefined : { node, place };
}

function declaredValue({ declaration }: Unit): Node | undefined {
  return declaration !== undefined && Node.isIdentifier(declaration.getNameNode())
    ? declaration.getInitializer()
    : undefined;
}

/** `path = "other.csv";` as a statement of its own. */
function assignedText({ node }: Unit, name: Identifier): Node | undefined {
  const assignment = Node.isExpressionStatement(node) ? node.getExpression() : undefined;
  if (!Node.isBinaryExpression(assignment) || assignment.getOperatorToken().getText() !== "=") return undefined;
  return assignment.getLeft().getText() === name.getText() ? assignment.getRight() : undefined;
}

/** True for what stands in a function: it is run when the function is called. */
export function isLater(node: Node, unit: Unit): boolean {
  const owner = node.getFirstAncestor(
    (each) => Node.isFunctionLikeDeclaration(each) || Node.isFunctionExpression(each) || Node.isArrowFunction(each),
  );
  return owner !== undefined && owner.getPos() >= unit.node.getPos();
}
