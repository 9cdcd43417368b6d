/** Calls that change nothing: they can be left out, or made once more. */
import { isBuiltin } from "../python/builtins";
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { liesIn } from "../python/knowledge";
import { isStream, looksRandom } from "../python/random";
import { keywordOf, type SyntaxNode } from "../python/syntax";

const IMPURE_BUILTINS = /^(__import__|breakpoint|input|open)$/;

/** True for a call that changes and draws nothing, and reads no file. */
export function isPureCall(call: SyntaxNode, knowledge: Knowledge): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "unknown" || keywordOf(call, "out") !== undefined || looksRandom(callee.name)) return false;
  if (callee.kind === "notebook") return isPureFunction(callee.name, knowledge);
  if (callee.kind === "library") return isPureLibrary(callee.qualified, knowledge);
  // What transforms may draw, and what reads moves on in a file.
  if (/^(transform|inverse_transform|read\w*)$/.test(callee.name)) return false;
  return knowledge.library.has("pureMethods", callee.name) || knowledge.library.has("predictMethods", callee.name);
}

function isPureLibrary(qualified: string, { library }: Knowledge): boolean {
  if (isBuiltin(qualified)) return !IMPURE_BUILTINS.test(qualified);
  if (library.liesIn("randomModules", qualified)) return false;
  return liesIn("deterministicModules", qualified) || library.liesIn("displayModules", qualified);
}

/** True for a function of the notebook that gives the same when it is called twice, and changes nothing. */
export function isRepeatable(name: string, knowledge: Knowledge): boolean {
  const own = knowledge.functions.get(name);
  const draws = [...(own?.uses ?? []), ...(own?.makesDrawing ?? [])].some(isStream);
  return isPureFunction(name, knowledge) && !draws;
}

/** True for a function of the notebook that changes nothing. */
export function isPureFunction(name: string, { functions }: Knowledge): boolean {
  const own = functions.get(name);
  return own !== undefined && own.changed.length + own.globals.length + own.sets.size + own.seeds.size === 0;
}
