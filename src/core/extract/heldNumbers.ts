/** The numbers that dictionaries and lists hold, each with the keys that lead to it. */
import type { SyntaxNode } from "../python/syntax";
import type { Measure } from "./measures";
import type { Scope } from "./measureScope";
import { measureOf } from "./measuring";
import { identifier } from "./names";
import type { Key } from "./reports";

/** A number in a dictionary or a list: the keys that lead to it, and what it is called. */
export interface Numbered {
  readonly keys: readonly Key[];
  readonly name: string;
}

type Holder = Extract<Measure, { readonly kind: "record" | "tuple" }>;

/** True for what has numbers under keys, or in a list in which each has a name. */
export function holdsNumbers(measure: Measure | undefined): measure is Holder {
  return measure?.kind === "record" || (measure?.kind === "tuple" && measure.names !== undefined);
}

/** The numbers of a dictionary and of those in it, or of a list. */
export function numbersIn(holder: Holder, above: readonly Key[]): readonly Numbered[] {
  if (holder.kind === "tuple") return (holder.names ?? []).map((name, index) => ({ keys: [...above, index], name }));
  return [...holder.entries].flatMap(([key, one]) => {
    const keys = [...above, key];
    if (one?.kind === "number") return [{ keys, name: identifier(keys.join("_")) }];
    return holdsNumbers(one) ? numbersIn(one, keys) : [];
  });
}

/** True for what is known to be a dictionary. */
export function isRecord(node: SyntaxNode | undefined, scope: Scope): boolean {
  return node !== undefined && measureOf(node, scope)?.kind === "record";
}
