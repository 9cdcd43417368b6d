/**
 * Files that tables and lists name: what is written into the folder that their paths begin with belongs to them, for whoever takes
 * the table reads the files. That they are the same is seen from the text alone: the same folder, or the same name of it.
 */
import { posix } from "node:path";
import type { Bindings } from "./calls";
import { assignmentsIn, calleeOf, type NamedStatement } from "./calls";
import { remembered } from "./memory";
import { argumentsOf, calledName, childOf, positionalsOf, walk, type SyntaxNode } from "./syntax";
import { constantText, joinsPaths, textStart } from "./values";

/** Where a path stands: a statement, or the body of a function, whose own names count first. */
interface Scope {
  readonly whole: SyntaxNode;
  readonly knowledge: Bindings;
}

/** The resource of the files that are written to a path which is made for each of them, if their folder is known. */
export function filesIn(path: SyntaxNode | undefined, scope: Scope): string | undefined {
  const folder = path && folderOf(path, scope);
  return folder === undefined ? undefined : `<paths:${folder}>`;
}

/** True for the resource of files that are named by their folder. */
export function arePaths(resource: string): boolean {
  return resource.startsWith("<paths:");
}

/** The files that what a statement makes names: in a column, a list, a dictionary, by a function that gives a path for a row. */
export function namedFiles(whole: SyntaxNode, knowledge: Bindings): readonly string[] {
  const elements = walk(whole).flatMap(elementsIn);
  return elements.flatMap((element) => filesIn(element, { whole, knowledge }) ?? []);
}

/** What a node puts into something that holds several. */
function elementsIn(node: SyntaxNode): readonly SyntaxNode[] {
  return ELEMENTS[node.type]?.(node).flatMap((one) => one ?? []) ?? [];
}

const ELEMENTS: Readonly<Record<string, (node: SyntaxNode) => readonly (SyntaxNode | undefined)[]>> = {
  lambda: (node) => [childOf(node, "body")],
  list_comprehension: ({ children }) => children.slice(0, 1),
  set_comprehension: ({ children }) => children.slice(0, 1),
  generator_expression: ({ children }) => children.slice(0, 1),
  pair: (node) => [childOf(node, "value")],
  list: ({ children }) => children,
  assignment: (node) => (childOf(node, "left")?.type === "subscript" ? [childOf(node, "right")] : []),
  call: (node) => (ADDS.test(calledName(node)) ? argumentsOf(node).map((one) => childOf(one, "value") ?? one) : []),
};

const ADDS = /^(append|assign|dict)$/;

/** The folder that a path begins with, if the rest of it is computed; or the variable that holds the folder. */
function folderOf(path: SyntaxNode, scope: Scope, depth = 0): string | undefined {
  if (depth > MAX_STEPS || textOf(path, scope) !== undefined) return undefined;
  const again = (inner: SyntaxNode | undefined): string | undefined =>
    inner === undefined ? undefined : folderOf(inner, scope, depth + 1);
  if (path.type === "identifier") return again(valueOf(path.text, scope));
  if (path.type === "parenthesized_expression") return again(path.children[0]);
  const [first, ...others] = partsOf(path, scope);
  if (first === undefined) return begunFolder(path, scope);
  const begin = beginOf([first, ...others], scope);
  return begin === "" ? (again(first) ?? nameOf(first, scope)) : begin;
}

/** The parts in front that are known. */
function beginOf(parts: readonly SyntaxNode[], scope: Scope): string {
  const known = parts.map((part) => textOf(part, scope));
  const texts = known.slice(0, Math.max(0, known.indexOf(undefined))).map((text) => text ?? "");
  return texts.length === 0 ? "" : posix.join(...texts).replace(/(?<=.)\/$/, "");
}

const MAX_STEPS = 8;

/** The parts that `os.path.join(…)`, `Path(…)` and `folder / name` put together. */
function partsOf(path: SyntaxNode, { knowledge }: Scope): readonly SyntaxNode[] {
  if (path.type === "call") {
    const callee = calleeOf(path, knowledge);
    const isPath = joinsPaths(callee) || (callee.kind === "library" && callee.qualified === "str");
    return isPath ? positionalsOf(path) : [];
  }
  const isJoined = path.type === "binary_operator" && childOf(path, "operator")?.text === "/";
  return isJoined ? [childOf(path, "left"), childOf(path, "right")].flatMap((one) => one ?? []) : [];
}

/** `png` of `"png/" + name` and of `f"png/{name}.png"` */
function begunFolder(path: SyntaxNode, scope: Scope): string | undefined {
  if (!/^(string|binary_operator)$/.test(path.type)) return undefined;
  const start = textStart(path, lookupIn(scope), scope.knowledge);
  const folder = start.slice(0, Math.max(0, start.lastIndexOf("/")));
  return /[^./]/.test(folder) ? posix.normalize(folder) : undefined;
}

function textOf(node: SyntaxNode, scope: Scope): string | undefined {
  return constantText(node, lookupIn(scope), scope.knowledge);
}

function lookupIn(scope: Scope): Parameters<typeof constantText>[1] {
  return { named: (name) => valueOf(name, scope) };
}

/** The one value that a name has: in the statement, as the default of a parameter, or in the notebook. */
function valueOf(name: string, { whole, knowledge }: Scope): SyntaxNode | undefined {
  const own = assignmentsIn(whole).filter(({ left }) => left.text === name);
  if (own.length > 0) return own.length === 1 ? own[0]?.right : undefined;
  const parameter = parametersOf(whole, knowledge).find((one) => (childOf(one, "name") ?? one).text === name);
  return parameter === undefined ? valuesIn(knowledge).get(name) : childOf(parameter, "value");
}

/** A name of the notebook that is no other one's in the statement, and that is bound once. */
function nameOf({ type, text: name }: SyntaxNode, { whole, knowledge }: Scope): string | undefined {
  if (type !== "identifier") return undefined;
  const isOwn = parametersOf(whole, knowledge).some((one) => (childOf(one, "name") ?? one).text === name);
  return !isOwn && valuesIn(knowledge).has(name) ? `<${name}>` : undefined;
}

const bodies = new WeakMap<Bindings["definitions"], ReadonlyMap<SyntaxNode, readonly SyntaxNode[]>>();

/** The parameters of the function whose body a node is. */
function parametersOf(whole: SyntaxNode, { definitions }: Bindings): readonly SyntaxNode[] {
  const known = remembered(bodies, definitions, () => {
    const all = [...definitions.values()].flat();
    return new Map(
      all.map((one) => [childOf(one, "body") ?? one, childOf(one, "parameters")?.children ?? []] as const),
    );
  });
  return known.get(whole) ?? [];
}

const values = new WeakMap<readonly NamedStatement[], ReadonlyMap<string, SyntaxNode>>();

/** What the variables hold that are bound once. */
function valuesIn({ statements }: Bindings): ReadonlyMap<string, SyntaxNode> {
  return remembered(values, statements, () => {
    const counts = new Map<string, number>();
    const found = new Map<string, SyntaxNode>();
    for (const { node, names } of statements) {
      for (const name of [...names.binds, ...names.mayBind]) counts.set(name, (counts.get(name) ?? 0) + 1);
      if (node.type !== "expression_statement") continue;
      for (const { left, right } of assignmentsIn(node)) if (left.type === "identifier") found.set(left.text, right);
    }
    return new Map([...found].filter(([name]) => counts.get(name) === 1));
  });
}
