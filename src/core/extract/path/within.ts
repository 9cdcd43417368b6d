/**
 * What the model does inside of itself by code of the notebook: the `transform` of its classes, functions of a FunctionTransformer.
 * They are called again for the rows to be scored, and see these only: what they compute of all rows is another value then.
 */
import { assignmentOf, calleeOf, constructedClass } from "../../python/calls";
import { basesOf } from "../../python/classHooks";
import { effectsOf, type Knowledge } from "../../python/effects";
import { DEFINITION, KIND } from "../../python/kinds";
import type { Statement } from "../../python/program";
import { nameFacts } from "../../python/scope";
import {
  argumentAt,
  childOf,
  childrenOf,
  dottedName,
  methodsIn,
  nodesOf,
  parameterNames,
  type SyntaxNode,
} from "../../python/syntax";
import { returnsOf } from "../returns";
import { follow } from "./statements";
import {
  allRows,
  copied,
  extended,
  hasRows,
  trailOf,
  trailsOf,
  whole,
  type Obstacle,
  type Table,
  type Trail,
  type Value,
} from "./values";
import { blocked, frameOf, lost, STATE, taken, type Way, type Within } from "./way";

/** A method or a function that the model calls with rows. */
interface Called {
  readonly node: SyntaxNode;
  readonly name: string;
  /** The class whose objects it is called on. */
  readonly owner?: string;
  /** The statement that has the model call it. */
  readonly user: Statement;
}

/** What in these statements hands the model code that does not go row by row; `way` as it is at the fit. */
export function lookingAround(statements: readonly Statement[], way: Way): Obstacle | undefined {
  const all = statements.flatMap((user) =>
    nodesOf(user.node, KIND.call).flatMap((call) => calledBy(call, user, way.knowledge)),
  );
  const distinct = all.filter(({ node }, at) => all.findIndex((one) => one.node === node) === at);
  const [found] = distinct.flatMap((one) => obstacleIn(one, statements, way) ?? []);
  return found;
}

/** What an object that is made there calls with the rows. */
function calledBy(call: SyntaxNode, user: Statement, knowledge: Knowledge): readonly Called[] {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "notebook") {
    const node = methodOf(callee.name, "transform", knowledge);
    return node === undefined ? [] : [{ node, name: `${callee.name}.transform`, owner: callee.name, user }];
  }
  const isOfFunction = callee.kind === "library" && callee.name === "FunctionTransformer";
  const given = isOfFunction ? argumentAt(call, 0, "func") : undefined;
  return given === undefined ? [] : functionGiven(given, user, knowledge);
}

function functionGiven(given: SyntaxNode, user: Statement, { definitions }: Knowledge): readonly Called[] {
  if (given.type === "lambda") return [{ node: given, name: "the lambda", user }];
  const node = definitions.get(given.text)?.at(-1);
  return node?.type === "function_definition" ? [{ node, name: given.text, user }] : [];
}

/** A method of a class of the notebook, or of the one that it inherits it from. */
function methodOf(
  className: string,
  name: string,
  knowledge: Knowledge,
  below: readonly string[] = [],
): SyntaxNode | undefined {
  const definition = knowledge.definitions.get(className)?.at(-1);
  if (definition?.type !== "class_definition" || below.includes(className)) return undefined;
  const own = methodsIn(definition).find((one) => childOf(one, "name")?.text === name);
  const [inherited] = basesOf(definition).flatMap(
    (base) => methodOf(base, name, knowledge, [...below, className]) ?? [],
  );
  return own ?? inherited;
}

/** Tables and arrays are written to in different ways: it has to go row by row for one of them. */
function obstacleIn(called: Called, statements: readonly Statement[], way: Way): Obstacle | undefined {
  const rows = allRows();
  const given: readonly Value[] = [frameOf(rows, []), { kind: "series", trail: { from: [] }, rows }];
  const [first, ...others] = given.map((value) => obstacleFor(value, called, way));
  if (first === undefined || others.some((one) => one === undefined)) return undefined;
  const holder = statements.find(({ node }) => nodesOf(node, DEFINITION | KIND.lambda).includes(called.node));
  const reason = `${first.reason}, and the model calls ${called.name}`;
  const hint = `Compute in fit what depends on all rows, and keep it for ${called.name}.`;
  // The lines of the user's own modules are none of a cell.
  const { user } = called;
  return { statement: holder ?? user, line: holder === undefined ? user.line : first.line, reason, hint };
}

function obstacleFor(rows: Value, { node, owner, user }: Called, way: Way): Obstacle | undefined {
  const noted: Trail[] = [];
  const value = valueOf(node, [rows], { ...way, statement: user, within: withinOf(owner, noted, way, [node]) });
  const trails = [...trailsOf({ from: [trailOf(value), ...noted] })].reverse();
  return trails.flatMap((one) => one.obstacle ?? []).sort((a, b) => a.line - b.line)[0];
}

function withinOf(owner: string | undefined, noted: Trail[], { knowledge }: Way, above: readonly SyntaxNode[]): Within {
  const definition = owner === undefined ? undefined : knowledge.definitions.get(owner)?.at(-1);
  const method = above.at(-1);
  const [self] = owner === undefined || method === undefined ? [] : parameterNames(method);
  return {
    self,
    noted,
    classOf: (attribute) => definition && attributeClass(attribute, definition, knowledge),
    call: (name, values, way) => {
      const node = owner === undefined ? undefined : methodOf(owner, name, knowledge);
      if (node === undefined || above.includes(node)) return undefined;
      return valueOf(node, values, { ...way, within: withinOf(owner, noted, way, [...above, node]) });
    },
  };
}

/** The class of what all methods of a class put into an attribute: `self.scaler = StandardScaler()`. */
function attributeClass(attribute: string, definition: SyntaxNode, knowledge: Knowledge): string | undefined {
  const stored = methodsIn(definition).flatMap((method) => {
    const [self] = parameterNames(method);
    return nodesOf(method, KIND.assignment).flatMap((one) => {
      const { left, right } = assignmentOf(one) ?? {};
      return left && right && dottedName(left) === `${self}.${attribute}` ? [right] : [];
    });
  });
  const classes = new Set(stored.map((right) => constructedClass(right, knowledge)));
  return classes.size === 1 ? [...classes][0] : undefined;
}

/** What a function or a method gives back, called with these values. */
function valueOf(node: SyntaxNode, given: readonly Value[], outer: Way): Value {
  const { within } = outer;
  const states = [...outer.variables].filter(([, value]) => value.kind === "state");
  const names = parameterNames(node).filter((name) => node.type === "lambda" || name !== within?.self);
  const own = names.map((name, at): [string, Value] => [name, given[at] ?? { ...STATE, isPlain: true }]);
  const self: readonly [string, Value][] =
    within?.self === undefined ? [] : [[within.self, { ...STATE, isPlain: true }]];
  const way: Way = {
    ...outer,
    variables: new Map([...states, ...own, ...self]),
    taken: new Set(outer.taken),
    edits: [],
    touched: new Set(),
    turn: undefined,
  };
  const body = childOf(node, "body") ?? node;
  if (node.type === "lambda") return way.evaluate(body, way);
  const returned: Value[] = [];
  walk(body, way, returned);
  return together(returned);
}

/** Follows the statements of a body; what they give back is put to `returned`. */
function walk(body: SyntaxNode, way: Way, returned: Value[]): void {
  for (const node of body.children) {
    const walker = WALKERS[node.type] ?? plainly;
    walker(node, way, returned);
  }
}

type Walker = (node: SyntaxNode, way: Way, returned: Value[]) => void;

const NOTHING_DONE: Walker = () => undefined;

const WALKERS: Readonly<Record<string, Walker>> = {
  comment: NOTHING_DONE,
  assert_statement: NOTHING_DONE,
  raise_statement: NOTHING_DONE,
  return_statement: (node, way, returned) => {
    const [given] = node.children;
    if (given !== undefined) returned.push(asked(given, way));
  },
  if_statement: eachBranch,
  for_statement: eachTurn,
};

function plainly(node: SyntaxNode, way: Way, returned: Value[]): void {
  const names = nameFacts(node);
  const statement = { ...way.statement, node, names, line: node.line };
  const { changes } = effectsOf({ node, names, displayed: false }, way.knowledge);
  follow(statement, changes, way);
  // What an object of the model is given is there when the next rows come.
  const { left, right } = nodesOf(node, KIND.assignment).flatMap((one) => assignmentOf(one) ?? [])[0] ?? {};
  if (left !== undefined && right !== undefined && isOfSelf(left, way)) note(right, way.evaluate(right, way), way);
  if (returnsOf(node).length > 0)
    returned.push(lost(way, node, `what the ${node.type.replace("_statement", "")} gives back is not followed`));
}

function isOfSelf(left: SyntaxNode, { within }: Way): boolean {
  return within?.self !== undefined && dottedName(left)?.startsWith(`${within.self}.`) === true;
}

function note(node: SyntaxNode, value: Value, way: Way): void {
  way.within?.noted.push(...taken(node, value, way));
}

/** A value that must not depend on how many rows there are, nor on groups of them. */
function asked(node: SyntaxNode, way: Way): Value {
  const value = way.evaluate(node, way);
  note(node, value, way);
  return value;
}

/** All ways that an `if` may go, from the same start each. */
function eachBranch(node: SyntaxNode, way: Way, returned: Value[]): void {
  const before = new Map(way.variables);
  const heads = [node, ...childrenOf(node, "alternative")];
  const ends = heads.map((head) => branchOf(head, { ...way, variables: new Map(before) }, returned));
  for (const { copies } of ends) for (const [copy, table] of copies) table.base = { from: [table.base, whole(copy)] };
  const isWhole = heads.some(({ type }) => type === "else_clause");
  joinAll([...(isWhole ? [] : [before]), ...ends.map(({ variables }) => variables)], way);
}

/** What a branch makes of the variables, and of copies of the tables: another one must not take it back. */
function branchOf(
  head: SyntaxNode,
  way: Way,
  returned: Value[],
): Pick<Way, "variables"> & { copies: Map<Table, Table> } {
  const { variables } = way;
  const own = new Map<Table, Table>();
  for (const [name, value] of variables) {
    if (value.kind !== "frame") continue;
    const table = own.get(value.table) ?? copied(value.table);
    own.set(value.table, table);
    variables.set(name, { kind: "frame", table });
  }
  const test = childOf(head, "condition");
  if (test !== undefined) asked(test, way);
  const body = childOf(head, "consequence") ?? childOf(head, "body");
  if (body !== undefined) walk(body, way, returned);
  const copies = new Map([...own].map(([table, copy]) => [copy, table]));
  for (const [name, value] of variables) {
    const table = value.kind === "frame" ? copies.get(value.table) : undefined;
    if (table !== undefined) variables.set(name, { kind: "frame", table });
  }
  return { variables, copies };
}

/** A loop through names and settings; rows are not gone through one by one. */
function eachTurn(node: SyntaxNode, way: Way, returned: Value[]): void {
  const [left, over, body] = [childOf(node, "left"), childOf(node, "right"), childOf(node, "body")];
  if (left === undefined || over === undefined || body === undefined) return;
  const value = asked(over, way);
  if (hasRows(value)) way.within?.noted.push(blocked(way, over, "what the for makes of the rows is not followed"));
  const before = new Map(way.variables);
  for (const { text } of nodesOf(left, KIND.identifier))
    way.variables.set(text, { ...STATE, isPlain: true, isSingle: true });
  walk(body, way, returned);
  joinAll([before, new Map(way.variables)], way);
}

/** Each variable is what one of the ways made of it. */
function joinAll(ways: readonly ReadonlyMap<string, Value>[], { variables }: Way): void {
  const names = new Set(ways.flatMap((one) => [...one.keys()]));
  for (const name of names) {
    const values = ways.flatMap((one) => one.get(name) ?? []);
    variables.set(name, together(values));
  }
}

/** One of these values, with what any of them depends on. */
function together(values: readonly Value[]): Value {
  const [first = STATE, ...others] = [...new Set(values)];
  if (others.length === 0) return first;
  const ofRows = [first, ...others].filter(hasRows);
  const last = ofRows.find(({ kind }) => kind === "groups") ?? ofRows.at(-1);
  const isSized = values.some((value) => value.kind === "state" && value.isSized === true);
  if (last === undefined) return isSized ? { ...STATE, isSized } : STATE;
  const trails = ofRows.map(trailOf);
  return last.kind === "frame"
    ? { kind: "frame", table: copied(last.table, trails) }
    : extended(last, { from: trails });
}
