/** Annotations of the notebook's functions: what their calls pass, and what they return. Their bodies stay as they are. */
import type { Knowledge } from "../python/effects";
import { nameFacts } from "../python/scope";
import { childOf, type SyntaxNode } from "../python/syntax";
import type { Helper, Plan } from "./plan";
import { variableNodes } from "./text";
import { returnedTypeOf, type TypeEnvironment } from "./types";
import type { CallListener, Found } from "./typing/context";
import { defaultsOf } from "./typing/functions";
import { NONE, unionOf } from "./typing/text";

/** The calls of each function that were seen, with the types that they give to its parameters. */
export type HeardCalls = Map<string, Map<SyntaxNode, ReadonlyMap<string, Found>[]>>;

/** Notes every call of a function of the notebook. */
export function hear(heard: HeardCalls): CallListener {
  return (call, name, given) => {
    const calls = heard.get(name) ?? new Map<SyntaxNode, ReadonlyMap<string, Found>[]>();
    heard.set(name, calls.set(call, [...(calls.get(call) ?? []), given]));
  };
}

/** A type that is to be written at an offset of the cell, behind `: ` or ` -> `. */
export interface Annotation {
  readonly at: number;
  readonly before: string;
  readonly type: string;
}

interface Scope {
  readonly types: TypeEnvironment;
  readonly knowledge: Knowledge;
}

/** For each function of the notebook at the top of the module, what its signature does not say yet. */
export function helperSignatures(
  plan: Plan,
  { knowledge }: Scope,
  heard: HeardCalls,
): ReadonlyMap<string, readonly Annotation[]> {
  const functions = plan.helpers.filter(({ definition }) => definition.type === "function_definition");
  return new Map(
    functions.map((helper) => {
      const given = parameterTypes(helper, plan, heard);
      return [helper.name, [...parameterAnnotations(helper, given), ...resultAnnotation(helper, given, knowledge)]];
    }),
  );
}

/** What all calls pass, and the defaults; nothing where the function is handed on, for who calls it then? */
function parameterTypes({ name, definition }: Helper, plan: Plan, heard: HeardCalls): ReadonlyMap<string, Found> {
  const calls = heard.get(name) ?? new Map<SyntaxNode, ReadonlyMap<string, Found>[]>();
  const nodes = [...plan.items, ...plan.helpers.map(({ statement }) => statement)].map(({ node }) => node);
  const isCalled = nodes
    .flatMap((node) => variableNodes(node, name))
    .filter(({ parent }) => parent !== definition)
    .every(({ node, parent }) => parent?.type === "call" && node.field === "function" && calls.has(parent));
  const given = [...calls.values()].flat();
  if (!isCalled || given.length === 0) return new Map();
  const names = new Set(given.flatMap((one) => [...one.keys()]));
  return new Map([...names].map((parameter) => [parameter, unionOf(given.map((one) => one.get(parameter)))]));
}

function parameterAnnotations({ definition }: Helper, given: ReadonlyMap<string, Found>): readonly Annotation[] {
  const { binds, mayBind } = nameFacts(childOf(definition, "body") ?? definition);
  const defaults = defaultsOf(definition);
  return (childOf(definition, "parameters")?.children ?? []).flatMap((parameter) => {
    const name = parameter.type === "default_parameter" ? childOf(parameter, "name") : parameter;
    if (name?.type !== "identifier" || binds.has(name.text) || mayBind.has(name.text)) return [];
    const type = given.get(name.text);
    const isOptional = defaults.get(name.text)?.type === "none";
    const whole = isOptional ? unionOf([type, NONE]) : type;
    return whole === undefined || whole === NONE ? [] : [{ at: name.end, before: ": ", type: whole }];
  });
}

function resultAnnotation(
  { definition }: Helper,
  given: ReadonlyMap<string, Found>,
  knowledge: Knowledge,
): readonly Annotation[] {
  const parameters = childOf(definition, "parameters");
  if (parameters === undefined || childOf(definition, "return_type") !== undefined) return [];
  const type = returnedTypeOf(definition, given, knowledge);
  return type === undefined ? [] : [{ at: parameters.end, before: " -> ", type }];
}
