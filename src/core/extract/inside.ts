import type { SyntaxNode } from "../python/syntax";

/** Nobody has functions that lead so deep into each other, and what looks at them has a stack of its own, which ends. */
const DEEPEST = 200;

/**
 * What is found inside of functions that call each other: each is looked at once, however many calls lead to it. A function that
 * is still being looked at adds nothing to itself.
 */
export class Inside<T> {
  private readonly found = new Map<SyntaxNode, T>();
  /** The functions that are being looked at, with how many were before. */
  private readonly open = new Map<SyntaxNode, number>();
  /** The outermost function of these that something led back to. */
  private back = Infinity;

  constructor(private readonly nothing: T) {}

  of(definition: SyntaxNode, look: () => T): T {
    const found = this.found.get(definition);
    if (found !== undefined) return found;
    const opened = this.open.get(definition);
    if (opened !== undefined) {
      this.back = Math.min(this.back, opened);
      return this.nothing;
    }
    return this.open.size < DEEPEST ? this.lookAt(definition, look) : this.nothing;
  }

  private lookAt(definition: SyntaxNode, look: () => T): T {
    const [depth, back] = [this.open.size, this.back];
    this.back = Infinity;
    this.open.set(definition, depth);
    const found = look();
    this.open.delete(definition);
    // What led back to a function around it may be more where that one is not around it.
    const isWhole = this.back >= depth;
    if (isWhole) this.found.set(definition, found);
    this.back = isWhole ? back : Math.min(back, this.back);
    return found;
  }
}
