/** What is said of measures that the notebook's own code prints while it fits a model, and that nothing else gives. */
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { KIND } from "../python/kinds";
import { argumentsOf, nodesOf, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";
import type { Candidate } from "./fits";
import { codeRunBy, Inside } from "./inside";
import { namesMeasure } from "./metricNames";

/** A measure, and the function that prints it. */
interface Shown {
  readonly name: string;
  readonly by: string;
}

/** Said of the first measure that a function or a method prints in the fit of a model. */
export function shownInside({ name, className, statement }: Candidate, knowledge: Knowledge): readonly Diagnostic[] {
  const inside = new Inside<Shown | null>(null);
  // A method of that name in the notebook need not be the one of a library's class.
  const isOwn = (call: SyntaxNode): boolean =>
    calleeOf(call, knowledge).kind === "notebook" || (className !== undefined && knowledge.definitions.has(className));
  const found = firstShown(callsIn(statement.node).filter(isOwn), knowledge, inside);
  if (found === null) return [];
  return [
    {
      code: "notebook.metric-left-out",
      severity: "info",
      cell: statement.cell,
      line: statement.line,
      message: `${found.by} only prints ${found.name} while ${name} is fitted, so the module does not give it.`,
      hint: `Let ${found.by} give it back, and give that a name at the top level of a cell.`,
    },
  ];
}

function firstShown(calls: readonly SyntaxNode[], knowledge: Knowledge, inside: Inside<Shown | null>): Shown | null {
  for (const call of calls) {
    const { run, home } = codeRunBy(call, knowledge);
    for (const { code, name } of run) {
      const found = inside.of(code, () => {
        const own = nodesOf(code, KIND.call);
        const measure = own.flatMap((one) => printedMeasure(one, home))[0];
        return measure === undefined ? firstShown(own, home, inside) : { name: measure, by: name };
      });
      if (found !== null) return found;
    }
  }
  return null;
}

/** `loss` of `print("epoch", e, self.loss(X, y))` */
function printedMeasure(call: SyntaxNode, knowledge: Knowledge): readonly string[] {
  const callee = calleeOf(call, knowledge);
  if (callee.kind !== "library" || callee.name !== "print") return [];
  const names = argumentsOf(call).flatMap((one) => nodesOf(one, KIND.identifier));
  return names.map(({ text }) => text).filter(namesMeasure);
}
