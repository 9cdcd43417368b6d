/** Tables that are read from files: `pd.read_csv(…)` with the options that say which columns there are. */
import type { CsvColumn, CsvOptions } from "../../snapshot/csvTable";
import { argumentAt, argumentsOf, childOf, keywordOf, type SyntaxNode } from "../../python/syntax";
import { unknown, type Machine } from "./machine";
import { someRows } from "./rows";
import {
  frameOf,
  isNone,
  isOf,
  isTrue,
  textOf,
  textsOf,
  type Column,
  type Frame,
  type Unknown,
  type Value,
} from "./values";

/** Options that change neither names nor types of columns. */
const HARMLESS = new Set(["encoding", "low_memory", "engine", "memory_map", "encoding_errors", "filepath_or_buffer"]);

type Evaluate = (node: SyntaxNode) => Value;

/** The table that `pandas.read_csv` or `read_table` gives; without knowledge of the file, one with any columns. */
export function readTable(call: SyntaxNode, qualified: string, machine: Machine, evaluate: Evaluate): Value {
  const option = (name: string): Value | undefined => {
    const node = keywordOf(call, name);
    return node === undefined ? undefined : evaluate(node);
  };
  const open = (reason: string): Value => frameOf([], unknown(machine, reason, call));
  const known = csvOptions(option, qualified);
  if (known === undefined) return open("how the file is separated is not known");
  const other = otherOption(call);
  if (other !== undefined) return open(`the option ${other} of ${qualified.replace("pandas.", "pd.")} is not followed`);
  const path = argumentAt(call, 0, "filepath_or_buffer");
  const columns = machine.read(call, path === undefined ? undefined : textOf(evaluate(path)), known);
  if (typeof columns === "string") return open(columns);
  if (isMisread(option("encoding"), columns)) return open("what the encoding makes of the names is not known");
  const rows = {};
  const all = columns.map((column) => fromFile(column, unknown(machine, doubt(column), call), rows));
  const cut = unknown(machine, "nrows leaves values out", call);
  // Whole numbers in the first rows may be floats in the file.
  const frame =
    keywordOf(call, "nrows") === undefined
      ? all
      : all.map((column) => ({
          ...someRows(column, cut),
          ...(isOf(column, "integer") || isOf(column, "boolean") ? {} : { type: cut }),
        }));
  const made = chosen(frame, option, machine);
  if (made !== undefined) note(call, made, known, machine);
  return made ?? open("the columns that are read are not known");
}

/** Columns without names are none that anybody could miss; in a function, the call may read other files at other times. */
function note(call: SyntaxNode, { columns }: Frame, { headerless, names }: CsvOptions, machine: Machine): void {
  const { tables, inside } = machine;
  const hasNames = headerless !== true || names !== undefined;
  if (hasNames && inside.length === 0) tables.set(call, [...(tables.get(call) ?? []), columns]);
}

const OPTIONS = new Set(
  "sep delimiter header names usecols index_col na_values skipinitialspace parse_dates nrows".split(" "),
);

/** Files are taken for UTF-8; in another encoding only what is plain ASCII reads the same. */
function isMisread(encoding: Value | undefined, columns: readonly CsvColumn[]): boolean {
  const isOther = encoding !== undefined && !/^utf-?8/i.test(textOf(encoding) ?? "");
  return isOther && columns.some(({ name }) => /[^\x20-\x7E]/.test(name));
}

function otherOption(call: SyntaxNode): string | undefined {
  const names = argumentsOf(call).flatMap((argument) => {
    if (argument.type === "dictionary_splat" || argument.type === "list_splat") return ["**"];
    return argument.type === "keyword_argument" ? [childOf(argument, "name")?.text ?? ""] : [];
  });
  return names.find((name) => !HARMLESS.has(name) && !OPTIONS.has(name));
}

function csvOptions(option: (name: string) => Value | undefined, qualified: string): CsvOptions | undefined {
  const delimiter = delimiterOf(option("sep") ?? option("delimiter"), qualified);
  const [names, missing] = [listOption(option("names")), listOption(option("na_values"))];
  const header = headerOf(option("header"), names !== NOT_GIVEN);
  if (delimiter === undefined || names === undefined || missing === undefined || header === undefined) return undefined;
  const given = names === NOT_GIVEN ? {} : { names };
  return { delimiter, headerless: header === "none", ...given, missing, trims: isTrue(option("skipinitialspace")) };
}

/** A longer separator is a regular expression. */
function delimiterOf(value: Value | undefined, qualified: string): string | undefined {
  if (value === undefined) return qualified.endsWith("read_table") ? "\t" : ",";
  const text = textOf(value);
  return text?.length === 1 ? text : undefined;
}

const NOT_GIVEN: readonly string[] = [];

/** The texts of an option; `undefined` if they are not known. */
function listOption(value: Value | undefined): readonly string[] | undefined {
  return value === undefined ? NOT_GIVEN : textsOf(value);
}

/** Whether the first line has the names; `undefined` if another one has, or it is not known. */
function headerOf(value: Value | undefined, hasNames: boolean): "first" | "none" | undefined {
  if (value === undefined) return hasNames ? "none" : "first";
  if (isNone(value)) return "none";
  return isZero(value) ? "first" : undefined;
}

function chosen(
  columns: readonly Column[],
  option: (name: string) => Value | undefined,
  machine: Machine,
): Frame | undefined {
  const all = columns.map(({ name = "" }) => name);
  const used = namesAt(option("usecols"), columns, all);
  const kept = columns.filter(({ name = "" }) => used?.includes(name));
  const away = namesAt(option("index_col"), kept, []);
  const parsed = namesAt(option("parse_dates"), kept, []);
  if (used === undefined || away === undefined || parsed === undefined) return undefined;
  const date = unknown(machine, "dates are no type of a client");
  const rest = kept.filter(({ name = "" }) => !away.includes(name));
  return frameOf(rest.map((column) => (parsed.includes(column.name ?? "") ? { ...column, type: date } : column)));
}

/** Names of columns that are given by name or number, one or several; `otherwise` where none are. */
function namesAt(
  value: Value | undefined,
  columns: readonly Column[],
  otherwise: readonly string[],
): readonly string[] | undefined {
  if (value === undefined || isNone(value) || isFalse(value)) return otherwise;
  const items = value.kind === "tuple" ? value.items : [value];
  const found = items.flatMap((item): readonly (string | undefined)[] => {
    const at = item.kind === "scalar" && typeof item.value === "number" ? item.value : undefined;
    return textsOf(item) ?? [at === undefined ? undefined : columns[at]?.name];
  });
  return found.every((name) => name !== undefined) ? found : undefined;
}

function doubt({ name, values }: CsvColumn): string {
  return values.length === 0 ? `${name} is empty` : `what pandas makes of the column ${name} is not sure`;
}

function fromFile({ type, ...column }: CsvColumn, unsure: Unknown, rows: object): Column {
  const source = {};
  return type === undefined
    ? { ...column, type: unsure, values: unsure, rows, source }
    : { ...column, type, rows, source };
}

/** True for the value `False`. */
function isFalse(value: Value): boolean {
  return value.kind === "scalar" && value.value === false;
}

function isZero(value: Value): boolean {
  return value.kind === "scalar" && value.value === 0;
}
