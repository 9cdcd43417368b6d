/** What methods of single columns and of their text give. */
import { cast, columnFrom, filled, listFrom, mapped, perValue, scalarOf, seriesOf, withoutCells } from "./columns";
import { argument, hasOther, isInPlace, type Invocation } from "./invocation";
import { typeName } from "./frameMethods";
import { unknown, type Machine } from "./machine";
import { chosenRows, presence, someRows } from "./rows";
import {
  NONE,
  plainOf,
  areFew,
  columnOf,
  frameOf,
  isNumeric,
  isOf,
  isTrue,
  renamed,
  textOf,
  textsOf,
  type Column,
  type Mask,
  type Plain,
  type Series,
  type Type,
  type Value,
} from "./values";

type Method = (series: Series, call: Invocation) => Value;

const same: Method = ({ column }) => seriesOf(column);
const plain: Method = ({ column: { name: _, ...column } }) => seriesOf(column);
const number: Method = ({ column }, call) =>
  isNumeric(column)
    ? scalarOf("number", false, statistic(column, call))
    : unknown(call.machine, `${call.name} of a text`, call.node);
const cut: Method = ({ column }, call) =>
  seriesOf(someRows(column, unknown(call.machine, `${call.name} leaves values out`, call.node)));

/** A test of each value. `holds`: what comes of the value of a row; absent where that is not known. */
function test(how: "present" | "missing" | "chosen", holds?: Holds): Method {
  return ({ column: { name = "", cells, rows } }, call) => {
    const of = holds?.(call);
    return seriesOf(
      {
        ...columnOf("boolean", false, unknown(call.machine, "")),
        ...(cells === undefined || of === undefined ? {} : { cells: cells.map(of) }),
        ...(rows === undefined ? {} : { rows }),
      },
      new Map([[name, how]]),
    );
  };
}

type Holds = (call: Invocation) => ((cell: Plain | null) => boolean) | undefined;

const isMissing: Holds = () => (cell) => cell === null;
const isPresent: Holds = () => (cell) => cell !== null;

/** `s.isin(["a", "b"])` */
const isAmong: Holds = ({ positional: [list] }) => {
  const items = textsOf(list) ?? (list?.kind === "tuple" ? list.items.map(plainOf) : [undefined]);
  const known = new Set<Plain | null | undefined>(items);
  return known.has(undefined) ? undefined : (cell) => cell !== null && known.has(cell);
};

const METHODS: Readonly<Record<string, Method>> = {
  copy: same,
  sort_values: same,
  sort_index: same,
  drop_duplicates: ({ column: { cells: _, rows: __, ...column } }) => seriesOf(column),
  squeeze: same,
  ravel: plain,
  flatten: plain,
  to_numpy: plain,
  head: cut,
  tail: cut,
  sample: cut,
  mean: number,
  median: number,
  std: number,
  var: number,
  quantile: number,
  max: ofOwnType,
  min: ofOwnType,
  mode,
  unique: ({ column: { cells: _, rows: __, name: ___, ...column } }) => seriesOf(column),
  isnull: test("missing", isMissing),
  isna: test("missing", isMissing),
  notnull: test("present", isPresent),
  notna: test("present", isPresent),
  isin: test("chosen", isAmong),
  between: test("present"),
  duplicated: test("chosen"),
  reset_index: (series, call) =>
    isTrue(call.named.get("drop")) ? same(series, call) : unknown(call.machine, "reset_index adds a column", call.node),
  dropna: (series, { machine, node }) => {
    const why = unknown(machine, "dropna leaves rows out", node);
    const [column = series.column] = chosenRows([series.column], presence(frameOf([series.column]), undefined), why);
    return seriesOf(column);
  },
  to_frame: ({ column }, call) => {
    const name = textOf(argument(call, 0, "name")) ?? column.name;
    return frameOf([name === undefined ? column : renamed(column, name)]);
  },
  reshape: ({ column: { name: _, ...column } }, { positional: [first, second] }) =>
    second?.kind === "scalar" && second.value === 1
      ? { kind: "matrix", columns: [column] }
      : first?.kind === "scalar" && first.value === -1 && second === undefined
        ? seriesOf(column)
        : { kind: "tuple", items: [] },
  rename: ({ column }, call) => {
    const name = textOf(argument(call, 0, "index"));
    return name === undefined
      ? unknown(call.machine, "rename is not followed", call.node)
      : seriesOf(renamed(column, name));
  },
  astype: ({ column }, call) => {
    const type = typeName(argument(call, 0, "dtype"));
    return type === undefined
      ? unknown(call.machine, "astype is not followed", call.node)
      : seriesOf(cast(column, type, call.machine));
  },
  fillna: ({ column }, call) => {
    const value = argument(call, 0, "value");
    if (value === undefined || hasOther(call, "value", "inplace"))
      return unknown(call.machine, "how fillna fills is not followed", call.node);
    return seriesOf(filled(column, value, call.machine));
  },
  clip: ({ column }) => seriesOf(withoutRange(column)),
  abs: ({ column }) => seriesOf(withoutRange(column)),
  map: applied,
  apply: applied,
  replace: replaced,
};

/** What a method of a column gives. What `inplace` does to the column of a table is not seen. */
export function seriesMethod(series: Series, call: Invocation): Value {
  const method = Object.hasOwn(METHODS, call.name) ? METHODS[call.name] : undefined;
  if (method === undefined || isInPlace(call))
    return unknown(call.machine, `what ${call.name} gives is not followed`, call.node);
  return method(series, call);
}

function ofOwnType({ column }: Series, call: Invocation): Value {
  return scalarOf(column.type, false, isNumeric(column) ? statistic(column, call) : undefined);
}

/** A number that pandas computes of a column, where it is known what the rows hold. */
function statistic({ cells }: Column, { name, positional, named }: Invocation): number | undefined {
  const sorted = cells?.filter((cell) => typeof cell === "number").sort((a, b) => a - b);
  const [part] = positional;
  const share = part === undefined ? 0.5 : part.kind === "scalar" ? Number(part.value) : NaN;
  if (sorted === undefined || sorted.length === 0 || named.size > 0 || Number.isNaN(share)) return undefined;
  if (name === "mean") return sorted.reduce((sum, one) => sum + one, 0) / sorted.length;
  const at = { min: 0, max: 1, median: 0.5, quantile: share }[name];
  return at === undefined ? undefined : between(sorted, at * (sorted.length - 1));
}

function between(sorted: readonly number[], place: number): number | undefined {
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (place - Math.floor(place));
}

/** The most frequent values: `mode()[0]`, `mode().iloc[0]`. */
function mode({ column: { cells, type } }: Series, { machine, node }: Invocation): Value {
  const counts = new Map<Plain, number>();
  for (const cell of cells ?? []) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const values = [...counts].filter(([, count]) => count === most).map(([value]) => value);
  if (values.length === 0) return { kind: "tuple", items: [scalarOf(type)] };
  const items = values.sort((a, b) => (a < b ? -1 : 1)).map((value) => scalarOf(type, false, value));
  return isOf({ type }, "boolean") ? unknown(machine, "mode of truths", node) : listFrom(items);
}

function withoutRange(column: Column): Column {
  return isNumeric(column) ? { ...withoutCells(column), values: "many" } : column;
}

/** `map({…})`, and functions of the notebook that are applied value by value. */
function applied({ column }: Series, call: Invocation): Value {
  const { machine, node } = call;
  const [callee] = call.positional;
  if (callee?.kind === "mapping") return seriesOf(mapped(column, callee.entries, machine));
  const type = typeName(callee) ?? "";
  if (/^(int|float)$/.test(type) && isNumeric(column)) return seriesOf(cast(column, type, machine));
  if (callee?.kind !== "function" || hasOther(call))
    return unknown(machine, `what ${call.name} gives is not followed`, node);
  return typeof column.type === "string" ? seriesOf(byFunction(column, column.type, callee, call)) : column.type;
}

/** What a function makes of each value where they are few; otherwise one stands for all. */
function byFunction(column: Column, type: Type, callee: Value, { apply, machine }: Invocation): Column {
  const { nullable, name, rows, values } = column;
  if (areFew(values) && typeof nullable === "boolean") {
    const one = (value: Plain | null): Value => scalarOf(type, value === null, value ?? undefined);
    return perValue(column, (value) => apply(callee, [one(value)]), machine);
  }
  const made = columnFrom([apply(callee, [scalarOf(type, nullable)])], machine, name);
  return { ...made, ...(rows === undefined ? {} : { rows }) };
}

/** `replace({"yes": 1, "no": 0})`: what the mapping does not have stays. */
function replaced({ column }: Series, call: Invocation): Value {
  const { type } = column;
  const entries = replacements(call);
  if (entries === undefined || call.named.size > 0)
    return unknown(call.machine, "what replace gives is not known", call.node);
  const change = (value: Plain | null): Value =>
    value === null ? NONE : (entries.get(value) ?? scalarOf(type, false, value));
  return seriesOf(perValue(column, change, call.machine));
}

function replacements({ positional: [first, second] }: Invocation): ReadonlyMap<Plain, Value> | undefined {
  if (first?.kind === "mapping") return new Map(first.entries);
  const from = first?.kind === "scalar" ? first.value : undefined;
  return from === undefined || second === undefined ? undefined : new Map([[from, second]]);
}

const TEXT: Readonly<Record<string, (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  strip: (text) => text.trim(),
};

/** `s.str.lower()`, `s.str.len()`. */
export function textMethod({ column }: Series, call: Invocation): Value {
  const { machine, name, node } = call;
  if (!isOf(column, "string")) return unknown(machine, `str.${name} of what is no text`, node);
  const change = Object.hasOwn(TEXT, name) && call.positional.length === 0 ? TEXT[name] : undefined;
  if (change !== undefined) return seriesOf(changedText(column, change, machine));
  const { nullable, name: of = "" } = column;
  if (name === "len") return seriesOf(columnOf("integer", nullable, unknown(machine, ""), of));
  if (/^(contains|startswith|endswith)$/.test(name) && nullable === false)
    return test("chosen")(seriesOf(column), call);
  return unknown(machine, `what str.${name} gives is not known`, node);
}

function changedText(column: Column, change: (text: string) => string, machine: Machine): Column {
  const changed = (value: Plain | null): Value =>
    value === null ? NONE : scalarOf("string", false, change(String(value)));
  if (areFew(column.values)) return perValue(column, changed, machine);
  // Of many values few may be left.
  const { name = "the column" } = column;
  return { ...withoutCells(column), values: unknown(machine, `the values of ${name} are not known`) };
}

/** Two conditions on rows: by `&` both hold; otherwise nothing is known of missing values. */
export function bothMasks(left: Mask | undefined, right: Mask | undefined, operator: string): Mask {
  const pairs = [...(left ?? []), ...(right ?? [])];
  const found = new Map<string, "present" | "missing" | "chosen">();
  for (const [name, how] of pairs) {
    const isBoth = operator === "&" && (how === "present" || found.get(name) === "present");
    found.set(name, isBoth ? "present" : "chosen");
  }
  return found;
}

/** `~mask`. */
export function inverted({ column, mask }: Series): Series {
  const { cells } = column;
  const turned = { missing: "present", present: "chosen", chosen: "chosen" } as const;
  const inverse = new Map([...(mask ?? [])].map(([name, how]) => [name, turned[how]] as const));
  const isKnown = cells !== undefined && isOf(column, "boolean");
  return seriesOf(isKnown ? { ...column, cells: cells.map((cell) => cell === false) } : withoutCells(column), inverse);
}
