/** Functions that Numba compiles: they draw from generators of Numba's own, which no seed outside of such a function reaches. */
import { qualifiedName, type Bindings } from "./calls";
import { KIND } from "./kinds";
import { has } from "./knowledge";
import { remembered } from "./memory";
import { childOf, decoratorsOf, decoratorTarget, keywordOf, nodesOf, type SyntaxNode } from "./syntax";

const found = new WeakMap<Bindings["statements"], ReadonlySet<SyntaxNode>>();

/** True for the definition of a function that Numba compiles. */
export function isJitted(definition: SyntaxNode, bindings: Bindings): boolean {
  return remembered(found, bindings.statements, () => jittedIn(bindings)).has(definition);
}

function jittedIn(bindings: Bindings): ReadonlySet<SyntaxNode> {
  const all = bindings.statements.flatMap(({ node }) => nodesOf(node, KIND.decorated_definition));
  const jitted = all.filter((one) => decoratorsOf(one).some((decorator) => compiles(decorator, bindings)));
  return new Set(jitted.flatMap((one) => childOf(one, "definition") ?? []));
}

/** `@njit`, `@numba.jit(nopython=True)`; what runs as Python's objects draws as Python does. */
function compiles(decorator: SyntaxNode, bindings: Bindings): boolean {
  const target = decoratorTarget(decorator);
  if (target === undefined || !has("jitDecorators", qualifiedName(target, bindings) ?? "")) return false;
  const given = (name: string): string | undefined => keywordOf(decorator, name)?.type;
  return given("nopython") !== "false" && given("forceobj") !== "true";
}

const INSIDE = "<random:numba-";

/** What stands for generators, among other resources, where Numba has compiled what draws from them, or seeds them. */
export function inJitted(resources: Iterable<string>): ReadonlySet<string> {
  return new Set([...resources].map((one) => (isOfJitted(one) ? one : one.replace("<random:", INSIDE))));
}

/** True for a generator of Numba's own. */
export function isOfJitted(stream: string): boolean {
  return stream.startsWith(INSIDE);
}
