/** What calls, methods and attributes of libraries give. The facts are data: `library.json` by hand, `stubs.json` from the libraries' stubs. */
import known from "./library.json";
import stubs from "./stubs.json";
import { argumentsOfType, classOf, eachMember, elementOf, settled, UNKNOWN } from "./text";

/** For each result the names that give it. */
type ByResult = Readonly<Record<string, readonly string[]>>;
type Table = ReadonlyMap<string, string>;

/** What is known by hand comes first. */
const functions = new Map([...entriesOf(stubs.functions), ...entriesOf(known.functions)]);
const methods = tablesOf(stubs.methods, known.methods);
const attributes = tablesOf(stubs.attributes, known.attributes);
const aliases = Object.entries(known.aliases);
const optionsThatMatter = new Set(known.optionsThatMatter);

function entriesOf(table: ByResult): readonly (readonly [string, string])[] {
  return Object.entries(table).flatMap(([result, names]) => names.map((name) => [name, result] as const));
}

function tablesOf(...all: readonly Readonly<Record<string, ByResult>>[]): ReadonlyMap<string, Table> {
  const tables = new Map<string, Map<string, string>>();
  for (const classes of all) {
    for (const [names, table] of Object.entries(classes)) {
      for (const name of names.split(" "))
        tables.set(name, new Map([...(tables.get(name) ?? []), ...entriesOf(table)]));
    }
  }
  return tables;
}

/** What a method is called on, and with. */
export interface Given {
  readonly receiver?: string;
  /** The types of the positional arguments. */
  readonly positional: readonly (string | undefined)[];
}

/** True for options that make a call give something else: `return_X_y`. */
export function isDecisive(option: string): boolean {
  return optionsThatMatter.has(option);
}

/** What a function of a library gives. */
export function functionType(qualified: string, given: Given): string | undefined {
  const { name, restore } = plainName(qualified);
  const result = functions.get(name);
  return result === undefined ? undefined : restore(filled(result, given));
}

/** What a method of a library's class gives. */
export function methodTypeIn(receiver: string, name: string, given: Given): string | undefined {
  return memberType(methods, name, { ...given, receiver });
}

/** What an attribute of an object of a library's class is. */
export function attributeTypeIn(receiver: string, name: string): string | undefined {
  return memberType(attributes, name, { receiver, positional: [] });
}

/** True if a class is known to have a method or an attribute of that name. */
export function hasMember(className: string, name: string): boolean {
  return methods.get(className)?.has(name) === true || attributes.get(className)?.has(name) === true;
}

function memberType(
  tables: ReadonlyMap<string, Table>,
  name: string,
  given: Given & { readonly receiver: string },
): string | undefined {
  const plain = plainName(classOf(given.receiver));
  for (const key of keysOf(plain.name)) {
    const table = tables.get(key);
    const result = table?.get(name) ?? table?.get("*");
    if (result !== undefined) return result === UNKNOWN ? undefined : plain.restore(filled(result, given));
  }
  return undefined;
}

/** A class, all classes of its name in its package, for modules move from version to version, and all of its package. */
function keysOf(className: string): readonly string[] {
  const root = className.slice(0, className.indexOf("."));
  return [className, `${root}.*.${className.slice(className.lastIndexOf(".") + 1)}`, `${root}.*`];
}

interface PlainName {
  readonly name: string;
  readonly restore: (type: string | undefined) => string | undefined;
}

/** A package within another has the classes of the one that stands for itself: `tensorflow.keras`, `keras`. */
function plainName(qualified: string): PlainName {
  const alias = aliases.find(([from]) => qualified.startsWith(`${from}.`));
  if (alias === undefined) return { name: qualified, restore: (type) => type };
  const [from, to] = alias;
  const own = new RegExp(`(?<![\\w.])${to.replace(/\./g, "\\.")}\\.`, "g");
  return { name: to + qualified.slice(from.length), restore: (type) => type?.replace(own, `${from}.`) };
}

const PLACES = /(self)(?:\[(\d)\])?|@(\d)(\[\])?/g;

/** A result with the types that it depends on: of the object, of what it was made with, of the arguments and their elements. */
function filled(result: string, given: Given): string | undefined {
  const places = [...result.matchAll(PLACES)];
  const types = places.map(([, self, part, index, element]) =>
    self === undefined ? argumentType(given, index, element) : partOfReceiver(given, part),
  );
  if (places[0]?.[0] === result) return settled(types[0]);
  let at = 0;
  return result.replace(PLACES, () => types[at++] ?? UNKNOWN);
}

function partOfReceiver({ receiver }: Given, part: string | undefined): string | undefined {
  return receiver === undefined || part === undefined ? receiver : argumentsOfType(receiver)[Number(part)];
}

function argumentType(
  { positional }: Given,
  index: string | undefined,
  element: string | undefined,
): string | undefined {
  const type = positional[Number(index)];
  return element === undefined ? type : eachMember(type, elementOf);
}
