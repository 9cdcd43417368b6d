/** Targets whose names the kept statements below give to something else: the module keeps each by a name of its own. */
import type { Statement } from "../python/program";
import { mayBindName } from "../python/scope";
import { isVariable } from "./pipelineValues";
import { freshName } from "./names";
import type { Targets } from "./slice";

/** A target, and the variable of the module that keeps it. */
export interface Rebound {
  readonly name: string;
  readonly variable: string;
  /** Right after it, the name still stands for the target. */
  readonly statement: Statement;
}

/** The targets that are bound anew below, each with a variable that is not `taken`. */
export function reboundTargets(
  { model, values }: Targets,
  kept: readonly Statement[],
  taken: ReadonlySet<string>,
): readonly Rebound[] {
  const named = [...(model === undefined ? [] : [model]), ...values.filter(isVariable)];
  const isRebound = ({ name, statement }: (typeof named)[number]): boolean =>
    kept.some(({ index, names }) => index > statement.index && mayBindName(names, name));
  return named.filter(isRebound).map(({ name, statement }) => {
    return { name, statement, variable: freshName(name, (one) => taken.has(one)) };
  });
}

/** Gives the variable of the module that holds a target when all has run. */
export function heldBy(rebound: readonly Rebound[]): (name: string) => string {
  const variables = new Map(rebound.map(({ name, variable }) => [name, variable]));
  return (name) => variables.get(name) ?? name;
}
