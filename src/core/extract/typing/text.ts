/**
 * Types as texts: `pandas.DataFrame`, `list[str]`, `sklearn.svm.SVC | None`. Classes of libraries have their full names here; how
 * the module names them is decided where it is written.
 */

/** What a type is called where nothing is known. */
export const UNKNOWN = "Any";
/** What an empty list holds: any other element takes its place. */
export const NOTHING = "Never";
/** The type of `None`. */
export const NONE = "None";
/** A table. */
export const FRAME = "pandas.DataFrame";
/** A column, or a row. */
export const SERIES = "pandas.Series";
/** The names of columns or rows. */
export const INDEX = "pandas.Index";
/** An array of any form. */
export const ARRAY = "numpy.ndarray";
/** A number of NumPy's, of whatever precision. */
export const FLOATING = "numpy.floating";

/** More than these tell a reader nothing. */
const MAX_MEMBERS = 3;

/** The class of a type: `list` of `list[str]`; one of several types is of no one class. */
export function classOf(type: string): string {
  const bracket = bracketOf(type);
  return bracket < 0 ? type : type.slice(0, bracket);
}

/** What stands in the brackets: `str` and `int` of `dict[str, int]`; of one of several types, nothing. */
export function argumentsOfType(type: string): readonly string[] {
  const bracket = bracketOf(type);
  return bracket < 0 ? [] : splitOutside(type.slice(bracket + 1, -1), ", ");
}

function bracketOf(type: string): number {
  return membersOf(type).length > 1 ? -1 : type.indexOf("[");
}

/** The types of which a value has one. */
export function membersOf(type: string): readonly string[] {
  return type.includes(" | ") ? splitOutside(type, " | ") : [type];
}

function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "[") depth++;
    else if (text[at] === "]") depth--;
    else if (depth === 0 && text.startsWith(separator, at)) {
      parts.push(text.slice(from, at));
      from = at + separator.length;
    }
  }
  return [...parts, text.slice(from)];
}

/** A generic type: `list` of `str` is `list[str]`; what is not known in it is `Any`. */
export function generic(name: string, of: readonly (string | undefined)[]): string {
  return `${name}[${of.map((one) => one ?? UNKNOWN).join(", ")}]`;
}

/** `list[T]` */
export function listOf(element: string | undefined): string {
  return generic("list", [element]);
}

/** `tuple[A, B]` */
export function tupleOf(elements: readonly (string | undefined)[]): string | undefined {
  return elements.length === 0 ? undefined : generic("tuple", elements);
}

const RANKS: readonly string[] = ["bool", "int", "float"];

/** True for Python's own numbers, truth values among them. */
export function isNumber(type: string | undefined): boolean {
  return type !== undefined && RANKS.includes(type);
}

/** The wider one of two of Python's numbers. */
function widerNumber(a: string, b: string): string {
  return RANKS.indexOf(a) > RANKS.indexOf(b) ? a : b;
}

/** The type of a value that has one of these, as where branches meet; `undefined` if one of them is not known. */
export function unionOf(types: readonly (string | undefined)[]): string | undefined {
  let members: readonly string[] = [];
  for (const type of types) {
    if (type === undefined || type === UNKNOWN) return undefined;
    for (const member of membersOf(type)) members = withMember(members, member);
  }
  const sorted = [...members.filter((one) => one !== NONE), ...members.filter((one) => one === NONE)];
  return sorted.length === 0 || sorted.length > MAX_MEMBERS ? undefined : sorted.join(" | ");
}

/** Numbers become the widest; lists of different things become lists of anything. */
function withMember(members: readonly string[], member: string): readonly string[] {
  for (const [index, one] of members.entries()) {
    if (one === member) return members;
    const both = mergedPair(one, member);
    if (both !== undefined) return members.with(index, both);
  }
  return [...members, member];
}

function mergedPair(a: string, b: string): string | undefined {
  if (isNumber(a) && isNumber(b)) return widerNumber(a, b);
  const [left, right] = [argumentsOfType(a), argumentsOfType(b)];
  if (left.length === 0 || classOf(a) !== classOf(b)) return undefined;
  if (left.length !== right.length) return undefined;
  const merge = classOf(a) === "tuple" ? unionPair : samePair;
  return generic(
    classOf(a),
    left.map((one, index) => merge(one, right[index] ?? UNKNOWN)),
  );
}

function unionPair(a: string, b: string): string | undefined {
  return unionOf([a, b]);
}

/** What a list holds that was one of `a` or one of `b`: it is neither, to type checkers, unless both are the same. */
function samePair(a: string, b: string): string | undefined {
  if (a === NOTHING) return b;
  if (b === NOTHING || a === b) return a;
  return undefined;
}

/** A type without `None`: what an object must be that is used. */
export function withoutNone(type: string): string {
  return type.endsWith(` | ${NONE}`) ? membersOf(type).slice(0, -1).join(" | ") : type;
}

/** What one gets of a value: asks for each type that it may have. */
export function eachMember(type: string | undefined, ask: (member: string) => string | undefined): string | undefined {
  if (type === undefined || type === UNKNOWN) return undefined;
  const members = membersOf(withoutNone(type));
  return members.length === 1 ? ask(members[0] ?? UNKNOWN) : unionOf(members.map(ask));
}

/** True for lists. */
export function isList(type: string | undefined): boolean {
  return type !== undefined && classOf(type) === "list";
}

/** A type that says something. */
export function settled(type: string | undefined): string | undefined {
  return type === UNKNOWN || type === NOTHING ? undefined : type;
}

/** What an iteration gives: the elements of a list, the keys of a dictionary. Of tables and arrays that is not known. */
export function elementOf(type: string): string | undefined {
  return settled(iterationOf(classOf(type), argumentsOfType(type)));
}

function iterationOf(name: string, of: readonly string[]): string | undefined {
  if (name === "str") return "str";
  if (name === "range") return "int";
  if (name === "collections.abc.ItemsView") return tupleOf(of);
  if (name === "tuple") return of[1] === "..." ? of[0] : unionOf(of);
  return ITERABLES.has(name) || name.startsWith("collections.") ? of[0] : undefined;
}

const ITERABLES: ReadonlySet<string> = new Set(["list", "set", "frozenset", "dict", "_Iterated"]);

/** What a dictionary holds by its keys. */
export function valueOfKey(type: string): string | undefined {
  return settled(argumentsOfType(type)[1]);
}
