/**
 * What `net.apply(init_weights)` of PyTorch does: it hands the net, part by part, to a function that may change each. So does pandas'
 * `df["tags"].apply(shorten)` with cells that are lists.
 */
import type { Bindings } from "./calls";
import type { FunctionSummary, Knowledge } from "./effects";
import { KIND } from "./kinds";
import { has } from "./knowledge";
import { isBound } from "./ownObjects";
import { remembered } from "./memory";
import { argumentAt, argumentsOf, calledName, childOf, keywordOf, nodesOf, type SyntaxNode } from "./syntax";

/**
 * The functions inside of others, by their names, that are handed on to be applied: these are known to nobody else. Where a name is
 * defined several times, each of them counts.
 */
export function appliedInside({ statements, definitions }: Bindings): Bindings["definitions"] {
  const found = new Map<string, SyntaxNode[]>();
  const names = new Set(statements.flatMap(({ node }) => nodesOf(node, KIND.call).flatMap(nameApplied)));
  for (const name of definitions.keys()) names.delete(name);
  if (names.size === 0) return found;
  for (const inner of statements.flatMap(({ node }) => nodesOf(node, KIND.function_definition))) {
    const name = childOf(inner, "name")?.text ?? "";
    if (names.has(name)) found.set(name, [...(found.get(name) ?? []), inner]);
  }
  return found;
}

function nameApplied(call: SyntaxNode): readonly string[] {
  const given = has("applyingMethods", calledName(call)) ? functionApplied(call) : undefined;
  return given?.type === "identifier" ? [given.text] : [];
}

function functionApplied(call: SyntaxNode): SyntaxNode | undefined {
  return argumentAt(call, 0, "fn") ?? keywordOf(call, "func");
}

/** A call of such a method, and where it stands. */
interface Application {
  readonly call: SyntaxNode;
  readonly object: SyntaxNode;
  /** True if what it gives is thrown away. */
  readonly discarded: boolean;
  /** Tells of a lambda whether it changes what it is given. */
  readonly changesGiven: (lambda: SyntaxNode) => boolean;
}

/**
 * True where a call changes the object whose method it calls by what it applies: a function that changes what it is given, where what
 * it gives is thrown away; of what is known to be a network, any function.
 */
export function appliesChange(
  { call, object, discarded, changesGiven }: Application,
  name: string,
  knowledge: Knowledge,
): boolean {
  const given = has("applyingMethods", name) ? functionApplied(call) : undefined;
  if (given === undefined || !/^(identifier|attribute|lambda)$/.test(given.type)) return false;
  // Of a table, `apply` may be told more, as `axis=1`.
  const isAlone = argumentsOf(call).length === 1;
  if (isAlone && object.type === "identifier" && networksIn(knowledge).has(object.text)) return true;
  return discarded && (given.type === "lambda" ? changesGiven(given) : changesFirst(given, knowledge));
}

function changesFirst(given: SyntaxNode, knowledge: Knowledge): boolean {
  const summary = summaryGiven(given, knowledge);
  return summary?.changed.includes(isBound(summary) ? 1 : 0) === true;
}

function summaryGiven(given: SyntaxNode, knowledge: Knowledge): FunctionSummary | undefined {
  const { functions, applied, imports } = knowledge;
  const name = given.type === "attribute" ? childOf(given, "attribute")?.text : given.text;
  return name === undefined ? undefined : (functions.get(imports.get(name) ?? name) ?? applied?.get(name));
}

const networks = new WeakMap<Bindings["statements"], ReadonlySet<string>>();

/** The variables whose parameters the notebook asks for, or sets. */
export function networksIn({ statements }: Pick<Bindings, "statements">): ReadonlySet<string> {
  return remembered(networks, statements, () => {
    const asked = statements.flatMap(({ node }) => nodesOf(node, KIND.attribute)).filter(asksForParameters);
    return new Set(asked.flatMap((one) => childOf(one, "object")?.text ?? []));
  });
}

function asksForParameters(node: SyntaxNode): boolean {
  const name = childOf(node, "attribute")?.text ?? "";
  return has("moduleMethods", name) && childOf(node, "object")?.type === "identifier";
}
