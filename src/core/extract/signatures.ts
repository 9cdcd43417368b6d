/** Annotations of the notebook's functions: what their calls pass, and what they return. Their bodies stay as they are. */
import type { Edit } from "../python/edits";
import type { Knowledge } from "../python/effects";
import { DEFINITION, KIND } from "../python/kinds";
import { mayBindName, nameFacts } from "../python/scope";
import { childOf, nodesOf, type SyntaxNode } from "../python/syntax";
import type { Helper, Plan } from "./plan";
import { variableNodes } from "./text";
import type { Evidence } from "./evidence";
import { RESULT } from "./observed";
import { signedIn, type Signed } from "./signed";
import { returnedTypeOf, typeOfExpression } from "./types";
import type { CallListener, Found } from "./typing/context";
import { defaultsOf, endsOpen } from "./typing/functions";
import { argumentsOfType, classOf, membersOf, NONE, unionOf, UNKNOWN } from "./typing/text";

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

/** What signatures are told by: the calls in the text, and what was seen in a run. */
export interface Heard {
  readonly heard: HeardCalls;
  readonly evidence: Evidence;
}

/** For each helper, what its signature, or those of its methods, do not say yet. */
export function helperSignatures(
  plan: Plan,
  knowledge: Knowledge,
  { heard, evidence }: Heard,
): ReadonlyMap<string, readonly Annotation[]> {
  const open = openFunctions(plan, heard);
  const annotated = (signed: Signed): readonly Annotation[] => {
    const isOpen = signed.isMethod || open.has(signed.name);
    const shown = isOpen ? new Map<string, Found>() : withDefaults(heard.get(signed.name), signed, knowledge);
    const input = { signed, shown, knowledge, evidence };
    const given = parametersOf(input);
    return [...parameterAnnotations(input, given), ...resultAnnotation(input, given)];
  };
  return new Map(plan.helpers.map((helper) => [helper.name, signedIn(helper).flatMap(annotated)]));
}

/** Adds what a helper read as globals to its parameters, by keyword only. */
export function signatureEdit({ entry }: Helper, added: readonly string[]): Edit {
  const list = childOf(entry, "parameters") ?? entry;
  const parameters = list.children.filter(({ type }) => type !== "comment");
  const hasStar = parameters.some(
    ({ type, children }) =>
      /splat|keyword_separator/.test(type) || children.some((child) => child.type === "list_splat_pattern"),
  );
  const text = [...(hasStar ? [] : ["*"]), ...added].join(", ");
  const rest = parameters.find(
    ({ type, children }) =>
      type === "dictionary_splat_pattern" || children.some((child) => child.type === "dictionary_splat_pattern"),
  );
  if (rest !== undefined) return { start: rest.start, end: rest.start, text: `${text}, ` };
  const last = parameters.at(-1);
  return last === undefined
    ? { start: list.end - 1, end: list.end - 1, text }
    : { start: last.end, end: last.end, text: `, ${text}` };
}

interface SignatureInput {
  readonly signed: Signed;
  /** What the calls show of the parameters. */
  readonly shown: ReadonlyMap<string, Found>;
  readonly knowledge: Knowledge;
  readonly evidence: Evidence;
}

interface Parameter {
  readonly name: SyntaxNode;
  readonly type: Found;
}

/** What all calls pass, or the defaults where they pass nothing. */
function parameterTypes(calls: ReadonlyMap<SyntaxNode, readonly ReadonlyMap<string, Found>[]> = new Map()) {
  const given = [...calls.values()].flat();
  const names = new Set(given.flatMap((one) => [...one.keys()]));
  return new Map([...names].map((parameter) => [parameter, unionOf(given.map((one) => one.get(parameter)))]));
}

/** What the calls pass, or the default, which every call of the text may pass over: a setting of 1 where 1.0 is the default. */
function withDefaults(
  calls: ReadonlyMap<SyntaxNode, readonly ReadonlyMap<string, Found>[]> | undefined,
  { definition }: Signed,
  knowledge: Knowledge,
): ReadonlyMap<string, Found> {
  const defaults = defaultsOf(definition);
  const withDefault = ([name, type]: [string, Found]): [string, Found] => {
    const value = defaults.get(name);
    const own = value === undefined || value.type === "none" ? undefined : defaultType(value, knowledge);
    return [name, own === undefined ? type : unionOf([type, own])];
  };
  return new Map([...parameterTypes(calls)].map(withDefault));
}

function defaultType(value: SyntaxNode, knowledge: Knowledge): Found {
  return typeOfExpression(value, { types: new Map(), knowledge });
}

/** Functions that are called with what is not known: they are handed on, or called by one of these, or by a method. */
function openFunctions({ items, helpers, patches }: Plan, heard: HeardCalls): ReadonlySet<string> {
  const places = [
    ...[...items, ...patches].map(({ node }) => ({ node, inside: undefined })),
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

/** The parameters whose types are to be written. One that is bound anew must have been seen: a type checker has to agree. */
function parametersOf({ signed, shown, knowledge, evidence }: SignatureInput) {
  const { name: of, definition, isMethod } = signed;
  const inside = nameFacts(childOf(definition, "body") ?? definition);
  const defaults = defaultsOf(definition);
  const parameters = (childOf(definition, "parameters")?.children ?? []).slice(isMethod ? 1 : 0);
  return parameters.flatMap((parameter): readonly Parameter[] => {
    const name = parameter.type === "default_parameter" ? childOf(parameter, "name") : parameter;
    if (name?.type !== "identifier") return [];
    const isBoundAnew = mayBindName(inside, name.text);
    const known = isBoundAnew ? undefined : shown.get(name.text);
    const type = evidence.parameter(of, name.text, known);
    const value = defaults.get(name.text);
    if (value?.type === "none") return [{ name, type: unionOf([type, NONE]) }];
    // That the default was not seen does not mean that it is never taken.
    const isSeen = type !== known && value !== undefined;
    return [{ name, type: isSeen ? unionOf([type, defaultType(value, knowledge)]) : type }];
  });
}

function parameterAnnotations(
  { signed, evidence }: SignatureInput,
  parameters: readonly Parameter[],
): readonly Annotation[] {
  return parameters.flatMap(({ name, type: known }) => {
    const type = evidence.written(signed.name, name.text, known);
    return type === undefined || type === NONE ? [] : [{ at: name.end, before: ": ", type }];
  });
}

function resultAnnotation(
  { signed: { name, definition }, shown, knowledge, evidence }: SignatureInput,
  parameters: readonly Parameter[],
): readonly Annotation[] {
  const list = childOf(definition, "parameters");
  if (list === undefined || childOf(definition, "return_type") !== undefined) return [];
  const taken = new Map(parameters.map((one) => [one.name.text, one.type]));
  for (const [parameter, type] of shown) if (type !== undefined) taken.set(parameter, type);
  const told = returnedTypeOf(definition, taken, knowledge);
  const seen = evidence.result(name, told);
  const given = told === undefined && mayGiveNone(definition) ? unionOf([seen, NONE]) : seen;
  const type = evidence.written(name, RESULT, given);
  return type === undefined ? [] : [{ at: list.end, before: " -> ", type: hasLengths(type) ? UNKNOWN : type }];
}

/** True if the type is that of tuples of several lengths: a type checker lets no caller take them apart. */
function hasLengths(type: string): boolean {
  const tuples = membersOf(type).filter((member) => classOf(member) === "tuple");
  return new Set(tuples.map((tuple) => argumentsOfType(tuple).length)).size > 1;
}

/** True if a way through a function gives nothing, whether it was taken or not. */
function mayGiveNone(definition: SyntaxNode): boolean {
  const body = childOf(definition, "body") ?? definition;
  const returns = nodesOf(body, KIND.return_statement, DEFINITION);
  return endsOpen(body) || returns.some(({ children }) => children.every(({ type }) => type === "none"));
}
