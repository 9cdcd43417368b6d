/** What the notebook's own functions give. */
import { assignmentsIn, qualifiedName } from "../../python/calls";
import { homeOf, type Knowledge } from "../../python/effects";
import {
  argumentAt,
  argumentsOf,
  childOf,
  dottedName,
  methodsIn,
  parameterNames,
  walk,
  type SyntaxNode,
} from "../../python/syntax";
import type { Context, Found, TypeEnvironment } from "./context";
import { ARRAY, argumentsOfType, classOf, generic, NONE, unionOf, UNKNOWN } from "./text";

/** How many functions deep a type is followed. */
const MAX_DEPTH = 3;

/** An instance of a class of the notebook, or what a function of it says that it returns, or shows that it does. */
export function ownType(call: SyntaxNode, name: string, context: Context): Found {
  const { knowledge } = context;
  const definition = knowledge.definitions.get(name)?.at(-1);
  if (definition === undefined) return undefined;
  if (definition.type === "class_definition") return name;
  const given = givenTypes(call, definition, context);
  context.calls?.(call, name, given);
  const home = homeOf(name, knowledge);
  const [annotation] = childOf(definition, "return_type")?.children ?? [];
  const type =
    annotation === undefined ? rememberedType(definition, given, context, home) : annotatedType(annotation, home);
  return home === knowledge ? type : withoutOwn(type, home);
}

/** What a method of a class of the notebook gives; `undefined` if the class has none of that name. */
export function ownMethodType(call: SyntaxNode, className: string, name: string, context: Context): Found {
  const { knowledge } = context;
  const method = methodsOf(className, knowledge).find((one) => childOf(one, "name")?.text === name);
  if (method === undefined) return undefined;
  const given = givenTypes(call, method, context, className);
  const home = homeOf(className, knowledge);
  const type = rememberedType(method, given, context, home);
  return home === knowledge || type === className ? type : withoutOwn(type, home);
}

/** The functions that a class of the notebook defines; its decorated ones are of any kind. */
function methodsOf(className: string, { definitions }: Knowledge): readonly SyntaxNode[] {
  const definition = definitions.get(className)?.at(-1);
  return definition?.type === "class_definition" ? methodsIn(definition) : [];
}

/** What the methods of a class of the notebook set an attribute to. */
export function ownAttributeType(className: string, name: string, context: Context): Found {
  if (context.depth >= MAX_DEPTH) return undefined;
  const found = methodsOf(className, context.knowledge).flatMap((method) => {
    const [self = "", ...others] = parameterNames(method);
    const types = new Map([[self, className], ...others.map((one) => [one, UNKNOWN] as const)]);
    const inner: Context = { ...context, types, edits: undefined, depth: context.depth + 1 };
    const set = assignmentsIn(childOf(method, "body") ?? method).filter(
      ({ left }) => dottedName(left) === `${self}.${name}`,
    );
    // Names are as they are where the method begins: what it binds itself is not followed.
    return set.map(({ right }) => context.typeOf(right, inner));
  });
  const type = unionOf(found);
  return type !== undefined && /^(list|dict|set)\[/.test(type) ? looseOf(type) : type;
}

/** A container of which only the kind is known. */
export function looseOf(type: string): string {
  return generic(
    classOf(type),
    argumentsOfType(type).map(() => undefined),
  );
}

/** The types that a call gives to a function's parameters, where it shows them: of the argument, or of the default. */
function givenTypes(
  call: SyntaxNode,
  definition: SyntaxNode,
  context: Context,
  self?: string,
): ReadonlyMap<string, Found> {
  const shift = self === undefined ? 0 : 1;
  const isSpread = argumentsOf(call).some(({ type }) => type.endsWith("splat"));
  const defaults = defaultsOf(definition);
  return new Map(
    parameterNames(definition).map((name, index) => {
      if (index < shift) return [name, self];
      const value = isSpread ? undefined : (argumentAt(call, index - shift, name) ?? defaults.get(name));
      return [name, value && context.typeOf(value, context)];
    }),
  );
}

/** The default values of a function's parameters. */
export function defaultsOf(definition: SyntaxNode): ReadonlyMap<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  for (const parameter of childOf(definition, "parameters")?.children ?? []) {
    const [name, value] = [childOf(parameter, "name"), childOf(parameter, "value")];
    if (name !== undefined && value !== undefined) found.set(name.text, value);
  }
  return found;
}

/** What functions gave for arguments of these types, for each who asks. */
const memories = new WeakMap<object, Map<SyntaxNode, Map<string, Found>>>();

function memoryOf(owner: object, definition: SyntaxNode): Map<string, Found> {
  const known = memories.get(owner) ?? new Map<SyntaxNode, Map<string, Found>>();
  const results = known.get(definition) ?? new Map<string, Found>();
  memories.set(owner, known.set(definition, results));
  return results;
}

/** What a function gives for these arguments: worked out once for all calls with the same. */
function rememberedType(
  definition: SyntaxNode,
  given: ReadonlyMap<string, Found>,
  context: Context,
  home: Knowledge,
): Found {
  if (context.depth >= MAX_DEPTH || definition.type !== "function_definition") return undefined;
  const results = memoryOf(context.calls ?? home, definition);
  const key = [context.depth, ...given.values()].join(";");
  if (results.has(key)) return results.get(key);
  results.set(key, undefined);
  const type = returnedType(definition, given, { ...context, knowledge: home });
  results.set(key, type);
  return type;
}

/** What all of a function's returns give, for these arguments. */
export function returnedType(definition: SyntaxNode, given: ReadonlyMap<string, Found>, context: Context): Found {
  const types: TypeEnvironment = new Map(parameterNames(definition).map((name) => [name, given.get(name) ?? UNKNOWN]));
  const returned: Found[] = [];
  const body = childOf(definition, "body") ?? definition;
  if (yields(body)) return generic("collections.abc.Iterator", [undefined]);
  context.learn(body, { ...context, types, returned, edits: undefined, depth: context.depth + 1 });
  return unionOf(endsOpen(body) ? [...returned, NONE] : returned);
}

function yields(body: SyntaxNode): boolean {
  return walk(body, ({ type }) => !/_definition$|^lambda$/.test(type)).some(({ type }) => type === "yield");
}

/** True if the end of a block may be reached. */
export function endsOpen(block: SyntaxNode): boolean {
  const last = block.children.findLast(({ type }) => type !== "comment");
  return last === undefined || (ENDS[last.type]?.(last) ?? true);
}

const ENDS: Readonly<Record<string, (node: SyntaxNode) => boolean>> = {
  return_statement: () => false,
  raise_statement: () => false,
  continue_statement: () => false,
  break_statement: () => false,
  if_statement: (node) => {
    const others = node.children.filter(({ field }) => field === "alternative");
    const hasElse = others.some(({ type }) => type === "else_clause");
    return !hasElse || [node, ...others].some((one) => endsOpen(blockOf(one)));
  },
  with_statement: (node) => endsOpen(blockOf(node)),
  try_statement: (node) => {
    const handlers = node.children.filter(({ type }) => type.startsWith("except"));
    const otherwise = node.children.find(({ type }) => type === "else_clause");
    return [otherwise ?? node, ...handlers].some((one) => endsOpen(blockOf(one)));
  },
  while_statement: (node) => childOf(node, "condition")?.type !== "true" || isLeft(blockOf(node)),
};

/** True if the body of a loop leaves it. */
function isLeft(body: SyntaxNode): boolean {
  const isOther = ({ type }: SyntaxNode): boolean => /^(for|while)_statement$|_definition$/.test(type);
  return walk(body, (node) => !isOther(node)).some(({ type }) => type === "break_statement");
}

/** The statements of a compound statement, or of one of its clauses. */
export function blockOf(node: SyntaxNode): SyntaxNode {
  return node.children.find(({ type }) => type === "block") ?? node;
}

/** The type that an annotation names, if it is a name. */
export function annotatedType(annotation: SyntaxNode, knowledge: Knowledge): Found {
  const [inner = annotation] = annotation.type === "type" ? annotation.children : [];
  const name = inner.type === "none" ? NONE : (qualifiedName(inner, knowledge) ?? dottedName(inner));
  if (name === undefined || name === UNKNOWN || name.startsWith("typing.")) return undefined;
  return MEANT.has(name) ? MEANT.get(name) : name;
}

/** Functions that people write where they mean a type: Python does not mind. */
const MEANT: ReadonlyMap<string, Found> = new Map([
  ["numpy.array", ARRAY],
  ["any", undefined],
  ["callable", undefined],
]);

/** A type of another file without that file's own classes, which have other names here. */
function withoutOwn(type: Found, home: Knowledge): Found {
  const names = type?.match(/[A-Za-z_][\w.]*/g) ?? [];
  return names.some((name) => home.definitions.has(name)) ? undefined : type;
}
