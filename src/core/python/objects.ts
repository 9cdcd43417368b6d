/** What an expression may stand for, among the abstract objects of the data flow. */
import { summaryOf } from "./summaries";
import { assignmentsIn, calleeOf, elementsOf, type Callee } from "./calls";
import { functionGiven } from "./collector";
import { ownMethod } from "./ownObjects";
import { drawnBy, type Canvas } from "./drawing";
import type { FunctionSummary, Knowledge } from "./effects";
import { FIGURE, makesFigure } from "./figures";
import { has, liesIn } from "./knowledge";
import { KIND } from "./kinds";
import { openedFile } from "./files";
import { isStream, laterStreams } from "./random";
import { union } from "./sets";
import { isInput, isNetwork, knowsSymbols, networkParts, symbolFrom, symbolOf } from "./symbols";
import {
  canChange,
  commonForm,
  isData,
  newThing,
  NOTHING,
  partOf,
  withHeld,
  withOwners,
  type Form,
  type Reach,
  type Thing,
} from "./things";
import { isLiteral } from "./values";
import {
  argumentsAt,
  argumentsOf,
  calledName,
  childOf,
  childrenOf,
  findNode,
  nodesOf,
  type SyntaxNode,
} from "./syntax";

/** What the variables of the notebook stand for at one point of its run. */
export interface Scene {
  readonly knowledge: Knowledge;
  readonly variables: Pick<ReadonlyMap<string, ReadonlySet<Thing>>, "get">;
  /** The statement that runs. */
  readonly now: number;
}

/** Expressions that put values together to a new container. */
const DISPLAYS = new Set(["list", "tuple", "set", "dictionary", "expression_list"]);
/** Expressions that give one of their parts. */
const CHOICES = new Set(
  "parenthesized_expression conditional_expression boolean_operator await pair list_splat dictionary_splat".split(" "),
);

/** Expressions whose values nothing can change. */
const IMMUTABLE = new Set(
  "integer float true false none string concatenated_string comparison_operator not_operator".split(" "),
);

/** True for an expression whose value holds, or is, one of the values that it lists. */
export function wrapsValues({ type }: SyntaxNode): boolean {
  return DISPLAYS.has(type) || CHOICES.has(type) || type === "keyword_argument";
}

/** The objects that an expression may give. */
export function thingsOf(node: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  if (node.type === "identifier") return scene.variables.get(node.text) ?? NOTHING;
  const reached = REACHED[node.type]?.(node, scene);
  if (reached !== undefined) return reached;
  if (IMMUTABLE.has(node.type)) return new Set([newThing({ form: "immutable" })]);
  if (DISPLAYS.has(node.type)) return new Set([displayThing(node, scene)]);
  if (CHOICES.has(node.type)) return new Set(partThings(node, scene));
  return new Set([newThing()]);
}

const REACHED: Readonly<Record<string, (node: SyntaxNode, scene: Scene) => ReadonlySet<Thing>>> = {
  attribute: attributeThings,
  subscript: subscriptThings,
  call: callThings,
  binary_operator: operatorThings,
  lambda: (node, scene) => new Set([callableThing(node, scene)]),
  list_comprehension: gatheredThings,
  set_comprehension: gatheredThings,
  generator_expression: gatheredThings,
  dictionary_comprehension: gatheredThings,
};

/** `[frame for frame in (train, test)]` holds what it is made of; what it computes is new. */
function gatheredThings(node: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  const body = childOf(node, "body");
  const name = (body?.type === "pair" ? childOf(body, "value") : body)?.text ?? "";
  const clause = node.children.find(({ type, children: [left] }) => {
    return type === "for_in_clause" && left !== undefined && elementsOf(left).some(({ text }) => text === name);
  });
  const run = clause === undefined ? undefined : childOf(clause, "right");
  if (run === undefined) return new Set([newThing()]);
  const parts = partOf(thingsOf(run, scene));
  return new Set([newThing({ holds: [...parts, ...partOf(parts)], form: "display" })]);
}

function operatorThings(node: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  const sides = ["left", "right"].flatMap((field) => {
    const side = childOf(node, field);
    return side === undefined ? [] : [...thingsOf(side, scene)];
  });
  const form = commonForm(new Set(sides)) === "immutable" ? "immutable" : "data";
  return new Set([newThing({ form }), ...symbolFrom(sides, () => NOTHING)]);
}

function displayThing(node: SyntaxNode, scene: Scene): Thing {
  if (isLiteral(node)) return newThing({ form: "literal" });
  return newThing({ holds: partThings(node, scene), form: "display" });
}

function partThings(node: SyntaxNode, scene: Scene): readonly Thing[] {
  return givenParts(node).flatMap((child) => [...thingsOf(child, scene)]);
}

/** A class as a value: it holds what its body assigns, and the classes that it is made from. */
export function classThing(definition: SyntaxNode, scene: Scene): Thing {
  const bases = childOf(definition, "superclasses")?.children ?? [];
  const values = [...assignmentsIn(bodyOf(definition)).map(({ right }) => right), ...bases];
  return newThing({
    holds: values.flatMap((value) => [...thingsOf(value, scene)]),
    settings: settingsOf(definition),
    form: isFixed(definition) ? "code" : "value",
  });
}

/** True for a class that assigns only numbers and texts, and whose methods do not reach for the class. */
function isFixed(definition: SyntaxNode): boolean {
  const body = bodyOf(definition);
  if (assignmentsIn(body).some(({ right }) => !IMMUTABLE.has(right.type))) return false;
  return findNode(body, ({ type, text }) => type === "identifier" && REACHES_CLASS.test(text)) === undefined;
}

const REACHES_CLASS = /^(cls|type|__class__|classmethod|setattr|vars)$/;

/** What a class's body assigns numbers and texts to. `None` is no setting: it stands for what is assigned later. */
function settingsOf(definition: SyntaxNode): ReadonlySet<string> {
  const assigned = assignmentsIn(bodyOf(definition));
  const others = assigned.filter(({ right }) => !IMMUTABLE.has(right.type) || right.type === "none");
  const names = new Set(assigned.map(({ left }) => left.text));
  for (const { left } of others) names.delete(left.text);
  return names;
}

function bodyOf(definition: SyntaxNode): SyntaxNode {
  return childOf(definition, "body") ?? definition;
}

/** Of `a if condition else b` the condition is none. */
function givenParts({ type, children }: SyntaxNode): readonly SyntaxNode[] {
  return type === "conditional_expression" ? children.filter((_, index) => index !== 1) : children;
}

/** `rows.append` that is not called on the spot may be called later. */
function attributeThings(node: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  const object = childOf(node, "object");
  const container = object === undefined ? NOTHING : thingsOf(object, scene);
  const name = childOf(node, "attribute")?.text ?? "";
  if (has("settledAttributes", name)) return new Set([newThing({ form: "immutable" })]);
  const isSetting = container.size > 0 && [...container].every(({ settings }) => settings.has(name));
  if (isSetting) return new Set([newThing({ form: "immutable" })]);
  const own = object === undefined ? undefined : ownMethod({ name, object }, scene.knowledge);
  const acts = own === undefined ? undefined : actsOf(own);
  const parts = partOf(container, scene.knowledge.library.has("mutatingMethods", name) ? [] : acts);
  return new Set([...parts, ...symbolOf(container, name, scene.knowledge)]);
}

function actsOf({ changed, globals }: FunctionSummary): Thing["acts"] {
  return changed.length + globals.length > 0 ? globals : undefined;
}

/** A function or a lambda that is used as a value. Its defaults are objects that it keeps from call to call. */
export function callableThing(definition: SyntaxNode, scene: Scene): Thing {
  const defaults = (childOf(definition, "parameters")?.children ?? []).flatMap((one) => childOf(one, "value") ?? []);
  return newThing({
    acts: actsOf(summaryOf(definition, scene.knowledge)),
    holds: defaults.flatMap((value) => [...thingsOf(value, scene)]),
  });
}

/** `a["x"]`, `a[0]` are parts; a mask or a list of keys makes a copy; a slice of an array is the array itself. */
function subscriptThings(node: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  const value = childOf(node, "value");
  if (value === undefined) return new Set([newThing()]);
  const keys = childrenOf(node, "subscript");
  const container = thingsOf(value, scene);
  const form = commonForm(container);
  if (keys.some(isMask)) return new Set([newThing({ form })]);
  return keys.some(({ type }) => type === "slice") ? new Set([...container, newThing({ form })]) : partOf(container);
}

function isMask(key: SyntaxNode): boolean {
  if (key.type === "list") return true;
  if (key.type === "call") return !GIVES_ONE.test(calledName(key));
  return findNode(key, ({ type, text }) => type === "comparison_operator" || text === "~") !== undefined;
}

/** Calls that give one key or one place. */
const GIVES_ONE = /^(argmax|argmin|idxmax|idxmin|index|int|len|max|min|randint|str)$/;

function callThings(call: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  const callee = calleeOf(call, scene.knowledge);
  if (makesFigure(callee, scene.knowledge)) return new Set([newThing({ form: "figure" })]);
  const drawn = drawnBy(call, callee, canvasOf(scene));
  if (drawn.size > 0) return drawn;
  if (callee.kind === "method") return withSymbol(call, methodThings(call, callee, scene), scene);
  const given = givenThings(call, scene);
  const actors = given.filter(({ acts }) => acts !== undefined);
  const own =
    callee.kind === "notebook" ? ownCallThings(call, callee.name, scene) : libraryThings(call, callee, given, scene);
  // What is made from a function that changes things, as a partial or a wrapper, changes them too.
  if (actors.length > 0) own.add(newThing({ holds: given, acts: actors.flatMap(({ acts = [] }) => acts) }));
  return isMade(callee) ? own : withSymbol(call, own, scene, given);
}

/** Where the calls of a statement draw. */
export function canvasOf(scene: Scene): Canvas {
  const { knowledge, variables } = scene;
  return { knowledge, current: variables.get(FIGURE) ?? NOTHING, things: (node) => thingsOf(node, scene) };
}

function givenThings(call: SyntaxNode, scene: Scene): readonly Thing[] {
  return argumentsOf(call).flatMap((argument) => [...argumentThings(argument, scene)]);
}

/** What a call gives, with the symbol that it gives where it is given symbols. */
function withSymbol(
  call: SyntaxNode,
  things: ReadonlySet<Thing>,
  scene: Scene,
  given?: readonly Thing[],
): ReadonlySet<Thing> {
  if (!knowsSymbols(scene.knowledge)) return things;
  const symbols = symbolFrom(given ?? givenThings(call, scene), () => calledThings(call, scene));
  return symbols.length === 0 ? things : union(things, new Set(symbols));
}

/** What is called, or whose method is called. */
function calledThings(call: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  const target = childOf(call, "function");
  const called = target?.type === "attribute" ? childOf(target, "object") : target;
  return called === undefined ? NOTHING : thingsOf(called, scene);
}

function libraryThings(call: SyntaxNode, callee: Callee, given: readonly Thing[], scene: Scene): Set<Thing> {
  const shared = liveThings(call, scene);
  const held = [...heldBy(callee, gatheredBy(callee, given, scene)), ...shared];
  const draws = [
    ...laterStreams(call, callee, scene.knowledge),
    ...drawnByGiven(call, callee, scene),
    ...held.flatMap((thing) => thing.draws),
  ];
  const live = isGenerator(callee) || held.some((thing) => thing.live) || shared.length > 0;
  const form = formGiven(callee, scene.knowledge);
  const file = openedFile(call, callee, scene.knowledge);
  const made = newThing({ holds: held, draws, form, live, file, reach: reachOf(callee, live, scene.knowledge) });
  return new Set([...viewedBy(call, callee, scene), made]);
}

/** `KerasClassifier(model=build)`: what the functions draw from that an object is made with, and calls when it is used. */
function drawnByGiven(call: SyntaxNode, callee: Callee, { knowledge }: Scene): readonly string[] {
  if (!isConstructor(callee)) return [];
  return argumentsOf(call).flatMap((argument) => {
    const given = functionGiven(childOf(argument, "value") ?? argument, knowledge);
    return given === undefined ? [] : [...given.sets, ...given.makesDrawing].filter(isStream);
  });
}

function heldBy(callee: Callee, kept: readonly Thing[]): readonly Thing[] {
  if (!isConstructor(callee)) return kept;
  const held = keptByEstimator(kept);
  return isNetwork(callee) ? networkParts(held) : held;
}

/** What a library's function or class puts into what it gives. A plot shows its data and leaves it as it is. */
function gatheredBy(callee: Callee, given: readonly Thing[], { knowledge }: Scene): readonly Thing[] {
  if (callee.kind !== "library" || knowledge.library.liesIn("displayModules", callee.qualified)) return [];
  if (COPIES.test(callee.name)) return [...partOf(new Set(given))];
  return has("collectingFunctions", callee.name) || isConstructor(callee) ? given : [];
}

/** `np.asarray(rows)` may be the rows. */
function viewedBy(call: SyntaxNode, callee: Callee, scene: Scene): ReadonlySet<Thing> {
  const [viewed] = callee.kind === "library" && has("viewingFunctions", callee.name) ? argumentsOf(call) : [];
  return viewed === undefined ? NOTHING : argumentThings(viewed, scene);
}

/** What gives the elements of what it is given. */
const COPIES = /^(iter|list|reversed|set|sorted|tuple)$/;

/** What an object of a library may change later. It leaves lists of column names and settings as they are. */
function keptByEstimator(given: readonly Thing[], passed = new Set<Thing>()): readonly Thing[] {
  return given.flatMap((thing) => {
    const { form, named, holds } = thing;
    if (form === "value" || form === "data" || form === "symbol" || (form === "display" && named)) return [thing];
    if (holds.size === 0 || passed.has(thing)) return [];
    passed.add(thing);
    return keptByEstimator([...holds.keys()], passed);
  });
}

/** What is known of the value that a library gives. */
function formGiven(callee: Callee, { library }: Knowledge): Form {
  if (callee.kind !== "library") return "value";
  if (isInput(callee)) return "symbol";
  if (has("immutableFunctions", callee.qualified)) return "immutable";
  if (isGenerator(callee) || /^[A-Z]/.test(callee.name)) return "value";
  const isTable = library.readerOf(callee.qualified)?.type !== undefined;
  return isTable || liesIn("dataModules", callee.qualified) ? "data" : "value";
}

/** True for a class that fits copies of the models which it is given, and leaves these as they are. */
export function fitsCopies(callee: Callee, { library }: Knowledge): boolean {
  return (
    callee.kind === "library" &&
    library.liesIn("cloningModules", callee.qualified) &&
    !has("fittingHolders", callee.name)
  );
}

/** Most estimators fit copies of those that they are made with; a generator of random numbers, they use as it is. */
function reachOf(callee: Callee, live: boolean, knowledge: Knowledge): Reach {
  if (callee.kind !== "library") return "all";
  if (!live && fitsCopies(callee, knowledge)) return "none";
  return isConstructor(callee) && !has("plainHolders", callee.name) ? "parts" : "all";
}

function isGenerator(callee: Callee): boolean {
  return callee.kind === "library" && has("deterministicRandom", callee.qualified);
}

/** `random_state=rng`, `callbacks=[log]`: what is used with the object, and changed by that, and what it is a part of. */
export function liveThings(call: SyntaxNode, scene: Scene): readonly Thing[] {
  if ((call.inside & KIND.keyword_argument) === 0) return [];
  const keywords = nodesOf(call, KIND.keyword_argument).filter((one) =>
    has("liveKeywords", childOf(one, "name")?.text ?? ""),
  );
  const given = keywords.flatMap((keyword) => [...argumentThings(keyword, scene)]);
  return [...withOwners(new Set(given))].filter((thing) => canChange(thing) && thing.form !== "code");
}

/** True for a call that makes an object of an imported class, and calls none. */
function isMade(callee: Callee): boolean {
  return isConstructor(callee) && callee.kind === "library" && callee.qualified.includes(".");
}

/** True for a class of a library, but for those that make data. */
export function isConstructor(callee: Callee): boolean {
  return callee.kind === "library" && /^[A-Z]/.test(callee.name) && !has("dataConstructors", callee.name);
}

/** The objects that an argument of a call may give. */
export function argumentThings(argument: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  const value = argument.type === "keyword_argument" ? childOf(argument, "value") : argument;
  return value === undefined ? NOTHING : thingsOf(value, scene);
}

/** An instance of a class of the notebook holds what it was made with. */
function ownCallThings(call: SyntaxNode, name: string, scene: Scene): Set<Thing> {
  const definition = scene.knowledge.definitions.get(name)?.at(-1);
  if (definition?.type !== "class_definition") return givenBack(call, name, scene);
  const holds = [...givenThings(call, scene), ...(scene.variables.get(name) ?? [])];
  return new Set([newThing({ holds, settings: settingsOf(definition) })]);
}

/** A function of the notebook may give back an argument, a variable, or a function that changes what it was made with. */
function givenBack(call: SyntaxNode, name: string, scene: Scene): Set<Thing> {
  const { knowledge, variables } = scene;
  const summary = knowledge.functions.get(name);
  if (summary === undefined) return new Set([newThing()]);
  const things = (nodes: readonly SyntaxNode[]): readonly Thing[] =>
    nodes.flatMap((node) => [...argumentThings(node, scene)]);
  const { returned, returnedGlobals, makesDrawing, parameters } = summary;
  const given = argumentsAt(call, returned, parameters);
  const known = returnedGlobals.flatMap((one) => [...(variables.get(one) ?? [])]);
  const isKept = keepsArguments(knowledge.definitions.get(name)?.at(-1), knowledge);
  const kept = isKept ? { acts: [], holds: things(argumentsOf(call)) } : {};
  return new Set([newThing({ ...kept, draws: [...makesDrawing] }), ...things(given), ...known]);
}

/** True for a function that gives back one of its own which changes, from call to call, what it was made with. */
function keepsArguments(definition: SyntaxNode | undefined, knowledge: Knowledge): boolean {
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

function methodThings(call: SyntaxNode, callee: Extract<Callee, { kind: "method" }>, scene: Scene): ReadonlySet<Thing> {
  const own = ownMethod(callee, scene.knowledge);
  const object = thingsOf(callee.object, scene);
  if (scene.knowledge.library.has("selfReturningMethods", callee.name)) return object;
  // `return self.frame`: the object, or what it holds.
  if (own?.returned.includes(0) === true) return withHeld(object);
  if (has("elementMethods", callee.name)) return partOf(object);
  const form = object.size > 0 && [...object].every(isData) ? "data" : "value";
  const file = openedFile(call, callee, scene.knowledge);
  const made = newThing({ form, file });
  return has("viewingFunctions", callee.name) ? new Set([...object, made]) : new Set([made]);
}
