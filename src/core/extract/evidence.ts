/** What a run showed, where the text shows nothing; and what of it the module was written with. */
import { completed, type ObservedFunction, type ObservedTypes } from "./observed";
import type { Found } from "./typing/context";
import { argumentsOfType, classOf, UNKNOWN } from "./typing/text";

/** Completes what the text shows of the borders of functions. */
export interface Evidence {
  readonly parameter: (of: string, name: string, shown: Found) => Found;
  readonly result: (of: string, shown: Found) => Found;
  /** Of a function that gives several things at once: each of them. */
  readonly results: (of: string, shown: readonly Found[]) => readonly Found[];
  /** The type that stands in a signature, at a parameter or at `RESULT`. */
  readonly written: (of: string, place: string, type: Found) => Found;
  /** The full names of the classes that were seen. */
  readonly classes: ReadonlySet<string>;
  /** What was made use of; the rest is not worth keeping. */
  readonly used: () => ObservedTypes;
}

interface Used {
  readonly parameters: Map<string, string>;
  readonly open: Set<string>;
  result?: string;
}

/** What was seen of functions whose code is still the same, by their traces. */
export function evidenceOf(observed: ObservedTypes, traces: ReadonlyMap<string, string>): Evidence {
  const seen = new Map(
    Object.entries(observed).filter(
      ([name, { of }]) => traces.has(name) && (of === undefined || of === traces.get(name)),
    ),
  );
  const used = new Map<string, Used>();
  const usedOf = (of: string): Used => {
    const known = used.get(of) ?? { parameters: new Map<string, string>(), open: new Set<string>() };
    used.set(of, known);
    return known;
  };
  const whole = (of: string, shown: readonly Found[], given: readonly Found[]): readonly Found[] => {
    const types = shown.map((one, index) => completed(one, given[index]));
    const { result } = seen.get(of) ?? {};
    if (result !== undefined && types.some((type, index) => type !== shown[index])) usedOf(of).result = result;
    return types;
  };
  return {
    classes: new Set([...seen.values()].flatMap(classesIn)),
    parameter: (of, name, shown) => {
      const given = new Map(Object.entries(seen.get(of)?.parameters ?? {})).get(name);
      const type = completed(shown, given);
      if (given !== undefined && type !== shown) usedOf(of).parameters.set(name, given);
      return type;
    },
    result: (of, shown) => whole(of, [shown], [seen.get(of)?.result])[0],
    results: (of, shown) => whole(of, shown, partsOf(seen.get(of)?.result, shown.length)),
    written: (of, place, type) => {
      if (seen.get(of)?.open?.includes(place) !== true) return type;
      usedOf(of).open.add(place);
      return UNKNOWN;
    },
    used: () =>
      Object.fromEntries([...used].sort(byName).map(([name, one]) => [name, toFunction(one, traces.get(name))])),
  };
}

function classesIn({ parameters, result = "" }: ObservedFunction): readonly string[] {
  return [...Object.values(parameters), result].flatMap((type) => type.match(/[^\s[\],|]+/g) ?? []);
}

function partsOf(result: Found, count: number): readonly Found[] {
  if (result === undefined || count === 1) return [result];
  const parts = classOf(result) === "tuple" ? argumentsOfType(result) : [];
  return parts.length === count ? parts : [];
}

function toFunction({ parameters, result, open }: Used, of: string | undefined): ObservedFunction {
  return {
    ...(of !== undefined && { of }),
    parameters: Object.fromEntries([...parameters].sort(byName)),
    ...(result !== undefined && { result }),
    ...(open.size > 0 && { open: [...open].sort() }),
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
