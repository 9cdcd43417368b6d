import type { Comparison } from "./runs";

/** Relative difference up to which two numbers are the same: the order of a sum may differ. */
const RELATIVE = 1e-9;
const ABSOLUTE = 1e-12;

/** Compares the values of two runs that are there as JSON, name by name. */
export function compareJson(
  names: readonly string[],
  first: Readonly<Record<string, unknown>>,
  second: Readonly<Record<string, unknown>>,
): readonly Comparison[] {
  return names.map((name) => {
    const absent = [first, second].findIndex((values) => !Object.hasOwn(values, name));
    if (absent >= 0) return { name, ok: false, text: `the ${absent === 0 ? "first" : "second"} run did not give it` };
    const found = difference(first[name], second[name], "");
    return { name, ok: found === undefined, text: found ?? shown(first[name]) };
  });
}

/** The first place where two values differ; nothing if they are the same. */
function difference(first: unknown, second: unknown, path: string): string | undefined {
  if (!isObject(first) || !isObject(second)) return isSame(first, second) ? undefined : unequal(first, second, path);
  const keys = Object.keys(first);
  if (Array.isArray(first) !== Array.isArray(second) || keys.length !== Object.keys(second).length) {
    return unequal(first, second, path);
  }
  for (const key of keys) {
    const place = Array.isArray(first) ? `${path}[${key}]` : `${path}.${key}`;
    const found = Object.hasOwn(second, key) ? difference(first[key], second[key], place) : `${place} is missing`;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isSame(first: unknown, second: unknown): boolean {
  if (typeof first !== "number" || typeof second !== "number") return first === second;
  return Math.abs(first - second) <= Math.max(RELATIVE * Math.max(Math.abs(first), Math.abs(second)), ABSOLUTE);
}

function unequal(first: unknown, second: unknown, path: string): string {
  return `${path === "" ? "" : `${path}: `}${shown(first)} ≠ ${shown(second)}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
