/** What stands in brackets behind tables, columns, arrays and containers. */
import { calledName, childrenOf, keywordOf, type SyntaxNode } from "../../python/syntax";
import { literalText } from "../../python/values";
import { typeOfField, type Context, type Found } from "./context";
import { attributeTypeIn } from "./library";
import {
  ARRAY,
  argumentsOfType,
  classOf,
  eachMember,
  elementOf,
  FRAME,
  INDEX,
  isList,
  isNumber,
  listOf,
  membersOf,
  SERIES,
  UNKNOWN,
  valueOfKey,
} from "./text";

/** `df.loc` and `df.iloc`, of the class in brackets. */
export const LOCATOR = "_Locator";
/** A list of things of different types: it can be taken apart, and has no type that can be written. */
export const PARTS = "_Parts";
const SLICE = "slice";
const GROUPED = "pandas.core.groupby.DataFrameGroupBy";
const GROUPED_COLUMN = "pandas.core.groupby.SeriesGroupBy";

/** The types of the keys; a slice is `slice`. */
type Keys = readonly Found[];

/** What `value[keys]` gives. */
export function subscriptType(node: SyntaxNode, context: Context): Found {
  const container = typeOfField(node, "value", context);
  if (container === undefined) return undefined;
  const nodes = childrenOf(node, "subscript");
  const keys = nodes.map((key) =>
    key.type === "slice" ? SLICE : (context.typeOf(key, context) ?? (isMask(key) ? SERIES : undefined)),
  );
  // A number has no parts: where a value is one or a list, it is the list that is asked.
  const parts = membersOf(container).filter((one) => !isNumber(one));
  return eachMember(parts.join(" | "), (member) => itemType(member, keys, nodes));
}

/** `(scores < 3).all(axis=1)`: one answer a row, be it a column or an array. */
function isMask(key: SyntaxNode): boolean {
  return key.type === "call" && /^(all|any)$/.test(calledName(key)) && keywordOf(key, "axis") !== undefined;
}

function itemType(container: string, keys: Keys, nodes: readonly SyntaxNode[]): Found {
  const inner = TABLES[classOf(container)]?.(container, keys);
  if (inner === undefined && container.startsWith("scipy.sparse.")) return keys.some(isMany) ? container : undefined;
  if (inner !== undefined || keys.length !== 1) return inner;
  const [key] = nodes;
  return key && partOf(container, keys[0], key);
}

const TABLES: Readonly<Record<string, (container: string, keys: Keys) => Found>> = {
  [FRAME]: (_, keys) => (keys.length === 1 ? ofFrame(keys[0]) : undefined),
  [SERIES]: (_, keys) => (keys.length === 1 && isMany(keys[0]) ? SERIES : undefined),
  [INDEX]: (_, keys) => (keys.length === 1 && isMany(keys[0]) ? INDEX : undefined),
  [ARRAY]: (_, keys) => (keys.some(isMany) && keys.every((key) => key !== undefined) ? ARRAY : undefined),
  [LOCATOR]: (container, keys) => located(argumentsOfType(container)[0], keys),
  [GROUPED]: (_, keys) => (keys[0] === "str" ? GROUPED_COLUMN : isList(keys[0]) ? GROUPED : undefined),
};

/** A column, or several, or rows. */
function ofFrame(key: Found): Found {
  if (key === "str") return SERIES;
  return isMany(key) || key === FRAME ? FRAME : undefined;
}

/** `df.loc[rows, columns]`: many of both are a table, one of either is a column or a row. */
function located(table: Found, keys: Keys): Found {
  if (keys.every(isMany)) return table;
  const isOne = (key: Found): boolean => key === "str" || key === "int";
  if (table !== FRAME || !keys.every((key) => isMany(key) || isOne(key))) return undefined;
  return keys.some(isMany) || keys.length === 1 ? SERIES : undefined;
}

function isMany(key: Found): boolean {
  if (key === undefined) return false;
  return membersOf(key).every((one) => [SLICE, SERIES, ARRAY, INDEX].includes(one) || classOf(one) === "list");
}

/** A part of what is no table: the elements of lists, the values of dictionaries, sparse matrices' rows. */
function partOf(container: string, key: Found, node: SyntaxNode): Found {
  const name = classOf(container);
  if (name === "dict" || name.startsWith("collections.")) return valueOfKey(container);
  if (name === "list" || name === "str") return key === SLICE ? container : elementOf(container);
  if (name === "tuple" || name === PARTS) return ofTuple(container, node);
  const text = node.type === "string" ? literalText(node) : undefined;
  return text === undefined ? undefined : attributeTypeIn(container, `[${text}]`);
}

function ofTuple(container: string, key: SyntaxNode): Found {
  const parts = argumentsOfType(container);
  if (key.type !== "integer" || parts[1] === "...") return key.type === SLICE ? undefined : elementOf(container);
  return known(parts[Number(key.text)]);
}

function known(type: Found): Found {
  return type === UNKNOWN ? undefined : type;
}

/** The types that a value has which is taken apart into so many. */
export function partsOfType(type: Found, count: number): readonly Found[] {
  if (type === undefined || isNumber(type)) return [];
  const of = argumentsOfType(type);
  const isOrdered = (classOf(type) === "tuple" && of[1] !== "...") || classOf(type) === PARTS;
  if (isOrdered) return of.length === count ? of.map(known) : [];
  return Array.from({ length: count }, () => elementOf(type));
}

/** What a starred target gets. */
export function restOf(type: Found): string {
  return listOf(type === undefined ? undefined : elementOf(type));
}
