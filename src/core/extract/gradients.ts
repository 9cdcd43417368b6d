/** Models that no `fit` trains: the notebook goes along gradients itself, step by step, as PyTorch's users do. */
import { assignmentsIn, calleeOf, callsIn, elementsOf, noteHeld } from "../python/calls";
import { namesOfRoot } from "../python/collector";
import { namesWithin } from "../python/ownObjects";
import { homeOf, type Knowledge } from "../python/effects";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { descended } from "./descents";
import { Inside } from "./inside";
import { DEFINITION, KIND } from "../python/kinds";
import { remembered } from "../python/memory";
import {
  argumentAt,
  argumentsOf,
  childOf,
  dottedName,
  nodesOf,
  parameterNames,
  runBy,
  type SyntaxNode,
} from "../python/syntax";

/** Whose parameters the object behind a variable changes: `model` for `optimizer = Adam(model.parameters())`. */
export type Optimizers = Map<string, readonly string[]>;

/** Notes the optimizers that a statement makes. */
export function learnOptimizers({ node }: Statement, knowledge: Knowledge, optimizers: Optimizers): void {
  noteHeld(optimizers, node, (value) => {
    const tuned = value.type === "call" ? tunedIn(value, knowledge, optimizers) : [];
    return tuned.length > 0 ? tuned : undefined;
  });
}

/** The models that a statement trains along gradients. */
export function trainedAlong(
  { node, names }: Statement,
  knowledge: Knowledge,
  optimizers: Optimizers,
): ReadonlySet<string> {
  if (!goesAlong(callsIn(node), knowledge)) return new Set(steppedBy(node, knowledge, optimizers));
  const read = [...names.reads].flatMap((name) => optimizers.get(name) ?? []);
  return new Set([...read, ...tunedIn(node, knowledge, optimizers)]);
}

/** `optimizer.step()` in a cell of its own. */
function steppedBy(node: SyntaxNode, knowledge: Knowledge, optimizers: Optimizers): readonly string[] {
  if (node.type !== "expression_statement") return [];
  return callsIn(node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "method" && callee.name === "step" ? (optimizers.get(callee.root ?? "") ?? []) : [];
  });
}

/** The variables of the tensors that a statement moves along their gradients, itself or by functions of the notebook. */
export function movedAlong(node: SyntaxNode, knowledge: Knowledge): readonly string[] {
  if (node.type.endsWith("definition")) return [];
  const inside = remembered(movedInside, knowledge, () => new Inside<readonly string[]>([]));
  return [...new Set(movedIn(node, knowledge, inside))];
}

const movedInside = new WeakMap<Knowledge, Inside<readonly string[]>>();

function movedIn(node: SyntaxNode, knowledge: Knowledge, inside: Inside<readonly string[]>): readonly string[] {
  const called = nodesOf(node, KIND.call, DEFINITION).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    const definition = callee.kind === "notebook" ? knowledge.definitions.get(callee.name)?.at(-1) : undefined;
    if (callee.kind !== "notebook" || definition === undefined || !isFunction(definition)) return [];
    const home = homeOf(callee.name, knowledge);
    const body = childOf(definition, "body") ?? definition;
    const moved = inside.of(definition, () => [...new Set(movedIn(body, home, inside))]);
    return outsideOf(moved, call, definition, home === knowledge);
  });
  return [...descended(node, knowledge), ...called];
}

/** The variables of a function's body that it trains along gradients. */
export function trainedInside(body: SyntaxNode, knowledge: Knowledge): readonly string[] {
  return goesAlong(nodesOf(body, KIND.call), knowledge) ? tunedIn(body, knowledge, new Map()) : [];
}

/** True if one of the calls goes along gradients, be it inside of a function of the notebook. */
export function goesAlong(calls: readonly SyntaxNode[], knowledge: Knowledge): boolean {
  const functions = descendingFunctions(knowledge);
  return calls.some((call) => {
    const callee = calleeOf(call, knowledge);
    if (callee.kind === "method" && has("gradientMethods", callee.name)) return true;
    const isOwn = callee.kind === "method" || callee.kind === "notebook";
    // `optimizer.step(closure)`
    return (isOwn && functions.has(callee.name)) || argumentsOf(call).some((one) => functions.has(givenIn(one).text));
  });
}

/** The value of an argument. */
function givenIn(argument: SyntaxNode): SyntaxNode {
  return childOf(argument, "value") ?? argument;
}

const descending = new WeakMap<Knowledge, ReadonlySet<string>>();

/** The functions and methods of the notebook that go along gradients, be it through each other. */
function descendingFunctions(knowledge: Knowledge): ReadonlySet<string> {
  return remembered(descending, knowledge, () => {
    const functions = [...knowledge.definitions].flatMap(([name, nodes]) => {
      const home = homeOf(name, knowledge);
      const called = nodes.filter(isFunction).flatMap((one) => calledIn(one, home));
      return [{ name, called }, ...nodes.flatMap((one) => methodsOf(one, home))];
    });
    const found = new Set<string>();
    for (let size = -1; size < found.size;) {
      size = found.size;
      for (const { name, called } of functions)
        if (called.some((one) => has("gradientMethods", one) || found.has(one))) found.add(name);
    }
    return found;
  });
}

/** The methods of a class, with what they call. */
function methodsOf(definition: SyntaxNode, knowledge: Knowledge) {
  const methods = definition.type === "class_definition" ? nodesOf(definition, KIND.function_definition) : [];
  return methods.map((one) => ({ name: childOf(one, "name")?.text ?? "", called: calledIn(one, knowledge) }));
}

function isFunction({ type }: SyntaxNode): boolean {
  return type === "function_definition";
}

function calledIn(definition: SyntaxNode, knowledge: Knowledge): readonly string[] {
  return nodesOf(definition, KIND.call).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "method" || callee.kind === "notebook" ? [callee.name] : [];
  });
}

/** What functions are found to take, by the optimizers that are known in them. */
type Insides = Map<string, Inside<readonly string[]>>;

/** The variables whose parameters are taken in a node, there or by the optimizers and functions that it uses. */
function tunedIn(
  node: SyntaxNode,
  knowledge: Knowledge,
  optimizers: Optimizers,
  insides: Insides = new Map(),
): readonly string[] {
  return nodesOf(node, KIND.identifier | KIND.call | KIND.attribute, DEFINITION).flatMap((inner): readonly string[] => {
    if (inner.type === "identifier" && inner.field !== "attribute") return optimizers.get(inner.text) ?? [];
    if (inner.type === "call") return tunedBy(inner, knowledge, optimizers, insides);
    const name = inner.type === "attribute" ? childOf(inner, "attribute")?.text : undefined;
    return name !== undefined && has("parameterAttributes", name) ? namesOfRoot(inner) : [];
  });
}

/** The variables whose parameters a call of the notebook's takes: its arguments, or names that a function looks up. */
function tunedBy(call: SyntaxNode, knowledge: Knowledge, optimizers: Optimizers, insides: Insides): readonly string[] {
  const callee = calleeOf(call, knowledge);
  const definition = callee.kind === "notebook" ? knowledge.definitions.get(callee.name)?.at(-1) : undefined;
  if (callee.kind !== "notebook" || definition === undefined) return [];
  const home = homeOf(callee.name, knowledge);
  if (!isFunction(definition)) return tunedByClass(call, definition, home);
  const isHere = home === knowledge;
  const own = namesWithin(definition);
  const known = new Map([...optimizers].filter(([name]) => isHere && !own.has(name)));
  const body = childOf(definition, "body") ?? definition;
  const names = [...known.keys()].join(" ");
  const inside = insides.get(names) ?? new Inside<readonly string[]>([]);
  insides.set(names, inside);
  const tuned = inside.of(definition, () => [...new Set(tunedIn(body, home, known, insides))]);
  return outsideOf(tuned, call, definition, isHere);
}

/**
 * What the notebook calls the variables of a function that it calls: the arguments and, where it is of the same file, the names that it
 * looks up or leaves to the functions that it calls.
 */
function outsideOf(
  names: readonly string[],
  call: SyntaxNode,
  definition: SyntaxNode,
  isHere: boolean,
): readonly string[] {
  const parameters = parameterNames(definition);
  const own = namesWithin(definition);
  return names.flatMap((name) => {
    const index = parameters.indexOf(name);
    if (index >= 0) return variable(argumentAt(call, index, name));
    return isHere && !own.has(name) ? [name] : [];
  });
}

/** `net` of `Engine(net)`, where the class of the notebook keeps it and makes an optimizer of its parameters. */
function tunedByClass(call: SyntaxNode, definition: SyntaxNode, knowledge: Knowledge): readonly string[] {
  const init = runBy(definition);
  if (init === undefined) return [];
  const [self, ...parameters] = parameterNames(init);
  const kept = assignmentsIn(childOf(init, "body") ?? init).flatMap(({ left, right }) =>
    elementsOf(left).map((target, index) => [dottedName(target) ?? "", elementsOf(right)[index]?.text ?? ""] as const),
  );
  const given = new Map([...kept, ...parameters.map((name) => [name, name] as const)]);
  const tuned = nodesOf(definition, KIND.function_definition).flatMap((method) => tunedByMakers(method, knowledge));
  return [...new Set(tuned)].flatMap((owner) => {
    const name = given.get(owner) ?? "";
    const index = self === undefined ? -1 : parameters.indexOf(name);
    return index < 0 ? [] : variable(argumentAt(call, index, name));
  });
}

/** `self.net` of `Adam(self.net.parameters())`: whose parameters a method hands to what a library makes. */
function tunedByMakers(method: SyntaxNode, knowledge: Knowledge): readonly string[] {
  const made = nodesOf(method, KIND.call).filter((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "library" && /^[A-Z]/.test(callee.name);
  });
  const handed = made.flatMap((call) => argumentsOf(call).flatMap((one) => nodesOf(one, KIND.attribute)));
  const taken = handed.filter((one) => has("parameterAttributes", childOf(one, "attribute")?.text ?? ""));
  return taken.flatMap((one) => dottedName(childOf(one, "object") ?? one) ?? []);
}

function variable(argument: SyntaxNode | undefined): readonly string[] {
  return argument?.type === "identifier" ? [argument.text] : [];
}
