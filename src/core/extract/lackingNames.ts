/** Statements that cannot run, though the model can: they need names that no cell defines. */
import type { Statement } from "../python/program";
import type { Candidate } from "./fits";
import { namesLacking } from "./lacking";
import { dependsOn, type Analysed } from "./target";

/** True for a statement that needs a name which nothing defines, and which the model does without. */
export function findLacking(
  analysed: Analysed,
  model: Pick<Candidate, "statement">,
): (statement: Statement) => boolean {
  const lackedBy = ({ index }: Statement): readonly string[] =>
    namesLacking([...dependsOn(analysed.flow, index), index], analysed);
  const known = new Set(lackedBy(model.statement));
  return (statement) => lackedBy(statement).some((name) => !known.has(name));
}
