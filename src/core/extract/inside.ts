import { calleeOf } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { nodesOf, runBy, type SyntaxNode } from "../python/syntax";

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
  /** What led back to a function around it: good enough until that one, the `back`-th of the open ones, is looked at. */
  private readonly passing = new Map<SyntaxNode, { readonly found: T; readonly back: number }>();
  /** The outermost function of the open ones that something led back to. */
  private back = Infinity;

  constructor(private readonly nothing: T) {}

  of(definition: SyntaxNode, look: () => T): T {
    const found = this.found.get(definition);
    if (found !== undefined) return found;
    const passing = this.passing.get(definition);
    const back = passing?.back ?? this.open.get(definition);
    if (back !== undefined) {
      this.back = Math.min(this.back, back);
      return passing?.found ?? this.nothing;
    }
    return this.open.size < DEEPEST ? this.lookAt(definition, look) : this.nothing;
  }

  private lookAt(definition: SyntaxNode, look: () => T): T {
    const [depth, back] = [this.open.size, this.back];
    this.back = Infinity;
    this.open.set(definition, depth);
    const found = look();
    this.open.delete(definition);
    if (this.back >= depth) this.settle(definition, found, depth);
    else this.passing.set(definition, { found, back: this.back });
    this.back = Math.min(back, this.back >= depth ? Infinity : this.back);
    return found;
  }

  /** What led back to a function may be more where that one is not around it: it is looked at again when it is asked for. */
  private settle(definition: SyntaxNode, found: T, depth: number): void {
    this.found.set(definition, found);
    for (const [inner, { back }] of this.passing) if (back >= depth) this.passing.delete(inner);
  }
}

/** What a call runs of the code of the notebook, and what is known where that stands. */
interface CodeRun {
  readonly run: readonly { readonly code: SyntaxNode; readonly name: string }[];
  readonly home: Knowledge;
}

/** The functions and methods of the notebook that a call may run. */
export function codeRunBy(call: SyntaxNode, knowledge: Knowledge): CodeRun {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "notebook" && callee.kind !== "method") return { run: [], home: knowledge };
  const { name } = callee;
  const run = (knowledge.definitions.get(name) ?? []).flatMap((definition) => runBy(definition) ?? []);
  return { run: run.map((code) => ({ code, name })), home: homeOf(name, knowledge) };
}

/** True if `counts` holds for a call in the code of the notebook that a call runs, a function or a method. */
export function runsInside(
  call: SyntaxNode,
  knowledge: Knowledge,
  inside: Inside<boolean>,
  counts: (call: SyntaxNode, home: Knowledge) => boolean,
): boolean {
  const { run, home } = codeRunBy(call, knowledge);
  return run.some(({ code }) => inside.of(code, () => nodesOf(code, KIND.call).some((one) => counts(one, home))));
}
