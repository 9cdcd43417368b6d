/** `class CFG: seed = 42`, which is only read as `CFG.seed`: its attributes are variables of the notebook by another spelling. */
import { isBuiltin } from "../python/builtins";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { KIND } from "../python/kinds";
import { asName, childOf, childrenOf, nodesOf, walk, type SyntaxNode } from "../python/syntax";
import { mentions } from "./text";

/**
 * The statements with the attributes of such classes as variables of their own. A node of one has the name of the variable as its
 * text, and the place of `CFG.seed` in the source. A class that another class looks up stays: it can be handed nothing.
 */
export function withoutSettingsClasses(statements: readonly Statement[]): readonly Statement[] {
  return statements.reduce((all, statement) => withoutClass(statement, all) ?? all, statements);
}

function withoutClass(statement: Statement, all: readonly Statement[]): readonly Statement[] | undefined {
  const settings = settingsOf(statement.node);
  const name = childOf(statement.node, "name")?.text;
  if (settings === undefined || name === undefined) return undefined;
  const others = all.filter((one) => one !== statement);
  const variables = new Map(
    [...settings.keys()].map((attribute) => [attribute, variableFor(attribute, name, others)] as const),
  );
  if ([...variables.values()].includes(undefined) || others.some((one) => needsClass(one, name))) return undefined;
  const rename = renamer(name, variables);
  const renamed = others.map((one) => (mentions(one.node, name) ? withNode(one, rename(one.node)) : one));
  if (renamed.some(({ node }) => mentions(node, name) || bindsInside(node, [...variables.values()]))) return undefined;
  const own = [...settings].map(([attribute, node]) =>
    withNode({ ...statement, leading: [], trailing: undefined }, boundTo(variables.get(attribute) ?? attribute, node)),
  );
  return all.flatMap((one) => (one === statement ? own : (renamed[others.indexOf(one)] ?? one)));
}

/** The assignments of a class that has nothing else, by attribute; none may read another. */
function settingsOf(node: SyntaxNode): ReadonlyMap<string, SyntaxNode> | undefined {
  const bases = childOf(node, "superclasses")?.children ?? [];
  if (node.type !== "class_definition" || bases.some(({ text }) => text !== "object")) return undefined;
  const parts = (childOf(node, "body")?.children ?? []).filter((part) => !saysNothing(part));
  const settings = new Map(parts.flatMap((part) => assigned(part)));
  const reads = parts.flatMap((part) => [...nameFacts(part).reads, ...nameFacts(part).late]);
  const isPlain = settings.size > 0 && settings.size === parts.length;
  return isPlain && !reads.some((one) => settings.has(one)) ? settings : undefined;
}

function saysNothing({ type, children }: SyntaxNode): boolean {
  return /^(comment|pass_statement)$/.test(type) || (type === "expression_statement" && children[0]?.type === "string");
}

/** A statement that assigns a value to one name, by that name. */
function assigned(statement: SyntaxNode): readonly (readonly [string, SyntaxNode])[] {
  const [value] = statement.children;
  const [left, right] = value?.type === "assignment" ? [childOf(value, "left"), childOf(value, "right")] : [];
  const isPlain = left?.type === "identifier" && right !== undefined && right.type !== "assignment";
  return isPlain ? [[left.text, statement]] : [];
}

/** The attribute's own name, or one with that of the class, if nothing in the notebook has it. */
function variableFor(attribute: string, name: string, others: readonly Statement[]): string | undefined {
  const isTaken = (one: string): boolean => isBuiltin(one) || others.some(({ node }) => mentions(node, one));
  return [attribute, `${name.toLowerCase()}_${attribute}`].find((one) => !isTaken(one));
}

/** True for another class, and for `df.query("x > @CFG.limit")`, which looks the name up in a text. */
function needsClass({ node }: Statement, name: string): boolean {
  if (/^(class|decorated)_/.test(node.type) && mentions(node, name)) return true;
  return walk(node).some(({ type, text }) => type === "string_content" && new RegExp(`\\b${name}\\.\\w`).test(text));
}

/** Gives the tree with every `CFG.seed` as the variable that stands for it. */
function renamer(name: string, variables: ReadonlyMap<string, string | undefined>): (node: SyntaxNode) => SyntaxNode {
  const rename = (node: SyntaxNode): SyntaxNode => {
    const isRead = node.type === "attribute" && isNamed(childOf(node, "object"), name);
    const variable = isRead ? variables.get(childOf(node, "attribute")?.text ?? "") : undefined;
    if (variable !== undefined) return asName(node, variable);
    const children = node.children.map(rename);
    return children.every((child, index) => child === node.children[index]) ? node : { ...node, children };
  };
  return rename;
}

function isNamed(node: SyntaxNode | undefined, name: string): boolean {
  return node?.type === "identifier" && node.text === name;
}

/** In a function, an assignment to `CFG.seed` is one to the variable around it. */
function bindsInside(statement: SyntaxNode, variables: readonly (string | undefined)[]): boolean {
  return nodesOf(statement, KIND.function_definition | KIND.class_definition | KIND.lambda)
    .flatMap((definition) => childrenOf(definition, "body"))
    .some((body) => {
      const { binds, mayBind, deletes } = nameFacts(body);
      return variables.some((one = "") => binds.has(one) || mayBind.has(one) || deletes.has(one));
    });
}

/** An assignment with another name on its left. */
function boundTo(variable: string, statement: SyntaxNode): SyntaxNode {
  const named = (node: SyntaxNode): SyntaxNode => (node.field === "left" ? { ...node, text: variable } : node);
  const assigned = (node: SyntaxNode): SyntaxNode => ({ ...node, children: node.children.map(named) });
  return { ...statement, children: statement.children.map(assigned) };
}

function withNode(statement: Statement, node: SyntaxNode): Statement {
  const isWhole = node.start === statement.node.start;
  const endLine = isWhole
    ? statement.endLine
    : node.line + statement.source.slice(node.start, node.end).trimEnd().split("\n").length - 1;
  return { ...statement, node, line: node.line, endLine, names: nameFacts(node) };
}
