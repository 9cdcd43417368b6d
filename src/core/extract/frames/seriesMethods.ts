/** What methods of single columns and of their text give. */
import { areFew, isTrue, textOf } from "./reads";
import { cast, columnFrom, filled, mapped, scalarOf, seriesOf, withValues } from "./columns";
import { argument, hasOther, isInPlace, type Invocation } from "./invocation";
import { typeName } from "./frameMethods";
import { unknown } from "./machine";
import {
  NONE,
  chosenRows,
  columnOf,
  frameOf,
  isNumeric,
  isOf,
  renamed,
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
  isNumeric(column) ? scalarOf("number") : unknown(call.machine, `${call.name} of a text`, call.node);
const cut: Method = ({ column }, call) =>
  seriesOf(chosenRows(column, undefined, unknown(call.machine, `${call.name} leaves values out`, call.node)));

function test(how: "present" | "missing" | "chosen"): Method {
  return ({ column: { name = "" } }, call) =>
    seriesOf(columnOf("boolean", false, unknown(call.machine, "")), new Map([[name, how]]));
}

const METHODS: Readonly<Record<string, Method>> = {
  copy: same,
  sort_values: same,
  sort_index: same,
  drop_duplicates: same,
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
  mode: same,
  unique: plain,
  isnull: test("missing"),
  isna: test("missing"),
  notnull: test("present"),
  notna: test("present"),
  isin: test("chosen"),
  between: test("present"),
  duplicated: test("chosen"),
  reset_index: (series, call) =>
    isTrue(call.named.get("drop")) ? same(series, call) : unknown(call.machine, "reset_index adds a column", call.node),
  dropna: ({ column }) => seriesOf({ ...column, nullable: false }),
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

function ofOwnType({ column: { type, nullable: _ } }: Series): Value {
  return scalarOf(type);
}

function withoutRange({ range: _, ...column }: Column): Column {
  return isNumeric(column) ? { ...column, values: "many" } : column;
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
  if (typeof column.type !== "string") return column.type;
  const results = examplesOf(column, column.type).map((value) => call.apply(callee, [value]));
  return seriesOf(columnFrom(results, machine, column.name));
}

/** Every value of a column where they are few; otherwise one that stands for all. */
function examplesOf({ values, nullable }: Column, type: Type): readonly Value[] {
  const areAll = areFew(values) && !nullable;
  return areAll ? values.map((value) => scalarOf(type, false, value)) : [scalarOf(type, nullable)];
}

/** `replace({"yes": 1, "no": 0})`: what the mapping does not have stays. */
function replaced({ column }: Series, call: Invocation): Value {
  const { values, nullable, name, type } = column;
  const entries = replacements(call);
  if (entries === undefined || !areFew(values) || call.named.size > 0)
    return unknown(call.machine, "what replace gives is not known", call.node);
  const results = values.map((value) => entries.get(value) ?? scalarOf(type, false, value));
  return seriesOf(columnFrom(nullable ? [...results, NONE] : results, call.machine, name));
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
  if (change !== undefined) return seriesOf(changedText(column, change));
  const { nullable, name: of = "" } = column;
  if (name === "len") return seriesOf(columnOf(nullable ? "number" : "integer", nullable, unknown(machine, ""), of));
  if (/^(contains|startswith|endswith)$/.test(name) && !nullable) return test("chosen")(seriesOf(column), call);
  return unknown(machine, `what str.${name} gives is not known`, node);
}

function changedText(column: Column, change: (text: string) => string): Column {
  const { values } = column;
  return areFew(values)
    ? withValues(
        column,
        values.map((value) => change(String(value))),
      )
    : column;
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
export function inverted(mask: Mask | undefined): Mask {
  return new Map(
    [...(mask ?? [])].map(
      ([name, how]) => [name, how === "missing" ? "present" : how === "present" ? "chosen" : how] as const,
    ),
  );
}
