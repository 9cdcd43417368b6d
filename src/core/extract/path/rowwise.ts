/** Operations that compute each row by itself. */
import type { Call } from "./call";
import { ANY_ROWS, fit, type Rows, type Value } from "./values";
import { frameOf, lost, taken, type Way } from "./way";

/** What comes of rows, each by itself, and of state: a table if one of them is a table. */
export function rowwise({ node, parts, values }: Omit<Call, "name">, way: Way): Value {
  const from = values.flatMap((value, index) => taken(parts[index] ?? node, value, way));
  const rows = rowsOf(values);
  if (rows === undefined) return lost(way, node, "its parts have other rows", from);
  const isFrame = values.some((value) => value.kind === "frame");
  return isFrame ? frameOf(rows, from) : { kind: "series", trail: { from }, rows };
}

/** The rows that all of some values have; `undefined` if they do not fit together, or none has rows. */
export function rowsOf(values: readonly Value[]): Rows | undefined {
  const all = values.flatMap(rowsIn);
  const known = all.filter((one) => one !== ANY_ROWS);
  const first = known.find(({ index }) => index !== undefined) ?? known[0] ?? all[0];
  return first !== undefined && all.every((one) => fit(first, one)) ? first : undefined;
}

function rowsIn(value: Value): readonly Rows[] {
  if (value.kind === "frame") return [value.table.rows];
  if (value.kind === "tuple") return value.items.flatMap(rowsIn);
  return value.kind === "series" ? [value.rows] : [];
}
