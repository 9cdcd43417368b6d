/** Which lines of a function a value is computed by that it prints. */
import { effectsOf, type Knowledge } from "../python/effects";
import { DEFINITION, KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { union } from "../python/sets";
import { calledName, childOf, findNode, nodesOf, parameterNames, type SyntaxNode } from "../python/syntax";

/** A statement of a function's body. */
interface Line {
  readonly node: SyntaxNode;
  readonly reads: ReadonlySet<string>;
  readonly binds: ReadonlySet<string>;
  /** The variables that it binds, or whose objects it changes. */
  readonly writes: ReadonlySet<string>;
}

/**
 * The lines of a function that print what its arguments give, and those that they need, in order; without those for which a loop or a branch
 * is needed. None of a function that may end before its last line.
 */
export function printedLines(definition: Statement, knowledge: Knowledge): readonly SyntaxNode[] {
  const body = childOf(definition.node, "body");
  if (body === undefined || endsBefore(body)) return [];
  const lines = body.children
    .filter(({ type }) => type !== "comment")
    .map((node) => lineOf(node, definition, knowledge));
  const parameters = new Set(parameterNames(definition.node));
  const isOfCall = (needed: ReadonlySet<Line>): boolean =>
    [...needed].some(({ reads }) => [...reads].some((name) => parameters.has(name)));
  const needed = lines.filter(prints).map((line) => neededBy(line, lines));
  const kept = union(new Set(), ...needed.filter((one) => isOfCall(one) && [...one].every(isPlain)));
  return lines.flatMap((line) => (kept.has(line) ? [line.node] : []));
}

/** True for what may give back before its last line, or gives something on the way. */
function endsBefore(body: SyntaxNode): boolean {
  const gives = findNode(body, ({ type }) => type === "yield") !== undefined;
  return gives || nodesOf(body, KIND.return_statement, DEFINITION).some((one) => one !== body.children.at(-1));
}

function lineOf(node: SyntaxNode, definition: Statement, knowledge: Knowledge): Line {
  const names = nameFacts(node);
  const { changes } = effectsOf({ ...definition, node, names, displayed: false }, knowledge);
  const binds = union(names.binds, names.mayBind);
  const writes = union(binds, names.stores, new Set(changes.map(({ name }) => name)));
  return { node, reads: union(names.reads, names.late), binds, writes };
}

function prints({ node }: Line): boolean {
  const [call] = node.type === "expression_statement" ? node.children : [];
  return call?.type === "call" && /^(print|display)$/.test(calledName(call));
}

function isPlain({ node: { type } }: Line): boolean {
  return /^(expression|import|import_from)_statement$/.test(type);
}

/** A line with all above it that what it reads comes from. */
function neededBy(line: Line, lines: readonly Line[]): ReadonlySet<Line> {
  const above = lines.slice(0, lines.indexOf(line));
  const needed = new Set([line]);
  const names = new Set(line.reads);
  for (let size = -1; size < needed.size;) {
    size = needed.size;
    const others = madeOf(names, above);
    for (const one of above.filter(({ writes, binds }) => meets(writes, names) || changes({ writes, binds }, others))) {
      needed.add(one);
      for (const name of one.reads) names.add(name);
    }
  }
  return needed;
}

/** The variables that are made of others: what changes their objects may change those of the others. */
function madeOf(names: ReadonlySet<string>, lines: readonly Line[]): ReadonlySet<string> {
  return new Set(lines.flatMap(({ reads, binds }) => (meets(reads, names) ? [...binds] : [])));
}

function changes({ writes, binds }: Pick<Line, "writes" | "binds">, names: ReadonlySet<string>): boolean {
  return [...writes].some((name) => !binds.has(name) && names.has(name));
}

function meets(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...some].some((name) => others.has(name));
}
