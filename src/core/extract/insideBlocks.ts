/** What the names of one statement are made of: which others a loop, a condition or a `with` gives something of to each. */
import { assignmentsIn, calleeOf, callsIn, elementsOf } from "../python/calls";
import { namesOfRoot } from "../python/collector";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { has } from "../python/knowledge";
import { freeNames, nameFacts } from "../python/scope";
import { NodeMemory, remembered } from "../python/memory";
import { argumentsOf, childOf, nodesOf, walk, type SyntaxNode } from "../python/syntax";
import { countersOf } from "./counters";

/** By each name, those that something of is in it. */
type Edges = ReadonlyMap<string, ReadonlySet<string>>;

type Growing = Map<string, Set<string>>;

/** What the names of a statement are made of. */
interface Inside {
  /** As it is written there: by assignments, and by what is put into lists. */
  readonly seen: Edges;
  /** The same, and what may be in them besides: by another name of the same object, by what a call does with what it is given. */
  readonly possible: Edges;
}

const insides = new NodeMemory<Inside>();

/** Reads what the names of a statement are made of. */
export function insideOf(node: SyntaxNode, knowledge: Knowledge): Inside {
  return remembered(insides, node, () => {
    const [seen, possible]: readonly [Growing, Growing] = [new Map(), new Map()];
    for (const [left, right] of givenIn(node)) {
      const [targets, sources] = [namesOfRoot(left), readsOf(right)];
      for (const edges of [seen, possible]) connect(edges, targets, sources);
      connect(possible, objectsIn(right), targets);
    }
    // `model, history = train(X, y)`: what one call gives belongs together.
    for (const { left, right } of assignmentsIn(node)) {
      const given = right.type === "call" ? elementsOf(left).flatMap(namesOfRoot) : [];
      connect(possible, given, given);
    }
    for (const call of callsIn(node)) touch(call, { seen, possible }, knowledge);
    return { seen, possible };
  });
}

/** The names whose objects a value may be, or be a part of: what is computed is a new one, and no key is in what it finds. */
function objectsIn(value: SyntaxNode): readonly string[] {
  if (/^call$|operator$/.test(value.type)) return [];
  const whole = childOf(value, value.type === "attribute" ? "object" : "value");
  return /^(attribute|subscript)$/.test(value.type) && whole !== undefined ? objectsIn(whole) : readsOf(value);
}

/** All that a name is made of, itself among it. */
export function reachedInside(name: string, edges: Edges): ReadonlySet<string> {
  const all = new Set([name]);
  for (const one of all) for (const further of edges.get(one) ?? []) all.add(further);
  return all;
}

type Given = readonly [target: SyntaxNode, value: SyntaxNode];

/** What is given to what: by assignments, by loops, by `with`. */
function givenIn(node: SyntaxNode): readonly Given[] {
  const assigned = assignmentsIn(node).flatMap(({ left, right }) => pairs(left, right));
  const counted = nodesOf(node, KIND.augmented_assignment | KIND.for_statement | KIND.for_in_clause).flatMap((one) =>
    pair(childOf(one, "left"), childOf(one, "right")),
  );
  const named = walk(node).flatMap((one): readonly Given[] => {
    if (one.type === "named_expression") return pair(childOf(one, "name"), childOf(one, "value"));
    return one.type === "as_pattern" ? pair(one.children[1]?.children[0], one.children[0]) : [];
  });
  const hits = nodesOf(node, KIND.if_statement)
    .flatMap(countersOf)
    .map((one): Given => [one.counted, one.comparison]);
  return [...assigned, ...counted, ...named, ...hits];
}

/** `a, b = 1, 2` gives each its own. */
function pairs(left: SyntaxNode, right: SyntaxNode): readonly Given[] {
  const [targets, values] = [elementsOf(left), elementsOf(right)];
  if (targets.length === values.length) return targets.flatMap((target, index) => pair(target, values[index]));
  return targets.flatMap((target) => pair(target, right));
}

function pair(target: SyntaxNode | undefined, value: SyntaxNode | undefined): readonly Given[] {
  if (target === undefined || value === undefined) return [];
  return elementsOf(target).flatMap((one): readonly Given[] =>
    elementsOf(one)[0] === one ? [[one, value]] : pair(one, value),
  );
}

function touch(
  call: SyntaxNode,
  { seen, possible }: { readonly seen: Growing; readonly possible: Growing },
  knowledge: Knowledge,
): void {
  const callee = calleeOf(call, knowledge);
  const given = argumentsOf(call).flatMap(readsOf);
  if (callee.kind === "method") {
    const holder = namesOfRoot(callee.object);
    if (has("growingMethods", callee.name)) {
      connect(seen, holder, given);
      connect(possible, argumentsOf(call).flatMap(objectsIn), holder);
    }
    if (!knowledge.library.has("pureMethods", callee.name)) connect(possible, holder, given);
  } else if (callee.kind !== "library") connect(possible, given, given);
  // `study.optimize(objective)`: what is handed on is there to be called.
  const handed = argumentsOf(call).map((one) => (childOf(one, "value") ?? one).text);
  const called = [...(callee.kind === "notebook" ? [callee.name] : []), ...handed];
  for (const name of called.filter((one) => knowledge.definitions.has(one)))
    connect(possible, [name], [...lookedUp(name, knowledge)]);
}

/** What a function of the notebook finds outside of itself, be it in another one that it calls. */
export function lookedUp(name: string, { definitions }: Knowledge): ReadonlySet<string> {
  const all = new Set([name]);
  for (const one of all)
    for (const definition of definitions.get(one) ?? []) for (const free of freeNames(definition)) all.add(free);
  return all;
}

function connect(edges: Growing, targets: readonly string[], sources: readonly string[]): void {
  for (const target of targets) {
    const known = edges.get(target) ?? new Set();
    for (const source of sources) known.add(source);
    edges.set(target, known);
  }
}

function readsOf(node: SyntaxNode): readonly string[] {
  const { reads, late } = nameFacts(node);
  return [...reads, ...late];
}
