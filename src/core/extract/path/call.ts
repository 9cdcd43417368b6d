/** What the ways of calls share. */
import { argumentAt, keywordOf, type SyntaxNode } from "../../python/syntax";
import { literalText } from "../../python/values";
import { blocked, taken, type Way } from "./way";
import { hasRows, type State, type Trail, type Value } from "./values";

/** A call with its arguments, evaluated. */
export interface Call {
  readonly node: SyntaxNode;
  readonly name: string;
  /** Nodes of the arguments' values, and what they are. */
  readonly parts: readonly SyntaxNode[];
  readonly values: readonly Value[];
}

/** A method of a value that `object` stands for. */
export interface MethodCall extends Call {
  readonly object: SyntaxNode;
}

/** Along what a call goes: `across` goes over the columns of each row. */
export function axisOf({ node, name }: Call): "down" | "across" | "unknown" {
  const axis = argumentAt(node, /^(apply|drop|concat)$/.test(name) ? 1 : 0, "axis");
  if (axis === undefined) return "down";
  const text = literalText(axis) ?? axis.text;
  if (/^(0|index|rows)$/.test(text)) return "down";
  return /^(1|columns)$/.test(text) ? "across" : "unknown";
}

/** True for a keyword argument that is `True`. */
export function isOn({ node }: Call, name: string): boolean {
  return keywordOf(node, name)?.type === "true";
}

/** What an operation depends on for all of its arguments. */
export function takenAll({ parts, values }: Pick<Call, "parts" | "values">, way: Way): readonly Trail[] {
  return values.flatMap((value, index) => {
    const part = parts[index];
    return part === undefined ? [] : taken(part, value, way);
  });
}

/** `fillna(method="ffill")`, `astype("category")`: they take from other rows. */
export function isOrdered({ node, values }: Call): boolean {
  const isCategory = values.some((value) => value.kind === "state" && value.texts?.includes("category") === true);
  return keywordOf(node, "method") !== undefined || keywordOf(node, "limit") !== undefined || isCategory;
}

/** What is put beside rows must be rows, or one value for all. */
export function besides({ node, values }: Pick<Call, "node" | "values">, way: Way): readonly Trail[] {
  const all = values.flatMap((value) => (value.kind === "tuple" ? value.items : value));
  const isAny = all.some((value) => value.kind === "state" && value.isSingle !== true);
  return isAny ? [blocked(way, node, "what is put beside the rows may be made for these rows only")] : [];
}

/** Whether state depends on the number of rows because an argument does. */
export function sizeOf({ values }: Call): Pick<State, "isSized"> {
  return values.some((value) => value.kind === "state" && value.isSized === true) ? { isSized: true } : {};
}

/** True if an argument has an entry for each row. */
export function takesRows({ values }: Call): boolean {
  return values.some(hasRows);
}
