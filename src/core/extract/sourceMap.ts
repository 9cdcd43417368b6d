import type { LineOrigin } from "../pipeline";
import { childOf, type ParsePython, type SyntaxNode } from "../python/syntax";
import type { Origin } from "./plan";

/** A decorated function's statements lie four levels below the module. */
const LEVELS = 4;

/**
 * Which cell each line of the formatted module came from. The formatter moves lines but keeps the statements and their order, so
 * each function's statements are matched one by one with their origins.
 */
export function mapLines(
  text: string,
  origins: ReadonlyMap<string, readonly (Origin | undefined)[]>,
  parse: ParsePython,
): readonly LineOrigin[] {
  const lines = parse(text, LEVELS).root.children.flatMap((node) => {
    const definition = node.type === "decorated_definition" ? childOf(node, "definition") : node;
    return definition === undefined ? [] : definitionLines(definition, origins, text);
  });
  return lines.sort((a, b) => a.line - b.line);
}

function definitionLines(
  definition: SyntaxNode,
  origins: ReadonlyMap<string, readonly (Origin | undefined)[]>,
  text: string,
): readonly LineOrigin[] {
  const name = childOf(definition, "name")?.text ?? "";
  const whole = origins.get(`def ${name}`)?.[0];
  if (whole !== undefined) return linesOf(definition, whole, text);
  const statements = (childOf(definition, "body")?.children ?? []).filter(({ type }) => type !== "comment");
  return statements.flatMap((statement, index) => {
    const origin = origins.get(name)?.[index];
    return origin === undefined ? [] : linesOf(statement, origin, text);
  });
}

function linesOf(node: SyntaxNode, { cell, cellLine }: Origin, text: string): readonly LineOrigin[] {
  const count = text.slice(node.start, node.end).trimEnd().split("\n").length;
  return Array.from({ length: count }, (_, offset) => ({
    line: node.line + offset,
    cell,
    cellLine: cellLine + offset,
  }));
}
