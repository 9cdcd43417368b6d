/** Texts of the notebook itself that are read as files are: `io.StringIO(rows)`. */
import { calleeOf, type Bindings } from "../python/calls";
import { has } from "../python/knowledge";
import { positionalsOf, type SyntaxNode } from "../python/syntax";
import type { Lookup } from "../python/values";

/** Names that stand for names that stand for others are followed so far. */
const MAX_STEPS = 8;

/** What an expression is looked at with. */
interface Around {
  readonly named: Lookup["named"];
  readonly bindings: Bindings;
}

/** True if an expression is a buffer that holds nothing but a text of the notebook. */
export function isOwnBuffer(path: SyntaxNode, around: Around): boolean {
  const node = meant(path, around);
  const callee = node.type === "call" ? calleeOf(node, around.bindings) : undefined;
  if (callee?.kind !== "library" || !has("bufferClasses", callee.qualified)) return false;
  const [held] = positionalsOf(node);
  return held !== undefined && isOwnText(held, around);
}

/** `"a,b"`, `rows.strip()`, `textwrap.dedent(rows)` */
function isOwnText(value: SyntaxNode, around: Around, steps = MAX_STEPS): boolean {
  const node = meant(value, around);
  if (/^(concatenated_)?string$/.test(node.type)) return !hasValues(node);
  const taken = node.type === "call" && steps > 0 ? changedBy(node, around) : undefined;
  return taken !== undefined && isOwnText(taken, around, steps - 1);
}

/** The text that a call makes another text of. */
function changedBy(call: SyntaxNode, { bindings }: Around): SyntaxNode | undefined {
  const callee = calleeOf(call, bindings);
  if (callee.kind === "method") return callee.object;
  return callee.kind === "library" && OF_TEXT.test(callee.qualified) ? positionalsOf(call)[0] : undefined;
}

const OF_TEXT = /^(textwrap\.dedent|inspect\.cleandoc)$/;

/** True for `f"{rows}"`. */
function hasValues({ children }: SyntaxNode): boolean {
  return children.some((one) => one.type === "interpolation" || hasValues(one));
}

/** What a name stands for, be it through other names. */
function meant(node: SyntaxNode, { named }: Around): SyntaxNode {
  let found = node;
  for (let step = 0; step < MAX_STEPS && found.type === "identifier"; step += 1)
    found = named(found.text, found) ?? found;
  return found;
}
