/** What a function prints, as it would stand in the place of a call of it. */
import { callsIn } from "../python/calls";
import { edited, type Edit } from "../python/edits";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { namesInText } from "../python/namesInText";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { argumentAt, argumentsOf, childOf, nodesOf, parameterNames, walk, type SyntaxNode } from "../python/syntax";
import { isLiteral } from "../python/values";
import { freshName } from "./names";
import { printedLines } from "./printedLines";
import { mentions, variableNodes } from "./text";

/** A call of a function of the notebook, the statement that it is, and the one that defines the function. */
export interface OwnCall {
  readonly call: SyntaxNode;
  readonly statement: Statement;
  readonly definition: Statement;
}

/** Statements in one line, and the names that they bind. */
export interface Inlined {
  readonly text: string;
  readonly binds: readonly string[];
}

/** What a parameter is given, and the statement in which that stands. */
interface Given {
  readonly parameter: string;
  readonly value: SyntaxNode;
  readonly place: Statement;
}

/** By the name of a variable of the function, that of the notebook that stands for it. */
type Names = ReadonlyMap<string, string>;

/**
 * What a function prints of what a call gives it, as statements that bind names that are free by `isTaken`. `undefined` where it prints
 * nothing that it computes line by line.
 */
export function inlined(own: OwnCall, knowledge: Knowledge, isTaken: (name: string) => boolean): Inlined | undefined {
  const { definition } = own;
  const lines = printedLines(definition, knowledge);
  const given = lines.length === 0 ? undefined : argumentsOfCall(own);
  if (given === undefined || !canImport(lines, knowledge, isTaken)) return undefined;
  const bound = boundIn(lines);
  const read = given.filter(({ parameter }) => lines.some((line) => readsName(line, parameter)));
  // A variable stands for a parameter as it is; of everything else there has to be one value.
  const isVariable = ({ parameter, value }: Given): boolean => value.type === "identifier" && !bound.has(parameter);
  const values = read.filter((one) => !isVariable(one));
  const made = new Set([...values.map(({ parameter }) => parameter), ...bound]);
  const names = new Map([
    ...read.map(({ parameter, value }) => [parameter, value.text] as const),
    ...[...made].map((name) => [name, freshName(name, isTaken)] as const),
  ]);
  if (!keepsMeanings(lines, names)) return undefined;
  const texts = [
    ...values.map((one) => valueLine(one, names)),
    ...lines.map((line) => lineText(line, definition, renamings(line, names))),
  ];
  const binds = [...made].map((name) => names.get(name) ?? name);
  return texts.includes(undefined) ? undefined : { text: texts.join("; "), binds };
}

/** What each parameter is given; `undefined` where that is not plain to see. */
function argumentsOfCall({ call, statement, definition }: OwnCall): readonly Given[] | undefined {
  const parameters = childOf(definition.node, "parameters")?.children.filter(({ type }) => type !== "comment") ?? [];
  const names = parameterNames(definition.node);
  const isOther = ({ type }: SyntaxNode): boolean => /splat|separator|named_expression/.test(type);
  if (parameters.some(isOther) || argumentsOf(call).some(isOther)) return undefined;
  const given = parameters.flatMap((one, index): readonly Given[] => {
    const parameter = names[index] ?? "";
    const argument = argumentAt(call, index, parameter);
    if (argument !== undefined) return [{ parameter, value: argument, place: statement }];
    const value = childOf(one, "value");
    return value !== undefined && isLiteral(value) ? [{ parameter, value, place: definition }] : [];
  });
  const count = given.filter(({ place }) => place === statement).length;
  return given.length === parameters.length && count === argumentsOf(call).length ? given : undefined;
}

function readsName(line: SyntaxNode, name: string): boolean {
  const { reads, late } = nameFacts(line);
  return reads.has(name) || late.has(name);
}

/** The variables of a function that its lines bind, but for imports. */
function boundIn(lines: readonly SyntaxNode[]): ReadonlySet<string> {
  const facts = lines.map((line) => nameFacts(line));
  const imported = new Set(importsIn(lines).map(({ local }) => local));
  return new Set(facts.flatMap(({ binds, mayBind }) => [...binds, ...mayBind]).filter((name) => !imported.has(name)));
}

function importsIn(lines: readonly SyntaxNode[]) {
  return lines.flatMap((line) => nameFacts(line).imports);
}

/** True if what the lines import may have the same names in the notebook. */
function canImport(lines: readonly SyntaxNode[], { imports }: Knowledge, isTaken: (name: string) => boolean): boolean {
  return importsIn(lines).every(({ local, qualified }) => !isTaken(local) || imports.get(local) === qualified);
}

/** True if all names stay apart, those of lambdas and comprehensions too, and no text speaks of one that changes. */
function keepsMeanings(lines: readonly SyntaxNode[], names: Names): boolean {
  const identifiers = new Set(lines.flatMap((line) => nodesOf(line, KIND.identifier).map(({ text }) => text)));
  const used = [...identifiers].filter((name) => lines.some((line) => mentions(line, name)));
  const inTexts = lines.flatMap((line) => callsIn(line).flatMap(namesInText));
  return (
    new Set(used.map((name) => names.get(name) ?? name)).size === used.length &&
    inTexts.every((name) => (names.get(name) ?? name) === name)
  );
}

function renamings(line: SyntaxNode, names: Names): readonly Edit[] {
  return [...names].flatMap(([name, text]) =>
    variableNodes(line, name).map(({ node: { start, end } }) => ({ start, end, text })),
  );
}

function valueLine({ parameter, value, place }: Given, names: Names): string | undefined {
  const text = lineText(value, place, []);
  return text === undefined ? undefined : `${names.get(parameter) ?? parameter} = ${text}`;
}

/** The text of a node in one line; `undefined` if a string in it has several. */
function lineText(node: SyntaxNode, { source }: Statement, edits: readonly Edit[]): string | undefined {
  const strings = nodesOf(node, KIND.string);
  if (strings.some(({ start, end }) => source.slice(start, end).includes("\n"))) return undefined;
  const comments = walk(node).filter(({ type }) => type === "comment");
  const breaks = [...source.slice(node.start, node.end).matchAll(/\s*\\?\n\s*/g)].map(({ 0: { length }, index }) => {
    const start = node.start + index;
    return { start, end: start + length, text: " " };
  });
  const erased = comments.map(({ start, end }) => ({ start, end, text: "" }));
  return edited(source, node, [...edits, ...erased, ...breaks]).trim();
}
