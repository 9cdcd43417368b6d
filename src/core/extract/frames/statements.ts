/** Follows the statements of a notebook: what its variables hold at one of them, as far as the text and the files show it. */
import { elementsOf } from "../../python/calls";
import type { Knowledge } from "../../python/effects";
import type { Statement } from "../../python/program";
import { KIND } from "../../python/kinds";
import {
  childOf,
  childrenOf,
  dottedName,
  keywordOf,
  nodesOf,
  parameterNames,
  positionalsOf,
  walk,
  type SyntaxNode,
} from "../../python/syntax";
import { store } from "./access";
import { columnFrom, scalarOf } from "./columns";
import { combined, evaluate, iterated, lose, loseAll, truth } from "./evaluate";
import { spend, takeOut, unknown, type Applied, type Machine, type ReadColumns } from "./machine";
import { NONE, isNone, textOf, type Scalar, type Value } from "./values";

/** Loops over more names than this are not followed, nor are calls deeper than this. */
const MAX_TURNS = 1000;
const MAX_DEPTH = 5;
/** Expressions that are followed: a notebook of thousands of cells has not so many that matter. */
const BUDGET = 200_000;

/** The state before the first statement. */
export function newMachine(knowledge: Knowledge, read: ReadColumns): Machine {
  return {
    variables: new Map(),
    knowledge,
    read,
    tables: new Map(),
    takenOut: new Map(),
    toNumbers: new Set(),
    asText: new Set(),
    evaluate,
    apply,
    place: { cell: 0, line: 0 },
    inside: [],
    budget: { left: BUDGET },
  };
}

/** Follows statements: the machine knows then what every variable holds behind them. */
export function followStatements(statements: readonly Statement[], machine: Machine): void {
  for (const { cell, line, node } of statements) {
    machine.place = { cell, line };
    run(node, machine);
  }
}

/** What a function gave back; `undefined` if it goes on. */
type Returned = Value | undefined;

type Runner = (node: SyntaxNode, machine: Machine) => Returned;

const RUNNERS: Readonly<Record<string, Runner>> = {
  expression_statement: runExpressions,
  delete_statement: runDelete,
  return_statement: (node, machine) => (node.children[0] === undefined ? NONE : evaluate(node.children[0], machine)),
  if_statement: runIf,
  for_statement: runFor,
  with_statement: (node, machine) => runBlock(childOf(node, "body"), machine),
  block: runBlock,
  function_definition: () => undefined,
  class_definition: () => undefined,
  decorated_definition: () => undefined,
  import_statement: () => undefined,
  import_from_statement: () => undefined,
  future_import_statement: () => undefined,
  pass_statement: () => undefined,
  comment: () => undefined,
  assert_statement: () => undefined,
  global_statement: () => undefined,
};

function run(node: SyntaxNode, machine: Machine): Returned {
  const runner = Object.hasOwn(RUNNERS, node.type) ? RUNNERS[node.type] : undefined;
  if (runner !== undefined && spend(machine)) return runner(node, machine);
  return giveUp(node, machine, `what the ${node.type.replace("_statement", "")} statement does is not followed`);
}

/** Everything that a statement mentions may be something else afterwards. */
function giveUp(node: SyntaxNode, machine: Machine, reason: string): Returned {
  const why = unknown(machine, reason, node);
  for (const { text, field } of nodesOf(node, KIND.identifier)) {
    if (field === "attribute") continue;
    const value = machine.variables.get(text);
    lose(value, machine, reason);
    if (value?.kind !== "frame") machine.variables.set(text, why);
  }
  const binds = nodesOf(node, KIND.assignment | KIND.for_statement);
  for (const target of binds.flatMap((one) => childrenOf(one, "left").flatMap(elementsOf))) {
    if (target.type === "identifier") machine.variables.set(target.text, why);
  }
  return (node.inside & KIND.return_statement) !== 0 ? why : undefined;
}

function runBlock(block: SyntaxNode | undefined, machine: Machine): Returned {
  for (const child of block?.children ?? []) {
    const returned = run(child, machine);
    if (returned !== undefined) return returned;
  }
  return undefined;
}

function runExpressions(node: SyntaxNode, machine: Machine): Returned {
  for (const child of node.children) {
    if (child.type === "assignment") assign(child, machine);
    else if (child.type === "augmented_assignment") augment(child, machine);
    else if (child.type !== "comment") runCall(child, machine);
  }
  return undefined;
}

/** A call for its effect. What a column of a table is made to be in place depends on the version of pandas. */
function runCall(node: SyntaxNode, machine: Machine): void {
  const target = childOf(node, "function");
  const object = target?.type === "attribute" ? childOf(target, "object") : undefined;
  evaluate(node, machine);
  if (object === undefined || keywordOf(node, "inplace") === undefined) return;
  if (evaluate(object, machine).kind !== "series") return;
  const why = unknown(machine, "what is changed in place depends on the version of pandas", node);
  bind(object, why, machine);
}

function assign(node: SyntaxNode, machine: Machine): Value {
  const right = childOf(node, "right");
  const value = right?.type === "assignment" ? assign(right, machine) : evaluate(right, machine);
  for (const left of childrenOf(node, "left")) bind(left, value, machine);
  return value;
}

function bind(target: SyntaxNode, value: Value, machine: Machine): void {
  const targets = elementsOf(target);
  if (targets.length === 1 && targets[0] === target) {
    if (target.type === "identifier") machine.variables.set(target.text, value);
    else store(target, value, machine);
    return;
  }
  const items =
    value.kind === "tuple"
      ? value.items
      : value.kind === "names"
        ? value.names.map((name) => scalarOf("string", false, name))
        : [];
  const why = value.kind === "unknown" ? value : unknown(machine, "what is unpacked is not known", target);
  targets.forEach((one, index) => bind(one, items.length === targets.length ? (items[index] ?? why) : why, machine));
}

function augment(node: SyntaxNode, machine: Machine): void {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left === undefined) return;
  const operator = (childOf(node, "operator")?.text ?? "").replace(/=$/, "");
  const before = evaluate(left, machine);
  const made = combined(operator, [before, evaluate(right, machine)], machine);
  // A list grows in place, for all of its names.
  if (before.kind === "names" && made.kind === "names") before.names = made.names;
  else bind(left, made, machine);
}

function runDelete(node: SyntaxNode, machine: Machine): Returned {
  for (const target of node.children.flatMap(elementsOf)) {
    if (target.type === "identifier") {
      machine.variables.delete(target.text);
      continue;
    }
    const object = childOf(target, "value");
    const owner = object === undefined ? undefined : evaluate(object, machine);
    const key = childOf(target, "subscript");
    const name = textOf(evaluate(key, machine));
    if (owner?.kind === "frame" && name !== undefined) owner.columns = takeOut(owner, [name], key, machine);
    else lose(owner, machine, "what is deleted is not known");
  }
  return undefined;
}

/** The branch that is known to be taken; otherwise nothing that the branches mention is known. */
function runIf(node: SyntaxNode, machine: Machine): Returned {
  const known = truth(evaluate(childOf(node, "condition"), machine));
  const others = childrenOf(node, "alternative");
  if (known === true) return runBlock(childOf(node, "consequence"), machine);
  if (known === false && others.length === 0) return undefined;
  const [other] = others;
  if (known === false && others.length === 1 && other?.type === "else_clause")
    return runBlock(childOf(other, "body"), machine);
  return giveUp(node, machine, "which branch is taken is not known");
}

/** A loop over names that are known, turn by turn. */
function runFor(node: SyntaxNode, machine: Machine): Returned {
  const over = iterated(evaluate(childOf(node, "right"), machine));
  const items =
    over.kind === "names"
      ? over.names.map((name) => scalarOf("string", false, name))
      : over.kind === "tuple"
        ? over.items
        : undefined;
  const left = childOf(node, "left");
  const leaves = walk(node).some(({ type }) => /^(break|continue|return)_statement$/.test(type));
  if (items === undefined || left === undefined || items.length > MAX_TURNS || leaves)
    return giveUp(node, machine, "what the loop goes through is not known");
  for (const item of items) {
    bind(left, item, machine);
    runBlock(childOf(node, "body"), machine);
  }
  return undefined;
}

/** What a function of the notebook gives; it may change the tables that it is given. */
function apply(callee: Value, call: Applied, machine: Machine): Value {
  const given = [...call.positional, ...(call.named?.values() ?? [])];
  if (callee.kind !== "function") return notCallable(callee, given, machine);
  const { node } = callee;
  const name = childOf(node, "name")?.text ?? "lambda";
  if (!isFollowed(node, call, machine)) return notFollowed(name, given, machine);
  const inner: Machine = { ...machine, variables: new Map(machine.variables), inside: [...machine.inside, name] };
  bindParameters(node, call, inner);
  const body = childOf(node, "body");
  if (node.type === "lambda") return evaluate(body, inner);
  return areScalars(given) ? outcomes(body, inner) : (runBlock(body, inner) ?? NONE);
}

function notCallable(callee: Value, given: readonly Value[], machine: Machine): Value {
  loseAll(given, machine, "a call is not followed");
  return callee.kind === "unknown" ? callee : unknown(machine, "a call is not followed");
}

function areScalars(given: readonly Value[]): boolean {
  return given.length > 0 && given.every(({ kind }) => kind === "scalar");
}

function bindParameters(node: SyntaxNode, { positional, named }: Applied, inner: Machine): void {
  parameterNames(node).forEach((parameter, index) => {
    const value = positional[index] ?? named?.get(parameter) ?? defaultOf(node, parameter, inner);
    inner.variables.set(parameter, value ?? unknown(inner, `${parameter} is not known`));
  });
}

function isFollowed(node: SyntaxNode, { positional, named = new Map() }: Applied, { inside }: Machine): boolean {
  const parameters = parameterNames(node);
  const isPlain = positional.length <= parameters.length && [...named.keys()].every((key) => parameters.includes(key));
  const isDeep = inside.length >= MAX_DEPTH || inside.includes(childOf(node, "name")?.text ?? "lambda");
  return isPlain && !isDeep && !isVariadic(node);
}

function notFollowed(name: string, given: readonly Value[], machine: Machine): Value {
  const why = unknown(machine, `what ${name} does is not followed`);
  loseAll(given, machine, why.reason);
  for (const changed of machine.knowledge.functions.get(name)?.globals ?? []) {
    lose(machine.variables.get(changed), machine, why.reason);
    machine.variables.set(changed, why);
  }
  return why;
}

/** Functions that take any arguments, or bind names of the notebook. */
function isVariadic(node: SyntaxNode): boolean {
  if ((node.inside & KIND.global_statement) !== 0) return true;
  return (childOf(node, "parameters")?.children ?? []).some(({ type }) => type.endsWith("_splat_pattern"));
}

function defaultOf(node: SyntaxNode, parameter: string, machine: Machine): Value | undefined {
  const found = (childOf(node, "parameters")?.children ?? []).find((one) => childOf(one, "name")?.text === parameter);
  const value = found === undefined ? undefined : childOf(found, "value");
  return value === undefined ? undefined : evaluate(value, machine);
}

/** All that a function of single values may give, over all of its branches. */
function outcomes(body: SyntaxNode | undefined, machine: Machine): Value {
  const results: Value[] = [];
  const ends = explore(body?.children ?? [], machine, results);
  if (!ends) results.push(NONE);
  const [only] = results;
  if (only !== undefined && results.length === 1) return only;
  const column = columnFrom(results, machine);
  if (typeof column.type !== "string") return column.type;
  return scalarOf(column.type, column.nullable);
}

/** Follows each branch; true if every one of them gives something back. */
function explore(statements: readonly SyntaxNode[], machine: Machine, results: Value[]): boolean {
  for (const [index, statement] of statements.entries()) {
    if (statement.type === "if_statement") return exploreIf(statement, statements.slice(index + 1), machine, results);
    const returned = run(statement, machine);
    if (returned !== undefined) return results.push(returned) > 0;
  }
  return false;
}

function exploreIf(node: SyntaxNode, rest: readonly SyntaxNode[], machine: Machine, results: Value[]): boolean {
  const condition = childOf(node, "condition");
  const known = truth(evaluate(condition, machine));
  const branch = (block: SyntaxNode | undefined, inner: Machine): boolean =>
    explore([...(block?.children ?? []), ...rest], { ...inner, variables: new Map(inner.variables) }, results);
  if (known === true) return branch(childOf(node, "consequence"), machine);
  const others = childrenOf(node, "alternative");
  const otherwise = (inner: Machine): boolean => {
    const [other, ...more] = others;
    if (other === undefined) return branch(undefined, inner);
    if (other.type === "else_clause") return branch(childOf(other, "body"), inner);
    return exploreIf({ ...other, children: [...other.children, ...more] }, rest, inner, results);
  };
  if (known === false) return otherwise(machine);
  const yes = branch(childOf(node, "consequence"), machine);
  return otherwise(withoutMissing(condition, machine)) && yes;
}

/** Behind `if np.isnan(x) or …: return …` nothing is missing any more. */
function withoutMissing(condition: SyntaxNode | undefined, machine: Machine): Machine {
  const variables = new Map(machine.variables);
  for (const name of condition === undefined ? [] : missingTests(condition)) {
    const value = variables.get(name);
    if (value?.kind === "scalar" && !isNone(value)) variables.set(name, { ...value, nullable: false } satisfies Scalar);
  }
  return { ...machine, variables };
}

/** Names that a condition holds for if they are missing. */
function missingTests(condition: SyntaxNode): readonly string[] {
  if (condition.type === "parenthesized_expression") return condition.children.flatMap(missingTests);
  if (condition.type === "boolean_operator") {
    const isOr = childOf(condition, "operator")?.text === "or";
    return isOr ? [...childrenOf(condition, "left"), ...childrenOf(condition, "right")].flatMap(missingTests) : [];
  }
  const target = childOf(condition, "function");
  const name = target === undefined ? "" : (dottedName(target) ?? "");
  const [argument] = /(^|\.)(isnan|isnull|isna)$/.test(name) ? positionalsOf(condition) : [];
  return argument?.type === "identifier" ? [argument.text] : [];
}
