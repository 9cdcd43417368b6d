/** What pandas appended to tables. */
import { attributeCalled, insert, keyOf, put, type OldName, type Text } from "./oldEdits";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode } from "./syntax";
import type { NamesAround } from "./oldNames";

/** `table.append(rows, ignore_index=True)`: a row in its own right makes a table of one. */
export function appended(call: SyntaxNode, text: Text, around: NamesAround): readonly OldName[] {
  const { pandas } = around;
  const [object, added] = appendedTo(call);
  const kind = added === undefined ? undefined : kindOfAdded(text(added), around);
  if (pandas === undefined || object === undefined || added === undefined || kind === undefined) return [];
  const between = { start: object.end, end: added.start };
  const edits = [
    insert(`${pandas}.concat([`, call.start),
    put(`, ${text(between).replace(/[^\n]/g, "")}${kind === "row" ? `${pandas}.DataFrame([` : ""}`, between),
    insert(kind === "row" ? "])]" : "]", added.end),
  ];
  return [{ line: call.line, old: ".append(ignore_index=)", now: `${pandas}.concat([…])`, edits }];
}

/** `le.fit(a["x"].append(b["x"]))`, `all = a["x"].append(b["x"])`: of what `append` gives only a column can be used, and no list. */
export function joinedColumns(
  values: readonly SyntaxNode[],
  text: Text,
  { pandas, tables }: NamesAround,
): readonly OldName[] {
  return values.flatMap((call) => {
    const target = call.type === "call" ? childOf(call, "function") : undefined;
    const [object, [added, ...others]] = [target && childOf(target, "object"), argumentsOf(call)];
    if (pandas === undefined || object === undefined || added === undefined || others.length > 0) return [];
    const areColumns = [object, added].every((one) => tables.has(COLUMN.exec(text(one))?.[1] ?? ""));
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
function kindOfAdded(added: string, { rows, tables }: NamesAround): "row" | "table" | undefined {
  if (rows.has(added) || /^(\{[^]*\}|dict\([^]*\)|\w+\.Series\([^]*\))$/.test(added)) return "row";
  const [, name = ""] = /^(\w+)(?:\[[^[\]]*:[^[\]]*\])?$/.exec(added) ?? [];
  return tables.has(name) || /^\w+\.DataFrame\([^()]*\)$/.test(added) ? "table" : undefined;
}

/** A table and what is appended to it; nothing for a list, which takes no such arguments. */
function appendedTo(call: SyntaxNode): readonly (SyntaxNode | undefined)[] {
  const target = childOf(call, "function");
  const [added, ...others] = positionalsOf(call);
  const isTable = argumentsOf(call).some((one) => /^(ignore_index|verify_integrity|sort)$/.test(keyOf(one)));
  const isAppend = attributeCalled(call)?.text === "append" && isTable && others.length === 0;
  return isAppend && target !== undefined ? [childOf(target, "object"), added] : [];
}
