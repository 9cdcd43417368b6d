/** What is worked out once, because it never changes and is asked for again and again. */

/** What was worked out for a node, a statement or all of them. */
export function remembered<K extends object, T>(known: Known<K, T>, key: K, work: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = work();
  known.set(key, found);
  return found;
}

interface Known<K, T> {
  get(key: K): T | undefined;
  set(key: K, value: T): unknown;
}

/** A node with room for what is worked out for it; only `NodeMemory` looks into that. */
export interface Remembering {
  remembered: { readonly owner: object; readonly values: unknown[] } | undefined;
}

let slots = 0;

/**
 * One thing that is worked out for nodes. It lies in the nodes and goes with them: the table of a `WeakMap` stays as large as the
 * largest notebook made it. A copy of a node begins anew, because it may differ.
 */
export class NodeMemory<T> {
  private readonly slot = slots++;

  get(node: Remembering): T | undefined {
    // SAFETY: only `set` of the same memory writes into its slot.
    return node.remembered?.owner === node ? (node.remembered.values[this.slot] as T | undefined) : undefined;
  }

  set(node: Remembering, value: T): void {
    if (node.remembered?.owner !== node) node.remembered = { owner: node, values: [] };
    node.remembered.values[this.slot] = value;
  }
}
