/** What a pipeline gives: its targets, with where they are made and where they are still changed. */
import type { Target } from "../pipeline";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { mayBindName } from "../python/scope";
import { valueText } from "./pipelineValues";
import type { Slice, Targets } from "./slice";

/** The targets as the module's `Result` has them, but for their types. */
export function resultsOf({ model, values }: Targets, { kept }: Slice, flow: Flow): readonly Omit<Target, "type">[] {
  const results: Omit<Target, "type">[] = [];
  if (model !== undefined) {
    const { name, statement } = model;
    const changed = lastChange(
      name,
      kept.filter(({ index }) => index > statement.index),
      flow,
    );
    results.push({ name, kind: "model", expression: name, cell: statement.cell, line: statement.endLine, ...changed });
  }
  for (const value of values) {
    const { name, kind, statement } = value;
    results.push({ name, kind, expression: valueText(value), cell: statement.cell, line: statement.endLine });
  }
  return results;
}

/** A model that is measured may be changed by that: by a `predict` that keeps what it gave. */
function lastChange(name: string, below: readonly Statement[], flow: Flow): Pick<Target, "changedAt"> {
  const bound = below.findIndex(({ names }) => mayBindName(names, name));
  const last = below
    .slice(0, bound < 0 ? undefined : bound)
    .findLast((one) => flow.effects[one.index]?.changes.some((change) => change.name === name));
  return last === undefined ? {} : { changedAt: { cell: last.cell, line: last.endLine } };
}
