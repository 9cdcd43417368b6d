/** What calls of the notebook's functions give, where these train the model, or save the tables, and keep them to themselves. */
import { assignmentsIn, calleeOf, callsIn, elementsOf, lastName } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { writtenTable } from "../python/files";
import { namesOf, type Statement } from "../python/program";
import { remembered } from "../python/memory";
import { rootName, type SyntaxNode } from "../python/syntax";
import { callsForDisplay } from "./displayReturns";
import { Inside, runsInside } from "./inside";
import { freshName, identifier } from "./names";
import { variableValue, type Value } from "./pipelineValues";
import { givesValue } from "./returns";
import { canBeTaken } from "./takenOnce";
import type { Analysed } from "./target";
import { trainsInside } from "./trainers";

/** Where the model stays inside of a function: what the last call that trains gives, or the object whose method it is. */
export function trainedResults(analysed: Analysed): readonly Value[] {
  return resultsOfLast(analysed, trainsInside);
}

/** Where tables are saved inside of a function only: what the last call that saves one gives, where that has a name or is all. */
export function writtenResults(analysed: Analysed): readonly Value[] {
  return resultsOfLast(analysed, (call, knowledge, { node }) => {
    const isGiven = assignmentsIn(node).some(({ right }) => right === call) || node.children.includes(call);
    return isGiven && writesInside(call, knowledge);
  });
}

function resultsOfLast(
  { statements, knowledge }: Analysed,
  counts: (call: SyntaxNode, knowledge: Knowledge, statement: Statement) => boolean,
): readonly Value[] {
  const taken = namesOf(statements);
  for (const statement of [...statements].reverse()) {
    const isOne = (call: SyntaxNode): boolean =>
      counts(call, knowledge, statement) && !callsForDisplay(call, knowledge);
    const call = callsIn(statement.node).find(isOne);
    const results = call === undefined ? [] : resultsOf(call, statement, knowledge);
    if (results.length > 0) {
      return results.map((value) =>
        value.expression === undefined ? value : { ...value, name: freshName(value.name, (name) => taken.has(name)) },
      );
    }
  }
  return [];
}

const writers = new WeakMap<Knowledge, Inside<boolean>>();

/** True if a call saves a table inside of the notebook's function that it calls. */
function writesInside(call: SyntaxNode, knowledge: Knowledge): boolean {
  return writes(
    call,
    knowledge,
    remembered(writers, knowledge, () => new Inside(false)),
  );
}

function writes(call: SyntaxNode, knowledge: Knowledge, inside: Inside<boolean>): boolean {
  const isOne = (one: SyntaxNode, home: Knowledge): boolean =>
    writtenTable(one, calleeOf(one, home)) !== undefined || writes(one, home, inside);
  return runsInside(call, knowledge, inside, isOne);
}

/** What a statement binds to what the call gives, the object whose method it is, or what the call gives where it is only shown. */
function resultsOf(call: SyntaxNode, statement: Statement, knowledge: Knowledge): readonly Value[] {
  const { binds, mayBind } = statement.names;
  // Of a loop, what it assigns and not what it counts with; of that what the call gives, where it is assigned.
  const assignments = assignmentsIn(statement.node);
  const given = assignments.filter(({ right }) => callsIn(right).includes(call));
  const targets = (given.length > 0 ? given : assignments).flatMap(({ left }) => elementsOf(left));
  const bound = targets
    .map(({ text }) => text)
    .filter((name) => name !== "_" && (binds.has(name) || mayBind.has(name)));
  // `models[name] = train(name)`: the collection.
  const stored = targets.filter(({ type }) => type === "subscript").flatMap((target) => rootName(target)?.text ?? []);
  const held = new Set(bound.length > 0 ? bound : stored);
  if (held.size > 0) return [...held].map((name) => variableValue(name, statement));
  return givenByCall(call, statement, knowledge);
}

function givenByCall(call: SyntaxNode, statement: Statement, knowledge: Knowledge): readonly Value[] {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "method") {
    const isVariable = callee.root !== undefined && !knowledge.imports.has(callee.root);
    return isVariable ? [variableValue(callee.root, statement)] : [];
  }
  if (callee.kind !== "notebook" || statement.node.type !== "expression_statement") return [];
  const isGiven = (knowledge.definitions.get(callee.name) ?? []).some(givesValue);
  return isGiven && canBeTaken(call, statement, knowledge)
    ? [{ name: identifier(lastName(callee.name)), kind: "value", statement, expression: call }]
    : [];
}
