/** Numbers over all turns of a loop that fits another model in each: the best of their scores, the mean. None is the last model's. */
import { assignmentsIn, calleeOf, callsIn, elementsOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { childOf, rootName, type SyntaxNode } from "../python/syntax";
import { isLiteral } from "../python/values";
import type { Candidate } from "./fits";
import { choosesIn, gathersOf, isMadeAnew } from "./loops";
import type { Value } from "./pipelineValues";
import type { Analysed } from "./target";

/** Tells such numbers of a model of which a loop leaves the last one. */
export function findTurnTotals(analysed: Analysed, model: Candidate): (value: Value) => boolean {
  const { statement } = model;
  const isLast = isMadeAnew(model, analysed.knowledge) && !choosesIn(statement.node, model.name);
  const totals = isLast ? totalsBelow(analysed, model) : new Map<Statement, ReadonlySet<string>>();
  return ({ statement: at, name, expression, entry }) => {
    // Of several models, too, the best score is that of one.
    const isOfOne = isLast || model.isCollection === true;
    if (isOfOne && at === statement && expression === undefined) return choosesIn(statement.node, name);
    const known = totals.get(at);
    if (known === undefined) return false;
    if (expression !== undefined) return reads(expression, known);
    const made = entry?.variable ?? name;
    return assignmentsIn(at.node).some(({ left, right }) => bindsIn(left, made) && reads(right, known));
  };
}

/** By each statement below a loop, the names that hold something of all its turns when it begins. */
function totalsBelow(
  { statements, knowledge }: Analysed,
  model: Candidate,
): ReadonlyMap<Statement, ReadonlySet<string>> {
  const { statement } = model;
  const isOfTurns = ([held, place]: readonly [SyntaxNode, SyntaxNode]): boolean =>
    held.type === "identifier" &&
    !statement.names.binds.has(held.text) &&
    gathersOf(place, held.text, model, knowledge) === "last";
  const gathered = [...appendedIn(statement, knowledge), ...storedIn(statement)].filter(isOfTurns);
  const names = new Set(gathered.map(([{ text }]) => text));
  const found = new Map<Statement, ReadonlySet<string>>();
  for (const below of statements.filter(({ index }) => index > statement.index)) {
    found.set(below, new Set(names));
    for (const { left, right } of assignmentsIn(below.node)) learn(left, reads(right, names), names);
  }
  return found;
}

/** `scores.append(score)`: the list, and the call. */
function appendedIn({ node }: Statement, knowledge: Knowledge): readonly (readonly [SyntaxNode, SyntaxNode])[] {
  return callsIn(node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    return callee.kind === "method" && callee.name === "append" ? [[callee.object, call] as const] : [];
  });
}

/** `scores[name] = score`: the dictionary, and the place in it. */
function storedIn({ node }: Statement): readonly (readonly [SyntaxNode, SyntaxNode])[] {
  return assignmentsIn(node).flatMap(({ left }) => {
    const [held, key] = [childOf(left, "value"), childOf(left, "subscript")];
    return held === undefined || key === undefined || isLiteral(key) ? [] : [[held, left] as const];
  });
}

function learn(left: SyntaxNode, isTotal: boolean, names: Set<string>): void {
  for (const { text } of elementsOf(left)) {
    if (isTotal) names.add(text);
    else names.delete(text);
  }
}

function bindsIn(left: SyntaxNode, name: string): boolean {
  return elementsOf(left).some((target) => (rootName(target)?.text ?? target.text) === name);
}

function reads(node: SyntaxNode, names: ReadonlySet<string>): boolean {
  const { reads: read, late } = nameFacts(node);
  return [...read, ...late].some((name) => names.has(name));
}
