/** What the notebook's functions, and the methods of its classes, give back of what they measure. */
import type { Callee } from "../python/calls";
import { homeOf } from "../python/effects";
import { argumentAt, childOf, methodsIn, parameterNames, type SyntaxNode } from "../python/syntax";
import { learnMeasures } from "./learnedMeasures";
import { NUMBER, oneOf, type Measure } from "./measures";
import { bind, firstMeasure, measuresOf, type Scope } from "./measureScope";
import { returnsOf } from "./returns";
import { givesShare } from "./shares";
import { lateTypes } from "./types";

/** How many functions deep a value is followed. */
const MAX_DEPTH = 4;

/** The scope of a function: one of another file does not see the notebook's variables. Of a method, `self` is of a known class. */
function scopeInside(name: string, scope: Scope, self?: string): Scope {
  const knowledge = homeOf(name, scope.knowledge);
  const notebook = scope.depth === 0 ? scope : scope.outer;
  const outer = knowledge === scope.knowledge && notebook !== undefined ? { outer: notebook } : {};
  return {
    knowledge,
    measures: new Map(),
    types: lateTypes(knowledge, self === undefined ? [] : [[self, name]]),
    compiled: scope.compiled,
    ...outer,
    depth: scope.depth + 1,
    measureOf: scope.measureOf,
  };
}

/** What a function of the notebook gives back for the arguments of a call. */
export function functionMeasure(call: SyntaxNode, name: string, scope: Scope): Measure | undefined {
  const definition = scope.knowledge.definitions.get(name)?.at(-1);
  if (definition?.type !== "function_definition") return undefined;
  return givenBack(call, { definition, parameters: parameterNames(definition) }, scope, () => scopeInside(name, scope));
}

/** `engine.test(X, y)`: the same of a method of a class of the notebook, if it tells anything of a model. */
export function ownMethodMeasure(
  call: SyntaxNode,
  { name, object }: Pick<Extract<Callee, { kind: "method" }>, "name" | "object">,
  scope: Scope,
): Measure | undefined {
  const { definitions } = scope.knowledge;
  const className = definitions.has(name) ? scope.types.typeOf(object) : undefined;
  const owner = className === undefined ? undefined : definitions.get(className)?.at(-1);
  const methods = owner?.type === "class_definition" ? methodsIn(owner) : [];
  const definition = methods.find((one) => childOf(one, "name")?.text === name);
  if (className === undefined || definition === undefined) return undefined;
  const [self, ...parameters] = parameterNames(definition);
  const given = givenBack(call, { definition, parameters }, scope, () => scopeInside(className, scope, self));
  return given?.kind === "plain" ? undefined : given;
}

/** A function, and the parameters that a call gives something to. */
interface Called {
  readonly definition: SyntaxNode;
  readonly parameters: readonly string[];
}

function givenBack(call: SyntaxNode, called: Called, scope: Scope, inside: () => Scope): Measure | undefined {
  const body = childOf(called.definition, "body") ?? called.definition;
  const returns = scope.depth >= MAX_DEPTH ? [] : returnsOf(body);
  if (returns.length === 0) return undefined;
  const inner = inside();
  const passed = pass(call, called.parameters, scope, inner);
  learnMeasures(body, inner);
  const result = oneOf(returns.map((one) => firstMeasure(one, inner)));
  if (result !== undefined && result.kind !== "plain") return result;
  return isShare(call, body, passed, scope) ? NUMBER : result;
}

/** Binds the parameters of a function to what a call gives it. */
function pass(
  call: SyntaxNode,
  parameters: readonly string[],
  scope: Scope,
  inner: Scope,
): readonly (Measure | undefined)[] {
  const given = parameters.flatMap((parameter, index) => {
    const argument = argumentAt(call, index, parameter);
    return argument === undefined ? [] : [{ parameter, argument }];
  });
  const passed = measuresOf(
    given.map(({ argument }) => argument),
    scope,
  );
  given.forEach(({ parameter }, index) => {
    bind(parameter, passed[index], inner);
  });
  return passed;
}

function isShare(
  call: SyntaxNode,
  body: SyntaxNode,
  passed: readonly (Measure | undefined)[],
  { types }: Scope,
): boolean {
  return comparesRows(passed) && givesShare(body) && types.typeOf(call) === "float";
}

/** True for predictions beside something else that is known of the rows. */
function comparesRows(passed: readonly (Measure | undefined)[]): boolean {
  const isLabels = (one: Measure | undefined): boolean => one === undefined || one.kind === "tuple";
  return passed.some((one) => one?.kind === "rows") && passed.some(isLabels);
}
