/** Functions of the notebook, and what goes through rows with an expression. */
import { qualifiedName } from "../../python/calls";
import { isPrepared } from "../../python/knowledge";
import { nameFacts } from "../../python/scope";
import { KIND } from "../../python/kinds";
import { childOf, findNode, nodesOf, type SyntaxNode } from "../../python/syntax";
import { trailOf, type Trail, type Value } from "./values";
import { blocked, isSame, type Way } from "./way";

/** A function of the notebook or a lambda: it gives a value for a value if nothing of the rows is in it. */
export function functionOf(node: SyntaxNode, way: Way): Value {
  const isNamed = node.type === "identifier";
  const names = isNamed ? calledNames(node.text, way) : freeNames(node);
  const read = [...names].flatMap((name) => {
    const value = way.variables.get(name);
    return value === undefined || value.kind === "state" ? [] : [trailOf(value)];
  });
  if (node.type === "lambda") fromFitted(childOf(node, "body") ?? node, names, way);
  const from: Trail[] = [];
  if (read.length > 0) from.push({ from: [blocked(way, node, "a function in it reads a whole table"), ...read] });
  if (isNamed && !way.isTop(node.text)) from.push(blocked(way, node, insideOfStep(node.text, way)));
  if (isImpure(node, way)) from.push(blocked(way, node, "a function in it changes or draws something"));
  return { kind: "function", trail: { from } };
}

function insideOfStep(name: string, { isPatched }: Way): string {
  return isPatched(name)
    ? `what is attached to ${name}, or to what it uses, is known only inside of a step`
    : `${name} is a function inside of a step`;
}

/** State that `body` reads, the body of a lambda or of a comprehension, is taken from what was fitted. */
export function fromFitted(body: SyntaxNode, names: ReadonlySet<string>, way: Way): void {
  for (const { text, start, end, field } of nodesOf(body, KIND.identifier)) {
    const isVariable = field !== "attribute" && field !== "name" && names.has(text);
    if (isVariable && way.variables.get(text)?.kind === "state" && !isSame(text, way))
      way.edits.push({ start, end, text: `${way.fitted}.${text}`, state: text });
  }
}

/** The variables that an expression reads, now or later. */
export function freeNames(node: SyntaxNode): ReadonlySet<string> {
  const { reads, late } = nameFacts(node);
  return new Set([...reads, ...late]);
}

/** The names that a function of the notebook looks up, and those that the functions look up that it calls. */
function calledNames(name: string, { knowledge }: Way): ReadonlySet<string> {
  const names = new Set([name]);
  for (const one of names) {
    for (const definition of knowledge.definitions.get(one) ?? [])
      for (const free of nameFacts(definition).late) names.add(free);
  }
  names.delete(name);
  return names;
}

function isImpure(node: SyntaxNode, { knowledge }: Way): boolean {
  const functions = nodesOf(node, KIND.identifier).flatMap(({ text: name }) => knowledge.functions.get(name) ?? []);
  // What is prepared for a library, once and for all, is the same for all rows.
  const isAny = functions.some(
    ({ globals, uses, sets, seeds }) => globals.length + sets.size + seeds.size > 0 || ![...uses].every(isPrepared),
  );
  return isAny || findNode(node, (one) => /(^|\.)random\b/.test(qualifiedName(one, knowledge) ?? "")) !== undefined;
}
