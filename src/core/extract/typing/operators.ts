/** What operators give. */
import { childrenOf, type SyntaxNode } from "../../python/syntax";
import type { Found } from "./context";
import {
  ARRAY,
  argumentsOfType,
  classOf,
  FLOATING,
  FRAME,
  INDEX,
  isList,
  isNumber,
  membersOf,
  NONE,
  SERIES,
  unionOf,
} from "./text";

/** The operators of a node, as `+` or `not in`. */
export function operatorsOf(node: SyntaxNode): readonly string[] {
  return [...childrenOf(node, "operator"), ...childrenOf(node, "operators")].map(({ text }) => text);
}

/** What `left operator right` gives. */
export function binaryType(operator: string, left: Found, right: Found): Found {
  const [lefts, rights] = [left, right].map((one) => (one === undefined ? [one] : membersOf(one)));
  if (lefts === undefined || rights === undefined || lefts.length * rights.length === 1)
    return plainBinaryType(operator, left, right);
  return unionOf(lefts.flatMap((one) => rights.map((other) => plainBinaryType(operator, one, other))));
}

function plainBinaryType(operator: string, left: Found, right: Found): Found {
  if (operator === "@") return undefined;
  if (operator === "/" && left === "pathlib.Path") return left;
  return tableType([left, right]) ?? scalarType(operator, left, right) ?? containerType(operator, left, right);
}

/** Tables and columns carry over to what is computed from them; an array only if the other side is no table. */
function tableType(operands: readonly Found[]): Found {
  for (const type of [FRAME, SERIES])
    if (operands.some((one) => one !== undefined && classOf(one) === type)) return type;
  const isPlain = (one: Found): boolean => isNumber(one) || one === FLOATING || one === ARRAY || isList(one);
  return operands.includes(ARRAY) && operands.every(isPlain) ? ARRAY : undefined;
}

function scalarType(operator: string, left: Found, right: Found): Found {
  if (left === "str" || right === "str") return textType(operator, left, right);
  if (![left, right].every((one) => isNumber(one) || one === FLOATING)) return undefined;
  if (left !== FLOATING && right !== FLOATING) return numberType(operator, left, right);
  return /^[-+*/]$/.test(operator) ? FLOATING : undefined;
}

/** `"%d" % n`, `"a" + "b"`, `"-" * 9` */
function textType(operator: string, left: Found, right: Found): Found {
  if (left === "str" && operator === "%") return "str";
  const other = left === "str" ? right : left;
  return other === (operator === "+" ? "str" : operator === "*" ? "int" : "") ? "str" : undefined;
}

function numberType(operator: string, left: Found, right: Found): Found {
  if (left === "bool" && right === "bool" && /^[&|^]$/.test(operator)) return "bool";
  if (operator === "/") return "float";
  // A negative power of a whole number is none.
  if (operator === "**") return left === "float" ? "float" : undefined;
  return unionOf([left, right, "int"]);
}

/** Lists of the same are added, and repeated; sets are combined. */
function containerType(operator: string, left: Found, right: Found): Found {
  if (isList(left) && right === "int" && operator === "*") return left;
  if (left === undefined || right === undefined || classOf(left) !== classOf(right)) return undefined;
  const join = JOINS.find(([kind, operators]) => kind === classOf(left) && operators.includes(operator))?.[2];
  return join?.(left, right);
}

const merged = (left: string, right: string): Found => unionOf([left, right]);

/** What containers are joined by, and how. */
const JOINS: readonly (readonly [string, readonly string[], (left: string, right: string) => Found])[] = [
  ["list", ["+"], merged],
  ["set", ["-", "&", "|", "^"], merged],
  ["tuple", ["+"], addedTuples],
];

function addedTuples(left: string, right: string): Found {
  const both = [...argumentsOfType(left), ...argumentsOfType(right)];
  return both.includes("...") ? undefined : `tuple[${both.join(", ")}]`;
}

/** Whether something is the case: one answer, or for tables, columns and arrays one for each element. */
export function comparisonType(operators: readonly string[], operands: readonly Found[]): Found {
  if (operators.every((one) => /^(in|not in|is|is not)$/.test(one))) return "bool";
  if (operands.some((one) => one !== undefined && classOf(one) === INDEX)) return ARRAY;
  const table = tableType(operands) ?? (operands.some((one) => one === ARRAY) ? ARRAY : undefined);
  if (table !== undefined) return operands.includes(undefined) && table === ARRAY ? undefined : table;
  const isPlain = (one: Found): boolean =>
    isNumber(one) || one === "str" || one === NONE || (one !== undefined && /^(list|tuple|set|dict)\[/.test(one));
  return operands.every(isPlain) ? "bool" : undefined;
}
