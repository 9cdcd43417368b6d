/** Models that a loop puts into a collection, of which the notebook predicts with each behind it: together they are the model. */
import { calleeOf, callsIn } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { mayBindName } from "../python/scope";
import {
  argumentAt,
  childOf,
  findNode,
  isLoop,
  nodesOf,
  parameterNames,
  rootName,
  type SyntaxNode,
} from "../python/syntax";
import { countsWith, type Candidate, type Known } from "./fits";
import { storesIn } from "./stores";

/** The candidates, where collections that the notebook predicts with stand for those that a loop puts there one by one. */
export function withCollected(candidates: readonly Candidate[], known: Known): readonly Candidate[] {
  const found = candidates.map((one) => {
    const collection = collectionOf(one, known);
    return collection === undefined ? one : ({ ...one, name: collection, fit: undefined, isCollection: true } as const);
  });
  const isAgain = (one: Candidate, index: number): boolean =>
    one.isCollection === true &&
    found.findLastIndex(({ name, statement }) => name === one.name && statement === one.statement) > index;
  return found.filter((one, index) => !isAgain(one, index));
}

/** What keeps the model that a loop fits in each turn, if the notebook predicts with all in it, and not with the last one alone. */
function collectionOf(
  { name, statement, isCollection }: Candidate,
  { statements, knowledge }: Known,
): string | undefined {
  // What is made above the loop is one model, however often it is put there.
  const isMade = mayBindName(statement.names, name) && isLoop(statement.node);
  if (isCollection === true || !isMade) return undefined;
  const kept = keptIn(statement, name, knowledge);
  const below = kept.length === 0 ? [] : statements.filter(({ index }) => index > statement.index);
  if (below.some((one) => predictsAlone(one, name, knowledge))) return undefined;
  return kept.find((one) => below.some(({ node }) => predictsWithEach(node, one, knowledge)));
}

/** The collections from outside of a loop into which it puts a variable. */
function keptIn({ node, names }: Statement, name: string, knowledge: Knowledge): readonly string[] {
  const stored = storesIn(node, knowledge).filter(({ value }) => value.text === name);
  return stored.flatMap(({ collection: { text } }) => (mayBindName(names, text) ? [] : [text]));
}

/** True for what predicts with what the loop leaves in the variable of one turn. */
function predictsAlone({ node, names }: Statement, name: string, knowledge: Knowledge): boolean {
  if (mayBindName(names, name) || !names.reads.has(name)) return false;
  return callsIn(node).some((call) => askedBy(call, knowledge)?.text === name);
}

/** What a call predicts with, if it does: a network is called itself. */
function askedBy(call: SyntaxNode, knowledge: Knowledge): SyntaxNode | undefined {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "method") return childOf(call, "function");
  return knowledge.library.has("predictMethods", callee.name) ? callee.object : undefined;
}

/** True if code predicts with what is in a collection: `models[key].predict(X)`, or with what a loop or a function takes out of it. */
function predictsWithEach(
  node: SyntaxNode,
  collection: string,
  knowledge: Knowledge,
  seen: ReadonlySet<SyntaxNode> = new Set(),
): boolean {
  const isIt = ({ type, text }: SyntaxNode): boolean => type === "identifier" && text === collection;
  const loops = nodesOf(node, KIND.for_statement | KIND.for_in_clause).filter(
    (loop) => findNode(childOf(loop, "right") ?? loop, isIt) !== undefined,
  );
  const isMember = (one: SyntaxNode): boolean => {
    const root = rootName(one);
    if (root === undefined) return false;
    return isIt(root) ? one.type === "subscript" : loops.some((loop) => countsWith(loop, root.text));
  };
  return callsIn(node).some((call) => {
    const asked = askedBy(call, knowledge);
    if (asked !== undefined && isMember(asked)) return true;
    return takenIn(call, isIt, knowledge).some(
      ({ body, parameter, home }) =>
        !seen.has(body) && predictsWithEach(body, parameter, home, new Set([...seen, body])),
    );
  });
}

/** What a function of the notebook runs, and the name that it has for what a call gives it. */
interface Taking {
  readonly body: SyntaxNode;
  readonly parameter: string;
  readonly home: Knowledge;
}

function takenIn(call: SyntaxNode, isIt: (node: SyntaxNode) => boolean, knowledge: Knowledge): readonly Taking[] {
  const callee = calleeOf(call, knowledge);
  const definition = callee.kind === "notebook" ? knowledge.definitions.get(callee.name)?.at(-1) : undefined;
  const body = definition === undefined ? undefined : childOf(definition, "body");
  if (callee.kind !== "notebook" || definition === undefined || body === undefined) return [];
  const home = homeOf(callee.name, knowledge);
  return parameterNames(definition).flatMap((parameter, index) => {
    const given = argumentAt(call, index, parameter);
    return given !== undefined && isIt(given) ? [{ body, parameter, home }] : [];
  });
}
