/** Trainers that fit what their `fit` is given, and so change it: `trainer.fit(net, rows)` of Lightning. */
import { assignmentsIn, calleeOf, type Bindings, type Callee } from "./calls";
import { liesIn } from "./knowledge";
import { remembered, type SyntaxNode } from "./syntax";

/** True for the `fit` of such a trainer. */
export function fitsArgument({ name, object }: Extract<Callee, { kind: "method" }>, bindings: Bindings): boolean {
  if (name !== "fit") return false;
  return object.type === "identifier" ? trainersIn(bindings).has(object.text) : makesTrainer(object, bindings);
}

const trainers = new WeakMap<Bindings["statements"], ReadonlySet<string>>();

/** The variables that hold trainers. */
function trainersIn(bindings: Bindings): ReadonlySet<string> {
  const { statements } = bindings;
  return remembered(trainers, statements, () => {
    const made = statements
      .flatMap(({ node }) => assignmentsIn(node))
      .filter(({ right }) => makesTrainer(right, bindings));
    return new Set(made.map(({ left }) => left.text));
  });
}

function makesTrainer(node: SyntaxNode, bindings: Bindings): boolean {
  const callee = node.type === "call" ? calleeOf(node, bindings) : undefined;
  return callee?.kind === "library" && callee.name.endsWith("Trainer") && liesIn("fittingTrainers", callee.qualified);
}
