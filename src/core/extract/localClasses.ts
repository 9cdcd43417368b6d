/** Classes that stay inside of a step: their objects cannot be pickled. */
import type { Diagnostic } from "../report";
import { childOf } from "../python/syntax";
import type { Plan } from "./plan";
import type { Candidate } from "./fits";

/** Says that `--save` cannot write the model, where its class reads what a step computes. */
export function localClassFinding({ items }: Plan, model: Candidate | undefined): readonly Diagnostic[] {
  const item = items.find(
    ({ node }) => node.type === "class_definition" && childOf(node, "name")?.text === model?.className,
  );
  if (item === undefined) return [];
  const { statement } = item;
  const computed = new Set(items.flatMap(({ binds, mayBind }) => [...binds, ...mayBind]));
  const read = new Set([...statement.names.reads, ...statement.names.late].filter((name) => computed.has(name)));
  if (read.size === 0) return [];
  return [
    {
      code: "scoring.local-class",
      severity: "info",
      cell: statement.cell,
      line: statement.line,
      message: `${model?.className} reads ${[...read].sort().join(", ")}, which the pipeline computes, so it stays inside of a step: --save cannot pickle ${model?.name}.`,
      hint: "Hand to __init__ what the class needs.",
    },
  ];
}
