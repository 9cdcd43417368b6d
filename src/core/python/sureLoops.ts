/** Loops that run at least once, whatever the data is: what they bind is bound for sure. */
import { calleeOf, callsIn, type Callee } from "./calls";
import { KIND } from "./kinds";
import { has } from "./knowledge";
import type { Scene } from "./objects";
import type { Statement } from "./program";
import { nameFacts } from "./scope";
import { argumentsOf, childOf, findNode, nodesOf, positionalsOf, type SyntaxNode } from "./syntax";
import { literalText } from "./values";

/** What is sure of a value: a whole number that is written out, something that has elements, a splitter. */
export type Sure = number | "filled" | "splitter";

/** What is known of variables at one point of the run. */
export interface SureScene extends Scene {
  /** What is sure of what the variables were bound to, as long as nothing changes it. */
  readonly sure: ReadonlyMap<string, Sure>;
}

/** The names that a `for` statement binds in its first turn, if there is one for sure. */
export function boundByLoop({ node, shown }: Statement, scene: SureScene): readonly string[] {
  const [left, right, body] = ["left", "right", "body"].map((field) => childOf(node, field));
  if (node.type !== "for_statement" || left === undefined || right === undefined) return [];
  if (!hasTurn(right, body, scene)) return [];
  const bound = new Set(nodesOf(left, KIND.identifier, KIND.attribute).map(({ text }) => text));
  const masked = new Set(shown);
  for (const statement of body?.children ?? []) {
    if (findNode(statement, leaves) !== undefined) break;
    for (const name of nameFacts(statement, masked).binds) bound.add(name);
  }
  return [...bound];
}

function hasTurn(iterated: SyntaxNode, body: SyntaxNode | undefined, scene: SureScene): boolean {
  return sureOf(iterated, scene) === "filled" || fitsModel(body, scene);
}

/** True for what makes models and fits them: a loop that trains nothing is no one's. */
function fitsModel(body: SyntaxNode | undefined, { knowledge }: Scene): boolean {
  if (body === undefined) return false;
  const { binds } = nameFacts(body);
  return callsIn(body).some((call) => {
    const callee = calleeOf(call, knowledge);
    const isFit = callee.kind === "method" && knowledge.library.has("fitMethods", callee.name);
    return isFit && callee.root !== undefined && binds.has(callee.root);
  });
}

function leaves({ type }: SyntaxNode): boolean {
  return /^(break|continue|delete)_statement$/.test(type);
}

/** What is sure of the value of an expression, whatever the data is. */
export function sureOf(node: SyntaxNode, scene: SureScene, depth = 0): Sure | undefined {
  if (depth > 4) return undefined;
  const again = (inner: SyntaxNode): Sure | undefined => sureOf(inner, scene, depth + 1);
  if (node.type === "integer") return Number(node.text.replaceAll("_", ""));
  if (node.type === "identifier") return isUnchanged(node.text, scene) ? scene.sure.get(node.text) : undefined;
  if (node.type === "unary_operator") return negative(node);
  if (node.type === "call") return sureOfCall(node, scene, again);
  return hasElement(node) || isFilledComprehension(node, again) ? "filled" : undefined;
}

/** `[float(text) for text in texts]` */
function isFilledComprehension({ type, children }: SyntaxNode, again: Again): boolean {
  const [, clause, ...others] = type === "list_comprehension" ? children : [];
  const iterated = clause === undefined ? undefined : childOf(clause, "right");
  return others.length === 0 && iterated !== undefined && again(iterated) === "filled";
}

function isUnchanged(name: string, { variables }: Scene): boolean {
  return [...(variables.get(name) ?? [])].every(({ changedBy }) => changedBy.length === 0);
}

function negative(node: SyntaxNode): number | undefined {
  const argument = childOf(node, "argument");
  const isNegative = childOf(node, "operator")?.text === "-" && argument?.type === "integer";
  return isNegative ? -Number(argument.text.replaceAll("_", "")) : undefined;
}

function hasElement({ type, children }: SyntaxNode): boolean {
  if (type === "string") return children.some((child) => child.type === "string_content");
  if (!/^(list|tuple|set|dictionary|expression_list)$/.test(type)) return false;
  return children.some((child) => !/^(comment|list_splat|dictionary_splat)$/.test(child.type));
}

type Again = (node: SyntaxNode) => Sure | undefined;

function sureOfCall(call: SyntaxNode, { knowledge }: Scene, again: Again): Sure | undefined {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "method") return isFilledByMethod(callee, again) ? "filled" : undefined;
  if (callee.kind !== "library") return undefined;
  if (/^[A-Z]/.test(callee.name) && has("splitters", callee.name)) return "splitter";
  return isFilledByFunction(call, callee.qualified, again) ? "filled" : undefined;
}

function isFilledByMethod({ name, object }: Extract<Callee, { kind: "method" }>, again: Again): boolean {
  // A splitter gives at least two folds, or raises.
  if (name === "split") return again(object) === "splitter" || /\S/.test(literalText(object) ?? "");
  return /^(items|keys|values)$/.test(name) && again(object) === "filled";
}

function isFilledByFunction(call: SyntaxNode, qualified: string, again: Again): boolean {
  const given = positionalsOf(call);
  if (qualified === "range") return isFilledRange(given, again);
  if (!has("elementKeepers", qualified) || argumentsOf(call).some(({ type }) => type === "list_splat")) return false;
  return given.length > 0 && given.every((one) => again(one) === "filled");
}

function isFilledRange(given: readonly SyntaxNode[], again: Again): boolean {
  const [first, second, third] = given.map((one) => again(lengthOf(one) ?? one));
  if (given.length === 1) return lengthOf(given[0]) === undefined ? isAbove(first, 0) : first === "filled";
  const step = given.length === 2 ? 1 : third;
  if (typeof first !== "number" || typeof second !== "number" || typeof step !== "number") return false;
  return step > 0 ? first < second : second < first;
}

/** What `len` is asked of. */
function lengthOf(node: SyntaxNode | undefined): SyntaxNode | undefined {
  const isLength = node?.type === "call" && childOf(node, "function")?.text === "len";
  return isLength ? positionalsOf(node)[0] : undefined;
}

function isAbove(value: Sure | undefined, limit: number): boolean {
  return typeof value === "number" && value > limit;
}
