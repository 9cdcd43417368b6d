/** What expressions give. */
import { calleeOf, qualifiedName } from "../../python/calls";
import { has } from "../../python/knowledge";
import { argumentsOf, childOf, childrenOf, dottedName, type SyntaxNode } from "../../python/syntax";
import { literalText } from "../../python/values";
import { attribute, subscript } from "./access";
import { arithmetic, comparison, listFrom, scalarOf, seriesOf } from "./columns";
import { noteApplied } from "./conversions";
import { frameMethod } from "./frameMethods";
import type { Invocation } from "./invocation";
import { libraryCall, namedType, transformed } from "./libraryCalls";
import { spend, unknown, type Machine } from "./machine";
import { readTable } from "./reads";
import { bothMasks, inverted, seriesMethod, textMethod } from "./seriesMethods";
import { NONE, spoil, textOf, textsOf, type Estimator, type Names, type Plain, type Value } from "./values";

type Evaluator = (node: SyntaxNode, machine: Machine) => Value;

const EVALUATORS: Readonly<Record<string, Evaluator>> = {
  identifier: (node, machine) => variable(node, machine),
  string: text,
  concatenated_string: text,
  integer: (node) => scalarOf("integer", false, Number(node.text.replaceAll("_", ""))),
  float: (node) => scalarOf("number", false, Number(node.text.replaceAll("_", ""))),
  true: () => scalarOf("boolean", false, true),
  false: () => scalarOf("boolean", false, false),
  none: () => NONE,
  list: listOf,
  tuple: listOf,
  expression_list: listOf,
  set: listOf,
  dictionary: mappingOf,
  parenthesized_expression: (node, machine) =>
    evaluate(
      node.children.find(({ type }) => type !== "comment"),
      machine,
    ),
  subscript,
  attribute: attributeOf,
  call: callOf,
  binary_operator: operatorOf,
  unary_operator: unaryOf,
  comparison_operator: comparisonOf,
  boolean_operator: logicOf,
  not_operator: (node, machine) => negated(evaluate(childOf(node, "argument"), machine)),
  conditional_expression: conditional,
  list_comprehension: comprehension,
  generator_expression: comprehension,
  lambda: (node) => ({ kind: "function", node }),
  named_expression: (node, machine) => evaluate(childOf(node, "value"), machine),
};

/** What an expression gives. */
export function evaluate(node: SyntaxNode | undefined, machine: Machine): Value {
  if (node === undefined || !spend(machine)) return unknown(machine, "the notebook is too long to be followed", node);
  const evaluator = Object.hasOwn(EVALUATORS, node.type) ? EVALUATORS[node.type] : undefined;
  return evaluator?.(node, machine) ?? unknown(machine, "an expression is not followed", node);
}

function variable(node: SyntaxNode, machine: Machine): Value {
  const found = machine.variables.get(node.text);
  if (found !== undefined) return isList(found) ? (found.broken ?? found) : found;
  const definition = machine.knowledge.definitions.get(node.text)?.at(-1);
  if (definition?.type === "function_definition") return { kind: "function", node: definition };
  return namedType(node.text) ?? unknown(machine, `what ${node.text} holds is not known`, node);
}

function text(node: SyntaxNode): Value {
  return scalarOf("string", false, literalText(node));
}

function listOf(node: SyntaxNode, machine: Machine): Value {
  return listFrom(node.children.filter(({ type }) => type !== "comment").map((child) => evaluate(child, machine)));
}

function mappingOf(node: SyntaxNode, machine: Machine): Value {
  const entries: [Plain, Value][] = [];
  for (const pair of node.children.filter(({ type }) => type !== "comment")) {
    const key = pair.type === "pair" ? evaluate(childOf(pair, "key"), machine) : undefined;
    if (key?.kind !== "scalar" || key.value === undefined) return unknown(machine, "a mapping is not followed", node);
    entries.push([key.value, evaluate(childOf(pair, "value"), machine)]);
  }
  return { kind: "mapping", entries };
}

function attributeOf(node: SyntaxNode, machine: Machine): Value {
  const name = childOf(node, "attribute")?.text ?? "";
  const qualified = machine.variables.has(dottedName(node)?.split(".")[0] ?? "")
    ? undefined
    : qualifiedName(node, machine.knowledge);
  if (qualified !== undefined) {
    if (/^numpy\.(nan|NaN|NAN)$/.test(qualified)) return NONE;
    return namedType(qualified) ?? unknown(machine, `${qualified} is not followed`, node);
  }
  return attribute(evaluate(childOf(node, "object"), machine), name, machine, node);
}

function callOf(node: SyntaxNode, machine: Machine): Value {
  const callee = calleeOf(node, machine.knowledge);
  const isSplat = argumentsOf(node).some(({ type }) => type.endsWith("_splat"));
  if (isSplat || callee.kind === "unknown") return unknown(machine, "a call is not followed", node);
  const call = invocation(node, callee.name, machine);
  if (callee.kind === "method") return methodCall(evaluate(callee.object, machine), call, callee.root ?? "");
  const target = childOf(node, "function");
  const own = target?.type === "identifier" ? machine.variables.get(target.text) : undefined;
  if (own !== undefined) return call.apply(own, call.positional);
  if (callee.kind === "notebook") return call.apply(evaluate(target, machine), call.positional);
  return importedCall(callee.qualified, call);
}

function importedCall(qualified: string, call: Invocation): Value {
  const { node, name, machine, positional } = call;
  if (/^pandas\.read_(csv|table)$/.test(qualified))
    return readTable(node, qualified, machine, (inner) => evaluate(inner, machine));
  const changed = (machine.knowledge.library.changedArguments(qualified) ?? []).flatMap(
    (index) => positional[index] ?? [],
  );
  loseAll(changed, machine, `what ${name} does is not followed`);
  return libraryCall(qualified, call);
}

function invocation(node: SyntaxNode, name: string, machine: Machine): Invocation {
  const given = argumentsOf(node).map((argument) => {
    const isNamed = argument.type === "keyword_argument";
    const value = evaluate(isNamed ? childOf(argument, "value") : argument, machine);
    return { name: isNamed ? (childOf(argument, "name")?.text ?? "") : undefined, value };
  });
  const positional = given.flatMap(({ name: keyword, value }) => (keyword === undefined ? [value] : []));
  const named = new Map(
    given.flatMap(({ name: keyword, value }) => (keyword === undefined ? [] : [[keyword, value] as const])),
  );
  return {
    node,
    name,
    machine,
    positional,
    named,
    apply: (callee, values) =>
      machine.apply(callee, values === positional ? { positional, named } : { positional: values }, machine),
  };
}

function methodCall(object: Value, call: Invocation, root: string): Value {
  noteApplied(object, call);
  if (object.kind === "frame") return frameMethod(object, call);
  if (object.kind === "series") return seriesMethod(object, call);
  if (object.kind === "accessor" && object.of === "str") return textMethod(object.series, call);
  if (object.kind === "names") return namesMethod(object, call);
  if (object.kind === "scalar") return scalarMethod(object, call);
  if (object.kind === "estimator") return estimatorMethod(object, call, root);
  return otherMethod(object, call);
}

function estimatorMethod(object: Estimator, call: Invocation, root: string): Value {
  const { machine, node, name } = call;
  if (name === "fit") return object;
  if (/^(fit_)?transform$/.test(name)) return transformed(object, root, call);
  if (name === "set_params") object.unsure = unknown(machine, "set_params is not followed", node);
  return unknown(machine, `what ${name} gives is not followed`, node);
}

/** A method of the notebook's own may change what it is given; growing lists are not followed. */
function otherMethod(object: Value, { machine, node, name, positional }: Invocation): Value {
  const reason = `what ${name} does is not followed`;
  if (machine.knowledge.definitions.has(name)) loseAll(positional, machine, reason);
  if (has("growingMethods", name) || machine.knowledge.library.has("mutatingMethods", name))
    lose(object, machine, reason);
  return object.kind === "unknown" ? object : unknown(machine, `what ${name} gives is not followed`, node);
}

function namesMethod(list: Names, call: Invocation): Value {
  const { machine, name, node, positional } = call;
  const { names } = list;
  if (/^(tolist|to_list|copy)$/.test(name)) return { kind: "names", names };
  const given = textsOf(positional[0]);
  if (given === undefined || !/^(append|extend|remove|drop|difference)$/.test(name)) {
    const why = unknown(machine, `what ${name} gives is not followed`, node);
    if (name !== "index") list.broken = why;
    return why;
  }
  if (name === "drop") return { kind: "names", names: without(names, given) };
  if (name === "difference") return { kind: "names", names: [...without(names, given)].sort() };
  list.names = name === "remove" ? without(names, given) : [...names, ...given];
  return NONE;
}

function without(names: readonly string[], gone: readonly string[]): readonly string[] {
  return names.filter((name) => !gone.includes(name));
}

function scalarMethod(
  scalar: Extract<Value, { kind: "scalar" }>,
  { name, machine, node, positional }: Invocation,
): Value {
  const [own, other] = [textOf(scalar), textOf(positional[0])];
  if (own !== undefined && other !== undefined && name === "startswith")
    return scalarOf("boolean", false, own.startsWith(other));
  if (own !== undefined && other !== undefined && name === "endswith")
    return scalarOf("boolean", false, own.endsWith(other));
  return unknown(machine, `what ${name} gives is not followed`, node);
}

function operatorOf(node: SyntaxNode, machine: Machine): Value {
  const sides = [evaluate(childOf(node, "left"), machine), evaluate(childOf(node, "right"), machine)] as const;
  return combined(childOf(node, "operator")?.text ?? "", sides, machine);
}

/** `a + b`, also as it stands in `a += b`. */
export function combined(operator: string, sides: readonly [Value, Value], machine: Machine): Value {
  const [left, right] = sides;
  const unsure = sides.find(({ kind }) => kind === "unknown");
  if (unsure !== undefined) return unsure;
  if (operator === "+" && left.kind === "names" && right.kind === "names")
    return { kind: "names", names: [...left.names, ...right.names] };
  const made = arithmetic(operator, sides, machine);
  const masks = sides.map((side) => (side.kind === "series" ? side.mask : undefined));
  if (made.kind !== "series" || !/^[&|^]$/.test(operator)) return made;
  return seriesOf(made.column, bothMasks(masks[0], masks[1], operator));
}

function unaryOf(node: SyntaxNode, machine: Machine): Value {
  const value = evaluate(childOf(node, "argument"), machine);
  const operator = childOf(node, "operator")?.text;
  if (value.kind === "series" && operator === "~") return inverted(value);
  if (value.kind === "scalar" && typeof value.value === "number" && operator === "-")
    return { ...value, value: -value.value };
  return operator === "-"
    ? combined("-", [scalarOf("integer", false, 0), value], machine)
    : unknown(machine, "an operator is not followed", node);
}

function comparisonOf(node: SyntaxNode, machine: Machine): Value {
  const operators = childrenOf(node, "operators").map((one) => one.text);
  const sides = node.children
    .filter(({ field, type }) => field !== "operators" && type !== "comment")
    .map((child) => evaluate(child, machine));
  const [left, right] = sides;
  const isIn = operators.join(" ");
  if (isIn === "in" || isIn === "not in") return contained(left, right, isIn === "in");
  return comparison(sides, operators, machine);
}

function contained(left: Value | undefined, right: Value | undefined, isIn: boolean): Value {
  const item = textOf(left);
  const all = right?.kind === "names" ? right.names : undefined;
  if (item === undefined || all === undefined) return scalarOf("boolean");
  return scalarOf("boolean", false, all.includes(item) === isIn);
}

function logicOf(node: SyntaxNode, machine: Machine): Value {
  const isAnd = childOf(node, "operator")?.text === "and";
  const sides = [evaluate(childOf(node, "left"), machine), evaluate(childOf(node, "right"), machine)].map(truth);
  if (sides.includes(!isAnd)) return scalarOf("boolean", false, !isAnd);
  return sides.includes(undefined) ? scalarOf("boolean") : scalarOf("boolean", false, isAnd);
}

/** Whether a value is known to be true or false. */
export function truth(value: Value): boolean | undefined {
  return value.kind === "scalar" && typeof value.value === "boolean" ? value.value : undefined;
}

function negated(value: Value): Value {
  const known = truth(value);
  return known === undefined ? scalarOf("boolean") : scalarOf("boolean", false, !known);
}

/** `a if test else b`: both, where the test is not known. */
function conditional(node: SyntaxNode, machine: Machine): Value {
  const [yes, test, no] = node.children.filter(({ type }) => type !== "comment");
  const known = truth(evaluate(test, machine));
  const values = [evaluate(yes, machine), evaluate(no, machine)];
  const [first, second] = values;
  if (first === undefined || second === undefined) return unknown(machine, "an expression is not followed", node);
  if (known !== undefined) return known ? first : second;
  const isSame = first.kind === "scalar" && second.kind === "scalar" && first.type === second.type;
  return isSame
    ? scalarOf(first.type, first.nullable || second.nullable)
    : unknown(machine, "a condition is not known", node);
}

/** `[c for c in df.columns if c != "y"]` */
function comprehension(node: SyntaxNode, machine: Machine): Value {
  const [clause, ...others] = node.children.filter(({ type }) => type === "for_in_clause");
  const why = unknown(machine, "a comprehension is not followed", node);
  const left = clause === undefined ? undefined : childOf(clause, "left");
  if (clause === undefined || others.length > 0 || left?.type !== "identifier") return why;
  const over = iterated(evaluate(childOf(clause, "right"), machine));
  if (over.kind !== "names") return over.kind === "unknown" ? over : why;
  const found = over.names.map((one) => {
    const variables = new Map(machine.variables).set(left.text, scalarOf("string", false, one));
    return itemOf(node, { ...machine, variables });
  });
  return found.every((item) => item !== undefined) ? listFrom(found.flat()) : why;
}

/** What a comprehension gives for one item: nothing if it is left out; `undefined` if that is not known. */
function itemOf(node: SyntaxNode, machine: Machine): readonly Value[] | undefined {
  const tests = node.children.filter(({ type }) => type === "if_clause");
  const holds = tests.map((test) => truth(evaluate(test.children[0], machine)));
  if (holds.includes(undefined)) return undefined;
  return holds.includes(false) ? [] : [evaluate(childOf(node, "body"), machine)];
}

/** What a loop goes through: the names of a table's columns are its items. */
export function iterated(value: Value): Value {
  if (value.kind === "frame") return value.open ?? { kind: "names", names: value.columns.map(({ name = "" }) => name) };
  return value;
}

/** What is no longer known of a value that something unknown was done to. */
export function lose(value: Value | undefined, machine: Machine, reason: string): void {
  if (value === undefined) return;
  const why = unknown(machine, reason);
  if (value.kind === "frame") spoil(value, why);
  if (value.kind === "estimator") value.unsure = why;
  if (value.kind === "tuple") loseAll(value.items, machine, reason);
  if (isList(value)) value.broken = why;
}

function isList(value: Value): value is Extract<Value, { kind: "names" | "tuple" | "mapping" }> {
  return value.kind === "names" || value.kind === "tuple" || value.kind === "mapping";
}

/** The same for several values. */
export function loseAll(values: Iterable<Value>, machine: Machine, reason: string): void {
  for (const value of values) lose(value, machine, reason);
}
