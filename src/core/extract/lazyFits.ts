/**
 * Generators that fit models: they do so only when they are gone through, and cannot be kept. Where the notebook goes through one, it is
 * read as a list, so that its models are fitted where it stands.
 */
import { assignmentsIn, callsIn } from "../python/calls";
import { KIND } from "../python/kinds";
import { has, type Library } from "../python/knowledge";
import { withEdits, type Program, type Statement } from "../python/program";
import { mayBindName } from "../python/scope";
import {
  calledName,
  childOf,
  isWithin,
  nodesOf,
  positionalsOf,
  type ParsePython,
  type SyntaxNode,
} from "../python/syntax";
import type { Diagnostic } from "../report";
import type { Ordered } from "./order";
import { variableNodes } from "./text";

/** A generator that fits, and the variable that holds it. */
interface LazyFit {
  readonly name: string;
  readonly generator: SyntaxNode;
  readonly statement: Statement;
}

/** The program with lists in the place of generators that fit models, where nothing else would see the difference. */
export function withFittedLists({ program, diagnostics }: Ordered, library: Library, parse: ParsePython): Ordered {
  const found = program.statements
    .flatMap((one) => lazyFitIn(one, library) ?? [])
    .filter((one) => isListLike(one, program));
  const placed = found.map(({ statement, generator: { start } }) => ({
    statement,
    edit: { start, end: start, text: "list" },
  }));
  return { program: withEdits(program, placed, parse), diagnostics: [...diagnostics, ...found.map(readAsList)] };
}

/** True for a call that a statement only puts off: it stands in a generator that the statement assigns. */
export function isPutOff(call: SyntaxNode, node: SyntaxNode): boolean {
  return assignmentsIn(node).some(({ right }) => right.type === "generator_expression" && isWithin(call, right));
}

function lazyFitIn(statement: Statement, library: Library): LazyFit | undefined {
  const [assigned] = statement.node.type === "expression_statement" ? assignmentsIn(statement.node) : [];
  if (assigned?.left.type !== "identifier" || assigned.right.type !== "generator_expression") return undefined;
  const { left, right: generator } = assigned;
  const fits = callsIn(generator).some((call) => library.has("fitMethods", calledName(call)));
  return fits ? { name: left.text, generator, statement } : undefined;
}

/** True if a generator is gone through, in nothing but loops, and what it fits with is the same there as where it stands. */
function isListLike({ name, generator, statement: { index } }: LazyFit, { statements }: Program): boolean {
  const below = statements.slice(index + 1);
  const bound = below.findIndex(({ names }) => names.binds.has(name));
  const seen = below.slice(0, bound < 0 ? below.length : bound + 1);
  const readers = seen.filter(({ names }) => names.reads.has(name) || names.late.has(name));
  if (readers.length === 0 || !readers.every(({ node }) => isOnlyGoneThrough(name, node))) return false;
  const until = seen.slice(0, seen.findLastIndex((one) => readers.includes(one)) + 1);
  const needed = readLate(generator);
  return !until.some(({ names }) => needed.some((one) => mayBindName(names, one) || names.stores.has(one)));
}

function isOnlyGoneThrough(name: string, node: SyntaxNode): boolean {
  const gone = new Set(goneThrough(node));
  return variableNodes(node, name).every((one) => gone.has(one.node) || one.node.field === "left");
}

/** What a statement goes through: `for model in fitted:`, `zip(fitted, names)` */
function goneThrough(node: SyntaxNode): readonly SyntaxNode[] {
  const loops = nodesOf(node, KIND.for_statement | KIND.for_in_clause);
  const calls = nodesOf(node, KIND.call).filter((call) => {
    const called = childOf(call, "function");
    return (
      called?.type === "identifier" && (has("goingFunctions", called.text) || /^(enumerate|zip)$/.test(called.text))
    );
  });
  return [...loops.flatMap((loop) => childOf(loop, "right") ?? []), ...calls.flatMap(positionalsOf)];
}

/** What a generator looks up in each turn: all but what it begins with. */
function readLate(generator: SyntaxNode): readonly string[] {
  const clauses = nodesOf(generator, KIND.for_in_clause);
  const counted = clauses.flatMap((one) => nodesOf(childOf(one, "left") ?? one, KIND.identifier));
  const own = new Set(counted.map(({ text }) => text));
  const first = clauses[0] === undefined ? undefined : childOf(clauses[0], "right");
  const read = nodesOf(generator, KIND.identifier).filter((one) => first === undefined || !isWithin(one, first));
  return read.map(({ text }) => text).filter((name) => !own.has(name));
}

function readAsList({ name, statement: { cell, line } }: LazyFit): Diagnostic {
  return {
    code: "notebook.lazy-fit",
    severity: "info",
    cell,
    line,
    message: `${name} is a generator, which fits nothing before it is gone through, and cannot be kept: it is read as a list.`,
    hint: "Write a list: [… for … in …].",
  };
}
