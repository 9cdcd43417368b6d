import { edited, type Edit } from "../python/edits";
import { mayBindName, nameFacts } from "../python/scope";
import { KIND } from "../python/kinds";
import { NodeMemory, remembered } from "../python/memory";
import { argumentsOf, childOf, nodesOf, parameterNames, walk, type SyntaxNode } from "../python/syntax";

/** The text of a node with edits applied. Variables that the source spells in another way get their names. */
export function editedText(source: string, node: SyntaxNode, edits: readonly Edit[]): string {
  const respelled = nodesOf(node, KIND.identifier)
    .filter(({ start, end, text }) => source.slice(start, end) !== text)
    .map(({ start, end, text }) => ({ start, end, text }));
  return edited(source, node, [...edits, ...respelled]).trimEnd();
}

/** Edits that indent every line of a node but the first; lines that begin inside of its strings stay as they are. */
export function indentEdits(source: string, node: SyntaxNode, indent: string): readonly Edit[] {
  const strings = nodesOf(node, KIND.string);
  const edits: Edit[] = [];
  for (let at = source.indexOf("\n", node.start); at >= 0 && at < node.end; at = source.indexOf("\n", at + 1)) {
    const start = at + 1;
    const isBlank = /^[ \t\r]*(\n|$)/.test(source.slice(start, start + 200));
    if (!isBlank && !strings.some((string) => string.start < start && start < string.end))
      edits.push({ start, end: start, text: indent });
  }
  return edits;
}

const identifiers = new NodeMemory<ReadonlySet<string>>();

/** True if `name` is an identifier anywhere in a node, whatever it stands for. */
export function hasIdentifier(node: SyntaxNode, name: string): boolean {
  return remembered(identifiers, node, () => {
    return new Set(nodesOf(node, KIND.identifier).map(({ text }) => text));
  }).has(name);
}

/** A place of a name, and the node around it. */
export interface Occurrence {
  readonly node: SyntaxNode;
  readonly parent: SyntaxNode | undefined;
}

/** Every place in a node where `name` is read or bound as a variable: not as an attribute, a keyword or a function's own. */
export function variableNodes(node: SyntaxNode, name: string): readonly Occurrence[] {
  return hasIdentifier(node, name) ? occurrences({ node, parent: undefined }, name) : [];
}

function occurrences({ node, parent }: Occurrence, name: string): readonly Occurrence[] {
  const isOne = node.type === "identifier" && node.text === name && !isLabel(node, parent);
  const inside = readers(node, name).flatMap((child) => occurrences({ node: child, parent: node }, name));
  return isOne ? [{ node, parent }, ...inside] : inside;
}

/** The parts of a node in which `name` is the variable around it: of a function that has its own, only the defaults. */
function readers(node: SyntaxNode, name: string): readonly SyntaxNode[] {
  const isFunction = node.type === "function_definition" || node.type === "lambda";
  if (!isFunction || looksUp(node, name)) return node.children;
  return (childOf(node, "parameters")?.children ?? []).flatMap((one) => childOf(one, "value") ?? []);
}

/** True if `name` is a variable or a parameter anywhere in a node, be it a function's or a comprehension's own. */
export function mentions(node: SyntaxNode, name: string): boolean {
  return (
    hasIdentifier(node, name) &&
    walk(node).some((parent) =>
      parent.children.some((child) => child.type === "identifier" && child.text === name && !isLabel(child, parent)),
    )
  );
}

function isLabel(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent?.type === "attribute") return node.field === "attribute";
  if (parent?.type === "keyword_argument") return node.field === "name";
  return parent?.type === "dotted_name";
}

/** False for a function that has a variable or a parameter of its own by that name. */
function looksUp(definition: SyntaxNode, name: string): boolean {
  if (parameterNames(definition).includes(name)) return false;
  const inside = nameFacts(childOf(definition, "body") ?? definition);
  const isOwn = mayBindName(inside, name);
  return !isOwn || nameFacts(definition).lateBinds.has(name);
}

/** Adds keyword arguments to a call whose text is in `source`. */
export function argumentEdit(call: SyntaxNode, keywords: string, source: string): Edit {
  const list = childOf(call, "arguments") ?? call;
  const last = argumentsOf(call).at(-1);
  if (last === undefined) return { start: list.end - 1, end: list.end - 1, text: keywords };
  if (last === list)
    return { start: list.start, end: list.end, text: `(${source.slice(list.start, list.end)}, ${keywords})` };
  return { start: last.end, end: last.end, text: `, ${keywords}` };
}

const EXPRESSION = /^(string|concatenated_string|identifier|interpolation|binary_operator|call)$/;

/** The outermost expression that may be a path, or stand for one, and fills a stretch of the text. */
export function expressionAt(
  node: SyntaxNode,
  { start, end }: Pick<SyntaxNode, "start" | "end">,
): SyntaxNode | undefined {
  if (node.start === start && node.end === end && EXPRESSION.test(node.type)) return node;
  for (const child of node.children) {
    const found = child.start <= start && end <= child.end ? expressionAt(child, { start, end }) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
