/** The columns that the module relies on, of each table whose file could be read. */
import { childOf, walk, type SyntaxNode } from "../../python/syntax";
import { literalText } from "../../python/values";
import type { Statement } from "../../python/program";
import type { FoundReference } from "../references";
import type { Machine } from "./machine";
import { standsIn } from "./tables";
import { isNumeric, isOf, type Column } from "./values";

/** What a column holds besides missing values; `values` where it is not sure what pandas makes of it. */
export type Kind = "numbers" | "text" | "booleans" | "values";

/** A table as the steps need it. */
export interface ExpectedTable {
  /** Field of `Data`. */
  readonly name: string;
  /** The calls that read it. */
  readonly calls: readonly { readonly statement: Statement; readonly node: SyntaxNode }[];
  /** In the order of the file. */
  readonly columns: readonly (readonly [name: string, kind: Kind])[];
}

/** More columns than these are no list that anybody reads: of such a table only those that the text names are checked. */
const MOST_COLUMNS = 100;

/**
 * The tables that a machine has seen read, with the columns that the kept statements name and those that the model is given. `found`
 * says which call reads what.
 */
export function expectedTables(
  { tables }: Machine,
  found: readonly FoundReference[],
  kept: readonly Statement[],
  given: readonly Column[],
): readonly ExpectedTable[] {
  const named = tables.size === 0 ? new Set<string>() : namedIn(kept);
  const sources = new Set(given.flatMap(({ source }) => source ?? []));
  const byName = new Map<string, ExpectedTable>();
  for (const [node, times] of tables) {
    const at = found.find((one) => standsIn(one, node));
    const isShown = at?.statement.shown.some(({ start, end }) => start <= node.start && node.end <= end) === true;
    if (at === undefined || isShown) continue;
    const { statement, reference } = at;
    const known = byName.get(reference.name);
    const columns = times.map((one) => relied(one, named, sources)).reduce(inBoth);
    byName.set(reference.name, {
      name: reference.name,
      calls: [...(known?.calls ?? []), { statement, node }],
      columns: known === undefined ? columns : inBoth(known.columns, columns),
    });
  }
  return [...byName.values()].filter(({ columns }) => columns.length > 0);
}

function relied(
  columns: readonly Column[],
  named: ReadonlySet<string>,
  sources: ReadonlySet<object>,
): ExpectedTable["columns"] {
  const isNamed = ({ name = "" }: Column): boolean => named.has(name);
  const all = columns.filter((column) => isNamed(column) || sources.has(column.source ?? {}));
  const few = [all, columns.filter(isNamed)].find(({ length }) => length <= MOST_COLUMNS) ?? [];
  return few.map((column) => [column.name ?? "", kindOf(column)]);
}

function kindOf(column: Column): Kind {
  if (isNumeric(column)) return "numbers";
  if (isOf(column, "string")) return "text";
  return isOf(column, "boolean") ? "booleans" : "values";
}

/** What two readings of one file have in common. */
function inBoth(one: ExpectedTable["columns"], other: ExpectedTable["columns"]): ExpectedTable["columns"] {
  const kinds = new Map(other);
  return one.flatMap(([name, kind]) => {
    const second = kinds.get(name);
    return second === undefined ? [] : [[name, second === kind ? kind : "values"] as const];
  });
}

/** Every text of the statements, and every attribute that is not called: names that columns may have. */
function namedIn(kept: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of kept.flatMap((statement) => walk(statement.node, (one) => !statement.shown.includes(one)))) {
    const text = node.type === "string" ? literalText(node) : undefined;
    if (text !== undefined) names.add(text);
    if (node.type === "attribute" && node.field !== "function") names.add(childOf(node, "attribute")?.text ?? "");
  }
  return names;
}
