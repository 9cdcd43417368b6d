/** What going along a gradient leaves behind: `loss.backward()` writes the `.grad` of every tensor that the loss was computed from. */
import { calleeOf, callsIn } from "./calls";
import type { Dependencies } from "./dependencies";
import type { Knowledge } from "./effects";
import type { State } from "./flowState";
import { DEFINITION, KIND } from "./kinds";
import { has } from "./knowledge";
import { holdersOf } from "./loopHolders";
import type { Statement } from "./program";
import { freeNames } from "./scope";
import { remembered } from "./memory";
import { argumentAt, childOf, nodesOf, parameterNames, type SyntaxNode } from "./syntax";
import { NOTHING, type Thing } from "./things";

/** The objects whose gradients a statement writes. It needs these statements, and they need what is in `above`. */
export function gradientsOf(
  statement: Statement,
  needed: Dependencies,
  above: readonly Dependencies[],
  { knowledge, variables, binders }: State,
): ReadonlySet<Thing> {
  const holders = goesBack(statement.node, knowledge) ? gradientHolders(knowledge) : new Set<string>();
  if (holders.size === 0) return NOTHING;
  const made = new Set(needed.keys());
  for (const one of made) for (const next of above[one]?.keys() ?? []) made.add(next);
  const isIn = (name: string): boolean => [...(binders.get(name) ?? [])].some((binder) => made.has(binder));
  const own = [...holders].flatMap((name) => (isIn(name) ? [...(variables.get(name) ?? NOTHING)] : []));
  // A list holds the tensors; what a network was made with has no gradient.
  const held = own.flatMap(({ form, holds }) => (form === "display" ? [...holds.keys()] : []));
  return new Set([...own, ...held]);
}

/** True if a statement calls `backward`, or a function of the notebook in which that is called. */
function goesBack(node: SyntaxNode, knowledge: Knowledge): boolean {
  return callsIn(node).some((call) => {
    const callee = calleeOf(call, knowledge);
    if (callee.kind === "method") return callee.name === "backward";
    const definitions = callee.kind === "notebook" ? knowledge.definitions.get(callee.name) : undefined;
    return (definitions ?? []).some((one) => nodesOf(one, KIND.call).some(isBackward));
  });
}

function isBackward(call: SyntaxNode): boolean {
  return childOf(childOf(call, "function") ?? call, "attribute")?.text === "backward";
}

const holdersOfGradients = new WeakMap<Knowledge["statements"], ReadonlySet<string>>();

/** The variables whose gradients a notebook reads, itself (`W.grad`) or by an optimizer (`net.parameters()`). */
function gradientHolders({ statements, imports, definitions }: Knowledge): ReadonlySet<string> {
  return remembered(holdersOfGradients, statements, () => {
    const nodes = statements.map(({ node }) => node);
    const functions = nodes.flatMap((node) => nodesOf(node, KIND.function_definition));
    const inFunctions = functions.flatMap((definition) => {
      const holders = holdersIn(childOf(definition, "body") ?? definition);
      const parameters = parameterNames(definition);
      const free = holders.length === 0 ? new Set<string>() : freeNames(definition);
      return holders.flatMap((name) => {
        const place = parameters.indexOf(name);
        return place >= 0 ? givenTo(definition, place, name, nodes) : free.has(name) ? [name] : [];
      });
    });
    const isVariable = (name: string): boolean => !imports.has(name) && !definitions.has(name);
    return new Set([...nodes.flatMap(holdersIn), ...inFunctions].filter(isVariable));
  });
}

function holdersIn(node: SyntaxNode): readonly string[] {
  return nodesOf(node, KIND.attribute, DEFINITION).flatMap((one) => {
    const name = childOf(one, "attribute")?.text ?? "";
    const object = childOf(one, "object");
    return object !== undefined && (name === "grad" || has("parameterAttributes", name)) ? holdersOf(object, node) : [];
  });
}

/** The variables that the calls of a function give a parameter. */
function givenTo(
  definition: SyntaxNode,
  place: number,
  parameter: string,
  nodes: readonly SyntaxNode[],
): readonly string[] {
  const name = childOf(definition, "name")?.text;
  const calls = nodes
    .flatMap((node) => nodesOf(node, KIND.call))
    .filter((call) => childOf(call, "function")?.text === name);
  return calls.flatMap((call) => {
    const argument = argumentAt(call, place, parameter);
    return argument?.type === "identifier" ? [argument.text] : [];
  });
}
