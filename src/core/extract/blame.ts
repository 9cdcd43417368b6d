/** Which of the types that were seen are to blame for what a type checker, or a merge, says of the module. */
import type { TypeProblem } from "../host";
import { RESULT, type ObservedFunction, type ObservedTypes } from "./observed";

/** The first line of a function of the module, or of a method. */
const HEAD = /^(?: {4})?(?:async )?def ([^\s(]+)\(/;

/** The errors that a text has and the one before had not, wherever they stood there. */
export function newErrors(now: readonly TypeProblem[], before: readonly TypeProblem[]): readonly TypeProblem[] {
  const known = errorsIn(before).map(textOf);
  return errorsIn(now).filter((problem) => {
    const at = known.indexOf(textOf(problem));
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

/** Errors alone: warnings do not count. */
export function errorsIn(problems: readonly TypeProblem[]): readonly TypeProblem[] {
  return problems.filter(({ severity }) => severity === "error");
}

function textOf({ message, rule }: TypeProblem): string {
  return `${rule ?? ""} ${message}`;
}

/**
 * The types without those of the functions that these lines of the module, from 1, belong to. Where such a line binds a parameter
 * anew, or returns, the type of that goes first. Where no type explains a line, those of methods go, then all.
 */
export function withoutBlamed(types: ObservedTypes, module: string, blamed: readonly number[]): ObservedTypes {
  const lines = module.split(/\r?\n/);
  return blamed.reduce((left: ObservedTypes, line) => {
    const name = functionAt(lines, line - 1);
    const known = name === undefined ? undefined : new Map(Object.entries(types)).get(name);
    if (name === undefined || known === undefined) return withoutMethods(left);
    const { [name]: now, ...others } = left;
    const rest = now && withoutPart(now, lines[line - 1] ?? "");
    return rest === undefined ? others : { ...others, [name]: rest };
  }, types);
}

function withoutMethods(types: ObservedTypes): ObservedTypes {
  const functions = Object.entries(types).filter(([name]) => !name.includes("."));
  return functions.length === Object.keys(types).length ? {} : Object.fromEntries(functions);
}

/** The types of a function without those that a line speaks of; `undefined` if it speaks of none. */
function withoutPart(known: ObservedFunction, line: string): ObservedFunction | undefined {
  const places = placesIn(line);
  const parameters = Object.entries(known.parameters).filter(([name]) => !places.includes(name));
  const { result, ...rest } = { ...known, parameters: Object.fromEntries(parameters) };
  if (places.includes(RESULT)) return result === undefined ? undefined : rest;
  const isSame = parameters.length === Object.keys(known.parameters).length;
  return isSame ? undefined : { ...rest, ...(result !== undefined && { result }) };
}

/** The types with those places open that these lines of the module, from 1, contradict. */
export function withOpen(types: ObservedTypes, module: string, lines: readonly number[]): ObservedTypes {
  const texts = module.split(/\r?\n/);
  return lines.reduce((known, line) => {
    const name = functionAt(texts, line - 1);
    if (name === undefined) return known;
    const { open = [], ...rest } = known[name] ?? { parameters: {} };
    const places = [...new Set([...open, ...placesIn(texts[line - 1] ?? "")])].sort();
    return { ...known, [name]: { ...rest, open: places } };
  }, types);
}

/** What of a signature a line speaks of: the result, where it gives it or declares it; else whatever it binds. */
function placesIn(line: string): readonly string[] {
  if (/^\s+(return|yield)\b|^(.*def .*)?\) ->/.test(line)) return [RESULT];
  const [, bound = ""] = /^\s+(.*?)(?:(?<![=!<>])=(?!=)| in )/u.exec(line) ?? [];
  return bound.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
}

/** The function of the module, or the method, that holds a line, by index; `undefined` outside of all. */
function functionAt(lines: readonly string[], index: number): string | undefined {
  const start = lines.slice(0, index + 1).findLastIndex((line) => /^(async def|def|class|@|if)\b/.test(line));
  const top = lines[start] ?? "";
  const [, owner] = /^class (\w+)/u.exec(top) ?? [];
  if (owner === undefined) return HEAD.exec(top)?.[1];
  const heads = lines.slice(start, index + 1).flatMap((line) => HEAD.exec(line)?.[1] ?? []);
  return heads.length === 0 ? undefined : `${owner}.${heads.at(-1)}`;
}

/** The functions whose heads a merge left in conflict, or that hold one. `starts` are the lines, from 1, at which conflicts begin. */
export function functionsInConflict(module: string, starts: readonly number[]): readonly string[] {
  const lines = module.split(/\r?\n/);
  return starts.flatMap((start) => {
    const end = lines.findIndex((line, index) => index >= start && line.startsWith(">>>>>>>"));
    const heads = lines.flatMap((line, index) => (index >= start && index < end && HEAD.test(line) ? [index] : []));
    return [start - 1, ...heads].flatMap((index) => functionAt(lines, index) ?? []);
  });
}

/** The types with those of some functions as they were before, or without them. */
export function asBefore(types: ObservedTypes, functions: readonly string[], before: ObservedTypes): ObservedTypes {
  const kept = Object.entries(types).filter(([name]) => !functions.includes(name));
  const old = Object.entries(before).filter(([name]) => functions.includes(name));
  return Object.fromEntries([...kept, ...old]);
}
