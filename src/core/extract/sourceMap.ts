import type { LineOrigin } from "../pipeline";
import { childOf, type ParsePython, type SyntaxNode } from "../python/syntax";
import type { Origin } from "./plan";

/**
 * Which cell each line of the formatted module came from. The formatter moves lines but keeps the statements and their order, so
 * each function's statements are matched one by one with their origins.
 */
export function mapLines(
  text: string,
  origins: ReadonlyMap<string, readonly (Origin | undefined)[]>,
  parse: ParsePython,
): readonly LineOrigin[] {
  const lines: LineOrigin[] = [];
  for (const node of parse(text).root.children) {
    const definition = node.type === "decorated_definition" ? childOf(node, "definition") : node;
    const name = definition === undefined ? undefined : childOf(definition, "name")?.text;
    if (definition === undefined || name === undefined) continue;
    const whole = origins.get(`def ${name}`)?.[0];
    if (whole !== undefined) {
      lines.push(...linesOf(definition, whole));
      continue;
    }
    const statements = (childOf(definition, "body")?.children ?? []).filter(({ type }) => type !== "comment");
    (origins.get(name) ?? []).forEach((origin, index) => {
      const statement = statements[index];
      if (origin !== undefined && statement !== undefined) lines.push(...linesOf(statement, origin));
    });
  }
  return lines.sort((a, b) => a.line - b.line);
}

function linesOf(node: SyntaxNode, { cell, cellLine }: Origin): readonly LineOrigin[] {
  const count = node.endLine - node.line + 1;
  return Array.from({ length: count }, (_, offset) => ({
    line: node.line + offset,
    cell,
    cellLine: cellLine + offset,
  }));
}
