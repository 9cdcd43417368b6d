import type { SyntaxNode } from "../../python/syntax";
import type { Machine } from "./machine";
import { isTrue, type Value } from "./values";

/** A call with its arguments, followed. */
export interface Invocation {
  readonly node: SyntaxNode;
  /** The function's or method's own name. */
  readonly name: string;
  readonly machine: Machine;
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  /** Calls a function of the notebook with values. */
  readonly apply: (callee: Value, values: readonly Value[]) => Value;
}

/** The argument that stands for the parameter `name` at `index`. */
export function argument({ positional, named }: Invocation, index: number, name: string): Value | undefined {
  return positional[index] ?? named.get(name);
}

/** True if a call has keyword arguments besides these: then it may do something else. */
export function hasOther({ named }: Invocation, ...known: readonly string[]): boolean {
  return [...named.keys()].some((name) => !known.includes(name));
}

/** True for calls that change their object and give nothing. */
export function isInPlace({ named }: Invocation): boolean {
  return isTrue(named.get("inplace"));
}
