/**
 * Data flow between the statements of a notebook. A statement depends on those that bound the names that it reads, on those that
 * changed the objects behind them (also through another name), and on those that set the process's state that it uses.
 *
 * Objects are abstract: one for each place where a value is made. A variable may stand for several, a container holds others, a
 * part (`df["x"]`) belongs to its owner. Where it cannot be known, more is assumed rather than less.
 */
import { attachedNames, attachedResource, attributesIn } from "./attached";
import { type Callee, assignmentsIn, calleeOf, callsIn } from "./calls";
import { isBuiltin } from "./builtins";
import { boundValues, shapeOf, type Values } from "./boundValues";
import { handlesOf, touchedBy } from "./callTouches";
import { drawingOf, drawnBy, type Beginning, type Drawing } from "./drawing";
import { drawnByObjects } from "./draws";
import { storesItself } from "./collector";
import { effectsOf, type Effects, type Knowledge } from "./effects";
import { concerns, fileIn, lasting } from "./files";
import { FIGURE } from "./figures";
import { has } from "./knowledge";
import { argumentThings, canvasOf, thingsOf, type Scene } from "./objects";
import { lookedUpBy, takesArguments } from "./late";
import type { Growing, Statement } from "./program";
import { isStream } from "./random";
import { mayBindName } from "./scope";
import { union } from "./sets";
import { boundByLoop, sureOf, type Sure, type SureScene } from "./sureLoops";
import { argumentsOf, childOf, remembered, rootName, type SyntaxNode } from "./syntax";
import { canChange, holdOne, newThing, NOTHING, withHeld, withOwners, withReached, type Thing } from "./things";

/** A statement that is depended on, and the names or resources that say why. */
export type Dependencies = ReadonlyMap<number, ReadonlySet<string>>;

/** The answer of the analysis, by statement index. */
export interface Flow {
  readonly dependencies: readonly Dependencies[];
  readonly effects: readonly Effects[];
  /** Names that a statement reads and that nothing before it binds. */
  readonly unbound: readonly ReadonlySet<string>[];
  /** The statements that bind each name when statement `index` begins: for a reader's view of one version of a name. */
  readonly binders: readonly ReadonlyMap<string, ReadonlySet<number>>[];
  /** Variables behind which, at the end, stands an object that something changed, be it by another name. */
  readonly changed: ReadonlySet<string>;
  /** The statements that begin a figure, and how. Empty where figures do not count. */
  readonly figures: ReadonlyMap<number, Beginning>;
  /** What these names depend on, right after a statement. */
  readonly behind: (after: number, names: Iterable<string>) => Dependencies;
}

/** What a variable stands for, and the names that are looked up when its value is called. */
interface Variable {
  readonly binders: ReadonlySet<number>;
  readonly things: ReadonlySet<Thing>;
  readonly late: ReadonlySet<string>;
}

interface State extends SureScene {
  now: number;
  readonly sure: Map<string, Sure>;
  readonly variables: Map<string, ReadonlySet<Thing>>;
  readonly binders: Map<string, ReadonlySet<number>>;
  /** Names that are looked up when the value of a variable is called. */
  readonly late: Map<string, ReadonlySet<string>>;
  readonly resources: Map<string, number[]>;
  /** The names of the attributes that were attached to classes of libraries. */
  readonly attached: Set<string>;
  readonly figures: Map<number, Beginning>;
  /** What each variable stood for, and since which statement; the latest comes last. */
  readonly history: Map<string, (Variable & { readonly since: number })[]>;
}

const NO_BINDERS: ReadonlySet<number> = new Set();
const NO_NAMES: ReadonlySet<string> = new Set();
const effectsByKnowledge = new WeakMap<Knowledge, WeakMap<Statement, Effects>>();

/** Follows the data through the statements, in their order. */
export function analyseFlow(statements: readonly Statement[], knowledge: Knowledge): Flow {
  const state: State = {
    knowledge,
    now: -1,
    variables: new Map(),
    binders: new Map(),
    late: new Map(),
    resources: new Map(),
    attached: new Set(),
    history: new Map(),
    sure: new Map(),
    figures: new Map(),
  };
  const known = remembered(effectsByKnowledge, knowledge, () => new WeakMap<Statement, Effects>());
  const flow: Growing<Pick<Flow, "dependencies" | "effects" | "unbound" | "binders">> = {
    dependencies: [],
    effects: [],
    unbound: [],
    binders: [],
  };
  for (const statement of statements) {
    const effects = remembered(known, statement, () => effectsOf(statement, knowledge));
    flow.effects.push(effects);
    state.now = statement.index;
    // What a cell has drawn is shown below it, and is no more.
    if (statement.cell !== statements[statement.index - 1]?.cell) endFigure(state);
    bringIn(statement, state);
    const read = readNames(statement, state);
    const needed = new Dependency();
    const binders = new Map<string, ReadonlySet<number>>();
    const unbound = new Set<string>();
    for (const name of read) {
      const variable = variableOf(name, state);
      // A set of binders never changes: a new binding makes a new one.
      binders.set(name, variable.binders);
      needed.variable(name, variable);
      if (variable.binders.size === 0 && !mayWait(name, statement, statements, state)) unbound.add(name);
    }
    flow.binders.push(binders);
    flow.unbound.push(unbound);
    const drawing = beginDrawing(statement, state, { needed, binders });
    execute(statement, effects, state, { needed, read });
    if (drawing?.ends === true) endFigure(state);
    flow.dependencies.push(needed.found);
  }
  return {
    ...flow,
    changed: changedNames(state),
    figures: state.figures,
    behind: (after, names) => behind(state, after, names),
  };
}

/** Makes the figure that a statement begins; or what it draws or takes depends on all that is drawn in the one that is there. */
function beginDrawing(
  { node, index }: Statement,
  state: State,
  { needed, binders }: { readonly needed: Dependency; readonly binders: Map<string, ReadonlySet<number>> },
): Drawing | undefined {
  if (state.knowledge.figures !== true) return undefined;
  const drawing = drawingOf(node, canvasOf(state));
  if (drawing.begins !== undefined) state.figures.set(index, drawing.begins);
  if (drawing.begins === "new" || drawing.begins === "unnamed") {
    state.binders.set(FIGURE, new Set([index]));
    state.variables.set(FIGURE, new Set([newThing({ form: "figure" })]));
    remember(FIGURE, state);
  } else if (drawing.uses) {
    const figure = variableOf(FIGURE, state);
    needed.variable(FIGURE, figure);
    binders.set(FIGURE, figure.binders);
  }
  return drawing;
}

/** From here on there is no current figure. */
function endFigure(state: State): void {
  if (!state.variables.has(FIGURE)) return;
  forget(FIGURE, state);
  remember(FIGURE, state);
}

/** Objects for names that no statement has bound: they came from elsewhere, and may be changed all the same. */
function bringIn({ node, names }: Statement, state: State): void {
  for (const name of names.reads) {
    if (state.variables.has(name) || state.binders.has(name) || isBuiltin(name)) continue;
    // What is only called is a function.
    if (callsIn(node).some((call) => childOf(call, "function")?.text === name)) continue;
    state.variables.set(name, new Set([newThing()]));
    remember(name, state);
  }
}

function variableOf(name: string, { binders, variables, late }: State): Variable {
  return {
    binders: binders.get(name) ?? NO_BINDERS,
    things: variables.get(name) ?? NOTHING,
    late: late.get(name) ?? NO_NAMES,
  };
}

function changedNames({ variables }: State): ReadonlySet<string> {
  return new Set([...variables].filter(([, things]) => isChanged(things)).map(([name]) => name));
}

function isChanged(things: ReadonlySet<Thing>): boolean {
  for (const { changedBy } of withHeld(things)) if (changedBy.length > 0) return true;
  return false;
}

function behind({ history }: State, after: number, names: Iterable<string>): Dependencies {
  const needed = new Dependency(after);
  const variables = new Map<string, Variable | undefined>();
  const find = (name: string): Variable | undefined => {
    const found = history.get(name)?.findLast(({ since }) => since <= after);
    variables.set(name, found);
    return found;
  };
  for (const name of names) find(name);
  // What a function looks up late may be called, too.
  for (const variable of variables.values())
    for (const late of variable?.late ?? []) if (!variables.has(late)) find(late);
  for (const [name, variable] of variables) if (variable !== undefined) needed.variable(name, variable);
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

/**
 * True for what only the methods of a class look up, or a function that gets another name or becomes a method, which are called
 * below: where a statement below binds it, it is there.
 */
function mayWait(name: string, statement: Statement, statements: readonly Statement[], state: State): boolean {
  const { names, index } = statement;
  if (names.reads.has(name)) return false;
  const isBound = statements.some((one) => one.index > index && one.names.binds.has(name));
  if (!isBound || handsOn(statement)) return isBound;
  const { definitions } = state.knowledge;
  const sure = new Set(names.reads);
  for (const one of sure)
    if (definitions.get(one)?.at(-1)?.type !== "class_definition")
      for (const late of state.late.get(one) ?? []) sure.add(late);
  return !sure.has(name);
}

/** `Scaler.transform = transform`, `clean = prepare`: nothing is called. */
function handsOn({ node }: Statement): boolean {
  const [assignment] = node.type === "expression_statement" ? assignmentsIn(node) : [];
  return assignment?.right.type === "identifier";
}

/** Gathers the statements that something depends on, up to a statement. */
class Dependency {
  readonly found = new Map<number, ReadonlySet<string>>();
  /** One set for all statements that there is only this reason for: a table that is changed over and over has many. */
  private readonly alone = new Map<string, ReadonlySet<string>>();

  constructor(private readonly until = Infinity) {}

  add(index: number, why: string): void {
    const reasons = this.found.get(index);
    if (reasons === undefined) this.found.set(index, this.only(why));
    else if (!reasons.has(why)) this.found.set(index, new Set(reasons).add(why));
  }

  private only(why: string): ReadonlySet<string> {
    const known = this.alone.get(why) ?? new Set([why]);
    this.alone.set(why, known);
    return known;
  }

  /** Adds what the value of a variable depends on. */
  variable(name: string, { binders, things }: Variable): void {
    for (const index of binders) this.add(index, name);
    for (const { changedBy } of withHeld(things, this.until))
      for (const index of changedBy) if (index <= this.until) this.add(index, name);
  }

  /** A file whose path is not wholly known may be another one. */
  resource(resource: string, { resources }: State): void {
    for (const [known, setters] of resources) {
      if (concerns(known, resource, resources)) for (const index of setters) this.add(index, fileIn(known));
    }
  }
}

/** What a statement reads, and where that is noted. */
interface Reading {
  readonly needed: Dependency;
  readonly read: ReadonlySet<string>;
}

/** Runs a statement on the abstract state: its changes, then its bindings. */
function execute(statement: Statement, effects: Effects, state: State, { needed, read }: Reading): void {
  const before = effects.changes.map(({ name }) => state.variables.get(name) ?? NOTHING);
  const draws = drawnByObjects(statement, state);
  for (const resource of union(effects.uses, draws)) needed.resource(resource, state);
  for (const name of attachedUses(statement, read, state)) needed.resource(attachedResource(name), state);
  const values = bindNames(statement, state);
  const own = boundFirst(statement, read, values);
  growContainers(statement, state, {
    ...state,
    variables: { get: (name) => own.get(name) ?? state.variables.get(name) },
  });
  effects.changes.forEach(({ name, deep, isGlobal }, index) => {
    // What a comprehension's own variable stands for is no variable's value, but may be a variable's object.
    const others = [before[index], state.variables.get(name), values.get(name)].map((one) => one ?? NOTHING);
    const things = own.get(name) ?? union(NOTHING, ...others);
    // `rows.shuffle(100)`: a number stays what it is.
    markChanged(isGlobal === true ? things : new Set([...things].filter(canChange)), deep, state);
    // What a decorator puts a function into, and a class those that inherit from it, looks up what these do.
    if (/^(decorated|class)_definition$/.test(statement.node.type))
      for (const holder of new Set([name, ...namesFor(things, state)])) addLate(holder, statement.names.late, state);
  });
  for (const call of callsIn(statement.node)) {
    const callee = calleeOf(call, state.knowledge);
    markChanged(touchedBy(call, callee, state), true, state);
    markChanged(handlesOf(call, callee, state), false, state);
    markChanged(drawnBy(call, callee, canvasOf(state)), true, state);
  }
  setResources(effects, draws, statement, state);
}

/** The attributes that were attached above and that a statement uses, or a function that it calls. */
function attachedUses(
  { node }: Statement,
  read: ReadonlySet<string>,
  { attached, knowledge: { definitions } }: State,
): readonly string[] {
  if (attached.size === 0) return [];
  const nodes = [node, ...[...read].flatMap((name) => definitions.get(name) ?? [])];
  return [...attached].filter((name) => nodes.some((one) => attributesIn(one).has(name)));
}

/** What the names stand for that a statement binds before it reads them, as a loop its target: none of what they were above. */
function boundFirst({ names }: Statement, read: ReadonlySet<string>, values: Values): Values {
  const isOwn = (name: string): boolean => mayBindName(names, name) && !read.has(name) && !names.late.has(name);
  return new Map([...values].filter(([name]) => isOwn(name)));
}

/** The variables that stand for one of these objects. */
function namesFor(things: ReadonlySet<Thing>, { variables }: State): readonly string[] {
  const isOne = (thing: Thing): boolean => things.has(thing);
  return [...variables].filter(([, known]) => [...known].some(isOne)).map(([name]) => name);
}

function setResources(
  { sets, seeds }: Effects,
  draws: ReadonlySet<string>,
  { node, index }: Statement,
  state: State,
): void {
  for (const name of attachedNames(sets)) state.attached.add(name);
  for (const resource of new Set([...lasting(sets, state.resources), ...draws])) {
    const before = state.resources.get(resource) ?? [];
    // Behind a seed it does not matter what was drawn before, unless a block may pass the seed by.
    const isSeed = seeds.has(resource) && node.type === "expression_statement";
    // What is drawn before any seed is another number in every run: nothing can be made to depend on it.
    const isLost = isStream(resource) && before.length === 0 && !seeds.has(resource);
    if (!isLost) state.resources.set(resource, isSeed ? [index] : [...before, index]);
  }
}

function markChanged(things: ReadonlySet<Thing>, deep: boolean, { now, resources }: State): void {
  const all = withOwners(things);
  if (deep) for (const held of withReached(things)) all.add(held);
  for (const { changedBy, file = "" } of all) {
    if (changedBy.at(-1) !== now) changedBy.push(now);
    if (file === "") continue;
    const before = resources.get(file) ?? [];
    if (before.at(-1) !== now) resources.set(file, [...before, now]);
  }
}

/** Binds what a statement binds; gives the objects that its names stood for, those of comprehensions among them. */
function bindNames(statement: Statement, state: State): Values {
  const { names, index } = statement;
  const values = boundValues(statement, state);
  const value = sureValue(statement, state);
  const inLoop = boundByLoop(statement, state).filter((name) => names.mayBind.has(name));
  for (const name of [...names.binds, ...inLoop]) forget(name, state);
  const bound = union(names.binds, names.mayBind);
  for (const name of bound) {
    state.sure.delete(name);
    const things = values.get(name) ?? new Set([newThing({ form: names.imports.length > 0 ? "code" : "value" })]);
    for (const thing of things) thing.named = true;
    const { binders, things: before } = variableOf(name, state);
    state.binders.set(name, new Set(binders).add(index));
    state.variables.set(name, union(before, things));
  }
  for (const name of names.deletes) forget(name, state);
  if (value !== undefined) state.sure.set(...value);
  bindLate(statement, bound, state);
  for (const name of union(bound, names.deletes)) remember(name, state);
  return values;
}

/** What is sure of the one variable that `g = [1, 2]` binds. */
function sureValue({ node }: Statement, state: State): readonly [string, Sure] | undefined {
  const [assignment] = node.type === "expression_statement" ? assignmentsIn(node) : [];
  if (assignment?.left.type !== "identifier") return undefined;
  const value = sureOf(assignment.right, state);
  return value === undefined ? undefined : [assignment.left.text, value];
}

/** Keeps what a variable stands for from the statement on that runs. */
function remember(name: string, state: State): void {
  const version = { ...variableOf(name, state), since: state.now };
  const versions = state.history.get(name);
  if (versions === undefined) state.history.set(name, [version]);
  else versions.push(version);
}

function forget(name: string, state: State): void {
  state.binders.delete(name);
  state.variables.delete(name);
  state.sure.delete(name);
}

/** A function is looked up late in the names that it reads; so is what holds it: an instance, a wrapper, an alias. */
function bindLate({ node, names }: Statement, bound: ReadonlySet<string>, state: State): void {
  if (bound.size === 0) return;
  const late = new Set(names.late);
  const { called } = shapeOf(node);
  for (const name of names.reads) {
    const inside = state.late.get(name) ?? NO_NAMES;
    const isGiven = called.has(name) && takesArguments(name, state.knowledge);
    for (const inner of isGiven ? classesAmong(inside, state) : inside) late.add(inner);
  }
  for (const name of bound) state.late.set(name, late);
}

/** The notebook's classes that functions look up, directly or not: what they give may hold instances. */
function classesAmong(names: ReadonlySet<string>, { late, knowledge: { definitions } }: State): readonly string[] {
  const all = new Set(names);
  for (const name of all) for (const inner of late.get(name) ?? []) all.add(inner);
  return [...all].filter((name) => definitions.get(name)?.at(-1)?.type === "class_definition");
}

/** `combine.append(train)`, `models["rf"] = rf`: the container holds one thing more. */
function growContainers({ node }: Statement, state: State, inside: Scene): void {
  for (const call of callsIn(node)) {
    const callee = calleeOf(call, state.knowledge);
    if (callee.kind !== "method" || !grows(callee, state)) continue;
    hold(thingsOf(callee.object, inside), argumentsOf(call), inside);
    keepLate(callee.object, argumentsOf(call), state);
  }
  for (const { left, right } of assignmentsIn(node)) {
    const container = containerOf(left);
    if (container?.type === "identifier" && !isLabels(left)) hold(thingsOf(container, inside), [right], inside);
    if (container !== undefined) keepLate(container, [right], state);
  }
}

/** What an assignment stores into: `frames` of `frames["a"] = …`, `box` of `box.frame = …`. */
function containerOf(target: SyntaxNode): SyntaxNode | undefined {
  if (target.type === "subscript") return childOf(target, "value");
  return target.type === "attribute" ? childOf(target, "object") : undefined;
}

/** `rows.append(row)`; and a method of the notebook's own that stores into its object. */
function grows(callee: Extract<Callee, { kind: "method" }>, { knowledge }: State): boolean {
  return has("growingMethods", callee.name) || storesItself(callee, knowledge);
}

/** `df.columns = names`: labels are copied. */
function isLabels(target: SyntaxNode): boolean {
  return target.type === "attribute" && has("labelAttributes", childOf(target, "attribute")?.text ?? "");
}

/** `ops["log"] = lambda s: np.log(s)`, `steps.append(clean)`: what the function looks up, its container looks up. */
function keepLate(container: SyntaxNode, values: readonly SyntaxNode[], state: State): void {
  const late = values.flatMap((value) => [...lookedUpBy(value, state)]);
  const root = rootName(container)?.text;
  if (root !== undefined) addLate(root, late, state);
}

function addLate(name: string, late: Iterable<string>, state: State): void {
  const before = variableOf(name, state);
  const all = union(before.late, new Set(late));
  if (all === before.late) return;
  state.late.set(name, all);
  remember(name, state);
}

/** A value that no variable stands for and that holds nothing can only be reached through its container: it is left out. */
function hold(containers: ReadonlySet<Thing>, values: readonly SyntaxNode[], scene: Scene): void {
  const things = values
    .flatMap((value) => [...argumentThings(value, scene)])
    .filter((thing) => canChange(thing) && (thing.named || thing.holds.size > 0));
  for (const container of containers)
    for (const thing of things) if (thing !== container) holdOne(container, thing, scene);
}
