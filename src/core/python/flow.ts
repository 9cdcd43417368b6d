/**
 * Data flow between the statements of a notebook. A statement depends on those that bound the names that it reads, on those that
 * changed the objects behind them (also through another name), and on those that set the process's state that it uses.
 *
 * Objects are abstract: one for each place where a value is made. A variable may stand for several, a container holds others, a
 * part (`df["x"]`) belongs to its owner. Where it cannot be known, more is assumed rather than less.
 */
import { assignmentsIn, calleeOf, callsIn, elementsOf, type Callee } from "./calls";
import { ANY_FILE, drawsRandomly, effectsOf, type Effects, type Knowledge } from "./effects";
import { has } from "./knowledge";
import type { Statement } from "./program";
import { isLiteral } from "./values";
import { argumentsOf, childOf, childrenOf, findNode, keywordOf, positionalsOf, walk, type SyntaxNode } from "./syntax";

/** A statement that is depended on, and the names or resources that say why. */
export type Dependencies = ReadonlyMap<number, ReadonlySet<string>>;

/** A question to the flow: what do these names depend on, right after a statement? */
export interface Probe {
  readonly after: number;
  readonly names: readonly string[];
}

/** The answer of the analysis, by statement index. */
export interface Flow {
  readonly dependencies: readonly Dependencies[];
  readonly effects: readonly Effects[];
  /** Answers to the probes, in their order. */
  readonly probes: readonly Dependencies[];
  /** Names that a statement reads and that nothing before it binds. */
  readonly unbound: readonly ReadonlySet<string>[];
  /** The statements that bind each name when statement `index` begins: for a reader's view of one version of a name. */
  readonly binders: readonly ReadonlyMap<string, ReadonlySet<number>>[];
  /** Variables behind which, at the end, stands an object that something changed, be it by another name. */
  readonly changed: ReadonlySet<string>;
}

interface Thing {
  readonly holds: Set<Thing>;
  readonly owners: Set<Thing>;
  readonly changedBy: number[];
  /** True if using it draws from the global random number generators. */
  draws: boolean;
  /** True if a variable stands for it, so that it may be reached by another way than through what holds it. */
  named: boolean;
  /** A list or the like that is written out: of literals alone, or of other things. */
  readonly form: "literal" | "display" | "value";
}

interface State {
  readonly knowledge: Knowledge;
  readonly variables: Map<string, Set<Thing>>;
  readonly binders: Map<string, Set<number>>;
  /** Names that are looked up when the value of a variable is called. */
  readonly late: Map<string, ReadonlySet<string>>;
  readonly resources: Map<string, number[]>;
}

type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Follows the data through the statements, in their order. */
export function analyseFlow(
  statements: readonly Statement[],
  knowledge: Knowledge,
  probes: readonly Probe[] = [],
): Flow {
  const state: State = { knowledge, variables: new Map(), binders: new Map(), late: new Map(), resources: new Map() };
  const nothing: Dependencies = new Map();
  const flow: Growing<Omit<Flow, "changed">> = {
    dependencies: [],
    effects: [],
    probes: probes.map(() => nothing),
    unbound: [],
    binders: [],
  };
  for (const statement of statements) {
    const effects = effectsOf(statement, knowledge);
    flow.effects.push(effects);
    flow.binders.push(
      new Map([...readNames(statement, state)].map((name) => [name, new Set(state.binders.get(name))])),
    );
    const needed = new Dependency(state);
    const unbound = [...readNames(statement, state)].filter((name) => !needed.name(name));
    flow.unbound.push(new Set(unbound));
    execute(statement, effects, state, needed);
    flow.dependencies.push(needed.found);
    probes.forEach((probe, index) => {
      if (probe.after === statement.index) flow.probes[index] = answer(probe, state);
    });
  }
  const names = [...state.variables.keys()];
  return { ...flow, changed: new Set(names.filter((name) => isChanged(name, state))) };
}

function isChanged(name: string, state: State): boolean {
  return [...closure(state.variables.get(name) ?? [], "holds")].some(({ changedBy }) => changedBy.length > 0);
}

function answer(probe: Probe, state: State): Dependencies {
  const needed = new Dependency(state);
  for (const name of probe.names) needed.name(name);
  return needed.found;
}

/** What a statement reads, together with what the functions that it uses look up. */
function readNames(statement: Statement, state: State): ReadonlySet<string> {
  const names = new Set(statement.names.reads);
  for (const name of names) for (const late of state.late.get(name) ?? []) names.add(late);
  // A block may call the functions that it defines.
  if (/^(for|while|if|try|with|match)_/.test(statement.node.type))
    for (const late of statement.names.late) if (state.binders.has(late)) names.add(late);
  // `fact = wrap(lambda n: n * fact(n - 1))`: what the lambda looks up is not there yet.
  for (const name of statement.names.binds)
    if (statement.names.late.has(name) && !state.binders.has(name)) names.delete(name);
  return names;
}

/** Gathers the statements that something depends on. */
class Dependency {
  readonly found = new Map<number, Set<string>>();

  constructor(private readonly state: State) {}

  add(index: number, why: string): void {
    const reasons = this.found.get(index);
    if (reasons === undefined) this.found.set(index, new Set([why]));
    else reasons.add(why);
  }

  /** Adds what the value of a variable depends on; false if nothing binds it. */
  name(name: string): boolean {
    const binders = this.state.binders.get(name);
    for (const index of binders ?? []) this.add(index, name);
    for (const thing of closure(this.state.variables.get(name) ?? [], "holds")) {
      for (const index of thing.changedBy) this.add(index, name);
    }
    return binders !== undefined && binders.size > 0;
  }

  /** A file whose path is not known may be any file. */
  resource(resource: string): void {
    for (const [known, setters] of this.state.resources) {
      const same =
        known === resource || (isFile(known) && isFile(resource) && (known === ANY_FILE || resource === ANY_FILE));
      if (same) for (const index of setters) this.add(index, known);
    }
  }
}

function isFile(resource: string): boolean {
  return resource.startsWith("<file");
}

function closure(start: Iterable<Thing>, direction: "holds" | "owners"): Set<Thing> {
  const all = new Set(start);
  for (const thing of all) for (const next of thing[direction]) all.add(next);
  return all;
}

/** Runs a statement on the abstract state: its changes, then its bindings. */
function execute(statement: Statement, effects: Effects, state: State, needed: Dependency): void {
  const before = new Map(effects.changes.map(({ name }) => [name, new Set(state.variables.get(name) ?? [])]));
  const draws = drawing(statement, state);
  const uses = new Set([...effects.uses, ...(draws ? ["<random>"] : [])]);
  for (const resource of uses) needed.resource(resource);
  const values = bindNames(statement, state);
  for (const change of effects.changes) {
    // What a comprehension's own variable stands for is no variable's value, but may be a variable's object.
    const maps = [before, state.variables, values];
    const things = new Set(maps.flatMap((map) => [...(map.get(change.name) ?? [])]));
    markChanged(things, change.deep, statement.index);
  }
  growContainers(statement, state);
  for (const resource of new Set([...effects.sets, ...(draws ? ["<random>"] : [])])) {
    state.resources.set(resource, [...(state.resources.get(resource) ?? []), statement.index]);
  }
}

/** True if the statement uses an object that draws random numbers, such as an unseeded forest that is fitted. */
function drawing({ node, names }: Statement, state: State): boolean {
  const usesDrawer = [...names.reads].some((name) => [...(state.variables.get(name) ?? [])].some(({ draws }) => draws));
  return usesDrawer && [...callsIn(node)].length > 0;
}

function markChanged(things: ReadonlySet<Thing>, deep: boolean, index: number): void {
  const all = closure(things, "owners");
  if (deep) for (const held of closure(things, "holds")) all.add(held);
  for (const thing of all) if (thing.changedBy.at(-1) !== index) thing.changedBy.push(index);
}

function newThing(
  parts: { holds?: Iterable<Thing>; owners?: Iterable<Thing>; draws?: boolean; form?: Thing["form"] } = {},
): Thing {
  return {
    holds: new Set(parts.holds),
    owners: new Set(parts.owners),
    changedBy: [],
    draws: parts.draws ?? false,
    named: false,
    form: parts.form ?? "value",
  };
}

/** Binds what a statement binds; gives the objects that its names stood for, those of comprehensions among them. */
function bindNames(statement: Statement, state: State): ReadonlyMap<string, Set<Thing>> {
  const { names, index } = statement;
  const values = boundValues(statement, state);
  for (const name of names.binds) forget(name, state);
  for (const name of [...names.binds, ...names.mayBind]) {
    const things = values.get(name) ?? new Set([newThing()]);
    for (const thing of things) thing.named = true;
    state.binders.set(name, new Set([...(state.binders.get(name) ?? []), index]));
    state.variables.set(name, new Set([...(state.variables.get(name) ?? []), ...things]));
  }
  for (const name of names.deletes) forget(name, state);
  bindLate(statement, state);
  return values;
}

/** What each name that a statement binds may stand for afterwards, as far as an expression shows it. */
function boundValues({ node }: Statement, state: State): Map<string, Set<Thing>> {
  const values = new Map<string, Set<Thing>>();
  for (const { left, right } of assignmentsIn(node)) bindValues(left, right, values, state);
  for (const { left, right } of loopsIn(node)) bindElements(left, thingsOf(right, state), values);
  for (const name of augmentedNames(node)) merge(values, name, [...(state.variables.get(name) ?? []), newThing()]);
  return values;
}

/** `x += y` may change the object that x stands for and keep it: a list, an array. */
function* augmentedNames(node: SyntaxNode): Generator<string> {
  for (const inner of walk(node, ({ type }) => type !== "function_definition")) {
    const left = inner.type === "augmented_assignment" ? childOf(inner, "left") : undefined;
    if (left?.type === "identifier") yield left.text;
  }
}

function forget(name: string, state: State): void {
  state.binders.delete(name);
  state.variables.delete(name);
}

/** A function is looked up late in the names that it reads; so is what holds it: an instance, a wrapper, an alias. */
function bindLate({ node, names }: Statement, state: State): void {
  const late = new Set(names.late);
  const called = new Set([...callsIn(node)].map((call) => childOf(call, "function")?.text));
  for (const name of names.reads) {
    const isPlainCall = called.has(name) && state.knowledge.functions.get(name)?.parameters.length !== 0;
    const definition = state.knowledge.definitions.get(name);
    if (isPlainCall && definition?.type === "function_definition") continue;
    for (const inner of state.late.get(name) ?? []) late.add(inner);
  }
  for (const name of [...names.binds, ...names.mayBind]) state.late.set(name, late);
}

/** The targets of `for` loops, with what they run over. */
function* loopsIn(node: SyntaxNode): Generator<{ readonly left: SyntaxNode; readonly right: SyntaxNode }> {
  for (const inner of walk(node, ({ type }) => type !== "function_definition")) {
    const left = /^for_(statement|in_clause)$/.test(inner.type) ? childOf(inner, "left") : undefined;
    const right = childOf(inner, "right");
    if (left !== undefined && right !== undefined) yield { left, right };
  }
}

function bindValues(left: SyntaxNode, right: SyntaxNode, values: Map<string, Set<Thing>>, state: State): void {
  const targets = elementsOf(left);
  const sources = elementsOf(right);
  if (targets.length > 1 && targets.length === sources.length) {
    targets.forEach((target, index) => {
      const source = sources[index];
      if (source !== undefined) bindValues(target, source, values, state);
    });
  } else if (left.type === "identifier") {
    merge(values, left.text, thingsOf(right, state));
  } else if (targets.length > 1) {
    bindElements(left, thingsOf(right, state), values);
  }
}

function bindElements(left: SyntaxNode, container: ReadonlySet<Thing>, values: Map<string, Set<Thing>>): void {
  const parts = partOf(container);
  // `for i, frame in enumerate(frames)`: what is unpacked is a part of a part.
  const things = left.type === "identifier" ? parts : new Set([...parts, ...partOf(parts)]);
  for (const target of walk(left)) if (target.type === "identifier") merge(values, target.text, things);
}

function merge(values: Map<string, Set<Thing>>, name: string, things: Iterable<Thing>): void {
  values.set(name, new Set([...(values.get(name) ?? []), ...things]));
}

/** An element or a column: what the container holds, or a part of which only the container is known. */
function partOf(container: ReadonlySet<Thing>): Set<Thing> {
  const held = [...container].flatMap(({ holds }) => [...holds]);
  return new Set([newThing({ owners: container }), ...held]);
}

/** Expressions that put values together to a new container. */
const DISPLAYS = new Set(["list", "tuple", "set", "dictionary", "expression_list"]);
/** Expressions that give one of their parts. */
const CHOICES = new Set(["parenthesized_expression", "conditional_expression", "boolean_operator", "await", "pair"]);

/** The objects that an expression may give. */
function thingsOf(node: SyntaxNode, state: State): Set<Thing> {
  if (node.type === "identifier") return new Set(state.variables.get(node.text));
  if (node.type === "attribute") return partOf(thingsOf(childOf(node, "object") ?? node, state));
  if (node.type === "subscript") return subscriptThings(node, state);
  if (node.type === "call") return callThings(node, state);
  const parts = (): Thing[] => node.children.flatMap((child) => [...thingsOf(child, state)]);
  if (DISPLAYS.has(node.type)) {
    return new Set([isLiteral(node) ? newThing({ form: "literal" }) : newThing({ holds: parts(), form: "display" })]);
  }
  return new Set(CHOICES.has(node.type) ? parts() : [newThing()]);
}

/** `a["x"]`, `a[0]` are parts; a mask or a list of keys makes a copy; a slice of an array is the array itself. */
function subscriptThings(node: SyntaxNode, state: State): Set<Thing> {
  const value = childOf(node, "value");
  if (value === undefined) return new Set([newThing()]);
  const keys = childrenOf(node, "subscript");
  if (keys.some(isMask)) return new Set([newThing()]);
  const container = thingsOf(value, state);
  return keys.some(({ type }) => type === "slice") ? new Set([...container, newThing()]) : partOf(container);
}

function isMask(key: SyntaxNode): boolean {
  if (key.type === "list" || key.type === "call") return true;
  return findNode(key, ({ type, text }) => type === "comparison_operator" || text === "~") !== undefined;
}

function callThings(call: SyntaxNode, state: State): Set<Thing> {
  const callee = calleeOf(call, state.knowledge);
  if (callee.kind === "method") return methodThings(callee, state);
  const draws = drawsRandomly(call, callee) && callee.kind === "library" && /^[A-Z]/.test(callee.name);
  if (callee.kind === "notebook") return ownCallThings(call, callee.name, state);
  const collects = callee.kind === "library" && (has("collectingFunctions", callee.name) || isConstructor(callee));
  const given = collects ? argumentsOf(call).flatMap((argument) => [...argumentThings(argument, state)]) : [];
  const held = isConstructor(callee) ? keptByEstimator(given) : given;
  return new Set([newThing({ holds: held, draws: draws || held.some((thing) => thing.draws) })]);
}

/** What an object of a library may change later. It leaves lists of column names and settings as they are. */
function keptByEstimator(given: readonly Thing[]): readonly Thing[] {
  return [...closure(given, "holds")].filter(({ form, named }) => form === "value" || (form === "display" && named));
}

function isConstructor(callee: Callee): boolean {
  return callee.kind === "library" && /^[A-Z]/.test(callee.name) && !has("dataConstructors", callee.name);
}

function argumentThings(argument: SyntaxNode, state: State): Set<Thing> {
  const value = argument.type === "keyword_argument" ? childOf(argument, "value") : argument;
  return value === undefined ? new Set() : thingsOf(value, state);
}

/** A function of the notebook may give back an argument, an instance of its class holds what it was made with. */
function ownCallThings(call: SyntaxNode, name: string, state: State): Set<Thing> {
  const things = (nodes: readonly SyntaxNode[]): Thing[] => nodes.flatMap((node) => [...argumentThings(node, state)]);
  if (state.knowledge.definitions.get(name)?.type === "class_definition")
    return new Set([newThing({ holds: things(argumentsOf(call)) })]);
  const { returned = [], parameters = [] } = state.knowledge.functions.get(name) ?? {};
  const given = returned.flatMap(
    (index) => positionalsOf(call)[index] ?? keywordOf(call, parameters[index] ?? "") ?? [],
  );
  return new Set([newThing(), ...things(given)]);
}

function methodThings(callee: Extract<Callee, { kind: "method" }>, state: State): Set<Thing> {
  const receiver = thingsOf(callee.object, state);
  if (has("selfReturningMethods", callee.name)) return receiver;
  if (has("elementMethods", callee.name)) return partOf(receiver);
  return new Set([newThing()]);
}

/** `combine.append(train)`, `models["rf"] = rf`: the container holds one thing more. */
function growContainers({ node }: Statement, state: State): void {
  for (const call of callsIn(node)) {
    const callee = calleeOf(call, state.knowledge);
    if (callee.kind !== "method" || !has("growingMethods", callee.name)) continue;
    hold(thingsOf(callee.object, state), argumentsOf(call), state);
  }
  for (const { left, right } of assignmentsIn(node)) {
    const container =
      left.type === "subscript"
        ? childOf(left, "value")
        : left.type === "attribute"
          ? childOf(left, "object")
          : undefined;
    if (container?.type === "identifier") hold(thingsOf(container, state), [right], state);
  }
}

/** A value that no variable stands for and that holds nothing can only be reached through its container: it is left out. */
function hold(containers: ReadonlySet<Thing>, values: readonly SyntaxNode[], state: State): void {
  const things = values
    .flatMap((value) => [...argumentThings(value, state)])
    .filter(({ named, holds }) => named || holds.size > 0);
  for (const container of containers) for (const thing of things) if (thing !== container) container.holds.add(thing);
}
