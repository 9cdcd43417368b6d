/**
 * Data flow between the statements of a notebook. A statement depends on those that bound the names that it reads, on those that
 * changed the objects behind them (also through another name), and on those that set the process's state that it uses.
 *
 * Objects are abstract: one for each place where a value is made. A variable may stand for several, a container holds others, a
 * part (`df["x"]`) belongs to its owner. Where it cannot be known, more is assumed rather than less.
 */
import { attachedResource, attributesIn } from "./attached";
import { bindNames } from "./binding";
import { shapeOf, type Values } from "./boundValues";
import { isBuiltin } from "./builtins";
import { handlesOf, touchedBy } from "./callTouches";
import { assignmentsIn, boundByGlobal, calleeOf, callsIn } from "./calls";
import { markChanged, setResources } from "./changes";
import { growContainers } from "./containers";
import { beginDrawing, endFigure } from "./currentFigure";
import { Dependency, type Dependencies } from "./dependencies";
import { drawnBy, type Beginning } from "./drawing";
import { drawnByObjects } from "./draws";
import { effectsOf, type Effects, type Knowledge } from "./effects";
import { addLate, namesFor, newState, remember, variableOf, type State, type Variable } from "./flowState";
import { arePaths } from "./heldPaths";
import { gradientsOf } from "./gradientStores";
import { canvasOf } from "./objects";
import type { Growing, Statement } from "./program";
import { markFitted, namedSteps } from "./refits";
import { mayBindName } from "./scope";
import { union } from "./sets";
import { remembered } from "./memory";
import { childOf } from "./syntax";
import { canChange, newThing, NOTHING, withHeld, type Thing } from "./things";

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

const effectsByKnowledge = new WeakMap<Knowledge, WeakMap<Statement, Effects>>();

/** Follows the data through the statements, in their order. */
export function analyseFlow(statements: readonly Statement[], knowledge: Knowledge): Flow {
  const state = newState(knowledge);
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
    markFitted(statement, read, state);
    const steps = namedSteps(statement, knowledge);
    for (const name of read) {
      const variable = variableOf(name, state);
      // A set of binders never changes: a new binding makes a new one.
      binders.set(name, variable.binders);
      needed.variable(name, variable, steps.has(name));
      if (variable.binders.size === 0 && !bindsItself(name, statement) && !mayWait(name, statement, statements, state))
        unbound.add(name);
    }
    flow.binders.push(binders);
    flow.unbound.push(unbound);
    const drawing = beginDrawing(statement, state, { needed, binders });
    execute(statement, effects, state, { needed, read });
    markChanged(gradientsOf(statement, needed.found, flow.dependencies, state), false, state);
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

/** True for what a block binds above the line in it that reads it, be that by a function: an inner loop's variable, say. */
function bindsItself(name: string, { names }: Statement): boolean {
  return mayBindName(names, name) && !names.early.has(name);
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
  for (const files of filesNamed(read, state)) needed.resource(files, state);
  for (const name of attachedUses(statement, read, state)) needed.resource(attachedResource(name), state);
  const values = bindNames(statement, state);
  const own = boundFirst(statement, read, values);
  const inside = { ...state, variables: { get: (name: string) => own.get(name) ?? state.variables.get(name) } };
  // What is put into an object by the call that changes it is not changed; of a block, later calls may do so.
  const { isBlock } = shapeOf(statement.node);
  if (isBlock) growContainers(statement, state, inside);
  effects.changes.forEach(({ name, deep, isGlobal }, index) => {
    // What a comprehension's own variable stands for is no variable's value, but may be a variable's object.
    const others = [before[index], state.variables.get(name), values.get(name)].map((one) => one ?? NOTHING);
    const things = own.get(name) ?? union(NOTHING, ...others);
    // `rows.shuffle(100)`: a number stays what it is, unless the variable gets another one.
    const isBound = isGlobal === true && boundByGlobal(state.knowledge).has(name);
    markChanged(isBound ? things : new Set([...things].filter(canChange)), deep, state);
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
  if (!isBlock) growContainers(statement, state, inside);
  noteHolders(statement, effects, state);
  setResources(effects, draws, statement, state);
}

/** What names files is noted: whoever reads it may read the files, also those that are written below. */
function noteHolders({ names }: Statement, { uses, changes }: Effects, state: State): void {
  const used = [...uses].filter(arePaths);
  if (used.length === 0) return;
  const named = [...names.binds, ...names.mayBind, ...changes.map(({ name }) => name)];
  const holders = named.flatMap((name) => [...(state.variables.get(name) ?? NOTHING)].filter(canChange));
  for (const files of used) state.holders.set(files, new Set([...(state.holders.get(files) ?? []), ...holders]));
}

/** The files that are named by what a statement reads. */
function filesNamed(read: ReadonlySet<string>, { holders, variables }: State): readonly string[] {
  if (holders.size === 0) return [];
  const things = [...read].flatMap((name) => [...(variables.get(name) ?? NOTHING)]);
  return [...holders].flatMap(([files, holding]) => (things.some((one) => holding.has(one)) ? [files] : []));
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
