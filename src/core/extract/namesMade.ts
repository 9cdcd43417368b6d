/** Variables that are made by a text that stands there: `globals()["low_c"] = 1` is `low_c = 1`, and `global low_c` in a function. */
import type { Edit } from "../python/edits";
import { DEFINITION, KIND } from "../python/kinds";
import { insert, put } from "../python/oldEdits";
import { withEdits, type Program } from "../python/program";
import { nameFacts } from "../python/scope";
import { argumentsOf, childOf, isWithin, nodesOf, type ParsePython, type SyntaxNode } from "../python/syntax";
import { literalText } from "../python/values";

/** The program in which such variables are assigned by their names, so that they are followed as all others are. */
export function withNamesMade(program: Program, parse: ParsePython): Program {
  const makers = program.statements.filter(({ node, source }) => MAKES.test(source.slice(node.start, node.end)));
  const placed = makers.flatMap((statement) => editsIn(statement.node).map((edit) => ({ statement, edit })));
  return withEdits(program, placed, parse);
}

const MAKES = /\b(globals|locals|vars)\(\)\s*\[/;

/** `globals()` */
export function isNamespace(node: SyntaxNode | undefined): node is SyntaxNode {
  if (node?.type !== "call" || argumentsOf(node).length > 0) return false;
  return /^(globals|locals|vars)$/.test(childOf(node, "function")?.text ?? "");
}

/** What `globals()[name] = …` assigns to, with the text that gives the name. */
export interface Made {
  readonly target: SyntaxNode;
  readonly key: SyntaxNode;
}

/** The places in a node where a variable is made, or changed, by a text. */
export function namesMadeIn(node: SyntaxNode): readonly Made[] {
  return nodesOf(node, KIND.assignment | KIND.augmented_assignment).flatMap((inner) => {
    const target = childOf(inner, "left");
    const key = target?.type === "subscript" ? childOf(target, "subscript") : undefined;
    return target !== undefined && key !== undefined && isNamespace(childOf(target, "value")) ? [{ target, key }] : [];
  });
}

function editsIn(node: SyntaxNode): readonly Edit[] {
  const scopes = nodesOf(node, KIND.function_definition | KIND.class_definition);
  return namesMadeIn(node).flatMap(({ target, key }) => {
    const name = literalText(key) ?? "";
    const around = scopes.findLast((scope) => isWithin(target, scope));
    if (!/^[A-Za-z_]\w*$/.test(name)) return [];
    if (around === undefined) return [put(name, target)];
    // Of a function, `locals()` holds copies.
    const space = childOf(target, "value") ?? target;
    const place = childOf(space, "function")?.text === "globals" ? placeOfGlobal(around, name) : undefined;
    return place === undefined ? [] : [insert(`global ${name}; `, place), put(name, target)];
  });
}

/** Where `global name;` goes: above all that names it, in front of a statement, so that all lines stay where they are. */
function placeOfGlobal(around: SyntaxNode, name: string): number | undefined {
  if (around.type !== "function_definition") return undefined;
  const { binds, mayBind } = nameFacts(childOf(around, "body") ?? around);
  const first = plainStatements(around)[0]?.start;
  const named = nodesOf(around, KIND.identifier).find(({ text }) => text === name)?.start ?? Infinity;
  const isOwn = binds.has(name) || mayBind.has(name);
  return first === undefined || named < first || isOwn ? undefined : first;
}

/** The statements of a function that have no block, but for its docstring. */
function plainStatements(definition: SyntaxNode): readonly SyntaxNode[] {
  const body = childOf(definition, "body");
  const all = body === undefined ? [] : nodesOf(body, KIND.block, DEFINITION).flatMap(({ children }) => children);
  return all
    .filter((one) => one.type.endsWith("_statement") && (one.inside & KIND.block) === 0)
    .filter((one) => one !== body?.children[0] || one.children[0]?.type !== "string")
    .sort((a, b) => a.start - b.start);
}
