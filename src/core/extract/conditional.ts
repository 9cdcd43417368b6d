/** Models that are there only if a condition held when the notebook ran. */
import { assignmentsIn } from "../python/calls";
import type { Statement } from "../python/program";
import { mayBindName, nameFacts } from "../python/scope";
import { childOf } from "../python/syntax";
import { isLiteral } from "../python/values";
import type { Candidate } from "./fits";
import type { Analysed } from "./target";

/** The models that are there in any case; all, if there are none. */
export function unconditional(models: readonly Candidate[], analysed: Analysed): readonly Candidate[] {
  const sure = models.filter((one) => !isConditional(one, analysed));
  return sure.length > 0 ? sure : models;
}

/** True for what one `if` binds, on some of its paths, by what was found out: `if TUNE:` is a setting. */
function isConditional({ name, statement }: Candidate, analysed: Analysed): boolean {
  const { node, names, index } = statement;
  if (node.type !== "if_statement" || !names.mayBind.has(name)) return false;
  const isThere = analysed.statements.some((one) => one.index < index && mayBindName(one.names, name));
  return !isThere && !isSetting(statement, analysed);
}

/** True if all that the conditions read are variables that were set to a literal. */
function isSetting({ node, index }: Statement, { statements, flow }: Analysed): boolean {
  const conditions = [node, ...node.children].flatMap((one) => childOf(one, "condition") ?? []);
  const isSet = (name: string): boolean => {
    const binders = [...(flow.binders[index]?.get(name) ?? [])].flatMap((one) => statements[one] ?? []);
    const values = binders.map(({ node: made }) => assignmentsIn(made).find(({ left }) => left.text === name)?.right);
    return values.length > 0 && values.every((value) => value !== undefined && isLiteral(value));
  };
  return conditions.flatMap((one) => [...nameFacts(one).reads]).every(isSet);
}
