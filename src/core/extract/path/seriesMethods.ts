/** Methods of columns and arrays. */
import { childOf, keywordOf } from "../../python/syntax";
import { isOn, isOrdered, takenAll, takesRows, type MethodCall } from "./call";
import { rowsOf } from "./rowwise";
import { chosenRows } from "./selection";
import { numbered, unlabelled, type Value } from "./values";
import { frameOf, isAmong, lost, ofAllRows, STATE, type Way } from "./way";

type Series = Extract<Value, { kind: "series" }>;
type Method = (value: Series, call: MethodCall, way: Way) => Value;

const METHODS: Readonly<Record<string, Method>> = {
  reset_index: (value, call, way) =>
    isOn(call, "drop") ? { ...value, rows: numbered(value.rows) } : unfollowed(value, call, way),
  groupby: () => ({ kind: "groups" }),
  to_frame: ({ rows, trail }) => frameOf(rows, [trail]),
  // `reshape(-1, 1)` keeps the rows.
  reshape: (value, call, way) => {
    const [first, second] = call.parts;
    const isColumn = first?.type === "unary_operator" && second?.type === "integer";
    return isColumn ? { ...value, rows: unlabelled(value.rows) } : unfollowed(value, call, way);
  },
};

/** What a method of a column or an array gives. */
export function seriesMethod(value: Series, call: MethodCall, way: Way): Value {
  const { node, name, object } = call;
  const accessor = object.type === "attribute" ? childOf(object, "attribute")?.text : undefined;
  if (accessor === "str" || accessor === "dt") return accessed(accessor, value, call, way);
  const special = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (special !== undefined) return special(value, call, way);
  if (isAmong("selectingMethods", name)) return chosenRows({ node, owner: object }, value, way);
  if (isAmong("rowMethods", name) || isAmong("seriesMethods", name)) return mapped(value, call, way);
  return aggregated(value, call, way);
}

function unfollowed({ trail }: Series, { node, name }: MethodCall, way: Way): Value {
  return lost(way, node, `${name} may look at other rows`, [trail]);
}

/** Of an array, `mean(axis=1)` and `mean(1)` give an entry a row. */
function aggregated(value: Series, call: MethodCall, way: Way): Value {
  const { node, name, parts } = call;
  const isDown = keywordOf(node, "axis") === undefined && parts.every(({ type }) => type !== "integer");
  if (!isAmong("aggregatingMethods", name) || !isDown) return unfollowed(value, call, way);
  const state = {
    ...STATE,
    isSingle: !/^(describe|mode|unique|value_counts)$/.test(name),
    ...(name === "mode" ? { isColumn: true } : {}),
  };
  return ofAllRows(way, node, name, state);
}

function mapped(value: Series, call: MethodCall, way: Way): Value {
  const { node, name, values } = call;
  const isNamed = name === "apply" && values.some((one) => one.kind === "state" && one.texts !== undefined);
  if (isNamed || isOrdered(call)) return unfollowed(value, call, way);
  const from = [value.trail, ...takenAll(call, way)];
  if (takesRows(call) && rowsOf([value, ...values]) === undefined)
    return lost(way, node, "its parts have other rows", from);
  const isArray = /^(ravel|flatten|to_numpy|toarray|todense|tocsr|tolist|to_list)$/.test(name);
  return { kind: "series", trail: { from }, rows: isArray ? unlabelled(value.rows) : value.rows };
}

/** `s.str.lower()`, `s.dt.day_name()` */
function accessed(accessor: "str" | "dt", value: Series, call: MethodCall, way: Way): Value {
  const isKnown = isAmong(accessor === "str" ? "textMethods" : "dateMethods", call.name);
  if (!isKnown || isOn(call, "expand")) return unfollowed(value, call, way);
  return { ...value, trail: { from: [value.trail, ...takenAll(call, way)] } };
}
