import { assignmentsIn } from "../python/calls";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { childOf, parameterNames, type SyntaxNode } from "../python/syntax";
import { isScaffolding } from "./names";
import type { Helper, PlanInput } from "./plan";

/**
 * Functions and classes that can stand at the top of the module. What a function reads of the notebook's variables becomes a
 * parameter of it; a class that reads such, or a function that binds one by `global`, stays inside of its step.
 */
export function liftHelpers(
  statements: readonly Statement[],
  topLevel: ReadonlySet<string>,
  input: PlanInput,
): readonly Helper[] {
  const candidates = statements.flatMap((statement) => {
    const definition =
      statement.node.type === "decorated_definition" ? childOf(statement.node, "definition") : statement.node;
    const name =
      definition === undefined || !/^(function|class)_definition$/.test(definition.type)
        ? undefined
        : childOf(definition, "name")?.text;
    return name === undefined || definition === undefined || isScaffolding(name) || isRedefined(name, statements)
      ? []
      : [{ name, statement, definition }];
  });
  const names = new Set(candidates.map(({ name }) => name));
  const variables = new Set([...input.kept].flatMap(({ names: facts }) => [...facts.binds, ...facts.mayBind]));
  const isVariable = (name: string): boolean => variables.has(name) && !topLevel.has(name) && !names.has(name);
  const extras = new Map(
    candidates.map(({ name, statement }) => [name, new Set([...statement.names.late].filter(isVariable))]),
  );
  spreadExtras(candidates, extras);
  const refused = refusedHelpers(candidates, extras, isVariable, input);
  return candidates
    .filter(({ name }) => !refused.has(name))
    .map((candidate) => ({ ...candidate, extras: [...(extras.get(candidate.name) ?? [])].sort(), edits: [] }));
}

type HelperCandidate = Pick<Helper, "name" | "statement" | "definition">;

function isRedefined(name: string, statements: readonly Statement[]): boolean {
  return statements.filter(({ names }) => names.binds.has(name) || names.mayBind.has(name)).length > 1;
}

/** A function that calls another one needs what that one needs. */
function spreadExtras(candidates: readonly HelperCandidate[], extras: Map<string, Set<string>>): void {
  // As many rounds as there are functions: the longest chain of calls.
  for (const _ of candidates) {
    for (const { name, statement } of candidates) {
      const added = [...statement.names.late].flatMap((called) => [...(extras.get(called) ?? [])]);
      extras.set(name, new Set([...(extras.get(name) ?? []), ...added]));
    }
  }
}

/** Functions and classes that must stay inside of their step, and those that call one. */
function refusedHelpers(
  candidates: readonly HelperCandidate[],
  extras: ReadonlyMap<string, ReadonlySet<string>>,
  isVariable: (name: string) => boolean,
  input: PlanInput,
): ReadonlySet<string> {
  const shadowed = new Set(candidates.flatMap((one) => shadowedIn(one, extras.get(one.name) ?? new Set())));
  const isRefused = (one: HelperCandidate): boolean =>
    [...one.statement.names.reads].some((name) => isVariable(name) || (extras.get(name)?.size ?? 0) > 0) ||
    isBound(one, extras.get(one.name) ?? new Set(), input) ||
    [...one.statement.names.late].some((name) => shadowed.has(name));
  const refused = new Set(candidates.filter(isRefused).map(({ name }) => name));
  for (const _ of candidates) {
    for (const { name, statement } of candidates) {
      if ([...statement.names.late].some((called) => refused.has(called))) refused.add(name);
    }
  }
  return refused;
}

/** Names that a function would have to hand on to one that it calls, and that mean something of its own in it. */
function shadowedIn({ definition, statement }: HelperCandidate, extras: ReadonlySet<string>): readonly string[] {
  const inside = nameFacts(childOf(definition, "body") ?? definition);
  const own = new Set([...parameterNames(definition), ...inside.binds, ...inside.mayBind]);
  return [...extras].filter((name) => own.has(name) && !statement.names.late.has(name));
}

/** `Model.predict = predict`: a partial of it would not be given the object that it is called on. */
function becomesMethod({ node }: Statement, definition: SyntaxNode): boolean {
  const name = childOf(definition, "name")?.text;
  return assignmentsIn(node).some(({ left, right }) => left.type === "attribute" && right.text === name);
}

/** True if what it looks up cannot be handed in: it binds a global, reads a file, or reads a variable that changes. */
function isBound({ statement, definition }: HelperCandidate, own: ReadonlySet<string>, input: PlanInput): boolean {
  const { kept, references } = input;
  if (statement.names.lateBinds.size > 0 || references.some((found) => found.statement === statement)) return true;
  if (own.size > 0 && kept.some((one) => becomesMethod(one, definition))) return true;
  const timesBound = (name: string): number =>
    kept.filter(({ names }) => names.binds.has(name) || names.mayBind.has(name)).length;
  const isPlain = definition === statement.node && definition.type === "function_definition";
  return own.size > 0 && (!isPlain || [...own].some((extra) => timesBound(extra) !== 1));
}
