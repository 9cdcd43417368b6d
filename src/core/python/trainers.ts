/** Trainers: objects that train what their `fit` is given, what they are made with, or themselves. */
import { assignmentsIn, calleeOf, qualifiedName, type Bindings, type Callee } from "./calls";
import { liesIn } from "./knowledge";
import { remembered } from "./memory";
import { childOf, type SyntaxNode } from "./syntax";

/** The library's class of trainers that a call makes one of; of a class of the notebook, the one that it derives from. */
export function trainerClass(made: SyntaxNode, bindings: Bindings): string | undefined {
  return made.type === "call" ? classesMade(made, bindings).find(isTrainer) : undefined;
}

function classesMade(call: SyntaxNode, bindings: Bindings): readonly string[] {
  const callee = calleeOf(call, bindings);
  if (callee.kind === "library") return [callee.qualified];
  const definition = callee.kind === "notebook" ? bindings.definitions.get(callee.name)?.at(-1) : undefined;
  const bases = definition === undefined ? [] : (childOf(definition, "superclasses")?.children ?? []);
  return bases.flatMap((base) => qualifiedName(base, bindings) ?? []);
}

function isTrainer(qualified: string): boolean {
  return (qualified.includes(".") && qualified.endsWith("Trainer")) || liesIn("selfTrainers", qualified);
}

/** True for a class of trainers that fit what their `fit` is given: `trainer.fit(net, rows)` of Lightning. */
export function fitsGiven(className: string): boolean {
  return liesIn("fittingTrainers", className);
}

/** True for the `fit` of a trainer that changes what it is given. */
export function fitsArgument({ name, object }: Extract<Callee, { kind: "method" }>, bindings: Bindings): boolean {
  if (name !== "fit") return false;
  return object.type === "identifier" ? fittersIn(bindings).has(object.text) : makesFitter(object, bindings);
}

const fitters = new WeakMap<Bindings["statements"], ReadonlySet<string>>();

/** The variables that hold such trainers. */
function fittersIn(bindings: Bindings): ReadonlySet<string> {
  const { statements } = bindings;
  return remembered(fitters, statements, () => {
    const made = statements
      .flatMap(({ node }) => assignmentsIn(node))
      .filter(({ right }) => makesFitter(right, bindings));
    return new Set(made.map(({ left }) => left.text));
  });
}

function makesFitter(node: SyntaxNode, bindings: Bindings): boolean {
  const className = trainerClass(node, bindings);
  return className !== undefined && fitsGiven(className);
}
