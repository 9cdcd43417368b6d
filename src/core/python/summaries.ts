/** What the functions and methods of a notebook do when they are called. */
import { appliedInside } from "./applied";
import { assignmentsIn, calleeOf, discardedCalls, elementsOf, type Bindings } from "./calls";
import { basesOf, changesItself } from "./classHooks";
import { Collector, namesOfRoot } from "./collector";
import type { FunctionSummary, Knowledge, Resource } from "./effects";
import { PICTURE } from "./figures";
import { isExactFile, isFile, isFolder } from "./files";
import { has } from "./knowledge";
import { importsOf } from "./imports";
import { inJitted, isJitted } from "./jitted";
import { namesWithin } from "./ownObjects";
import { laterStreams } from "./random";
import { freeNames, nameFacts } from "./scope";
import { union } from "./sets";
import { isPartOfPart, storedTargets } from "./stored";
import { KIND } from "./kinds";
import { remembered } from "./memory";
import { childOf, childrenOf, findNode, nodesOf, parameterNames, rootName, runBy, type SyntaxNode } from "./syntax";

/**
 * Summaries of the notebook's functions and of its classes' methods (a class sums up its methods). `known` are those of other
 * modules: functions by their dotted names, methods by their own.
 */
export function summarise(bindings: Bindings, known: Knowledge["functions"] = new Map()): Knowledge {
  const functions = new Map(known);
  const applied = new Map<string, FunctionSummary>();
  const knowledge = { ...bindings, functions, applied };
  const inside = [...appliedInside(bindings)];
  // Until nothing is new: a function does what those do that it calls, wherever they are defined.
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const [name, nodes] of inside) applied.set(name, merged(nodes.map((node) => summarised(node, knowledge))));
    for (const [name, nodes] of bindings.definitions) {
      if (name.includes(".")) continue;
      const others = known.get(name);
      const own = nodes.map((node) => summarised(node, knowledge));
      const summary = merged(others === undefined ? own : [others, ...own]);
      isNew ||= sizeOf(summary) > sizeOf(functions.get(name));
      functions.set(name, summary);
    }
  }
  return knowledge;
}

/** Grows with all that a function is found to do. */
function sizeOf(summary: FunctionSummary | undefined): number {
  if (summary === undefined) return -1;
  const { changed, returned, globals, uses, sets, seeds } = summary;
  return changed.length + returned.length + globals.length + uses.size + sets.size + seeds.size;
}

/** A name that is defined several times may do what any of its definitions does. */
function merged(summaries: readonly FunctionSummary[]): FunctionSummary {
  const all = <T>(part: (one: FunctionSummary) => Iterable<T>): Set<T> =>
    new Set(summaries.flatMap((one) => [...part(one)]));
  return {
    changed: [...all(({ changed }) => changed)],
    returned: [...all(({ returned }) => returned)],
    returnedGlobals: [...all(({ returnedGlobals }) => returnedGlobals)],
    globals: [...all(({ globals }) => globals)],
    uses: all(({ uses }) => uses),
    sets: all(({ sets }) => sets),
    seeds: all(({ seeds }) => seeds),
    makesDrawing: all(({ makesDrawing }) => makesDrawing),
    parameters: summaries.at(-1)?.parameters ?? [],
    variadic: summaries.some(({ variadic }) => variadic),
  };
}

const summaries = new WeakMap<Knowledge, WeakMap<SyntaxNode, FunctionSummary>>();

/** What calling a function, a lambda, or a method of a class does. */
export function summaryOf(node: SyntaxNode, knowledge: Knowledge): FunctionSummary {
  const known = summaries.get(knowledge) ?? new WeakMap<SyntaxNode, FunctionSummary>();
  summaries.set(knowledge, known);
  return remembered(known, node, () => summarised(node, knowledge));
}

function summarised(node: SyntaxNode, knowledge: Knowledge): FunctionSummary {
  return node.type === "class_definition"
    ? ofClass(functionSummary(node, knowledge), node, knowledge)
    : functionSummary(node, knowledge);
}

/** Making an instance does to the arguments what `__init__` does to them, and what that of a base does besides. */
function ofClass(own: FunctionSummary, node: SyntaxNode, knowledge: Knowledge): FunctionSummary {
  const bases = basesOf(node).flatMap((base) => knowledge.functions.get(base)?.globals ?? []);
  const changed = changesItself(node, knowledge.library) ? [childOf(node, "name")?.text ?? ""] : [];
  const whole = { ...own, globals: [...new Set([...own.globals, ...bases, ...changed])] };
  return withConstructor(whole, node, knowledge);
}

function withConstructor(whole: FunctionSummary, node: SyntaxNode, knowledge: Knowledge): FunctionSummary {
  const init = runBy(node);
  if (init === undefined) return whole;
  const { parameters, changed } = functionSummary(init, knowledge);
  const given = changed.filter((index) => index > 0).map((index) => index - 1);
  return { ...whole, parameters: parameters.slice(1), changed: given };
}

function functionSummary(node: SyntaxNode, knowledge: Knowledge): FunctionSummary {
  const parameters = parameterNames(node);
  const body = childOf(node, "body") ?? node;
  const found = new Collector(withOwnImports(body, knowledge), body, namesWithin(node));
  const discarded = discardedCalls(body);
  for (const call of nodesOf(body, KIND.call)) found.call(call, discarded.has(call) || call === body, false);
  found.names(body);
  found.states(body);
  // `self.step = self.descend`: a method that is given on, or a property, is there to be called, too.
  for (const part of nodesOf(body, KIND.attribute)) if (childOf(part, "object")?.text === "self") found.handedOn(part);
  // A function in it is there to be called, here or later.
  const inside = nodesOf(body, KIND.function_definition).flatMap((inner) => functionSummary(inner, knowledge).globals);
  const touched = [...found.changes.keys(), ...nameFacts(body).stores, ...inside];
  const stored = touched.filter((name) => !reboundFirst(body, name));
  const changed = withAliases(body, new Set([...stored, ...keptAndChanged(body, found)]));
  const free = freeNames(node);
  // `Feature.all.append(self)` in `Feature`, `count.calls += 1` in `count`: its own name is one of the notebook's, too.
  const { reads, late } = nameFacts(node);
  const returned = returnedNames(body, knowledge);
  return {
    parameters,
    changed: positions(parameters, (name) => changed.has(name)),
    returned: positions(parameters, (name) => returned.has(name)),
    returnedGlobals: [...returned].filter((name) => free.has(name)),
    globals: [
      ...union(
        nameFacts(node).lateBinds,
        found.globals,
        new Set([...changed].filter((name) => reads.has(name) || late.has(name))),
      ),
    ],
    ...movedBy(found, isJitted(node, knowledge)),
    makesDrawing: new Set(
      nodesOf(body, KIND.call).flatMap((call) => laterStreams(call, calleeOf(call, knowledge), knowledge)),
    ),
    variadic: (childOf(node, "parameters")?.children ?? []).some(({ type }) => type.endsWith("splat_pattern")),
  };
}

function movedBy({ uses, sets, seeds }: Collector, jitted: boolean): Pick<FunctionSummary, "uses" | "sets" | "seeds"> {
  const all = { uses, sets: withoutFolders(sets), seeds };
  return jitted ? { uses: inJitted(all.uses), sets: inJitted(all.sets), seeds: inJitted(all.seeds) } : all;
}

/** A function that writes nothing but pictures makes its folders for these. */
function withoutFolders(sets: ReadonlySet<Resource>): ReadonlySet<Resource> {
  if (!sets.has(PICTURE)) return sets;
  const isMade = (one: Resource): boolean => isExactFile(one) && sets.has(one.replace("<file:", "<folder:"));
  const others = [...sets].filter((resource) => !isFolder(resource) && !isMade(resource));
  return others.some(isFile) ? sets : new Set(others);
}

/** What a function imports itself means something in it, too. */
export function withOwnImports(body: SyntaxNode, knowledge: Knowledge): Knowledge {
  const own = nodesOf(body, KIND.import_statement | KIND.import_from_statement).flatMap(
    (statement) => importsOf(statement).names,
  );
  if (own.length === 0) return knowledge;
  return {
    ...knowledge,
    imports: new Map([...knowledge.imports, ...own.map(({ local, qualified }) => [local, qualified] as const)]),
  };
}

function positions(names: readonly string[], accepts: (name: string) => boolean): readonly number[] {
  return names.flatMap((name, index) => (accepts(name) ? [index] : []));
}

/** `for row in rows: row["x"] = 1`, `part = whole`: what changes the one changes the other. */
function withAliases(body: SyntaxNode, changed: Set<string>): ReadonlySet<string> {
  if (changed.size === 0) return changed;
  const aliases = nodesOf(body, KIND.assignment | KIND.for_statement | KIND.for_in_clause).flatMap((node) => {
    const [left, right] = [childOf(node, "left"), childOf(node, "right")];
    if (left === undefined || right === undefined) return [];
    if (node.type !== "assignment") return [{ left: namesIn(left), right: namesIn(right) }];
    // `self.rows = rows`: the object holds them, and changes itself without changing them.
    const names = elementsOf(left).flatMap(({ type, text }) => (type === "identifier" ? [text] : []));
    return [{ left: names, right: aliasedBy(right) }];
  });
  for (let size = -1; size < changed.size;) {
    size = changed.size;
    const touched = aliases.filter(({ left }) => left.some((name) => changed.has(name)));
    for (const name of touched.flatMap(({ right }) => right)) changed.add(name);
  }
  return changed;
}

/** `rows` of `self.rows = rows`, where the method changes that part of its object: `self.rows.sort()`, `self.rows[0] = 1`. */
function keptAndChanged(body: SyntaxNode, { changes }: Collector): readonly string[] {
  const kept = assignmentsIn(body).flatMap(({ left, right }) => {
    const part = left.type === "attribute" ? partOfSelf(left) : undefined;
    return part === undefined ? [] : aliasedBy(right).map((name) => ({ part, name }));
  });
  if (kept.length === 0) return [];
  const stored = [
    ...[...storedTargets(body)].filter(isPartOfPart),
    ...nodesOf(body, KIND.augmented_assignment).flatMap((one) => childOf(one, "left") ?? []),
  ];
  const called = changes.get("self") === true ? nodesOf(body, KIND.call).flatMap(receiverOf) : [];
  const changed = new Set([...stored, ...called].map(partOfSelf));
  // `self.scale()` may change any part.
  const isAny = called.some(({ text }) => text === "self");
  return kept.filter(({ part }) => isAny || changed.has(part)).map(({ name }) => name);
}

function receiverOf(call: SyntaxNode): readonly SyntaxNode[] {
  return [childOf(childOf(call, "function") ?? call, "object")].filter((one) => one !== undefined);
}

/** `rows` of `self.rows[0].a`. */
function partOfSelf(node: SyntaxNode): string | undefined {
  const inner = childOf(node, "object") ?? childOf(node, "value");
  if (inner === undefined) return undefined;
  return inner.text === "self" ? childOf(node, "attribute")?.text : partOfSelf(inner);
}

function namesIn(node: SyntaxNode): readonly string[] {
  return nodesOf(node, KIND.identifier).map(({ text }) => text);
}

/** The variables whose objects, or parts of them, an expression gives. */
function aliasedBy(node: SyntaxNode): readonly string[] {
  if (isAlias(node) || node.type === "subscript") return namesOfRoot(node);
  // What `Adam(model.parameters())` gives changes the model.
  if (node.type === "call") return nodesOf(node, KIND.attribute).filter(takesParameters).flatMap(namesOfRoot);
  const isDisplay = /^(tuple|list|expression_list|conditional_expression|parenthesized_expression)$/.test(node.type);
  return isDisplay ? node.children.flatMap(aliasedBy) : [];
}

function takesParameters(node: SyntaxNode): boolean {
  return has("parameterAttributes", childOf(node, "attribute")?.text ?? "");
}

/** True if a function binds a parameter anew (`df = df.copy()`) before it stores into it, whichever way it takes. */
function reboundFirst(body: SyntaxNode, name: string): boolean {
  for (const node of nodesOf(body, KIND.assignment | KIND.augmented_assignment)) {
    const left = childOf(node, "left");
    if (left === undefined || rootName(left)?.text !== name) continue;
    const isSure = body.children.some(({ children }) => children.includes(node));
    const isAnew = left.type === "identifier" && node.type === "assignment" && !mayAlias(childOf(node, "right"));
    return isSure && isAnew;
  }
  return false;
}

function isAlias(node: SyntaxNode | undefined): boolean {
  return node === undefined || node.type === "identifier" || node.type === "attribute";
}

/** `rows[2:]` and `np.asarray(rows)` may be the rows themselves. */
function mayAlias(node: SyntaxNode | undefined): boolean {
  if (isAlias(node)) return true;
  const name = node?.type === "call" ? childOf(childOf(node, "function") ?? node, "attribute")?.text : undefined;
  const isSlice = node?.type === "subscript" && childrenOf(node, "subscript").some(({ type }) => type === "slice");
  return isSlice || (name !== undefined && has("viewingFunctions", name));
}

/** The names whose objects a function gives back, or a part of them, or what `fit` and its like give of them. */
function returnedNames(body: SyntaxNode, { library }: Knowledge): ReadonlySet<string> {
  const given = nodesOf(body, KIND.return_statement).flatMap(({ children }) => children.flatMap(elementsOf));
  const isSame = (value: SyntaxNode): boolean => {
    const method = value.type === "call" ? (childOf(value, "function") ?? value) : undefined;
    if (method === undefined) return isAlias(value);
    return method.type === "attribute" && library.has("selfReturningMethods", childOf(method, "attribute")?.text ?? "");
  };
  return withAliases(body, new Set(given.filter(isSame).flatMap(namesOfRoot)));
}

/** True for a function that gives back one of its own which changes, from call to call, what it was made with. */
export function keepsArguments(definition: SyntaxNode | undefined, knowledge: Knowledge): boolean {
  if (definition?.type !== "function_definition") return false;
  if (findNode(definition, ({ type }) => type === "nonlocal_statement") !== undefined) return true;
  const body = childOf(definition, "body") ?? definition;
  const given = new Set(
    nodesOf(body, KIND.return_statement).flatMap(({ children }) => children.map(({ text }) => text)),
  );
  return nodesOf(body, KIND.function_definition).some(
    (inner) => given.has(childOf(inner, "name")?.text ?? "") && summaryOf(inner, knowledge).globals.length > 0,
  );
}
