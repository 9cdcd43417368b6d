import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import { joinedLines } from "./joinedLines";
import { KIND, kindOf } from "./kinds";
import type { Remembering } from "./memory";

/** A node of a Python syntax tree, detached from the parser. Offsets are UTF-16 units in the parsed text, lines count from 1. */
export interface SyntaxNode extends Remembering {
  /** As tree-sitter-python names it: `call`, `identifier`. */
  readonly type: string;
  /** Its own bit of `KIND`; 0 for types that have none. */
  readonly kind: number;
  /** The bits of all that lies in it, its own among them. */
  readonly inside: number;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** The field of its parent that it fills: `function`, `arguments`. */
  readonly field: string | undefined;
  /** Named children and operators; comments are among them, punctuation and keywords are not. */
  readonly children: readonly SyntaxNode[];
  /** Text of leaves and of the content of strings; empty for other inner nodes. */
  readonly text: string;
}

/** Where the text is no Python, and the line of it. */
export interface SyntaxProblem {
  readonly line: number;
  readonly text: string;
}

/** The tree of one cell, and what the grammar could not read in it. */
export interface ParsedCell {
  readonly root: SyntaxNode;
  readonly problem: SyntaxProblem | undefined;
}

/** Parses the text of one cell. */
export type ParsePython = (source: string) => ParsedCell;

/** Makes the parser from the bytes of tree-sitter's runtime and of its Python grammar. */
export async function createParser(wasm: {
  readonly runtime: Uint8Array;
  readonly python: Uint8Array;
}): Promise<ParsePython> {
  await Parser.init({ wasmBinary: wasm.runtime });
  const parser = new Parser();
  const language = await Language.load(wasm.python);
  parser.setLanguage(language);
  const types = typesOf(language);
  const read = (source: string, text: string): ParsedCell => {
    const tree = parser.parse(text);
    if (tree === null) return { root: emptyModule(), problem: { line: 1, text: source.slice(0, 80) } };
    try {
      const cursor = tree.walk();
      const { hasError } = tree.rootNode;
      const found = { type: types[cursor.nodeTypeId] ?? ERROR, field: undefined, depth: 0 };
      const root = detach({ cursor, types, lines: linesOf(source), hasError }, found);
      cursor.delete();
      return { root, problem: firstProblem(root, hasError, source) };
    } finally {
      tree.delete();
    }
  };
  return (source) => {
    const parsed = read(source, source);
    const joined = parsed.problem && joinedLines(source);
    return joined === undefined ? parsed : read(source, joined);
  };
}

/** What the grammar says of each type of nodes, by its number. */
interface Type {
  readonly name: string;
  readonly kind: number;
  /** False for punctuation and keywords: of these, only operators count. */
  readonly isNamed: boolean;
  /** True for nodes that never have children. */
  readonly isLeaf: boolean;
  /** True for nodes whose children never fill a field. */
  readonly isList: boolean;
  /** True for punctuation and keywords that are never operators. */
  readonly isNoise: boolean;
}

const LEAVES = /^(identifier|integer|float|true|false|none|comment|string_start|string_end|ellipsis|escape_sequence)$/;
const LISTS =
  /^(module|expression_statement|argument_list|expression_list|pattern_list|list|tuple|set|dictionary|string)$/;
const NO_OPERATOR = /^[()[\]{},.:;=]$|^(as|async|class|def|else|for|from|if|import|lambda|return|with)$/;
/** What the grammar does not list is an error, which counts. */
const ERROR: Type = typeOf("ERROR", true);
const MISSING: Type = typeOf("MISSING", true);

function typesOf(language: Language): readonly Type[] {
  return language.types.map((name, id) => typeOf(name, language.nodeTypeIsNamed(id)));
}

function typeOf(name: string, isNamed: boolean): Type {
  return {
    name,
    kind: kindOf(name),
    isNamed,
    // `not in` has children, its two words.
    isLeaf: LEAVES.test(name) || (!isNamed && !name.includes(" ")),
    isList: LISTS.test(name),
    isNoise: !isNamed && NO_OPERATOR.test(name),
  };
}

/** Python itself refuses what is nested much less deeply. */
const MAX_DEPTH = 1000;

/** A text and the offsets at which its lines begin. */
interface Lines {
  readonly source: string;
  readonly starts: readonly number[];
}

function linesOf(source: string): Lines {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  return { source, starts };
}

/** The line, from 1, that an offset lies in. */
function lineAt(offset: number, { starts }: Lines): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** What a tree is copied from. */
interface Detaching {
  readonly cursor: TreeCursor;
  readonly types: readonly Type[];
  readonly lines: Lines;
  readonly hasError: boolean;
}

/** What is known of the node at the cursor. */
interface Found {
  readonly type: Type;
  readonly field: string | undefined;
  readonly depth: number;
}

/** Copies the subtree at the cursor; the cursor ends where it began. What is nested too deeply is an error. */
function detach(from: Detaching, found: Found): SyntaxNode {
  const { cursor, lines } = from;
  // Each of these crosses into WebAssembly: as few as possible, and each once.
  const { startIndex: start, endIndex: end } = cursor;
  const isTooDeep = found.depth > MAX_DEPTH;
  const isMissing = from.hasError && start === end && cursor.nodeIsMissing;
  const { name: type, kind } = isTooDeep ? ERROR : isMissing ? MISSING : found.type;
  const children = isTooDeep || found.type.isLeaf ? NO_CHILDREN : detachChildren(from, found);
  let inside = kind;
  for (const child of children) inside |= child.inside;
  // The children of a string's content are its escapes only.
  const isText = children.length === 0 || type === "string_content";
  const text = isText ? lines.source.slice(start, end) : "";
  const remembered = undefined;
  return { type, kind, inside, start, end, line: lineAt(start, lines), field: found.field, children, text, remembered };
}

const NO_CHILDREN: readonly SyntaxNode[] = [];

/** `a + b + c`: each operand more nests what is on its left one deeper. */
const CHAIN = "binary_operator";
/** From here on a chain is flat: its operands may be nested as well. */
const FLAT_FROM = MAX_DEPTH - 200;

function detachNested(from: Detaching, found: Found): SyntaxNode {
  return found.depth > FLAT_FROM && found.type.name === CHAIN ? detachChain(from, found) : detach(from, found);
}

/** The left part of a chain of operators that is too long to be nested: one node, of a type of its own, with every operand. */
function detachChain(from: Detaching, { field }: Found): SyntaxNode {
  const { cursor, types, lines } = from;
  const { startIndex: start, endIndex: end } = cursor;
  const typeHere = (): Type => types[cursor.nodeTypeId] ?? ERROR;
  let levels = 0;
  while (typeHere().name === CHAIN && cursor.gotoFirstChild()) levels++;
  const operand = (): SyntaxNode => detach(from, { type: typeHere(), field: undefined, depth: FLAT_FROM });
  const children = [operand()];
  for (; levels > 0; levels--) {
    while (cursor.gotoNextSibling()) if (counts(typeHere(), undefined, from)) children.push(operand());
    cursor.gotoParent();
  }
  const inside = children.reduce((all, child) => all | child.inside, 0);
  const place = { start, end, line: lineAt(start, lines), field };
  return { type: "operands", kind: 0, inside, ...place, children, text: "", remembered: undefined };
}

function detachChildren(from: Detaching, { type: parent, depth }: Found): readonly SyntaxNode[] {
  const { cursor, types } = from;
  if (!cursor.gotoFirstChild()) return NO_CHILDREN;
  const children: SyntaxNode[] = [];
  do {
    const type = types[cursor.nodeTypeId] ?? ERROR;
    if (type.isNoise && !from.hasError) continue;
    const field = parent.isList ? undefined : (cursor.currentFieldName ?? undefined);
    if (counts(type, field, from)) children.push(detachNested(from, { type, field, depth: depth + 1 }));
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return children;
}

/** False for punctuation and keywords. */
function counts({ name, isNamed }: Type, field: string | undefined, { cursor, hasError }: Detaching): boolean {
  if (isNamed) return name !== "line_continuation";
  return field?.startsWith("operator") === true || (hasError && cursor.nodeIsMissing);
}

function firstProblem(root: SyntaxNode, hasError: boolean, source: string): SyntaxProblem | undefined {
  const node = nodesOf(root, KIND.ERROR | KIND.MISSING)[0] ?? (hasError ? root : undefined);
  if (node === undefined) return undefined;
  const line = source.split("\n")[node.line - 1] ?? "";
  return { line: node.line, text: line.trim().slice(0, 120) };
}

function emptyModule(): SyntaxNode {
  const place = { start: 0, end: 0, line: 1, field: undefined };
  return { type: "module", kind: 0, inside: 0, ...place, children: NO_CHILDREN, text: "", remembered: undefined };
}

/** The same place in the text, as the name `text`. */
export function asName(node: SyntaxNode, text: string): SyntaxNode {
  return { ...node, type: "identifier", kind: KIND.identifier, inside: KIND.identifier, children: NO_CHILDREN, text };
}

/** The same place in the text, as a literal of `text`. */
export function asText(node: SyntaxNode, text: string): SyntaxNode {
  const content = { ...node, type: "string_content", kind: 0, inside: 0, field: undefined, children: NO_CHILDREN };
  const children = [{ ...content, text: text.replaceAll("\\", "\\\\") }];
  return { ...node, type: "string", kind: KIND.string, inside: KIND.string, children, text: "" };
}

/** The nodes of the subtree that are of one of the `kinds`, in document order; nodes of the kinds `beyond` are not entered. */
export function nodesOf(node: SyntaxNode, kinds: number, beyond = 0): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  gather({ kinds, beyond, found }, node);
  return found;
}

interface Gathering {
  readonly kinds: number;
  readonly beyond: number;
  readonly found: SyntaxNode[];
}

function gather(to: Gathering, node: SyntaxNode): void {
  if ((node.inside & to.kinds) === 0 || (node.kind & to.beyond) !== 0) return;
  if ((node.kind & to.kinds) !== 0) to.found.push(node);
  for (const child of node.children) gather(to, child);
}

/** The first node, in document order, for which `accepts` holds. */
export function findNode(node: SyntaxNode, accepts: (node: SyntaxNode) => boolean): SyntaxNode | undefined {
  if (accepts(node)) return node;
  for (const child of node.children) {
    const found = findNode(child, accepts);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True for a `for` or a `while`. */
export function isLoop({ type }: SyntaxNode): boolean {
  return type === "for_statement" || type === "while_statement";
}

/** True for a `try` with a handler, which an error in its body leads to. */
export function catchesErrors({ type, children }: SyntaxNode): boolean {
  return type === "try_statement" && children.some((child) => child.type.startsWith("except"));
}

/** Every node of the subtree, in document order; `enter` may keep the walk out of a node. */
export function walk(node: SyntaxNode, enter?: (node: SyntaxNode) => boolean): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  collect(node, enter, found);
  return found;
}

function collect(node: SyntaxNode, enter: ((node: SyntaxNode) => boolean) | undefined, found: SyntaxNode[]): void {
  if (enter?.(node) === false) return;
  found.push(node);
  for (const child of node.children) collect(child, enter, found);
}

/** The child that fills `field`. */
export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  for (const child of node.children) if (child.field === field) return child;
  return undefined;
}

/** All children that fill `field`. */
export function childrenOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}

/** A call's arguments without comments. */
export function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  const list = childOf(call, "arguments");
  if (list === undefined) return [];
  return list.type === "argument_list" ? list.children.filter(({ type }) => type !== "comment") : [list];
}

/** The value of the keyword argument `name` of a call. */
export function keywordOf(call: SyntaxNode, name: string): SyntaxNode | undefined {
  const argument = argumentsOf(call).find(
    (node) => node.type === "keyword_argument" && childOf(node, "name")?.text === name,
  );
  return argument === undefined ? undefined : childOf(argument, "value");
}

/** A call's positional arguments; those after a `*args` are not told apart. */
export function positionalsOf(call: SyntaxNode): readonly SyntaxNode[] {
  return argumentsOf(call).filter(({ type }) => type !== "keyword_argument" && type !== "dictionary_splat");
}

/** The argument of a call that stands for the parameter `name` at `index`: by its position, or else by its name. */
export function argumentAt(call: SyntaxNode, index: number, name: string): SyntaxNode | undefined {
  return positionalsOf(call)[index] ?? keywordOf(call, name);
}

/** The arguments of a call that stand for the parameters at these positions. */
export function argumentsAt(
  call: SyntaxNode,
  positions: readonly number[],
  parameters: readonly string[],
): readonly SyntaxNode[] {
  return positions.flatMap((index) => argumentAt(call, index, parameters[index] ?? "") ?? []);
}

/** The last part of the name that a call calls: `fit` of `model.fit(…)`, `len` of `len(…)`; empty for what has none. */
export function calledName(call: SyntaxNode): string {
  const target = childOf(call, "function");
  return (target && childOf(target, "attribute")?.text) ?? target?.text ?? "";
}

/** What the decorators of a definition are: `register` of `@register`, the call of `@register("a")`. */
export function decoratorsOf({ children }: SyntaxNode): readonly SyntaxNode[] {
  return children.flatMap((child) => (child.type === "decorator" ? child.children.slice(0, 1) : []));
}

/** What a decorator calls or names: `register` of both. */
export function decoratorTarget(decorator: SyntaxNode): SyntaxNode | undefined {
  return decorator.type === "call" ? childOf(decorator, "function") : decorator;
}

/** The text of a string as it is written, up to where a value is put in. */
export function writtenText(node: SyntaxNode | undefined): string | undefined {
  return node?.children.find(({ type }) => type === "string_content")?.text;
}

/** What calling a function or a class runs: of a class, its `__init__`. */
export function runBy(definition: SyntaxNode): SyntaxNode | undefined {
  if (definition.type === "function_definition") return definition;
  return methodsIn(definition).find((method) => childOf(method, "name")?.text === "__init__");
}

/** The methods of a class, in order; decorated ones are of any kind, and left out. */
export function methodsIn(definition: SyntaxNode): readonly SyntaxNode[] {
  return (childOf(definition, "body")?.children ?? []).filter(({ type }) => type === "function_definition");
}

/** True if a stretch of a text lies in another one, or is it. */
export function isWithin(inner: Stretch, outer: Stretch): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

type Stretch = Pick<SyntaxNode, "start" | "end">;

/** Names of a function's parameters, in order; the stars of `*args` are left out. */
export function parameterNames(definition: SyntaxNode): readonly string[] {
  const list = childOf(definition, "parameters");
  return (list?.children ?? []).map((parameter) => parameterName(parameter)?.text).filter((name) => name !== undefined);
}

function parameterName(parameter: SyntaxNode): SyntaxNode | undefined {
  if (parameter.type === "identifier") return parameter;
  const named =
    childOf(parameter, "name") ?? parameter.children.find(({ field }) => field !== "type" && field !== "value");
  return named === undefined || named.type === "comment" ? undefined : parameterName(named);
}

/** `a.b.c` of a name or an attribute chain on a name; `undefined` for anything else. */
export function dottedName(node: SyntaxNode): string | undefined {
  if (node.type === "identifier") return node.text;
  if (node.type !== "attribute") return undefined;
  const object = childOf(node, "object");
  const attribute = childOf(node, "attribute");
  if (object === undefined || attribute === undefined) return undefined;
  const head = dottedName(object);
  return head === undefined ? undefined : `${head}.${attribute.text}`;
}

/** The name at the root of `a.b[c].d(…)`: the variable whose object the expression reaches into. */
export function rootName(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === "identifier") return node;
  if (node.type === "parenthesized_expression" && node.children.length === 1) {
    return node.children[0] === undefined ? undefined : rootName(node.children[0]);
  }
  const inner = childOf(node, node.type === "subscript" ? "value" : node.type === "call" ? "function" : "object");
  return inner === undefined ? undefined : rootName(inner);
}
