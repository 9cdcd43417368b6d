/** What pandas appended to tables. */
import { attributeCalled, insert, keyOf, put, type OldName, type Text } from "./oldEdits";
import { tableKind, type TableKind } from "./knownTables";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode } from "./syntax";
import type { NamesAround } from "./oldNames";

/** `table.append(rows, ignore_index=True)`: a row in its own right makes a table of one. */
export function appended(call: SyntaxNode, text: Text, around: NamesAround): readonly OldName[] {
  const { pandas } = around;
  const [object, added] = appendedTo(call, around);
  const kind = added === undefined ? undefined : kindOfAdded(added, text, around);
  if (pandas === undefined || object === undefined || added === undefined || kind === undefined) return [];
  const between = { start: object.end, end: added.start };
  const edits = [
    insert(`${pandas}.concat([`, call.start),
    put(`, ${text(between).replace(/[^\n]/g, "")}${kind === "row" ? `${pandas}.DataFrame([` : ""}`, between),
    insert(kind === "row" ? "])]" : "]", added.end),
  ];
  const old = argumentsOf(call).length > 1 ? ".append(ignore_index=)" : "DataFrame.append";
  return [{ line: call.line, old, now: `${pandas}.concat([…])`, edits }];
}

/** `le.fit(a["x"].append(b["x"]))`, `all = a["x"].append(b["x"])`: of what `append` gives only a column can be used, and no list. */
export function joinedColumns(values: readonly SyntaxNode[], text: Text, around: NamesAround): readonly OldName[] {
  const { pandas, tables } = around;
  return values.flatMap((call) => {
    const target = call.type === "call" ? childOf(call, "function") : undefined;
    const [object, [added, ...others]] = [target && childOf(target, "object"), argumentsOf(call)];
    if (pandas === undefined || object === undefined || added === undefined || others.length > 0) return [];
    const isColumn = (one: SyntaxNode): boolean =>
      tables.has(COLUMN.exec(text(one))?.[1] ?? "") || kindKnown(one, around) === "column";
    const areColumns = [object, added].every(isColumn);
    if (attributeCalled(call)?.text !== "append" || !areColumns) return [];
    const between = { start: object.end, end: added.start };
    const edits = [
      insert(`${pandas}.concat([`, call.start),
      put(`, ${text(between).replace(/[^\n]/g, "")}`, between),
      insert("]", added.end),
    ];
    return [{ line: call.line, old: "Series.append", now: `${pandas}.concat([…])`, edits }];
  });
}

const COLUMN = /^(\w+)\[(?:"[^"]*"|'[^']*')\]$/;

/** Whether a row is appended or a table; `undefined` where the text does not show it. */
function kindOfAdded(node: SyntaxNode, text: Text, around: NamesAround): "row" | "table" | undefined {
  const { rows, tables } = around;
  const added = text(node);
  if (rows.has(added) || /^(\{[^]*\}|dict\([^]*\)|\w+\.Series\([^]*\))$/.test(added)) return "row";
  const [, name = ""] = /^(\w+)(?:\[[^[\]]*:[^[\]]*\])?$/.exec(added) ?? [];
  if (tables.has(name) || /^\w+\.DataFrame\([^()]*\)$/.test(added)) return "table";
  return kindKnown(node, around) === "table" ? "table" : undefined;
}

/** A table and what is appended to it; nothing for a list, which takes no such arguments. */
function appendedTo(call: SyntaxNode, around: NamesAround): readonly (SyntaxNode | undefined)[] {
  const target = childOf(call, "function");
  const object = target && childOf(target, "object");
  const [added, ...others] = positionalsOf(call);
  if (attributeCalled(call)?.text !== "append" || object === undefined || others.length > 0) return [];
  const isTold = argumentsOf(call).some((one) => /^(ignore_index|verify_integrity|sort)$/.test(keyOf(one)));
  return isTold || areTables([object, added], around) ? [object, added] : [];
}

/** True for two tables: beside a table, a column would be a row. */
function areTables(nodes: readonly (SyntaxNode | undefined)[], around: NamesAround): boolean {
  return nodes.every((one) => one !== undefined && kindKnown(one, around) === "table");
}

function kindKnown(node: SyntaxNode, { pandas, known }: NamesAround): TableKind | undefined {
  return pandas === undefined ? undefined : tableKind(node, known, pandas);
}
