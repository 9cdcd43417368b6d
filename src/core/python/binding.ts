/** What a statement binds: the objects behind its names, and what is looked up when they are called. */
import { boundValues, shapeOf, type Values } from "./boundValues";
import { assignmentsIn } from "./calls";
import { forget, NO_NAMES, remember, variableOf, type State } from "./flowState";
import { takesArguments } from "./late";
import type { Statement } from "./program";
import { union } from "./sets";
import { boundByLoop, sureOf, type Sure } from "./sureLoops";
import { newThing } from "./things";

/** Binds what a statement binds; gives the objects that its names stood for, those of comprehensions among them. */
export function bindNames(statement: Statement, state: State): Values {
  const { names, index } = statement;
  const values = boundValues(statement, state);
  const value = sureValue(statement, state);
  const inLoop = boundByLoop(statement, state).filter((name) => names.mayBind.has(name));
  for (const name of [...names.binds, ...inLoop]) forget(name, state);
  const bound = union(names.binds, names.mayBind);
  for (const name of bound) {
    state.sure.delete(name);
    const things = values.get(name) ?? new Set([newThing({ form: names.imports.length > 0 ? "code" : "value" })]);
    for (const thing of things) thing.named = true;
    const { binders, things: before } = variableOf(name, state);
    state.binders.set(name, new Set(binders).add(index));
    state.variables.set(name, union(before, things));
  }
  for (const name of names.deletes) forget(name, state);
  if (value !== undefined) state.sure.set(...value);
  bindLate(statement, bound, state);
  for (const name of union(bound, names.deletes)) remember(name, state);
  return values;
}

/** What is sure of the one variable that `g = [1, 2]` binds. */
function sureValue({ node }: Statement, state: State): readonly [string, Sure] | undefined {
  const [assignment] = node.type === "expression_statement" ? assignmentsIn(node) : [];
  if (assignment?.left.type !== "identifier") return undefined;
  const value = sureOf(assignment.right, state);
  return value === undefined ? undefined : [assignment.left.text, value];
}

/** A function is looked up late in the names that it reads; so is what holds it: an instance, a wrapper, an alias. */
function bindLate({ node, names }: Statement, bound: ReadonlySet<string>, state: State): void {
  if (bound.size === 0) return;
  const late = new Set(names.late);
  const { called } = shapeOf(node);
  for (const name of names.reads) {
    const inside = state.late.get(name) ?? NO_NAMES;
    const isGiven = called.has(name) && takesArguments(name, state.knowledge);
    for (const inner of isGiven ? classesAmong(inside, state) : inside) late.add(inner);
  }
  for (const name of bound) state.late.set(name, late);
}

/** The notebook's classes that functions look up, directly or not: what they give may hold instances. */
function classesAmong(names: ReadonlySet<string>, { late, knowledge: { definitions } }: State): readonly string[] {
  const all = new Set(names);
  for (const name of all) for (const inner of late.get(name) ?? []) all.add(inner);
  return [...all].filter((name) => definitions.get(name)?.at(-1)?.type === "class_definition");
}
