/** `if __name__ == "__main__":` of a notebook, whose body always runs: so it is read as if it stood without the condition. */
import { KIND } from "./kinds";
import { childOf, nodesOf, type SyntaxNode } from "./syntax";

/** The text without such conditions; every line stays where it is. The same text if there are none. */
export function withoutMainGuards(root: SyntaxNode, source: string): string {
  return root.children.reduceRight((text, node) => (isMainGuard(node, source) ? unwrapped(node, text) : text), source);
}

/** True for such a condition without an `else`. */
export function isMainGuard(node: SyntaxNode, source: string): boolean {
  const condition = node.type === "if_statement" ? childOf(node, "condition") : undefined;
  if (condition === undefined || childOf(node, "alternative") !== undefined) return false;
  return /^\(?\s*__name__\s*==\s*(["'])__main__\1\s*\)?$/.test(source.slice(condition.start, condition.end));
}

function unwrapped(guard: SyntaxNode, source: string): string {
  const body = childOf(guard, "consequence");
  if (body === undefined) return source;
  const column = body.start - (source.lastIndexOf("\n", body.start - 1) + 1);
  const head = source.slice(guard.start, body.start).replace(/[^\n]/g, "");
  return (
    source.slice(0, guard.start) + head + dedented(body, source, head === "" ? 0 : column) + source.slice(body.end)
  );
}

/** Lines that begin inside of a string keep their spaces. */
function dedented(body: SyntaxNode, source: string, column: number): string {
  const strings = nodesOf(body, KIND.string);
  let at = body.start;
  return source
    .slice(body.start, body.end)
    .split("\n")
    .map((line, index) => {
      const start = at;
      at += line.length + 1;
      const isInString = strings.some((one) => one.start < start && start < one.end);
      const spaces = line.length - line.trimStart().length;
      return index === 0 || isInString ? line : line.slice(Math.min(spaces, column));
    })
    .join("\n");
}
