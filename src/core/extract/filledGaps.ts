/** What a table is made of, but for what only stands in for values that it lacks: predictions of them make it no table of predictions. */
import { assignmentsIn, callsIn } from "../python/calls";
import type { Statement } from "../python/program";
import { areStreams } from "../python/random";
import { nameFacts } from "../python/scope";
import { calledName, childOf, childrenOf, rootName, type SyntaxNode } from "../python/syntax";
import type { Analysed } from "./target";

/** The statements that something of is in what a statement makes, directly or not, and not only where values were missing. */
export function sourcesOfTable({ index }: Statement, analysed: Analysed): ReadonlySet<number> {
  const all = new Set(nextOf(index, analysed));
  for (const one of all) for (const further of nextOf(one, analysed)) all.add(further);
  return all;
}

function nextOf(index: number, { statements, flow }: Analysed): readonly number[] {
  const statement = statements[index];
  const filled = statement && filledTable(statement, { statements, flow });
  return [...(flow.dependencies[index] ?? [])].flatMap(([other, why]) =>
    areStreams(why) || (filled !== undefined && !why.has(filled)) ? [] : [other],
  );
}

/** `test` of `test.loc[test["age"].isna(), "age"] = …`, and of `test["age"] = test["age"].fillna(…)`. */
function filledTable(
  { node, index }: Statement,
  { statements, flow }: Pick<Analysed, "statements" | "flow">,
): string | undefined {
  const [assigned, ...others] = node.type === "expression_statement" ? assignmentsIn(node) : [];
  if (assigned?.left.type !== "subscript" || others.length > 0) return undefined;
  const { left, right } = assigned;
  const keys = keysIn(left);
  const named = new Set(keys.flatMap((key) => [...nameFacts(key).reads]));
  const table = rootName(left)?.text;
  const makers = [...(flow.dependencies[index] ?? [])].flatMap(([other, why]) =>
    [...why].some((name) => name !== table && named.has(name)) ? (statements[other]?.node ?? []) : [],
  );
  return calls(right, FILLING) || [...keys, ...makers].some((one) => calls(one, MISSING)) ? table : undefined;
}

const FILLING = /^(fillna|combine_first)$/;
const MISSING = /^(is|not)(na|null)$|^isnan$/;

function calls(node: SyntaxNode, name: RegExp): boolean {
  return callsIn(node).some((call) => name.test(calledName(call)));
}

/** All that stands between the brackets of what is assigned: `table["age"][rows]`, `table.loc[rows, "age"]`. */
function keysIn(left: SyntaxNode): readonly SyntaxNode[] {
  const inner = childOf(left, left.type === "attribute" ? "object" : "value");
  return [...childrenOf(left, "subscript"), ...(inner === undefined ? [] : keysIn(inner))];
}
