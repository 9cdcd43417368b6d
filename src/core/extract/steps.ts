/** Groups the statements of the module into steps, in the order in which they run, and finds what crosses their borders. */
import { assignmentsIn, calleeOf, callsIn, constructedClass, type Callee } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import { FIGURE } from "../python/figures";
import { argumentsOf, calledName, type SyntaxNode } from "../python/syntax";
import { freshName, identifier } from "./names";
import type { Item, Plan } from "./plan";
import { sectionsOf } from "./sections";
import { evaluates } from "./evaluation";
import type { Candidate } from "./fits";
import { hasIdentifier } from "./text";
import { preprocessorsIn } from "./trainers";
import { mayBindName } from "../python/scope";

/** What a step does in the way of a model. */
export type Role = "load" | "prepare" | "split" | "build" | "train" | "evaluate" | "draw";

/** A function of the module, before it is written. */
export interface StepPlan {
  readonly name: string;
  readonly role: Role;
  readonly items: readonly Item[];
  /** Cells that it was made from, in order. */
  readonly cells: readonly number[];
  /** Variables that come in. */
  readonly inputs: readonly string[];
  /** Variables that go out. */
  readonly outputs: readonly string[];
  /** Fields of `Params` and `Data` that it uses. */
  readonly fields: readonly string[];
}

/** What the grouping looks at. */
export interface StepInput {
  readonly plan: Plan;
  readonly knowledge: Knowledge;
  readonly flow: Flow;
  readonly model: Candidate | undefined;
  /** Names that `Result` holds. */
  readonly results: readonly string[];
  /** Names that a step must not have. */
  readonly taken: ReadonlySet<string>;
  /** `# slipway: step=NAME`, by cell. */
  readonly named: ReadonlyMap<number, string>;
  /** The heading above each code cell, as a name. */
  readonly headings: ReadonlyMap<number, string>;
  /** Variables that hold a scaler or an encoder. */
  readonly preprocessors: ReadonlySet<string>;
}

/** Names of steps where a variable of the notebook has the short one. */
const LONG_NAMES: Readonly<Record<Role, string>> = {
  load: "load_data",
  prepare: "prepare_data",
  split: "split_data",
  build: "build_model",
  train: "train_model",
  evaluate: "evaluate_model",
  draw: "draw_figure",
};

interface Group {
  readonly role: Role;
  readonly name: string | undefined;
  /** What the notebook calls it. */
  readonly heading?: string | undefined;
  /** True for a section of a longer stretch. */
  readonly isPart?: boolean;
  readonly items: Item[];
}

/** Makes the steps. */
export function planSteps(whole: Omit<StepInput, "preprocessors">): readonly StepPlan[] {
  const nodes = whole.plan.items.map(({ node }) => node);
  const preprocessors = preprocessorsIn(nodes, whole.knowledge);
  const input = { ...whole, preprocessors, plan: { ...whole.plan, items: withoutUnread(whole) } };
  const groups = groupItems(input);
  const names = stepNames(groups, input);
  const live = withLive(groups.map(partOf), input.results, (behind) => new Set(behind));
  const before = new Set<string>();
  return groups.map(({ role, items }, index) => {
    const changed = changedFor(groups.slice(index + 1), items, input.flow);
    const inputs = inputsOf(items).filter((name) => before.has(name));
    const binds = new Set(items.flatMap((item) => [...item.binds, ...item.mayBind]));
    const own = items.flatMap((item) => [...item.binds, ...item.mayBind, ...item.changes]);
    const bound = new Set([...own, ...changed]);
    for (const name of binds) before.add(name);
    return {
      name: names[index] ?? role,
      role,
      items,
      cells: [...new Set(items.map(({ statement }) => statement.cell))],
      inputs,
      outputs: [...bound].filter((name) => live[index]?.has(name) && (inputs.includes(name) || binds.has(name))),
      fields: [...new Set(items.flatMap(({ fields }) => [...fields]))],
    };
  });
}

/** What an item or a step does to variables. */
interface Part {
  readonly needs: Iterable<string>;
  readonly binds: ReadonlySet<string>;
}

/**
 * What `give` makes, for each part, of the variables whose values behind it are still needed: those that are read before they are
 * bound anew. It has them only for as long as it runs.
 */
function withLive<P extends Part, T>(
  parts: readonly P[],
  results: readonly string[],
  give: (behind: ReadonlySet<string>, part: P) => T,
): readonly T[] {
  const live = new Set(results);
  const found = [...parts].reverse().map((part) => {
    const given = give(live, part);
    for (const name of part.binds) live.delete(name);
    for (const name of part.needs) live.add(name);
    return given;
  });
  return found.reverse();
}

function partOf({ items }: Group): Part {
  return { needs: inputsOf(items), binds: new Set(items.flatMap(({ binds }) => [...binds])) };
}

/** The items without the names that they bind on some paths only and that nothing below reads as they are then: no step has a value of them. */
function withoutUnread({ plan: { items }, results }: Pick<StepInput, "plan" | "results">): readonly Item[] {
  const parts = items.map((item) => ({ item, needs: item.reads, binds: item.binds }));
  return withLive(parts, results, (behind, { item }) => ({
    ...item,
    mayBind: new Set([...item.mayBind].filter((name) => behind.has(name))),
  }));
}

/** Variables that later items read and whose objects these items change, perhaps by another name. */
function changedFor(later: readonly Group[], items: readonly Item[], flow: Flow): readonly string[] {
  return later.flatMap((group) =>
    group.items.flatMap(({ statement }) =>
      items.flatMap((item) => [...(flow.dependencies[statement.index]?.get(item.statement.index) ?? [])]),
    ),
  );
}

/** Names that the items read before they bind them. */
function inputsOf(items: readonly Item[]): readonly string[] {
  const bound = new Set<string>();
  const needed = new Set<string>();
  for (const item of items) {
    for (const name of [...item.reads, ...item.mayBind, ...item.changes]) if (!bound.has(name)) needed.add(name);
    for (const name of item.binds) bound.add(name);
  }
  return [...needed];
}

function groupItems(input: StepInput): readonly Group[] {
  const roles = rolesOf(input);
  const merged = mergeSpans(input.plan.items);
  const groups: Group[] = [];
  input.plan.items.forEach((item, index) => {
    const last = groups.at(-1);
    const role = roles[index] ?? "prepare";
    const name = input.named.get(item.statement.cell);
    const isSame = last?.role === role && last.name === name && !(role === "draw" && isNext(item, last, input));
    const joins = last !== undefined && (merged.has(index) || isSame);
    if (joins) last.items.push(item);
    else groups.push({ role, name, items: [item] });
  });
  const isBound = (item: Item): boolean => merged.has(input.plan.items.indexOf(item));
  const counts = (item: Item): boolean => !seeds(item, input);
  return groups.flatMap((group): readonly Group[] => {
    if (group.role === "train" && !fits(group, input)) return [{ ...group, role: "build" }];
    if (group.role !== "prepare" || group.name !== undefined) return [group];
    const sections = sectionsOf(group.items, input.headings, { isBound, counts });
    return sections.map((section) => ({ ...group, ...section, isPart: sections.length > 1 }));
  });
}

/** A step draws one figure: true for what begins the next one. A seed above it is no figure. */
function isNext({ statement, assign }: Item, { items }: Group, input: StepInput): boolean {
  const begins = assign === undefined ? input.flow.figures.get(statement.index) : undefined;
  return (begins === "new" || begins === "unnamed") && items.some((one) => draws(one, input));
}

/** False for a stretch that only puts the estimator together, far above its fit. */
function fits({ items }: Group, { model, knowledge }: StepInput): boolean {
  return items.some(
    ({ statement, node }) =>
      statement === model?.statement ||
      callsIn(node).some((call) => knowledge.library.has("fitMethods", calleeName(calleeOf(call, knowledge)))),
  );
}

function calleeName(callee: Callee): string {
  return callee.kind === "unknown" ? "" : callee.name;
}

/** Items that must stay in the step of the item before: from a function that is defined inside of a step to its last use. */
function mergeSpans(items: readonly Item[]): ReadonlySet<number> {
  const merged = new Set<number>();
  items.forEach((item, start) => {
    if (!item.node.type.endsWith("definition")) return;
    const [name] = item.binds;
    if (name === undefined) return;
    const used = items.findLastIndex(({ reads }) => reads.has(name));
    const last = Math.max(used, lastSeen(name, item, items.slice(start + 1)) + start + 1);
    for (let index = start + 1; index <= last; index++) merged.add(index);
  });
  return merged;
}

/**
 * `model = make_pipeline(FunctionTransformer(scaled))`, `Clip()`: what keeps a function or an instance sees what their variables are
 * bound to later, as long as it is used. The index of the last such binding, or -1.
 */
function lastSeen(name: string, { statement: { names } }: Item, below: readonly Item[]): number {
  const keepers = new Set(below.filter(({ node }) => keeps(node, name)).flatMap(({ binds }) => [...binds]));
  const used = below.findLastIndex(({ reads }) => [...keepers].some((keeper) => reads.has(keeper)));
  return below.findLastIndex(
    ({ binds, mayBind }, index) => index < used && [...names.late].some((one) => mayBindName({ binds, mayBind }, one)),
  );
}

/** True if a node makes an object of the class `name`, or one that is given it. */
function keeps(node: SyntaxNode, name: string): boolean {
  return callsIn(node).some((call) => {
    const made = calledName(call);
    return (
      /^[A-Z]/.test(made) && (made === name || argumentsOf(call).some((argument) => hasIdentifier(argument, name)))
    );
  });
}

/** A role for each item: by what it calls, then by what it feeds. */
function rolesOf(input: StepInput): readonly Role[] {
  const { items } = input.plan;
  const trained = items.findIndex(({ statement }) => statement === input.model?.statement);
  const roles = items.map(
    (item, index) =>
      (draws(item, input) ? "draw" : ownRole(item, input)) ?? placeRole(item, input, trained >= 0 && index > trained),
  );
  feedBackward(items, roles);
  const settled = roles.map((role, index) => role ?? after(roles, index));
  drawBetween(items, settled);
  // An assertion speaks of what was made right above it.
  items.forEach(({ node }, index) => {
    if (node.type === "assert_statement") settled[index] = settled[index - 1] ?? settled[index] ?? "prepare";
  });
  return settled;
}

/** What a cell computes between two statements that draw belongs to the figure. */
function drawBetween(items: readonly Item[], roles: Role[]): void {
  items.forEach(({ statement: { cell } }, index) => {
    const draws = (other: Item, at: number): boolean => other.statement.cell === cell && roles[at] === "draw";
    const isBehind = items.some((other, at) => at < index && draws(other, at));
    if (isBehind && items.some((other, at) => at > index && draws(other, at))) roles[index] = "draw";
  });
}

/** True for what is only there to give a number its name. */
function onlyMeasures({ assign, kept, changes }: Item, isModel: boolean): boolean {
  return assign !== undefined && kept === undefined && !(isModel && changes.size > 0);
}

/** The role that a statement has wherever it stands. */
function ownRole(item: Item, input: StepInput): Role | undefined {
  const { plan, model, knowledge } = input;
  const isModel = item.statement === model?.statement;
  if (onlyMeasures(item, isModel)) return "evaluate";
  // What fits a model may read its data on the way.
  if (isModel || (model !== undefined && fitsModel(item, input))) return "train";
  if (plan.references.some(({ statement }) => statement === item.statement)) return "load";
  const called = callsIn(item.node).map((call) => calleeOf(call, knowledge));
  const names = called.flatMap((callee) => (callee.kind === "library" ? [callee.qualified] : []));
  if (names.some((name) => name.endsWith(".train_test_split"))) return "split";
  return names.some((name) => DATASETS.test(name)) ? "load" : undefined;
}

/** True for what begins a figure, draws, or takes something of a figure. */
function draws({ statement: { index }, assign }: Item, { flow, knowledge }: StepInput): boolean {
  if (knowledge.figures !== true) return false;
  const above = [...(flow.dependencies[index]?.keys() ?? [])];
  return (
    assign !== undefined ||
    flow.effects[index]?.sets.has(FIGURE) === true ||
    [index, ...above].some((one) => flow.figures.has(one))
  );
}

/** Data that comes with a library, or is made up by it. */
const DATASETS =
  /^sklearn\.datasets\.(load|fetch|make)_|^(seaborn|datasets|statsmodels\.datasets)\.(load_dataset|get_rdataset)$/;

/** True for every fit of what is no scaler or encoder: a search, the candidates of which the best is taken. */
function fitsModel({ node }: Item, { preprocessors, knowledge }: StepInput): boolean {
  return callsIn(node).some((call) => {
    const callee = calleeOf(call, knowledge);
    if (callee.kind !== "method" || callee.root === undefined || !knowledge.library.has("fitMethods", callee.name))
      return false;
    return (
      !preprocessors.has(callee.root) && !knowledge.library.isPreprocessor(constructedClass(call, knowledge) ?? "")
    );
  });
}

function seeds({ node }: Item, { knowledge }: StepInput): boolean {
  const callees = callsIn(node).map((call) => calleeOf(call, knowledge));
  return callees.some((callee) => callee.kind === "library" && knowledge.library.isSeed(callee.qualified));
}

/** The role that comes from where a statement stands; none for a seed, which goes with what follows. */
function placeRole(item: Item, input: StepInput, isTrained: boolean): Role | undefined {
  const { model, knowledge, results } = input;
  if (seeds(item, input)) return undefined;
  const givesResult =
    callsIn(item.node).length > 0 && results.some((name) => name !== model?.name && item.binds.has(name));
  if (isTrained) return givesResult || evaluates(item.statement, knowledge) ? "evaluate" : undefined;
  const makesModel = assignmentsIn(item.node).some(
    ({ left, right }) => left.text === model?.name && constructedClass(right, knowledge) !== undefined,
  );
  return makesModel ? "train" : "prepare";
}

/**
 * What is put together right before the training only for it (estimators, pipelines) belongs to it, and so does what stands
 * between two fits: a step is one stretch of the notebook.
 */
function feedBackward(items: readonly Item[], roles: (Role | undefined)[]): void {
  for (const [index, item] of [...items.entries()].reverse()) {
    if (roles[index] !== "prepare" || roles[index + 1] !== "train" || !isBuilder(item)) continue;
    const readers = items.flatMap((other, at) =>
      at > index && [...item.binds].some((name) => other.reads.has(name)) ? [roles[at]] : [],
    );
    if (readers.every((role) => role === "train" || role === undefined)) roles[index] = "train";
  }
  const [first, last] = [roles.indexOf("train"), roles.lastIndexOf("train")];
  for (let index = first + 1; index < last; index++) if (roles[index] === "prepare") roles[index] = "train";
}

function isBuilder({ node, changes }: Item): boolean {
  return changes.size === 0 && assignmentsIn(node).some(({ right }) => /^(call|list|dictionary)$/.test(right.type));
}

/** Statements of no role of their own, such as a seed, go with the one that follows, or with the last. */
function after(roles: readonly (Role | undefined)[], index: number): Role {
  return (
    roles.slice(index).find((role) => role !== undefined) ??
    roles.slice(0, index).findLast((role) => role !== undefined) ??
    "prepare"
  );
}

function stepNames(groups: readonly Group[], input: StepInput): readonly string[] {
  const used = new Set<string>();
  const isTaken = (name: string): boolean => used.has(name) || input.taken.has(name);
  return groups.map((group) => {
    const isOnly = groups.filter(({ role, name }) => role === group.role && name === group.name).length === 1;
    const heading = group.isPart === true || !isOnly ? group.heading : undefined;
    const given = group.name === undefined ? heading : identifier(group.name);
    const wanted = given ?? (isOnly ? group.role : specificName(group, input.results));
    const name =
      isTaken(wanted) && !isTaken(LONG_NAMES[group.role]) ? LONG_NAMES[group.role] : freshName(wanted, isTaken);
    used.add(name);
    return name;
  });
}

/** Where a role comes more than once: the role and what it makes; of a figure and its axes, the figure. */
function specificName({ role, items }: Group, results: readonly string[]): string {
  const all = items.flatMap(({ binds, changes }) => [...binds, ...changes]);
  const figure = role === "draw" ? all.findLast((name) => results.includes(name)) : undefined;
  const made = figure ?? all.at(-1);
  return made === undefined ? role : identifier(`${role}_${made}`);
}
