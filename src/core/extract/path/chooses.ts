/** Whether a line of the path only says which columns there are, and leaves every value as it was. */
import type { Edit } from "../../python/edits";
import { childOf, isWithin, type SyntaxNode } from "../../python/syntax";
import { attributeName } from "./way";
import type { Line } from "./values";

const METHODS: ReadonlySet<string> = new Set(["copy", "drop", "filter", "reset_index", "select_dtypes", "to_numpy"]);

const NODES: ReadonlySet<string> = new Set([
  ...["expression_statement", "assignment", "identifier", "attribute", "subscript", "slice", "list", "tuple"],
  ...["string", "string_start", "string_content", "string_end", "integer", "true", "false", "none"],
  ...["call", "argument_list", "keyword_argument", "parenthesized_expression", "comment"],
]);

/** True if no value of a column comes of the line. What edits stand for is state, or chose rows. */
export function onlyChooses({ node, edits }: Line): boolean {
  return isChoice(node, edits);
}

function isChoice(node: SyntaxNode, edits: readonly Edit[]): boolean {
  if (edits.some((edit) => isWithin(node, edit) && edit.end > edit.start)) return true;
  if (!NODES.has(node.type) || !isFitting(node)) return false;
  return node.children.every((child) => isChoice(child, edits));
}

/** No other call than of a method that chooses, and no assignment to a part of something. */
function isFitting(node: SyntaxNode): boolean {
  if (node.type === "assignment") return childOf(node, "left")?.type === "identifier";
  if (node.type !== "call") return true;
  const callee = childOf(node, "function");
  return callee?.type === "attribute" && METHODS.has(attributeName(callee));
}
