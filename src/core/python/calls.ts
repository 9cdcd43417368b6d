import { checkpointsOf, type Checkpoints } from "./checkpoints";
import { KIND } from "./kinds";
import type { Library } from "./knowledge";
import type { NameFacts } from "./scope";
import { NodeMemory, remembered } from "./memory";
import {
  argumentsOf,
  childOf,
  childrenOf,
  dottedName,
  nodesOf,
  rootName,
  writtenText,
  type SyntaxNode,
} from "./syntax";
import { tableGiversOf, transformOutputOf, type TransformOutput } from "./transformOutput";

/** What a call calls. */
export type Callee =
  /** A function or class of an imported module, or a builtin: `sklearn.svm.SVC`, `print`. */
  | { readonly kind: "library"; readonly qualified: string; readonly name: string }
  /** A function or class that the notebook defines; with a dotted name, one of a module of the user's own. */
  | { readonly kind: "notebook"; readonly name: string }
  /** A method of an object; `root` is the variable that the object is reached from. */
  | { readonly kind: "method"; readonly name: string; readonly object: SyntaxNode; readonly root: string | undefined }
  | { readonly kind: "unknown" };

/** A statement with its names. */
export interface NamedStatement {
  readonly node: SyntaxNode;
  readonly names: NameFacts;
}

/** Which module each imported name stands for, which names the notebook defines, and what is known of libraries. */
export interface Bindings {
  readonly statements: readonly NamedStatement[];
  readonly imports: ReadonlyMap<string, string>;
  /** All definitions of each name, in document order. */
  readonly definitions: ReadonlyMap<string, readonly SyntaxNode[]>;
  readonly library: Library;
  /** The texts that variables hold, by the places where they are read. */
  readonly texts: ReadonlyMap<SyntaxNode, SyntaxNode>;
  /** The files that models are saved to while they are fitted. */
  readonly checkpoints: Checkpoints;
  /** What scikit-learn's transformers give, where the notebook says so for all of them. */
  readonly transformOutput?: TransformOutput | undefined;
  /** The variables whose transformers are told to give tables. */
  readonly tableGivers?: ReadonlySet<string>;
  /** True if what draws figures counts: of a notebook that gives nothing else. */
  readonly figures?: boolean;
}

/** The local names of imports and definitions over all statements; of the imports of one name the last one counts. */
export function collectBindings(statements: readonly NamedStatement[], library: Library): Bindings {
  const imports = new Map<string, string>();
  for (const { names } of statements) for (const { local, qualified } of names.imports) imports.set(local, qualified);
  return {
    statements,
    imports,
    definitions: definitionsIn(statements),
    library,
    texts: textsOf(statements),
    checkpoints: checkpointsOf(statements),
    transformOutput: transformOutputOf(statements),
    tableGivers: tableGiversOf(statements),
  };
}

/** The functions and classes of each name that statements define, in their order. */
export function definitionsIn(statements: readonly Pick<NamedStatement, "node">[]): Bindings["definitions"] {
  const definitions = new Map<string, SyntaxNode[]>();
  for (const { node } of statements)
    for (const inner of nodesOf(node, CODE, node.type === "function_definition" ? KIND.block : 0)) {
      const name = childOf(inner, "name");
      if (name !== undefined) definitions.set(name.text, [...(definitions.get(name.text) ?? []), inner]);
    }
  return definitions;
}

/** `folder = "data/"`, until the next statement that may bind the name. Functions and lambdas read later what it is then. */
function textsOf(statements: Parameters<typeof collectBindings>[0]): ReadonlyMap<SyntaxNode, SyntaxNode> {
  const texts = new Map<SyntaxNode, SyntaxNode>();
  const held = new Map<string, SyntaxNode>();
  const lateBound = new Set(statements.flatMap(({ names }) => [...names.lateBinds]));
  for (const { node, names } of statements) {
    const bound = [...names.binds, ...names.mayBind];
    const text = assignedText(node);
    // What a loop or a branch binds itself may be read there before and after.
    if (text === undefined) for (const name of bound) held.delete(name);
    if (held.size > 0) noteReads(node, held, texts);
    if (text === undefined) continue;
    for (const name of bound.filter((one) => !lateBound.has(one))) held.set(name, text);
  }
  return texts;
}

function noteReads(node: SyntaxNode, held: ReadonlyMap<string, SyntaxNode>, texts: Map<SyntaxNode, SyntaxNode>): void {
  const inner = new Set(innerNames(node));
  for (const read of nodesOf(node, KIND.identifier, CODE | KIND.lambda)) {
    const text = inner.has(read.text) ? undefined : held.get(read.text);
    if (text !== undefined) texts.set(read, text);
  }
}

function assignedText(node: SyntaxNode): SyntaxNode | undefined {
  const [assignment] = node.type === "expression_statement" ? assignmentsIn(node) : [];
  const isText = assignment?.left.type === "identifier" && /^(concatenated_)?string$/.test(assignment.right.type);
  return isText ? assignment.right : undefined;
}

const globals = new WeakMap<Bindings["statements"], ReadonlySet<string>>();

/** The variables that functions of the notebook bind by `global`. */
export function boundByGlobal({ statements }: Bindings): ReadonlySet<string> {
  return remembered(globals, statements, () => new Set(statements.flatMap(({ names }) => [...names.lateBinds])));
}

/** The names that comprehensions bind for themselves. */
export function innerNames(node: SyntaxNode): readonly string[] {
  return nodesOf(node, KIND.for_in_clause).flatMap(({ children: [bound] }) =>
    bound === undefined ? [] : nodesOf(bound, KIND.identifier).map(({ text }) => text),
  );
}

/** What `call` calls, as far as names tell. */
export function calleeOf(call: SyntaxNode, bindings: Bindings): Callee {
  const target = childOf(call, "function");
  if (target === undefined) return { kind: "unknown" };
  if (target.type === "identifier") return namedCallee(target.text, bindings);
  if (target.type !== "attribute") return { kind: "unknown" };
  const object = childOf(target, "object");
  const name = childOf(target, "attribute")?.text ?? "";
  if (object === undefined) return { kind: "unknown" };
  const qualified = qualifiedName(target, bindings);
  return qualified === undefined
    ? { kind: "method", name, object, root: rootName(object)?.text }
    : importedCallee(qualified, bindings);
}

function namedCallee(name: string, bindings: Bindings): Callee {
  const qualified = bindings.definitions.has(name) ? name : (bindings.imports.get(name) ?? name);
  return importedCallee(qualified, bindings);
}

function importedCallee(qualified: string, { definitions }: Bindings): Callee {
  if (definitions.has(qualified)) return { kind: "notebook", name: qualified };
  return { kind: "library", qualified, name: lastName(qualified) };
}

/** `numpy.random.seed` of `np.random.seed` where `np` is imported; `undefined` where the root is a variable. */
export function qualifiedName(node: SyntaxNode, { imports }: Bindings): string | undefined {
  let head: SyntaxNode | undefined = node;
  while (head?.type === "attribute") head = childOf(head, "object");
  if (head?.type === "call") return importedInPlace(node, head);
  const module = head?.type === "identifier" ? imports.get(head.text) : undefined;
  const dotted = module === undefined ? undefined : dottedName(node);
  return dotted === undefined ? undefined : `${module}${dotted.slice(head?.text.length)}`;
}

/** `os.chdir` of `__import__("os").chdir`, which stands for `%cd`. */
function importedInPlace(node: SyntaxNode, head: SyntaxNode): string | undefined {
  if (childOf(head, "function")?.text !== "__import__") return undefined;
  const module = writtenText(argumentsOf(head)[0]);
  const names: string[] = [];
  for (let at: SyntaxNode | undefined = node; at?.type === "attribute"; at = childOf(at, "object"))
    names.unshift(childOf(at, "attribute")?.text ?? "");
  return module === undefined ? undefined : [module, ...names].join(".");
}

/** What has a body of its own. */
const CODE = KIND.function_definition | KIND.class_definition;
const NONE: readonly never[] = [];
const calls = new NodeMemory<readonly SyntaxNode[]>();

/** Every call that runs when the node runs: those in the bodies of functions that it only defines are left out. */
export function callsIn(node: SyntaxNode): readonly SyntaxNode[] {
  if ((node.inside & KIND.call) === 0) return NONE;
  return remembered(calls, node, () => nodesOf(node, KIND.call, KIND.function_definition));
}

/** The calls in a node whose values are thrown away: they are statements of their own. */
export function discardedCalls(node: SyntaxNode): ReadonlySet<SyntaxNode> {
  const found = new Set<SyntaxNode>();
  for (const { children } of nodesOf(node, KIND.expression_statement)) {
    const [value] = children;
    if (value?.type === "call") found.add(value);
  }
  return found;
}

/** Nodes of the elements that a target or a value lists: `a, b` and `[a, b]`; the node itself if it is no list. */
export function elementsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const LISTS = ["pattern_list", "tuple_pattern", "list_pattern", "expression_list", "tuple", "list", "set"];
  return LISTS.includes(node.type) ? node.children.filter(({ type }) => type !== "comment") : [node];
}

/** The last part of the class name that an expression constructs: `SVC` of `SVC(…)` and of `SVC(…).fit(…)`. */
export function constructedClass(node: SyntaxNode, bindings: Bindings): string | undefined {
  if (node.type !== "call") return undefined;
  const callee = calleeOf(node, bindings);
  if (callee.kind === "method") return constructedClass(callee.object, bindings);
  if (callee.kind === "unknown") return undefined;
  const name = lastName(callee.name);
  return /^[A-Z]/.test(name) || /^make_(pipeline|column_transformer|union)$/.test(name) ? name : undefined;
}

/** `clean` of `helpers.clean` */
export function lastName(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf(".") + 1);
}

/** An assignment: a target and its value. */
export interface Assignment {
  readonly left: SyntaxNode;
  readonly right: SyntaxNode;
}

/** The variable that a statement assigns a value to, and nothing but that. */
export function variableGiven(value: SyntaxNode, node: SyntaxNode): SyntaxNode | undefined {
  const left = assignmentsIn(node).find(({ right }) => right === value)?.left;
  return left?.type === "identifier" ? left : undefined;
}

/** Notes what a statement's variables hold from then on, as far as `of` tells it of their values; of others nothing is held. */
export function noteHeld<T>(held: Map<string, T>, node: SyntaxNode, of: (value: SyntaxNode) => T | undefined): void {
  for (const { left, right } of assignmentsIn(node)) {
    if (left.type !== "identifier") continue;
    const found = of(right);
    if (found === undefined) held.delete(left.text);
    else held.set(left.text, found);
  }
}

const assignments = new NodeMemory<readonly Assignment[]>();

/** The assignments that run when the statement runs, chained ones one by one. */
export function assignmentsIn(node: SyntaxNode): readonly Assignment[] {
  if ((node.inside & KIND.assignment) === 0) return NONE;
  return remembered(assignments, node, () =>
    nodesOf(node, KIND.assignment, CODE).flatMap((inner) => assignmentOf(inner) ?? []),
  );
}

/** What one assignment assigns, be it to several targets in a chain. */
export function assignmentOf(node: SyntaxNode): Assignment | undefined {
  const [left] = childrenOf(node, "left");
  let right = childOf(node, "right");
  while (right?.type === "assignment") right = childOf(right, "right");
  return left === undefined || right === undefined ? undefined : { left, right };
}
