/**
 * Data flow between the statements of a notebook. A statement depends on those that bound the names that it reads, on those that
 * changed the objects behind them (also through another name), and on those that set the process's state that it uses.
 *
 * Objects are abstract: one for each place where a value is made. A variable may stand for several, a container holds others, a
 * part (`df["x"]`) belongs to its owner. Where it cannot be known, more is assumed rather than less.
 */
import { assignmentsIn, calleeOf, callsIn, elementsOf, type Assignment } from "./calls";
import { ANY_FILE, effectsOf, type Effects, type Knowledge } from "./effects";
import { has } from "./knowledge";
import {
  argumentThings,
  callableThing,
  classThing,
  canChange,
  closure,
  newThing,
  partOf,
  thingsOf,
  type Scene,
  type Thing,
} from "./objects";
import type { Growing, Statement } from "./program";
import { isStream } from "./random";
import { argumentsOf, childOf, remembered, walk, type SyntaxNode } from "./syntax";

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

/** What the flow looks at in the text of a statement: a notebook is followed several times. */
interface Shape {
  readonly isBlock: boolean;
  /** The functions and classes that it defines, but for those inside of others. */
  readonly definitions: readonly SyntaxNode[];
  /** The targets of `for` loops, with what they run over. */
  readonly loops: readonly Assignment[];
  /** `x += y` may change the object that x stands for and keep it: a list, an array. */
  readonly augmented: readonly string[];
  readonly called: ReadonlySet<string>;
}

const shapes = new WeakMap<SyntaxNode, Shape>();

function shapeOf(node: SyntaxNode): Shape {
  return remembered(shapes, node, () => {
    const nodes = walk(node, ({ type }) => type !== "function_definition");
    return {
      isBlock: /^(for|while|if|try|with|match)_/.test(node.type),
      definitions: definitionsIn(node),
      loops: nodes.flatMap(loopOf),
      augmented: nodes.flatMap((inner) => {
        const left = inner.type === "augmented_assignment" ? childOf(inner, "left") : undefined;
        return left?.type === "identifier" ? [left.text] : [];
      }),
      called: new Set(callsIn(node).flatMap((call) => childOf(call, "function")?.text ?? [])),
    };
  });
}

function definitionsIn(node: SyntaxNode): readonly SyntaxNode[] {
  return /^(function|class)_definition$/.test(node.type) ? [node] : node.children.flatMap(definitionsIn);
}

function loopOf(node: SyntaxNode): readonly Assignment[] {
  if (node.type !== "for_statement" && node.type !== "for_in_clause") return [];
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  return left === undefined || right === undefined ? [] : [{ left, right }];
}

interface State extends Scene {
  readonly variables: Map<string, Set<Thing>>;
  readonly binders: Map<string, ReadonlySet<number>>;
  /** Names that are looked up when the value of a variable is called. */
  readonly late: Map<string, ReadonlySet<string>>;
  readonly resources: Map<string, number[]>;
}

const NO_BINDERS: ReadonlySet<number> = new Set();
const effectsByKnowledge = new WeakMap<Knowledge, WeakMap<Statement, Effects>>();

/** Follows the data through the statements, in their order. */
export function analyseFlow(
  statements: readonly Statement[],
  knowledge: Knowledge,
  probes: readonly Probe[] = [],
): Flow {
  const state: State = { knowledge, variables: new Map(), binders: new Map(), late: new Map(), resources: new Map() };
  const known = remembered(effectsByKnowledge, knowledge, () => new WeakMap<Statement, Effects>());
  const nothing: Dependencies = new Map();
  const flow: Growing<Omit<Flow, "changed">> = {
    dependencies: [],
    effects: [],
    probes: probes.map(() => nothing),
    unbound: [],
    binders: [],
  };
  for (const statement of statements) {
    const effects = remembered(known, statement, () => effectsOf(statement, knowledge));
    flow.effects.push(effects);
    const read = [...readNames(statement, state)];
    // A set of binders never changes: a new binding makes a new one.
    flow.binders.push(new Map(read.map((name) => [name, state.binders.get(name) ?? NO_BINDERS])));
    const needed = new Dependency(state);
    const unbound = read.filter((name) => !needed.name(name));
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
  const names = new Set(probe.names);
  for (const name of names) for (const late of state.late.get(name) ?? []) names.add(late);
  for (const name of names) needed.name(name);
  return needed.found;
}

/** What a statement reads, together with what the functions that it uses look up. */
function readNames(statement: Statement, state: State): ReadonlySet<string> {
  const names = new Set(statement.names.reads);
  for (const name of names) for (const late of state.late.get(name) ?? []) names.add(late);
  // A block may call the functions that it defines.
  if (shapeOf(statement.node).isBlock)
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

/** Runs a statement on the abstract state: its changes, then its bindings. */
function execute(statement: Statement, effects: Effects, state: State, needed: Dependency): void {
  const before = new Map(effects.changes.map(({ name }) => [name, new Set(state.variables.get(name) ?? [])]));
  const draws = drawing(statement, state);
  for (const resource of new Set([...effects.uses, ...draws])) needed.resource(resource);
  const values = bindNames(statement, state);
  growContainers(statement, state);
  for (const change of effects.changes) {
    // What a comprehension's own variable stands for is no variable's value, but may be a variable's object.
    const maps = [before, state.variables, values];
    const things = new Set(maps.flatMap((map) => [...(map.get(change.name) ?? [])]));
    markChanged(things, change.deep, statement.index);
  }
  for (const call of callsIn(statement.node)) markActed(call, state, statement.index);
  setResources(effects, draws, statement, state);
}

function setResources(
  { sets, seeds }: Effects,
  draws: ReadonlySet<string>,
  { node, index }: Statement,
  state: State,
): void {
  for (const resource of new Set([...sets, ...draws])) {
    const before = state.resources.get(resource) ?? [];
    // Behind a seed it does not matter what was drawn before, unless a block may pass the seed by.
    const isSeed = seeds.has(resource) && node.type === "expression_statement";
    // What is drawn before any seed is another number in every run: nothing can be made to depend on it.
    const isLost = isStream(resource) && before.length === 0 && !seeds.has(resource);
    if (!isLost) state.resources.set(resource, isSeed ? [index] : [...before, index]);
  }
}

/** What the objects draw from that a statement uses, such as an unseeded forest that is fitted. */
function drawing({ node, names }: Statement, state: State): ReadonlySet<string> {
  if (callsIn(node).length === 0) return new Set();
  const used = [...names.reads].flatMap((name) => [...(state.variables.get(name) ?? [])]);
  return new Set(used.flatMap(({ draws }) => draws));
}

function markChanged(things: ReadonlySet<Thing>, deep: boolean, index: number): void {
  const all = closure(things, "owners");
  if (deep) for (const held of closure(things, "holds")) all.add(held);
  for (const thing of all) if (thing.changedBy.at(-1) !== index) thing.changedBy.push(index);
}

/** Marks what a call may change because it calls, or is given, a function that changes things. */
function markActed(call: SyntaxNode, state: State, index: number): void {
  const target = childOf(call, "function");
  if (target === undefined) return;
  const given = argumentsOf(call).flatMap((argument) => [...argumentThings(argument, state)]);
  const called = target.type === "attribute" ? heldBy(childOf(target, "object"), state) : thingsOf(target, state);
  const actors = [...given, ...called].filter(({ acts }) => acts !== undefined);
  if (actors.length === 0) return;
  // What a function of the notebook does to the arguments of a plain call is known better.
  const isPlain = state.knowledge.functions.has(target.text) && actors.every((actor) => !given.includes(actor));
  markChanged(new Set(isPlain ? actors : [...actors, ...given]), true, index);
  for (const name of actors.flatMap(({ acts = [] }) => acts))
    markChanged(state.variables.get(name) ?? new Set(), true, index);
}

/** What an object holds may be called by its methods. */
function heldBy(object: SyntaxNode | undefined, state: State): ReadonlySet<Thing> {
  return object === undefined ? new Set() : closure(thingsOf(object, state), "holds");
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
  const { loops, definitions, augmented } = shapeOf(node);
  for (const { left, right } of loops) bindElements(left, thingsOf(right, state), values);
  for (const one of definitions) merge(values, childOf(one, "name")?.text ?? "", [definedThing(one, state)]);
  for (const name of augmented) merge(values, name, [...(state.variables.get(name) ?? []), newThing()]);
  return values;
}

/** A function or a class as a value. */
function definedThing(definition: SyntaxNode, state: State): Thing {
  return definition.type === "function_definition" ? callableThing(definition, state) : classThing(definition, state);
}

function forget(name: string, state: State): void {
  state.binders.delete(name);
  state.variables.delete(name);
}

/** A function is looked up late in the names that it reads; so is what holds it: an instance, a wrapper, an alias. */
function bindLate({ node, names }: Statement, state: State): void {
  const late = new Set(names.late);
  const { called } = shapeOf(node);
  for (const name of names.reads) {
    if (called.has(name) && takesArguments(name, state)) continue;
    for (const inner of state.late.get(name) ?? []) late.add(inner);
  }
  for (const name of [...names.binds, ...names.mayBind]) state.late.set(name, late);
}

/** True for a function of the notebook that is given what it works with, so that what it gives is hardly a function. */
function takesArguments(name: string, { knowledge }: State): boolean {
  const definition = knowledge.definitions.get(name)?.at(-1);
  return definition?.type === "function_definition" && knowledge.functions.get(name)?.parameters.length !== 0;
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
    .filter((thing) => canChange(thing) && (thing.named || thing.holds.size > 0));
  for (const container of containers) for (const thing of things) if (thing !== container) container.holds.add(thing);
}
