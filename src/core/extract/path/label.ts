/** The labels of a fit: which column of the table they are. */
import { KIND } from "../../python/kinds";
import { childOf, findNode, nodesOf, type SyntaxNode } from "../../python/syntax";
import { literalText } from "../../python/values";
import { trailOf, trailsOf, type Line, type Value } from "./values";

/** The column that the labels come from. */
export interface Label {
  readonly name: string;
  /** True if the labels are the column as it is, and nothing that is computed of it, as its next value. */
  readonly isPlain: boolean;
}

/** The column that the labels come from, if it is one. */
export function labelColumn(labels: Value | undefined): Label | undefined {
  if (labels === undefined) return undefined;
  const named = new Set<string>();
  const lines: Line[] = [];
  const pending = [trailOf(labels)];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (one.line !== undefined) lines.push(one.line);
    if (one.column === undefined) pending.push(...one.from);
    else named.add(one.column);
  }
  const [name] = named;
  if (name === undefined || named.size > 1) return undefined;
  return { name, isPlain: !lines.some(({ node }) => findNode(node, (part) => computes(part, name)) !== undefined) };
}

/** `df["price"] > 100`, `df["price"].shift(-1)` */
function computes(node: SyntaxNode, column: string): boolean {
  const method = childOf(childOf(node, "function") ?? node, "attribute")?.text ?? "";
  return (/^(binary|comparison|unary|not)_operator$/.test(node.type) || SHIFTS.test(method)) && mentions(node, column);
}

const SHIFTS = /^(shift|diff|pct_change|rolling|cut|where|apply|map)$/;

/** True if the text of a node names a column. */
export function mentions(node: SyntaxNode, column: string): boolean {
  const names = nodesOf(node, KIND.string | KIND.identifier);
  return names.some((part) => (literalText(part) ?? part.text) === column);
}

/** The columns that a value is made of. */
export function columnsIn(value: Value): ReadonlySet<string> {
  return new Set([...trailsOf(trailOf(value))].flatMap(({ column }) => column ?? []));
}
