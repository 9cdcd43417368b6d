/** What methods of tables give. */
import { childOf } from "../../python/syntax";
import { cast, filled, seriesOf } from "./columns";
import { argument, hasOther, isInPlace, type Invocation } from "./invocation";
import { takeOut, unknown } from "./machine";
import { chosenRows, firsts, presence, someRows } from "./rows";
import {
  NONE,
  columnNamed,
  frameOf,
  isNone,
  isNumeric,
  isOf,
  isTrue,
  renamed,
  setColumn,
  spoil,
  textOf,
  textsOf,
  type Column,
  type Frame,
  type Series,
  type Unknown,
  type Value,
} from "./values";

type Method = (frame: Frame, call: Invocation) => Value;

const same: Method = (frame) => frameOf(frame.columns, frame.open);

const METHODS: Readonly<Record<string, Method>> = {
  copy: same,
  sort_values: reordered,
  sort_index: reordered,
  infer_objects: same,
  round: same,
  drop_duplicates: withoutTwins,
  reset_index: (frame, call) =>
    isTrue(argument(call, 1, "drop"))
      ? reordered(frame)
      : unknown(call.machine, "reset_index adds a column", call.node),
  set_index: dropped,
  sample: (frame, call) => {
    const part = call.named.get("frac");
    const isAll = part?.kind === "scalar" && part.value === 1 && call.positional.length === 0;
    return isAll ? reordered(frame) : cutRows(frame, unknown(call.machine, "sample leaves values out", call.node));
  },
  head: cutFrame,
  tail: cutFrame,
  nlargest: cutFrame,
  nsmallest: cutFrame,
  truncate: cutFrame,
  query: (frame, call) => {
    const text = textOf(call.positional[0]);
    if (text === undefined) return unknown(call.machine, "query is not followed", call.node);
    return cutRows(frame, unknown(call.machine, "query leaves values out", call.node));
  },
  dropna: withoutMissing,
  fillna: filledFrame,
  drop: dropped,
  pop: (frame, call) => {
    const name = textOf(call.positional[0]);
    if (name === undefined) return lost(frame, call);
    const column = columnNamed(frame, name, noColumn(name, call));
    frame.columns = takeOut(frame, [name], childOf(call.node, "arguments"), call.machine);
    return seriesOf(column);
  },
  get: (frame, call) => {
    const name = textOf(call.positional[0]);
    if (name === undefined) return unknown(call.machine, "a column is chosen by what is not known", call.node);
    return seriesOf(columnNamed(frame, name, noColumn(name, call)));
  },
  rename: renamedFrame,
  assign: (frame, call) => {
    const made = frameOf(frame.columns, frame.open);
    for (const [name, value] of call.named) {
      setColumn(
        made,
        columnFor(value.kind === "function" ? call.apply(value, [made]) : value, name, call),
        unknown(call.machine, "rows do not fit", call.node),
      );
    }
    return made;
  },
  astype: (frame, call) => {
    const to = argument(call, 0, "dtype");
    const type = typeName(to);
    if (type !== undefined) return mapColumns(frame, (column) => cast(column, type, call.machine));
    if (to?.kind !== "mapping") return unknown(call.machine, "astype is not followed", call.node);
    const types = new Map(to.entries.map(([name, value]) => [String(name), typeName(value) ?? "?"]));
    return mapColumns(frame, (column) => {
      const wanted = types.get(column.name ?? "");
      return wanted === undefined ? column : cast(column, wanted, call.machine);
    });
  },
  select_dtypes: selected,
  filter: (frame, call) => {
    const items = textsOf(argument(call, 0, "items"));
    return items === undefined || call.named.size > 1
      ? unknown(call.machine, "filter is not followed", call.node)
      : pick(frame, items, call);
  },
  to_numpy: (frame) => matrixOf(frame),
  mean: () => ({ kind: "statistics", numeric: true }),
  median: () => ({ kind: "statistics", numeric: true }),
};

/** The same rows in another order, or numbered anew: what is put beside them by their old numbers or order does not fit. */
function reordered(frame: Frame): Frame {
  const rows = {};
  return mapColumns(frame, (column) => ({ ...column, rows }));
}

/** Of equal rows the first. Where all columns are looked at, every value stays. */
function withoutTwins(frame: Frame, call: Invocation): Value {
  const subset = argument(call, 0, "subset");
  const names = textsOf(subset);
  const why = unknown(call.machine, "drop_duplicates leaves values out", call.node);
  const looked = frame.columns.filter(({ name = "" }) => names?.includes(name) ?? true);
  const isPlain = !hasOther(call, "subset", "inplace") && (subset === undefined || names !== undefined);
  const by = isPlain && frame.open === undefined ? firsts(looked) : undefined;
  if (by?.cells !== undefined) return chooseRows(frame, seriesOf(by), why);
  if (subset !== undefined || hasOther(call, "inplace", "ignore_index")) return cutRows(frame, why);
  return mapColumns(frame, ({ cells: _, rows: __, ...column }) => column);
}

/** What a method of a table gives; it changes the table where pandas does. */
export function frameMethod(frame: Frame, call: Invocation): Value {
  const method = Object.hasOwn(METHODS, call.name) ? METHODS[call.name] : undefined;
  if (method === undefined) {
    const why = unknown(call.machine, `what ${call.name} gives is not followed`, call.node);
    if (isInPlace(call) || call.name === "insert" || call.name === "update") spoil(frame, why);
    return why;
  }
  const made = method(frame, call);
  if (!isInPlace(call)) return made;
  if (made.kind === "frame") [frame.columns, frame.open] = [made.columns, made.open];
  else if (made.kind === "unknown") spoil(frame, made);
  return NONE;
}

/** The rows that a comparison chooses; `why` it may not be known what they hold. */
export function chooseRows(frame: Frame, by: Series, why: Unknown): Frame {
  return frameOf(chosenRows(frame.columns, by, why), frame.open);
}

/** So few rows that values may be gone. */
export function cutRows(frame: Frame, why: Unknown): Frame {
  return mapColumns(frame, (column) => someRows(column, why));
}

function cutFrame(frame: Frame, { machine, name, node }: Invocation): Value {
  return cutRows(frame, unknown(machine, `${name} leaves values out`, node));
}

/** The columns of these names, in this order. */
export function pick(
  frame: Frame,
  names: readonly string[],
  { machine, node }: Pick<Invocation, "machine" | "node">,
): Frame {
  return frameOf(names.map((name) => columnNamed(frame, name, unknown(machine, `there is no column ${name}`, node))));
}

/** The values of a table without its names; of columns of several types it is not known which type the array has. */
export function matrixOf(frame: Frame): Value {
  if (frame.open !== undefined) return frame.open;
  const isMixed = frame.columns.some(isNumeric) && frame.columns.some((column) => isOf(column, "integer"));
  const hasFloats = frame.columns.some((column) => isOf(column, "number"));
  const areNumbers = frame.columns.every(isNumeric);
  const columns = frame.columns.map(({ name, ...column }): Column => {
    const labelled = name === undefined ? column : { ...column, label: name };
    return isMixed && hasFloats && areNumbers ? { ...labelled, type: "number" } : labelled;
  });
  return { kind: "matrix", columns };
}

/** The column that a table gets by `df[name] = value`. */
export function columnFor(value: Value, name: string, { machine, node }: Pick<Invocation, "machine" | "node">): Column {
  if (value.kind === "series") return renamed(value.column, name);
  const only = value.kind === "matrix" && value.columns.length === 1 ? value.columns[0] : undefined;
  if (only !== undefined) return renamed(only, name);
  if (value.kind === "scalar" && !isNone(value)) {
    const { type, nullable, value: plain } = value;
    const unsure = unknown(machine, `${name} is given a value that is not known`, node);
    return {
      name,
      type,
      nullable,
      values: plain === undefined ? unsure : [plain],
      ...(typeof plain === "number" ? { range: [plain, plain] as const } : {}),
    };
  }
  const why = value.kind === "unknown" ? value : unknown(machine, `what ${name} is given is not followed`, node);
  return { name, type: why, nullable: true, values: why };
}

function mapColumns({ columns, open }: Frame, change: (column: Column) => Column): Frame {
  return frameOf(columns.map(change), open);
}

function noColumn(name: string, { machine, node }: Invocation): Unknown {
  return unknown(machine, `there is no column ${name}`, node);
}

function lost(frame: Frame, call: Invocation): Value {
  const why = unknown(call.machine, `${call.name} is not followed`, call.node);
  spoil(frame, why);
  return why;
}

function isColumns(axis: Value | undefined): boolean {
  return axis?.kind === "scalar" && (axis.value === 1 || axis.value === "columns");
}

/** `drop(columns=[…])`, `drop([…], axis=1)`, `set_index("id")`; without an axis it is rows that go. */
function dropped(frame: Frame, call: Invocation): Value {
  const columns = call.name === "set_index" ? argument(call, 0, "keys") : call.named.get("columns");
  const labels = argument(call, 0, "labels");
  const gone = columns ?? (isColumns(argument(call, 1, "axis")) ? labels : undefined);
  if (gone === undefined) return same(frame, call);
  const names = textsOf(gone);
  if (names === undefined)
    return unknown(call.machine, `which columns ${call.name} takes away is not known`, call.node);
  return frameOf(takeOut(frame, names, childOf(call.node, "arguments"), call.machine), frame.open);
}

function withoutMissing(frame: Frame, call: Invocation): Value {
  if (isColumns(argument(call, 0, "axis")) || hasOther(call, "axis", "subset", "inplace", "how", "ignore_index"))
    return unknown(call.machine, "dropna is not followed", call.node);
  if (textOf(call.named.get("how")) === "all") return cutRows(frame, unknown(call.machine, "dropna is not followed"));
  const subset = call.named.get("subset");
  const names = textsOf(subset);
  if (subset !== undefined && names === undefined) return unknown(call.machine, "dropna is not followed", call.node);
  return chooseRows(frame, presence(frame, names), unknown(call.machine, "dropna leaves values out", call.node));
}

function filledFrame(frame: Frame, call: Invocation): Value {
  const value = argument(call, 0, "value");
  if (value === undefined || hasOther(call, "value", "inplace"))
    return unknown(call.machine, "how fillna fills is not followed", call.node);
  if (value.kind !== "mapping") return mapColumns(frame, (column) => filled(column, value, call.machine));
  const values = new Map(value.entries.map(([name, one]) => [String(name), one]));
  return mapColumns(frame, (column) => {
    const one = values.get(column.name ?? "");
    return one === undefined ? column : filled(column, one, call.machine);
  });
}

function renamedFrame(frame: Frame, call: Invocation): Value {
  const columns = call.named.get("columns");
  if (columns?.kind !== "mapping" || hasOther(call, "columns", "inplace"))
    return unknown(call.machine, "rename is not followed", call.node);
  const names = new Map(columns.entries.map(([from, to]) => [String(from), textOf(to)]));
  if ([...names.values()].includes(undefined)) return unknown(call.machine, "rename is not followed", call.node);
  return mapColumns(frame, (column) => renamed(column, names.get(column.name ?? "") ?? column.name ?? ""));
}

/** `int`, `"int64"`, `np.float32`: names of types come as texts. */
export function typeName(value: Value | undefined): string | undefined {
  return textOf(value);
}

/** The columns of some types: `select_dtypes(include="number")`. */
function selected(frame: Frame, call: Invocation): Value {
  const include = namedTypes(argument(call, 0, "include"));
  const exclude = namedTypes(argument(call, 1, "exclude"));
  const unsure = frame.open ?? frame.columns.map(({ type }) => type).find((type) => typeof type !== "string");
  if (unsure !== undefined) return unsure;
  if (include === "?" || exclude === "?") return unknown(call.machine, "select_dtypes is not followed", call.node);
  const is = ({ type }: Column, types: readonly string[]): boolean => typeof type === "string" && types.includes(type);
  return frameOf(
    frame.columns.filter(
      (column) => (include === undefined || is(column, include)) && (exclude === undefined || !is(column, exclude)),
    ),
  );
}

const TYPE_NAMES: Readonly<Record<string, readonly string[]>> = {
  number: ["number", "integer"],
  "numpy.number": ["number", "integer"],
  object: ["string"],
  int: ["integer"],
  int64: ["integer"],
  float: ["number"],
  float64: ["number"],
  bool: ["boolean"],
};

function namedTypes(value: Value | undefined): readonly string[] | "?" | undefined {
  if (value === undefined) return undefined;
  const types = textsOf(value)?.map((name) => TYPE_NAMES[name]);
  return types?.every((type) => type !== undefined) === true ? types.flat() : "?";
}
