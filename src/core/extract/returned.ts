/**
 * Functions that keep to themselves the model that they train, or the table that they save: where a notebook gives nothing else, it is
 * taken as if they gave that back, and the call gave it a name.
 */
import type { Diagnostic } from "../report";
import { assignmentsIn, calleeOf, elementsOf } from "../python/calls";
import { homeOf, type Knowledge } from "../python/effects";
import { writtenTable } from "../python/files";
import { DEFINITION, KIND } from "../python/kinds";
import { namesOf, withEdits, type PlacedEdit, type Statement } from "../python/program";
import { childOf, findNode, nodesOf, parameterNames, type SyntaxNode } from "../python/syntax";
import type { Known, Looking } from "./deleted";
import { freshName } from "./names";
import { variableValue, type Value } from "./pipelineValues";
import type { Analysed } from "./target";
import { fittedVariables, preprocessorsIn } from "./trainers";

/** The program in which a function gives back what it kept to itself. */
export interface Returning extends Known {
  readonly said: Diagnostic;
  /** What its call gives names to, as values. */
  readonly values: readonly Value[];
}

/** What a call gives back in the changed notebook: the variables of its function, by the changes that make it so. */
interface Given {
  readonly name: string;
  readonly definition: Statement;
  readonly kept: readonly string[];
  readonly edits: readonly PlacedEdit[];
}

/** The program in which the last such function gives back what it trains and saves; `undefined` where there is none. */
export function withReturns({ program, analysed }: Known, { analyse, parse }: Looking): Returning | undefined {
  const taken = new Set(namesOf(analysed.statements));
  for (const statement of [...analysed.statements].reverse()) {
    const given = givenBy(statement.node, analysed);
    if (given === undefined) continue;
    const names = given.kept.map((name) => freshName(name, (one) => taken.has(one)));
    const returning = withEdits(program, [...given.edits, named(statement, statement.node, names)], parse);
    const again = analyse(returning);
    const call = again.statements.find(({ cell, line }) => cell === statement.cell && line === statement.line);
    const values = call === undefined ? [] : names.map((name) => variableValue(name, call));
    return { program: returning, analysed: again, said: findingOf(given), values };
  }
  return undefined;
}

/** What a statement that is but a call could give: what its function has when it ends or, where that only calls others, what they have. */
function givenBy(node: SyntaxNode, analysed: Analysed, around: readonly string[] = []): Given | undefined {
  const { statements, knowledge } = analysed;
  const name = calledBy(node, knowledge) ?? "";
  const [only, ...others] = knowledge.definitions.get(name) ?? [];
  const definition = statements.find((one) => one.node === only);
  if (definition === undefined || others.length > 0 || around.includes(name) || givesBack(definition.node))
    return undefined;
  const inner = innerOf(name, definition, analysed, [...around, name]);
  const end = inner && returnAtEnd(definition, `return ${inner.kept.join(", ")}`);
  return end && { name, definition, kept: inner.kept, edits: [...inner.edits, end] };
}

function innerOf(
  name: string,
  definition: Statement,
  analysed: Analysed,
  around: readonly string[],
): Pick<Given, "kept" | "edits"> | undefined {
  const kept = keptIn(name, definition.node, boundBy, analysed.knowledge);
  if (kept.length > 0) return { kept, edits: [] };
  for (const node of childOf(definition.node, "body")?.children.toReversed() ?? []) {
    const given = givenBy(node, analysed, around);
    if (given !== undefined) return { kept: given.kept, edits: [...given.edits, named(definition, node, given.kept)] };
  }
  // Of many models the last one, where there is not even what comes of all.
  const left = keptIn(name, definition.node, leftBy, analysed.knowledge);
  return left.length > 0 ? { kept: left, edits: [] } : undefined;
}

/** The function of the notebook that a statement calls and does nothing else. */
function calledBy(node: SyntaxNode, knowledge: Knowledge): string | undefined {
  const [call] = node.type === "expression_statement" ? node.children : [];
  const callee = call?.type === "call" ? calleeOf(call, knowledge) : undefined;
  return callee?.kind === "notebook" ? callee.name : undefined;
}

/** True for what gives something back, if only here and there, or in turns. */
function givesBack(definition: SyntaxNode): boolean {
  const body = childOf(definition, "body");
  const isPlain = definition.type === "function_definition" && body !== undefined;
  return !isPlain || findNode(body, ({ type }) => /^(return_statement|yield)$/.test(type)) !== undefined;
}

/** What a function trains last, the scalers and encoders that it fits, and what it saves last, of what its statements bind. */
function keptIn(
  name: string,
  definition: SyntaxNode,
  boundIn: (node: SyntaxNode) => readonly string[],
  outer: Knowledge,
): readonly string[] {
  const body = childOf(definition, "body") ?? definition;
  const bound = new Set([...parameterNames(definition), ...body.children.flatMap(boundIn)]);
  const home = homeOf(name, outer);
  const made = preprocessorsIn([body], home);
  const isThere = (one: string): boolean => bound.has(one);
  const fitted = [...fittedVariables(name, outer)].filter(isThere);
  const saved = nodesOf(body, KIND.call, DEFINITION).flatMap((call) => writtenTable(call, calleeOf(call, home)) ?? []);
  const tables = saved.flatMap(({ type, text }) => (type === "identifier" && isThere(text) ? [text] : []));
  const models = fitted.filter((one) => !made.has(one));
  return [
    ...new Set([
      ...models.slice(-1),
      ...(models.length > 0 ? fitted.filter((one) => made.has(one)) : []),
      ...tables.slice(-1),
    ]),
  ];
}

/** The variables that a statement at the top of a function assigns. */
function boundBy(node: SyntaxNode): readonly string[] {
  return node.type === "expression_statement"
    ? assignmentsIn(node).flatMap(({ left }) => elementsOf(left).map(({ text }) => text))
    : [];
}

/** The same, with those that a loop leaves if it has a turn. */
function leftBy(node: SyntaxNode): readonly string[] {
  return /^(for|with)_statement$/.test(node.type)
    ? (childOf(node, "body")?.children ?? []).flatMap(leftBy)
    : boundBy(node);
}

function named(statement: Statement, { start }: SyntaxNode, names: readonly string[]): PlacedEdit {
  return { statement, edit: { start, end: start, text: `${names.join(", ")} = ` } };
}

/** Writes a line at the end of a function where everything below stays in its line: behind the last one, or in an empty one. */
function returnAtEnd(statement: Statement, text: string): PlacedEdit | undefined {
  const { node, source } = statement;
  const body = childOf(node, "body");
  const last = body?.children.findLast(({ type }) => type !== "comment");
  if (body === undefined || last === undefined) return undefined;
  if (!/_(statement|definition)$/.test(last.type) || /^(expression|assert|pass)_statement$/.test(last.type))
    return { statement, edit: { start: last.end, end: last.end, text: `; ${text}` } };
  const indent = " ".repeat(body.start - (source.lastIndexOf("\n", body.start - 1) + 1));
  const [line, empty] = /^([ \t]*(?:#[^\n]*)?)(?:$|(\n[ \t]*)(?=\n|$))/.exec(source.slice(last.end))?.slice(1) ?? [];
  if (line === undefined) return undefined;
  const start = last.end + line.length;
  return { statement, edit: { start, end: start + (empty ?? "").length, text: `\n${indent}${text}` } };
}

function findingOf({ name, definition: { cell, line }, kept }: Given): Diagnostic {
  const last = kept.at(-1);
  const listed = kept.length === 1 ? last : `${kept.slice(0, -1).join(", ")} and ${last}`;
  return {
    code: "notebook.kept-inside",
    severity: "info",
    cell,
    line,
    message: `${name} keeps to itself what it makes: in the module it gives back ${listed}.`,
    hint: `Let ${name} return what is to be shipped, and give it a name at the top level of a cell.`,
  };
}
