/** What statements bind, on all of their paths. */
import { calleeOf, type Callee } from "../../python/calls";
import { nameFacts } from "../../python/scope";
import {
  argumentsAt,
  argumentsOf,
  childOf,
  childrenOf,
  positionalsOf,
  rootName,
  type SyntaxNode,
} from "../../python/syntax";
import { tableGivers, type Context, type Found, type TypeEnvironment } from "./context";
import { bindTarget, typeOf } from "./expressions";
import { blockOf, endsOpen, looseOf } from "./functions";
import { binaryType } from "./operators";
import { argumentsOfType, classOf, eachMember, elementOf, generic, NOTHING, unionOf, UNKNOWN } from "./text";

type Learner = (node: SyntaxNode, context: Context) => void;

/** Adds to the types what a statement binds. */
export function learn(node: SyntaxNode, context: Context): void {
  (LEARNERS[node.type] ?? learnInside)(node, context);
}

/** A statement of no other kind: what its expressions bind or change. */
function learnInside(node: SyntaxNode, context: Context): void {
  for (const child of node.children) learn(child, context);
}

const LEARNERS: Readonly<Record<string, Learner>> = {
  assignment: learnAssignment,
  augmented_assignment: learnAugmented,
  named_expression: (node, context) => {
    learnInside(node, context);
    const name = childOf(node, "name");
    if (name !== undefined) bindTarget(name, typeOf(node, context), context);
  },
  call: learnCall,
  if_statement: learnBranches,
  for_statement: learnLoop,
  while_statement: learnLoop,
  try_statement: learnTry,
  with_item: learnWith,
  match_statement: learnMatch,
  return_statement: (node, context) => {
    learnInside(node, context);
    const [value] = node.children;
    context.returned?.push(value === undefined ? "None" : typeOf(value, context));
  },
  break_statement: learnJump,
  continue_statement: learnJump,
  function_definition: forget,
  class_definition: forget,
  decorated_definition: (node, context) => {
    const definition = childOf(node, "definition");
    if (definition !== undefined) forget(definition, context);
  },
  import_statement: forgetImported,
  import_from_statement: forgetImported,
  lambda: () => undefined,
  list_comprehension: () => undefined,
  set_comprehension: () => undefined,
  dictionary_comprehension: () => undefined,
  generator_expression: () => undefined,
};

/** The name of a function or a class holds no value that could be told. */
function forget(definition: SyntaxNode, { types }: Context): void {
  const name = childOf(definition, "name");
  if (name !== undefined) types.set(name.text, UNKNOWN);
}

function forgetImported(node: SyntaxNode, { types }: Context): void {
  for (const name of childrenOf(node, "name")) {
    const bound = childOf(name, "alias") ?? name.children[0] ?? name;
    if (types.has(bound.text)) types.set(bound.text, UNKNOWN);
  }
}

function learnAssignment(node: SyntaxNode, context: Context): void {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left === undefined || right === undefined) return;
  learn(right, context);
  let value = right;
  while (value.type === "assignment") value = childOf(value, "right") ?? value;
  if (left.type === "subscript") store(left, typeOf(value, context), context);
  else bindTarget(left, typeOf(value, context), context);
}

function learnAugmented(node: SyntaxNode, context: Context): void {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left?.type !== "identifier" || right === undefined) return;
  learn(right, context);
  const operator = (childOf(node, "operator")?.text ?? "").slice(0, -1);
  const [before, added] = [typeOf(left, context), typeOf(right, context)];
  if (before?.startsWith("list[") === true && operator === "+")
    grow(left.text, [eachMember(added, elementOf)], context);
  else bindTarget(left, binaryType(operator, before, added), context);
}

/** `scores["svm"] = 0.9` */
function store(target: SyntaxNode, type: Found, context: Context): void {
  const [value, key] = [childOf(target, "value"), childOf(target, "subscript")];
  if (value === undefined || key === undefined) return;
  if (value.type !== "identifier") {
    loosenParts(value, context);
    return;
  }
  const container = context.types.get(value.text) ?? "";
  if (container.startsWith("dict[")) grow(value.text, [typeOf(key, context), type], context);
  else if (container.startsWith("list[") && key.type !== "slice") grow(value.text, [type], context);
}

/** A container gets other elements: of what it holds nothing is known, unless they are of the same type. */
function grow(name: string, added: readonly Found[], { types }: Context): void {
  const before = types.get(name) ?? UNKNOWN;
  const of = argumentsOfType(before).map((one, index) => {
    const other = added[index];
    return one === NOTHING || one === other ? other : undefined;
  });
  const after = generic(classOf(before), of);
  if (after === before) return;
  types.set(name, after);
  if (before.includes(NOTHING)) return;
  // Another name may stand for the same container, or for one that holds it.
  for (const [other, type] of types) if (other !== name) types.set(other, type.replaceAll(before, looseOf(before)));
}

/** `groups["a"].append(row)`: of what the parts of a container hold nothing is known any more. */
function loosenParts(part: SyntaxNode, { types }: Context): void {
  const root = rootName(part)?.text ?? "";
  const type = types.get(root);
  if (type === undefined || !/^(list|dict|tuple)\[/.test(type)) return;
  const of = argumentsOfType(type).map((one) => (/^(list|dict|set)\[/.test(one) ? looseOf(one) : one));
  types.set(root, generic(classOf(type), of));
}

const GROWING: ReadonlySet<string> = new Set([
  "append",
  "add",
  "insert",
  "extend",
  "update",
  "setdefault",
  "appendleft",
]);

/** What a call changes: the list that it adds to, what a function of the notebook does to its arguments. */
function learnCall(node: SyntaxNode, context: Context): void {
  learnInside(node, context);
  const callee = calleeOf(node, context.knowledge);
  // Asked for what it tells those who listen.
  if (callee.kind === "notebook" && context.calls !== undefined) typeOf(node, context);
  if (callee.kind === "method") learnMethod(node, callee, context);
  for (const name of changedNames(node, context)) loosen(name, context);
}

function learnMethod(call: SyntaxNode, { name, object }: Extract<Callee, { kind: "method" }>, context: Context): void {
  if (object.type !== "identifier") {
    if (GROWING.has(name)) loosenParts(object, context);
  } else if (GROWING.has(name)) growBy(object.text, name, call, context);
  // A scaler that gives something else from now on.
  else if (name === "set_output" && !tableGivers(context).has(object.text)) context.types.set(object.text, UNKNOWN);
}

/** The variables whose containers a function fills. */
function changedNames(call: SyntaxNode, { knowledge }: Context): readonly string[] {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "notebook") {
    const summary = knowledge.functions.get(callee.name);
    if (summary === undefined) return [];
    const { changed, parameters, variadic } = summary;
    return namesIn(variadic && changed.length > 0 ? argumentsOf(call) : argumentsAt(call, changed, parameters));
  }
  const positions = callee.kind === "library" ? knowledge.library.changedArguments(callee.qualified) : undefined;
  return namesIn((positions ?? []).map((index) => positionalsOf(call)[index]));
}

function namesIn(nodes: readonly (SyntaxNode | undefined)[]): readonly string[] {
  return nodes.flatMap((node) => (node?.type === "identifier" ? [node.text] : []));
}

function growBy(name: string, method: string, call: SyntaxNode, context: Context): void {
  const before = context.types.get(name) ?? "";
  if (!/^(list|set|dict|collections\.deque)\[/.test(before)) return;
  const [first, second] = positionalsOf(call).map((one) => typeOf(one, context));
  if (method === "setdefault") grow(name, [first, second], context);
  else if (before.startsWith("dict[")) updateBy(name, call, context);
  else if (/^(extend|update)$/.test(method)) grow(name, [eachMember(first, elementOf)], context);
  else grow(name, [method === "insert" ? second : first], context);
}

/** `settings.update(depth=3)`, `settings.update({"depth": 3})` */
function updateBy(name: string, call: SyntaxNode, context: Context): void {
  for (const argument of argumentsOf(call)) {
    const value = childOf(argument, "value");
    const isNamed = argument.type === "keyword_argument" && value !== undefined;
    grow(name, isNamed ? ["str", typeOf(value, context)] : argumentsOfType(typeOf(argument, context) ?? ""), context);
  }
}

/** Of what a container holds that a function fills, nothing is known. */
function loosen(name: string, context: Context): void {
  const type = context.types.get(name) ?? "";
  if (/^(list|set|dict)\[/.test(type)) grow(name, [], context);
}

/** Where paths meet, a variable has one of the types that it has on them. */
function meet(into: TypeEnvironment, paths: readonly TypeEnvironment[]): void {
  const [first = into, ...others] = paths;
  for (const name of new Set(paths.flatMap((path) => [...path.keys()]))) {
    const type = first.get(name);
    const isSame = type !== undefined && others.every((path) => path.get(name) === type);
    into.set(name, isSame ? type : (unionOf(paths.flatMap((path) => path.get(name) ?? [])) ?? UNKNOWN));
  }
}

/** The types after a block, from those before it; `undefined` if its end is never reached. */
function after(block: SyntaxNode, before: TypeEnvironment, context: Context): TypeEnvironment | undefined {
  const types = new Map(before);
  learn(block, { ...context, types });
  return endsOpen(block) ? types : undefined;
}

function learnBranches(node: SyntaxNode, context: Context): void {
  const condition = childOf(node, "condition");
  if (condition !== undefined) learn(condition, context);
  const before = new Map(context.types);
  const others = childrenOf(node, "alternative");
  const hasElse = others.some(({ type }) => type === "else_clause");
  const paths = [node, ...others].flatMap((one) => after(blockOf(one), before, context) ?? []);
  const all = hasElse ? paths : [...paths, before];
  if (all.length > 0) meet(context.types, all);
}

/** The end of the block around is not reached, but the next turn is, or what stands behind the loop. */
function learnJump(_: SyntaxNode, { jumps, types }: Context): void {
  jumps?.push(new Map(types));
}

/** A loop runs never or often: what its body leaves behind, it finds the next time. */
function learnLoop(node: SyntaxNode, context: Context): void {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  const body = blockOf(node);
  if (right !== undefined) learn(right, context);
  for (let round = 0; round < 2; round++) {
    const before = new Map(context.types);
    const jumps: TypeEnvironment[] = [];
    const inside = { ...context, types: new Map(before), jumps };
    if (left !== undefined && right !== undefined)
      bindTarget(left, eachMember(typeOf(right, inside), elementOf), inside);
    learn(body, inside);
    meet(context.types, [before, inside.types, ...jumps]);
    if (hasAll(context.types, before)) break;
  }
  const otherwise = childOf(node, "alternative");
  if (otherwise !== undefined) learn(blockOf(otherwise), context);
}

/** True if all names still have the types that they had. */
function hasAll(types: TypeEnvironment, before: TypeEnvironment): boolean {
  return [...before].every(([name, type]) => types.get(name) === type);
}

/** Any statement of the block may be the last that ran when a handler begins. */
function learnTry(node: SyntaxNode, context: Context): void {
  const before = new Map(context.types);
  const tried = after(blockOf(node), before, context);
  const broken = new Map(before);
  meet(broken, [before, tried ?? before]);
  const otherwise = node.children.find(({ type }) => type === "else_clause");
  const whole = tried === undefined || otherwise === undefined ? tried : after(blockOf(otherwise), tried, context);
  const handlers = node.children.filter(({ type }) => type.startsWith("except"));
  const paths = [whole, ...handlers.map((one) => after(blockOf(one), broken, context))].flatMap((path) => path ?? []);
  if (paths.length > 0) meet(context.types, paths);
  const last = node.children.find(({ type }) => type === "finally_clause");
  if (last !== undefined) learn(blockOf(last), context);
}

/** `with open(path) as file`: what is entered mostly gives itself. */
function learnWith(node: SyntaxNode, context: Context): void {
  learnInside(node, context);
  const value = childOf(node, "value") ?? node;
  const target = value.type === "as_pattern" ? childOf(value, "alias")?.children[0] : undefined;
  if (target !== undefined) bindTarget(target, undefined, context);
}

/** What a pattern takes apart is not followed. */
function learnMatch(node: SyntaxNode, context: Context): void {
  const { binds, mayBind } = nameFacts(node);
  for (const name of [...binds, ...mayBind]) context.types.set(name, UNKNOWN);
}
