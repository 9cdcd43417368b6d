/** The columns that the module relies on, of each table whose file could be read. */
import { childOf, isWithin, walk, type SyntaxNode } from "../../python/syntax";
import { literalText } from "../../python/values";
import type { Statement } from "../../python/program";
import type { FoundReference } from "../references";
import type { Machine } from "./machine";
import { standsIn } from "./tables";
import { isNumeric, isOf, type Column } from "./values";

/** What a column holds besides missing values; `values` where it is not sure what pandas makes of it, or where it may be anything. */
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
 * The tables that a machine has seen read, with the columns that the kept statements name and those that the model is given. What is
 * only taken out of a table is asked of that one alone. `found` says which call reads what.
 */
export function expectedTables(
  { tables, takenOut, toNumbers, asText }: Machine,
  found: readonly FoundReference[],
  kept: readonly Statement[],
  given: readonly Column[],
): readonly ExpectedTable[] {
  const uses: Uses = {
    named: tables.size === 0 ? new Set<string>() : namedIn(kept, takenOut),
    takenOut: new Set([...takenOut.values()].flatMap((sources) => [...sources])),
    given: new Set(given.flatMap(({ source }) => source ?? [])),
    anyKind: new Set([...toNumbers].filter((source) => !asText.has(source))),
  };
  const byName = new Map<string, ExpectedTable>();
  for (const [node, times] of tables) {
    const at = found.find((one) => standsIn(one, node));
    const isShown = at?.statement.shown.some((one) => isWithin(node, one)) === true;
    if (at === undefined || isShown) continue;
    const { statement, reference } = at;
    const known = byName.get(reference.name);
    const columns = times.map((one) => relied(one, uses)).reduce(inBoth);
    byName.set(reference.name, {
      name: reference.name,
      calls: [...(known?.calls ?? []), { statement, node }],
      columns: known === undefined ? columns : inBoth(known.columns, columns),
    });
  }
  return [...byName.values()].filter(({ columns }) => columns.length > 0);
}

/** What is asked for: by name, and by the `source` of columns. */
interface Uses {
  readonly named: ReadonlySet<string>;
  readonly takenOut: ReadonlySet<object>;
  readonly given: ReadonlySet<object>;
  /** Columns that may hold anything. */
  readonly anyKind: ReadonlySet<object>;
}

function relied(columns: readonly Column[], { named, takenOut, given, anyKind }: Uses): ExpectedTable["columns"] {
  const isNamed = ({ name = "", source = {} }: Column): boolean => named.has(name) || takenOut.has(source);
  const all = columns.filter((column) => isNamed(column) || given.has(column.source ?? {}));
  const few = [all, columns.filter(isNamed)].find(({ length }) => length <= MOST_COLUMNS) ?? [];
  const kind = (column: Column): Kind => (anyKind.has(column.source ?? {}) ? "values" : kindOf(column));
  return few.map((column) => [column.name ?? "", kind(column)]);
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

/** Every text of the statements that takes nothing out of a table, and every attribute that is not called: names that columns may have. */
function namedIn(kept: readonly Statement[], takenOut: Machine["takenOut"]): ReadonlySet<string> {
  const names = new Set<string>();
  const isPart = (one: SyntaxNode, { shown }: Statement): boolean => !shown.includes(one) && !takenOut.has(one);
  for (const node of kept.flatMap((statement) => walk(statement.node, (one) => isPart(one, statement)))) {
    const text = node.type === "string" ? literalText(node) : undefined;
    if (text !== undefined) names.add(text);
    if (node.type === "attribute" && node.field !== "function") names.add(childOf(node, "attribute")?.text ?? "");
  }
  return names;
}
