/** What was seen of the module's functions while it ran: as the run tells it, and as the lock keeps it. */
import * as z from "zod";
import { argumentsOfType, classOf, generic, membersOf, NONE, NOTHING, unionOf, UNKNOWN } from "./typing/text";

/** What a function gives, among the names of its parameters: no parameter has this one. */
export const RESULT = "return";

/** The types that a function of the module took and gave, in the words of `typing/text.ts`. */
export interface ObservedFunction {
  /** Mark of the code that it was seen in, see `traces.ts`. Absent: seen just now. */
  readonly of?: string;
  /** By name; those that the text does not show. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly result?: string;
  /** Parameters, or `return`, that are `Any` in the signature: a type checker rejects what is known of them. */
  readonly open?: readonly string[];
}

/** By the functions' names; of a class's methods, `Class.method`. */
export type ObservedTypes = Readonly<Record<string, ObservedFunction>>;

/** Most functions, parameters of one, and types of one place that are read; longest type, and how deep it may be. */
const MAX_FUNCTIONS = 1000;
const MAX_PARAMETERS = 500;
const MAX_MEMBERS = 10;
const MAX_PARTS = 40;
const MAX_TYPE = 1000;
const MAX_DEPTH = 8;

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const FUNCTION = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)?$/u;
const QUALIFIED = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u;

/** A type as a run tells it: its name, with what stands in its brackets; `null` if it has none that others could use. */
type Told = string | null | { readonly name: string; readonly of: readonly (readonly Told[])[] };

const qualified = z.string().max(200).regex(QUALIFIED);

function toldSchema(depth: number): z.ZodType<Told> {
  const name = z.union([qualified, z.literal("..."), z.null()]);
  if (depth === 0) return name;
  const parts = z.array(z.array(toldSchema(depth - 1)).max(200)).max(MAX_PARTS);
  return z.union([name, z.object({ name: qualified, of: parts })]);
}

const toldTypes = z.array(toldSchema(MAX_DEPTH)).max(MAX_MEMBERS);

const name = z.string().max(200).regex(NAME);
const functionName = z.string().max(400).regex(FUNCTION);

function isSmall(limit: number): (record: object) => boolean {
  return (record) => Object.keys(record).length <= limit;
}

/** The types that a run tells, by function. */
export const runTypesSchema = z
  .record(
    functionName,
    z.object({ parameters: z.record(name, toldTypes).refine(isSmall(MAX_PARAMETERS)), result: toldTypes }),
  )
  .refine(isSmall(MAX_FUNCTIONS));

/** What a run tells, where it can be said in a type. That something was `None` tells nothing of what it is else. */
export function observedTypes(told: z.infer<typeof runTypesSchema>): ObservedTypes {
  return sortedBy(told, ({ parameters, result }): ObservedFunction => {
    const given = typeOf(result);
    return { parameters: sortedBy(parameters, typeOf), ...(given !== undefined && { result: given }) };
  });
}

function typeOf(told: readonly Told[]): string | undefined {
  const type = unionOf(withOneTuple(told).map(textOf));
  return type === undefined || type === NONE || type.length > MAX_TYPE ? undefined : type;
}

/** Tuples of several lengths are tuples of any. */
function withOneTuple(told: readonly Told[]): readonly Told[] {
  const tuples = told.flatMap((one) => (typeof one === "object" && one?.name === "tuple" ? one : []));
  if (new Set(tuples.map(({ of }) => of.length)).size < 2) return told;
  const parts = tuples.flatMap(({ of }) => of.flat()).filter((part) => part !== "...");
  return [...told.filter((one) => !tuples.some((tuple) => tuple === one)), { name: "tuple", of: [parts, ["..."]] }];
}

function textOf(told: Told): string | undefined {
  if (told === null || typeof told === "string") return told ?? undefined;
  const parts = told.of.map((members) => (members.length === 0 ? NOTHING : unionOf(members.map(textOf))));
  return parts.length === 0 ? told.name : generic(told.name, parts);
}

/** A record in the order of its keys, without what is not known of it: it is committed. */
function sortedBy<T, R>(record: Readonly<Record<string, T>>, value: (one: T) => R | undefined): Record<string, R> {
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.flatMap(([key, one]): [string, R][] => {
      const found = value(one);
      return found === undefined ? [] : [[key, found]];
    }),
  );
}

const typeText = z
  .string()
  .max(MAX_TYPE)
  .refine((text) => isType(text), "not a type");

/** True for a text that is a type and nothing else: it goes into a module. */
function isType(text: string, depth = MAX_DEPTH): boolean {
  return membersOf(text).every((member) => {
    if (member === "..." || QUALIFIED.test(member)) return true;
    const [, head = ""] = /^([^[]+)\[.+\]$/.exec(member) ?? [];
    return depth > 0 && QUALIFIED.test(head) && argumentsOfType(member).every((one) => isType(one, depth - 1));
  });
}

/** The observed types of a lock. */
export const observedSchema: z.ZodType<ObservedTypes> = z
  .record(
    functionName,
    z.object({
      of: z
        .string()
        .regex(/^[0-9a-f]{12}$/)
        .exactOptional(),
      parameters: z.record(name, typeText).refine(isSmall(MAX_PARAMETERS)),
      result: typeText.exactOptional(),
      open: z.array(name).max(MAX_PARAMETERS).exactOptional(),
    }),
  )
  .refine(isSmall(MAX_FUNCTIONS));

/** The types with the places that are open in others. */
export function withOpenOf(types: ObservedTypes, others: ObservedTypes): ObservedTypes {
  const open = Object.entries(others).flatMap(([name, one]): [string, ObservedFunction][] =>
    one.open === undefined ? [] : [[name, { parameters: {}, ...types[name], open: one.open }]],
  );
  return { ...types, ...Object.fromEntries(open) };
}

/** What is open, in words. */
export function openPlaces(types: ObservedTypes = {}): readonly string[] {
  return Object.entries(types).flatMap(([name, { open = [] }]) =>
    open.map((place) => (place === RESULT ? `the result of ${name}` : `${place} of ${name}`)),
  );
}

/** A type with what was seen in the places where the text shows nothing. */
export function completed(shown: string | undefined, seen: string | undefined): string | undefined {
  if (shown === undefined || shown === UNKNOWN) return seen ?? shown;
  const [mine, theirs] = [argumentsOfType(shown), argumentsOfType(seen ?? "")];
  const isSame = seen !== undefined && mine.length > 0 && mine.length === theirs.length;
  if (!isSame || classOf(shown) !== classOf(seen)) return shown;
  return generic(
    classOf(shown),
    mine.map((one, index) => (one === NOTHING ? theirs[index] : completed(one, theirs[index]))),
  );
}
