/** What an expression may stand for, among the abstract objects of the data flow. */
import { assignmentsIn, calleeOf, elementsOf, type Callee } from "./calls";
import { bodyOf, isFixed, settingsOf } from "./classBodies";
import { drawnBy, type Canvas } from "./drawing";
import type { FunctionSummary, Knowledge } from "./effects";
import { FIGURE, makesFigure } from "./figures";
import { openedFile } from "./files";
import { KIND } from "./kinds";
import { has } from "./knowledge";
import { drawnByGiven, formGiven, gatheredBy, heldBy, isGenerator, isMade, reachOf } from "./libraryObjects";
import { ownMethod } from "./ownObjects";
import { laterStreams } from "./random";
import { refitsAnew } from "./refits";
import { union } from "./sets";
import { keepsArguments, summaryOf } from "./summaries";
import { knowsSymbols, symbolFrom, symbolOf } from "./symbols";
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
import { canChange, commonForm, isData, newThing, NOTHING, partOf, withHeld, withOwners, type Thing } from "./things";
import { isImmutable, isLiteral } from "./values";

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

/** True for an expression whose value holds, or is, one of the values that it lists. */
export function wrapsValues({ type }: SyntaxNode): boolean {
  return DISPLAYS.has(type) || CHOICES.has(type) || type === "keyword_argument";
}

/** The objects that an expression may give. */
export function thingsOf(node: SyntaxNode, scene: Scene): ReadonlySet<Thing> {
  if (node.type === "identifier") return scene.variables.get(node.text) ?? NOTHING;
  const reached = REACHED[node.type]?.(node, scene);
  if (reached !== undefined) return reached;
  if (isImmutable(node)) return new Set([newThing({ form: "immutable" })]);
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
  const held = [...heldBy(callee, gatheredBy(callee, given, scene.knowledge)), ...shared];
  const draws = [
    ...laterStreams(call, callee, scene.knowledge),
    ...drawnByGiven(call, callee, scene.knowledge),
    ...held.flatMap((thing) => thing.draws),
  ];
  const live = isGenerator(callee) || held.some((thing) => thing.live) || shared.length > 0;
  const form = formGiven(callee, scene.knowledge);
  const file = openedFile(call, callee, scene.knowledge);
  const made = newThing({
    holds: held,
    draws,
    form,
    live,
    file,
    reach: reachOf(callee, live, scene.knowledge),
    refits: refitsAnew(call, callee, scene.knowledge),
  });
  return new Set([...viewedBy(call, callee, scene), made]);
}

/** `np.asarray(rows)` may be the rows. */
function viewedBy(call: SyntaxNode, callee: Callee, scene: Scene): ReadonlySet<Thing> {
  const [viewed] = callee.kind === "library" && has("viewingFunctions", callee.name) ? argumentsOf(call) : [];
  return viewed === undefined ? NOTHING : argumentThings(viewed, scene);
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
