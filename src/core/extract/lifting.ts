/** Which functions and classes of the notebook stand at the top of the module, and what they are then handed. */
import { assignmentsIn, callsIn, qualifiedName } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import { mayBindName, nameFacts } from "../python/scope";
import { union } from "../python/sets";
import {
  calledName,
  childOf,
  isWithin,
  methodsIn,
  nodesOf,
  parameterNames,
  positionalsOf,
  type SyntaxNode,
} from "../python/syntax";
import { isScaffolding } from "./names";
import type { Helper, PlanInput } from "./plan";
import { variableNodes } from "./text";

/**
 * Functions and classes that can stand at the top of the module. What a function, or the constructor of a class, reads of the
 * notebook's variables becomes a parameter of it; a class that reads such elsewhere, or a function that binds one by `global`,
 * stays inside of its step.
 */
export function liftHelpers(
  statements: readonly Statement[],
  topLevel: ReadonlySet<string>,
  input: PlanInput,
): readonly Helper[] {
  const rebound = boundTwice(input.kept);
  const candidates = statements.flatMap((statement) => {
    const definition =
      statement.node.type === "decorated_definition" ? childOf(statement.node, "definition") : statement.node;
    const name =
      definition === undefined || !/^(function|class)_definition$/.test(definition.type)
        ? undefined
        : childOf(definition, "name")?.text;
    return name === undefined || definition === undefined || isScaffolding(name) || rebound.has(name)
      ? []
      : [{ name, statement, definition, entry: constructorOf(definition) ?? definition }];
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

type HelperCandidate = Pick<Helper, "name" | "statement" | "definition" | "entry">;
type Extras = ReadonlyMap<string, ReadonlySet<string>>;

/** `__init__` of a class that makes its objects in no other way. */
function constructorOf(definition: SyntaxNode): SyntaxNode | undefined {
  const named = (wanted: string): SyntaxNode | undefined =>
    methodsIn(definition).find((one) => childOf(one, "name")?.text === wanted);
  return definition.type === "class_definition" && named("__new__") === undefined ? named("__init__") : undefined;
}

/** The names that more than one statement may bind. */
function boundTwice(statements: readonly Statement[]): ReadonlySet<string> {
  const [once, twice] = [new Set<string>(), new Set<string>()];
  for (const { names } of statements)
    for (const name of union(names.binds, names.mayBind)) (once.has(name) ? twice : once).add(name);
  return twice;
}

/** A function that calls another one needs what that one needs. */
function spreadExtras(candidates: readonly HelperCandidate[], extras: Map<string, Set<string>>): void {
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const { name, statement } of candidates) {
      const own = extras.get(name) ?? new Set();
      const added = [...statement.names.late].flatMap((called) => [...(extras.get(called) ?? [])]);
      const all = new Set([...own, ...added]);
      isNew ||= all.size > own.size;
      extras.set(name, all);
    }
  }
}

/** Functions and classes that must stay inside of their step, and those that call one. */
function refusedHelpers(
  candidates: readonly HelperCandidate[],
  extras: Extras,
  isVariable: (name: string) => boolean,
  input: PlanInput,
): ReadonlySet<string> {
  const shadowed = new Set(candidates.flatMap((one) => shadowedIn(one, extras.get(one.name) ?? new Set())));
  const isRefused = (one: HelperCandidate): boolean =>
    [...one.statement.names.reads].some((name) => isVariable(name) || (extras.get(name)?.size ?? 0) > 0) ||
    isBound(one, extras, input) ||
    [...one.statement.names.late].some((name) => shadowed.has(name));
  const refused = new Set(candidates.filter(isRefused).map(({ name }) => name));
  for (let size = -1; size < refused.size;) {
    size = refused.size;
    for (const { name, statement } of candidates)
      if ([...statement.names.late].some((called) => refused.has(called))) refused.add(name);
  }
  return refused;
}

/** Names that a function would have to hand on to one that it calls, and that mean something of its own in it. */
function shadowedIn({ entry, statement }: HelperCandidate, extras: ReadonlySet<string>): readonly string[] {
  const inside = nameFacts(childOf(entry, "body") ?? entry);
  const own = new Set([...parameterNames(entry), ...inside.binds, ...inside.mayBind]);
  return [...extras].filter((name) => own.has(name) && !statement.names.late.has(name));
}

/**
 * `Model.predict = predict`, `setattr(Model, "predict", predict)`: a partial of it would not be given the object that it is called
 * on.
 */
function becomesMethod({ node }: Statement, definition: SyntaxNode): boolean {
  const name = childOf(definition, "name")?.text;
  const isSet = callsIn(node).some((call) => calledName(call) === "setattr" && positionalsOf(call)[2]?.text === name);
  return isSet || assignmentsIn(node).some(({ left, right }) => left.type === "attribute" && right.text === name);
}

/** `if method == lasso`, `title[lasso]`, `method.__name__`: a partial of it equals nothing, and has no name. */
function isToldApart(name: string, kept: readonly Statement[]): boolean {
  const values = kept
    .flatMap(({ node }) => variableNodes(node, name))
    .filter(({ node, parent }) => node.field !== "function" && parent?.type.endsWith("definition") !== true);
  if (values.some(({ node, parent }) => tellsApart(node, parent))) return true;
  return values.length > 0 && kept.some(({ node }) => nodesOf(node, KIND.attribute).some(isOwnName));
}

function tellsApart({ field }: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent?.type === "pair") return field === "key";
  return parent?.type === "comparison_operator" || (parent?.type === "subscript" && field === "subscript");
}

/** What a class is called, as in `type(model).__name__`, is another matter. */
function isOwnName(attribute: SyntaxNode): boolean {
  const object = childOf(attribute, "object") ?? attribute;
  const isName = /^__(qual)?name__$/.test(childOf(attribute, "attribute")?.text ?? "");
  return isName && calledName(object) !== "type" && childOf(object, "attribute")?.text !== "__class__";
}

/** True if what it looks up cannot be handed in: it binds a global, reads a file, or reads a variable that changes. */
function isBound(one: HelperCandidate, extras: Extras, input: PlanInput): boolean {
  const { name, statement, definition } = one;
  const { kept, references } = input;
  if (statement.names.lateBinds.size > 0 || references.some((found) => found.statement === statement)) return true;
  const own = extras.get(name);
  if (own === undefined || own.size === 0) return false;
  if (kept.some((other) => becomesMethod(other, definition)) || isToldApart(name, kept)) return true;
  const timesBound = (extra: string): number => kept.filter(({ names }) => mayBindName(names, extra)).length;
  const isPlain =
    definition === statement.node && (definition.type === "function_definition" || isMade(one, extras, input));
  return !isPlain || [...own].some((extra) => timesBound(extra) !== 1);
}

/** True if a class looks up in its constructor alone, and others only call it: nothing inherits from it, or asks for it. */
function isMade(
  { name, statement, definition, entry }: HelperCandidate,
  extras: Extras,
  { kept, knowledge }: PlanInput,
): boolean {
  if (entry === definition || mayBeCloned(definition, knowledge)) return false;
  const handedOn = [...extras].flatMap(([other, own]) => (own.size > 0 && other !== name ? [other, ...own] : []));
  const needed = new Set([...handedOn, ...(extras.get(name) ?? [])]);
  const isLate = [...needed].some((one) => variableNodes(definition, one).some(({ node }) => !isWithin(node, entry)));
  const isMadeIn = (one: Statement): boolean =>
    variableNodes(one.node, name).every(({ node }) => (one === statement) !== (node.field === "function"));
  return !isLate && kept.every(isMadeIn);
}

/** True if objects of a class may be made again of what their constructor was given, as scikit-learn does: that has to be theirs. */
function mayBeCloned(definition: SyntaxNode, knowledge: Knowledge): boolean {
  const bases = childOf(definition, "superclasses")?.children ?? [];
  const names = bases.map((base) => (base.text === "object" ? base.text : qualifiedName(base, knowledge)));
  return names.some((base) => base === undefined || base.startsWith("sklearn."));
}
