/** Annotations of the notebook's functions: what their calls pass, and what they return. Their bodies stay as they are. */
import type { Knowledge } from "../python/effects";
import { nameFacts } from "../python/scope";
import { childOf, type SyntaxNode } from "../python/syntax";
import type { Helper, Plan } from "./plan";
import { variableNodes } from "./text";
import { returnedTypeOf } from "./types";
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

/** For each function of the notebook at the top of the module, what its signature does not say yet. */
export function helperSignatures(
  plan: Plan,
  knowledge: Knowledge,
  heard: HeardCalls,
): ReadonlyMap<string, readonly Annotation[]> {
  const functions = plan.helpers.filter(({ definition }) => definition.type === "function_definition");
  const open = openFunctions(plan, heard);
  return new Map(
    functions.map((helper) => {
      const given = open.has(helper.name) ? new Map<string, Found>() : parameterTypes(heard.get(helper.name));
      return [helper.name, [...parameterAnnotations(helper, given), ...resultAnnotation(helper, given, knowledge)]];
    }),
  );
}

/** What all calls pass, or the defaults where they pass nothing. */
function parameterTypes(calls: ReadonlyMap<SyntaxNode, readonly ReadonlyMap<string, Found>[]> = new Map()) {
  const given = [...calls.values()].flat();
  const names = new Set(given.flatMap((one) => [...one.keys()]));
  return new Map([...names].map((parameter) => [parameter, unionOf(given.map((one) => one.get(parameter)))]));
}

/** Functions that are called with what is not known: they are handed on, or called by one of these, or by a method. */
function openFunctions({ items, helpers }: Plan, heard: HeardCalls): ReadonlySet<string> {
  const places = [
    ...items.map(({ node }) => ({ node, inside: undefined })),
    ...helpers.map(({ name, statement }) => ({ node: statement.node, inside: name })),
  ];
  const open = new Set(
    helpers.filter(({ definition }) => definition.type === "class_definition").map(({ name }) => name),
  );
  const isOpen = ({ name, definition }: Helper): boolean =>
    places.some(({ node: place, inside }) =>
      variableNodes(place, name).some(({ node, parent }) => {
        if (parent === definition) return false;
        const isHeard = parent?.type === "call" && node.field === "function" && heard.get(name)?.has(parent) === true;
        return !isHeard || (inside !== undefined && open.has(inside));
      }),
    );
  for (let before = -1; before < open.size;) {
    before = open.size;
    for (const helper of helpers) if (!open.has(helper.name) && isOpen(helper)) open.add(helper.name);
  }
  return open;
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
