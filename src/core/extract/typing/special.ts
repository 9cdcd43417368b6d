/** Functions of libraries whose results depend on more than a table says. */
import { argumentAt, argumentsOf, childOf, keywordOf, positionalsOf, type SyntaxNode } from "../../python/syntax";
import type { Found } from "./context";
import { functionType } from "./library";
import { PARTS, partsOfType } from "./subscripts";
import {
  ARRAY,
  classOf,
  eachMember,
  elementOf,
  FLOATING,
  FRAME,
  generic,
  isNumber,
  NONE,
  NOTHING,
  SERIES,
  tupleOf,
  unionOf,
  UNKNOWN,
} from "./text";

/** A call of a function of a library. */
export interface LibraryCall {
  readonly call: SyntaxNode;
  /** The types of its positional arguments. */
  readonly positional: readonly Found[];
  /** True if an option makes the function give something else than it mostly does. */
  readonly isDecided: boolean;
}

/** What the call gives; `undefined` if the function is none of these. */
export function specialResult(qualified: string, given: LibraryCall): { readonly type: Found } | undefined {
  const special = SPECIAL.find(([pattern]) => pattern.test(qualified));
  return special && { type: special[1](given, qualified) };
}

const FIGURE = "matplotlib.figure.Figure";
const AXES = "matplotlib.axes.Axes";

/** `plt.subplots(2, 2)`, `plt.subplots(ncols=n)`: an array of axes. */
function isGrid(argument: SyntaxNode): boolean {
  return argument.type !== "keyword_argument" || /^(nrows|ncols|squeeze)$/.test(childOf(argument, "name")?.text ?? "");
}

const SPECIAL: readonly (readonly [RegExp, (given: LibraryCall, qualified: string) => Found])[] = [
  [
    /(^|\.)train_test_split$/,
    ({ positional }) =>
      generic(
        PARTS,
        positional.flatMap((type) => [type, type]),
      ),
  ],
  [
    /^sklearn\.utils\.(shuffle|resample)$/,
    ({ positional }) => (positional.length === 1 ? positional[0] : generic(PARTS, positional)),
  ],
  [
    /^pandas\.(to_datetime|to_numeric|cut|qcut)$/,
    ({ positional: [type], isDecided }) => (type === SERIES && !isDecided ? SERIES : undefined),
  ],
  [/^matplotlib\.pyplot\.subplots$/, ({ call }) => tupleOf([FIGURE, argumentsOf(call).some(isGrid) ? ARRAY : AXES])],
  [/(^|\.)add_constant$/, ({ positional: [type] }) => (type === SERIES ? FRAME : type)],
  [/^(list|dict|set)$/, containerType],
  [/^pandas\.concat$/, concatType],
  [
    /^numpy\.(log|log1p|log10|log2|exp|expm1|sin|cos|tan|tanh|abs|absolute|sqrt|square|clip|round|around|floor|ceil|nan_to_num)$/,
    elementwise,
  ],
  [/^numpy\.(mean|nanmean|median|nanmedian|std|nanstd|var|average)$/, averageType],
  [/^numpy\.where$/, ({ positional }) => (positional.length === 3 ? ARRAY : undefined)],
  [/^numpy\.random\.[a-z]/, drawnType],
  [
    /^(max|min)$/,
    ({ positional }) => (positional.length === 1 ? eachMember(positional[0], elementOf) : unionOf(positional)),
  ],
  [/^sum$/, sumType],
  [/^round$/, roundType],
  [/^zip$/, ({ positional }) => `collections.abc.Iterator[${tupleOf(elementTypes(positional)) ?? UNKNOWN}]`],
];

/** `list()`, `list(names)`, `dict(a=1)` */
function containerType({ call, positional }: LibraryCall, name: string): string {
  const isEmpty = argumentsOf(call).length === 0;
  if (name !== "dict") return generic(name, [isEmpty ? NOTHING : elementTypes(positional)[0]]);
  if (isEmpty) return generic(name, [NOTHING, NOTHING]);
  const [pair] = elementTypes(positional);
  return generic(name, argumentsOf(call).length === 1 && pair ? partsOfType(pair, 2) : [undefined, undefined]);
}

/** Columns one below the other are a column. */
function concatType({ call, positional: [parts] }: LibraryCall): Found {
  const element = eachMember(parts, elementOf);
  if (element === SERIES && argumentAt(call, 1, "axis") === undefined) return SERIES;
  return element === undefined || element === SERIES || element.includes(FRAME) ? FRAME : undefined;
}

/** What is given element by element keeps its form. To NumPy's stubs, what comes of a table is an array. */
function elementwise({ positional: [type], isDecided }: LibraryCall): Found {
  if (type === undefined || isDecided) return undefined;
  if (isNumber(type)) return "float";
  const name = classOf(type);
  if (name === FRAME || name === SERIES) return `${name} | ${ARRAY}`;
  return name === ARRAY || name === "list" ? ARRAY : undefined;
}

/** The average of all; along an axis it is none. */
function averageType({ call, positional: [type = "", ...others], isDecided }: LibraryCall): Found {
  if (others.length > 0 || isDecided || hasOption(call, "axis")) return undefined;
  return [ARRAY, SERIES, "list", "tuple"].includes(classOf(type)) ? FLOATING : undefined;
}

function hasOption(call: SyntaxNode, name: string): boolean {
  return keywordOf(call, name) !== undefined;
}

/** `np.random.rand(3)`, `np.random.normal(size=3)`: without a size it is one number. */
function drawnType({ call, positional }: LibraryCall, qualified: string): Found {
  if (/\.randn?$/.test(qualified)) return positionalsOf(call).length > 0 ? ARRAY : "float";
  return hasOption(call, "size") ? ARRAY : functionType(qualified, { positional });
}

function sumType({ positional }: LibraryCall): Found {
  const [type] = elementTypes(positional);
  return isNumber(type) || type === FLOATING ? unionOf([type, "int"]) : undefined;
}

function elementTypes(positional: readonly Found[]): readonly Found[] {
  return positional.map((type) => eachMember(type, elementOf));
}

/** `round(x)` is a whole number, `round(x, 2)` is none. */
function roundType({ call, positional }: LibraryCall): Found {
  const [type, digits] = positional;
  const isWhole = argumentsOf(call).length === 1 || digits === NONE;
  if (type === FLOATING) return isWhole ? undefined : FLOATING;
  if (!isNumber(type)) return undefined;
  return isWhole ? "int" : unionOf([type, "int"]);
}
