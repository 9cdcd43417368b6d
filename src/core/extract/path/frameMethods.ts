/** Methods of tables. */
import { argumentAt, argumentsOf, keywordOf, type SyntaxNode } from "../../python/syntax";
import { givesRecords } from "../../python/records";
import { axisOf, besides, isOn, isOrdered, takenAll, type MethodCall } from "./call";
import { rowsOf } from "./rowwise";
import { chosenRows, columnsKept } from "./selection";
import { copied, numbered, unlabelled, whole, type Table, type Value } from "./values";
import { frameOf, isAmong, lost, ofAllRows, STATE, taken, type Way } from "./way";

type Method = (table: Table, call: MethodCall, way: Way) => Value;

const METHODS: Readonly<Record<string, Method>> = {
  drop: dropped,
  reset_index: (table, call, way) => {
    if (!isOn(call, "drop")) return unfollowed(table, call, way);
    way.edits.push({ start: call.object.end, end: call.node.end, text: "" });
    return { kind: "frame", table: { ...copied(table), rows: numbered(table.rows) } };
  },
  set_index: (table, call, way) =>
    frameOf({ set: table.rows.set, index: {} }, [whole(table, way.labels), ...takenAll(call, way)]),
  rename: (table, call, way) =>
    keywordOf(call.node, "columns") === undefined
      ? unfollowed(table, call, way)
      : frameOf(table.rows, [whole(table, way.labels), ...takenAll(call, way)]),
  assign: joined,
  join: joined,
  to_numpy: (table) => ({ kind: "series", trail: whole(table), rows: unlabelled(table.rows) }),
  to_dict: (table, call, way) =>
    givesRecords(call.node)
      ? { kind: "series", trail: whole(table), rows: unlabelled(table.rows) }
      : unfollowed(table, call, way),
  groupby: () => ({ kind: "groups" }),
};

/** What a method of a table gives. */
export function frameMethod(table: Table, call: MethodCall, way: Way): Value {
  const { name } = call;
  const special = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (special !== undefined) return special(table, call, way);
  if (isAmong("columnsByPosition", name)) return columnsKept(call, table, way);
  if (isAmong("selectingMethods", name)) return chosen(table, call, way);
  if (isAmong("acrossMethods", name) || isAmong("aggregatingMethods", name)) return aggregated(table, call, way);
  if (!isAmong("rowMethods", name) || isOrdered(call)) return unfollowed(table, call, way);
  return { kind: "frame", table: copied(table, takenAll(call, way)) };
}

function unfollowed(table: Table, { node, name }: MethodCall, way: Way): Value {
  return lost(way, node, `${name} may look at other rows`, [whole(table)]);
}

/** Methods that choose rows; `dropna(axis=1)` chooses columns. */
function chosen(table: Table, call: MethodCall, way: Way): Value {
  const { node, name, object } = call;
  const axis = name === "dropna" || keywordOf(node, "axis") !== undefined ? axisOf(call) : "down";
  if (axis === "down") return chosenRows({ node, owner: object }, { kind: "frame", table }, way);
  const isKept = axis === "across" && name === "dropna" && way.within === undefined;
  return isKept ? columnsKept(call, table, way) : unfollowed(table, call, way);
}

/** `df.mean()` leaves state, `df.mean(axis=1)` goes row by row. */
function aggregated(table: Table, call: MethodCall, way: Way): Value {
  const axis = axisOf(call);
  if (axis === "down" && isAmong("aggregatingMethods", call.name))
    return ofAllRows(way, call.node, call.name, call.name === "mode" ? { ...STATE, isColumn: true } : STATE);
  if (axis !== "across" || !isAmong("acrossMethods", call.name)) return unfollowed(table, call, way);
  return { kind: "series", trail: { from: [whole(table), ...takenAll(call, way)] }, rows: table.rows };
}

/** `df.join(dummies)`, `df.assign(area=…)` */
function joined(table: Table, call: MethodCall, way: Way): Value {
  const values: readonly Value[] = [{ kind: "frame", table }, ...call.values];
  if (call.name === "join" && call.parts.length !== 1) return unfollowed(table, call, way);
  const from = takenAll(call, way);
  if (rowsOf(values) === undefined) return lost(way, call.node, "the tables have other rows", [whole(table), ...from]);
  return { kind: "frame", table: copied(table, [...from, ...besides(call, way)]) };
}

/** `drop(columns=[…])`; without an axis it is rows that go. */
function dropped(table: Table, call: MethodCall, way: Way): Value {
  const { node, object } = call;
  const axis = axisOf(call);
  if (axis === "unknown") return unfollowed(table, call, way);
  const columns = keywordOf(node, "columns") ?? (axis === "across" ? argumentAt(node, 0, "labels") : undefined);
  if (columns === undefined) return chosenRows({ node, owner: object }, { kind: "frame", table }, way);
  // Rows to be scored may lack what is dropped.
  if (keywordOf(node, "errors") === undefined) {
    const { end } = argumentsOf(node).at(-1) ?? columns;
    way.edits.push({ start: end, end, text: ', errors="ignore"' });
  }
  return without(table, columns, call, way);
}

function without(table: Table, columns: SyntaxNode, call: MethodCall, way: Way): Value {
  const names = call.values[call.parts.indexOf(columns)] ?? STATE;
  const from = taken(columns, names, way);
  if (names.kind !== "state" || names.texts === undefined)
    return frameOf(table.rows, [whole(table, way.labels), ...from]);
  const left = copied(table, from);
  for (const text of names.texts) left.columns.delete(text);
  return { kind: "frame", table: left };
}
